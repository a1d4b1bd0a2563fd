"""A measure is checked against the regular services: several, with an outcome, and again on a day (R26, R41–R43)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import Category, MeasureState, ServiceCheck, ServiceUse
from bihaelt.measures.domain.services import LONGEST, Check, is_overdue
from bihaelt.measures.models import MeasureService
from bihaelt.measures.operations import Incomplete
from bihaelt.measures.operations.services import check_service, drop_service, remind_of_reviews, state_no_service
from bihaelt.measures.queries.services import overdue_count, reviews, services_of
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.rendering import render_letter
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, add, make_account, make_group, make_measure, make_office, make_service
from tests.measures.stage import completed, keeper

TODAY = date(2026, 11, 22)
NEXT_YEAR = TODAY + timedelta(days=365)


def checked(session, measure, service, use=ServiceUse.STRENGTHEN, review_on=NEXT_YEAR, note="Mehr Plätze", office=None):
    return check_service(
        session, measure=measure, check=Check(service.id, use, review_on, note), office_id=office.id if office else None,
        by=keeper(session), now=NOW, today=TODAY,
    )  # fmt: skip


def drop(session, measure, service, reason="Passt nicht"):
    drop_service(session, measure=measure, service_id=service.id, reason=reason, by=keeper(session), now=NOW)


def due(session, measure, service, review_on):
    """A check of last year, as it lies in the database."""
    return add(session, MeasureService(measure_id=measure.id, service_id=service.id, use=ServiceUse.USE, review_on=review_on,
                                       checked_on=review_on - timedelta(days=365)))  # fmt: skip


# --- checking ------------------------------------------------------------------------------------------------------


def test_several_services_are_linked_and_the_sheet_names_the_first(session):
    measure, one, two = make_measure(session), make_service(session), make_service(session)
    office = make_office(session, "Jugendamt")
    checked(session, measure, one, office=office)
    checked(session, measure, two, ServiceUse.HAND_OVER)
    assert (measure.service_check, measure.service_id, measure.service_use) == (
        ServiceCheck.LINKED, one.id, ServiceUse.STRENGTHEN
    )  # fmt: skip
    found = services_of(session, measure)
    assert [(row.service_id, row.use, row.checked_by, row.review_on) for row in found] == [
        (one.id, ServiceUse.STRENGTHEN, "Jugendamt", NEXT_YEAR), (two.id, ServiceUse.HAND_OVER, None, NEXT_YEAR),
    ]  # fmt: skip
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "measure.service_checked")).first()
    assert entry.details == {"service": one.name, "service_use": "strengthen", "review_on": NEXT_YEAR.isoformat()}


def test_a_new_check_replaces_the_last_one_and_asks_for_a_new_reminder(session):
    measure, service = make_measure(session), make_service(session)
    row = checked(session, measure, service)
    row.reminded_on = TODAY
    checked(session, measure, service, ServiceUse.COMPLEMENT, TODAY + timedelta(days=30), "Abends fehlt es")
    (found,) = services_of(session, measure)
    assert (found.use, found.note, found.review_on) == (
        ServiceUse.COMPLEMENT, "Abends fehlt es", TODAY + timedelta(days=30)
    )  # fmt: skip
    assert row.reminded_on is None
    assert measure.service_use is ServiceUse.COMPLEMENT


@pytest.mark.parametrize(("use", "note", "review_on", "field"), [
    (ServiceUse.COMPLEMENT, " ", NEXT_YEAR, "note"), (ServiceUse.REPLACE, "", NEXT_YEAR, "note"),
    (ServiceUse.USE, "", TODAY, "review_on"), (ServiceUse.USE, "", TODAY + LONGEST + timedelta(days=1), "review_on"),
])  # fmt: skip
def test_a_check_that_cannot_be_kept_is_refused_at_its_field(session, use, note, review_on, field):
    with pytest.raises(DomainError) as refused:
        checked(session, make_measure(session), make_service(session), use, review_on, note)
    assert refused.value.field == field


def test_a_service_that_has_ended_is_not_linked(session):
    with pytest.raises(DomainError):
        checked(session, make_measure(session), make_service(session, ended_on=TODAY))


def test_what_the_sheet_names_is_listed_before_anybody_has_said_more(session):
    service = make_service(session)
    measure = make_measure(
        session, service_check=ServiceCheck.LINKED, service_id=service.id, service_use=ServiceUse.USE
    )
    (found,) = services_of(session, measure)
    assert (found.service_id, found.use, found.checked_on, found.note) == (service.id, ServiceUse.USE, None, "")
    assert services_of(session, make_measure(session)) == []


# --- removing ------------------------------------------------------------------------------------------------------


def test_when_the_first_is_removed_the_sheet_names_the_next_and_then_none(session):
    measure, one, two, three = make_measure(session), *(make_service(session) for _ in range(3))
    for service in (one, two, three):
        checked(session, measure, service)
    drop(session, measure, three)
    drop(session, measure, one)
    assert measure.service_id == two.id
    drop(session, measure, two)
    assert (measure.service_check, measure.service_id, measure.service_use) == (ServiceCheck.OPEN, None, None)
    with pytest.raises(Conflict):
        drop(session, measure, two)
    with pytest.raises(DomainError):
        drop(session, measure, two, " ")


def test_what_only_the_sheet_names_can_be_removed_too(session):
    service = make_service(session)
    measure = make_measure(session, service_check=ServiceCheck.LINKED, service_id=service.id)
    drop(session, measure, service)
    assert measure.service_id is None


def test_a_measure_in_b_says_that_there_is_none_instead_of_losing_its_last_one(session):
    measure, service = make_measure(session), make_service(session)
    completed(session, measure)
    checked(session, measure, service)
    measure.category = Category.B
    session.flush()
    with pytest.raises(Incomplete):
        drop(session, measure, service)
    state_no_service(session, measure=measure, reason="Die Beratung ist zu", by=keeper(session), now=NOW)
    assert (measure.service_check, services_of(session, measure)) == (ServiceCheck.NONE, [])
    with pytest.raises(DomainError):
        state_no_service(session, measure=measure, reason="", by=keeper(session), now=NOW)


# --- reviews and letters -------------------------------------------------------------------------------------------


def letters(session):
    return session.scalars(sa.select(Letter).where(Letter.kind == "services_review").order_by(Letter.id)).all()


def test_the_editors_of_the_responsible_office_get_one_letter_two_weeks_before(session, client):
    office, other = make_office(session), make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    make_account(session, Role.OFFICE_EDITOR, office=other)
    make_account(session, Role.OFFICE_EDITOR, office=office, state=AccountState.BLOCKED)
    measure, service = make_measure(session, "Ferienspiele", office_id=office.id), make_service(session, "Jugendarbeit")
    soon = due(session, measure, service, TODAY + timedelta(days=14))
    late = due(session, measure, make_service(session), TODAY - timedelta(days=9))
    far = due(session, measure, make_service(session), TODAY + timedelta(days=15))
    over = make_measure(session, office_id=office.id, state=MeasureState.ENDED)
    due(session, over, service, TODAY)
    assert remind_of_reviews(session, now=NOW) == 1
    (letter,) = letters(session)
    assert letter.account_id == editor.id
    assert [item["service"] for item in letter.context["items"]] == [late_name(session, late), "Jugendarbeit"]
    assert (soon.reminded_on, late.reminded_on, far.reminded_on) == (TODAY, TODAY, None)
    assert remind_of_reviews(session, now=NOW) == 0, "nobody is reminded twice"


def late_name(session, row):
    session.refresh(row)
    return row.service.name


def test_where_no_editor_is_named_the_plan_owner_is_reminded(session):
    owner = make_account(session, Role.PLAN_OWNER)
    make_account(session, Role.OFFICE_EDITOR)
    due(session, make_measure(session, office_id=make_office(session).id), make_service(session), TODAY)
    assert remind_of_reviews(session, now=NOW) == 1
    assert letters(session)[0].account_id == owner.id


def test_the_letter_names_measure_service_and_day(session, app):
    make_account(session, Role.PLAN_OWNER, name="Petra")
    measure = make_measure(session, "Ferienspiele")
    due(session, measure, make_service(session, "Jugendarbeit"), TODAY)
    remind_of_reviews(session, now=NOW)
    (letter,) = letters(session)
    with app.test_request_context():
        text = render_letter(f"letters/{letter.kind}.txt", BY_BABEL["en"], **letter.context)
    assert text.strip().startswith("Subject: 1 measure is to be checked")
    for said in ("Petra", f"{measure.number} Ferienspiele", "Jugendarbeit", f"/en/desk/measures/{measure.id}/services"):
        assert said in text


def test_the_overdue_list_shows_the_oldest_first_and_goes_on(session):
    office, group = make_office(session), make_group(session)
    days = [TODAY - timedelta(days=n) for n in (1, 30, 5)]
    for day in days:
        due(session, make_measure(session, office_id=office.id, working_group_id=group.id), make_service(session), day)
    due(session, make_measure(session), make_service(session), TODAY)
    first = reviews(session, ("de",), until=TODAY, office_ids=[office.id], size=2)
    second = reviews(
        session, ("de",), until=TODAY, group_id=group.id, size=2, cursor=Cursor.decode(first.older, (int, int))
    )
    assert [row.review_on for row in (*first.rows, *second.rows)] == sorted(days)
    back = reviews(
        session, ("de",), until=TODAY, office_ids=[office.id], size=2, cursor=Cursor.decode(second.newer, (int, int))
    )
    assert back.rows == first.rows
    assert overdue_count(session, TODAY) == 3
    assert is_overdue(days[0], TODAY)
    assert not is_overdue(TODAY, TODAY)
    assert len(reviews(session, ("de",), until=TODAY, cursor=Cursor((2**60, 1))).rows) == 4, "no day, so the first page"


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def owner(client, cast):
    return client.sign_in(cast.plan_owner)


def typed(service, **more):
    return {"service": service.id, "use": "use", "note": "", "office": "", "review_on": NEXT_YEAR.isoformat()} | more


def test_services_are_linked_checked_again_and_removed_at_the_desk(session, owner):
    office = make_office(session, "Jugendamt")
    measure, service = make_measure(session, office_id=office.id), make_service(session, "Jugendarbeit")
    desk = f"/de/desk/measures/{measure.id}/services"
    assert owner.get(desk).status_code == 200
    assert owner.get(f"{desk}/check").status_code == 200
    assert owner.post(f"{desk}/check", typed(service, use="")).status_code == 422
    refused = owner.post(f"{desk}/check", typed(service, use="replace"))
    assert tree(refused).xpath("//*[@id='note-error']")
    assert owner.post(f"{desk}/check", typed(service, office=office.id)).status_code == 303
    assert "Jugendarbeit" in words(owner.get(desk))
    again = tree(owner.get(f"{desk}/check?service={service.id}"))
    assert again.xpath("//input[@name='use'][@checked]/@value") == ["use"]
    page = words(owner.get(f"/de/measures/{measure.id}"))
    assert "Jugendarbeit" in page
    assert owner.get(f"{desk}/{service.id}/remove").status_code == 200
    assert owner.post(f"{desk}/{service.id}/remove", {"why": ""}).status_code == 422
    assert owner.post(f"{desk}/{service.id}/remove", {"why": "Falsch"}).status_code == 303
    assert owner.post(f"{desk}/{service.id}/remove", {"why": "Falsch"}).status_code == 422
    assert owner.post(f"{desk}/99999/remove", {"why": "Falsch"}).status_code == 422
    assert owner.get(f"{desk}/none").status_code == 200
    assert owner.post(f"{desk}/none", {"why": ""}).status_code == 422
    assert owner.post(f"{desk}/none", {"why": "Es gibt nichts"}).status_code == 303
    assert "Jugendarbeit" not in words(owner.get(desk))


def test_the_form_begins_with_what_the_sheet_says(session, owner):
    service = make_service(session)
    measure = make_measure(
        session, service_check=ServiceCheck.LINKED, service_id=service.id, service_use=ServiceUse.REPLACE
    )
    page = tree(owner.get(f"/de/desk/measures/{measure.id}/services/check?service={service.id}"))
    assert page.xpath("//input[@name='use'][@checked]/@value") == ["replace"]


def test_an_editor_sees_the_checks_of_the_own_office_first(session, client, cast):
    office = make_office(session)
    for number, where in enumerate((office, make_office(session))):
        measure = make_measure(session, f"Maßnahme {number}", office_id=where.id)
        due(session, measure, make_service(session), TODAY - timedelta(days=1))
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=office))
    own, everybody = (words(client.get(f"/de/desk/measures/service-reviews{asked}")) for asked in ("", "?all=yes"))
    assert "Maßnahme 1" not in own
    assert "Maßnahme 1" in everybody
    assert client.sign_in(cast.citizen).get("/de/desk/measures/service-reviews").status_code == 403


def test_only_the_responsible_office_links_services(session, client):
    mine, service = make_office(session), make_service(session)
    measure = make_measure(session, office_id=make_office(session).id)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=mine))
    desk = f"/de/desk/measures/{measure.id}/services"
    for path in ("", "/check", "/none", f"/{service.id}/remove"):
        assert client.get(f"{desk}{path}").status_code == 403


def test_the_list_of_checks_takes_the_same_statements_at_any_length(session, owner, count_queries):
    counts, made = [], 0
    for upto in (1, 3, 60):
        for _ in range(upto - made):
            due(session, make_measure(session, office_id=make_office(session).id), make_service(session), TODAY)
        made = upto
        session.commit()
        with count_queries() as seen:
            page = owner.get("/de/desk/measures/service-reviews")
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
    (further,) = tree(page).xpath("//a[@rel='next']/@href")
    (back,) = tree(owner.get(further)).xpath("//a[@rel='prev']/@href")
    assert owner.get(back).status_code == 200
