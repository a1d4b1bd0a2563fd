"""Reading the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.outbox.models import Letter

WAITING = sa.and_(
    Letter.sent_at.is_(None), Letter.failed_at.is_(None), Letter.expired_at.is_(None), Letter.claimed_at.is_(None)
)


def due(session: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """Ids of letters to deliver now, or to mark as expired; the oldest first."""
    return session.scalars(
        sa.select(Letter.id)
        .where(WAITING, sa.or_(Letter.due_at <= now, Letter.expires_at <= now))
        .order_by(Letter.due_at, Letter.id)
        .limit(limit)
    ).all()


def stuck(session: Session, now: datetime) -> Sequence[Letter]:
    """Letters that were claimed more than an hour ago and never reported back: a person has to look at them."""
    return session.scalars(
        sa.select(Letter).where(Letter.claimed_at < now - timedelta(hours=1)).order_by(Letter.id)
    ).all()


def expired(session: Session, now: datetime) -> Sequence[Letter]:
    """Letters of the last week that were not sent because their code or link had died: the post was too slow."""
    return session.scalars(
        sa.select(Letter).where(Letter.expired_at > now - timedelta(days=7)).order_by(Letter.id)
    ).all()


def failed(session: Session, now: datetime) -> Sequence[Letter]:
    """Letters of the last week that could not be sent."""
    return session.scalars(
        sa.select(Letter).where(Letter.failed_at > now - timedelta(days=7)).order_by(Letter.id)
    ).all()
