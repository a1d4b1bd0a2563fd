"""The touched offices co-sign a sheet, or a change to it, before it goes to a body (Mitzeichnung)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import MeasureState, RevisionState, Signature, remind_now
from bihaelt.measures.domain.waiting import REMIND_BEFORE
from bihaelt.measures.models import Cosignature, Measure, Revision
from bihaelt.measures.operations.changing import advance, today_of
from bihaelt.measures.operations.letters import tell_offices
from bihaelt.measures.operations.revising import advance_change
from bihaelt.organisations.models import Office
from bihaelt.verdicts import Conflict, DomainError

MOST_REMINDERS = 500  # in one night; the others follow in the next one


def ask(
    session: Session, *, measure: Measure, revision: Revision | None = None, office_ids: Collection[int], due_on: date,
    by: Voice, now: datetime,
) -> Sequence[Cosignature]:  # fmt: skip
    """Ask offices to co-sign until ``due_on`` (inclusive); their people get a letter.

    Raises DomainError without an office, for the responsible office itself, and for a day that is over; Conflict when
    the text is not a draft any more.
    """
    session.refresh(measure, with_for_update=True)
    offices = session.scalars(
        sa.select(Office).where(Office.id.in_(sorted(office_ids)), Office.ended_on.is_(None)).order_by(Office.position)
    ).all()
    if not offices:
        raise DomainError(N_("Choose at least one office."), field="offices")
    if measure.office_id in {office.id for office in offices}:
        raise DomainError(N_("The responsible office does not co-sign its own measure."), field="offices")
    if due_on < today_of(now):
        raise DomainError(N_("This day is over."), field="due_on")
    if revision is None:
        advance(session, measure=measure, state=MeasureState.CO_SIGNING, by=by, now=now)
    else:
        advance_change(session, revision=revision, state=RevisionState.CO_SIGNING, by=by, now=now)
    last = session.scalar(sa.select(sa.func.max(Cosignature.round)).where(Cosignature.measure_id == measure.id))
    rows = [
        Cosignature(
            measure_id=measure.id, revision_id=revision.id if revision else None, round=(last or 0) + 1,
            office_id=office.id, state=Signature.OPEN, due_on=due_on, asked_at=now,
        )
        for office in offices
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    record(
        session, act="measure.cosigning", subject=measure, by=by, now=now, until=due_on.isoformat(),
        office_names=", ".join(office.name for office in offices),
    )  # fmt: skip
    for row in rows:
        tell_offices(session, [row.office_id], kind="measure_cosign", measure=measure, now=now, due_on=due_on)
    session.flush()
    return rows


def answer(session: Session, *, cosignature: Cosignature, signs: bool, reason: str, by: Voice, now: datetime) -> None:
    """An office co-signs, or objects with a reason; the responsible office gets a letter about an objection.

    Who may speak for the office is a matter of permissions. Conflict when it has answered, or nobody asks any more.
    """
    session.refresh(cosignature, with_for_update=True)
    if cosignature.closed or cosignature.state is not Signature.OPEN:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    if not signs and not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    cosignature.state = Signature.SIGNED if signs else Signature.OBJECTED
    cosignature.reason, cosignature.answered_at, cosignature.answered_by_id = reason.strip(), now, by.actor_id
    session.flush()
    measure = cosignature.measure
    record(
        session, act="measure.cosigned" if signs else "measure.objected", subject=measure, by=by, now=now,
        reason=cosignature.reason, office_name=cosignature.office.name,
    )  # fmt: skip
    session.flush()
    if not signs and measure.office_id is not None:
        tell_offices(
            session, [measure.office_id], kind="measure_objected", measure=measure, now=now,
            office=cosignature.office.name, reason=cosignature.reason,
        )  # fmt: skip


def remind_cosigners(session: Session, *, now: datetime) -> int:
    """The nightly job: write to the offices whose co-signature is due soon or overdue. Returns how many were reminded."""
    today = today_of(now)
    rows = session.scalars(
        sa.select(Cosignature)
        .options(joinedload(Cosignature.measure))
        .where(
            Cosignature.state == Signature.OPEN, ~Cosignature.closed, Cosignature.due_on <= today + REMIND_BEFORE,
        )
        .order_by(Cosignature.reminded_on.is_not(None), Cosignature.reminded_on, Cosignature.id)
        .limit(MOST_REMINDERS)
    ).all()  # fmt: skip
    due = [row for row in rows if remind_now(row.due_on, row.reminded_on, today)]
    for row in due:
        row.reminded_on, row.reminders = today, row.reminders + 1
        tell_offices(
            session, [row.office_id], kind="measure_cosign_reminder", measure=row.measure, now=now, due_on=row.due_on,
            overdue=row.due_on < today,
        )  # fmt: skip
    session.flush()
    return len(due)
