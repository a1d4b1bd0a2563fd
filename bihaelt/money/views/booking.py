"""Booking the money of a measure."""

from typing import Any

from flask import abort, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.forms import named
from bihaelt.i18n import format_money, gettext, local
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money import operations, queries
from bihaelt.money.forms import (
    AllocateForm,
    BindForm,
    CommitForm,
    ExpenseForm,
    ReasonForm,
    SourcedForm,
    typed_cents,
)
from bihaelt.money.models import Commitment
from bihaelt.money.views.blueprint import (
    asked_year,
    attempt,
    bp,
    form_page,
    grant_names,
    measure_or_404,
    measure_page,
    title_of,
    to_account,
    voice,
)
from bihaelt.paging import Cursor
from bihaelt.rendering import render


@bp.get("/desk/measures/<int:measure_id>/money")
def account(measure_id: int) -> str:
    measure = measure_or_404(measure_id)
    guard.require(permissions.see_money)
    session, chain = guard.database(), i18n.current().chain
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.bookings(session, chain, measure_id=measure.id, cursor=cursor)
    return render(
        "money/account.html",
        measure=measure,
        title=title_of(measure),
        accounts=queries.years_of(session, measure.id),
        commitments=queries.commitments(session, chain, measure_id=measure.id),
        requests=queries.requests(session, chain, measure_id=measure.id, size=20),
        page=page,
        newer_url=url_for("money.account", measure_id=measure.id, after=page.newer) if page.newer else None,
        older_url=url_for("money.account", measure_id=measure.id, after=page.older) if page.older else None,
    )


def prepared(kind: type[SourcedForm], measure: Measure, **more: Any) -> Any:
    """A form about a measure's money, filled with what the what-if page hands over, and with what is available now."""
    year = asked_year()
    found = queries.account(guard.database(), measure.id, year)
    values = {"year": str(year), "amount": typed_cents(request.args.get("amount")), "seen": str(found.movable)}
    source = request.args.get("source", type=int)
    return kind.of(grant_names(measure), values | {"source": source} | more)


@bp.route("/desk/measures/<int:measure_id>/money/allocate", methods=["GET", "POST"])
def allocate(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.allocate_money, measure)
    form = prepared(AllocateForm, measure)
    if attempt(
        form,
        lambda: operations.allocate(
            guard.database(), measure=measure, year=form.wanted_year(), cents=form.amount.data, reason=form.reason.data,
            funding_id=form.source.data, by=guard.signed_in().as_role(*permissions.money.HOLDERS), now=guard.now(),
        ),
    ):  # fmt: skip
        return to_account(measure.id, N_("The money is allocated."))
    return measure_page(measure, form, N_("Allocate money"), year=asked_year())


@bp.route("/desk/measures/<int:measure_id>/money/commit", methods=["GET", "POST"])
def commit(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.book_money, measure)
    form = prepared(CommitForm, measure)
    if not guard.signed_in().has(Role.PLAN_OWNER):
        del form.override
    if attempt(form, lambda: _commit(measure, form)):
        return to_account(measure.id, N_("The money is committed."))
    return measure_page(measure, form, N_("Commit money"), year=asked_year())


def _commit(measure: Measure, form: CommitForm) -> None:
    override = (form.override.data or "") if "override" in form else ""
    operations.commit(
        guard.database(), measure=measure, amounts=form.amounts(), funding_id=form.source.data,
        contract=form.contract.data or "", ve=form.ve.data or "", legal_duty=form.legal_duty.data, override=override,
        reason=form.reason.data or "", seen=form.seen_cents(), by=voice(), now=guard.now(),
    )  # fmt: skip


@bp.route("/desk/measures/<int:measure_id>/money/expense", methods=["GET", "POST"])
def expense(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.book_money, measure)
    form = prepared(
        ExpenseForm, measure, on=local(guard.now()).date(), commitment=request.args.get("commitment", type=int)
    )
    page = queries.commitments(guard.database(), i18n.current().chain, measure_id=measure.id, size=200)
    rows = [row for row in page.rows if row.open]
    words = [(row.id, f"{row.year}: {row.contract or '–'} ({format_money(row.open)})") for row in rows]
    form.commitment.choices = named(words, empty=N_("No commitment"))
    if attempt(form, lambda: _spend(measure, form)):
        return to_account(measure.id, N_("The expense is booked."))
    return measure_page(measure, form, N_("Book an expense"), year=asked_year())


def _spend(measure: Measure, form: ExpenseForm) -> None:
    session = guard.database()
    commitment = queries.commitment(session, form.commitment.data) if form.commitment.data else None
    operations.expense(
        session, measure=measure, year=form.wanted_year(), cents=form.amount.data, on=form.on.data, commitment=commitment,
        funding_id=form.source.data, reference=form.reference.data or "", reason=form.reason.data or "",
        legal_duty=form.legal_duty.data, seen=form.seen_cents(), by=voice(), now=guard.now(),
    )  # fmt: skip


def commitment_or_404(commitment_id: int) -> Commitment:
    return queries.commitment(guard.database(), commitment_id) or abort(404)


@bp.route("/desk/money/commitments/<int:commitment_id>/release", methods=["GET", "POST"])
def release(commitment_id: int) -> Any:
    commitment = commitment_or_404(commitment_id)
    guard.require(permissions.book_money, commitment.measure)
    form = ReasonForm()
    if attempt(
        form,
        lambda: operations.release(
            guard.database(), commitment=commitment, reason=form.reason.data, by=voice(), now=guard.now()
        ),
    ):
        return to_account(commitment.measure_id, N_("The rest of the commitment is free again."))
    note = gettext(N_("%(cents)s of this commitment are still open."), cents=format_money(commitment.open_cents))
    return measure_page(commitment.measure, form, N_("Release a commitment"), year=commitment.year, note=note)


@bp.route("/desk/money/commitments/<int:commitment_id>/bind", methods=["GET", "POST"])
def bind(commitment_id: int) -> Any:
    commitment = commitment_or_404(commitment_id)
    guard.require(permissions.book_money, commitment.measure)
    form = BindForm()
    if attempt(
        form,
        lambda: operations.bind(
            guard.database(), commitment=commitment, contract=form.contract.data, by=voice(), now=guard.now()
        ),
    ):
        return to_account(commitment.measure_id, N_("The contract is entered."))
    return measure_page(commitment.measure, form, N_("Enter the contract"), year=commitment.year)


@bp.route("/desk/money/bookings/<int:booking_id>/correct", methods=["GET", "POST"])
def correct(booking_id: int) -> Any:
    booking = queries.booking(guard.database(), booking_id) or abort(404)
    measure, form = booking.account.measure, ReasonForm()
    guard.require(permissions.correct_booking, measure)
    if attempt(
        form,
        lambda: operations.correct(
            guard.database(), booking=booking, reason=form.reason.data,
            by=guard.signed_in().as_role(*permissions.money.HOLDERS), now=guard.now(),
        ),
    ):  # fmt: skip
        return to_account(measure.id, N_("The counter entry is booked."))
    return form_page("money/correct.html", form, booking=booking, measure=measure, title=title_of(measure))
