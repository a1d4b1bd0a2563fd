"""Bookings in the same moment, with real transactions: a cluster is never overdrawn by a cent (B2, B15)."""

from datetime import date

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.money import operations, queries
from bihaelt.money.domain.facts import Sums
from bihaelt.money.models import Booking, ClusterBudget
from bihaelt.verdicts import DomainError
from tests.conftest import NOW
from tests.factories import make_account, make_budget, make_cluster, make_measure
from tests.parallel import at_once, running_app

AT_ONCE = 32


@pytest.fixture
def app(tmp_path):
    with running_app(tmp_path) as app:
        yield app


def prepare(app, *, measures, allocated, budget):
    with app.app_context():
        session = db.session()
        cluster = make_cluster(session)
        make_budget(session, cluster, budget)
        operations.ensure_pool(session, cluster.id, 2020)
        holder = Voice(make_account(session, Role.BUDGET_HOLDER).id, "budget_holder")
        ids = []
        for _ in range(measures):
            measure = make_measure(
                session, "M", Category.B, cluster_id=cluster.id, planned_cents=10**9, starts_on=date(2026, 1, 1),
                funding_check=FundingCheck.UNSUITABLE,
            )  # fmt: skip
            operations.allocate(
                session, measure=measure, year=2026, cents=allocated, reason="Rat", by=holder, now=NOW
            )  # fmt: skip
            ids.append(measure.id)
        session.commit()
        return cluster.id, ids, holder


def acting(app, act):
    """The act in a transaction of its own, as a request does it; whether it was booked."""

    def run():
        with app.app_context():
            session = db.session()
            session.connection(execution_options={"writing": True})
            try:
                act(session)
            except DomainError:
                session.rollback()
                return False
            session.commit()
            return True

    return run


def test_thirty_two_bookings_at_once_never_overdraw_a_measure_or_its_cluster(app):
    cluster_id, ids, holder = prepare(app, measures=4, allocated=250_00, budget=1000_00)
    with app.app_context():  # the council takes money back: now the cluster's ceiling is below what measures have
        session = db.session()
        session.get_one(ClusterBudget, 1).cents = 777_77
        session.commit()

    def commit(number):
        def act(session):
            operations.commit(
                session, measure=session.get_one(Measure, ids[number % 4]), amounts={2026: 70_01}, contract=str(number),
                by=holder, now=NOW,
            )  # fmt: skip

        return acting(app, act)

    booked = at_once([commit(number) for number in range(AT_ONCE)])
    with app.app_context():
        session = db.session()
        used = [queries.account(session, measure_id, 2026).used for measure_id in ids]
        assert sum(booked) == 11  # 11 x 70.01 = 770.11; one more would be 840.12
        assert sum(used) == 11 * 70_01
        assert max(used) <= 250_00
        assert session.query(Booking).filter(Booking.kind == "commitment").count() == 11
        assert queries.budget_facts(session, cluster_id, 2026).used <= 777_77
        assert operations.recount(session, now=NOW) == []
        assert {m.committed_cents for m in session.query(Measure)} == set(used)


def test_transfers_and_expenses_at_once_neither_wait_for_each_other_forever_nor_lose_a_cent(app):
    _cluster, ids, holder = prepare(app, measures=3, allocated=100_00, budget=300_00)

    def move(number):
        def act(session):
            source, target = (session.get_one(Measure, ids[(number + step) % 3]) for step in (0, 1))
            request = operations.request_transfer(
                session,
                source=source,
                target=target,
                year=2026,
                cents=30_00,
                reason="Mehr",
                by=Voice(None, "system"),
                now=NOW,
            )
            operations.approve(session, request=request, by=holder, now=NOW)

        return acting(app, act)

    def spend(number):
        def act(session):
            operations.expense(
                session, measure=session.get_one(Measure, ids[number % 3]), year=2026, cents=20_00, on=NOW.date(), by=holder,
                now=NOW,
            )  # fmt: skip

        return acting(app, act)

    at_once([spend(number) if number % 2 else move(number) for number in range(24)])
    with app.app_context():
        session = db.session()
        found = [queries.account(session, measure_id, 2026) for measure_id in ids]
        assert sum(row.given for row in found) == 300_00
        assert all(row.available >= 0 for row in found)
        assert operations.recount(session, now=NOW) == []
        assert isinstance(found[0], Sums)
