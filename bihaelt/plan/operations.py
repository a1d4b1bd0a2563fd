"""Making an edition of the plan, throwing its draft away, publishing it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

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
    edition = freeze(
        session, number=number, as_of=moment, head=queries.head(session, number, moment),
        measures=queries.measures(session), by=by,
    )  # fmt: skip
    record(session, act="edition.made", subject=edition, by=by, now=now, public=False, edition=str(number))
    session.flush()
    return edition


def freeze(
    session: Session, *, number: int, as_of: datetime, head: Mapping[str, Any],
    measures: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], by: Voice,
) -> Edition:  # fmt: skip
    """Store what an edition says (see ``queries.snapshot``), compressed, as a draft with its check sum."""
    packed_head = packed(head)
    rows = [(facts["number"], packed(facts), packed(words)) for facts, words in measures]
    sha256, size = check_sum(document(packed_head, ((facts, words) for _number, facts, words in rows)))
    edition = Edition(
        number=number, state=EditionState.DRAFT, as_of=as_of, head=packed_head, sha256=sha256, size=size,
        measures=len(rows), made_by_id=by.actor_id,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    values = [
        {"edition_id": edition.id, "position": position, "number": code, "facts": facts, "words": words}
        for position, (code, facts, words) in enumerate(rows, 1)
    ]
    for start in range(0, len(values), BATCH):
        session.execute(sa.insert(EditionMeasure), values[start : start + BATCH])
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
