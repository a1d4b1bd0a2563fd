"""Background jobs with huey, in a file of their own: letters, deadlines and the nightly recount."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask
from huey import SqliteHuey, crontab
from huey.exceptions import HueyException
from sqlalchemy.orm import Session

from bihaelt import mailer
from bihaelt.accounts.operations import purge_expired, purge_unconfirmed
from bihaelt.comments.operations import recount as recount_comments
from bihaelt.controlling.operations import remind as remind_of_reports
from bihaelt.documents import jobs as documents
from bihaelt.extensions import db
from bihaelt.funding.operations import tend as tend_funding
from bihaelt.imports.operations import forget_plans
from bihaelt.measures.operations import remind_cosigners
from bihaelt.measures.operations.reminding import remind_of_dates
from bihaelt.measures.operations.services import remind_of_reviews
from bihaelt.money.operations import forget_previews
from bihaelt.money.operations import recount as recount_money
from bihaelt.outbox.operations import forget as forget_letters
from bihaelt.proposals.operations import return_unanswered
from bihaelt.settings import Settings
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.operations import recount as recount_supports
from bihaelt.votes.operations.closing import close_if_due
from bihaelt.votes.operations.counting import explain_later, explained
from bihaelt.votes.operations.devices import forget_forms
from bihaelt.votes.operations.log import batch_of
from bihaelt.votes.operations.records import keep_due
from bihaelt.votes.operations.reminding import remind
from bihaelt.votes.queries.ballots import open_ids
from bihaelt.votes.queries.results import unexplained

log = logging.getLogger("bihaelt.worker")


def init_app(app: Flask) -> None:
    """Give the web process its bell: after a commit with letters it wakes the worker, if there is one."""
    app.extensions["nudge"] = (lambda: None) if app.testing else lambda: nudge(app)


def jobs_of(app: Flask) -> SqliteHuey:
    """The queue with all its jobs registered, made once per process."""
    known: SqliteHuey | None = app.extensions.get("jobs")
    if known is not None:
        return known
    settings: Settings = app.config["SETTINGS"]
    file = Path(settings.jobs_url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    jobs = SqliteHuey("bihaelt", filename=str(file), results=False, journal_mode="truncate", fsync=True)

    @jobs.task(name="deliver")
    def deliver() -> None:
        mailer.deliver(app)

    # A letter whose bell was lost, and every one whose second try is due, goes out within a minute.
    @jobs.periodic_task(crontab(minute="*"), name="deliver_due")
    def deliver_due() -> None:
        mailer.deliver(app)

    # One document after the other: setting hundreds of pages takes a core and some memory.
    @jobs.task(name="build")
    @jobs.lock_task("documents")
    def build() -> None:
        build_documents(app)

    @jobs.periodic_task(crontab(minute="*"), name="build_due")
    @jobs.lock_task("documents")
    def build_due() -> None:
        build_documents(app)

    @jobs.periodic_task(crontab(minute="*/5"), name="ballots")
    def ballots() -> None:
        tend_ballots(app)
        keep_records(app)

    # Takes minutes in a large vote: it has a thread of its own, and the next round does not start it twice.
    @jobs.periodic_task(crontab(minute="*/5"), name="explain")
    @jobs.lock_task("explain")
    def explain() -> None:
        explain_counts(app)

    @jobs.periodic_task(crontab(minute="15", hour="3"), name="nightly")
    def nightly() -> None:
        run_nightly(app)

    app.extensions["bells"] = (deliver, build)
    app.extensions["jobs"] = jobs
    return jobs


def nudge(app: Flask) -> None:
    """Ask the worker to deliver and build now. A lost bell delays both by a minute, so it never fails a request."""
    try:
        jobs_of(app)
        for bell in app.extensions["bells"]:
            bell()
    except (HueyException, OSError) as error:
        log.warning("the worker could not be woken: %s", error)


NIGHTLY: tuple[Callable[[Session, datetime], object], ...] = (
    lambda session, now: purge_unconfirmed(session, now=now),
    lambda session, now: purge_expired(session, now=now),
    lambda session, now: return_unanswered(session, now=now),
    lambda session, now: tend_funding(session, now=now),
    lambda session, now: forget_previews(session, now=now),
    lambda session, now: forget_plans(session, now=now),
    lambda session, now: forget_forms(session, now=now),
    lambda session, now: forget_letters(session, now=now),
    lambda session, now: remind_cosigners(session, now=now),
    lambda session, now: recount_supports(session, now=now),
    lambda session, _now: recount_comments(session),
    lambda session, now: recount_money(session, now=now),
    lambda session, now: remind_of_reports(session, now=now),
    lambda session, now: remind_of_reviews(session, now=now),
    lambda session, now: remind_of_dates(session, now=now),
)


def tend_ballots(app: Flask, now: datetime | None = None) -> None:
    """Close ballots whose time is over, move what waits into their logs, and remind; each in a transaction of its own.

    A ballot without its keys waits for the next round, and the log says so; the others do not wait for it.
    """
    moment = now or datetime.now(UTC)
    ring = KeyRing(app.config["SETTINGS"].ballot_keys)
    with app.app_context():
        ballots = open_ids(db.session())
        db.session.rollback()
        for number in ballots:
            in_transaction(partial(close_if_due, ring=ring, ballot_id=number, now=moment))
            in_transaction(partial(batch_of, ring=ring, ballot_id=number, now=moment))
        in_transaction(partial(remind, now=moment))


def explain_counts(app: Flask, now: datetime | None = None) -> None:
    """Search what would have been enough in large votes. It only reads for minutes, and then writes in one go."""
    with app.app_context():
        for ballot in unexplained(db.session()):
            number, run, found = ballot.id, ballot.run, explained(db.session(), ballot)
            db.session.rollback()
            in_transaction(partial(explain_later, ballot_id=number, run=run, found=found, now=now or datetime.now(UTC)))


def keep_records(app: Flask) -> None:
    """Make the open data of counted ballots as files. It only reads, so nobody who votes meanwhile has to wait."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        try:
            keep_due(db.session(), ring=KeyRing(settings.ballot_keys), folder=settings.ballot_data, city=settings.city)
        except DomainError as error:
            log.warning("open data could not be made: %s", error.reason)
        finally:
            db.session.rollback()


def build_documents(app: Flask, now: datetime | None = None) -> int:
    """Build the long documents that were ordered; returns how many became ready."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        return documents.build_due(
            db.session(), folder=settings.documents, city=settings.city, clock=lambda: now or datetime.now(UTC)
        )


def in_transaction(act: Callable[[Session], object]) -> None:
    session = db.session()
    session.connection(execution_options={"writing": True})
    try:
        act(session)
    except DomainError as error:
        session.rollback()
        log.warning("a ballot could not be tended: %s", error.reason)
    else:
        session.commit()


def run_nightly(app: Flask, now: datetime | None = None) -> None:
    """Everything that a passed date brings about; each step in a transaction of its own."""
    moment = now or datetime.now(UTC)
    with app.app_context():
        for act in NIGHTLY:
            session = db.session()
            session.connection(execution_options={"writing": True})
            act(session, moment)
            session.commit()
        documents.tidy(db.session(), folder=app.config["SETTINGS"].documents, now=moment)
