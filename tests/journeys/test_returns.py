"""Ways back: a forgotten password, another address, a question, a returned proposal, and a text that changes."""

import pytest
from playwright.sync_api import Page

from tests.journeys.server import DemoServer
from tests.journeys.steps import (
    GERMAN,
    LOOKS,
    Look,
    Visit,
    address,
    id_in,
    journal_of,
    lang_of,
    link_in,
    open_page,
    send,
    sign_out,
    staff,
    text_of,
)

pytestmark = pytest.mark.browser
ARABIC = LOOKS[1]
TWO = pytest.mark.parametrize("look", [GERMAN, ARABIC], ids=str)
# Accounts without a password; the proposals: one that was returned, one whose author was asked.
FORGETFUL, MOVING = "crowd5", "crowd0"
AUTHORS = {"de": ("buerger5", 45), "ar": ("buerger2", 44)}
OLD_WAY, NEW_WAY = "gelbe Lampe im Wald", "blaue Lampe am Meer"


# --- W2 -------------------------------------------------------------------------------------------------------------
def recover(page: Page, city: DemoServer, lang: str, email: str, password: str, number: int = 1) -> None:
    open_page(page, f"/{lang}/recover")
    page.fill("input[name=email]", email)
    send(page, "/recover")
    letter = city.letter(email, f"/{lang}/recover/", number)
    assert letter["Content-Language"] == lang
    open_page(page, link_in(letter, f"/{lang}/recover/"))
    page.fill("input[name=password]", password)
    send(page)


def enter(page: Page, lang: str, email: str, password: str) -> None:
    open_page(page, f"/{lang}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    send(page, "/sign-in")
    assert page.url.endswith(f"/{lang}/my")


def test_a_forgotten_password_is_replaced_by_a_letter(city: DemoServer, visit: Visit) -> None:
    page = visit(ARABIC)
    recover(page, city, "ar", address(FORGETFUL), OLD_WAY)
    assert lang_of(page) == "ar"
    enter(page, "ar", address(FORGETFUL), OLD_WAY)


def test_an_address_changes_and_the_old_one_takes_the_account_back(city: DemoServer, visit: Visit) -> None:
    old, new = address(MOVING), "umgezogen@example.org"
    page = visit()
    recover(page, city, "de", old, OLD_WAY)
    enter(page, "de", old, OLD_WAY)

    open_page(page, "/de/my/email")
    page.fill("input[name=email]", new)
    send(page, "/my/email")
    assert old in text_of(page, "main"), "nothing changes before the link is opened"
    open_page(page, link_in(city.letter(new, "/email/"), "/de/email/"))
    send(page)
    open_page(page, "/de/my")
    assert new in text_of(page, "main")
    sign_out(page)
    enter(page, "de", new, OLD_WAY)

    # The old address was told; it takes the account back, and whoever changed it is signed out.
    owner = visit()
    open_page(owner, link_in(city.letter(old, "/email/undo/"), "/de/email/undo/"))
    send(owner)
    open_page(page, "/de/my")
    assert "/sign-in" in page.url
    recover(owner, city, "de", old, NEW_WAY, number=2)
    enter(owner, "de", old, NEW_WAY)


# --- W3 and W4 ------------------------------------------------------------------------------------------------------
def ask(moderator: Page, proposal: int) -> None:
    open_page(moderator, f"/de/desk/proposals/{proposal}")
    moderator.fill("textarea[name=question]", "Welche Veranstaltungen meinen Sie?")
    send(moderator, f"/{proposal}/ask")


def give_back(moderator: Page, proposal: int, words: str) -> None:
    open_page(moderator, f"/de/desk/proposals/{proposal}")
    assert "Am Nachmittag, im Stadtteil." in text_of(moderator, "main"), "the answer stands at the desk"
    moderator.locator("input[name=return_reason]").first.check()
    moderator.fill("textarea[name=words]", words)
    send(moderator, f"/{proposal}/return")


def change(page: Page, lang: str, proposal: int, words: str, reason: str = "") -> None:
    open_page(page, f"/{lang}/proposals/{proposal}/edit")
    page.fill("textarea[name=body]", words)
    if reason:
        page.fill("input[name=reason]", reason)
    send(page, f"/proposals/{proposal}/edit")


def submit_again(page: Page, lang: str, proposal: int, words: str) -> None:
    change(page, lang, proposal, words)
    open_page(page, f"/{lang}/proposals/{proposal}/preview")
    send(page, f"/proposals/{proposal}/submit")


@TWO
def test_a_proposal_is_asked_about_returned_submitted_again_and_changed_in_public(
    city: DemoServer, visit: Visit, look: Look
) -> None:
    author, proposal = AUTHORS[look.lang]
    moderator, page = staff(visit, "mod"), visit(look, who=author)
    if look is GERMAN:
        submit_again(page, "de", proposal, "Wir brauchen Betreuung.")
        ask(moderator, proposal)
        asked = city.letter(f"{author}@", f"/{proposal}/answer$")
        open_page(page, link_in(asked, f"/de/proposals/{proposal}/answer"))
    else:
        open_page(page, f"/{look.lang}/proposals/{proposal}/answer")
    page.fill("textarea[name=answer]", "Am Nachmittag, im Stadtteil.")
    send(page, f"/proposals/{proposal}/answer")

    words = f"Bitte nennen Sie keine Namen, Nummer {proposal}."
    give_back(moderator, proposal, words)
    told = city.letter(f"{author}@", words)
    assert told["Content-Language"] == look.lang
    open_page(page, link_in(told, f"/{look.lang}/proposals/{proposal}/edit"))
    assert lang_of(page) == look.lang
    submit_again(page, look.lang, proposal, "Wir brauchen Betreuung für Kinder.\n\nAm Vormittag.")
    open_page(moderator, f"/de/desk/proposals/{proposal}")
    send(moderator, f"/{proposal}/publish")

    change(page, look.lang, proposal, "Wir brauchen Betreuung für Kinder.\n\nAm Nachmittag.", "Andere Zeit")
    reader = visit(look)
    open_page(reader, f"/{look.lang}/proposals/{proposal}")
    with reader.expect_navigation():
        reader.locator(f'main a[href$="/proposals/{proposal}/changes"]').first.click()
    assert "Andere Zeit" in text_of(reader, "main")
    with reader.expect_navigation():
        reader.locator(f'main a[href*="/proposals/{proposal}/changes/"]').first.click()
    assert "Vormittag" in text_of(reader, ".diff del:has-text('Vormittag')")
    assert "Nachmittag" in text_of(reader, ".diff ins:has-text('Nachmittag')")
    assert reader.locator(".diff").first.get_attribute("dir") == "ltr", "a German text keeps its direction"
    assert id_in(reader.url) == proposal
    assert journal_of(reader, "proposal", proposal) >= 2
