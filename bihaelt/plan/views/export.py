"""The public plan as open data: CSV for tables, JSON for programs."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from flask import Response

from bihaelt import guard, i18n, permissions, streams
from bihaelt.plan import queries
from bihaelt.plan.queries import OpenRow
from bihaelt.plan.views.blueprint import bp
from bihaelt.rendering import link
from bihaelt.tables import cell, euros

COLUMNS = (
    "number", "title", "category", "state", "cluster", "fields", "district", "office", "working_group", "carrier",
    "starts_on", "ends_on", "planned_euros", "committed_euros", "spent_euros", "need", "goal", "description",
    "regular_service", "light", "proposals", "changed_at", "address",
)  # fmt: skip
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
BOM = "\ufeff"
SECONDS = 60  # how long a proxy may keep a file


@bp.get("/plan/export/<any(csv, json):kind>")
def export(kind: str) -> Response:
    guard.require(permissions.public)
    rows = queries.open_data(guard.database(), i18n.current().chain)
    parts = csv_parts(rows) if kind == "csv" else json_parts(rows, guard.now())
    answer = streams.whole(parts, KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{i18n.current().tag}.{kind}"'
    answer.headers["Cache-Control"] = f"public, max-age=0, s-maxage={SECONDS}, must-revalidate"
    return answer


def csv_parts(rows: Iterator[OpenRow]) -> Iterator[str]:
    """Semicolons, every cell quoted, CRLF, with a byte order mark: as a German Excel opens it with a double click."""
    yield BOM + line(COLUMNS)
    for row in rows:
        yield line(cells(row))


def cells(row: OpenRow) -> list[str]:
    """One measure; text is guarded against formulas, amounts are German decimals."""
    values = {
        **{name: str(getattr(row, name, "") or "") for name in COLUMNS},
        "fields": ", ".join(row.fields),
        "proposals": ", ".join(str(number) for number in row.proposals),
        "planned_euros": euros(row.planned_cents),
        "committed_euros": euros(row.committed_cents),
        "spent_euros": euros(row.spent_cents),
        "changed_at": moment(row.changed_at),
        "address": link("measures.show", measure_id=row.measure_id),
    }
    return [cell(values[name]) for name in COLUMNS]


def line(values: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()


def json_parts(rows: Iterator[OpenRow], now: datetime) -> Iterator[str]:
    """One object: when, in which language, and the measures; money in integer cents, days in ISO 8601."""
    head = {"as_of": moment(now), "language": i18n.current().tag, "currency": "EUR", "unit": "cent"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "measures": ['
    for number, row in enumerate(rows):
        values = asdict(row) | {"address": link("measures.show", measure_id=row.measure_id)}
        yield (",\n" if number else "\n") + json.dumps(values, ensure_ascii=False, default=iso)
    yield "\n]}\n"


def iso(value: date | datetime) -> str:
    return value.isoformat()


def moment(value: datetime | None) -> str:
    return value.isoformat(timespec="seconds") if value else ""
