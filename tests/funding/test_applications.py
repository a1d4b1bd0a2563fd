"""An application from its plan to its settlement; what each state must say; and no cost is paid twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt.accounts.domain import Role
from bihaelt.funding import operations, queries
from bihaelt.funding.domain import Draft, FundingState, Level
from bihaelt.funding.models import Funding
from bihaelt.journal import queries as journal
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.factories import make_account, make_cluster, make_office, make_programme
from tests.funding.stage import NOTICE, TODAY, applied, granted, make_place, planned
from tests.measures.stage import keeper

S = FundingState
DAY = timedelta(days=1)


def no(act, *args, field=None, **values):
    with pytest.raises(DomainError) as refusal:
        act(*args, **values)
    if field is not None:
        assert refusal.value.field == field
    return refusal.value.reason


@pytest.fixture
def by(session):
    return keeper(session)


def test_an_application_keeps_to_purpose_years_and_cost(session):
    cluster, measure, kim = make_place(session, cost=100)
    ended = make_programme(session, cluster, key="e", first_year=2021, last_year=2022)
    foreign = make_programme(session, make_cluster(session), key="f")
    city = make_programme(session, key="c", level=Level.CITY, own_share=100)
    for programme, field in ((ended, "programme"), (foreign, "programme"), (city, "programme")):
        no(planned, session, measure, programme, 1, field=field)
    no(planned, session, measure, kim, 101, field="amount")
    no(planned, session, measure, kim, 0, field="amount")
    no(planned, session, measure, kim, 1, last_year=2025, field="last_year")
    no(planned, session, measure, kim, 1, last_year=2031, field="programme")
    no(planned, session, measure, kim, 1, programme_id=99999, field="programme")
    planned(session, measure, kim, 60)
    other = make_programme(session, name="Stiftung", key="s", level=Level.FOUNDATION)
    no(planned, session, measure, other, 41, field="amount")
    planned(session, measure, other, 40)
    assert [(row.name, row.cents, row.state) for row in queries.fundings(session, measure.id)] == [
        ("KIM", 60, S.PLANNED), ("Stiftung", 40, S.PLANNED),
    ]  # fmt: skip


def test_two_programmes_do_not_pay_for_the_same_item(session):
    _cluster, measure, kim = make_place(session)
    other = make_programme(session, name="Stiftung", key="s")
    planned(session, measure, kim, 100, cost_item="Personal")
    no(planned, session, measure, other, 100, cost_item="personal ", field="cost_item")
    planned(session, measure, other, 100, cost_item="Miete")
    no(planned, session, measure, kim, 100, cost_item="Personal")  # there is one already


def test_a_planned_application_is_changed_and_given_up(session, by, now):
    _cluster, measure, kim = make_place(session)
    funding = planned(session, measure, kim)
    other = make_programme(session, name="Stiftung", key="s", own_share=5)
    draft = Draft(other.id, 50_000_00, 2026, 2027, " Miete ")
    later = now + DAY
    no(operations.change, session, funding=funding, draft=draft, seen=later, by=by, now=later)
    operations.change(session, funding=funding, draft=draft, seen=now, by=by, now=later)
    assert operations.draft_of(funding) == replace(draft, cost_item="Miete")
    assert funding.own_share == 5
    no(operations.drop, session, funding=funding, reason="", by=by, now=now, field="reason")
    operations.drop(session, funding=funding, reason="Doch nicht", by=by, now=now)
    assert queries.fundings(session, measure.id) == []
    assert [entry.reason for entry in journal.entries(session, "measure", measure.id)] == ["", "", "Doch nicht"]
    sent = applied(session, measure, kim)
    no(operations.drop, session, funding=sent, reason="Doch nicht", by=by, now=now)
    no(operations.change, session, funding=sent, draft=draft, seen=sent.changed_at, by=by, now=now)


def test_an_application_waits_for_its_own_share(session, by, now):
    """B14: 60,000 euros of a programme that wants 20 percent ask for 15,000 euros of own money."""
    cluster, measure, kim = make_place(session, deadline=TODAY)
    funding = planned(session, measure, kim)
    values = {"funding": funding, "by": by, "now": now}
    with pytest.raises(DomainError) as refusal:
        operations.apply(session, on=TODAY, allocated=14_999_99, **values)
    assert refusal.value.values == {"needed": 15_000_00, "allocated": 14_999_99}
    session.refresh(funding)
    no(operations.apply, session, on=TODAY + DAY, allocated=15_000_00, field="on", **values)
    session.refresh(funding)
    operations.apply(
        session, on=TODAY, allocated=15_000_00, early_start_on=TODAY, early_start_reference="V 1", **values
    )
    assert (funding.state, funding.applied_on, funding.early_start_on) == (S.APPLIED, TODAY, TODAY)
    other = make_programme(session, cluster, name="Zwei", key="z", own_share=50)
    second = planned(session, measure, other, 10_000_00)
    with pytest.raises(DomainError) as refusal:
        operations.apply(session, funding=second, on=TODAY, allocated=20_000_00, by=by, now=now)
    assert refusal.value.values["needed"] == 25_000_00


def test_an_application_is_taken_back_and_may_begin_early(session, by, now):
    _, measure, kim = make_place(session)
    funding = planned(session, measure, kim)
    no(operations.permit_early_start, session, funding=funding, on=TODAY, reference="V", by=by, now=now)
    operations.apply(session, funding=funding, on=TODAY, allocated=10**9, by=by, now=now)
    no(
        operations.permit_early_start,
        session,
        funding=funding,
        on=TODAY,
        reference=" ",
        by=by,
        now=now,
        field="reference",
    )
    operations.permit_early_start(session, funding=funding, on=TODAY, reference="V 7", by=by, now=now)
    assert (funding.early_start_on, funding.early_start_reference) == (TODAY, "V 7")
    operations.take_back(session, funding=funding, reason="Fehler", by=by, now=now)
    assert (funding.state, funding.applied_on) == (S.PLANNED, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cents": 0}, "amount"),
        ({"cents": 100_000_01}, "amount"),
        ({"reference": " "}, "reference"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"proof_due_on": date(2026, 12, 30)}, "proof_due_on"),
    ],
)
def test_a_grant_needs_its_notice(session, by, now, values, field):
    _, measure, kim = make_place(session)
    funding = applied(session, measure, kim)
    no(operations.grant, session, funding=funding, notice=replace(NOTICE, **values), by=by, now=now, field=field)


def test_a_grant_counts_with_what_was_granted_and_asks_for_its_proof(session):
    _, measure, kim = make_place(session, proof_months=3)
    funding = granted(session, measure, kim, notice=replace(NOTICE, cents=50_000_00))
    assert (funding.state, funding.counted, funding.proof_due_on) == (S.GRANTED, 50_000_00, date(2027, 3, 31))
    assert queries.granted_cents(session, [measure.id]) == {measure.id: 50_000_00}
    assert [row.id for row in queries.grants(session, measure.id)] == [funding.id]
    finances = queries.finances(measure.planned_cents, queries.fundings(session, measure.id))
    assert (finances.granted, finances.asked, finances.own_share, finances.left) == (50_000_00, 0, 12_500_00, 50_000_00)


def test_what_was_refused_does_not_count_and_may_be_asked_for_again(session, by, now):
    _, measure, kim = make_place(session)
    funding = applied(session, measure, kim)
    no(operations.refuse_application, session, funding=funding, on=TODAY, reason=" ", by=by, now=now, field="reason")
    session.refresh(funding)
    operations.refuse_application(session, funding=funding, on=TODAY, reason="Zu spät", by=by, now=now)
    assert queries.granted_cents(session, [measure.id]) == {}
    again = granted(session, measure, kim)
    operations.refuse_application(session, funding=again, on=TODAY, reason="Aufgehoben", by=by, now=now)
    assert (again.granted_cents, again.state) == (None, S.REFUSED)
    assert not any(row.counts for row in queries.fundings(session, measure.id))


def test_a_grant_is_drawn_proved_and_settled(session, by, now):
    _, measure, kim = make_place(session)
    funding = granted(session, measure, kim)
    values = {"funding": funding, "by": by, "now": now}
    no(operations.draw, session, cents=0, field="amount", **values)
    session.refresh(funding)
    no(operations.draw, session, cents=60_000_01, field="amount", **values)
    session.refresh(funding)
    operations.draw(session, cents=20_000_00, **values)
    operations.draw(session, cents=60_000_00, **values)
    assert (funding.state, funding.drawn_cents) == (S.DRAWN, 60_000_00)
    operations.await_proof(session, due_on=date(2027, 1, 31), **values)
    operations.submit_proof(session, on=date(2027, 1, 15), **values)
    assert (funding.state, funding.proof_submitted_on) == (S.PROOF_SUBMITTED, date(2027, 1, 15))
    operations.await_proof(session, due_on=None, **values)  # sent back
    assert (funding.proof_due_on, funding.proof_submitted_on) == (date(2027, 1, 31), None)
    operations.submit_proof(session, on=date(2027, 1, 30), **values)
    operations.settle(session, on=date(2027, 3, 1), **values)
    assert (funding.state, funding.closed_on) == (S.SETTLED, date(2027, 3, 1))
    no(operations.draw, session, cents=1, **values)


@pytest.mark.parametrize(
    ("values", "field"), [({"cents": 0}, "amount"), ({"cents": 20_000_01}, "amount"), ({"reason": ""}, "reason")]
)
def test_only_what_was_drawn_is_reclaimed_and_with_a_reason(session, by, now, values, field):
    _, measure, kim = make_place(session)
    funding = granted(session, measure, kim)
    operations.draw(session, funding=funding, cents=20_000_00, by=by, now=now)
    told = {"cents": 5_000_00, "on": TODAY, "reason": "Nicht für Kinder"}
    no(operations.reclaim, session, funding=funding, by=by, now=now, field=field, **(told | values))


def test_what_was_reclaimed_is_no_share_any_more(session, by, now):
    _, measure, kim = make_place(session)
    funding = granted(session, measure, kim)
    operations.draw(session, funding=funding, cents=20_000_00, by=by, now=now)
    operations.reclaim(session, funding=funding, cents=5_000_00, on=TODAY, reason="Nicht für Kinder", by=by, now=now)
    assert (funding.state, funding.counted) == (S.RECLAIMED, 55_000_00)
    assert queries.granted_cents(session, [measure.id]) == {measure.id: 55_000_00}
    assert queries.own_share_needed(session, measure.id) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"state": "applied"},
        {"state": "refused", "applied_on": TODAY, "decided_on": TODAY},
        {"state": "granted", "applied_on": TODAY, "decided_on": TODAY},
        {"granted_cents": 5},
        {"drawn_cents": 1},
        {"reclaimed_cents": 1},
        {"last_year": 2025},
        {"own_share": 100},
        {"cents": -1},
    ],
)
def test_no_half_state_can_be_stored(session, values):
    _, measure, kim = make_place(session)
    funding = planned(session, measure, kim)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(Funding).where(Funding.id == funding.id).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"reference": ""},
        {"starts_on": None},
        {"ends_on": date(2025, 1, 1)},
        {"state": "drawn"},
        {"state": "proof_due", "proof_due_on": None},
        {"state": "proof_submitted"},
        {"state": "settled", "proof_submitted_on": TODAY},
        {"state": "reclaimed", "closed_on": TODAY, "reason": "x"},
        {"drawn_cents": 60_000_01},
    ],
)
def test_no_grant_without_what_its_state_says(session, values):
    _, measure, kim = make_place(session)
    funding = granted(session, measure, kim)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(Funding).where(Funding.id == funding.id).values(**values))


# --- in the browser --------------------------------------------------------------------------------------------------


def test_an_application_from_the_plan_to_the_end_in_the_browser(client, session, by):
    _cluster, measure, kim = make_place(session, own_share=0)
    client.sign_in(make_account(session, Role.PLAN_OWNER))
    page = f"/en/desk/measures/{measure.id}/funding"
    assert "Nothing is planned yet." in words(client.get(page))
    assert client.get(f"{page}/new?programme={kim.id}").status_code == 200
    typed = {
        "programme": str(kim.id),
        "amount": "60.000",
        "first_year": "2026",
        "last_year": "2026",
        "cost_item": "Personal",
    }
    assert client.post(f"{page}/new", typed | {"amount": "100.000,01"}).status_code == 422
    assert client.post(f"{page}/new", typed).status_code == 303
    funding = session.scalars(sa.select(Funding)).one()
    path = f"/en/desk/funding/{funding.id}"
    text = words(client.get(page))
    for said in ("€60,000", "Personal", "The measure begins before the grant.", "Application is sent", "Give up"):
        assert said in text
    seen = tree(client.get(f"{path}/edit")).xpath("//input[@name='seen']/@value")[0]
    assert client.post(f"{path}/edit", typed | {"seen": "", "amount": "50.000"}).status_code == 422
    assert client.post(f"{path}/edit", typed | {"seen": seen, "amount": "50.000"}).status_code == 303
    assert client.get(f"{path}/drop").status_code == 200
    assert client.post(f"{path}/drop", {"reason": ""}).status_code == 422
    # A step that does not fit leads back, whoever typed its address.
    assert client.get(f"{path}/settle").status_code == 303
    steps = (
        ("apply", {"on": "2026-11-22"}, {"on": ""}),
        ("early-start", {"on": "2026-03-01", "reference": "V 1"}, {"reference": ""}),
        ("grant", {
            "amount": "50.000", "reference": "AZ 1/26", "decided_on": "2026-11-20", "starts_on": "2026-01-01",
            "ends_on": "2026-12-31", "conditions": "Nur für Kinder.",
        }, {"ends_on": "2025-01-01"}),
        ("draw", {"amount": "20.000"}, {"amount": "50.000,01"}),
        ("await-proof", {"due_on": "2027-02-01"}, {"due_on": "bald"}),
        ("submit-proof", {"on": "2027-01-20"}, {"on": ""}),
        ("settle", {"on": "2027-03-01"}, {"on": ""}),
    )  # fmt: skip
    for name, good, bad in steps:
        assert client.get(f"{path}/{name}").status_code == 200, name
        assert client.post(f"{path}/{name}", good | bad).status_code == 422, name
        assert client.post(f"{path}/{name}", good).status_code == 303, name
    text = words(client.get(page))
    for said in ("AZ 1/26", "Nur für Kinder.", "Drawn: €20,000", "Settled", "Early start permitted from"):
        assert said in text
    assert (
        client.post(f"{path}/reclaim", {"amount": "1.000", "on": "2027-04-01", "reason": "Zinsen"}).status_code == 303
    )
    assert client.post(f"{path}/reclaim", {"amount": "1.000", "on": "2027-04-01", "reason": "x"}).status_code == 422
    assert "Reclaimed" in words(client.get(page))
    assert client.get("/en/desk/funding/99999/apply").status_code == 404


def test_taking_back_refusing_and_giving_up_in_the_browser(client, session):
    _, measure, kim = make_place(session)
    funding = applied(session, measure, kim)
    client.sign_in(make_account(session, Role.PLAN_OWNER))
    path = f"/en/desk/funding/{funding.id}"
    assert client.post(f"{path}/take-back", {"reason": "Fehler"}).status_code == 303
    missing = client.post(f"{path}/apply", {"on": "2026-11-22"})
    assert missing.status_code == 422
    assert "€15,000 are needed, €0 are allocated" in words(missing)
    assert client.post(f"{path}/drop", {"reason": "Kein Geld"}).status_code == 303
    other = applied(session, measure, kim)
    assert client.post(f"/en/desk/funding/{other.id}/refuse", {"on": "2026-11-22", "reason": "Nein"}).status_code == 303
    text = words(client.get(f"/en/measures/{measure.id}"))
    assert "Refused" in text


def test_another_office_cannot_apply(client, session):
    _, measure, kim = make_place(session)
    measure.office_id = make_office(session).id
    funding = planned(session, measure, kim)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=make_office(session)))
    assert client.get(f"/en/desk/measures/{measure.id}/funding").status_code == 403
    assert client.post(f"/en/desk/funding/{funding.id}/apply", {"on": "2026-11-22"}).status_code == 403


def test_the_same_application_twice_is_a_conflict(session):
    _, measure, kim = make_place(session)
    planned(session, measure, kim, 100)
    with pytest.raises(Conflict):
        planned(session, measure, kim, 100)
