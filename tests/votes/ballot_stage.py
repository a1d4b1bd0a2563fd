"""What tests of ballots stand on: a conference that votes, a ballot on its proposals, and people who may vote."""

from datetime import timedelta
from typing import Any

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.votes.domain import Channel, Kind, Level, Settings, Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, CodeBatch, Verification, VotingCode
from bihaelt.votes.operations import ballots
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan
from tests.factories import NOW, add, make_account, make_cluster, make_conference, make_proposal, number

STAFF = Voice(None, Role.MODERATOR.value)


def ring_of(app) -> KeyRing:
    return KeyRing(app.config["SETTINGS"].ballot_keys)


def make_draft(session, *, clusters=2, options=3, cost=1000, budget=2500, conference=None, **settings: Any) -> Ballot:
    """A draft of a ballot whose every question has ``options`` proposals at ``cost`` euros."""
    topics = [make_cluster(session) for _ in range(clusters)]
    conference = conference or make_conference(session, "voting", clusters=tuple(topics))
    questions = [
        QuestionPlan(
            topic.id,
            budget,
            0,
            tuple(
                OptionPlan(make_proposal(session, conference=conference, cluster_id=topic.id).id, cost)
                for _ in range(options)
            ),
        )
        for topic in topics
    ]
    times = {"opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=3)}
    return ballots.set_up(
        session, conference=conference, settings=Settings(**(times | settings)), questions=questions, by=STAFF, now=NOW
    )


def make_ballot(session, app, **values: Any) -> Ballot:
    """An open ballot."""
    ballot = make_draft(session, **values)
    open_now(session, app, ballot)
    return ballot


def open_now(session, app, ballot) -> None:
    ballots.open_ballot(session, ring=ring_of(app), site="localhost", ballot=ballot, by=STAFF, now=NOW)


def make_verified(session, account=None, *, age_met=18, **values: Any) -> Verification:
    """A person whom the citizens' desk has verified, with an account unless ``account`` is False."""
    account = make_account(session) if account is None else account
    defaults = {
        "account_id": account.id if account else None, "level": Level.DESK, "person_hash": f"{next(number):064x}",
        "age_met": age_met, "verified_at": NOW,
    }  # fmt: skip
    return add(session, Verification(**(defaults | values)))


def voter(session, account=None, **values: Any) -> Voter:
    """Somebody who may vote with an account."""
    return Voter(Kind.VERIFICATION, make_verified(session, account, **values).id)


def make_code(session, ballot, channel=Channel.CODE, **values: Any) -> VotingCode:
    """One code in a batch of its own; its clear form is nowhere."""
    about = {"channel": channel, "on_sheets": channel is Channel.PAPER, "name": "Briefe", "codes": 1, "made_at": NOW}
    batch = add(session, CodeBatch(ballot_id=ballot.id, **about))
    defaults = {"ballot_id": ballot.id, "batch_id": batch.id, "number": 1, "code_hash": f"{next(number):064x}"}
    return add(session, VotingCode(**(defaults | values)))
