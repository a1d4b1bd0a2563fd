"""Voting in a real browser: as a citizen with and without JavaScript, with the code of a letter, as an organisation's delegate."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference, ConferenceCluster
from bihaelt.extensions import db
from bihaelt.journal.domain import SYSTEM
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.settings import Settings
from bihaelt.votes import domain
from bihaelt.votes.domain import Channel, Level
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Verification
from bihaelt.votes.operations import ballots, codes
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan
from bihaelt.web import create_app
from tests.journeys.conftest import windows
from tests.journeys.server import DemoServer
from tests.journeys.steps import GERMAN, WITHOUT_JS, Look, Visit, address, id_in, open_page, press, text_of

pytestmark = pytest.mark.browser
CONFERENCE = 4
VOTERS = ("buerger2", "buerger3", "buerger4", "buerger5")


def prepare(server: DemoServer) -> None:
    """A ballot on what is proposed at the next conference, people who may vote, and letters with codes."""
    settings = Settings.from_env({key: value for key, value in server.env.items() if key in SETTINGS})
    app = create_app(settings)
    with app.app_context():
        session, now, ring = db.session(), datetime.now(UTC).replace(microsecond=0), KeyRing(settings.ballot_keys)
        ballot = open_a_ballot(session, ring, now)
        for key in VOTERS:
            account = session.scalars(sa.select(Account).where(Account.email == address(key))).one()
            if session.scalar(sa.select(Verification.id).where(Verification.account_id == account.id)) is None:
                session.add(
                    Verification(
                        account_id=account.id, level=Level.DESK, person_hash=f"{account.id:064x}", age_met=18, verified_at=now
                    )
                )  # fmt: skip
        made = codes.make_codes(
            session, ring=ring, ballot=ballot, channel=Channel.CODE, name="Briefe", by=SYSTEM, now=now, count=3
        )
        (server.database.parent / "letters.json").write_text(json.dumps([ballot.id, *made.codes]))
        session.commit()
        db.session.remove()
        db.engine.dispose()


SETTINGS = ("SECRET_KEY", "BASE_URL", "DATABASE_URL", "JOBS_URL", "MAIL_URL", "BALLOT_KEYS", "BALLOT_DATA")


def open_a_ballot(session: sa.orm.Session, ring: KeyRing, now: datetime) -> Ballot:
    conference = session.get_one(Conference, CONFERENCE)
    days = {"call_opens": -80, "call_closes": -20, "screening_until": -6, "vote_opens": -6, "vote_closes": 9}
    for name, number in days.items():
        setattr(conference, name, now + timedelta(days=number))
    session.flush()
    ripe = sa.select(Proposal.id).where(Proposal.conference_id == CONFERENCE, Proposal.state == State.PUBLISHED)
    questions = [
        QuestionPlan(cluster_id, 20_000, 0, tuple(OptionPlan(number, 7_000) for number in found))
        for cluster_id in session.scalars(
            sa.select(ConferenceCluster.cluster_id).where(ConferenceCluster.conference_id == CONFERENCE)
        )
        if (found := session.scalars(ripe.where(Proposal.cluster_id == cluster_id).limit(4)).all())
    ][:2]
    plan = domain.Settings(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=3))
    ballot = ballots.set_up(session, conference=conference, settings=plan, questions=questions, by=SYSTEM, now=now)
    ballots.open_ballot(session, ring=ring, site="demo.bihaelt.example", ballot=ballot, by=SYSTEM, now=now)
    return ballot


@pytest.fixture(scope="module")
def polls(founded: Path) -> Iterator[DemoServer]:
    with DemoServer(like=founded, then=prepare) as server:
        yield server


@pytest.fixture
def enter(polls: DemoServer, browser: Browser) -> Iterator[Visit]:
    yield from windows(browser, polls)


@pytest.fixture(scope="module")
def ballot(polls: DemoServer) -> int:
    return int(json.loads((polls.database.parent / "letters.json").read_text())[0])


def letter(polls: DemoServer, number: int) -> str:
    return str(json.loads((polls.database.parent / "letters.json").read_text())[number])


def boxes(page: Page) -> list[str]:
    return [str(box.get_attribute("id")) for box in page.locator("input[type=checkbox]").all()]


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"\S"))
    expect(page.locator("[data-progress=open], [data-progress=changed]").locator("visible=true")).to_have_count(1)


@pytest.mark.parametrize("look", [GERMAN, Look("ar", "ar")], ids=str)
def test_a_citizen_votes_and_every_tick_is_saved_at_once(enter: Visit, ballot: int, look: Look) -> None:
    page = enter(look, who={"de": "buerger5", "ar": "buerger2"}[look.lang])
    open_page(page, f"/{look.lang}/ballots/{ballot}/vote")
    first, second = boxes(page)[:2]
    page.check(f"#{first}")
    is_saved(page)
    assert re.search(r"\D1\D", text_of(page, "[data-total]:visible"))
    page.check(f"#{second}")
    is_saved(page)
    open_page(page, f"/{look.lang}/ballots/{ballot}")
    open_page(page, f"/{look.lang}/proposals")
    assert page.locator(".vote-bar--open").count() == 1, "whoever has not cast is told so on every page"

    open_page(page, f"/{look.lang}/ballots/{ballot}/vote")
    assert page.is_checked(f"#{first}")
    press(page, ".booth__bar button")
    assert page.url.endswith("/vote/review")
    assert page.locator("main section.panel li").count() == 2
    assert re.fullmatch(r"[0-9a-f]{64}", page.locator("[data-nonce]").first.input_value())
    expect(page.locator("[data-drawn=browser]")).to_be_visible()
    press(page, 'form[action$="/cast"] button')
    assert "/receipt" in page.url
    expect(page.locator("[data-sealed]")).to_be_visible()
    with page.expect_download() as told:
        page.locator('a[href*="receipt.txt"]').click()
    assert Path(told.value.path()).read_text().startswith("bihaelt/quittung/1")
    open_page(page, f"/{look.lang}/proposals")
    assert page.locator(".vote-bar--open").count() == 0


def test_a_lost_connection_is_told_and_the_tick_is_saved_when_it_is_back(enter: Visit, ballot: int) -> None:
    page = enter(GERMAN, who="buerger4")
    open_page(page, f"/de/ballots/{ballot}/vote")
    page.evaluate("arrive = fetch; fetch = () => Promise.reject(new TypeError())")
    page.check(f"#{boxes(page)[0]}")
    lost = str(page.locator("form[data-booth]").get_attribute("data-lost"))
    expect(page.locator("[data-saved]")).to_have_text(lost)
    page.evaluate("fetch = arrive; dispatchEvent(new Event('online'))")
    is_saved(page)
    expect(page.locator("[data-saved]")).not_to_have_text(lost)


def test_a_citizen_votes_without_javascript_changes_it_and_takes_it_back(enter: Visit, ballot: int) -> None:
    page = enter(WITHOUT_JS, who="buerger3")
    open_page(page, f"/de/ballots/{ballot}/vote")
    page.check(f"#{boxes(page)[0]}")
    press(page, ".booth__bar button")
    press(page, 'form[action$="/cast"] button')
    numbers = page.locator("[data-commitment]").all_inner_texts()
    assert len(numbers) == 1
    with page.expect_navigation():
        page.locator(f'main a[href$="/ballots/{ballot}/vote"]').last.click()
    page.uncheck(f"#{boxes(page)[0]}")
    page.check(f"#{boxes(page)[1]}")
    press(page, ".booth__bar button")
    press(page, 'form[action$="/cast"] button')
    assert page.locator("[data-commitment]").all_inner_texts() != numbers
    press(page, 'form[action$="/withdraw"] button')
    assert page.locator("[data-progress=empty]").is_visible()
    assert not page.is_checked(f"#{boxes(page)[1]}")


@pytest.mark.parametrize("look", [GERMAN, WITHOUT_JS], ids=str)
def test_somebody_votes_with_the_code_of_a_letter_and_the_next_person_finds_nothing(
    enter: Visit, polls: DemoServer, ballot: int, look: Look
) -> None:
    page, code = enter(look), letter(polls, 1 if look.js else 2)
    if look.js:
        open_page(page, f"/de/vote#{code}")
        assert page.input_value("[data-code]") == code
        assert code not in page.url
    else:
        open_page(page, "/de/vote")
        page.fill("[data-code]", code.lower())
    press(page, "main form button[type=submit]")
    page.check(f"#{boxes(page)[0]}")
    if look.js:
        is_saved(page)
    press(page, ".booth__bar button")
    press(page, 'form[action$="/cast"] button')
    assert page.locator("[data-commitment]").count() == 1
    assert page.context.cookies() == []
    with page.expect_navigation():
        page.locator(".next a").click()
    assert page.input_value("[data-code]") == ""
    assert code not in page.content()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_the_youth_organisations_delegate_votes_in_its_name(enter: Visit, ballot: int) -> None:
    page = enter(GERMAN, who="delegate_bjr")
    open_page(page, f"/de/ballots/{ballot}/vote")
    assert page.locator("form[data-booth]").count() == 0, "not verified as a person"
    with page.expect_navigation():
        page.locator('main a[href*="acting_for="]').first.click()
    assert "Jugendring" in text_of(page, "main .refused")
    assert id_in(page.url.split("?")[0].removesuffix("/vote")) == ballot
    page.check(f"#{boxes(page)[-1]}")
    is_saved(page)
    press(page, ".booth__bar button")
    press(page, 'form[action$="/cast"] button')
    assert "Jugendring" in text_of(page, "main .refused")
    assert page.locator("[data-commitment]").count() == 1
