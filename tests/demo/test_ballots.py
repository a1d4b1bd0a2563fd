"""The demo city's votes: what is over, what waits for decisions, and what a newcomer opens."""

import sqlalchemy as sa

from bihaelt.accounts.models import Account
from bihaelt.demo.ballots import SITE, vote_in_open
from bihaelt.demo.people import email_of
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.votes.domain import Electorate
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Certification
from bihaelt.votes.operations.ballots import open_ballot
from bihaelt.votes.queries.turnout import voters
from tests.demo.conftest import LOADED


def test_two_results_are_signed_and_one_ballot_is_to_be_opened(city):
    with city.app_context():
        ballots = db.session.scalars(sa.select(Ballot).order_by(Ballot.opens_at)).all()
        signatures = db.session.scalars(sa.select(Certification.ballot_id)).all()
        assert [ballot.state for ballot in ballots] == [
            BallotState.CERTIFIED, BallotState.CERTIFIED, BallotState.DRAFT,
        ]  # fmt: skip
        assert [signatures.count(ballot.id) for ballot in ballots] == [2, 2, 0]
        assert [ballot.destroyed_at is not None for ballot in ballots] == [True, False, False]
        db.session.rollback()


def test_the_crowd_votes_in_the_ballot_that_a_newcomer_has_opened(city):
    ring = KeyRing(city.config["SETTINGS"].ballot_keys)
    with city.app_context():
        session = db.session()
        session.connection(execution_options={"writing": True})
        assert vote_in_open(session, ring, voters=30, now=LOADED, seed=1) == 0
        draft = session.scalars(sa.select(Ballot).where(Ballot.state == BallotState.DRAFT)).one()
        owner = session.scalars(sa.select(Account).where(Account.email == email_of("u_plan"))).one()
        open_ballot(session, ring=ring, site=SITE, ballot=draft, by=Voice(owner.id, "plan_owner"), now=LOADED)
        assert vote_in_open(session, ring, voters=30, now=LOADED, seed=1) == 30
        assert sum(voters(session, draft.id)[Electorate.PEOPLE].values()) in range(25, 31)
        session.rollback()
