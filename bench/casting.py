"""Casting a whole ballot against one bare row in a transaction of its own, interleaved, on the same database."""

import statistics
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from bihaelt.conferences.models import Conference, ConferenceCluster
from bihaelt.extensions import db
from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.outbox.models import Letter
from bihaelt.proposals.models import Proposal
from bihaelt.topics.models import Cluster
from bihaelt.votes.domain import Kind, Level, Settings, Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Verification
from bihaelt.votes.operations import ballots, casting
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan, questions
from tests.factories import make_conference, make_proposal

CASTS = 150
WARM = 20
OPTIONS, TICKS = 25, 5


def casts(app: Flask) -> list[str]:
    """The rate of casts of ballots with one question and with eight (25 proposals each, 5 ticks), as a share of bare rows."""
    return [note for clusters in (1, 8) for note in measured(app, clusters)]


def measured(app: Flask, clusters: int) -> list[str]:
    ours, bare = [], []
    with app.app_context():
        session, now = db.session(), datetime.now(UTC)
        ring = KeyRing(app.config["SETTINGS"].ballot_keys)
        ballot_id, voters = prepared(ring, now, clusters)
        ballot = session.get_one(Ballot, ballot_id)
        asked = questions(session, ballot)
        choices = {question.key: [option.key for option in question.options[:TICKS]] for question in asked}
        session.expunge(ballot)  # frozen, and loaded by whoever casts; its state is read anew by every cast
        session.rollback()
        for number in voters:
            start = time.perf_counter()
            session.connection(execution_options={"writing": True})
            casting.cast(
                session, ring=ring, ballot=ballot, voter=Voter(Kind.VERIFICATION, number),
                choices=choices, by=Voice(None), now=now, network="203.0.113.0/24",
            )  # fmt: skip
            session.commit()
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
                connection.execute(
                    sa.insert(Letter).values(
                        kind="bench", email="", language="de", context={}, created_at=now, due_at=now, sent_at=now, attempts=0,
                        error="",
                    )
                )  # fmt: skip
            bare.append(time.perf_counter() - start)
    ours, bare = ours[WARM:], bare[WARM:]
    share = statistics.median(b / o for o, b in zip(ours, bare, strict=True))
    return [
        f"One cast of a ballot with {clusters} question(s): {statistics.median(ours) * 1000:.2f} ms, "
        f"{share:.0%} of the rate of bare single-row transactions ({statistics.median(bare) * 1000:.2f} ms)"
    ]


def prepared(ring: KeyRing, now: datetime, clusters: int) -> tuple[int, list[int]]:
    """An open ballot of a conference of its own, and people who may vote."""
    session = db.session()
    session.connection(execution_options={"writing": True})
    topics = session.scalars(sa.select(Cluster).order_by(Cluster.id).limit(clusters)).all()
    conference: Conference = make_conference(
        session, "voting", vote_opens=now - timedelta(days=1), vote_closes=now + timedelta(days=5),
        screening_until=now - timedelta(days=1), call_closes=now - timedelta(days=2), call_opens=now - timedelta(days=3),
        decision_by=now + timedelta(days=20), report_by=now + timedelta(days=30),
    )  # fmt: skip
    session.add_all([ConferenceCluster(conference_id=conference.id, cluster_id=topic.id) for topic in topics])
    made: list[list[Proposal]] = [
        [make_proposal(session, conference=conference, cluster_id=topic.id) for _ in range(OPTIONS)] for topic in topics
    ]
    plans = [
        QuestionPlan(topic.id, 100_000, 0, tuple(OptionPlan(proposal.id, 10_000) for proposal in proposals))
        for topic, proposals in zip(topics, made, strict=True)
    ]
    ballot = ballots.set_up(
        session, conference=conference, settings=Settings(opens_at=now, closes_at=now + timedelta(days=3)), questions=plans,
        by=SYSTEM, now=now,
    )  # fmt: skip
    ballots.open_ballot(session, ring=ring, site="localhost", ballot=ballot, by=SYSTEM, now=now)
    people = [
        Verification(level=Level.DESK, person_hash=f"{ballot.id}-{number}", age_met=18, verified_at=now)
        for number in range(CASTS + WARM)
    ]
    session.add_all(people)
    session.flush()
    found = ballot.id, [person.id for person in people]
    session.commit()
    return found
