"""The same form, sent many times in the same moment, is one comment, one statement, one report, one appeal."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import sleep

import pytest
import sqlalchemy as sa

from bihaelt.comments import operations, queries
from bihaelt.comments.domain import Ground, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.moderation.operations import hide_comment, report_comment
from bihaelt.proposals.models import Proposal
from bihaelt.verdicts import Conflict
from tests.factories import NOW, make_account, make_delegate, make_organisation, make_proposal
from tests.parallel import at_once, click, running_app, same_form

TIMES = 8


@pytest.fixture(scope="module")
def live_app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("live")) as app:
        yield app


def number(app, kind, **values):
    with app.app_context():
        assert queries.miscounted(db.session()) == {}
        return db.session.scalar(sa.select(sa.func.count()).select_from(kind).filter_by(**values))


def made(app, *, hidden=False):
    """Ids of a proposal, a comment on it (hidden if wanted) and its author."""
    with app.app_context():
        session = db.session()
        proposal, author = make_proposal(session), make_account(session)
        comment = operations.write_comment(
            session, proposal=proposal, body="Satz", stance=Stance.NOTE, language="de", by=Voice(author.id), now=NOW
        )
        if hidden:
            hide_comment(
                session, comment=comment, ground=Ground.INSULT, reason="x", by=Voice(make_account(session).id), now=NOW
            )
        session.commit()
        return proposal.id, comment.id, author.id


def test_one_comment(live_app):
    proposal_id, _, author_id = made(live_app)
    path = f"/de/proposals/{proposal_id}/comments"
    answers = at_once(same_form(live_app, author_id, path, TIMES, body="Nur einmal", stance="for"))
    assert answers == [303] * TIMES
    assert number(live_app, Comment, proposal_id=proposal_id, stance=Stance.FOR) == 1


def test_one_statement(live_app):
    proposal_id, _, _ = made(live_app)
    with live_app.app_context():
        organisation = make_organisation(db.session())
        person_id, organisation_id = make_delegate(db.session(), organisation).id, organisation.id
        db.session.commit()
    path = f"/de/proposals/{proposal_id}/statements/{organisation_id}"
    answers = at_once([click(live_app, person_id, path, body="Amtlich", stance="for") for _ in range(TIMES)])
    assert set(answers) <= {303, 422}
    assert 303 in answers
    assert number(live_app, Statement, proposal_id=proposal_id) == 1


@pytest.mark.parametrize("visitor", [True, False])
def test_one_report(live_app, visitor):
    _, comment_id, _ = made(live_app)
    with live_app.app_context():
        person_id = None if visitor else make_account(db.session()).id
        db.session.commit()
    fields = {"ground": "insult", "honest": "y"}
    path = f"/de/comments/{comment_id}/report"
    assert at_once(same_form(live_app, person_id, path, TIMES, **fields)) == [303] * TIMES
    assert number(live_app, Report, comment_id=comment_id) == 1


def test_one_appeal(live_app):
    _, comment_id, author_id = made(live_app, hidden=True)
    with live_app.app_context():
        hiding_id = db.session.scalar(sa.select(Hiding.id).where(Hiding.comment_id == comment_id))
    path = f"/de/my/moderation/{hiding_id}"
    answers = at_once([click(live_app, author_id, path, body="Einspruch") for _ in range(TIMES)])
    assert set(answers) <= {303, 403, 422}
    assert answers.count(303) == 1
    assert number(live_app, Appeal, hiding_id=hiding_id) == 1


def behind(app, first, second):
    """Does ``first`` and keeps its transaction open while ``second`` begins in another one; returns both ids."""

    def follow():
        with app.app_context():
            db.session.connection(execution_options={"writing": True})
            found = second(db.session()).id
            db.session.commit()
            return found

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        db.session.connection(execution_options={"writing": True})
        mine = first(db.session()).id
        other = pool.submit(follow)
        sleep(0.5)  # the other one has looked, found nothing yet, and waits for us
        db.session.commit()
        return mine, other.result(timeout=20)


def test_the_second_statement_of_an_organisation_follows_the_first_or_says_that_there_is_one(live_app):
    proposal_id, _, _ = made(live_app)
    with live_app.app_context():
        organisation = make_organisation(db.session())
        voices = [Voice(make_delegate(db.session(), organisation).id, "delegate", organisation.id, "V") for _ in "12"]
        db.session.commit()

    def statement(place):
        return lambda session: operations.publish_statement(
            session, proposal=session.get_one(Proposal, proposal_id), body=f"Amtlich {place}", stance=Stance.FOR,
            language="de", by=voices[place], now=NOW,
        )  # fmt: skip

    with suppress(Conflict):  # on PostgreSQL, where the second one has looked before the first one was done
        mine, other = behind(live_app, statement(0), statement(1))
        assert mine == other
    assert number(live_app, Statement, proposal_id=proposal_id) == 1


def test_who_comes_second_gets_what_the_first_one_made(live_app):
    proposal_id, comment_id, author_id = made(live_app)

    def comment(session):
        return operations.write_comment(
            session, proposal=session.get_one(Proposal, proposal_id), body="Gleich", stance=Stance.FOR, language="de",
            by=Voice(author_id), now=NOW, nonce="the same form",
        )  # fmt: skip

    def report(session):
        return report_comment(
            session, comment=session.get_one(Comment, comment_id), ground=Ground.INSULT, body="", language="de", now=NOW,
            nonce="the same report",
        )  # fmt: skip

    for act in (comment, report):
        mine, other = behind(live_app, act, act)
        assert mine == other
    assert number(live_app, Comment, proposal_id=proposal_id, stance=Stance.FOR) == 1
    assert number(live_app, Report, comment_id=comment_id) == 1
