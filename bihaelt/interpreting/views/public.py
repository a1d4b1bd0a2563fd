"""How far the city meets the demand for interpreters, for everybody."""

import csv
import io
from collections.abc import Iterator, Sequence

from flask import Response

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local, spoken_name
from bihaelt.interpreting import queries
from bihaelt.interpreting.domain import Coverage, QuarterCoverage
from bihaelt.interpreting.views.blueprint import bp
from bihaelt.rendering import render
from bihaelt.tables import cell

COLUMNS = ("quarter", "language_code", "language", "requested", "met", "share_percent", "hidden")
BOM = "\ufeff"


def rows() -> Sequence[QuarterCoverage]:
    return queries.by_quarter(guard.database(), local(guard.now()).date())


@bp.get("/interpreting")
def index() -> str:
    guard.require(permissions.public)
    return render("interpreting/index.html", quarters=rows())


@bp.get("/interpreting.csv")
def export() -> Response:
    guard.require(permissions.public)
    answer = Response("".join(lines(rows())), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="interpreting-{i18n.current().tag}.csv"'
    return answer


def lines(quarters: Sequence[QuarterCoverage]) -> Iterator[str]:
    """All languages of a quarter first, without a code; then each of them."""
    yield BOM + line(COLUMNS)
    for quarter in quarters:
        yield line([quarter.quarter, "", "", *figures(quarter.total)])
        for code, found in quarter.languages.items():
            yield line([quarter.quarter, code, cell(spoken_name(code)), *figures(found)])


def figures(found: Coverage) -> list[str]:
    """Requested, met, the share in per cent with one decimal, and whether they are hidden."""
    if found.requested is None or found.met is None:
        return ["", "", "", "yes"]
    tenths = (2000 * found.met + found.requested) // (2 * found.requested)
    return [str(found.requested), str(found.met), f"{tenths // 10},{tenths % 10}", "no"]


def line(values: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()
