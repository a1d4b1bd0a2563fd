"""The pages, as visitors and those who work here meet them."""

import io
from datetime import date

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa

from bihaelt import limits
from bihaelt.accounts.domain import Role
from bihaelt.accounts.domain.senders import network_of
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.documents import jobs, operations
from bihaelt.documents.domain.builds import BuildKind, BuildState
from bihaelt.documents.domain.papers import PaperState
from bihaelt.documents.models import Build, CouncilPaper, PaperCosignature
from tests.browser import tree, words
from tests.documents.stage import BY, READY, draft, on_agenda, running, waits, whole_measure
from tests.factories import NOW, add, make_account, make_conference, make_measure, make_office

PAPER = {
    "kind": "decision", "title": "Ferienspiele", "written_on": "2026-11-22", "body": "Weil.", "signed_as": "Beigeordnete/r",
    "body_0": "Rat", "held_on_0": "2026-12-10", "role_0": "decide",
}  # fmt: skip


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER, name="Planung")


@pytest.fixture
def clerk(session):
    return make_account(session, Role.COUNCIL_CLERK, name="Gremienbüro")


def paper_in(session, state):
    return session.scalars(sa.select(CouncilPaper).where(CouncilPaper.state == state)).one()


@pytest.mark.parametrize("language", ["de", "leicht", "ar", "ru"])
def test_a_sheet_is_read_printed_and_taken_along(client, session, language):
    measure = whole_measure(session)
    page = client.get(f"/{language}/measures/{measure.id}/sheet")
    assert "Ferienspiele" in words(page)
    (link,) = [each for each in tree(page).xpath("//a/@href") if each.endswith("sheet.pdf")]
    file = client.get(link)
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert "s-maxage" in file.headers["Cache-Control"]
    assert len(pypdf.PdfReader(io.BytesIO(file.data)).pages) >= 1
    assert client.get(link, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304


def test_words_of_one_language_stay_together_on_an_arabic_page(client, session):
    measure = whole_measure(session)
    page = tree(client.get(f"/ar/measures/{measure.id}/sheet"))
    assert "Es fehlt etwas." in [each.text_content() for each in page.xpath("//bdi[@lang='de']")]


def test_setting_pages_all_the_time_is_refused(client, session):
    measure = make_measure(session)
    path = f"/de/measures/{measure.id}/sheet.pdf"
    assert client.get(path).status_code == 200
    for _ in range(limits.LETTERS_BY_NETWORK.amount):
        with client.application.app_context():
            limits.hit(limits.LETTERS_BY_NETWORK, "document", network_of("127.0.0.1"))
    assert client.get(path).status_code == 200
    measure.planned_cents = 7
    session.commit()
    assert client.get(path).status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "/measures/999/sheet", "/measures/999/sheet.pdf", "/documents/booklet/999", "/conferences/999/report/document",
        "/plan/reports/2026-H1/document", "/plan/reports/x/document", "/documents/files/999", "/papers/999",
        "/documents/reports/2026-H1.csv", "/documents/reports/x.csv", "/documents/plan.exe",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_no_page(client, path):
    assert client.get(f"/de{path}").status_code == 404


def test_documents_are_listed_with_what_is_ready(client, session, app):
    measure = whole_measure(session)
    conference = make_conference(session, "reporting")
    add(session, ReportingRound(period="2026-H1", due_on=date(2026, 7, 31), opened_at=NOW))
    assert "Noch nichts" in words(client.get("/de/documents"))
    for kind, subject in ((BuildKind.BOOKLET, ""), (BuildKind.CONFERENCE, str(conference.id))):
        operations.order(session, kind=kind, subject=subject, language="de", account_id=None, now=NOW)
    session.commit()
    jobs.build_due(session, folder=app.config["SETTINGS"].documents, city="Bielefeld", clock=lambda: NOW)
    page = client.get("/de/documents")
    files = [each for each in tree(page).xpath("//main//a/@href") if "/files/" in each]
    assert len(files) == 2
    for each in files:
        assert client.get(each).mimetype == "application/pdf"
    for path in (f"/documents/booklet/{measure.cluster_id}", f"/conferences/{conference.id}/report/document"):
        assert any("/files/" in each for each in tree(client.get(f"/de{path}")).xpath("//main//a/@href")), path
    assert "2026-H1" in words(client.get("/de/plan/reports/2026-H1/document"))
    for build in session.scalars(sa.select(Build)):
        operations.path(app.config["SETTINGS"].documents, build.sha256).unlink()
    assert client.get(files[0]).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_tables_are_files(client, session, kind):
    measure = running(session)
    add(session, ReportingRound(period="2026-H1", due_on=date(2026, 7, 31), opened_at=NOW))
    add(session, StatusReport(measure_id=measure.id, period="2026-H1"))
    for name in ("plan", "indicators", "reports/2026-H1", "bookings/2026"):
        file = client.get(f"/de/documents/{name}.{kind}")
        assert file.status_code == 200
        assert file.headers["Content-Disposition"].endswith(f'.{kind}"')
        assert file.data


def test_the_plan_opens_in_excel_with_real_amounts(client, session):
    measure = whole_measure(session)
    page = openpyxl.load_workbook(io.BytesIO(client.get("/de/documents/plan.xlsx").data)).active
    rows = {row[0].value: row for row in page.iter_rows(min_row=2)}
    amounts = [cell.value for cell in rows[measure.number] if cell.data_type == "n" and cell.value is not None]
    assert 12345 in amounts
    assert openpyxl.load_workbook(io.BytesIO(client.get("/ar/documents/plan.xlsx").data)).active.sheet_view.rightToLeft


def test_a_paper_goes_all_its_way_in_the_browser(client, session, owner, clerk):
    office = make_office(session, "Jugendamt")
    measure = make_measure(session, office_id=office.id)
    client.sign_in(clerk)
    typed = PAPER | {"office": make_office(session, "Dezernat 5").id, "measures": f"{measure.number.lower()}, "}
    assert client.post("/de/desk/papers/new", typed).status_code == 303
    paper = paper_in(session, PaperState.DRAFT)
    desk = f"/de/desk/papers/{paper.id}"
    assert measure.number in words(client.get(desk))
    assert client.get(f"/de/papers/{paper.id}.pdf").headers["Cache-Control"] == "private, no-store"
    assert client.get(f"{desk}/signatures").status_code == 200
    assert client.post(f"{desk}/signatures", {"due_on": "2020-01-01"}).status_code == 422
    assert client.post(f"{desk}/signatures", {"due_on": "2026-11-30"}).status_code == 303
    (asked,) = session.scalars(sa.select(PaperCosignature)).all()
    client.sign_in(owner)
    assert client.post(f"{desk}/sign", {}).status_code == 422
    assert client.get(f"{desk}/signatures/{asked.id}").status_code == 200
    assert client.post(f"{desk}/signatures/{asked.id}", {"note": "gut"}).status_code == 303
    assert client.get(f"{desk}/signatures/{asked.id + 1}").status_code == 404
    assert client.post(f"{desk}/sign", {}).status_code == 303
    client.sign_in(clerk)
    assert client.post(f"{desk}/agenda", {"number": "4711"}).status_code == 422
    assert client.post(f"{desk}/agenda", {"number": "4711/2025-2030"}).status_code == 303
    client.sign_out()
    assert "4711/2025-2030" in words(client.get("/de/papers"))
    assert "Ferienspiele" in words(client.get(f"/ar/papers/{paper.id}"))
    assert client.get(f"/de/papers/{paper.id}.pdf").mimetype == "application/pdf"
    client.sign_in(clerk)
    outcome = {"outcome": "decided", "met_on": "2026-11-22", "told": ""}
    assert tree(client.get(f"{desk}/outcome")).xpath("//input[@name='carry' and @checked]")
    assert client.post(f"{desk}/outcome", outcome | {"carry": "y"}).status_code == 303
    session.refresh(paper)
    assert paper.state is PaperState.DECIDED
    (notice,) = tree(client.get(desk)).xpath("//*[contains(@class, 'kern-alert--warning')]")
    assert measure.number in notice.text_content()  # nobody had put it on the agenda


def test_measures_are_decided_together_with_their_paper(client, session, clerk):
    measure = whole_measure(session, **READY)
    waits(session, measure)
    paper = on_agenda(session, measure)
    client.sign_in(clerk)
    outcome = {"outcome": "decided", "met_on": "2026-11-22", "told": ""}
    client.post(f"/de/desk/papers/{paper.id}/outcome", outcome | {"carry": "y"})
    page = client.get(f"/de/desk/papers/{paper.id}")
    assert "22.11.2026" in words(page)
    assert not tree(page).xpath("//*[contains(@class, 'kern-alert--warning')]")
    session.refresh(measure)
    assert measure.decided_paper == paper.number


def test_nothing_typed_is_lost(client, session, clerk):
    client.sign_in(clerk)
    office = make_office(session)
    for wrong in (
        {"measures": "M999"}, {"body_1": "", "held_on_1": "2026-12-11"},
        {"held_on_0": ""}, {"body_0": ""}, {"title": ""}, {"product_group": "11"}, {"office": ""},
    ):  # fmt: skip
        page = client.post("/de/desk/papers/new", PAPER | {"office": office.id} | wrong)
        assert page.status_code == 422, wrong
        assert "Weil." in page.text
    assert session.scalars(sa.select(CouncilPaper)).all() == []


def test_a_draft_is_changed_and_a_late_change_is_refused(client, session, clerk):
    paper = draft(session, make_measure(session))
    client.sign_in(clerk)
    path = f"/de/desk/papers/{paper.id}/edit"
    page = tree(client.get(path))
    seen = page.xpath("//input[@name='seen']/@value")[0]
    typed = PAPER | {"office": paper.office_id, "seen": seen, "title": "Neuer Titel"}
    assert client.post(path, typed).status_code == 303
    assert "Neuer Titel" in words(client.get(f"/de/desk/papers/{paper.id}"))
    for old in ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00", "kaputt"):
        assert client.post(path, typed | {"seen": old}).status_code == 422


def test_a_paper_is_taken_back_with_a_reason(client, session, clerk):
    paper = draft(session, make_measure(session))
    operations.ask_to_sign(session, paper=paper, due_on=date(2026, 11, 30), by=BY, now=NOW)
    client.sign_in(clerk)
    path = f"/de/desk/papers/{paper.id}/draft"
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "Fehler"}).status_code == 303
    assert "Fehler" in words(client.get(f"/de/desk/papers/{paper.id}"))


