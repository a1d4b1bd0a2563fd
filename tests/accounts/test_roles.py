"""Rules of roles, as operations."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from bihaelt.accounts import operations
from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.domain.secrets import hash_of
from bihaelt.accounts.models import Account, Grant, SignIn
from bihaelt.actors import read
from bihaelt.extensions import db
from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.verdicts import DomainError
from tests.accounts.post import letters
from tests.conftest import NOW, migrated_app
from tests.databases import fresh_database
from tests.factories import make_account, make_cluster, make_office

TODAY = date(2026, 11, 22)


def grant(session, account, role=Role.MODERATOR, *, office_id=None, starts_on=TODAY, ends_on=None, by=SYSTEM, **scope):
    return operations.grant_role(
        session, account=account, role=role, office_id=office_id, starts_on=starts_on, ends_on=ends_on, by=by, now=NOW,
        **scope,
    )  # fmt: skip


def test_the_first_administrator_is_made_from_outside(session):
    account = make_account(session)
    grant(session, account, Role.ADMIN)
    assert [letter.kind for letter in letters(session)] == ["account_role"]


@pytest.mark.parametrize("state", [AccountState.UNCONFIRMED, AccountState.BLOCKED])
def test_only_active_accounts_hold_roles(session, state):
    account = make_account(session, state=state)
    with pytest.raises(DomainError, match="Only active"):
        grant(session, account)


def test_nobody_gives_a_role_to_themselves(session):
    account = make_account(session, Role.ADMIN)
    with pytest.raises(DomainError, match="themselves"):
        grant(session, account, by=Voice(account.id, "admin"))


def test_terms_may_follow_each_other_but_not_overlap(session):
    account = make_account(session)
    grant(session, account, ends_on=TODAY + timedelta(days=10))
    grant(session, account, starts_on=TODAY + timedelta(days=10))
    with pytest.raises(DomainError, match="already holds"):
        grant(session, account, starts_on=TODAY + timedelta(days=9))


def test_one_role_in_two_offices_is_two_grants(session):
    account = make_account(session)
    for _ in range(2):
        grant(session, account, Role.OFFICE_EDITOR, office_id=make_office(session).id)
    assert len(session.scalars(sa.select(Grant)).all()) == 2


def test_a_budget_holder_answers_for_clusters_one_by_one(session):
    account, one, two = make_account(session), make_cluster(session), make_cluster(session)
    for cluster in (one, two):
        grant(session, account, Role.BUDGET_HOLDER, cluster_id=cluster.id)
    with pytest.raises(DomainError, match="already holds"):
        grant(session, account, Role.BUDGET_HOLDER, cluster_id=one.id)
    with pytest.raises(DomainError, match="budget holders") as refused:
        grant(session, account, Role.TREASURY, cluster_id=one.id)
    assert refused.value.field == "cluster"
    assert actor_of(session, account).cluster_ids == {one.id, two.id}
    grant(session, account, Role.BUDGET_HOLDER)
    assert actor_of(session, account).cluster_ids is None


def actor_of(session, account):
    token = f"t{len(session.scalars(sa.select(SignIn)).all())}"
    session.add(
        SignIn(
            account_id=account.id, token_hash=hash_of(token), created_at=NOW, seen_at=NOW, fresh_at=NOW,
            ends_at=NOW + timedelta(hours=1), second_factor_at=NOW, device="Test",
        )
    )  # fmt: skip
    session.flush()
    return read(session, token, NOW, production=False)


def test_a_role_that_began_today_is_removed_when_it_ends_today(session):
    account = make_account(session)
    held = grant(session, account)
    operations.end_role(session, grant=held, today=TODAY, by=SYSTEM, now=NOW, reason="Irrtum")
    assert session.scalars(sa.select(Grant)).all() == []


def test_the_last_administrator_is_neither_removed_nor_blocked(session):
    admin = make_account(session, Role.ADMIN)
    make_account(session, Role.ADMIN, state=AccountState.BLOCKED)
    held = session.scalars(sa.select(Grant).where(Grant.account_id == admin.id)).one()
    with pytest.raises(DomainError, match="last administrator"):
        operations.end_role(session, grant=held, today=TODAY, by=SYSTEM, now=NOW)
    with pytest.raises(DomainError, match="last administrator"):
        operations.block(session, account=admin, reason="x", today=TODAY, by=SYSTEM, now=NOW)


def test_one_of_two_administrators_may_go(session):
    first, second = make_account(session, Role.ADMIN), make_account(session, Role.ADMIN)
    operations.block(session, account=first, reason="x", today=TODAY, by=Voice(second.id, "admin"), now=NOW)
    assert first.state is AccountState.BLOCKED


def test_nobody_blocks_themselves(session):
    admin = make_account(session, Role.ADMIN)
    with pytest.raises(DomainError, match="themselves"):
        operations.block(session, account=admin, reason="x", today=TODAY, by=Voice(admin.id, "admin"), now=NOW)


@pytest.fixture
def live_app(tmp_path):
    """An application whose requests commit for good."""
    app = migrated_app(fresh_database(tmp_path, os.environ.get("TEST_DATABASE", "sqlite")), tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_two_administrators_who_block_each_other_leave_one(live_app):
    with live_app.app_context():
        ids = [make_account(db.session(), Role.ADMIN).id for _ in range(2)]
        db.session.commit()
    gate = Barrier(2)

    def block(pair):
        actor, target = pair
        with live_app.app_context():
            session = db.session()
            session.connection(execution_options={"writing": True}) if db.engine.dialect.name == "sqlite" else None
            gate.wait(timeout=5) if db.engine.dialect.name != "sqlite" else None
            account = session.get_one(Account, target)
            try:
                operations.block(session, account=account, reason="x", today=TODAY, by=Voice(actor, "admin"), now=NOW)
            except DomainError:
                session.rollback()
            else:
                session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(block, [tuple(ids), tuple(reversed(ids))]))
    with live_app.app_context():
        states = sorted(db.session.scalars(sa.select(Account.state)).all())
    assert states == [AccountState.ACTIVE, AccountState.BLOCKED]
