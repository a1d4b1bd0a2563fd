"""The pages of the money: who sees and does what, and that nothing typed is lost."""

import pytest
import sqlalchemy as sa

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.i18n import BY_BABEL
from bihaelt.money import queries
from bihaelt.money.domain import DONE, NOT_OWN, OWN, TWICE, BudgetState, Step, TransferState
from bihaelt.money.models import Booking, Commitment, Pool, Transfer
from bihaelt.money.operations import approve, refuse, request_allocation
from bihaelt.outbox.models import Letter
from bihaelt.rendering import render_letter
from tests.browser import tree, words
from tests.factories import NOW
from tests.money.stage import YEAR


@pytest.fixture
def measure(stage):
    stage.cluster("c", 1000)
    return stage.measure("M1", "c", 500, allocated=300)


def signed_in(client, session, voice):
    return client.sign_in(session.get_one(Account, voice.actor_id))


def test_a_clerk_commits_pays_and_releases_in_the_browser(client, session, stage, measure):
    signed_in(client, session, stage.editor)
    money = f"/en/desk/measures/{measure.id}/money"
    assert "Nothing is committed yet." in words(client.get(money))
    form = {"year": "2026", "amount": "100", "source": "", "contract": "V-1", "seen": "30000"}
    refused = client.post(f"{money}/commit", form | {"amount": "300,01"})
    assert refused.status_code == 422
    assert "€0.01 too little" in words(refused)
    assert 'value="V-1"' in refused.text
    assert client.post(f"{money}/commit", form | {"year": "abc"}).status_code == 422
    assert client.post(f"{money}/commit", form | {"following": "5"}).status_code == 422
    assert client.post(f"{money}/commit", form).status_code == 303
    commitment = session.scalars(sa.select(Commitment)).one()
    page = client.get(f"{money}/expense?year=2026&commitment={commitment.id}")
    assert "V-1 (€100)" in words(page)
    paid = {"year": "2026", "amount": "60", "source": "", "commitment": str(commitment.id), "on": "2026-11-20"}
    assert client.post(f"{money}/expense", paid | {"on": "1990-01-01"}).status_code == 422
    assert client.post(f"{money}/expense", paid | {"seen": "abc"}).status_code == 303
    assert "€40 of this commitment are still open" in words(
        client.get(f"/en/desk/money/commitments/{commitment.id}/release")
    )
    assert client.post(f"/en/desk/money/commitments/{commitment.id}/release", {"reason": "Fertig"}).status_code == 303
    assert client.post(f"/en/desk/money/commitments/{commitment.id}/release", {"reason": "Fertig"}).status_code == 422
    assert client.post(f"{money}/expense", paid | {"commitment": "", "amount": "5"}).status_code == 303
    assert "Released" in words(client.get(money))


def test_reserved_money_gets_its_contract(client, session, stage, measure):
    commitment = stage.commit(measure, 5, contract="")
    signed_in(client, session, stage.editor)
    page = f"/en/desk/money/commitments/{commitment.id}/bind"
    assert client.get(page).status_code == 200
    assert client.post(page, {"contract": ""}).status_code == 422
    assert client.post(page, {"contract": "V-5"}).status_code == 303


def test_only_the_plan_owner_is_offered_to_override_the_funding_check(client, session, stage, measure):
    commit = f"/en/desk/measures/{measure.id}/money/commit"
    assert 'name="override"' not in signed_in(client, session, stage.editor).get(commit).text
    assert 'name="override"' in signed_in(client, session, stage.owner).get(commit).text
    form = {"year": "2026", "amount": "1", "source": "", "override": "Eilig"}
    assert client.post(commit, form).status_code == 303


