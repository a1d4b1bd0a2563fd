"""What everybody reads: the board and the list."""

from datetime import date, datetime
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.memo import unchanged, until_next_act
from bihaelt.paging import Cursor
from bihaelt.plan import queries
from bihaelt.plan.forms import PlanFilter
from bihaelt.plan.views.blueprint import bp
from bihaelt.rendering import piece, render


@bp.get("/plan")
def board() -> str:
    guard.require(permissions.public)
    asked, today = request.query_string, local(guard.now()).date()
    stands, values, drawn = until_next_act(
        guard.database(), ("plan.board", i18n.current().url, asked, today), lambda: board_of(today)
    )
    return render("plan/board.html", as_of=stands[0], edition=stands[1], drawn=drawn, kept=values)


def board_of(today: date) -> tuple[tuple[datetime | None, int | None], dict[str, Any], Markup]:
    """The day of the plan and its edition, what was asked, and the board as drawn for all who ask the same in a language."""
    filters = PlanFilter()
    found = queries.board(guard.database(), i18n.current().chain, filters.wanted(), today)
    form = filter_form(filters, found.choosable, "plan.board")
    values = kept(filters)
    drawn = piece(
        "plan/_board.html", board=found, filter_form=form, chips=chips(filters, "plan.board"),
        kept_pairs=tuple(values.items()),
    )  # fmt: skip
    return (found.as_of, found.edition), values, drawn


@bp.get("/plan/measures")
def measures() -> str:
    guard.require(permissions.public)
    filters = PlanFilter()
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page, choosable = queries.listing(guard.database(), i18n.current().chain, filters.wanted(), cursor=cursor)
    form = filter_form(filters, choosable, "plan.measures")
    values = kept(filters)
    return render(
        "plan/measures.html",
        page=page,
        clusters=choosable.clusters,
        filter_form=form,
        chips=chips(filters, "plan.measures"),
        newer_url=url_for("plan.measures", after=page.newer, **values) if page.newer else None,
        older_url=url_for("plan.measures", after=page.older, **values) if page.older else None,
    )


def filter_form(filters: PlanFilter, choosable: queries.Choosable, endpoint: str) -> Markup:
    """The filters as a form. Where nothing is chosen it is the same for everybody, and drawn once for what can be chosen."""

    def draw() -> Markup:
        filters.offer(choosable)
        return piece("plan/_filters.html", filters=filters, endpoint=endpoint)

    if any(field.data for field in filters):
        return draw()
    return unchanged((endpoint, i18n.current().url, choosable.key), draw)


def kept(filters: PlanFilter) -> dict[str, Any]:
    """The chosen filters as they stand in an address."""
    return {name: request.args[name] for name, _shown in filters.chips()}


def chips(filters: PlanFilter, endpoint: str) -> list[tuple[str, str]]:
    """What is chosen, each with the address of the page without it."""
    values = kept(filters)
    return [
        (shown, url_for(endpoint, **{key: value for key, value in values.items() if key != name}))
        for name, shown in filters.chips()
    ]
