"""What a measure stands for: the recommendations that it implements, and the guiding principles."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.goals.domain import Stance
from bihaelt.goals.models import Implements, PrincipleStance
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.verdicts import DomainError

Stances = Mapping[int, tuple[Stance, str]]


def implement(
    session: Session, *, measure: Measure, recommendation_ids: frozenset[int], by: Voice, now: datetime
) -> None:
    """Exactly these recommendations are implemented by the measure. Nothing is recorded where nothing changes."""
    session.refresh(measure, with_for_update=True)
    have = set(
        session.scalars(sa.select(Implements.recommendation_id).where(Implements.measure_id == measure.id)).all()
    )
    if have == recommendation_ids:
        return
    session.execute(
        sa.delete(Implements).where(
            Implements.measure_id == measure.id, Implements.recommendation_id.in_(sorted(have - recommendation_ids))
        )
    )
    session.add_all(
        Implements(measure_id=measure.id, recommendation_id=one) for one in sorted(recommendation_ids - have)
    )
    session.flush()
    record(session, act="measure.implements", subject=measure, by=by, now=now)
    session.flush()


def take_stance(session: Session, *, measure: Measure, stances: Stances, by: Voice, now: datetime) -> None:
    """How the measure stands to the guiding principles, by their id; a conflict says why (DomainError at its field)."""
    for principle_id, (stance, note) in stances.items():
        if stance is Stance.CONFLICT and not note.strip():
            raise DomainError(N_("Say why."), field=f"note_{principle_id}")
    session.refresh(measure, with_for_update=True)
    rows = session.scalars(sa.select(PrincipleStance).where(PrincipleStance.measure_id == measure.id)).all()
    if {row.principle_id: (row.stance, row.note) for row in rows} == stances:
        return
    for row in rows:
        session.delete(row)
    session.flush()
    session.add_all(
        PrincipleStance(measure_id=measure.id, principle_id=principle_id, stance=stance, note=note)
        for principle_id, (stance, note) in stances.items()
    )
    session.flush()
    record(session, act="measure.principles", subject=measure, by=by, now=now)
    session.flush()