def test_a_budget_holder_allocates_and_corrects(client, session, stage, measure):
    signed_in(client, session, stage.holder)
    page = f"/en/desk/measures/{measure.id}/money/allocate"
    form = {"year": "2026", "amount": "50", "source": "", "reason": "Rat"}
    assert client.get(f"{page}?year=2026&amount=12.50").text.count('value="12,50"') == 1
    assert client.post(page, form | {"reason": ""}).status_code == 422
    assert client.post(page, form).status_code == 303
    booking = session.scalars(sa.select(Booking).order_by(Booking.id.desc())).first()
    page = f"/en/desk/money/bookings/{booking.id}/correct"
    assert "never changed or deleted" in words(client.get(page))
    assert client.post(page, {"reason": "Falsch"}).status_code == 303
    assert client.post(page, {"reason": "Falsch"}).status_code == 422
    assert "Counter entry" in words(client.get(f"/en/desk/measures/{measure.id}/money"))


def test_a_transfer_is_asked_for_and_decided_by_others(client, session, stage, measure):
    stage.measure("M2", "c")
    signed_in(client, session, stage.editor)
    page = f"/en/desk/measures/{measure.id}/money/transfer"
    form = {"year": "2026", "amount": "100", "target": "m2", "source": "", "reason": "Mehrbedarf"}
    assert client.post(page, form | {"target": "M99"}).status_code == 422
    refused = client.post(page, form | {"amount": "400"})
    assert "At most €300 can be transferred" in words(refused)
    answer = client.post(page, form)
    assert answer.status_code == 303
    assert "Nothing" not in words(client.get(answer.location))
    assert client.post(answer.location, {"answer": "yes"}).status_code == 403
    signed_in(client, session, stage.holder)
    assert "M2" in words(client.get("/en/desk/money/requests"))
    assert client.post(answer.location, {"answer": ""}).status_code == 422
    assert client.post(answer.location, {"answer": "no", "note": ""}).status_code == 422
    assert client.post(answer.location, {"answer": "yes", "note": "Gut"}).status_code == 303
    assert session.scalars(sa.select(Transfer)).one().state is TransferState.BOOKED
    assert client.post(answer.location, {"answer": "yes"}).status_code == 403
    assert "There is no request here" in words(client.get("/en/desk/money/requests"))
    assert "M2" in words(client.get("/en/desk/money/requests?mine=no&kind=transfer&state=booked&year=2026"))


def test_what_waits_stands_on_the_desk_of_whose_turn_it_is(client, session, stage, measure):
    stage.move(measure, stage.measure("M2", "c"), 10)
    for person, desk in (
        (stage.holder, "Money to approve 1 open"),
        (stage.treasury, "Nothing waits"),
        (stage.clerk, "Nothing waits"),
    ):
        assert desk in words(signed_in(client, session, person).get("/en/desk/")), desk


def test_the_council_clerk_enters_the_paper_and_a_no_is_explained(client, session, stage, measure):
    stage.cluster("rich", 90_000)
    source, target = stage.measure("M5", "rich", 80_000, allocated=70_000), stage.measure("M6", "rich", 80_000)
    request = stage.move(source, target, 60_000)
    page = f"/en/desk/money/requests/{request.id}"
    for person in (stage.holder, stage.treasury):
        signed_in(client, session, person)
        assert 'name="paper"' not in client.get(page).text
        assert client.post(page, {"answer": "yes"}).status_code == 303
    signed_in(client, session, stage.clerk)
    assert "waits" not in words(client.get(page))
    assert client.post(page, {"answer": "yes", "paper": ""}).status_code == 422
    assert client.post(page, {"answer": "no", "note": "Vertagt"}).status_code == 303
    assert "Vertagt" in words(client.get(page))


@pytest.mark.parametrize("kind", ["more", "carry"])
def test_more_money_and_a_carry_forward_are_asked_for(client, session, stage, measure, kind):
    stage.cluster("c", 100, year=YEAR + 1, state=BudgetState.PLANNED)
    signed_in(client, session, stage.editor)
    page = f"/en/desk/measures/{measure.id}/money/ask/{kind}"
    assert client.get(f"{page}?year=2026&amount=250").status_code == 200
    assert client.post(page, {"year": "2026", "amount": "250", "reason": ""}).status_code == 422
    answer = client.post(page, {"year": "2026", "amount": "250", "reason": "Mehr"})
    assert answer.status_code == 303
    assert "€250" in words(client.get(answer.location))


