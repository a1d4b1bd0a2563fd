"""The worker tends open ballots, and one without its keys waits without stopping the others' letters."""

import logging
from datetime import timedelta

import sqlalchemy as sa

from bihaelt.outbox.models import Letter
from bihaelt.votes.domain import BallotState, Kind, Voter
from bihaelt.votes.models import Leaf
from bihaelt.votes.operations import casting
from bihaelt.votes.queries import ballots
from bihaelt.worker import tend_ballots
from tests.factories import NOW
from tests.votes.ballot_stage import STAFF, make_ballot, make_verified, ring_of


def act_of(session, app, ballot):
    asked = ballots.questions(session, ballot)[0]
    return {
        "ring": ring_of(app), "ballot": ballot, "now": NOW, "choices": {asked.key: [asked.options[0].key]},
        "voter": Voter(Kind.VERIFICATION, make_verified(session).id),
    }  # fmt: skip


def test_the_worker_batches_reminds_and_closes(app, session):
    ballot = make_ballot(session, app, clusters=1)
    for _ in range(10):
        casting.cast(session, by=STAFF, **act_of(session, app, ballot))
    casting.save_draft(session, **act_of(session, app, ballot))
    tend_ballots(app, NOW + timedelta(hours=25))
    assert session.scalar(sa.select(sa.func.count()).select_from(Leaf)) == 11
    assert session.scalars(sa.select(Letter.kind)).all() == ["ballot_unfinished"]
    tend_ballots(app, ballot.closes_at)
    session.refresh(ballot)
    assert ballot.state is BallotState.CLOSED


def test_a_ballot_without_its_keys_waits_and_is_spoken_of(app, session, caplog):
    ballot, other = make_ballot(session, app, clusters=1), make_ballot(session, app, clusters=1)
    (app.config["SETTINGS"].ballot_keys / f"{ballot.key}.pepper").unlink()
    with caplog.at_level(logging.WARNING):
        tend_ballots(app, ballot.closes_at)
    assert "keys of this ballot" in caplog.text
    session.refresh(ballot)
    session.refresh(other)
    assert (ballot.state, other.state) == (BallotState.OPEN, BallotState.CLOSED)
