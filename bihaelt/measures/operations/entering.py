"""A measure that stands in a plan already, without a proposal behind it: it is set down, and taken out as long as nobody has gone on."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import Category, MeasureState, PartnerRole, Sheet, consistent
from bihaelt.measures.models import Measure, Partner
from bihaelt.measures.operations.drafting import give_number
from bihaelt.measures.operations.keeping import add_version, set_down
from bihaelt.measures.operations.rows import first_carrier
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import write
from bihaelt.verdicts import Conflict


def enter(
    session: Session, *, sheet: Sheet, language: str, source: str, by: Voice, now: datetime, number: str = "",
    category: Category = Category.C, state: MeasureState = MeasureState.DRAFT, carriers: Sequence[int] = (),
    decided: tuple[str, str, date] | None = None,
) -> Measure:  # fmt: skip
    """Set a measure down as it stands in a plan; ``decided`` is body, paper and day of a decision that stands.

    ``number`` is the plan's own, empty for the next free one; ``carriers`` are organisations; ``source`` says in the
    first version of the sheet where it comes from. Whether the gate of the category is open is asked before. Raises
    DomainError for a sheet that contradicts itself, Conflict for a number that is taken.
    """
    sheet = consistent(sheet)
    text = write(session, language=language, words=sheet.words, now=now, author_id=by.actor_id)
    body, paper, on = decided or ("", "", None)
    measure = Measure(
        text_id=text.id, category=category, state=state, decided_body=body, decided_paper=paper, decided_on=on,
        created_at=now, changed_at=now, number=number, cluster_id=sheet.cluster_id,
    )  # fmt: skip
    _number(session, measure)
    set_down(session, measure=measure, sheet=sheet)
    if carriers:
        session.add_all(
            Partner(measure_id=measure.id, organisation_id=each, role=PartnerRole.CARRIER)
            for each in dict.fromkeys(carriers)
        )
        session.flush()
        first_carrier(session, measure)
    add_version(session, measure=measure, sheet=sheet, by=by, now=now, reason=source, decided=decided is not None)
    record(session, act="measure.entered", subject=measure, by=by, now=now, reason=source, paper=paper)
    session.flush()
    return measure


def _number(session: Session, measure: Measure) -> None:
    if not measure.number:
        give_number(session, measure)
        return
    try:
        with session.begin_nested():
            session.add(measure)
            session.flush()
    except IntegrityError:
        raise Conflict(N_("There is a measure %(number)s already."), number=measure.number) from None


def take_out(session: Session, *, measure: Measure, reason: str, by: Voice, now: datetime) -> bool:
    """Remove a measure that was entered, if nobody has gone on with it; else nothing happens, and the answer is False.

    Gone on: the sheet or its rows were changed or translated, an official act was done on it, or something stands on it.
    """
    session.refresh(measure, with_for_update=True)
    if measure.changed_at != measure.created_at or _touched(session, measure):
        return False
    number, text = measure.number, session.get_one(Text, measure.text_id)
    try:
        with session.begin_nested():
            record(
                session, act="measure.taken_out", subject=measure, by=by, now=now, reason=reason, measure_number=number
            )
            session.execute(sa.delete(Partner).where(Partner.measure_id == measure.id))
            session.delete(measure)
            session.flush()
            session.delete(text)
            session.flush()
    except IntegrityError:
        return False
    return True


def _touched(session: Session, measure: Measure) -> bool:
    acts = sa.select(sa.func.count()).where(
        JournalEntry.subject_kind == "measure", JournalEntry.subject_id == measure.id
    )
    versions = sa.select(sa.func.count()).where(TextVersion.text_id == measure.text_id)
    return session.scalar(acts) != 1 or session.scalar(versions) != 1
