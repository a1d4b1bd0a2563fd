"""The whole life of a vote in one day: opened, voted in on every way, ended, counted, certified, and checked by a stranger."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import windows
from tests.journeys.server import DemoServer
from tests.journeys.steps import GERMAN, Visit, follow, id_in, open_page, press, send, text_of

pytestmark = pytest.mark.browser
BERLIN = ZoneInfo("Europe/Berlin")
CODE = re.compile(r"[2-9B-DF-HJKMNP-TV-Z]{4}(?:-[2-9B-DF-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def day(founded: Path) -> Iterator[DemoServer]:
    with DemoServer(like=founded, processes=1) as server:
        yield server


@pytest.fixture
def enter(day: DemoServer, browser: Browser) -> Iterator[Visit]:
    yield from windows(browser, day)


def test_a_newcomer_holds_a_vote_and_a_stranger_checks_it(enter: Visit, tmp_path: Path) -> None:
    if f"{datetime.now(UTC):%H:%M}" >= "23:50":
        pytest.skip("a vote and its draw do not fit into the rest of this day")
    plan = enter(GERMAN, who="plan")
    open_page(plan, "/de/desk/ballots")
    plan.locator("main li", has_text="Jugend").locator("h2 a").click()
    ballot = id_in(plan.url)
    name_a_draw_of_today(plan, ballot)
    follow(plan, f"/desk/ballots/{ballot}/codes")
    (letter,) = codes_printed(plan, tmp_path, "/codes", name="Briefe", count="1")
    open_page(plan, f"/de/desk/ballots/{ballot}")
    follow(plan, f"/{ballot}/open")
    plan.check("input[name=understood]")
    send(plan, "/open")

    citizen = enter(GERMAN, who="buerger5")
    open_page(citizen, "/de/")
    citizen.locator('footer a[href$="/ballots"]').click()
    follow(citizen, f"/ballots/{ballot}")
    follow(citizen, f"/ballots/{ballot}/vote")
    number = vote(citizen, places=(0, 4))
    assert "/receipt" in citizen.url

    stranger = enter(GERMAN)
    open_page(stranger, f"/de/vote#{letter}")
    press(stranger, "main form button[type=submit]")
    vote(stranger, places=(0, 1, 7))

    youth = enter(GERMAN, who="verein")
    open_page(youth, f"/de/ballots/{ballot}")
    follow(youth, f"/ballots/{ballot}/vote")
    with youth.expect_navigation():
        youth.locator('main a[href*="acting_for="]').first.click()
    vote(youth, places=(1, 5, 8))
    assert "Jugendring" in text_of(youth, "main .refused")

    type_a_sheet_in(enter, plan, ballot, tmp_path)
    end_and_count(enter, plan, ballot)
    read_the_result(stranger, ballot)
    check_the_files(stranger, ballot, tmp_path, number)


def name_a_draw_of_today(plan: Page, ballot: int) -> None:
    """The vote ends and the draw takes place today, so that one day is enough for everything."""
    now = datetime.now(UTC)
    ends = min(now + timedelta(hours=3), now.replace(hour=23, minute=59))
    follow(plan, f"/desk/ballots/{ballot}/edit")
    plan.fill("input[name=closes_at]", f"{ends.astimezone(BERLIN):%Y-%m-%dT%H:%M}")
    plan.fill("input[name=lottery]", "Lotto 6 aus 49")
    plan.fill("input[name=lottery_on]", f"{ends:%Y-%m-%d}")
    send(plan, "/edit")


def codes_printed(page: Page, folder: Path, form: str, **fields: str) -> list[str]:
    """The codes on the printed pages, as somebody reads them who holds the pages in their hand."""
    where = f'main form[action$="{form}"]'
    for name, value in fields.items():
        page.fill(f"{where} input[name={name}]", value)
    with page.expect_download() as told:
        page.locator(f"{where} button[type=submit]").click()
    path = folder / told.value.suggested_filename
    told.value.save_as(path)
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages)
    return list(dict.fromkeys(CODE.findall(text)))


def vote(page: Page, places: tuple[int, ...]) -> str:
    """Tick the boxes at these places, look over, cast; the first long number of the receipt."""
    for place in places:
        page.locator("main .ballot input[type=checkbox]").nth(place).check()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"\S"))
    press(page, ".booth__bar button")
    press(page, 'form[action*="/cast"] button')
    return str(page.locator("[data-commitment]").first.get_attribute("data-digest"))


def type_a_sheet_in(enter: Visit, plan: Page, ballot: int, folder: Path) -> None:
    """Printed, handed out at the desk, typed in by two people who read it differently, and settled by a third."""
    open_page(plan, f"/de/desk/ballots/{ballot}")
    follow(plan, f"/desk/ballots/{ballot}/sheets")
    sheet, _left_over = codes_printed(plan, folder, "/sheets", name="Rathaus", count="2")

    first, second, third = (enter(GERMAN, who=key) for key in ("mod", "mod2", "council"))
    open_page(first, "/de/desk/residents")
    person = {"given_name": "Mia", "family_name": "Neu", "born_on": "2009-05-17", "born_in": "Bielefeld"}
    for name, value in person.items():
        first.fill(f"input[name={name}]", value)
    send(first, "/residents")
    first.select_option("select[name=ballot]", str(ballot))
    first.check("input[name=channel][value=paper]")
    send(first, "/hand-out")

    for page, numbers in ((first, "1 2"), (second, "1 3")):
        open_page(page, f"/de/desk/ballots/{ballot}/sheets")
        follow(page, "/sheets/entry")
        page.fill("input[name=code]", sheet)
        page.locator('input[name^="question-"]').first.fill(numbers)
        send(page, "/entry")
    open_page(third, f"/de/desk/ballots/{ballot}/sheets")
    follow(third, "/sheets/settle")
    third.fill("input[name=code]", sheet)
    send(third, "/settle")
    assert "1 2" in third.locator("main form").inner_text()
    third.locator('input[name^="question-"]').first.fill("1 2")
    send(third, "/settle")
    assert third.locator("dl.facts dd").all_inner_texts()[-1] == "1"


def end_and_count(enter: Visit, plan: Page, ballot: int) -> None:
    """Two people end it, the draw's numbers are entered, it is counted, and two roles vouch for it."""
    desk = f"/de/desk/ballots/{ballot}"
    open_page(plan, desk)
    follow(plan, "/close")
    plan.fill("textarea[name=reason]", "Alle Jugendlichen der Konferenz haben abgestimmt.")
    send(plan, "/close")
    admin = enter(GERMAN, who="admin")
    open_page(admin, desk)
    send(admin, "/close/agree")
    open_page(plan, desk)
    follow(plan, "/lots")
    plan.fill("input[name=seed]", "3 11 17 24 35 48")
    send(plan, "/lots")
    follow(plan, "/count")
    send(plan, "/count")
    for page in (plan, enter(GERMAN, who="council")):
        open_page(page, desk)
        follow(page, "/certify")
        send(page, "/certify")
    follow(page, f"/ballots/{ballot}/results")


