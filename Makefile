# bihaelt. Each target installs what it needs; nothing is written outside this folder.
#
#   make run     start the city on http://127.0.0.1:8000 (another port: PORT=8001 make run)
#   make test    the whole suite on SQLite and PostgreSQL; some of it: make test ARGS="tests/votes -k twice"
#   make check   lint, format, types, import contracts, templates, spelling, translations, migrations
#   make bench   measure the pages and the counting (docs/performance.md, docs/counting.md)

# The first Python that is new enough; another one: make run PYTHON=/opt/python/bin/python3
ifndef PYTHON
PYTHON := $(shell for name in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && exit; done; echo python3)
endif
# Compiled modules are kept (in this folder), whatever the machine prefers: every start is twice as fast.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench assets catalogues screenshots locks clean setup setup-dev \
	lint format types contracts templates spelling rules

help:
	@sed -n 's/^#   //p' Makefile

run: setup
	@exec $(BIN)/python -m scripts.run

test:
	@$(PYTHON) scripts/setup.py --dev --browser
	@$(BIN)/python -m scripts.run_tests $(ARGS)

check: setup-dev
	@$(MAKE) --no-print-directory --keep-going lint format types contracts templates spelling rules

bench: setup-dev
	@$(BIN)/python -m bench $(ARGS)

setup:
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

# --- the parts of `make check`; each runs alone after `make setup-dev` -----------------------------------------------
lint:
	$(BIN)/ruff check .

format:
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports --no-cache

templates:
	$(BIN)/djlint templates --lint --quiet

spelling:
	$(BIN)/codespell README.md CHANGELOG.md docs translations/messages.pot

rules:
	$(BIN)/python -m pytest -q tests/test_translations.py tests/test_migrations.py

# --- what developers do now and then ---------------------------------------------------------------------------------
assets: setup
	@$(BIN)/python scripts/build_assets.py

catalogues: setup-dev
	@$(BIN)/python -m scripts.catalogues update
	@$(BIN)/python -m scripts.catalogues compile

screenshots:
	@$(PYTHON) scripts/setup.py --dev --browser
	@$(BIN)/python -m scripts.screenshots

locks: setup-dev
	@scripts/locks.sh $(ARGS)

# The city's own data in instance/ stay.
clean:
	rm -rf .venv build node_modules bihaelt/static/built .hypothesis
	find bihaelt scripts tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete
