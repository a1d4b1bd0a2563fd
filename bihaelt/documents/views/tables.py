"""Tables to take along: for Excel, for LibreOffice, and as CSV."""

from flask import Response, abort

from bihaelt import guard, permissions, streams
from bihaelt.controlling.domain import half_year
from bihaelt.documents import queries
from bihaelt.documents.views.blueprint import bp
from bihaelt.i18n import current, local
from bihaelt.opendocument import ods
from bihaelt.tables import TYPES, Table, csv_parts, xlsx
from bihaelt.verdicts import DomainError

KINDS = "<any(xlsx, ods, csv):kind>"


@bp.get(f"/documents/plan.{KINDS}")
def plan_table(kind: str) -> Response:
    guard.require(permissions.public)
    return table(queries.plan_table(guard.database()), kind, "plan")


@bp.get(f"/documents/indicators.{KINDS}")
def indicator_table(kind: str) -> Response:
    guard.require(permissions.public)
    return table(queries.indicator_table(guard.database()), kind, "indicators")


@bp.get(f"/documents/reports/<string:period>.{KINDS}")
def controlling_table(period: str, kind: str) -> Response:
    guard.require(permissions.public)
    try:
        half_year(period)
    except DomainError:
        abort(404)
    found = queries.controlling_table(guard.database(), period, local(guard.now()).date())
    return table(found or abort(404), kind, f"report-{period}")


@bp.get(f"/documents/bookings/<int:year>.{KINDS}")
def booking_table(year: int, kind: str) -> Response:
    guard.require(permissions.public)
    return table(queries.booking_table(guard.database(), year), kind, f"bookings-{year}")


def table(found: Table, kind: str, name: str) -> Response:
    """The table as a file."""
    if kind == "csv":
        answer = streams.whole(csv_parts(found), TYPES["csv"])
    else:
        answer = Response(xlsx(found) if kind == "xlsx" else ods(found), content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{current().url}.{kind}"'
    answer.headers["Cache-Control"] = "public, max-age=0, s-maxage=60, must-revalidate"
    return answer
