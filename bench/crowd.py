"""Sixteen people support at the same moment, served by two processes as on a machine with two cores."""

import multiprocessing
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench import city
from bihaelt.accounts.models import Account
from bihaelt.conferences.queries import collecting
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.votes.operations import support
from bihaelt.votes.queries import proposal as public_proposal

PROCESSES, CLIENTS, EACH = 2, 16, 40
WARM = 5  # supports of each before the clock counts
application: Flask
ready: Barrier


def measured(app: Flask, url: str, size: int) -> list[str]:
    """A line for the report: each person supports one proposal after the other."""
    people, ids = cast(app)
    context = multiprocessing.get_context("spawn")
    parts = [people[n::PROCESSES] for n in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, context, prepare, (url, context.Barrier(PROCESSES))) as pool:
        found = list(pool.map(clicks, parts, [ids] * PROCESSES))
    spent = sorted(each for part, _ in found for each in part)
    rate = len(spent) / max(seconds for _, seconds in found)
    late = statistics.quantiles(spent, n=20)[-1]
    return [
        f"{CLIENTS} people support at once, at {size:,} proposals: {rate:,.0f} a second; half of them wait "
        f"{statistics.median(spent):.0f} ms, one of twenty {late:.0f} ms or longer"
    ]


def cast(app: Flask) -> tuple[Sequence[int], Sequence[int]]:
    """Ids of accounts, and of public proposals."""
    with app.app_context():
        session = db.session()
        conference = collecting(session, datetime.now(UTC))
        assert conference is not None
        ids = session.scalars(
            sa.select(Proposal.id)
            .where(Proposal.conference_id == conference.id, Proposal.state == State.PUBLISHED)
            .order_by(Proposal.id)
            .limit(EACH + WARM)
        ).all()
        people = session.scalars(
            sa.select(Account.id).where(Account.demo).order_by(Account.id.desc()).limit(CLIENTS)
        ).all()
        session.rollback()
    return people, ids


def prepare(url: str, barrier: Barrier) -> None:
    global application, ready
    application, ready = city.application(url), barrier


def clicks(people: Sequence[int], ids: Sequence[int]) -> tuple[list[float], float]:
    """Milliseconds of each support, and the seconds that all of them took together."""
    spent: list[float] = []
    threads = [threading.Thread(target=click, args=(account_id, ids, spent)) for account_id in people]
    ready.wait(timeout=60)
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, time.perf_counter() - start


def click(account_id: int, ids: Sequence[int], spent: list[float]) -> None:
    with application.app_context():
        session = db.session()
        for n, proposal_id in enumerate(ids):
            seconds = one_support(session, proposal_id, Voice(account_id))
            if n >= WARM:
                spent.append(seconds * 1000)


def one_support(session: Session, proposal_id: int, by: Voice) -> float:
    """Seconds of a support in a transaction of its own, the proposal looked up as a page does."""
    start = time.perf_counter()
    session.connection(execution_options={"writing": True})
    proposal = public_proposal(session, proposal_id)
    assert proposal is not None
    support(session, proposal=proposal, by=by, language="de", now=datetime.now(UTC))
    session.commit()
    return time.perf_counter() - start
