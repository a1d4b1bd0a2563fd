"""Changing the sheet, moving between the categories and the states, and the figures of money."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    CATEGORY_STEPS,
    TRANSITIONS,
    Category,
    Gap,
    MeasureState,
    Sheet,
    consistent,
    gaps,
)  # fmt: skip
from bihaelt.measures.models import Measure, MeasureField, Move
from bihaelt.measures.operations.letters import tell_authors
from bihaelt.states import step
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite
from bihaelt.verdicts import Conflict, DomainError

PLAIN = tuple(
    field.name for field in fields(Sheet) if field.name not in ("words", "field_ids")
)  # what a sheet and a measure's row have in common


class Incomplete(DomainError):
    """A measure lacks something for its category; ``gaps`` says what."""

    def __init__(self, category: Category, lacking: Sequence[Gap]) -> None:
        super().__init__(N_("For category %(category)s something is still missing."), category=category.value)
        self.gaps = lacking


def edit(
    session: Session, *, measure: Measure, sheet: Sheet, seen: datetime, by: Voice, now: datetime, reason: str = ""
) -> None:
    """A new version of the sheet; ``seen`` is ``changed_at`` of the measure that was edited.

    Raises Conflict when somebody changed it meanwhile, DomainError at a field that contradicts another, and
    Incomplete when the measure would no longer pass the gate of the category in which it stands.
    """
    session.refresh(measure, with_for_update=True)
    if measure.changed_at != seen:
        raise Conflict(N_("Somebody has changed this measure meanwhile. Please look at it again."))
    sheet = consistent(sheet)
    if sheet.planned_cents < measure.committed_cents:
        raise DomainError(N_("More than this is already committed."), field="planned")
    lacking = gaps(sheet, measure.category, state=measure.state, today=local(now).date())
    if lacking:
        raise Incomplete(measure.category, lacking)
    before = queries.sheet(session, measure)
    changed = [field.name for field in fields(Sheet) if getattr(before, field.name) != getattr(sheet, field.name)]
    if not changed:
        return
    text = session.get_one(Text, measure.text_id)
    rewrite(session, text=text, words=sheet.words, now=now, author_id=by.actor_id, reason=reason)
    for name in PLAIN:
        setattr(measure, name, getattr(sheet, name))
    measure.changed_at = now
    session.execute(
        sa.delete(MeasureField).where(
            MeasureField.measure_id == measure.id, MeasureField.field_id.not_in(sheet.field_ids)
        )
    )
    new = sorted(sheet.field_ids - before.field_ids)
    session.add_all(MeasureField(measure_id=measure.id, field_id=field_id) for field_id in new)
    session.flush()
    record(session, act="measure.changed", subject=measure, by=by, now=now, reason=reason, changed=changed)
    session.flush()


def move(session: Session, *, measure: Measure, to: Category, reason: str, by: Voice, now: datetime) -> None:
    """Take the measure through a gate (C to B to A), or back; the authors of its proposals get a letter.

    Raises Conflict for a step that is not next, Incomplete with what the gate still wants, and DomainError
    without a reason or for money on a measure that goes back to C.
    """
    session.refresh(measure, with_for_update=True)
    old = measure.category
    if to is not old:
        step(CATEGORY_STEPS, old, to)
    else:
        raise Conflict(N_("The measure stands in this category already."))
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    lacking = gaps(queries.sheet(session, measure), to, state=measure.state, today=local(now).date())
    if lacking:
        raise Incomplete(to, lacking)
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
    """Another state in the life of the measure, with a reason; Conflict for a step that is not possible."""
    session.refresh(measure, with_for_update=True)
    old = measure.state
    new = step(TRANSITIONS, old, state)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    measure.state, measure.changed_at = new, now
    session.flush()
    record(
        session, act="measure.state", subject=measure, by=by, now=now, reason=reason,
        old_state=old.value, new_state=new.value,
    )  # fmt: skip
    session.flush()


def book(
    session: Session, *, measure: Measure, committed: int, spent: int, reason: str, by: Voice, now: datetime
) -> None:
    """The figures of money as they stand, in cents; raises DomainError for money on C, or more committed than planned."""
    session.refresh(measure, with_for_update=True)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    if committed < 0 or spent < 0:
        raise DomainError(N_("Enter an amount of money."), field="committed")
    if measure.category is Category.C and (committed or spent):
        raise DomainError(N_("Money is committed or spent. A measure in category C has none."), field="committed")
    if committed > measure.planned_cents:
        raise DomainError(N_("This is more than is planned for the measure."), field="committed")
    measure.committed_cents, measure.spent_cents, measure.changed_at = committed, spent, now
    session.flush()
    record(
        session, act="measure.booked", subject=measure, by=by, now=now, reason=reason, committed=committed, spent=spent
    )
    session.flush()
