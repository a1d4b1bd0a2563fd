"""What needs a real server or real commits: cached pages per second, durable supports, memory of a worker."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import timeit
from datetime import UTC, datetime
from pathlib import Path

import psutil
import sqlalchemy as sa
from flask import Flask

from bench.crowd import one_support
from bihaelt.accounts.models import Account
from bihaelt.conferences.queries import collecting
from bihaelt.extensions import db
from bihaelt.i18n import DEFAULT, LANGUAGES, gettext
from bihaelt.journal.domain import Voice
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.rendering import environment_of
from bihaelt.settings import ROOT

WRITES = 60
PORT = 8765
PLACES = ("", "proposals", "plan", "conferences", "search?q=Park")


def writes(app: Flask, size: int) -> list[str]:
    """One durable support through the operation against one bare row in a transaction of its own, interleaved."""
    ours, bare = [], []
    with app.app_context():
        session = db.session()
        now = datetime.now(UTC)
        conference = collecting(session, now)
        assert conference is not None
        ids = session.scalars(
            sa.select(Proposal.id)
            .where(Proposal.conference_id == conference.id, Proposal.state == State.PUBLISHED)
            .order_by(Proposal.id.desc())
            .limit(WRITES)
        ).all()
        account = session.scalars(sa.select(Account).where(Account.email.like("buerger1@%"))).one()
        voice = Voice(account.id)
        session.rollback()
        for proposal_id in ids:
            ours.append(one_support(session, proposal_id, voice))
            start = time.perf_counter()
            with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
                connection.execute(
                    sa.insert(Letter).values(
                        kind="bench",
                        email="",
                        language="de",
                        context={},
                        created_at=now,
                        due_at=now,
                        sent_at=now,
                        attempts=0,
                        error="",
                    )
                )
            bare.append(time.perf_counter() - start)
    share = statistics.median(b / o for o, b in zip(ours, bare, strict=True))
    return [
        f"One support at {size:,} proposals: {statistics.median(ours) * 1000:.2f} ms, "
        f"{share:.0%} of the rate of bare single-row transactions ({statistics.median(bare) * 1000:.2f} ms)"
    ]


def strings(app: Flask) -> list[str]:
    """What a fixed word costs in a template, and one that is looked up when the page is made."""
    with app.test_request_context("/de/"):
        env = environment_of(app, DEFAULT)
        pages = [
            env.from_string(words * 1000)
            for words in ("", '{{ _("Proposals") }}', '{{ _("Passed on to: %(name)s", name=x) }}')
        ]
        times = [
            min(timeit.repeat(lambda page=page: page.render(x="a"), number=5, repeat=20)) / 5 * 1000 for page in pages
        ]
        looked_up = min(timeit.repeat(lambda: gettext("Proposals"), number=1000, repeat=20)) * 1000
    empty, fixed, filled = times
    return [
        f"A word in a page: {max(0.0, fixed - empty):.2f} µs where it is fixed, {filled - empty:.2f} µs with a value in it, "
        f"{looked_up:.2f} µs asked for in Python"
    ]


def cached(url: str, folder: Path) -> list[str]:
    """Requests per second of a page from the page cache, through the real server, and a worker's memory."""
    wrk = shutil.which("wrk")
    env = {
        **os.environ,
        "PORT": str(PORT),
        "DATABASE_URL": url,
        "MAIL_URL": f"file:{folder / 'mail'}",
        "JOBS_URL": f"sqlite:///{folder / 'jobs.db'}",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "scripts.serve"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{PORT}/de/proposals"
        if not wait_for(address):
            return ["The server did not start for the cached pages."]
        notes = []
        if wrk is None:
            notes.append("Cached pages per second: not measured, the program wrk is not installed.")
        else:
            said = subprocess.run(
                [wrk, "-t2", "-c16", "-d5s", address], capture_output=True, text=True, check=True
            ).stdout
            rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
            notes.append(f"A visitor's page from the page cache: {float(rate[1]):,.0f} requests/s" if rate else said)
        workers = psutil.Process(server.pid).children(recursive=True)
        for lang in LANGUAGES:
            for place in PLACES:
                subprocess.run(
                    ["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{PORT}/{lang.url}/{place}"], check=True
                )
        own, with_shared = (max(getattr(p.memory_full_info(), kind) for p in workers) >> 20 for kind in ("pss", "rss"))
        notes.append(
            f"Memory of a worker after five pages in each of nine languages: {own} MB "
            f"({with_shared} MB with all that it shares with the others)"
        )
        return notes
    finally:
        server.terminate()
        server.wait(timeout=15)


def wait_for(address: str) -> bool:
    for _ in range(60):
        done = subprocess.run(["curl", "-sf", "-o", "/dev/null", address], check=False)
        if done.returncode == 0:
            return True
        time.sleep(0.25)
    return False
