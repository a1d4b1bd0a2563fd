"""A device that many vote on: what one person has used up is so for every server, and forgotten when nobody can send it."""

from datetime import timedelta

import sqlalchemy as sa

from bihaelt.votes.models import UsedForm
from bihaelt.votes.operations.devices import SENDABLE, forget_forms, is_used_up, use_up
from bihaelt.worker import NIGHTLY
from tests.factories import NOW


def test_a_form_is_used_up_once_and_for_all(session):
    assert not is_used_up(session, "form-1")
    for _ in range(2):
        use_up(session, form="form-1", now=NOW)
    assert is_used_up(session, "form-1")
    assert not is_used_up(session, "form-2")
    assert "form-1" not in str(session.execute(sa.select(*UsedForm.__table__.columns)).all())


def test_a_form_is_kept_for_as_long_as_it_can_be_sent_and_then_forgotten(session):
    use_up(session, form="form-1", now=NOW)
    for wait, kept in ((timedelta(0), True), (SENDABLE, True), (timedelta(days=2), False)):
        forget_forms(session, now=NOW + wait)
        assert is_used_up(session, "form-1") is kept


def test_the_worker_forgets_at_night(session):
    use_up(session, form="form-1", now=NOW)
    for act in NIGHTLY:
        act(session, NOW + timedelta(days=2))
    assert not is_used_up(session, "form-1")
