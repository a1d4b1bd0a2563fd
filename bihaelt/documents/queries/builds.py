"""Reading orders of long documents, and what an order is to hold."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.documents.domain.blocks import Document
from bihaelt.documents.domain.builds import UNDER_WAY, BuildKind, BuildState
from bihaelt.documents.models import Build
from bihaelt.documents.queries.conferences import conference_document
from bihaelt.documents.queries.controlling import controlling_document
from bihaelt.documents.queries.editions import edition_document
from bihaelt.documents.queries.measures import booklet


def build(session: Session, build_id: int) -> Build | None:
    return session.get(Build, build_id)


def queued(session: Session) -> Sequence[int]:
    """The orders that wait, the oldest first. One statement."""
    return session.scalars(sa.select(Build.id).where(Build.state == BuildState.QUEUED).order_by(Build.id)).all()


def latest(session: Session, kind: BuildKind, subject: str, language: str) -> Build | None:
    """The newest document of a kind that is ready. One statement."""
    return session.scalar(
        _of(kind, subject, language).where(Build.state == BuildState.READY).order_by(Build.id.desc()).limit(1)
    )


def twin(session: Session, kind: BuildKind, subject: str, language: str) -> Build | None:
    """The same order, while it is under way. One statement."""
    return session.scalar(_of(kind, subject, language).where(Build.state.in_(sorted(UNDER_WAY))).limit(1))


def _of(kind: BuildKind, subject: str, language: str) -> sa.Select[Build]:
    return sa.select(Build).where(Build.kind == kind, Build.subject == subject, Build.language == language)


def ready(session: Session, size: int = 50) -> Sequence[Build]:
    """The public documents that are ready, the newest of each kind, subject and language. One statement."""
    newest = (
        sa.select(sa.func.max(Build.id))
        .where(Build.state == BuildState.READY, Build.public)
        .group_by(Build.kind, Build.subject, Build.language)
    )
    return session.scalars(
        sa.select(Build).where(Build.id.in_(newest)).order_by(Build.kind, Build.id.desc()).limit(size)
    ).all()


def ordered_by(session: Session, account_id: int, size: int = 20) -> Sequence[Build]:
    """What a person has ordered, the newest first. One statement."""
    return session.scalars(
        sa.select(Build).where(Build.ordered_by_id == account_id).order_by(Build.id.desc()).limit(size)
    ).all()


def counts(session: Session, account_id: int, since: datetime) -> tuple[int, int]:
    """How many orders of a person are under way, and how many were made since a moment. One statement."""
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((Build.state.in_(sorted(UNDER_WAY)), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((Build.ordered_at >= since, 1), else_=0)), 0),
        ).where(Build.ordered_by_id == account_id)
    ).one()
    return int(row[0]), int(row[1])


def compose(session: Session, found: Build, today: date, city: str) -> Document | None:
    """What the order is to hold, in the current language; None if there is no such thing (any more)."""
    if found.kind is BuildKind.CONTROLLING:
        return controlling_document(session, found.subject, today, city)
    if found.kind is BuildKind.CONFERENCE:
        return conference_document(session, int(found.subject), city)
    return edition_document(session, int(found.subject), city) if found.subject else booklet(session, city)
