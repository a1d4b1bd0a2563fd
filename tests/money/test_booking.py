"""Booking money: what is written, what the sums say, and what a counter entry takes back."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from bihaelt.funding.domain import FundingState
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money import operations, queries
from bihaelt.money.domain import BookingKind, BudgetState, CommitmentState
from bihaelt.money.models import Booking, MoneyAccount
from bihaelt.money.operations import Refused
from bihaelt.paging import Cursor
from bihaelt.verdicts import DomainError
from tests.factories import NOW
from tests.money.stage import YEAR


@pytest.fixture
def measure(stage):
    stage.cluster("c", 1000)
    return stage.measure("M1", "c", 500, allocated=300)


def account(session, measure, year=YEAR):
    return queries.account(session, measure.id, year)


def rule_of(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.rule


def test_money_is_allocated_committed_and_spent_to_the_cent(session, stage, measure):
    commitment = stage.commit(measure, 100.05)
    assert (commitment.state, commitment.open_cents) == (CommitmentState.BOUND, 100_05)
    stage.spend(measure, 40, commitment=commitment, reference="R-1", reason="Miete")
    stage.spend(measure, 70.05, commitment=commitment)  # ten euros more than was open
    assert (commitment.state, commitment.open_cents) == (CommitmentState.SETTLED, 0)
    found = account(session, measure)
    assert (found.bound, found.settled, found.actual, found.open, found.used) == (100_05, 100_05, 110_05, 0, 110_05)
    assert (found.available, found.movable) == (189_95, 189_95)
    assert (measure.committed_cents, measure.spent_cents) == (110_05, 110_05)
    acts = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "money.booked")).all()
    assert [(entry.details["booking"], entry.details["cents"]) for entry in acts] == [
        ("allocation", 300_00), ("commitment", 100_05), ("actual", 40_00), ("actual", 70_05),
    ]  # fmt: skip


def test_without_an_amount_a_reason_or_a_budget_nothing_is_booked(session, stage, measure):
    for act in (
        lambda: stage.allocate(measure, 0), lambda: stage.allocate(measure, 5, reason=" "),
        lambda: stage.allocate(measure, 5, year=2031), lambda: stage.commit(measure, 0),
        lambda: operations.commit(session, measure=measure, amounts={}, by=stage.editor, now=NOW),
        lambda: stage.spend(measure, -1), lambda: stage.allocate(measure, 5, funding_id=999),
        lambda: stage.commit(measure, 1, override="Eilig"),
    ):  # fmt: skip
        with pytest.raises(DomainError):
            act()
    assert session.scalar(sa.select(sa.func.count(Booking.id))) == 1


def test_more_than_the_sheet_plans_has_to_be_asked_for(stage, measure):
    stage.allocate(measure, 200)
    with pytest.raises(DomainError) as refusal:
        stage.allocate(measure, 0.01)
    assert refusal.value.field == "amount"


def test_every_rule_can_be_run_into(session, stage, measure):
    assert rule_of(lambda: stage.commit(measure, 300.01)) == "B1"
    ended = stage.grant(measure, 5, first=2021, last=2022)
    assert rule_of(lambda: stage.commit(measure, 1, funding_id=ended.id)) == "B6"
    idea = stage.measure("M2", "c", category=Category.C, allocated=10)
    assert rule_of(lambda: stage.commit(idea, 1)) == "B11"
    unchecked = stage.measure("M3", "c", allocated=10, funding_check=FundingCheck.OPEN)
    assert rule_of(lambda: stage.commit(unchecked, 1)) == "B7"
    assert stage.commit(unchecked, 1, override="Sofort nötig", by=stage.owner)
    stage.cluster("c", 100, year=2027, state=BudgetState.PLANNED)
    stage.allocate(measure, 50, year=2027)
    assert rule_of(lambda: stage.commit(measure, 1, year=2027)) == "B9"
    assert stage.commit(measure, 1, year=2027, ve="VE 7").ve == "VE 7"
    assert rule_of(lambda: stage.commit(measure, 400, seen=500_00)) == "B15"
    queries.budget_of(session, measure.cluster_id, YEAR).cents = 20_00
    assert rule_of(lambda: stage.commit(measure, 100)) == "B2"
    assert rule_of(lambda: stage.allocate(measure, 1)) == "B2"


def test_a_freeze_stops_all_but_what_the_law_asks_for_and_what_is_bound_already(session, stage, measure):
    commitment = stage.commit(measure, 50)
    budget = queries.budget_of(session, measure.cluster_id, YEAR)
    operations.set_budget_state(
        session, budget=budget, state=BudgetState.BLOCKED, reason="Sperre", by=stage.treasury, now=NOW
    )
    assert rule_of(lambda: stage.commit(measure, 1)) == "B10"
    assert rule_of(lambda: stage.allocate(measure, 1)) == "B2"
    stage.spend(measure, 50, commitment=commitment)
    stage.commit(measure, 1, legal_duty=True)
    stage.spend(measure, 1, legal_duty=True)
    assert account(session, measure).used == 52_00


def test_a_grant_pays_for_its_measure_until_it_is_used_up(session, stage, measure):
    grant = stage.grant(measure, 100, own_share=50, purposes=("c",))
    stage.allocate(measure, 100, funding_id=grant.id)
    stage.commit(measure, 60, funding_id=grant.id)
    assert account(session, measure).movable == 300_00
    assert rule_of(lambda: stage.commit(measure, 50, funding_id=grant.id)) == "B1"
    assert rule_of(lambda: stage.commit(measure, 320, contract="V-9")) == "B1"  # own money ends at 300
    other = stage.measure("M2", "c", allocated=50)
    assert rule_of(lambda: stage.commit(other, 1, funding_id=grant.id)) == "B6"
    planned = stage.grant(measure, 5, state=FundingState.PLANNED)
    assert rule_of(lambda: stage.commit(measure, 1, funding_id=planned.id)) == "B6"
    second = stage.grant(measure, 50, name="ESF", own_share=90)
    assert rule_of(lambda: stage.commit(measure, 10, funding_id=second.id)) == "B8"  # the same contract
    assert rule_of(lambda: stage.allocate(measure, 50, funding_id=second.id)) == "B14"
    huge = stage.grant(measure, 900, name="EU")
    assert rule_of(lambda: stage.allocate(measure, 450, funding_id=huge.id)) == "B8"


def test_a_commitment_over_two_years_is_booked_whole_or_not_at_all(session, stage, measure):
    stage.cluster("c", 100, year=2027)
    stage.allocate(measure, 50, year=2027)
    values = {"measure": measure, "contract": "V-2", "ve": "VE 1", "by": stage.editor, "now": NOW}
    with pytest.raises(Refused), session.begin_nested():
        operations.commit(session, amounts={2026: 10_00, 2027: 60_00}, **values)
    assert account(session, measure).bound == 0
    made = operations.commit(session, amounts={2027: 50_00, 2026: 10_00}, **values)
    assert [(each.year, each.cents) for each in made] == [(2026, 10_00), (2027, 50_00)]


def test_money_is_reserved_first_and_bound_by_its_contract_later(session, stage, measure):
    commitment = stage.commit(measure, 10, contract="")
    assert commitment.state is CommitmentState.RESERVED
    with pytest.raises(DomainError):
        operations.bind(session, commitment=commitment, contract=" ", by=stage.editor, now=NOW)
    operations.bind(session, commitment=commitment, contract="V-3", by=stage.editor, now=NOW)
    assert (commitment.state, commitment.contract) == (CommitmentState.BOUND, "V-3")
    with pytest.raises(DomainError):
        operations.bind(session, commitment=commitment, contract="V-4", by=stage.editor, now=NOW)


def test_what_is_left_of_a_commitment_is_released(session, stage, measure):
    commitment = stage.commit(measure, 100)
    stage.spend(measure, 30, commitment=commitment)
    with pytest.raises(DomainError):
        operations.release(session, commitment=commitment, reason="", by=stage.editor, now=NOW)
    operations.release(session, commitment=commitment, reason="Schlussrechnung", by=stage.editor, now=NOW)
    assert (commitment.state, commitment.open_cents) == (CommitmentState.RELEASED, 0)
    found = account(session, measure)
    assert (found.open, found.used, found.available) == (0, 30_00, 270_00)
    with pytest.raises(DomainError):
        operations.release(session, commitment=commitment, reason="Nochmal", by=stage.editor, now=NOW)


def test_an_expense_belongs_to_the_commitment_of_its_measure(stage, measure):
    other = stage.measure("M2", "c", allocated=50)
    with pytest.raises(DomainError) as refusal:
        stage.spend(other, 5, commitment=stage.commit(measure, 10))
    assert refusal.value.field == "commitment"


def correct(session, stage, booking, reason="Zahlendreher"):
    return operations.correct(session, booking=booking, reason=reason, by=stage.treasury, now=NOW)


def last(session, kind):
    return session.scalars(sa.select(Booking).where(Booking.kind == kind).order_by(Booking.id.desc())).first()


def test_an_expense_is_taken_back_with_the_part_that_it_settled(session, stage, measure):
    commitment = stage.commit(measure, 100, contract="")
    booking = stage.spend(measure, 100, commitment=commitment)
    assert commitment.state is CommitmentState.SETTLED
    with pytest.raises(DomainError):
        correct(session, stage, booking, reason=" ")
    assert rule_of(lambda: correct(session, stage, last(session, BookingKind.SETTLEMENT))) == "B16"
    made = correct(session, stage, booking)
    assert [(each.kind, each.cents) for each in made] == [
        (BookingKind.ACTUAL, -100_00), (BookingKind.SETTLEMENT, -100_00),
    ]  # fmt: skip
    assert (commitment.state, commitment.open_cents) == (CommitmentState.RESERVED, 100_00)
    found = account(session, measure)
    assert (found.actual, found.settled, found.open) == (0, 0, 100_00)
    assert (measure.committed_cents, measure.spent_cents) == (100_00, 0)
    assert rule_of(lambda: correct(session, stage, booking)) == "B16"
    assert rule_of(lambda: correct(session, stage, made[0])) == "B16"


def test_a_commitment_is_taken_back_only_while_nothing_was_paid(session, stage, measure):
    first, second = stage.commit(measure, 10), stage.commit(measure, 20)
    booking = last(session, BookingKind.COMMITMENT)
    correct(session, stage, booking)
    assert second.state is CommitmentState.RELEASED
    paid = stage.spend(measure, 4, commitment=first)
    booking = session.scalars(sa.select(Booking).where(Booking.commitment_id == first.id)).first()
    assert rule_of(lambda: correct(session, stage, booking)) == "B16"
    correct(session, stage, paid)
    assert first.state is CommitmentState.BOUND
    correct(session, stage, booking)
    assert account(session, measure).used == 0


def test_an_allocation_is_taken_back_only_while_it_is_not_used(session, stage, measure):
    allocation, grant = last(session, BookingKind.ALLOCATION), stage.grant(measure, 50)
    granted = stage.allocate(measure, 50, funding_id=grant.id)
    commitment = stage.commit(measure, 1)
    assert rule_of(lambda: correct(session, stage, allocation)) == "B16"
    correct(session, stage, granted)
    operations.release(session, commitment=commitment, reason="Frei", by=stage.editor, now=NOW)
    correct(session, stage, allocation)
    assert account(session, measure).allocated == 0


def test_a_booked_transfer_is_taken_back_on_both_sides(session, stage, measure):
    other = stage.measure("M2", "c", allocated=10)
    request = stage.move(measure, other, 100)
    operations.approve(session, request=request, by=stage.holder, now=NOW)
    booking = last(session, BookingKind.TRANSFER)
    spent = stage.spend(other, 50)
    assert rule_of(lambda: correct(session, stage, booking)) == "B16"
    correct(session, stage, spent)
    correct(session, stage, booking)
    assert account(session, measure).transfers_out == 0
    assert (account(session, other).transfers_in, account(session, other).available) == (0, 10_00)
    assert operations.recount(session, now=NOW) == []


@pytest.mark.parametrize("act", ["UPDATE booking SET cents = 1", "DELETE FROM booking"])
def test_the_database_refuses_to_change_or_remove_a_booking(session, measure, act):
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(act))


def test_the_nightly_recount_puts_right_what_differs_and_says_so(session, stage, measure):
    stage.spend(measure, 10)
    assert operations.recount(session, now=NOW) == []
    row = session.scalars(sa.select(MoneyAccount)).one()
    row.actual, measure.spent_cents = 1, 7
    session.flush()
    assert operations.recount(session, now=NOW) == [measure.id]
    assert (row.actual, measure.spent_cents, measure.committed_cents) == (10_00, 10_00, 10_00)
    assert session.scalars(sa.select(JournalEntry.act).order_by(JournalEntry.id.desc())).first() == "money.recounted"


def test_lists_of_bookings_commitments_and_unused_money_cost_the_same_for_one_and_fifty(
    session, stage, measure, count_queries
):
    def statements():
        with count_queries() as seen:
            queries.bookings(session, ("de",), cluster_id=measure.cluster_id, year=YEAR)
            queries.commitments(session, ("de",), measure_id=measure.id)
            queries.unused(session, ("de",), YEAR)
            queries.of_cluster(session, ("de",), measure.cluster_id, YEAR)
            queries.years_of(session, measure.id)
            queries.accounts(session, [measure.id], YEAR)
        return len(seen)

    stage.commit(measure, 1)
    counts = {statements()}
    for number in (2, 47):
        for place in range(number):
            stage.commit(measure, 1)
            stage.measure(f"X{number}{place}", "c", allocated=1)
        counts.add(statements())
    assert counts == {10}


def test_bookings_are_read_page_by_page(session, stage, measure):
    for _ in range(4):
        stage.commit(measure, 1)
    first = queries.bookings(session, ("de",), measure_id=measure.id, size=2)
    from_cursor = queries.commitments(session, ("de",), measure_id=measure.id, size=2)
    assert [row.cents for row in first.rows] == [1_00, 1_00]
    assert first.older
    assert from_cursor.older
    older = queries.bookings(session, ("de",), measure_id=measure.id, size=2, cursor=cursor(first.older))
    assert len(older.rows) == 2
    back = queries.bookings(session, ("de",), measure_id=measure.id, size=2, cursor=cursor(older.newer))
    assert [row.id for row in back.rows] == [row.id for row in first.rows]


def cursor(text):
    return Cursor.decode(text, (int,))


def test_what_others_could_give_is_named_when_a_measure_is_short(stage, measure):
    stage.measure("M2", "c", allocated=100)
    with pytest.raises(Refused) as refusal:
        stage.commit(measure, 350)
    assert refusal.value.values["movable"] == 100_00
