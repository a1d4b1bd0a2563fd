"""Sixteen casts of one voter in the same moment, over HTTP with real transactions, make one ballot."""

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.votes.domain import Channel
from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.models import Ballot, Paper, PendingLeaf, Replaced, TurnoutHour
from bihaelt.votes.queries.ballots import questions
from bihaelt.votes.views.tickets import Ticket
from tests.factories import make_account, make_delegate, make_organisation
from tests.parallel import at_once, click, running_app
from tests.votes.ballot_stage import make_ballot, make_code, make_verified

CASTS = 16


@pytest.fixture(scope="module")
def live_app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("live")) as app:
        yield app


@pytest.fixture
def ballot_id(live_app):
    with live_app.app_context():
        number = make_ballot(db.session(), live_app).id
        db.session.commit()
        return number


def paper_fields(app, ballot_id, place=0):
    """A tick for one option of every question."""
    with app.app_context():
        asked = questions(db.session(), db.session.get_one(Ballot, ballot_id))
        return {f"question-{question.key}": question.options[place].key for question in asked}


def counted(app, ballot_id):
    """(papers, those that are cast, voters in the turnout); every number of a receipt waits for the log."""
    with app.app_context():
        session = db.session()
        mine = [question.id for question in questions(session, session.get_one(Ballot, ballot_id))]
        papers = session.scalars(sa.select(Paper).where(Paper.question_id.in_(mine))).all()
        waiting = set(session.scalars(sa.select(PendingLeaf.commitment).where(PendingLeaf.ballot_id == ballot_id)))
        gone = set(session.scalars(sa.select(Replaced.commitment).where(Replaced.ballot_id == ballot_id)))
        cast = [paper for paper in papers if paper.state is PaperState.CAST]
        assert waiting - gone == {paper.commitment for paper in cast}
        assert gone <= waiting
        voters = session.scalar(sa.select(sa.func.sum(TurnoutHour.voters)).where(TurnoutHour.ballot_id == ballot_id))
        return len(papers), len(cast), voters


def test_sixteen_casts_of_a_person_make_one_ballot(live_app, ballot_id):
    with live_app.app_context():
        account = make_account(db.session())
        make_verified(db.session(), account)
        account_id = account.id
        db.session.commit()
    path = f"/de/ballots/{ballot_id}/vote"
    assert click(live_app, account_id, path, **paper_fields(live_app, ballot_id))() == 303
    assert at_once([click(live_app, account_id, f"{path}/cast") for _ in range(CASTS)]) == [303] * CASTS
    assert counted(live_app, ballot_id) == (2, 2, 1)


def test_ticking_casting_and_taking_back_at_once_leaves_papers_log_and_turnout_in_step(live_app, ballot_id):
    with live_app.app_context():
        account = make_account(db.session())
        make_verified(db.session(), account)
        account_id = account.id
        db.session.commit()
    path = f"/de/ballots/{ballot_id}/vote"
    acts = [click(live_app, account_id, path, **paper_fields(live_app, ballot_id, place)) for place in (0, 1, 2)] * 2
    acts += [click(live_app, account_id, f"{path}/{step}") for step in ("cast", "withdraw") for _ in range(5)]
    assert set(at_once(acts)) <= {303, 422}
    papers, cast, voters = counted(live_app, ballot_id)
    assert (papers, cast, voters or 0) in {(2, 2, 1), (2, 0, 0)}


def test_sixteen_casts_of_two_delegates_make_one_ballot_of_their_organisation(live_app, ballot_id):
    with live_app.app_context():
        club = make_organisation(db.session())
        people = [make_delegate(db.session(), club).id for _ in range(2)]
        club_id = club.id
        db.session.commit()
    path, query = f"/de/ballots/{ballot_id}/vote", f"?acting_for={club_id}"
    assert click(live_app, people[0], path + query, **paper_fields(live_app, ballot_id))() == 303
    acts = [click(live_app, person, f"{path}/cast{query}") for person in people for _ in range(CASTS // 2)]
    assert at_once(acts) == [303] * CASTS
    assert counted(live_app, ballot_id) == (2, 2, 1)


def test_sixteen_casts_with_one_code_make_one_ballot(live_app, ballot_id):
    with live_app.app_context():
        code = make_code(db.session(), db.session.get_one(Ballot, ballot_id), used_as="alone")
        code_id = code.id
        db.session.commit()
        passes = [str(Ticket(ballot_id, code_id, Channel.CODE, f"form-{number}")) for number in range(CASTS)]
    fields = paper_fields(live_app, ballot_id)
    assert click(live_app, None, "/de/vote/review", ticket=passes[0], **fields)() == 200
    assert at_once([click(live_app, None, "/de/vote/cast", ticket=ticket) for ticket in passes]) == [200] * CASTS
    assert counted(live_app, ballot_id) == (2, 2, 1)