def read_the_result(page: Page, ballot: int) -> None:
    """Why each proposal won or not, and how it came to that round by round."""
    open_page(page, f"/de/ballots/{ballot}")
    follow(page, f"/ballots/{ballot}/results")
    questions = page.locator("main section.question")
    assert questions.count() == 3
    page.set_viewport_size({"width": 320, "height": 640})
    assert too_wide(page) == []
    with page.expect_navigation():
        questions.first.locator('a[href*="/results/"]').first.click()
    assert page.locator("main .verdict[data-won]").count() >= 1
    for verdict in page.locator("main .verdict").all():
        assert len(verdict.inner_text().splitlines()) > 2, "each one has its reason"
    with page.expect_navigation():
        page.locator('main a[href$="/rounds"]').last.click()


def too_wide(page: Page) -> list[str]:
    """The figures that stick out of their place on a telephone."""
    cells = page.locator(".outcome td, .outcome tbody th")
    found: list[str] = cells.evaluate_all(
        "cells => cells.filter(c => c.scrollWidth > c.clientWidth || c.getBoundingClientRect().right > innerWidth)"
        ".map(c => c.innerText)"
    )
    return found


def check_the_files(page: Page, ballot: int, folder: Path, number: str) -> None:
    """The program in the ZIP accepts it, and refuses it after one changed byte."""
    open_page(page, f"/de/ballots/{ballot}/results")
    with page.expect_download() as told:
        page.locator('main a[href$="/data.zip"]').click()
    records = folder / "wahlunterlagen.zip"
    told.value.save_as(records)
    with zipfile.ZipFile(records) as archive:
        archive.extract("verify.py", folder)
    good = verify(folder, records)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Es stimmt: Jeder Stimmzettel" in good.stdout
    found = verify(folder, records, "--find", number)
    assert "Ihr Stimmzettel: gezählt in" in found.stdout

    content = bytearray(records.read_bytes())
    content[len(content) // 2] ^= 1
    records.write_bytes(content)
    changed = verify(folder, records)
    assert changed.returncode == 1
    assert "Es stimmt NICHT" in changed.stdout


def verify(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(folder / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
