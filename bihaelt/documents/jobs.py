"""Building long documents in the background. Nothing is locked while pages are composed and set."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bihaelt.documents import operations, queries
from bihaelt.documents.domain.builds import KEPT
from bihaelt.documents.operations.builds import COMPOSED
from bihaelt.extensions import writing
from bihaelt.i18n import BY_BABEL, LANGUAGES, local, speaking
from bihaelt.verdicts import DomainError

log = logging.getLogger("bihaelt.documents")


def build_due(session: Session, *, folder: Path, city: str, clock: Callable[[], datetime]) -> int:
    """Build everything that waits, one after the other; returns how many became ready."""
    with writing(session):
        operations.give_up(session, now=clock())
    waiting = queries.queued(session)
    session.rollback()
    return sum(build(session, build_id, folder=folder, city=city, clock=clock) for build_id in waiting)


def build(session: Session, build_id: int, *, folder: Path, city: str, clock: Callable[[], datetime]) -> bool:
    """Build one document, in short transactions: a slow document must not keep anybody from writing."""
    with writing(session):
        found = operations.begin(session, build_id=build_id, now=clock())
    if found is None:
        return False
    try:
        with speaking(BY_BABEL[found.language]):
            document = queries.compose(session, found, local(clock()).date(), city)
        session.rollback()
        if document is None:
            raise DomainError("what the document is about does not exist")
        with writing(session):
            operations.advance(session, build_id=build_id, percent=COMPOSED)
        body = operations.pdf(folder, document)
    except Exception:
        # Whatever it was, the order must not wait for ever, and the next one must have its turn.
        log.exception("document %s could not be built", build_id)
        session.rollback()
        with writing(session):
            operations.fail(session, build_id=build_id, now=clock())
        return False
    with writing(session):
        operations.finish(session, build_id=build_id, sha256=operations.key_of(document), size=len(body), now=clock())
    return True


def tidy(session: Session, *, folder: Path, now: datetime) -> None:
    """Every night: orders and files whose time is over go, and the booklets of a plan that has changed are ordered."""
    with writing(session):
        needed = operations.expire(session, now=now)
        operations.renew_booklets(session, languages=[language.babel for language in LANGUAGES], now=now)
    operations.sweep(folder, needed, now - KEPT)
