"""What is due: on the desk, in letters, and what passing days bring about."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.desks.queries import Queue, Waiting, waiting
from bihaelt.funding import queries
from bihaelt.funding.domain import Due, FundingState
from bihaelt.funding.models import Check
from bihaelt.funding.operations import tend
from bihaelt.funding.operations.reminding import stage
from bihaelt.i18n import BY_BABEL
from bihaelt.marks import label_of
from bihaelt.measures.domain import FundingCheck
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.rendering import render_letter
from tests.browser import tree, words
from tests.factories import add, make_account, make_measure, make_office
from tests.funding.stage import NOTICE, TODAY, granted, make_place, planned

DAY = timedelta(days=1)


def make_due(session, *, deadline=TODAY + 7 * DAY, remind_on=TODAY - DAY, office=None):
    """A planned application, an open check, and a grant whose proof is due, all of one measure."""
    _cluster, measure, kim = make_place(session, deadline=deadline)
    measure.office_id = office.id if office else None
    planned(session, measure, kim, 10_000_00, cost_item="Miete")
    add(session, Check(measure_id=measure.id, state=FundingCheck.OPEN, remind_on=remind_on))
    kim.deadline = None
    proof = granted(session, measure, kim, cost_item="Personal")
    kim.deadline = deadline
    session.flush()
    return measure, kim, proof


def letters(session):
    return session.scalars(sa.select(Letter).where(Letter.kind == "funding_deadline").order_by(Letter.id)).all()


@pytest.mark.parametrize(
    ("due", "left", "reached"),
    [
        (Due.APPLICATION, 29, None), (Due.APPLICATION, 28, 28), (Due.APPLICATION, 8, 28), (Due.APPLICATION, 7, 7),
        (Due.APPLICATION, 0, 7), (Due.APPLICATION, -1, None), (Due.PROOF, 42, 42), (Due.PROOF, 14, 14),
        (Due.PROOF, -1, 0), (Due.CHECK, 0, None), (Due.CHECK, -1, 0),
    ],
)  # fmt: skip
def test_letters_come_before_and_after_the_day(due, left, reached):
    assert stage(due, TODAY + left * DAY, TODAY) == reached


def test_what_is_due_is_listed_by_day(session):
    _measure, _kim, proof = make_due(session)
    proof.proof_due_on = TODAY + 30 * DAY
    session.flush()
    rows = queries.deadlines(session, ("de",), TODAY).rows
    assert [(row.due, row.overdue) for row in rows] == [
        (Due.CHECK, True), (Due.APPLICATION, False), (Due.PROOF, False),
    ]  # fmt: skip
    assert [row.programme for row in rows] == [None, "KIM", "KIM"]
    only = queries.deadlines(session, ("de",), TODAY, due=Due.PROOF).rows
    assert [row.id for row in only] == [proof.id]
    office = make_office(session)
    assert queries.deadlines(session, ("de",), TODAY, office_ids=[office.id]).rows == []
    proof.proof_due_on = TODAY + 121 * DAY
    session.flush()
    assert len(queries.deadlines(session, ("de",), TODAY).rows) == 2


def test_the_list_goes_on_by_day_and_number(session):
    measure, kim, _ = make_due(session)
    for n in range(11):
        planned(session, measure, kim, 100, cost_item=f"Posten {n}")
    pages, cursor = [], None
    while True:
        page = queries.deadlines(session, ("de",), TODAY, size=5, cursor=cursor)
        pages.append([(row.due, row.id) for row in page.rows])
        if page.older is None:
            break
        cursor = Cursor.decode(page.older, (str, str, int))
    seen = [row for page in pages for row in page]
    assert len(seen) == len(set(seen)) == 13
    before = queries.deadlines(session, ("de",), TODAY, size=5, cursor=Cursor.decode(page.newer, (str, str, int)))
    assert [(row.due, row.id) for row in before.rows] == pages[-2]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_desk_takes_two_statements(session, count_queries, count):
    measure, kim, _ = make_due(session)
    for n in range(count):
        planned(session, measure, kim, 100, cost_item=f"Posten {n}")
    with count_queries() as seen:
        queries.deadlines(session, ("de",), TODAY)
    assert len(seen) == 2


def test_a_damaged_cursor_is_the_first_page(client, session):
    make_due(session)
    client.sign_in(make_account(session, Role.TREASURY))
    after = Cursor(("gestern", "check", 1)).encode()
    assert "The whole catalogue" in words(client.get(f"/en/desk/funding?after={after}"))
    assert not queries.day_in("gestern")
    assert queries.day_in("2026-11-22")


def test_the_desk_counts_what_is_near(session, now):
    _, _, proof = make_due(session)
    proof.proof_due_on = TODAY + 29 * DAY
    session.flush()
    found = waiting(session, [Queue.FUNDING], now, TODAY)[Queue.FUNDING]
    assert found == Waiting(2, 1, TODAY + 7 * DAY)


def test_an_editor_sees_the_deadlines_of_the_own_office(client, session):
    office, other = make_office(session), make_office(session)
    measure, _, _ = make_due(session, office=office)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=other))
    assert "Nothing is due." in words(client.get("/en/desk/funding"))
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=office))
    text = words(client.get("/en/desk/funding"))
    assert measure.number in text
    assert "Overdue" in text
    assert "Proof of use" not in words(client.get("/en/desk/funding?due=check")).split("Due on")[-1]


def test_the_desk_goes_on(client, session):
    measure, kim, _ = make_due(session)
    for n in range(51):
        planned(session, measure, kim, 100, cost_item=f"Posten {n}")
    client.sign_in(make_account(session, Role.PLAN_OWNER))
    further = tree(client.get("/en/desk/funding?due=application")).xpath(
        "//nav[@class='paging']//a[@rel='next']/@href"
    )[0]
    assert "due=application" in further
    page = client.get(further)
    assert len(tree(page).xpath("//tbody/tr")) == 2
    assert client.get(tree(page).xpath("//nav[@class='paging']//a[@rel='prev']/@href")[0]).status_code == 200


def test_the_office_is_written_to_once_for_each_stage(session, now):
    office = make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    make_account(session, Role.PLAN_OWNER)
    make_due(session, office=office)
    tend(session, now=now)
    tend(session, now=now)
    assert [(each.account_id, each.context["due"], each.context["overdue"]) for each in letters(session)] == [
        (editor.id, "application", False), (editor.id, "check", True),
    ]  # fmt: skip


def test_without_an_office_the_owner_of_the_plan_is_written_to(session, now, app):
    owner = make_account(session, Role.PLAN_OWNER, language="en")
    _, _kim, proof = make_due(session, deadline=TODAY + 20 * DAY, remind_on=TODAY + 5 * DAY)
    proof.proof_due_on = TODAY - DAY
    session.flush()
    tend(session, now=now)
    written = [each for each in letters(session) if each.account_id == owner.id]
    assert [each.context["due"] for each in written] == ["application", "proof"]


def test_a_grant_whose_time_is_over_waits_for_its_proof(session, now):
    cluster, measure, kim = make_place(session)
    ended = granted(session, measure, kim, notice=replace(NOTICE, ends_on=TODAY - DAY))
    running = granted(
        session, make_measure(session, cluster_id=cluster.id, planned_cents=10**8, starts_on=date(2026, 1, 1)), kim
    )
    tend(session, now=now)
    assert (ended.state, running.state) == (FundingState.PROOF_DUE, FundingState.GRANTED)


@pytest.mark.parametrize(
    ("due", "overdue", "said"),
    [
        (Due.APPLICATION, False, "Due on 1 Dec 2026: Application for M7"),
        (Due.PROOF, True, "Overdue since 1 Dec 2026: Proof of use for M7"),
        (Due.CHECK, True, "Please say whether the programme fits."),
    ],
)
def test_each_letter_says_what_is_due(app, session, due, overdue, said):
    with app.test_request_context("/en/"):
        letter = render_letter(
            "letters/funding_deadline.txt", BY_BABEL["en"], name="Amt", measure_id=1, number="M7", title="Ferienspiele",
            due=due.value, due_words=label_of(due), day="2026-12-01", overdue=overdue,
            programme="" if due is Due.CHECK else "KIM",
        )  # fmt: skip
    assert said in letter
    assert ("KIM" in letter) == (due is not Due.CHECK)
    assert "/desk/measures/1/funding" in letter