def test_a_step_that_somebody_else_has_taken_is_a_conflict(client, session, owner):
    paper = draft(session)
    operations.ask_to_sign(session, paper=paper, due_on=date(2026, 11, 30), by=BY, now=NOW)
    operations.sign(session, paper=paper, by=BY, now=NOW)
    client.sign_in(owner)
    assert client.post(f"/de/desk/papers/{paper.id}/sign", {}).status_code == 403


def test_the_desk_lists_papers_by_state(client, session, owner):
    draft(session)
    on_agenda(session)
    client.sign_in(owner)
    assert len(tree(client.get("/de/desk/papers")).xpath("//main//ul[@class='rows']/li")) == 2
    assert len(tree(client.get("/de/desk/papers?state=draft")).xpath("//main//ul[@class='rows']/li")) == 1
    assert not tree(client.get("/de/desk/papers?state=signed")).xpath("//main//ul[@class='rows']/li")


def test_a_draft_is_nobody_elses_business(client, session):
    paper = draft(session)
    assert client.get(f"/de/papers/{paper.id}").status_code == 302
    client.sign_in(make_account(session))
    assert client.get(f"/de/papers/{paper.id}").status_code == 403


def test_an_order_shows_its_progress_and_its_file(client, session, owner, app):
    whole_measure(session)
    make_conference(session, "reporting")
    add(session, ReportingRound(period="2026-H1", due_on=date(2026, 7, 31), opened_at=NOW))
    client.sign_in(owner)
    form = tree(client.get("/de/desk/documents"))
    assert len(form.xpath("//select[@name='what']/option")) >= 4
    assert client.post("/de/desk/documents", {"what": "", "language": "de"}).status_code == 422
    answer = client.post("/de/desk/documents", {"what": "booklet:", "language": "ar"})
    assert answer.status_code == 303
    waiting = client.get(answer.location)
    assert tree(waiting).xpath("//progress/@value") == ["0"]
    build = session.scalars(sa.select(Build)).one()
    jobs.build_due(session, folder=app.config["SETTINGS"].documents, city="Bielefeld", clock=lambda: NOW)
    assert f"/files/{build.id}" in client.get(answer.location).text
    build.state, build.sha256 = BuildState.FAILED, ""
    session.commit()
    assert client.get(answer.location).status_code == 200
    for language in ("de", "en", "tr"):
        client.post("/de/desk/documents", {"what": "booklet:", "language": language})
    refused = client.post("/de/desk/documents", {"what": "booklet:", "language": "pl"})
    assert refused.status_code == 422
