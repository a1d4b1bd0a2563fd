"""Reading conferences."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.domain import Phase, phase_at
from bihaelt.conferences.models import Conference


def conference(session: Session, conference_id: int) -> Conference | None:
    return session.get(Conference, conference_id)


def conferences(session: Session) -> Sequence[Conference]:
    """All conferences, the newest first; a city has dozens at most. One statement."""
    return session.scalars(sa.select(Conference).order_by(Conference.held_on.desc(), Conference.id.desc())).all()


def collecting(session: Session, now: datetime) -> Conference | None:
    """The conference that takes proposals at ``now``: the one whose call closes first, or None."""
    return session.scalar(
        sa.select(Conference)
        .where(Conference.opened_at.is_not(None), Conference.call_opens <= now, Conference.call_closes > now)
        .order_by(Conference.call_closes)
        .limit(1)
    )


def current(session: Session, now: datetime) -> Conference | None:
    """The conference to show first: one that collects, else the one that is under way, else the last or the next."""
    found = collecting(session, now)
    if found is not None:
        return found
    by_phase: dict[Phase, Conference] = {}
    for candidate in conferences(session):
        by_phase.setdefault(phase_at(candidate, now), candidate)
    order = (Phase.VOTING, Phase.SCREENING, Phase.DECIDING, Phase.REPORTING, Phase.PLANNED, Phase.DONE)
    return next((by_phase[phase] for phase in order if phase in by_phase), None)
