"""One demo city on a real server and one Chromium for all journeys; each journey opens windows of its own."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from scripts.screenshots import FLAGS, chromium
from tests.journeys.server import DemoServer, copy_city
from tests.journeys.steps import GERMAN, LOOKS, Look, Visit, sign_in

# One process draws all windows, which saves a third of the time on two cores.
LIGHT = ["--disable-site-isolation-trials", "--process-per-site", "--renderer-process-limit=1"]
# A Chromium without a screen draws the frame of each window all the same, with pages of its own for its buttons: that takes
# as long as our page within it. (The last list counts, so that Playwright's own stands here too.)
FRAME = """InitialWebUI PreloadTopChromeWebUI WebUIAppMenuButton WebUIAvatarButton WebUIBackForwardButton WebUIHomeButton
    WebUILocationBar WebUIOmniboxAimPopup WebUIOmniboxFullPopup WebUIOmniboxPopup WebUIPinnedToolbarActions WebUIReloadButton
    WebUISplitTabsButton WebUIToolbar""".split()
PLAYWRIGHTS = """AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable
    LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning OptimizationHints NetworkTimeServiceQuerying AimEnabled
    PreconnectToSearch""".split()
BARE = f"--disable-features={','.join([*FRAME, *PLAYWRIGHTS])}"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a demo city, loaded once for all processes of a parallel run."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    database = folder / "founded.db"
    with (folder / "founded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            server = DemoServer()
            copy_city(server.found(), database)
            server.stop()
    return database


@pytest.fixture(scope="session")
def city(founded: Path) -> Iterator[DemoServer]:
    with DemoServer(like=founded) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=[*FLAGS, *LIGHT, BARE])
        yield browser
        browser.close()


@pytest.fixture(params=LOOKS, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    return request.param


@pytest.fixture
def visit(city: DemoServer, browser: Browser) -> Iterator[Visit]:
    """``visit(look)`` opens the city in a fresh browser. At the end nothing strange may have happened in any of them."""
    yield from windows(browser, city)


def windows(browser: Browser, city: DemoServer) -> Iterator[Visit]:
    """Windows of a city. An empty one that somebody has left is taken before a new one is opened, which costs as much
    as reading five pages; ``fresh`` is for who changes its clock or listens to it, and such a window is closed.
    ``may_be_refused``: forms are sent that are answered with a refusal, which the browser notes as an error.
    """
    opened: list[Window] = []

    def visit(
        look: Look = GERMAN,
        who: str | None = None,
        *,
        fresh: bool = False,
        may_be_refused: bool = False,
        **options: Any,
    ) -> Page:
        """Somebody's window; ``who`` is signed in. The first time they sign in themselves, then they stay signed in."""
        fresh = fresh or bool(options)
        left = city.windows[look.js]
        window = Window(browser, city.url, js=look.js, **options) if fresh or not left else left.pop()
        window.kept, window.may_be_refused = not fresh, may_be_refused
        opened.append(window)
        if who in city.signed_in:
            window.context.add_cookies(city.signed_in[who])
        elif who is not None:
            sign_in(window.page, who)
            city.signed_in[who] = window.context.cookies()
        return window.page

    yield visit
    strange = [line for window in opened for line in window.strange]
    for window in opened:
        if window.kept and not strange:
            window.empty()
            city.windows[window.js].append(window)
        else:
            window.context.close()
    assert strange == []


class Window:
    """A window with cookies and a memory of its own, and what happens in it that should not."""

    def __init__(self, browser: Browser, url: str, *, js: bool, **options: Any) -> None:
        self.url, self.js, self.kept, self.may_be_refused = url, js, True, False
        self.strange: list[str] = []
        self.context = browser.new_context(base_url=url, java_script_enabled=js, **options)
        self.context.set_default_timeout(
            20_000
        )  # other tests run beside the journeys: a busy machine is no reason to fail
        self.context.on("console", self.said)
        self.context.on("request", self.fetched)
        self.context.on("weberror", lambda error: self.strange.append(f"script: {error.error}"))
        self.page = self.context.new_page()
        self.size = self.page.viewport_size

    def said(self, message: ConsoleMessage) -> None:
        refused = self.may_be_refused and "status of 422" in message.text
        if message.type in ("error", "warning") and not refused:
            self.strange.append(f"console: {message.text}")

    def fetched(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith("data:"):
            self.strange.append(f"foreign request: {request.url}")

    def empty(self) -> None:
        """As if nobody had been here."""
        if self.page.url.startswith(self.url):
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.goto("about:blank")
        self.context.clear_cookies()
        if self.size is not None and self.page.viewport_size != self.size:
            self.page.set_viewport_size(self.size)
