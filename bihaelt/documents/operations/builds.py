"""Ordering long documents, and keeping account of how far they are."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.documents import queries
from bihaelt.documents.domain.builds import GIVEN_UP, KEPT, BuildKind, BuildState, within_limits
from bihaelt.documents.models import Build
from bihaelt.outbox.operations import enqueue

BEGUN, COMPOSED = 10, 40  # percent


def order(
    session: Session, *, kind: BuildKind, subject: str, language: str, account_id: int | None, now: datetime
) -> Build:
    """Order a document; the same order that is under way already is that one. Raises DomainError over the limits."""
    known = queries.twin(session, kind, subject, language)
    if known is not None:
        return known
    if account_id is not None:
        within_limits(*queries.counts(session, account_id, now - timedelta(days=1)))
    build = Build(kind=kind, subject=subject, language=language, ordered_by_id=account_id, ordered_at=now, public=True)
    session.add(build)
    session.flush()
    session.info["letters"] = True  # rings for the worker after the commit
    return build


def begin(session: Session, *, build_id: int, now: datetime) -> Build | None:
    """Take an order that waits; None when another worker was faster."""
    taken = session.execute(
        sa.update(Build)
        .where(Build.id == build_id, Build.state == BuildState.QUEUED)
        .values(state=BuildState.BUILDING, percent=BEGUN, started_at=now)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]
        return None
    return session.get(Build, build_id, populate_existing=True)


def advance(session: Session, *, build_id: int, percent: int) -> None:
    session.execute(sa.update(Build).where(Build.id == build_id).values(percent=percent))


def finish(session: Session, *, build_id: int, sha256: str, size: int, now: datetime) -> None:
    """The file is there: tell the person who ordered it."""
    build = session.get_one(Build, build_id, populate_existing=True)
    build.state, build.percent, build.sha256, build.size = BuildState.READY, 100, sha256, size
    build.finished_at, build.expires_at = now, now + KEPT
    account = session.get(Account, build.ordered_by_id) if build.ordered_by_id is not None else None
    if account is not None:
        enqueue(
            session, kind="document_ready", email=account.email, language=account.language, account_id=account.id,
            now=now, build_id=build.id, days=KEPT.days,
        )  # fmt: skip
    session.flush()


def fail(session: Session, *, build_id: int, now: datetime) -> None:
    """It could not be built; the page says so, and it can be ordered anew."""
    build = session.get_one(Build, build_id, populate_existing=True)
    build.state, build.finished_at, build.expires_at = BuildState.FAILED, now, now + KEPT
    session.flush()


def give_up(session: Session, *, now: datetime) -> int:
    """Orders whose worker never reported back have failed; returns how many."""
    lost = session.scalars(
        sa.select(Build.id).where(Build.state == BuildState.BUILDING, Build.started_at < now - GIVEN_UP)
    ).all()
    for build_id in lost:
        fail(session, build_id=build_id, now=now)
    return len(lost)


def expire(session: Session, *, now: datetime) -> frozenset[str]:
    """Remove orders whose time is over, but for the newest booklet of each language; returns the files still needed."""
    newest = (
        sa.select(sa.func.max(Build.id))
        .where(Build.state == BuildState.READY, Build.kind == BuildKind.BOOKLET, Build.subject == "")
        .group_by(Build.language)
    )
    keep = session.scalars(newest).all()
    session.execute(sa.delete(Build).where(Build.expires_at <= now, Build.id.not_in(keep)))
    return frozenset(session.scalars(sa.select(Build.sha256).where(Build.state == BuildState.READY)))


def renew_booklets(session: Session, *, languages: Iterable[str], now: datetime) -> int:
    """Order the booklet of the plan in each language in which it is older than the plan; returns how many."""
    changed = queries.changed_at(session)
    if changed is None:
        return 0
    ordered = 0
    for language in languages:
        latest = queries.latest(session, BuildKind.BOOKLET, "", language)
        if latest is None or latest.started_at is None or latest.started_at <= changed:
            order(session, kind=BuildKind.BOOKLET, subject="", language=language, account_id=None, now=now)
            ordered += 1
    return ordered
