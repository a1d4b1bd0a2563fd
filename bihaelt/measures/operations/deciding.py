"""Bodies discuss and decide measures and changes to them; what was set going at once is confirmed by them."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    ADVISING,
    OVER,
    STARTED,
    TRANSITIONS,
    Advice,
    MeasureState,
    RevisionState,
    Sheet,
    Signature,
    numbered,
    waits_until,
)
from bihaelt.measures.models import Consultation, Measure, Revision
from bihaelt.measures.operations.changing import advance, end_round, ready, today_of
from bihaelt.measures.operations.keeping import add_version, first_version, keep
from bihaelt.measures.operations.letters import tell_authors
from bihaelt.measures.operations.revising import advance_change
from bihaelt.verdicts import Conflict, DomainError


def schedule(
    session: Session, *, measure: Measure, revision: Revision | None = None, body: str, meeting_on: date, paper: str,
    by: Voice, now: datetime, reason: str = "",
) -> Consultation:  # fmt: skip
    """Put a measure, or a change to it, on the agenda of a body. More bodies may follow, in the order of consultation.

    The first time the sheet must be complete and free of brakes, and every touched office must have answered or be
    overdue; a reason is asked for where nobody co-signed, somebody objected or has not answered.
    """
    session.refresh(measure, with_for_update=True)
    if not body.strip():
        raise DomainError(N_("Name the body."), field="body")
    paper = numbered(paper)
    sheet = _sheet(session, measure, revision)
    if not _in_committee(measure, revision):
        _hand_on(session, measure, revision, sheet, reason, by, now)
    consultation = Consultation(
        measure_id=measure.id, revision_id=revision.id if revision else None, body=body.strip(), meeting_on=meeting_on,
        paper=paper, advice=Advice.OPEN, created_at=now,
    )  # fmt: skip
    session.add(consultation)
    session.flush()
    record(
        session, act="measure.committee", subject=measure, by=by, now=now, reason=reason, body=consultation.body,
        paper=paper, meeting_on=meeting_on.isoformat(),
    )  # fmt: skip
    session.flush()
    return consultation


def advise(
    session: Session, *, consultation: Consultation, advice: Advice, note: str, by: Voice, now: datetime
) -> None:
    """What a body said without deciding: recommended, deferred or referred to another body."""
    _held(session, consultation, now)
    if advice not in ADVISING:
        raise DomainError(N_("Choose what came out of the meeting."), field="advice")
    consultation.advice, consultation.note = advice, note.strip()
    session.flush()
    record(
        session, act="measure.advice", subject=session.get_one(Measure, consultation.measure_id), by=by, now=now,
        reason=consultation.note, body=consultation.body, advice=advice.value,
    )  # fmt: skip
    session.flush()


def decide(session: Session, *, consultation: Consultation, note: str, by: Voice, now: datetime) -> None:
    """The body has decided: the sheet is locked from now on. A change takes the place of what was decided before.

    What was set going at once is confirmed by it. The authors of the proposals get a letter.
    """
    measure, revision = _held(session, consultation, now)
    before = queries.sheet(session, measure)
    sheet = _sheet(session, measure, revision)
    ready(session, measure, sheet)
    consultation.advice, consultation.note = Advice.DECIDED, note.strip()
    confirmed = revision is None and measure.state is not MeasureState.IN_COMMITTEE
    measure.decided_body, measure.decided_paper = consultation.body, consultation.paper
    measure.decided_on = consultation.meeting_on
    if revision is not None:
        keep(
            session, measure=measure, before=before, sheet=sheet, by=by, now=now, reason=revision.reason, decided=True
        )  # fmt: skip
        advance_change(session, revision=revision, state=RevisionState.DECIDED, by=by, now=now)
    else:
        first_version(session, measure=measure, sheet=before, by=by, now=measure.changed_at)
        add_version(session, measure=measure, sheet=sheet, by=by, now=now, reason=note.strip(), decided=True)
        if not confirmed:
            advance(session, measure=measure, state=MeasureState.DECIDED, by=by, now=now)
    measure.changed_at = now
    end_round(session, measure.id)
    act = "measure.confirmed" if confirmed else "measure.decided"
    _note(session, act, measure, consultation, by, now)
    tell_authors(session, kind="measure_decided", measure=measure, now=now, reason=consultation.note)


def refuse(session: Session, *, consultation: Consultation, note: str, by: Voice, now: datetime) -> None:
    """The body has said no, with a reason: a draft is rejected, a change comes to nothing, what runs already ends."""
    measure, revision = _held(session, consultation, now)
    if not note.strip():
        raise DomainError(N_("Say why."), field="note")
    consultation.advice, consultation.note = Advice.REJECTED, note.strip()
    if revision is not None:
        advance_change(session, revision=revision, state=RevisionState.REJECTED, by=by, now=now, reason=note)
    elif measure.state is MeasureState.IN_COMMITTEE:
        advance(session, measure=measure, state=MeasureState.REJECTED, by=by, now=now, reason=note)
    elif MeasureState.ENDED in TRANSITIONS[measure.state]:
        advance(session, measure=measure, state=MeasureState.ENDED, by=by, now=now, reason=note)
    end_round(session, measure.id)
    _note(session, "measure.rejected", measure, consultation, by, now)


def _note(session: Session, act: str, measure: Measure, consultation: Consultation, by: Voice, now: datetime) -> None:
    record(
        session, act=act, subject=measure, by=by, now=now, reason=consultation.note, body=consultation.body,
        paper=consultation.paper, meeting_on=consultation.meeting_on.isoformat(),
    )  # fmt: skip
    session.flush()


def _sheet(session: Session, measure: Measure, revision: Revision | None) -> Sheet:
    own = queries.sheet(session, measure)
    return own if revision is None else queries.revised(session, own, revision)


def _in_committee(measure: Measure, revision: Revision | None) -> bool:
    """Whether the text is with the bodies already. What runs and waits to be confirmed always is."""
    if revision is not None:
        return revision.state is RevisionState.IN_COMMITTEE
    waiting = measure.state in STARTED and measure.decided_on is None
    return measure.state is MeasureState.IN_COMMITTEE or waiting


def _hand_on(
    session: Session, measure: Measure, revision: Revision | None, sheet: Sheet, reason: str, by: Voice, now: datetime
) -> None:
    answers = queries.answers(session, measure.id)
    waiting = waits_until(answers, today_of(now))
    if waiting is not None:
        raise DomainError(N_("Offices still have time to co-sign until %(date)s."), date=waiting)
    agreed = bool(answers) and all(answer.state is Signature.SIGNED for answer in answers)
    if not agreed and not reason.strip():
        raise DomainError(N_("Not every touched office has co-signed. Say why it goes on."), field="reason")
    ready(session, measure, sheet)
    end_round(session, measure.id)
    if revision is None:
        advance(session, measure=measure, state=MeasureState.IN_COMMITTEE, by=by, now=now, reason=reason)
    else:
        advance_change(session, revision=revision, state=RevisionState.IN_COMMITTEE, by=by, now=now, reason=reason)


def _held(session: Session, consultation: Consultation, now: datetime) -> tuple[Measure, Revision | None]:
    """The measure and the change of a meeting that has been held and has no result yet; refuses otherwise."""
    measure = session.get_one(Measure, consultation.measure_id)
    session.refresh(measure, with_for_update=True)
    session.refresh(consultation, with_for_update=True)
    if consultation.advice is not Advice.OPEN or measure.state in OVER - {MeasureState.COMPLETED}:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if consultation.meeting_on > today_of(now):
        raise DomainError(N_("The meeting has not been held yet."))
    revision = session.get_one(Revision, consultation.revision_id) if consultation.revision_id else None
    return measure, revision
