"""Sixteen clicks in the same moment, with real transactions on a real database, make one support."""

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.proposals.models import Proposal
from bihaelt.votes import queries
from bihaelt.votes.domain import Tally
from bihaelt.votes.models import Support
from tests.factories import make_account, make_delegate, make_organisation, make_proposal
from tests.parallel import at_once, click, running_app

CLICKS = 16


@pytest.fixture(scope="module")
def live_app(tmp_path_factory):
    with running_app(tmp_path_factory.mktemp("live")) as app:
        yield app


def clicks(app, account_id, paths, **fields):
    """One browser per click, all signed in as the same person, each with a form of its own, ready to send."""
    return [click(app, account_id, path, **fields) for path in paths]


def stored(app, proposal_id):
    with app.app_context():
        rows = db.session.scalar(sa.select(sa.func.count()).where(Support.proposal_id == proposal_id))
        proposal = db.session.get_one(Proposal, proposal_id)
        assert queries.miscounted(db.session()) == {}
        return rows, Tally(proposal.supports_people, proposal.supports_organisations)


def test_sixteen_clicks_of_a_person_make_one_support(live_app):
    with live_app.app_context():
        proposal_id, account_id = make_proposal(db.session()).id, make_account(db.session()).id
        db.session.commit()
    path = f"/de/proposals/{proposal_id}/support"
    assert at_once(clicks(live_app, account_id, [path] * CLICKS)) == [303] * CLICKS
    assert stored(live_app, proposal_id) == (1, Tally(people=1))


def test_sixteen_clicks_of_delegates_make_one_support_of_their_organisation(live_app):
    with live_app.app_context():
        organisation = make_organisation(db.session())
        people = [make_delegate(db.session(), organisation).id for _ in range(2)]
        proposal_id, organisation_id = make_proposal(db.session()).id, organisation.id
        db.session.commit()
    path = f"/de/proposals/{proposal_id}/support"
    acts = [act for person in people for act in clicks(live_app, person, [path] * 8, acting_for=organisation_id)]
    assert at_once(acts) == [303] * CLICKS
    assert stored(live_app, proposal_id) == (1, Tally(organisations=1))


def test_giving_and_withdrawing_at_once_leaves_counter_and_rows_in_step(live_app):
    with live_app.app_context():
        proposal_id, account_id = make_proposal(db.session()).id, make_account(db.session()).id
        db.session.commit()
    paths = [f"/de/proposals/{proposal_id}/{act}" for act in ("support", "unsupport")] * (CLICKS // 2)
    assert at_once(clicks(live_app, account_id, paths)) == [303] * CLICKS
    rows, tally = stored(live_app, proposal_id)
    assert tally == Tally(people=rows)
    assert rows in (0, 1)


def test_sixteen_people_at_once_are_all_counted(live_app):
    with live_app.app_context():
        proposal_id = make_proposal(db.session()).id
        people = [make_account(db.session()).id for _ in range(CLICKS)]
        db.session.commit()
    path = f"/de/proposals/{proposal_id}/support"
    assert at_once([act for person in people for act in clicks(live_app, person, [path])]) == [303] * CLICKS
    assert stored(live_app, proposal_id) == (CLICKS, Tally(people=CLICKS))
