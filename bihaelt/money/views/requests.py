"""Requests for money: asking, looking through what waits, and the answer of each pair of eyes."""

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.measures.models import Measure
from bihaelt.money import operations, queries
from bihaelt.money.domain import APPROVERS, Step
from bihaelt.money.forms import AnswerForm, MoreForm, RequestFilter, TransferForm, typed_cents
from bihaelt.money.models import Transfer
from bihaelt.money.views.blueprint import (
    asked_year,
    attempt,
    bp,
    form_page,
    measure_or_404,
    measure_page,
    title_of,
    voice,
)
from bihaelt.money.views.booking import prepared
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


def to_request(found: Transfer, message: str) -> Any:
    guard.say("success", message)
    return redirect(url_for("money.request_page", transfer_id=found.id), 303)


@bp.get("/desk/money/requests")
def requests() -> str:
    guard.require(permissions.see_money)
    session = guard.database()
    filters = RequestFilter.of(queries.years(session))
    own = [step for step, role in APPROVERS.items() if guard.signed_in().has(role)]
    # Who comes from the desk sees what waits for them; whoever filters sees everything that fits.
    mine = request.args.get("mine", "yes" if own and not filters.chosen() else "no") == "yes"
    kept: Mapping[str, Any] = {**filters.chosen(), "mine": "yes" if mine else "no"}
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.requests(
        session, i18n.current().chain, steps=own if mine else None,
        clusters=guard.signed_in().cluster_ids if mine else None, cursor=cursor, **filters.chosen(),
    )  # fmt: skip
    return render(
        "money/requests.html",
        filters=filters,
        page=page,
        mine=mine,
        newer_url=url_for("money.requests", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("money.requests", after=page.older, **kept) if page.older else None,
    )


@bp.route("/desk/money/requests/<int:transfer_id>", methods=["GET", "POST"])
def request_page(transfer_id: int) -> Any:
    found = queries.request(guard.database(), transfer_id) or abort(404)
    guard.require(permissions.approve_money if request.method == "POST" else permissions.see_money, found)
    form = AnswerForm.fresh()
    if found.next_step is not Step.COUNCIL:
        del form.paper
    if attempt(form, lambda: _answer(found, form)):
        yes = form.answer.data == "yes"
        return to_request(found, N_("The request is approved.") if yes else N_("The request is refused."))
    sides = [(measure, title_of(measure)) for measure in (found.from_measure, found.to_measure) if measure is not None]
    return form_page(
        "money/request.html", form, found=found, sides=sides, way=[Step(each) for each in found.way.split()]
    )


@bp.post("/desk/money/requests/<int:transfer_id>/withdraw")
def withdraw_request(transfer_id: int) -> Any:
    found = queries.request(guard.database(), transfer_id) or abort(404)
    guard.require(permissions.withdraw_money, found)
    operations.withdraw(guard.database(), request=found, by=voice(), now=guard.now())
    return to_request(found, N_("The request is withdrawn."))


def _answer(found: Transfer, form: AnswerForm) -> None:
    by = guard.signed_in().as_role(APPROVERS[found.next_step or Step.HOLDER])
    session, note = guard.database(), form.note.data or ""
    if form.answer.data == "no":
        operations.refuse(session, request=found, reason=note, by=by, now=guard.now())
        return
    paper = (form.paper.data or "") if "paper" in form else ""
    operations.approve(session, request=found, note=note, paper=paper, by=by, now=guard.now())


@bp.route("/desk/measures/<int:measure_id>/money/transfer", methods=["GET", "POST"])
def transfer(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.book_money, measure)
    form = prepared(TransferForm, measure, target=request.args.get("target", ""))
    made: list[Transfer] = []
    if attempt(form, lambda: made.append(_transfer(measure, form))):
        return to_request(made[0], N_("The request is made. Others have to approve it."))
    return measure_page(measure, form, N_("Move money to another measure"), year=asked_year())


def _transfer(measure: Measure, form: TransferForm) -> Transfer:
    session = guard.database()
    target = measures.by_number(session, form.target.data)
    if target is None:
        raise DomainError(N_("There is no measure with this number."), field="target")
    return operations.request_transfer(
        session, source=measure, target=target, year=form.wanted_year(), cents=form.amount.data, reason=form.reason.data,
        funding_id=form.source.data, seen=form.seen_cents(), by=voice(), now=guard.now(),
    )  # fmt: skip


ASKING = {
    "more": (operations.request_allocation, N_("Ask for more than planned")),
    "carry": (operations.request_carry, N_("Carry money forward to the next year")),
}


@bp.route("/desk/measures/<int:measure_id>/money/ask/<any(more, carry):kind>", methods=["GET", "POST"])
def ask(measure_id: int, kind: str) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.book_money, measure)
    act, words = ASKING[kind]
    form = MoreForm(year=str(asked_year()), amount=typed_cents(request.args.get("amount")))
    made: list[Transfer] = []

    def send() -> None:
        made.append(
            act(
                guard.database(), measure=measure, year=int(form.year.data), cents=form.amount.data,
                reason=form.reason.data, by=voice(), now=guard.now(),
            )
        )  # fmt: skip

    if attempt(form, send):
        return to_request(made[0], N_("The request is made. Others have to approve it."))
    return measure_page(measure, form, words, year=asked_year())
