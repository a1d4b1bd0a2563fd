"""Asks every address in every role; the answers are compared with route_table.yaml."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from flask import Flask
from sqlalchemy.orm import Session

from bihaelt.extensions import db
from tests.browser import Browser
from tests.world import World, make_world

TABLE = Path(__file__).with_suffix(".yaml")
ROLES = (
    "visitor", "citizen", "stranger", "delegate", "organisation_admin", "foreign_delegate", "moderator", "translator",
    "editor", "budget_holder", "treasury", "council_clerk", "plan_owner", "admin", "blocked",
)  # fmt: skip
# Sessions and attempts change with every request of a test's own making; they are not what an address writes.
NOT_COUNTED = {"sign_in", "alembic_version"}


@cache
def known_table() -> dict[str, dict[str, int]]:
    """ "endpoint METHOD" -> role -> status. In the file, roles with the same status stand together."""
    table = {}
    for key, groups in yaml.safe_load(TABLE.read_text("utf-8")).items():
        table[key] = {role: int(status) for status, roles in groups.items() for role in names(roles)}
    return table


def names(roles: str) -> list[str]:
    given = roles.split()
    if given[0] == "all":
        return [role for role in ROLES if role not in given[2:]]
    return given


def routes_of(app: Flask) -> Iterator[tuple[str, str, Any]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule


class Visit:
    """A person of one role before the world of the tests."""

    def __init__(self, app: Flask, session: Session, role: str) -> None:
        self.app, self.session = app, session
        self.world: World = make_world(session)
        self.client: Browser = app.test_client()  # type: ignore[assignment]
        if role != "visitor":
            self.client.sign_in(getattr(self.world.cast, role))

    def paths(self, method: str) -> Iterator[tuple[str, str]]:
        for endpoint, given, rule in routes_of(self.app):
            if given == method:
                yield f"{endpoint} {method}", self.path(rule)

    def gets(self) -> Iterator[tuple[str, str]]:
        return self.paths("GET")

    def posts(self) -> Iterator[tuple[str, str]]:
        return self.paths("POST")

    def path(self, rule: Any) -> str:
        values = {name: self.value(rule, name) for name in rule.arguments}
        with self.app.test_request_context("/de/"):
            return str(self.app.url_for(rule.endpoint, **values))

    def value(self, rule: Any, name: str) -> Any:
        if name == "lang":
            return "de"
        converter = rule._converters[name]
        choices = getattr(converter, "items", None)
        numeric = hasattr(converter, "num_convert")
        if name in self.world.values and isinstance(self.world.values[name], int) == numeric:
            return self.world.values[name]
        if choices is not None:
            return sorted(choices)[0]
        return 1 if numeric else "x"

    def fingerprint(self) -> str:
        """Everything in the database, as one hash."""
        self.session.expire_all()
        digest = hashlib.sha256()
        for name, table in sorted(db.metadata.tables.items()):
            if name not in NOT_COUNTED:
                rows = self.session.execute(sa.select(table).order_by(*table.primary_key)).all()
                digest.update(f"{name}{rows}".encode())
        return digest.hexdigest()


def observe(app: Flask, session: Session, role: str) -> dict[str, int]:
    """Status of every address for a role. Each POST is empty but for its token, and undone before the next."""
    visit = Visit(app, session, role)
    seen = {}
    for key, path in [*visit.gets(), *visit.posts()]:
        with undone(session):
            answer = visit.client.get(path) if key.endswith(" GET") else visit.client.post(path, {})
        seen[key] = answer.status_code
        answer.close()  # a file that is written while it is read holds its request until somebody closes it
        if key == "accounts.sign_out POST" and role != "visitor":
            visit.client.sign_in(getattr(visit.world.cast, role))
    return seen


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Whatever is committed within is taken back: a savepoint of the connection, below those of the session."""
    session.commit()
    connection = db.engines[None]
    savepoint = connection.begin_nested()  # type: ignore[attr-defined]
    yield
    session.rollback()
    savepoint.rollback()
    session.expire_all()


def written(table: dict[str, dict[str, int]]) -> str:
    """The table as YAML: per address, status -> roles; "all but …" for the most common status."""
    lines = []
    for key in sorted(table):
        groups: dict[int, list[str]] = {}
        for role in ROLES:
            groups.setdefault(table[key][role], []).append(role)
        parts = []
        for status, roles in sorted(groups.items()):
            rest = [role for role in ROLES if role not in roles]
            words = "all" if not rest else f"all but {' '.join(rest)}" if len(roles) > len(rest) else " ".join(roles)
            parts.append(f"{status}: {words}")
        lines.append(f"{key}: {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"
