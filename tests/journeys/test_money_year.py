"""A year with the plan: money is spent and moved by two people, a half-year is reported, an edition is published, all can read it."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import GERMAN, WITHOUT_JS, Look, Visit, follow, id_in, open_page, press, send, staff, text_of

pytestmark = pytest.mark.browser
# Two measures of one cluster, kept by the office that reports on a third.
SPENDING, RECEIVING, REPORTED, CLUSTER = 1, 5, 3, 1
AMOUNTS = {"de": ("1.250", "2.000"), "de-without-js": ("1.360", "2.100")}


def spend(page: Page, amount: str, reason: str) -> None:
    open_page(page, f"/de/desk/measures/{SPENDING}/money")
    follow(page, f"/measures/{SPENDING}/money/expense")
    page.fill("input[name=amount]", amount)
    page.fill("input[name=reference]", f"Rechnung über {amount} Euro")
    page.fill("textarea[name=reason]", reason)
    press(page, "main form[action$='/expense'] button[type=submit]")


def money(page: Page) -> list[str]:
    """The amounts in the years' row of the measure, and whatever else the page says in its first table."""
    return page.locator("main table").first.locator("td").all_inner_texts()


@pytest.mark.parametrize("look", [GERMAN, WITHOUT_JS], ids=str)
def test_money_is_spent_within_the_rules_and_moved_by_two_people(visit: Visit, look: Look) -> None:
    spent, moved = AMOUNTS[str(look)]
    reason = f"Raummiete im Herbst, {spent} Euro"
    office = visit(look, who="office510", may_be_refused=True)
    spend(office, spent, reason)
    assert office.url.endswith(f"/measures/{SPENDING}/money")
    assert reason in text_of(office, "main")
    before = money(office)

    # More than there is: nothing is booked, the rule says how much is missing, and what was typed is still there.
    spend(office, "90.000", "Zu viel auf einmal")
    refusal = " ".join(office.locator("main .kern-alert--danger").all_inner_texts())
    assert len(re.findall(r"\d\d?\.\d{3}", refusal)) >= 2, refusal
    assert "M001" in refusal
    assert office.input_value("input[name=amount]") == "90.000"
    open_page(office, f"/de/desk/measures/{SPENDING}/money")
    assert money(office) == before

    follow(office, f"/measures/{SPENDING}/money/transfer")
    office.fill("input[name=amount]", moved)
    office.fill("input[name=target]", "M005")
    why = f"Für die Eröffnung fehlen {moved} Euro."
    office.fill("textarea[name=reason]", why)
    send(office, "/transfer")
    request = id_in(office.url)
    assert office.locator("input[name=answer]").count() == 0, "nobody approves what they have asked for"

    holder = visit(look, who="budget")
    open_page(holder, "/de/desk/money/requests")
    follow(holder, f"/money/requests/{request}")
    holder.check("input[name=answer][value=yes]")
    send(holder, f"/requests/{request}")
    assert holder.locator(".timeline [data-state=done]").count() == 1
    assert holder.locator("input[name=answer]").count() == 0
    open_page(office, f"/de/desk/measures/{SPENDING}/money")
    assert money(office) != before

    reader = visit(look)
    open_page(reader, f"/de/measures/{SPENDING}")
    with reader.expect_navigation():
        reader.locator(f'main a[href*="/plan/money/{CLUSTER}"]').first.click()
    bookings = reader.locator("main table").last
    assert bookings.locator("tr", has_text=reason).locator("td.number", has_text=spent).count() == 1
    assert bookings.locator("tr", has_text=why).locator("td.number", has_text=moved).count() == 2, (
        "out of one measure, into the other"
    )


def test_a_half_year_is_reported_and_the_plan_is_published(visit: Visit) -> None:
    office = staff(visit, "office510")
    open_page(office, "/de/desk/status-reports")
    link = office.locator(f'main a[href*="/measures/{REPORTED}/report"]')
    follow(office, str(link.first.get_attribute("href")))
    words = "Die Gruppe trifft sich jede Woche im Stadtteil."
    office.fill("textarea[name=text]", words)
    office.fill("textarea[name=next_step]", "Ein Fest im Sommer.")
    office.fill("textarea[name=counter]", "Wir suchen einen zweiten Raum.")
    send(office)
    assert office.url.endswith("/desk/status-reports")

    owner = visit(GERMAN, who="plan")
    open_page(owner, "/de/desk/rounds")
    with owner.expect_navigation():
        owner.locator("main ul.rows h2 a").first.click()
    row = owner.locator("main ul.rows > li", has=owner.locator(f'a[href$="/measures/{REPORTED}"]'))
    row.locator("summary").click()
    assert words in row.inner_text()
    open_page(owner, "/de/desk/editions")
    send(owner, "/desk/editions")
    follow(owner, "/changes")
    owner.go_back()
    send(owner, "/publish")
    number = id_in(owner.url)
    assert owner.url.endswith(f"/de/plan/editions/{number}")

    reader = visit(WITHOUT_JS)
    open_page(reader, "/de/plan/editions")
    follow(reader, f"/plan/editions/{number}")
    with reader.expect_navigation():
        reader.locator(f'main a[href*="/plan/editions/{number}/measures/M00"]').first.click()
    open_page(reader, f"/de/measures/{SPENDING}")
    follow(reader, f"/measures/{SPENDING}/sheet")
    pdf = reader.request.get(str(reader.locator('main a[href$="/sheet.pdf"]').get_attribute("href")))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
