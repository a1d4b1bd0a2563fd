"""The pages of the rounds, as their people meet them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.controlling import queries
from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.measures.domain import Light
from bihaelt.measures.models import MeasureField
from tests.browser import tree, words
from tests.controlling.stage import PERIOD, opened, published, reported, running
from tests.factories import add, make_account, make_budget, make_cluster, make_field, make_office

LATE = timedelta(days=20)


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


@pytest.fixture
def office(session):
    return make_office(session, "Jugendamt")


@pytest.fixture
def editor(session, office):
    return make_account(session, Role.OFFICE_EDITOR, office=office)


@pytest.fixture
def measure(session, office):
    return running(session, "Sportfest", office_id=office.id)


def test_the_plan_owner_opens_a_round(client, session, owner, measure):
    client.sign_in(owner)
    assert "There was no round yet." in words(client.get("/en/desk/rounds"))
    assert client.get("/en/desk/rounds/new").status_code == 200
    assert "Enter a day." in words(client.post("/en/desk/rounds/new", {"period": PERIOD}))
    assert client.post("/en/desk/rounds/new", {"period": PERIOD, "due_on": "2026-11-01"}).status_code == 422
    assert client.post("/en/desk/rounds/new", {"period": PERIOD, "due_on": "2026-12-10"}).status_code == 303
    row = session.scalars(sa.select(ReportingRound)).one()
    assert "Sportfest" in words(client.get(f"/en/desk/rounds/{row.id}"))
    assert "Half-year 2026-H2" in words(client.get("/en/desk/rounds"))
    assert client.get("/en/desk/rounds/9999").status_code == 404


def test_an_editor_reports_and_goes_on_to_the_next(client, session, editor, measure, office):
    following = running(session, "Garten", office_id=office.id)
    opened(session)
    client.sign_in(editor)
    assert "Sportfest" in words(client.get("/en/desk/status-reports"))
    path = f"/en/desk/measures/{measure.id}/report"
    assert "The next milestone" not in words(client.get(path))
    answer = client.post(path, {"text": "Zu teuer.", "forecast": "1.200", "next_step": "Weiter"})
    assert answer.status_code == 422
    assert "Say what is done about it." in words(answer)
    assert "Zu teuer." in words(answer)
    typed = {"text": "Zu teuer.", "forecast": "1.200", "counter": "Sparen", "next": "yes"}
    answer = client.post(path, typed)
    assert answer.location.endswith(f"/desk/measures/{following.id}/report")
    report = queries.report_of_measure(session, measure.id, PERIOD)
    assert (report.state, report.cost, report.forecast_cents) == (ReportState.SUBMITTED, Light.RED, 120_000)
    page = client.get(path)
    assert "Zu teuer." in words(page)
    again = {"seen": report.submitted_at.isoformat(), "text": "Besser.", "goal": "yellow", "counter": "Sparen"}
    assert "Say why this light differs from the rule." in words(client.post(path, again))
    assert client.post(path, again | {"goal_reason": "Viele Absagen"}).status_code == 303
    assert client.post(path, again | {"seen": "gestern"}).status_code == 422
    assert "Somebody has changed this meanwhile" in words(client.post(path, again | {"goal_reason": "x", "seen": ""}))


def test_without_a_round_there_is_nothing_to_report(client, session, editor, measure):
    client.sign_in(editor)
    answer = client.get(f"/en/desk/measures/{measure.id}/report")
    assert answer.location.endswith("/desk/status-reports")
    assert "Your office owes no report at the moment." in words(client.get("/en/desk/status-reports"))
    assert client.get("/en/desk/measures/9999/report").status_code == 404


def test_the_desk_shows_its_pages_questions_and_what_is_missing(client, session, editor, measure):
    row = opened(session)
    row.due_on = date(2026, 11, 1)
    session.add_all(StatusReport(measure_id=running(session).id, period=PERIOD) for _ in range(60))
    queries.report_of_measure(session, measure.id, PERIOD).asked = "Wie viele?"
    session.commit()
    client.sign_in(editor)
    first = client.get("/en/desk/status-reports")
    assert "The report is missing" in words(first)
    assert "Wie viele?" in words(first)
    older = tree(first).xpath("//a[@rel='next']/@href")[0]
    assert tree(client.get(older)).xpath("//a[@rel='prev']")
    assert "Wie viele?" in words(client.get(f"/en/desk/measures/{measure.id}/report"))


def test_the_plan_owner_checks_undoes_asks_back_and_publishes(client, session, owner, measure):
    row = opened(session)
    report = reported(session, measure)
    client.sign_in(owner)
    desk = f"/en/desk/rounds/{row.id}"
    page = client.get(f"{desk}?state=submitted")
    assert "Läuft gut." in words(page)
    seen = tree(page).xpath("//input[@name='seen']/@value")[0]
    answer = client.post(f"{desk}/check", {"reports": str(report.id), "seen": seen})
    assert answer.status_code == 303
    page = client.get(answer.location)
    done = tree(page).xpath("//input[@name='reports'][@type='hidden']/@value")[0]
    assert client.post(f"{desk}/uncheck", {"reports": done}).status_code == 303
    session.refresh(report)
    assert report.state is ReportState.SUBMITTED
    ask = f"{desk}/ask/{measure.id}"
    assert "Läuft gut." in words(client.get(ask))
    assert client.post(ask, {"question": ""}).status_code == 422
    assert client.post(ask, {"question": "Wie viele?"}).status_code == 303
    assert client.post(ask, {"question": "Noch einmal?"}).status_code == 422
    reported(session, measure)
    session.commit()
    assert client.post(f"{desk}/check", {"reports": str(report.id)}).status_code == 303
    assert "Läuft gut." in words(client.get(f"{desk}?state=checked"))
    assert client.post(f"{desk}/publish", {}).location.endswith(f"/plan/reports/{PERIOD}")
    assert client.post(f"{desk}/publish", {}).status_code == 409
    assert client.post(f"{desk}/check", {"reports": "1", "seen": "gestern"}).status_code == 422
    assert client.get(f"{desk}/ask/9999").status_code == 404


def test_a_round_is_closed_once_nothing_waits_in_it(client, session, owner, measure):
    other = running(session)
    row = opened(session)
    reported(session, measure)
    client.sign_in(owner)
    path = f"/en/desk/rounds/{row.id}/close"
    assert client.get(path).status_code == 200
    assert "Some reports are handed in" in words(client.post(path, {}))
    report = queries.report_of_measure(session, measure.id, PERIOD)
    client.post(f"/en/desk/rounds/{row.id}/check", {"reports": str(report.id)})
    client.post(f"/en/desk/rounds/{row.id}/publish", {})
    assert client.post(path, {}).status_code == 303
    assert client.get(path).status_code == 403
    assert "This round is closed." in words(client.get(f"/en/desk/rounds/{row.id}?state=due"))
    assert other.id


def test_everybody_reads_the_report_of_a_period(client, session, app, measure, now):
    cluster, field = make_cluster(session, "Freizeit"), make_field(session, "Sport")
    make_budget(session, cluster, 500_000)
    measure.cluster_id = cluster.id
    add(session, MeasureField(measure_id=measure.id, field_id=field.id))
    late = running(session, "Garten", cluster_id=cluster.id)
    opened(session)
    published(session, measure, goal=Light.RED, reasons={"goal": "Kaum jemand kam"}, counter="Werben", risk="Regen")
    session.commit()
    assert "Controlling report 2026-H2" in words(client.get("/en/plan/reports"))
    answer = client.get(f"/en/plan/reports/{PERIOD}")
    assert "€5,000" in words(answer)
    for address in (f"/en/plan/reports/{PERIOD}/document", f"/en/documents/reports/{PERIOD}.csv"):
        assert f'href="{address}"' in answer.text
    part = f"/en/plan/reports/{PERIOD}/clusters/{cluster.id}"
    assert "The report is not published yet." in words(client.get(part))
    assert "Kaum jemand kam" in words(client.get(f"/en/plan/reports/{PERIOD}/fields/{field.id}"))
    assert "No report is missing." in words(client.get(f"/en/plan/reports/{PERIOD}/missing"))
    app.config["CLOCK"] = lambda: now + LATE
    page = words(client.get(f"/en/plan/reports/{PERIOD}"))
    missing = words(client.get(f"/en/plan/reports/{PERIOD}/missing"))
    cluster_page = words(client.get(part))
    own_page = words(client.get(f"/en/measures/{late.id}"))
    index = words(client.get("/en/plan/reports"))
    app.config["CLOCK"] = lambda: now
    assert "1 report is missing" in page
    assert "Garten" in missing
    assert "Missing reports: 1" in index
    assert "The report is missing" in cluster_page
    assert "The report is missing" in own_page
    assert "Kaum jemand kam" in words(client.get(f"/en/measures/{measure.id}"))


def test_there_is_no_page_for_a_period_cluster_or_field_that_is_not_there(client, session, measure):
    opened(session)
    session.commit()
    assert "There was no round yet." not in words(client.get("/en/plan/reports"))
    for path in ("2026-H1", "heute", "2026-H1/missing", f"{PERIOD}/clusters/9999", f"{PERIOD}/fields/9999"):
        assert client.get(f"/en/plan/reports/{path}").status_code == 404
    empty = make_cluster(session)
    session.commit()
    assert "No report is asked for here." in words(client.get(f"/en/plan/reports/{PERIOD}/clusters/{empty.id}"))


@pytest.mark.parametrize("of", ["clusters", "fields"])
def test_a_part_of_the_report_goes_on_after_25_measures_and_back(client, session, of):
    cluster, field = make_cluster(session, "Freizeit"), make_field(session, "Sport")
    for n in range(27):
        add(session, MeasureField(measure_id=running(session, f"M{n}", cluster_id=cluster.id).id, field_id=field.id))
    opened(session)
    session.commit()
    first = client.get(f"/en/plan/reports/{PERIOD}/{of}/{cluster.id if of == 'clusters' else field.id}")
    (onwards,) = tree(first).xpath("//a[@rel='next']/@href")
    second = client.get(onwards)
    (back,) = tree(second).xpath("//a[@rel='prev']/@href")
    titles = [tree(page).xpath("//main//h2/a/bdi[2]/text()") for page in (first, second, client.get(back))]
    assert titles == [[f"M{n}" for n in range(25)], ["M25", "M26"], [f"M{n}" for n in range(25)]]
