"""The counters of a discussion."""

import pytest
import sqlalchemy as sa

from bihaelt.comments import operations, queries
from bihaelt.comments.domain import Ground, Stance
from bihaelt.comments.models import Comment
from bihaelt.journal.domain import Voice
from tests.comments.saying import say


def test_a_wrong_counter_is_found_and_put_right(session, proposal):
    say(session, proposal)
    say(session, proposal, stance=Stance.QUESTION)
    session.refresh(proposal)
    proposal.comments = 9
    session.flush()
    assert operations.recount(session) == {proposal.id: 2}
    assert operations.recount(session) == {}
    assert proposal.comments == 2


def test_hidden_and_shown_again_the_counters_follow(session, proposal):
    comment = say(session, proposal)
    operations.conceal_comment(session, comment=comment, ground=Ground.INSULT)
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 0
    operations.reveal_comment(session, comment=comment)
    assert queries.by_stance(session, proposal.id)[Stance.FOR] == 1
    assert queries.miscounted(session) == {}


def test_a_writer_who_does_not_exist_stores_nothing(session, proposal):
    with pytest.raises(sa.exc.IntegrityError):
        say(session, proposal, by=Voice(999_999))
    assert session.scalar(sa.select(sa.func.count(Comment.id))) == 0
