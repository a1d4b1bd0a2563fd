"""What a person does in the browser, step by step. Fields and forms are found by their names: words are translated."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from playwright.sync_api import Locator, Page

from tests.journeys.server import words_of

PASSWORD = "bielefeld-haelt-zusammen"


@dataclass(frozen=True)
class Look:
    """How somebody looks at the city: the language in the address, the one of their account, with scripts or without."""

    lang: str
    account: str
    js: bool = True

    def __str__(self) -> str:
        return self.lang if self.js else f"{self.lang}-without-js"


GERMAN = Look("de", "de")
WITHOUT_JS = Look("de", "de", js=False)  # how staff works in the journeys
LOOKS = (GERMAN, Look("ar", "ar"), Look("leicht", "de@simple"), WITHOUT_JS)
Visit = Callable[..., Page]


def open_page(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"


def press(page: Page, button: str | Locator) -> None:
    """Press a button of a form and wait for the page that follows; a question before it is answered with yes."""
    found = page.locator(button).first if isinstance(button, str) else button
    asked = found.evaluate("b => 'confirm' in b.dataset || 'confirm' in (b.form ?? b).dataset")
    with page.expect_navigation():
        found.click()
        if asked and scripted(page):
            page.locator("dialog[open] button[value=yes]").click()


def scripted(page: Page) -> bool:
    """Whether the page's own scripts run: they show the colour switch."""
    return bool(page.evaluate("!document.querySelector('[data-theme-switch]').hidden"))


def send(page: Page, action: str = "", button: str = "button[type=submit]") -> None:
    """Send the form of the page whose address ends with ``action``, and expect no complaint."""
    where = f'[action$="{action}"]' if action else ""
    press(page, f"main form[method=post]{where} {button}")
    complaints = page.locator(".kern-alert--danger").all_inner_texts()
    assert complaints == [], f"{page.url}: {complaints}"


def follow(page: Page, link: str) -> None:
    """Go where the first link goes whose address ends with ``link``."""
    with page.expect_navigation():
        page.locator(f'main a[href$="{link}"]').first.click()


def unfold(page: Page, inside: str) -> None:
    """Open the fold that hides a part of the page, as it opens without JavaScript too."""
    page.locator(f"details:has({inside}):not([open]) > summary").first.click()


def sign_in(page: Page, key: str, lang: str = "de") -> Page:
    open_page(page, f"/{lang}/sign-in")
    page.fill("input[name=email]", address(key))
    page.fill("input[name=password]", PASSWORD)
    send(page, "/sign-in")
    assert page.url.endswith(f"/{lang}/my"), page.url
    return page


def sign_out(page: Page) -> None:
    page.locator("header details:has([data-sign-out]) summary").click()
    press(page, "[data-sign-out] button")


def staff(visit: Visit, key: str) -> Page:
    """Somebody of the staff, signed in, without JavaScript."""
    return visit(WITHOUT_JS, who=key)


def address(key: str) -> str:
    return f"{key}@demo.bihaelt.example"


def id_in(url: str) -> int:
    """The number of the thing whose page this is."""
    found = re.search(r"/(\d+)(?=[/?#]|$)", url)
    assert found, url
    return int(found[1])


def link_in(letter: EmailMessage, piece: str) -> str:
    """The first link of a letter with this piece in it."""
    found = re.search(rf"https?://\S*{piece}\S*", words_of(letter))
    assert found, words_of(letter)
    return found[0]


def lang_of(page: Page) -> str:
    return str(page.locator("html").get_attribute("lang"))


def text_of(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


def supports(page: Page) -> tuple[str, str]:
    """The two numbers at the proposal: people, organisations."""
    people, organisations = page.locator("#support dl.tally dd").all_inner_texts()
    return people, organisations


def journal_of(page: Page, kind: str, number: int) -> int:
    """How many entries the public journal of a thing has."""
    open_page(page, f"/de/journal/{kind}/{number}")
    return page.locator("main ol.timeline > li").count()
