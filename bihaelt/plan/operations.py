"""Making an edition of the plan, throwing its draft away, publishing it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.plan import queries
from bihaelt.plan.domain import TRANSITIONS, EditionState, check_sum, document, packed
from bihaelt.plan.models import Edition, EditionMeasure
from bihaelt.states import step
from bihaelt.verdicts import Conflict

BATCH = 100


def make(session: Session, *, by: Voice, now: datetime) -> Edition:
    """Freeze the plan as it stands at this moment, as the draft of the next edition; Conflict while there is a draft."""
    states = session.execute(sa.select(Edition.number, Edition.state).with_for_update()).all()
    if any(row.state is EditionState.DRAFT for row in states):
        raise Conflict(N_("There is a draft already. Publish it, or throw it away."))
    number = max((row.number for row in states), default=0) + 1
    moment = now.replace(microsecond=0)
    head = packed(queries.head(session, number, moment))
    measures = [(facts["number"], packed(facts), packed(words)) for facts, words in queries.measures(session)]
    sha256, size = check_sum(document(head, ((facts, words) for _number, facts, words in measures)))
    edition = Edition(
        number=number, state=EditionState.DRAFT, as_of=moment, head=head, sha256=sha256, size=size,
        measures=len(measures), made_by_id=by.actor_id,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    rows = [
        {"edition_id": edition.id, "position": position, "number": number, "facts": facts, "words": words}
        for position, (number, facts, words) in enumerate(measures, 1)
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(EditionMeasure), rows[start : start + BATCH])
    record(session, act="edition.made", subject=edition, by=by, now=now, public=False, edition=str(number))
    session.flush()
    return edition


def discard(session: Session, *, edition: Edition, by: Voice, now: datetime) -> None:
    """Throw a draft away; its number is free again. Conflict for an edition that was published."""
    session.refresh(edition, with_for_update=True)
    if edition.state is not EditionState.DRAFT:
        raise Conflict(N_("This edition is published. It stays as it is, for ever."))
    record(session, act="edition.discarded", subject=edition, by=by, now=now, public=False, edition=str(edition.number))
    session.execute(sa.delete(EditionMeasure).where(EditionMeasure.edition_id == edition.id))
    session.delete(edition)
    session.flush()


def publish(session: Session, *, edition: Edition, by: Voice, now: datetime) -> None:
    """From now on this is the edition in force; the one before stays readable, as replaced."""
    session.refresh(edition, with_for_update=True)
    new = step(TRANSITIONS, edition.state, EditionState.PUBLISHED)
    before = session.scalar(sa.select(Edition).where(Edition.state == EditionState.PUBLISHED).with_for_update())
    if before is not None:
        before.state = step(TRANSITIONS, before.state, EditionState.SUPERSEDED)
        session.flush()
    edition.state, edition.published_at = new, now
    session.flush()
    record(
        session, act="edition.published", subject=edition, by=by, now=now, edition=str(edition.number),
        sha256=edition.sha256,
    )  # fmt: skip
    session.flush()