def test_what_if_answers_rule_by_rule_and_hands_the_figures_over(client, session, stage, measure):
    stage.cluster("two", 100)
    stage.measure("M2", "two")
    signed_in(client, session, stage.editor)
    page = f"/en/desk/measures/{measure.id}/money/what-if"
    assert "What the rules say" not in words(client.get(page))
    assert "What the rules say" not in words(client.get(f"{page}?amount=x&source=77"))
    fine = client.get(f"{page}?act=commit&year=2026&amount=100")
    assert "Possible" in words(fine)
    assert "/money/commit?year=2026&amp;amount=100.0" in fine.text
    short = client.get(f"{page}?act=commit&year=2026&amount=301")
    assert "Not possible" in words(short)
    assert "€1 too little" in words(short)
    across = client.get(f"{page}?act=transfer&year=2026&amount=100&target=M2")
    assert "It would be approved by: Budget holder, Budget holder of the other cluster, Treasury" in words(across)
    assert "There is no measure with this number." in words(client.get(f"{page}?act=transfer&amount=1&target=M9"))
    assert "What the rules say" not in words(client.get(f"{page}?act=transfer&amount=1&target=M1"))
    grant = stage.grant(measure, 10)
    assert "Az. 7" in words(client.get(f"{page}?act=commit&year=2026&amount=5&source={grant.id}"))
    assert session.scalar(sa.select(sa.func.count(Booking.id))) == 1


def test_the_treasury_steers_budgets_pools_and_thresholds(client, session, stage, measure):
    signed_in(client, session, stage.treasury)
    budget = queries.budget_of(session, measure.cluster_id, YEAR)
    page = f"/en/desk/plan/budgets/{budget.id}"
    assert "Frozen" in words(client.get(page))
    assert client.post(page, {"to": "blocked", "reason": ""}).status_code == 422
    assert client.post(page, {"to": "blocked", "reason": "Sperre"}).status_code == 303
    assert "Frozen" in words(client.get("/en/desk/plan/budgets?year=2026"))
    settings = "/en/desk/money/settings"
    assert client.post(settings, {"treasury": "5.000", "council": "1.000", "reason": "x"}).status_code == 422
    assert client.post(settings, {"treasury": "5.000", "council": "20.000", "reason": "x"}).status_code == 303
    other = stage.cluster("two", 5)
    new = {"from_cluster": str(measure.cluster_id), "to_cluster": str(other.id), "first_year": "2026", "note": "Rat"}
    assert client.get("/en/desk/money/pools/new").status_code == 200
    assert client.post("/en/desk/money/pools/new", new | {"first_year": ""}).status_code == 422
    assert client.post("/en/desk/money/pools/new", new).status_code == 303
    pool = session.scalars(sa.select(Pool).order_by(Pool.id.desc())).first()
    assert "in one direction" in words(client.get(settings))
    assert client.get(f"/en/desk/money/pools/{pool.id}/end").status_code == 200
    assert client.post(f"/en/desk/money/pools/{pool.id}/end", {"last_year": "2026", "reason": "x"}).status_code == 303


def test_lists_of_commitments_and_the_years_end(client, session, stage, measure):
    stage.commit(measure, 30)
    grant = stage.grant(measure, 40)
    stage.allocate(measure, 40, funding_id=grant.id)
    signed_in(client, session, stage.treasury)
    assert "V-1" in words(client.get(f"/en/desk/money/commitments?state=bound&year=2026&cluster={measure.cluster_id}"))
    assert "Nothing is committed yet." in words(client.get("/en/desk/money/commitments?state=settled"))
    page = words(client.get("/en/desk/money/year-end?year=2026"))
    assert "€310" in page
    assert "€270" in page
    assert "Pay back" in page
    assert "No money is left" in words(client.get("/en/desk/money/year-end?year=2030"))


