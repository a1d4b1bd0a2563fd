"""One demo city on a real server and one Chromium for all journeys; each journey opens windows of its own."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from scripts.screenshots import FLAGS, chromium
from tests.journeys.server import DemoServer, copy_city
from tests.journeys.steps import GERMAN, LOOKS, Look, Visit, sign_in

# One process draws all windows, which saves a third of the time on two cores.
LIGHT = ["--disable-site-isolation-trials", "--process-per-site", "--renderer-process-limit=1"]


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
        browser = play.chromium.launch(executable_path=chromium(), args=[*FLAGS, *LIGHT])
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
    contexts: list[BrowserContext] = []
    strange: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            strange.append(f"console: {message.text}")

    def fetched(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(city.url).netloc and not request.url.startswith("data:"):
            strange.append(f"foreign request: {request.url}")

    def visit(look: Look = GERMAN, who: str | None = None, **options: Any) -> Page:
        """Somebody's window; ``who`` is signed in. The first time they sign in themselves, then they stay signed in."""
        context = browser.new_context(
            base_url=city.url, java_script_enabled=look.js, storage_state=city.signed_in.get(who), **options
        )
        context.set_default_timeout(8_000)
        context.on("console", said)
        context.on("request", fetched)
        context.on("weberror", lambda error: strange.append(f"script: {error.error}"))
        contexts.append(context)
        page = context.new_page()
        if who is not None and who not in city.signed_in:
            sign_in(page, who)
            city.signed_in[who] = context.storage_state()
        return page

    yield visit
    for context in contexts:
        context.close()
    assert strange == []
