"""A change to a decided sheet: the decided text stands until a body has decided the new one."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    OVER,
    REVISION_STEPS,
    RevisionState,
    Sheet,
    changes,
    consistent,
    stored,
)
from bihaelt.measures.models import Measure, Revision
from bihaelt.measures.operations.changing import STILL, end_round
from bihaelt.states import step
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.verdicts import Conflict, DomainError

ENDED = (RevisionState.DECIDED, RevisionState.REJECTED, RevisionState.WITHDRAWN)


def begin_change(session: Session, *, measure: Measure, reason: str, by: Voice, now: datetime) -> Revision:
    """Begin to change what was decided, with a reason; Conflict when a change is under way already.

    Raises DomainError for a measure that is not decided (it changes freely) or that is over.
    """
    session.refresh(measure, with_for_update=True)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    if measure.decided_on is None or measure.state in OVER:
        raise DomainError(N_("Only a decided measure that is not over is changed this way."))
    if queries.open_revision(session, measure.id) is not None:
        raise Conflict(N_("A change is under way already."))
    sheet = queries.sheet(session, measure)
    language = session.get_one(Text, measure.text_id).source_language
    text = write(session, language=language, words=sheet.words, now=now, author_id=by.actor_id)
    last = session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.measure_id == measure.id))
    revision = Revision(
        measure_id=measure.id, number=(last or 0) + 1, text_id=text.id, facts=stored(sheet), reason=reason.strip(),
        state=RevisionState.DRAFT, created_at=now, changed_at=now, by_id=by.actor_id,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    record(session, act="measure.revision", subject=measure, by=by, now=now, reason=revision.reason)
    session.flush()
    return revision


def revise(session: Session, *, revision: Revision, change: Callable[[Sheet], Sheet], by: Voice, now: datetime) -> None:
    """Change the draft of a change: ``change`` gets the sheet as the draft has it. ``change`` may raise Conflict."""
    session.refresh(revision, with_for_update=True)
    if revision.state is not RevisionState.DRAFT:
        raise DomainError(STILL)
    measure = revision.measure
    before = queries.revised(session, queries.sheet(session, measure), revision)
    sheet = consistent(change(before))
    changed = changes(before, sheet)
    if not changed:
        return
    if sheet.planned_cents < measure.committed_cents:
        raise DomainError(N_("More than this is already committed."), field="planned")
    rewrite(session, text=session.get_one(Text, revision.text_id), words=sheet.words, now=now, author_id=by.actor_id)
    revision.facts, revision.changed_at = stored(sheet), now
    record(session, act="measure.revised", subject=measure, by=by, now=now, changed=list(changed))
    session.flush()


def set_change_state(
    session: Session, *, revision: Revision, state: RevisionState, reason: str, by: Voice, now: datetime
) -> None:
    """Take a change back to its draft, or withdraw it, with a reason; the decided text stands as it is."""
    session.refresh(revision, with_for_update=True)
    if state not in (RevisionState.DRAFT, RevisionState.WITHDRAWN):
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    end_round(session, revision.measure_id)
    advance_change(session, revision=revision, state=state, by=by, now=now, reason=reason)


def advance_change(
    session: Session, *, revision: Revision, state: RevisionState, by: Voice, now: datetime, reason: str = ""
) -> None:
    """The step itself, with its entry in the journal of the measure."""
    old = revision.state
    revision.state = step(REVISION_STEPS, old, state)
    revision.changed_at = now
    revision.ended_at = now if state in ENDED else None
    session.flush()
    record(
        session, act="measure.revision_state", subject=revision.measure, by=by, now=now, reason=reason,
        old_change=old.value, new_change=state.value,
    )  # fmt: skip
    session.flush()
