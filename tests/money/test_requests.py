"""Requests for money and their four eyes."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bihaelt.accounts.models import Account
from bihaelt.journal.models import JournalEntry
from bihaelt.money import operations, queries
from bihaelt.money.domain import OWN, TWICE, BudgetState, MoneyKind, RequestKind, Step, TransferState
from bihaelt.money.models import Booking
from bihaelt.money.operations import Refused
from bihaelt.money.queries import account
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import NOW
from tests.money.stage import YEAR


@pytest.fixture
def pair(stage):
    """Two measures of one cluster."""
    stage.cluster("c", 200_000)
    return stage.measure("M1", "c", 150_000, allocated=100_000), stage.measure("M2", "c", 150_000)


@pytest.fixture
def apart(stage):
    """Two measures whose clusters are in no common pool."""
    stage.cluster("one", 200_000)
    stage.cluster("two", 1000)
    return stage.measure("M1", "one", 150_000, allocated=100_000), stage.measure("M2", "two", 1000)


def approve(session, request, by, **values):
    return operations.approve(session, request=request, by=by, now=NOW, **values)


def letters(session):
    rows = session.scalars(sa.select(Letter).order_by(Letter.id)).all()
    return [(letter.kind, letter.account_id) for letter in rows]


def test_inside_a_pool_one_budget_holder_books_a_transfer(session, stage, pair):
    request = stage.move(*pair, 10_000)
    assert (request.rule, request.way, request.state) == ("B3", "holder", TransferState.REQUESTED)
    assert letters(session) == [
        ("money_to_approve", stage.holder.actor_id), ("money_to_approve", stage.other_holder.actor_id),
    ]  # fmt: skip
    assert approve(session, request, stage.holder, note="Passt") is TransferState.BOOKED
    assert (account(session, pair[0].id, YEAR).available, account(session, pair[1].id, YEAR).available) == (
        90_000_00, 10_000_00,
    )  # fmt: skip
    assert letters(session)[-1] == ("money_answered", stage.editor.actor_id)
    acts = session.scalars(sa.select(JournalEntry).where(JournalEntry.subject_id == pair[1].id)).all()
    assert [entry.act for entry in acts if entry.act.startswith("money")] == ["money.requested", "money.approved"]
    with pytest.raises(Conflict):
        approve(session, request, stage.other_holder)


def test_across_pools_two_budget_holders_the_treasury_and_the_council_decide(session, stage, apart):
    request = stage.move(*apart, 60_000)
    assert (request.rule, request.way) == ("B5", "holder other_holder treasury council")
    with pytest.raises(Conflict):
        approve(session, request, stage.treasury)  # not their turn
    assert approve(session, request, stage.holder) is TransferState.CHECKED
    with pytest.raises(DomainError) as refusal:
        approve(session, request, stage.holder)
    assert refusal.value.reason == TWICE
    approve(session, request, stage.other_holder)
    approve(session, request, stage.treasury)
    with pytest.raises(DomainError) as refusal:
        approve(session, request, stage.clerk, paper=" ")
    assert refusal.value.field == "paper"
    assert approve(session, request, stage.clerk, paper="4711/2025") is TransferState.BOOKED
    assert [(each.step, each.paper) for each in queries.eyes(session, request.id)][-1] == (Step.COUNCIL, "4711/2025")
    assert account(session, apart[1].id, YEAR).available == 60_000_00


def test_a_person_never_approves_their_own_request(session, stage, pair):
    request = stage.move(*pair, 10, by=stage.holder)
    assert ("money_to_approve", stage.holder.actor_id) not in letters(session)
    with pytest.raises(DomainError) as refusal:
        approve(session, request, stage.holder)
    assert refusal.value.reason == OWN
    assert approve(session, request, stage.other_holder) is TransferState.BOOKED


def test_thresholds_make_the_way_longer(session, stage, pair):
    assert stage.move(*pair, 10_000.01).way == "holder treasury"
    assert stage.move(*pair, 50_000.01).way == "holder treasury council"


def test_a_refusal_needs_a_reason_and_reaches_the_person_who_asked(session, stage, pair):
    request = stage.move(*pair, 10)
    with pytest.raises(DomainError):
        operations.refuse(session, request=request, reason=" ", by=stage.holder, now=NOW)
    operations.refuse(session, request=request, reason="Erst prüfen", by=stage.holder, now=NOW)
    assert (request.state, request.refusal, request.next_step) == (TransferState.REFUSED, "Erst prüfen", None)
    assert letters(session)[-1] == ("money_answered", stage.editor.actor_id)
    assert account(session, pair[1].id, YEAR).available == 0


def test_who_is_gone_gets_no_letter(session, stage, pair):
    request = stage.move(*pair, 10)
    request.requested_by_id = None
    session.flush()
    before = len(letters(session))
    approve(session, request, stage.holder)
    assert len(letters(session)) == before
    assert session.get(Account, stage.editor.actor_id)


def test_rules_are_asked_again_at_the_last_yes(session, stage, pair):
    request = stage.move(*pair, 80_000)
    approve(session, request, stage.holder)
    approve(session, request, stage.treasury)
    stage.commit(pair[0], 30_000)
    with pytest.raises(Refused) as refusal:
        approve(session, request, stage.clerk, paper="1")
    assert refusal.value.rule == "B12"


@pytest.mark.parametrize("rule", ["B3", "B4", "B10", "B12", "B15"])
def test_a_transfer_that_breaks_a_rule_is_not_even_a_request(session, stage, pair, rule):
    values, target, euros = {}, pair[1], 10
    if rule == "B3":
        stage.cluster("building", 500, kind=MoneyKind.INVESTIVE)
        stage.one_way("c", "building")
        target = stage.measure("M3", "building")
    elif rule == "B4":
        stage.cluster("other", 500)
        stage.one_way("other", "c")
        target = stage.measure("M3", "other")
    elif rule == "B10":
        queries.budget_of(session, pair[0].cluster_id, YEAR).state = BudgetState.BLOCKED
    elif rule == "B12":
        euros = 100_001
    else:
        euros, values = 100_001, {"seen": 200_000_00}
    with pytest.raises(Refused) as refusal:
        stage.move(pair[0], target, euros, **values)
    assert refusal.value.rule == rule


def test_a_transfer_needs_two_measures_an_amount_and_a_reason(stage, pair):
    for act in (
        lambda: stage.move(pair[0], pair[0], 1), lambda: stage.move(*pair, 0), lambda: stage.move(*pair, 1, reason=" "),
    ):  # fmt: skip
        with pytest.raises(DomainError):
            act()


def test_more_than_planned_goes_to_the_treasury(session, stage, pair):
    values = {"measure": pair[0], "year": YEAR, "reason": "Teurer", "by": stage.editor, "now": NOW}
    with pytest.raises(DomainError):  # within the plan
        operations.request_allocation(session, cents=1, **values)
    request = operations.request_allocation(session, cents=60_000_00, **values)
    assert (request.kind, request.way) == (RequestKind.ALLOCATION, "holder treasury council")
    approve(session, request, stage.holder)
    approve(session, request, stage.treasury)
    assert approve(session, request, stage.clerk, paper="12") is TransferState.BOOKED
    assert account(session, pair[0].id, YEAR).allocated == 160_000_00
    with pytest.raises(Refused):
        operations.request_allocation(session, cents=60_000_00, **values)


def test_unused_money_is_carried_into_the_next_year(session, stage, pair):
    values = {"measure": pair[0], "year": YEAR, "reason": "Rechnung kommt im Januar", "by": stage.editor, "now": NOW}
    with pytest.raises(Refused):  # no budget for the next year yet
        operations.request_carry(session, cents=100_00, **values)
    stage.cluster("c", 500, year=YEAR + 1, state=BudgetState.PLANNED)
    with pytest.raises(Refused):
        operations.request_carry(session, cents=100_00, **(values | {"now": datetime(2026, 10, 1, tzinfo=UTC)}))
    request = operations.request_carry(session, cents=100_00, **values)
    approve(session, request, stage.holder)
    assert approve(session, request, stage.treasury) is TransferState.BOOKED
    this, following = (account(session, pair[0].id, year) for year in (YEAR, YEAR + 1))
    assert (this.carried, following.carried, following.available) == (-100_00, 100_00, 100_00)
    assert queries.budget_facts(session, pair[0].cluster_id, YEAR + 1).ceiling == 600_00
    booking = session.scalars(sa.select(Booking).order_by(Booking.id.desc())).first()
    operations.correct(session, booking=booking, reason="Doch nicht", by=stage.treasury, now=NOW)
    assert account(session, pair[0].id, YEAR + 1).available == 0
    queries.budget_of(session, pair[0].cluster_id, YEAR).state = BudgetState.CLOSED
    with pytest.raises(DomainError):
        operations.request_carry(session, cents=100_00, **values)


def test_the_list_of_requests_costs_the_same_for_one_and_fifty(session, stage, pair, count_queries):
    counts = set()
    for more in (1, 2, 47):
        for _ in range(more):
            stage.move(*pair, 1)
        with count_queries() as seen:
            page = queries.requests(
                session, ("de",), kind=RequestKind.TRANSFER, state=TransferState.REQUESTED, steps=[Step.HOLDER],
                measure_id=pair[0].id, year=YEAR,
            )  # fmt: skip
        counts.add(len(seen))
    assert counts == {2}
    assert len(page.rows) == 50
    assert queries.request(session, page.rows[0].id).cents == 1_00


def test_requests_are_read_page_by_page(session, stage, pair):
    for _ in range(3):
        stage.move(*pair, 1)
    first = queries.requests(session, ("de",), size=2)
    older = queries.requests(session, ("de",), size=2, cursor=decode(first.older))
    assert [len(first.rows), len(older.rows)] == [2, 1]
    back = queries.requests(session, ("de",), size=2, cursor=decode(older.newer))
    assert [row.id for row in back.rows] == [row.id for row in first.rows]


def decode(text):
    return Cursor.decode(text, (int,))


def test_whoever_has_asked_can_withdraw_until_it_is_answered(session, stage, pair):
    request = stage.move(*pair, 10_000)
    with pytest.raises(DomainError):
        operations.withdraw(session, request=request, by=stage.holder, now=NOW)
    operations.withdraw(session, request=request, by=stage.editor, now=NOW)
    assert (request.state, request.next_step) == (TransferState.WITHDRAWN, None)
    acts = session.scalars(sa.select(JournalEntry.act).where(JournalEntry.subject_id == pair[0].id)).all()
    assert acts[-1] == "money.withdrawn"
    for act in (
        lambda: operations.withdraw(session, request=request, by=stage.editor, now=NOW),
        lambda: approve(session, request, stage.holder),
    ):
        with pytest.raises(Conflict):
            act()
    assert account(session, pair[0].id, YEAR).available == 100_000_00
