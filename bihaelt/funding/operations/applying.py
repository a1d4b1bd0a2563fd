"""An application from its plan to the answer."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.funding import queries
from bihaelt.funding.domain import (
    OWN_MONEY,
    TRANSITIONS,
    Draft,
    FundingState,
    Level,
    Notice,
    Share,
    fits,
    not_twice,
    refuse,
    share_covered,
)
from bihaelt.funding.models import Funding, Programme
from bihaelt.funding.operations.programmes import MEANWHILE
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.workdays import add_months

NO_AMOUNT = N_("Enter an amount of money.")


def plan(session: Session, *, measure: Measure, draft: Draft, by: Voice, now: datetime) -> Funding:
    """Plan an application. Raises DomainError where the programme does not pay for the cluster or the years, and against
    double funding (B8).
    """
    session.refresh(measure, with_for_update=True)
    programme = _fitting(session, measure, draft)
    funding = Funding(
        measure_id=measure.id, programme_id=programme.id, cents=draft.cents, first_year=draft.first_year,
        last_year=draft.last_year, cost_item=draft.cost_item.strip(), own_share=programme.own_share,
        state=FundingState.PLANNED, changed_at=now,
    )  # fmt: skip
    session.add(funding)
    _flush(session)
    note(session, funding, by=by, now=now, old=0)
    return funding


def change(
    session: Session, *, funding: Funding, draft: Draft, seen: datetime | None, by: Voice, now: datetime
) -> Funding:
    """Change a planned application; what was sent is taken back first. Raises Conflict if it changed since ``seen``."""
    measure = locked(session, funding)
    if funding.changed_at != seen or funding.state is not FundingState.PLANNED:
        raise Conflict(MEANWHILE)
    programme = _fitting(session, measure, draft, without=funding.id)
    old = funding.cents
    funding.programme_id, funding.own_share = programme.id, programme.own_share
    funding.cents, funding.cost_item = draft.cents, draft.cost_item.strip()
    funding.first_year, funding.last_year = draft.first_year, draft.last_year
    _flush(session)
    note(session, funding, by=by, now=now, old=old)
    return funding


def drop(session: Session, *, funding: Funding, reason: str, by: Voice, now: datetime) -> None:
    """Give up a planned application; the journal keeps that it was there. Raises DomainError without a reason."""
    locked(session, funding)
    if funding.state is not FundingState.PLANNED:
        raise Conflict(MEANWHILE)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    note(session, funding, by=by, now=now, old=funding.cents, new=0, reason=reason)
    session.delete(funding)
    session.flush()


def apply(
    session: Session, *, funding: Funding, on: date, allocated: int, by: Voice, now: datetime,
    early_start_on: date | None = None, early_start_reference: str = "",
) -> None:  # fmt: skip
    """The application was sent. ``allocated``: the cents of own money that the measure has.

    Raises DomainError after the programme's deadline, and while the own allocation does not cover the own share of all
    that was applied for or granted (B14).
    """
    measure = locked(session, funding)
    state = following(funding, FundingState.APPLIED)
    programme = _fitting(session, measure, draft_of(funding), without=funding.id)
    if programme.deadline is not None and on > programme.deadline:
        raise DomainError(N_("The last day for applications was %(date)s."), field="on", date=programme.deadline)
    needed = queries.own_share_needed(session, measure.id, with_planned=funding.id)
    refuse(share_covered(needed, allocated), "")
    funding.state, funding.applied_on = state, on
    funding.early_start_on, funding.early_start_reference = early_start_on, early_start_reference
    note(session, funding, by=by, now=now, old=funding.cents)


def take_back(session: Session, *, funding: Funding, reason: str, by: Voice, now: datetime) -> None:
    """The application is taken back, and stands in the plan again."""
    locked(session, funding)
    state = following(funding, FundingState.PLANNED)
    funding.state, funding.applied_on = state, None
    note(session, funding, by=by, now=now, old=funding.cents, reason=reason)


def permit_early_start(
    session: Session, *, funding: Funding, on: date, reference: str, by: Voice, now: datetime
) -> None:
    """The measure may begin on ``on``, before the grant, without losing it."""
    locked(session, funding)
    if funding.state is not FundingState.APPLIED:
        raise Conflict(MEANWHILE)
    if not reference.strip():
        raise DomainError(N_("Enter the reference of the letter."), field="reference")
    funding.early_start_on, funding.early_start_reference = on, reference.strip()
    note(session, funding, by=by, now=now, old=funding.cents, reference=funding.early_start_reference)


def grant(session: Session, *, funding: Funding, notice: Notice, by: Voice, now: datetime) -> None:
    """The grant notice has come. The proof of use is due when the notice says so, or as long after its end as the
    programme wants. Raises DomainError at the field at fault, and against double funding (B8).
    """
    measure = locked(session, funding)
    state = following(funding, FundingState.GRANTED)
    programme = session.get_one(Programme, funding.programme_id)
    due = notice.proof_due_on or add_months(notice.ends_on, programme.proof_months)
    for field, wrong, message in (
        ("amount", notice.cents <= 0, NO_AMOUNT),
        ("reference", not notice.reference.strip(), N_("Enter the reference of the grant notice.")),
        ("ends_on", notice.ends_on < notice.starts_on, N_("The end comes before the beginning.")),
        ("proof_due_on", due < notice.ends_on, N_("The proof of use comes after the end of the grant.")),
    ):
        if wrong:
            raise DomainError(message, field=field)
    share = Share(programme.id, notice.cents, funding.cost_item)
    refuse(not_twice(share, queries.shares(session, measure.id, without=funding.id), measure.planned_cents), "amount")
    old = funding.cents
    funding.granted_cents, funding.reference, funding.decided_on = (
        notice.cents,
        notice.reference.strip(),
        notice.decided_on,
    )
    funding.starts_on, funding.ends_on, funding.conditions = notice.starts_on, notice.ends_on, notice.conditions.strip()
    funding.state, funding.proof_due_on = state, due
    note(session, funding, by=by, now=now, old=old, reference=funding.reference)


def refuse_application(session: Session, *, funding: Funding, on: date, reason: str, by: Voice, now: datetime) -> None:
    """The programme does not pay, or takes its grant back before any of it was drawn."""
    locked(session, funding)
    state = following(funding, FundingState.REFUSED)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    old = funding.counted
    funding.granted_cents = funding.proof_due_on = None
    funding.state = state
    funding.decided_on, funding.reason = on, reason.strip()
    note(session, funding, by=by, now=now, old=old, new=0, reason=reason)


def draft_of(funding: Funding) -> Draft:
    return Draft(funding.programme_id, funding.cents, funding.first_year, funding.last_year, funding.cost_item)


def locked(session: Session, funding: Funding) -> Measure:
    """Lock the measure first, then its application; always in this order."""
    measure = session.get_one(Measure, funding.measure_id)
    session.refresh(measure, with_for_update=True)
    session.refresh(funding, with_for_update=True)
    return measure


def following(funding: Funding, state: FundingState) -> FundingState:
    """``state``, if it may follow; it is set together with what it has to say, since the database takes no half state."""
    return step(TRANSITIONS, funding.state, state)


def note(
    session: Session, funding: Funding, *, by: Voice, now: datetime, old: int, new: int | None = None, reason: str = "",
    reference: str = "",
) -> None:  # fmt: skip
    """Write down what changed: at the measure, which is where people look for its money."""
    funding.changed_at = now
    measure = session.get_one(Measure, funding.measure_id)
    measure.changed_at = now
    programme = session.get_one(Programme, funding.programme_id)
    record(
        session, act="measure.funded", subject=measure, by=by, now=now, reason=reason, programme=programme.name,
        cost_item=funding.cost_item, funding_state=funding.state.value, old_cents=old,
        new_cents=funding.counted if new is None else new, reference=reference,
    )  # fmt: skip
    session.flush()


def _fitting(session: Session, measure: Measure, draft: Draft, *, without: int | None = None) -> Programme:
    programme = session.get(Programme, draft.programme_id)
    if programme is None:
        raise DomainError(N_("Choose a programme."), field="programme")
    if programme.level is Level.CITY:
        raise DomainError(OWN_MONEY, field="programme")
    if draft.last_year < draft.first_year:
        raise DomainError(N_("The end comes before the beginning."), field="last_year")
    found = fits(
        queries.terms(session, programme), cluster_id=measure.cluster_id, first_year=draft.first_year,
        last_year=draft.last_year,
    )  # fmt: skip
    refuse(found, "programme")
    if draft.cents <= 0:
        raise DomainError(NO_AMOUNT, field="amount")
    others = queries.shares(session, measure.id, without=without)
    verdict = not_twice(Share(programme.id, draft.cents, draft.cost_item), others, measure.planned_cents)
    refuse(verdict, "cost_item" if "item" in verdict.values else "amount")
    return programme


def _flush(session: Session) -> None:
    """Two people may enter the same application at once: the second is told so."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(N_("There is an application for this programme and this cost item already.")) from None
