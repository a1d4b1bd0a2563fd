"""kill -9 in the middle of 2,000 casts: every receipt that was given is in the log, none twice, and everybody voted once."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.votes.domain import Channel, Electorate
from bihaelt.votes.models import Ballot, Leaf, Paper, PendingLeaf, Verification
from bihaelt.votes.operations import closing
from bihaelt.votes.queries import turnout
from tests.conftest import ROOT
from tests.factories import NOW
from tests.parallel import running_app
from tests.votes.ballot_stage import STAFF, make_ballot, ring_of

VOTERS, PROCESSES, KILLS = 2000, 4, 4
# The kill hits a process, not the machine: nothing here waits for a disk.
MEMORY = Path("/dev/shm")


@pytest.fixture
def live_app():
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        running_app(Path(folder)) as app,
    ):
        yield app


def process(app, ballot_id, first, last, receipts):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("postgresql"):
        url += f"{'&' if '?' in url else '?'}options=-csynchronous_commit%3Doff"
    arguments = [url, app.config["SETTINGS"].ballot_keys, ballot_id, first, last, receipts]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.votes.casting_process", *map(str, arguments)], cwd=ROOT, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def written(files):
    return [line.split() for file in files if file.exists() for line in file.read_text().splitlines() if len(line) > 64]


def test_no_receipt_is_lost_and_no_vote_is_doubled_when_processes_die(live_app, tmp_path):
    with live_app.app_context():
        session = db.session()
        ballot = make_ballot(session, live_app, clusters=1)
        session.execute(
            sa.insert(Verification),
            [
                {"level": "desk", "person_hash": str(n), "age_met": 18, "verified_at": NOW, "revoke_reason": ""}
                for n in range(VOTERS)
            ],
        )
        first = session.scalar(sa.select(sa.func.min(Verification.id)))
        ballot_id, share = ballot.id, VOTERS // PROCESSES
        session.commit()
    spans = [(first + n * share, first + (n + 1) * share - 1) for n in range(PROCESSES)]
    files = [tmp_path / f"receipts-{n}" for n in range(PROCESSES)]
    running = [process(live_app, ballot_id, *span, file) for span, file in zip(spans, files, strict=True)]
    chance, kills = random.Random(1), 0
    while any(each.poll() is None for each in running):
        time.sleep(0.05)
        if kills < KILLS and len(written(files)) > (kills + 1) * VOTERS // (KILLS + 2):
            place = chance.choice([n for n, each in enumerate(running) if each.poll() is None])
            running[place].kill()
            running[place].wait()
            running[place].stderr.close()
            # Whoever takes over begins a little earlier: a cast that is there already changes nothing.
            done = [int(number) for number, _ in written([files[place]])]
            begin = max([spans[place][0], *(number - 5 for number in done)])
            running[place] = process(live_app, ballot_id, begin, spans[place][1], files[place])
            kills += 1
    assert [(each.wait(), each.stderr.read()) for each in running] == [(0, b"")] * PROCESSES
    for each in running:
        each.stderr.close()
    assert kills == KILLS
    promised = {(number, digest) for number, digest in written(files)}
    with live_app.app_context():
        session = db.session()
        session.connection(execution_options={"writing": True})
        ballot = session.get_one(Ballot, ballot_id)
        closing.close(session, ring=ring_of(live_app), ballot=ballot, by=STAFF, now=ballot.closes_at)
        session.commit()
        logged = session.scalars(sa.select(Leaf.commitment).where(Leaf.commitment.is_not(None))).all()
        papers = session.scalars(sa.select(Paper.commitment)).all()
        voters = turnout.voters(session, ballot_id)[Electorate.PEOPLE]
        assert session.scalar(sa.select(sa.func.count()).select_from(PendingLeaf)) == 0
    assert len(promised) == len({number for number, _ in promised}) == VOTERS
    assert sorted(logged) == sorted(papers) == sorted(digest for _, digest in promised)
    assert voters == {Channel.ONLINE: VOTERS}
