"""axe finds nothing on the main pages, narrow and wide, in light and dark; and no page scrolls sideways."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.server import DemoServer
from tests.journeys.steps import open_page, sign_in

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = {
    "start": "/",
    "conference": "/conferences/4",
    "report": "/conferences/2/report",
    "proposals": "/proposals",
    "proposal": "/proposals/1",
    "plan": "/plan",
    "measure": "/measures/1",
    "organisations": "/organisations/",
    "sign-in": "/sign-in",
    "register": "/register",
}
SIGNED_IN = {  # who, path
    "form": ("buerger5", "/proposals/new"),
    "discussion": ("delegate_agw", "/proposals/10"),
    "desk": ("plan", "/desk/"),
    "sheet": ("plan", "/desk/measures/12/sheet/need"),
}
SIZES = {320: 640, 1280: 900}
PALE = '<p style="color: #999; background: #aaa">Who can read this?</p>'
RUN = """async tags => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']})).violations.map(
    found => found.id + ': ' + found.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))"""


@pytest.fixture(scope="module")
def window(city: DemoServer, browser: Browser) -> Iterator[Page]:
    """One window for all pages; axe is put into it past the content policy, which forbids foreign scripts."""
    with browser.new_context(base_url=city.url, bypass_csp=True, reduced_motion="reduce") as context:
        context.add_init_script(AXE)
        yield context.new_page()


def complaints(page: Page, path: str, width: int, colours: tuple[str, ...] = ("light", "dark")) -> list[str]:
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    found: list[str] = []
    for scheme in colours:  # each with a page of its own: colours that change under a page are caught on their way
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        open_page(page, path)
        found += [f"{path} {width} {scheme}: {complaint}" for complaint in page.evaluate(RUN, TAGS)]
    if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
        found.append(f"{path} {width}: the page scrolls sideways")
    return found


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_free_of_barriers(window: Page, name: str, width: int) -> None:
    assert complaints(window, "/de" + PUBLIC[name], width) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_free_of_barriers_from_right_to_left(window: Page, name: str) -> None:
    assert complaints(window, "/ar" + PUBLIC[name], 320, ("light",)) == []


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_people_who_are_signed_in_are_free_of_barriers(city: DemoServer, browser: Browser, name: str) -> None:
    who, path = SIGNED_IN[name]
    with browser.new_context(base_url=city.url, bypass_csp=True, reduced_motion="reduce") as context:
        context.add_init_script(AXE)
        page = sign_in(context.new_page(), who)
        found = [complaint for width in SIZES for complaint in complaints(page, f"/de{path}", width)]
        found += complaints(page, f"/ar{path}", 320, ("light",))
    assert found == []


def test_axe_would_find_a_barrier(window: Page) -> None:
    open_page(window, "/de/sign-in")
    window.evaluate("document.querySelectorAll('main label').forEach(label => label.remove())")
    window.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", PALE)
    found = " ".join(window.evaluate(RUN, TAGS))
    assert "label" in found
    assert "color-contrast" in found
