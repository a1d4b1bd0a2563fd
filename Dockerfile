# One image for the web processes, the letter worker and all commands:
#
#   docker build -t bihaelt .
#   docker run bihaelt                                    the server on port 8000
#   docker run bihaelt flask --app app worker             the letter worker
#   docker run bihaelt flask --app app db upgrade         the tables
#
# compose.yaml puts them together with PostgreSQL and, if wanted, nginx.

ARG PYTHON=3.13-slim-bookworm

# --- the locked packages, in a virtual environment of their own ------------------------------------------------------
FROM python:${PYTHON} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /app/.venv
COPY requirements.txt /app/
RUN /app/.venv/bin/pip install --require-hashes -r /app/requirements.txt

# --- style sheets, scripts and catalogues; Node.js stays behind in this stage ----------------------------------------
FROM packages AS assets
WORKDIR /app
ENV PATH="/app/.venv/bin:$PATH"
COPY package.json package-lock.json requirements-node.txt pyproject.toml ./
COPY scripts scripts
COPY bihaelt bihaelt
COPY templates templates
COPY translations translations
RUN python scripts/build_assets.py && python -m scripts.catalogues compile

# --- what runs -------------------------------------------------------------------------------------------------------
FROM python:${PYTHON}
ENV PATH="/app/.venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIHAELT_ENV=production
RUN useradd --system --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin bihaelt
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY app.py LICENSE pyproject.toml ./
COPY scripts scripts
COPY migrations migrations
COPY templates templates
COPY bihaelt bihaelt
COPY --from=assets /app/bihaelt/static/built bihaelt/static/built
COPY --from=assets /app/translations translations
# Background jobs, and a city on SQLite, live here; everything else is read only.
RUN mkdir instance && chown bihaelt instance
VOLUME /app/instance
USER bihaelt
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["python", "-m", "scripts.healthy"]
CMD ["python", "-m", "scripts.serve", "--host", "0.0.0.0"]
