"""The money of the loaded demo city: the figures of the files before the transfers, and what became of the six."""

from collections import defaultdict

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import BookingKind, TransferState
from bihaelt.money.domain.rules import first_no, moving
from bihaelt.money.models import Booking, MoneyAccount, Transfer
from bihaelt.money.operations import recount
from tests.demo.conftest import LOADED
from tests.money.stage import demo

REFUSED = {"T2": ("B12", 16_000_00), "T4": ("B6", 10_000_00), "T6": ("B4", None)}


@pytest.fixture
def session(city):
    with city.app_context():
        yield db.session()
        db.session.remove()


def measures(session):
    return {measure.demo_key: measure for measure in session.scalars(sa.select(Measure))}


def test_the_totals_before_the_transfers_are_those_of_the_files(session):
    found = measures(session)
    for row in demo()["measures"]:
        accounts = queries.years_of(session, found[row["id"]].id)
        figures = tuple(sum(getattr(each, name) for each in accounts) for name in ("allocated", "used", "actual"))
        wanted = (
            (0, 0, 0) if row["cat"] == "C" else tuple(row[name] * 100 for name in ("planned", "committed", "actual"))
        )
        assert figures == wanted, row["id"]
        assert (found[row["id"]].committed_cents, found[row["id"]].spent_cents) == wanted[1:]


def test_the_six_transfers_are_booked_waiting_or_refused_by_the_very_rules(session):
    found, states = measures(session), defaultdict(list)
    transfers = session.scalars(sa.select(Transfer).order_by(Transfer.id)).all()
    for row, transfer in zip(demo()["budget_transfers"], transfers, strict=True):
        states[transfer.state].append(row["id"])
        assert (transfer.from_measure, transfer.to_measure) == (found[row["from"]], found[row["to"]])
        if transfer.state is not TransferState.BOOKED:
            facts = queries.moving_facts(
                session, source=found[row["from"]], target=found[row["to"]], year=transfer.year, cents=transfer.cents
            )
            no = first_no(moving(facts))
            assert (no.rule if no else None) == REFUSED.get(row["id"], (None,))[0]
            if no and REFUSED[row["id"]][1]:
                assert no.verdict.values["movable"] == REFUSED[row["id"]][1]
    assert states == {
        TransferState.BOOKED: ["T1", "T5"], TransferState.REFUSED: ["T2", "T4", "T6"], TransferState.REQUESTED: ["T3"],
    }  # fmt: skip
    assert queries.account(session, found["M11"].id, 2026).transfers_in == 8_000_00


def test_the_books_balance_and_no_cluster_is_overdrawn(session):
    assert recount(session, now=LOADED) == []
    session.rollback()
    moved = sa.select(sa.func.sum(Booking.cents)).where(Booking.kind == BookingKind.TRANSFER)
    assert session.scalar(moved) == 0
    for cluster_id, year in session.execute(sa.select(MoneyAccount.cluster_id, MoneyAccount.year).distinct()):
        budget = queries.budget_facts(session, cluster_id, year)
        assert budget.used <= budget.ceiling
        assert budget.allocated <= budget.cents


@pytest.mark.parametrize("path", ["/de/measures/11", "/de/plan/money/5", "/ar/plan/money/1?year=2021", "/de/plan"])
def test_citizens_read_where_the_euro_went(city, path):
    assert city.test_client().get(path).status_code == 200
