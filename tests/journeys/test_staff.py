"""W5 and W8 to W13: organisations, translators, offices and the plan's owner, all without JavaScript."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import windows
from tests.journeys.server import DemoServer
from tests.journeys.steps import (
    GERMAN,
    WITHOUT_JS,
    Visit,
    address,
    follow,
    id_in,
    journal_of,
    link_in,
    open_page,
    press,
    send,
    staff,
    text_of,
    unfold,
)

pytestmark = pytest.mark.browser
numbers = count(1)


# --- W5 -------------------------------------------------------------------------------------------------------------
def test_an_organisation_is_verified_and_its_delegate_speaks_for_it(city: DemoServer, visit: Visit) -> None:
    name = f"Nachbarschaftshilfe Baumheide {next(numbers)}"
    chair = staff(visit, "buerger3")
    open_page(chair, "/de/organisations/register")
    chair.fill("input[name=name]", name)
    chair.select_option("select[name=kind]", "club")
    chair.select_option("select[name=umbrella_id]", "2")
    chair.fill("textarea[name=description]", "Wir helfen einander im Quartier.")
    chair.fill("input[name=contact]", "hilfe@example.org")
    chair.fill("input[name=title]", "Vorsitz")
    chair.check("input[name=entitled]")
    send(chair, "/organisations/register")

    office = staff(visit, "mod")
    open_page(office, "/de/desk/organisations")
    with office.expect_navigation():
        office.locator("main a", has_text=name).click()
    organisation = id_in(office.url)
    send(office, f"/{organisation}/verify")
    city.letter(address("buerger3"), f"/organisations/{organisation}")

    open_page(chair, f"/de/organisations/{organisation}/delegates")
    chair.fill("main form input[name=email]", address("buerger4"))
    chair.fill("main form input[name=title]", "Sprecherin der Ehrenamtlichen")
    send(chair, f"/{organisation}/delegates")
    invitation = city.letter(address("buerger4"), "/organisations/mine")
    assert name in str(invitation["Subject"])

    delegate = staff(visit, "buerger4")
    open_page(delegate, link_in(invitation, "/organisations/mine"))
    send(delegate, "/accept")
    comment = 'form[action$="/proposals/31/comments"]'
    open_page(delegate, "/de/proposals/31")
    unfold(delegate, comment)
    delegate.check(f"{comment} input[name=acting_for][value='{organisation}']")
    delegate.check(f"{comment} input[name=stance][value=for]")
    delegate.fill(f"{comment} textarea", "Wir helfen gern mit.")
    send(delegate, "/proposals/31/comments")

    reader = visit(GERMAN)
    open_page(reader, "/de/proposals/31/comments")
    who = reader.locator("article.comment", has_text="Wir helfen gern mit.").locator(".comment__who").inner_text()
    assert name in who
    assert "Sprecherin der Ehrenamtlichen" in who
    assert "Sennestadt" not in who, "a delegate's private name is not shown"
    assert journal_of(reader, "organisation", organisation) >= 1


# --- W8 -------------------------------------------------------------------------------------------------------------
def test_a_translator_translates_and_the_reader_sees_by_whom_and_the_original(visit: Visit) -> None:
    translator = staff(visit, "trans")
    open_page(translator, "/de/proposals/25")
    follow(translator, str(translator.locator('main .meta a[href*="/texts/"]').first.get_attribute("href")))
    text = id_in(translator.url)
    open_page(translator, f"/de/texts/{text}/translate/pl")
    for field in translator.locator("main form input[type=text], main form textarea").all():
        field.fill("Tak chcemy razem żyć w mieście")
    translator.locator("[name=status]").last.evaluate("e => e.tagName == 'SELECT' || (e.checked = true)")
    send(translator, "/translate/pl")

    reader = visit(WITHOUT_JS)
    open_page(reader, "/pl/proposals/25")
    assert "Tak chcemy razem" in text_of(reader, "h1")
    with reader.expect_navigation():
        reader.locator(".said__note a").first.click()
    assert "Tak chcemy razem" not in text_of(reader, "h1")
    assert reader.locator("main .prose").first.get_attribute("lang") != "pl"


# --- W9 -------------------------------------------------------------------------------------------------------------
# Proposal -> outcome, reason, and what goes with it: one is prepared already and gets another answer.
ANSWERS = {
    18: ("forwarded", "not_responsible", {"forwarded_to": "Bezirksregierung Detmold"}),
    27: ("rejected", "cost", {}),
    40: ("merged", "double", {"merged_number": "2"}),
}


def prepare(page: Page, proposal: int) -> None:
    outcome, reason, more = ANSWERS[proposal]
    open_page(page, f"/de/desk/decisions/proposal/{proposal}/answer")
    page.check(f"input[name=outcome][value={outcome}]")
    page.select_option("select[name=reason]", reason)
    page.fill("textarea[name=plain]", f"So haben wir entschieden: {outcome}.")
    for name, words in more.items():
        page.fill(f"input[name={name}]", words)
    page.fill("textarea[name=against_vote]", "Die Abstimmung hat das anders gesehen; das ist unser Grund.")
    page.fill("input[name=body]", "Sozial- und Gesundheitsausschuss")
    page.fill("input[name=decided_on]", "2026-11-03")
    page.fill("input[name=paper]", "4711/2025-2030")
    send(page, "/answer")


def waiting(page: Page, state: str) -> list[int]:
    """The proposals at the desk of conference 3 whose answer is in this state."""
    open_page(page, f"/de/desk/decisions/3?state={state}")
    links = page.locator('main table a[href*="/decisions/proposal/"]').all()
    return [id_in(str(link.get_attribute("href"))) for link in links]


def test_all_decisions_of_a_conference_are_published_together(city: DemoServer, visit: Visit) -> None:
    office, council = staff(visit, "office510"), staff(visit, "council")
    assert set(waiting(office, "without")) <= set(ANSWERS)
    for proposal in ANSWERS:
        prepare(office, proposal)
        assert office.locator('form[action$="/check"]').count() == 0, "nobody checks what they have prepared"
    visitor = visit(WITHOUT_JS)
    open_page(visitor, "/de/proposals/27")
    assert visitor.locator("#answer").count() == 0, "an answer is not seen before all are published"
    for proposal in waiting(council, "prepared"):
        open_page(council, f"/de/desk/decisions/proposal/{proposal}")
        send(council, "/check")
    open_page(council, "/de/desk/decisions/3")
    send(council, "/publish")
    assert council.url.endswith("/de/decisions/3")

    told = city.letter("@", r"/de/proposals/27$")
    open_page(visit(WITHOUT_JS), link_in(told, "/proposals/27"))
    reader = visit(WITHOUT_JS)
    open_page(reader, "/tr/proposals/27")
    assert reader.locator("#answer .kern-badge--danger").count() == 1
    open_page(reader, "/ar/proposals/18")
    assert "Bezirksregierung Detmold" in text_of(reader, "#answer")
    open_page(reader, "/de/proposals/40")
    assert reader.locator('#answer a[href$="/proposals/2"]').count() == 1
    open_page(reader, "/de/proposals/2")
    assert reader.locator('main a[href$="/proposals/40"]').count() >= 1, "what was merged into it can be found"
    city.letter(address("delegate_bjr"), r"/proposals/\d+$")
    open_page(reader, "/de/conferences/3/report")
    assert reader.locator('main a[href$="/proposals/27"]').count() >= 1
    assert journal_of(reader, "conference", 3) >= 1


# --- W10 and W11 ----------------------------------------------------------------------------------------------------
def draft(page: Page, proposals: dict[int, str]) -> int:
    """Draft a measure from accepted proposals (number -> how it is taken over); the number of the measure."""
    open_page(page, "/de/desk/measures/new?all=yes")
    for proposal in proposals:
        page.check(f"input[name=proposal][value='{proposal}']")
    with page.expect_navigation():
        page.locator('main form[action$="/measures/draft"] button[type=submit]').click()
    for proposal, takes in proposals.items():
        page.check(f"input[name=takes_{proposal}][value={takes}]")
        if takes == "part":
            page.fill(f"textarea[name=part_{proposal}]", "Die Schulung der Teams")
    send(page)
    assert page.url.endswith("/sheet"), "the sheet comes next, prefilled"
    return id_in(page.url)


def test_one_measure_is_drafted_from_two_proposals(visit: Visit) -> None:
    page = staff(visit, "plan")
    measure = draft(page, {41: "fully", 39: "part"})
    reader = visit(WITHOUT_JS)
    open_page(reader, f"/de/measures/{measure}")
    assert reader.locator("[data-category=C]").count() >= 1
    assert reader.locator("#origin a[href$='/proposals/41'], #origin a[href$='/proposals/39']").count() == 2
    assert "Die Schulung der Teams" in text_of(reader, "#origin")
    open_page(reader, "/de/proposals/41")
    assert reader.locator(f"main a[href$='/measures/{measure}']").count() >= 1
    assert journal_of(reader, "measure", measure) >= 1


def move(page: Page, measure: int, to: str) -> None:
    open_page(page, f"/de/desk/measures/{measure}/move")
    page.check(f"input[name=to][value={to}]")
    page.fill("textarea[name=reason]", f"Jetzt gehört sie nach {to}.")
    send(page, "/move")
    assert page.url.endswith(f"/de/measures/{measure}")


def section(page: Page, measure: int, name: str) -> None:
    """Open a section of the sheet, and say why it changes."""
    open_page(page, f"/de/desk/measures/{measure}/sheet/{name}")
    if page.locator("input[name=why]").count():
        page.fill("input[name=why]", "Alles geprüft.")


def fill_sheet(page: Page, measure: int) -> None:
    """Everything that the gates to B, to A and to a decision ask for, section by section."""
    words = "Es wird gebraucht, und das sieht man daran."
    section(page, measure, "basics")
    assert page.input_value("input[name=title]") != "", "what the proposal said stands there"
    page.select_option("select[name=kind]", index=1)
    send(page, "/basics")
    section(page, measure, "need")
    page.check("input[name=need_check][value=shown]")
    for name in ("need", "goal"):
        page.fill(f"textarea[name={name}]", words)
    send(page, "/need")
    section(page, measure, "people")
    for name in ("gender", "target_group"):
        page.fill(f"textarea[name={name}]", words)
    page.check("input[name=gender_checked]")
    send(page, "/people")
    open_page(page, f"/de/desk/measures/{measure}/services/none")
    page.fill("textarea[name=why]", "Das bietet sonst niemand an.")
    send(page, "/none")
    section(page, measure, "responsible")
    page.select_option("select[name=office]", index=1)
    page.select_option("select[name=working_group]", index=1)
    send(page, "/responsible")
    section(page, measure, "time")
    page.fill("input[name=starts_on]", "2026-01-01")
    page.fill("input[name=ends_on]", "2028-12-31")
    send(page, "/time")
    section(page, measure, "money")
    page.fill("input[name=planned]", "12.500")
    send(page, "/money")
    open_page(page, f"/de/desk/measures/{measure}/sheet/partners")
    page.check("input[name=role][value=carrier]")
    page.select_option("select[name=organisation]", index=1)
    send(page, "/partners")
    open_page(page, f"/de/desk/measures/{measure}/funding/check")
    page.check("input[name=state][value=unsuitable]")
    page.fill("textarea[name=reason]", "Kein Programm bezahlt das.")
    send(page, "/check")


def decide(page: Page, measure: int) -> None:
    """On the agenda of a body, and decided there."""
    open_page(page, f"/de/desk/measures/{measure}/agenda")
    page.fill("input[name=body]", "Rat der Stadt Bielefeld")
    page.fill("input[name=meeting_on]", date.today().isoformat())
    page.fill("input[name=paper]", "4711/2025-2030")
    page.fill("textarea[name=reason]", "Es ist kein anderes Amt berührt.")
    send(page, "/agenda")
    follow(page, page.locator(f"main a[href*='/measures/{measure}/meetings/']").first.get_attribute("href") or "")
    page.check("input[name=advice][value=decided]")
    page.fill("textarea[name=note]", "So hat es der Rat beschlossen.")
    press(page, "main form[method=post] button[type=submit]")


def test_a_measure_goes_through_the_gates_and_back(visit: Visit) -> None:
    page = staff(visit, "plan")
    measure = draft(page, {20: "spirit"})
    open_page(page, f"/de/desk/measures/{measure}/move")
    assert page.locator("main section.panel ul li").count() > 0, "what is missing is named"
    fill_sheet(page, measure)
    move(page, measure, "B")
    assert page.locator(".head [data-category=B]").count() == 1
    decide(page, measure)
    open_page(page, f"/de/desk/measures/{measure}/state")
    page.check("input[name=to][value=running]")
    page.fill("textarea[name=reason]", "Es geht los.")
    send(page, "/state")
    move(page, measure, "A")
    assert page.locator(".head [data-category=A]").count() == 1
    move(page, measure, "B")
    assert page.locator("#moves ol li").count() >= 4
    reader = visit(WITHOUT_JS)
    open_page(reader, f"/de/measures/{measure}")
    assert "4711/2025-2030" in text_of(reader, "main")
    open_page(reader, "/de/plan")
    assert reader.locator(f"main a[href$='/measures/{measure}']").count() == 1
    assert reader.locator("main .budget").count() >= 1
    assert journal_of(reader, "measure", measure) >= 5


# --- W12 ------------------------------------------------------------------------------------------------------------
def test_a_conference_opens_with_its_mandate_only(visit: Visit) -> None:
    page = staff(visit, "plan")
    open_page(page, "/de/desk/conferences/5")
    assert page.locator('form[action$="/open"]').count() == 0, "without a mandate it cannot be opened"
    follow(page, "/5/mandate")
    page.fill("input[name=body]", "Rat der Stadt Bielefeld")
    page.fill("input[name=on]", "2026-10-01")
    page.fill("input[name=paper]", "5555/2025-2030")
    page.fill("textarea[name=ordered]", "Der Rat will wissen, was die Quartiere brauchen.")
    page.fill("textarea[name=open]", "Orte, Zeiten und Angebote.")
    page.fill("textarea[name=not_open]", "Der Haushalt des laufenden Jahres.")
    send(page, "/mandate")
    open_page(page, "/de/desk/conferences/5")
    send(page, "/open")
    reader = visit(WITHOUT_JS)
    open_page(reader, "/de/conferences/5")
    assert "5555/2025-2030" in text_of(reader, "main")
    assert journal_of(reader, "conference", 5) >= 2


# --- W13 ------------------------------------------------------------------------------------------------------------
MOMENTS = "call_opens call_closes screening_until vote_opens vote_closes decision_by report_by opened_at".split()
LATER = "UPDATE conference SET " + ", ".join(
    f"{column} = strftime('%Y-%m-%d %H:%M:%S.000000', {column}, '-900 days')" for column in MOMENTS
)


@pytest.fixture(scope="module")
def years_later(founded: Path) -> Iterator[DemoServer]:
    """The city after 900 days in which nobody decided anything."""
    with DemoServer(like=founded, prepare=LATER, processes=1) as server:
        yield server


def test_the_next_conference_leaves_no_open_proposal_out(years_later: DemoServer, browser: Browser) -> None:
    for visit in windows(browser, years_later):
        page = staff(visit, "plan")
        open_page(page, "/de/desk/conferences/4")
        follow(page, "/4/next")
        page.select_option("select[name='proposal-16']", "close")
        page.fill("input[name='reason-16']", "Das gibt es inzwischen.")
        send(page, "/4/next")
        assert page.url.endswith("/de/conferences/4/next")
        reader = visit(WITHOUT_JS)
        open_page(reader, "/de/conferences/4/next")
        before, carried, closed, merged, left = (
            int(cell) for cell in reader.locator("main table td.number").all_inner_texts()
        )
        assert (before, left, merged) == (carried + closed, 0, 0)
        assert closed >= 1
        assert "Das gibt es inzwischen." in text_of(reader, "main")
        open_page(reader, "/ar/conferences/7")
        open_page(reader, "/de/proposals/10")
        assert reader.locator('main a[href$="/conferences/4"]').count() >= 1
        assert reader.locator('main a[href$="/conferences/7"]').count() >= 1
