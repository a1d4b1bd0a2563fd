"""Values of indicators as open data: one line for each total, one for each group, in the order of the pages."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, abort, request

from bihaelt import guard, i18n, permissions, streams
from bihaelt.goals import queries
from bihaelt.goals.domain import Dimension, hidden, plain
from bihaelt.goals.queries import OpenValue
from bihaelt.goals.views.blueprint import bp, group_names
from bihaelt.rendering import link
from bihaelt.tables import cell

COLUMNS = (
    "indicator_id", "indicator", "goal", "measure", "kind", "quantity", "unit", "period", "version", "provisional",
    "dimension", "group", "value", "hidden", "baseline", "target", "target_on", "remark", "published_on", "address",
)  # fmt: skip
BOM = "\ufeff"


@bp.get("/indicators.csv")
def export() -> Response:
    guard.require(permissions.public)
    one = request.args.get("indicator", type=int)
    if one is not None and queries.indicator(guard.database(), one) is None:
        abort(404)
    rows = queries.open_data(guard.database(), i18n.current().chain, one)
    answer = streams.whole(parts(rows, group_names()), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="indicators-{i18n.current().tag}.csv"'
    return answer


def parts(rows: Iterator[OpenValue], name: Callable[[Dimension, str], str]) -> Iterator[str]:
    yield BOM + line(COLUMNS)
    for row in rows:
        yield line([cell(str(value)) for value in total(row).values()])
        for group in groups(row, name):
            yield line([cell(str(value)) for value in (total(row) | group).values()])


def total(row: OpenValue) -> dict[str, Any]:
    """The line of a total; its keys are the columns."""
    indicator, value = row.indicator, row.value
    scale = indicator.decimals
    return {
        "indicator_id": indicator.id, "indicator": row.name.title, "goal": row.goal.title, "measure": row.measure,
        "kind": indicator.kind.value, "quantity": indicator.quantity.value, "unit": row.name.extra.get("unit", ""),
        "period": value.period, "version": value.version, "provisional": "yes" if value.provisional else "no",
        "dimension": "", "group": "", "value": plain(value.total, scale), "hidden": "no",
        "baseline": "" if indicator.baseline is None else plain(indicator.baseline, scale),
        "target": "" if indicator.target is None else plain(indicator.target, scale),
        "target_on": indicator.target_on or "", "remark": value.note, "published_on": row.published_on,
        "address": link("goals.indicator", indicator_id=indicator.id),
    }  # fmt: skip


def groups(row: OpenValue, name: Callable[[Dimension, str], str]) -> Iterator[dict[str, Any]]:
    """What differs in the lines of the groups; hidden ones have no value."""
    indicator = row.indicator
    for dimension in Dimension:
        if dimension not in row.value.breakdown:
            continue
        cells = queries.cells_of(dimension, row.value.breakdown[dimension])
        secret = hidden(cells, indicator.quantity, indicator.decimals)
        for key, (value, _) in cells.items():
            yield {
                "dimension": dimension.value, "group": name(dimension, key),
                "value": "" if key in secret else plain(value, indicator.decimals),
                "hidden": "yes" if key in secret else "no",
            }  # fmt: skip


def line(values: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()