def test_citizens_read_every_booking_and_where_the_euro_went(client, session, stage, measure):
    stage.spend(measure, 40, commitment=stage.commit(measure, 100), reference="R-7")
    page = client.get(f"/en/plan/money/{measure.cluster_id}?year=2026")
    assert "R-7" in words(page)
    assert "€260" not in words(page)
    assert "Nothing was booked in this year." in words(client.get(f"/en/plan/money/{measure.cluster_id}?year=2031"))
    assert client.get("/en/plan/money/99999").status_code == 404
    sheet = words(client.get(f"/en/measures/{measure.id}"))
    assert "Where the euro went" in sheet
    assert "R-7" in sheet


def test_lists_go_on_page_by_page(client, session, stage, measure, monkeypatch):
    for number in range(51):
        stage.commit(measure, 1, contract=f"V-{number}")
        stage.measure(f"X{number}", "c", allocated=1)
        stage.move(measure, stage.measures[f"X{number}"], 1)
    signed_in(client, session, stage.treasury)
    for path in (
        f"/en/desk/measures/{measure.id}/money", "/en/desk/money/commitments", "/en/desk/money/requests?mine=no",
        "/en/desk/money/year-end?year=2026", f"/en/plan/money/{measure.cluster_id}?year=2026",
    ):  # fmt: skip
        first = client.get(path)
        older = next(each.get("href") for each in links(first, "next"))
        assert links(client.get(older), "prev"), path


def links(answer, rel):
    return tree(answer).xpath(f"//a[@rel='{rel}']")


def test_letters_say_who_has_to_do_what_and_what_became_of_it(app, session, stage, measure):
    request = stage.move(measure, stage.measure("M2", "c"), 100)
    refuse(session, request=request, reason="Erst prüfen", by=stage.holder, now=NOW)
    found = {letter.kind: letter.context for letter in session.scalars(sa.select(Letter))}
    with app.test_request_context("/en/"):
        asked = render_letter("letters/money_to_approve.txt", BY_BABEL["en"], **found["money_to_approve"])
        told = render_letter("letters/money_answered.txt", BY_BABEL["en"], **found["money_answered"])
    assert "€100 for measure M2" in asked
    assert "6 Dec 2026" in asked
    assert "Refused" in told
    assert "Erst prüfen" in told


def test_who_may_do_what(session, stage, measure, now):
    def may(name, role, subject=None):
        actor = None if role is None else Actor(999, "P", "", "de", frozenset({role}))
        return bool(getattr(permissions, name)(actor, subject, now))

    assert may("steer_money", Role.TREASURY)
    assert not may("steer_money", Role.ADMIN)
    assert not may("see_money", None)
    assert may("see_money", Role.COUNCIL_CLERK)
    for role, book, allocate in (
        (Role.OFFICE_EDITOR, True, False), (Role.BUDGET_HOLDER, True, True), (Role.TREASURY, True, True),
        (Role.COUNCIL_CLERK, False, False), (Role.PLAN_OWNER, True, False),
    ):  # fmt: skip
        assert may("book_money", role, measure) is book
        assert may("allocate_money", role, measure) is allocate
        assert may("correct_booking", role, measure) is allocate
    request = stage.move(measure, stage.measure("M2", "c"), 1)
    assert may("approve_money", Role.BUDGET_HOLDER, request)
    assert not may("approve_money", Role.TREASURY, request)
    assert not may("approve_money", None, request)
    asker = Actor(request.requested_by_id, "P", "", "de", frozenset({Role.BUDGET_HOLDER}))
    assert permissions.approve_money(asker, request, now).reason == OWN
    stage.cluster("two")
    across = stage.move(measure, stage.measure("M3", "two"), 1)
    asking = Actor(request.requested_by_id, "P", "", "de", frozenset({Role.OFFICE_EDITOR}))
    assert permissions.withdraw_money(asking, request, now)
    assert (
        permissions.withdraw_money(Actor(0, "P", "", "de", frozenset({Role.PLAN_OWNER})), request, now).reason
        == NOT_OWN
    )
    assert not permissions.withdraw_money(None, request, now)
    approve(session, request=across, by=stage.holder, now=now)
    session.expire(across, ["approvals"])
    again = Actor(stage.holder.actor_id, "P", "", "de", frozenset({Role.BUDGET_HOLDER}))
    assert permissions.approve_money(again, across, now).reason == TWICE
    approve(session, request=request, by=stage.holder, now=now)
    assert permissions.approve_money(again, request, now).reason == DONE
    assert permissions.withdraw_money(asking, request, now).reason == DONE
    assert not permissions.approve_money(None, request, now)
    assert may("approve_as_holder", Role.BUDGET_HOLDER)
    assert may("approve_for_council", Role.COUNCIL_CLERK)


