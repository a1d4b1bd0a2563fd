"""Changing the sheet, and moving between the categories and the states."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    CATEGORY_STEPS,
    OVER,
    STANDING,
    STARTED,
    TRANSITIONS,
    WITH_PAGES,
    Advice,
    Category,
    Gap,
    Gate,
    Held,
    MeasureState,
    Sheet,
    changes,
    consistent,
    gaps,
    touches_decision,
    undecidable,
)
from bihaelt.measures.models import Consultation, Cosignature, Measure, Move
from bihaelt.measures.operations.keeping import keep
from bihaelt.measures.operations.letters import tell_authors
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError

DECIDED = N_("This has been decided. It changes by a new decision only: begin a change of the decided sheet.")
STILL = N_("Offices and bodies are looking at this text. Take it back to the draft first.")


class Incomplete(DomainError):
    """A measure lacks something for a gate; ``gaps`` says what."""

    def __init__(self, gate: Gate, lacking: Sequence[Gap]) -> None:
        if gate is Gate.DECISION:
            super().__init__(N_("Before a body can decide, something is still missing."))
        else:
            super().__init__(N_("For category %(category)s something is still missing."), category=gate.value)
        self.gaps = lacking


class HeldBack(DomainError):
    """The brake holds a measure; ``held`` says why."""

    def __init__(self, held: Sequence[Held]) -> None:
        super().__init__(N_("The brake holds this measure back. It is released with a public reason only."))
        self.held = held


def edit(
    session: Session, *, measure: Measure, sheet: Sheet, seen: datetime, by: Voice, now: datetime, reason: str = ""
) -> None:
    """A new version of the whole sheet; ``seen`` is ``changed_at`` of the measure that was edited, else Conflict."""
    session.refresh(measure, with_for_update=True)
    if measure.changed_at != seen:
        raise Conflict(N_("Somebody has changed this measure meanwhile. Please look at it again."))
    fill(session, measure=measure, change=lambda _before: sheet, by=by, now=now, reason=reason)


def fill(
    session: Session,
    *,
    measure: Measure,
    change: Callable[[Sheet], Sheet],
    by: Voice,
    now: datetime,
    reason: str = "",
) -> None:
    """Change the sheet: ``change`` gets it as it stands, and gives it as it shall be.

    Raises DomainError at a field that contradicts another and for what a decision locks, and Incomplete when the
    measure would lose what the gate of its category wants. ``change`` may raise Conflict.
    """
    session.refresh(measure, with_for_update=True)
    before = queries.sheet(session, measure)
    sheet = consistent(change(before))
    changed = changes(before, sheet)
    if not changed:
        return
    if touches_decision(changed):
        if measure.decided_on is not None:
            raise DomainError(DECIDED)
        if measure.state in STANDING:
            raise DomainError(STILL)
    if sheet.planned_cents < measure.committed_cents:
        raise DomainError(N_("More than this is already committed."), field="planned")
    if measure.state in STARTED and measure.decided_on is None and not sheet.ad_hoc:
        raise DomainError(N_("The measure runs already, and no body has confirmed it yet."), field="ad_hoc")
    released = queries.releases(session, [measure.id]).get(measure.id, ())
    today = local(now).date()
    already = gaps(before, measure.category, state=measure.state, today=today, released=released)
    lacking = gaps(sheet, measure.category, state=measure.state, today=today, released=released)
    lost = [gap for gap in lacking if gap not in already]
    if lost:
        raise Incomplete(Gate(measure.category.value), lost)
    keep(session, measure=measure, before=before, sheet=sheet, by=by, now=now, reason=reason)
    record(session, act="measure.changed", subject=measure, by=by, now=now, reason=reason, changed=list(changed))
    session.flush()


def move(session: Session, *, measure: Measure, to: Category, reason: str, by: Voice, now: datetime) -> None:
    """Take the measure through a gate (C to B to A), or back; the authors of its proposals get a letter.

    Raises Conflict for a step that is not next, Incomplete with what the gate still wants, HeldBack on the way to B
    while a brake holds, and DomainError without a reason or for money on a measure that goes back to C.
    """
    session.refresh(measure, with_for_update=True)
    old = measure.category
    if to is not old:
        step(CATEGORY_STEPS, old, to)
    else:
        raise Conflict(N_("The measure stands in this category already."))
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    sheet = queries.sheet(session, measure)
    brakes = queries.brakes(session, measure, sheet)
    lacking = gaps(sheet, to, state=measure.state, today=local(now).date(), released=brakes.free)
    if lacking:
        raise Incomplete(Gate(to.value), lacking)
    if to is Category.B and old is Category.C and brakes.held:
        raise HeldBack(brakes.held)
    if to is Category.C and (measure.committed_cents or measure.spent_cents):
        raise DomainError(N_("Money is committed or spent. A measure in category C has none."), field="to")
    measure.category, measure.changed_at = to, now
    session.add(Move(measure_id=measure.id, old=old, new=to, reason=reason, at=now, by_id=by.actor_id))
    session.flush()
    record(session, act="measure.moved", subject=measure, by=by, now=now, reason=reason, old=old.value, new=to.value)
    session.flush()
    tell_authors(session, kind="measure_moved", measure=measure, now=now, reason=reason)


def set_state(
    session: Session, *, measure: Measure, state: MeasureState, reason: str, by: Voice, now: datetime
) -> None:
    """Another state in the life of the measure, with a reason; Conflict for a step that is not possible.

    What offices and bodies do has operations of its own. Back in the draft, open co-signatures and meetings are over,
    and a decision no longer stands. Only what was set going at once runs without a decision.
    """
    session.refresh(measure, with_for_update=True)
    if state in WITH_PAGES or (measure.state is MeasureState.IN_COMMITTEE and state is MeasureState.REJECTED):
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    if state in OVER and queries.open_revision(session, measure.id) is not None:
        raise DomainError(N_("A change of the decided sheet is under way. End it first."), field="to")
    if measure.state is MeasureState.DRAFT and state is MeasureState.RUNNING and measure.confirm_by is None:
        raise DomainError(N_("Only what is set going at once runs before it is decided."), field="to")
    if state is MeasureState.HANDED_OVER and measure.service_id is None:
        raise DomainError(N_("Name the regular service that goes on with it."), field="to")
    if state is MeasureState.DRAFT:
        end_round(session, measure.id)
        measure.decided_body, measure.decided_paper, measure.decided_on = "", "", None
    advance(session, measure=measure, state=state, by=by, now=now, reason=reason)


def advance(
    session: Session, *, measure: Measure, state: MeasureState, by: Voice, now: datetime, reason: str = ""
) -> None:
    """The step itself, with its entry in the journal; Conflict where the table does not know it."""
    old = measure.state
    measure.state = step(TRANSITIONS, old, state)
    measure.changed_at = now
    session.flush()
    record(
        session, act="measure.state", subject=measure, by=by, now=now, reason=reason,
        old_state=old.value, new_state=state.value,
    )  # fmt: skip
    session.flush()


def end_round(session: Session, measure_id: int) -> None:
    """Nobody is asked any more: co-signatures are closed, and meetings that were to come are off the agenda."""
    session.execute(sa.update(Cosignature).where(Cosignature.measure_id == measure_id).values(closed=True))
    session.execute(
        sa.update(Consultation)
        .where(Consultation.measure_id == measure_id, Consultation.advice == Advice.OPEN)
        .values(advice=Advice.WITHDRAWN)
    )
    session.flush()


def ready(session: Session, measure: Measure, sheet: Sheet) -> None:
    """Nothing but a complete sheet that no brake holds goes to a body: raises Incomplete or HeldBack otherwise."""
    brakes = queries.brakes(session, measure, sheet)
    lacking = undecidable(sheet, brakes.free)
    if lacking:
        raise Incomplete(Gate.DECISION, lacking)
    if brakes.held:
        raise HeldBack(brakes.held)


def today_of(now: datetime) -> date:
    """The city's day at a moment."""
    return local(now).date()
