"""Many acts in the same moment, with real transactions: one paper per voter, and no receipt without its entry in the log."""

import json

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Channel, Electorate, Kind, Voter
from bihaelt.votes.models import Ballot, Leaf, Paper, Strike, Verification
from bihaelt.votes.operations import casting, closing, codes
from bihaelt.votes.operations.codes import BadCode
from bihaelt.votes.queries import ballots, turnout
from tests.factories import NOW, make_organisation
from tests.parallel import at_once, running_app
from tests.votes.ballot_stage import STAFF, make_ballot, make_code, make_verified, ring_of

TIMES = 16


@pytest.fixture(scope="module")
def live_app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("ballots")) as app:
        yield app


class Stage:
    """A ballot that is committed, and acts on it that each have a transaction of their own."""

    def __init__(self, app, make_voter):
        self.app, self.ring = app, ring_of(app)
        with app.app_context():
            session = db.session()
            ballot = make_ballot(session, app)
            self.voter = make_voter(session, ballot)
            self.ballot_id, self.questions = ballot.id, ballots.questions(session, ballot)
            session.commit()

    def act(self, work):
        """``work(session, ballot)`` in a transaction; DomainError becomes the answer."""

        def run():
            with self.app.app_context():
                session = db.session()
                session.connection(execution_options={"writing": True})
                try:
                    done = work(session, session.get_one(Ballot, self.ballot_id))
                    session.commit()
                except DomainError as error:
                    session.rollback()
                    return error
                return done

        return run

    def cast(self, place, voter=None):
        choices = {question.key: [question.options[place % 3].key] for question in self.questions}
        return self.act(
            lambda session, ballot: casting.cast(
                session, ring=self.ring, ballot=ballot, voter=voter or self.voter, choices=choices, by=Voice(None), now=NOW,
                network="203.0.113.0/24",
            )
        )  # fmt: skip

    def read(self, statement):
        with self.app.app_context():
            return db.session.execute(statement).all()


def person(session, _ballot):
    return Voter(Kind.VERIFICATION, make_verified(session).id)


def coded(session, ballot):
    return Voter(Kind.CODE, make_code(session, ballot, used_as="alone").id, Channel.CODE)


def organisation(session, _ballot):
    return Voter(Kind.ORGANISATION, make_organisation(session).id)


@pytest.mark.parametrize("make_voter", [person, coded, organisation])
def test_sixteen_casts_of_one_voter_in_the_same_moment_make_one_paper_in_each_question(live_app, make_voter):
    stage = Stage(live_app, make_voter)
    receipts = at_once([stage.cast(place) for place in range(TIMES)])
    assert all(isinstance(receipt, casting.Receipt) for receipt in receipts), receipts
    papers = stage.read(
        sa.select(Paper.question_id, Paper.commitment).where(Paper.question_id.in_([q.id for q in stage.questions]))
    )
    assert len(papers) == len(stage.questions)
    with live_app.app_context():
        voted = turnout.voters(db.session(), stage.ballot_id)
    assert sum(voted[stage.voter.electorate].values()) == 1
    # The paper that stands is one that was receipted, as a whole.
    standing = {row.commitment for row in papers}
    assert any(set(receipt.commitments.values()) == standing for receipt in receipts)


def test_sixteen_voters_in_the_same_moment_all_count(live_app):
    stage = Stage(live_app, person)
    with live_app.app_context():
        voters = [person(db.session(), None) for _ in range(TIMES)]
        db.session.commit()
    at_once([stage.cast(place, voter) for place, voter in enumerate(voters)])
    with live_app.app_context():
        assert turnout.voters(db.session(), stage.ballot_id)[Electorate.PEOPLE] == {Channel.ONLINE: TIMES}


def test_nobody_casts_and_takes_a_sheet(live_app):
    for _ in range(4):
        stage = Stage(live_app, person)

        def hand_out(session, ballot, stage=stage):
            row = session.get_one(Verification, stage.voter.id)
            codes.hand_out(
                session, ring=stage.ring, ballot=ballot, verification=row, channel=Channel.PAPER, by=STAFF, now=NOW
            )
            return "struck"

        answers = at_once([stage.cast(0), stage.act(hand_out), stage.cast(1), stage.act(hand_out)])
        struck = stage.read(sa.select(Strike.channel).where(Strike.ballot_id == stage.ballot_id))
        papers = stage.read(
            sa.select(Paper.pseudonym).where(
                Paper.question_id.in_([q.id for q in stage.questions]), Paper.state == "cast"
            )
        )
        assert bool(struck) != bool(papers), answers


def test_a_code_typed_by_many_at_once_serves_one(live_app):
    stage = Stage(live_app, person)
    with live_app.app_context():
        ballot = db.session.get_one(Ballot, stage.ballot_id)
        made = codes.make_codes(
            db.session(),
            ring=stage.ring,
            ballot=ballot,
            channel=Channel.CODE,
            name="Briefe",
            count=1,
            by=STAFF,
            now=NOW,
        )
        db.session.commit()

    def alone(session, _ballot):
        return codes.enter_with_code(session, ring=stage.ring, code=made.codes[0], now=NOW)[1]

    answers = at_once([stage.act(alone) for _ in range(TIMES)])
    assert not [answer for answer in answers if isinstance(answer, BadCode)]
    assert len(set(answers)) == 1


def test_every_receipt_that_was_given_while_the_ballot_closed_is_in_the_log(live_app):
    stage = Stage(live_app, person)
    with live_app.app_context():
        voters = [person(db.session(), None) for _ in range(TIMES)]
        closes_at = db.session.get_one(Ballot, stage.ballot_id).closes_at
        db.session.commit()

    def close(session, ballot):
        closing.close(session, ring=stage.ring, ballot=ballot, by=STAFF, now=closes_at)

    acts = [stage.cast(place, voter) for place, voter in enumerate(voters)]
    answers = at_once([*acts[:8], stage.act(close), *acts[8:]])
    receipts = [answer for answer in answers if isinstance(answer, casting.Receipt)]
    promised = [digest for receipt in receipts for digest in receipt.commitments.values()]
    rows = stage.read(sa.select(Leaf.data, Leaf.commitment).where(Leaf.ballot_id == stage.ballot_id))
    logged = [row.commitment for row in rows if row.commitment]
    assert sorted(logged) == sorted(promised)
    closed = next(json.loads(row.data) for row in rows if '"closed"' in row.data)
    assert closed["electorates"]["people"]["voters"] == len(receipts)