def test_a_request_is_withdrawn_by_whoever_has_made_it(client, session, stage, measure):
    request = stage.move(measure, stage.measure("M2", "c"), 100)
    page = f"/en/desk/money/requests/{request.id}"
    signed_in(client, session, stage.holder)
    assert not tree(client.get(page)).xpath(f"//main//form[@action='{page}/withdraw']")
    assert client.post(f"{page}/withdraw").status_code == 403
    signed_in(client, session, stage.editor)
    assert tree(client.get(page)).xpath(f"//main//form[@action='{page}/withdraw']")
    assert client.post(f"{page}/withdraw").status_code == 303
    assert "Withdrawn" in words(client.get(page))
    assert client.post("/en/desk/money/requests/99999/withdraw").status_code == 404


def scoped(session, voice, *clusters):
    """From now on this budget holder answers for these clusters only."""
    grants = session.scalars(sa.select(Grant).where(Grant.account_id == voice.actor_id)).all()
    first, *_ = grants
    first.cluster_id = clusters[0].id
    for cluster in clusters[1:]:
        session.add(Grant(account_id=voice.actor_id, role=first.role, cluster_id=cluster.id, starts_on=first.starts_on))
    session.flush()


def test_a_budget_holder_answers_for_the_own_clusters_only(client, session, stage, measure):
    other = stage.cluster("two", 5000)
    target = stage.measure("M9", "two")
    scoped(session, stage.holder, stage.clusters["c"])
    scoped(session, stage.other_holder, other, stage.cluster("three"))
    request = stage.move(measure, target, 100)
    assert request.way.split()[:2] == ["holder", "other_holder"]
    page = f"/en/desk/money/requests/{request.id}"
    told = sa.select(Letter.account_id).where(Letter.kind == "money_to_approve").order_by(Letter.id)
    assert session.scalars(told).all() == [stage.holder.actor_id]
    signed_in(client, session, stage.other_holder)
    assert "Another budget holder answers" in words(client.get(page))
    assert client.post(page, {"answer": "yes"}).status_code == 403
    assert "There is no request here" in words(client.get("/en/desk/money/requests"))
    assert "Money to approve Nothing waits" in words(client.get("/en/desk/"))
    assert client.get(f"/en/desk/measures/{measure.id}/money/allocate").status_code == 403
    assert client.get(f"/en/desk/measures/{target.id}/money/allocate").status_code == 200
    assert client.get(f"/en/desk/measures/{measure.id}/money/expense").status_code == 403
    signed_in(client, session, stage.holder)
    assert "M9" in words(client.get("/en/desk/money/requests"))
    assert client.post(page, {"answer": "yes"}).status_code == 303
    assert session.scalars(told).all() == [stage.holder.actor_id, stage.other_holder.actor_id]
    assert "There is no request here" in words(client.get("/en/desk/money/requests"))
    signed_in(client, session, stage.other_holder)
    assert "Money to approve 1 open" in words(client.get("/en/desk/"))
    assert client.post(page, {"answer": "yes"}).status_code == 303
    assert request.asked_cluster_id is None  # the treasury is next


def test_a_request_from_the_budget_asks_the_clusters_holder(session, stage, measure):
    scoped(session, stage.holder, stage.clusters["c"])
    request = request_allocation(
        session, measure=measure, year=YEAR, cents=300_00, reason="Mehr", by=stage.editor, now=NOW
    )
    assert request.asked_cluster_id == measure.cluster_id
    holders = queries.requests(session, ("en",), steps=[Step.HOLDER], clusters=[measure.cluster_id])
    assert [row.id for row in holders.rows] == [request.id]
    assert queries.requests(session, ("en",), steps=[Step.HOLDER], clusters=[]).rows == []
