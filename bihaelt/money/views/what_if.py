"""What the rules would say, before anybody asks: nothing is booked here, and the same functions answer."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from bihaelt import guard, permissions
from bihaelt.i18n import local
from bihaelt.measures import queries as measures
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import RequestKind, way_of
from bihaelt.money.domain.facts import Relation
from bihaelt.money.domain.rules import NAMES, Finding, first_no, moving, spending
from bihaelt.money.forms import WhatIfForm
from bihaelt.money.views.blueprint import bp, grant_names, measure_or_404, title_of
from bihaelt.rendering import render


@bp.get("/desk/measures/<int:measure_id>/money/what-if")
def what_if(measure_id: int) -> str:
    measure = measure_or_404(measure_id)
    guard.require(permissions.see_money)
    session, this_year = guard.database(), local(guard.now()).year
    years = sorted({*queries.years(session), this_year, this_year + 1})
    form = WhatIfForm.of(years, grant_names(measure), this_year)
    year = form.year.data if form.year.data in years else this_year
    target = measures.by_number(session, form.target.data) if form.target.data else None
    moves = form.act.data == "transfer"
    findings, way = _said(measure, form, year, target)
    return render(
        "money/what_if.html",
        measure=measure,
        title=title_of(measure),
        form=form,
        account=queries.account(session, measure.id, year),
        year=year,
        target=target,
        unknown=bool(moves and form.target.data and target is None),
        findings=findings,
        names=NAMES,
        way=way,
        refused=first_no(findings),
        take_over=url_for(
            "money.transfer" if moves else "money.commit", measure_id=measure.id, year=year,
            amount=(form.amount.data or 0) / 100, source=form.source.data, target=target.number if target else None,
        ) if findings else "",
    )  # fmt: skip


def _said(
    measure: Measure, form: WhatIfForm, year: int, target: Measure | None
) -> tuple[Sequence[Finding], Sequence[Any]]:
    """What each rule says, and for a transfer who would have to approve it; nothing without an amount."""
    session, cents = guard.database(), form.amount.data
    grant = queries.grant(session, measure.id, form.source.data) if form.source.data else None
    if not cents or form.amount.errors:
        return (), ()
    if form.act.data != "transfer":
        facts = queries.spending_facts(
            session, measure=measure, year=year, cents=cents, grant=grant, today=local(guard.now()).date(),
            account=queries.account_of(session, measure.id, year),
        )  # fmt: skip
        return spending(facts), ()
    if target is None or target.id == measure.id:
        return (), ()
    moved = queries.moving_facts(session, source=measure, target=target, year=year, cents=cents, grant=grant)
    across = moved.relation is Relation.ACROSS
    way = way_of(RequestKind.TRANSFER, cents, across=across, thresholds=queries.thresholds(session))
    return moving(moved), way
