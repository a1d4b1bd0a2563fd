"""Takes the pictures of the README: the demo city's main pages, in a real browser, from a server of its own.

python -m scripts.screenshots                 docs/screenshots/*.png
python -m scripts.screenshots --all FOLDER    every main page in German, Leichte Sprache and Arabic, 320 and 1280 px,
                                              light and dark, for looking at
"""

import argparse
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.server import DemoServer

ROOT = Path(__file__).parent.parent
README = {
    "start": ("/de/", None),
    "conference": ("/de/conferences/4", None),
    "proposals": ("/de/proposals", None),
    "proposal": ("/de/proposals/1", None),
    "plan": ("/de/plan", None),
    "measure": ("/de/measures/1", None),
    "report": ("/de/conferences/2/report", None),
    "organisations": ("/de/organisations", None),
    "result": ("/de/ballots/1/results/1", None),
    "arabic": ("/ar/proposals", None),
    "desk": ("/de/desk/", "mod"),
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The system's Chromium; the test tool's own download is not used."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        raise SystemExit("screenshots: no chromium on the PATH; `make screenshots` says how to install one.")
    return found


def sign_in(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/de/sign-in")
    page.get_by_label(re.compile("E-Mail")).first.fill(f"{key}@demo.bihaelt.example")
    page.get_by_label(re.compile("Passwort")).first.fill("bielefeld-haelt-zusammen")
    page.locator("main form button[type=submit]").first.click()


def shots(everything: bool) -> Iterator[tuple[str, str, str | None, int, str]]:
    """(name, path, who, width, colours) of each picture."""
    if not everything:
        for name, (path, who) in README.items():
            yield name, path, who, 1200, "light"
        return
    pages = {name: shot for name, shot in README.items() if name != "arabic"}
    for (name, (path, who)), lang, width, scheme in itertools.product(
        pages.items(), ("de", "leicht", "ar"), (320, 1280), ("light", "dark")
    ):
        yield f"{name}-{lang}-{width}-{scheme}", path.replace("/de/", f"/{lang}/", 1), who, width, scheme


def take(browser: Browser, base: str, folder: Path, *, everything: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, path, who, width, scheme in shots(everything):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        if who:
            sign_in(page, base, who)
        page.goto(base + path, wait_until="networkidle")
        page.screenshot(path=folder / f"{name}.png", full_page=everything)
        print(f"screenshots: {folder / name}.png", flush=True)
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", metavar="FOLDER", type=Path)
    options = parser.parse_args()
    with DemoServer() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        take(browser, server.url, options.all or ROOT / "docs" / "screenshots", everything=options.all is not None)
        browser.close()


if __name__ == "__main__":
    main()
