"""Voting in a real browser: as a citizen with and without JavaScript, with the code of a letter, as an organisation's delegate."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.extensions import db
from bihaelt.journal.domain import SYSTEM
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.settings import Settings
from bihaelt.votes import domain
from bihaelt.votes.domain import Channel, Kind, Level, Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Count, Verification
from bihaelt.votes.operations import ballots, casting, closing, codes, counting
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan
from bihaelt.votes.queries.ballots import questions as questions_of
from bihaelt.web import create_app
from tests.journeys.conftest import windows
from tests.journeys.server import DemoServer
from tests.journeys.steps import GERMAN, WITHOUT_JS, Look, Visit, address, id_in, open_page, press, sign_in, text_of
from tests.journeys.test_axe import AXE, complaints

pytestmark = pytest.mark.browser
CONFERENCE = 4
VOTERS = ("buerger2", "buerger3", "buerger4", "buerger5")


SETTINGS = ("SECRET_KEY", "BASE_URL", "DATABASE_URL", "JOBS_URL", "MAIL_URL", "BALLOT_KEYS", "BALLOT_DATA")
PAPERS = 24


def prepare(server: DemoServer) -> None:
    """An open ballot with people who may vote and letters with codes; and one that is counted, with a receipt of it."""
    settings = Settings.from_env({key: value for key, value in server.env.items() if key in SETTINGS})
    with create_app(settings).app_context():
        session, now, ring = db.session(), datetime.now(UTC).replace(microsecond=0), KeyRing(settings.ballot_keys)
        conference = session.get_one(Conference, CONFERENCE)
        set_voting(conference, now)
        ripe = session.scalars(
            sa.select(Proposal).where(Proposal.conference_id == CONFERENCE, Proposal.state == State.PUBLISHED)
        ).all()
        clusters = list(dict.fromkeys(proposal.cluster_id for proposal in ripe))[:2]
        counted = count_one(session, ring, now, conference, [each for each in ripe if each.cluster_id not in clusters])
        ballot = open_one(session, ring, now, conference, [each for each in ripe if each.cluster_id in clusters])
        for key in VOTERS:
            account = session.scalars(sa.select(Account).where(Account.email == address(key))).one()
            if session.scalar(sa.select(Verification.id).where(Verification.account_id == account.id)) is None:
                verify(session, account.id, now, account_id=account.id)
        letters = codes.make_codes(
            session, ring=ring, ballot=ballot, channel=Channel.CODE, name="Briefe", by=SYSTEM, now=now, count=3
        )
        known = {"ballot": ballot.id, "codes": list(letters.codes), "counted": counted}
        (server.database.parent / "polls.json").write_text(json.dumps(known))
        session.commit()
        db.session.remove()
        db.engine.dispose()


def set_voting(conference: Conference, now: datetime) -> None:
    days = {"call_opens": -80, "call_closes": -20, "screening_until": -6, "vote_opens": -6, "vote_closes": 9}
    for name, number in days.items():
        setattr(conference, name, now + timedelta(days=number))


def verify(session: Session, number: int, now: datetime, **values: int) -> Verification:
    row = Verification(level=Level.DESK, person_hash=f"{number:064x}", age_met=18, verified_at=now, **values)
    session.add(row)
    session.flush()
    return row


def open_one(
    session: Session, ring: KeyRing, now: datetime, conference: Conference, proposals: list[Proposal]
) -> Ballot:
    """A ballot with a question for each cluster of the proposals, each of which costs more than a third of the budget."""
    session.flush()
    by_cluster: dict[int | None, list[OptionPlan]] = {}
    for proposal in proposals:
        by_cluster.setdefault(proposal.cluster_id, []).append(OptionPlan(proposal.id, 7_000))
    questions = [QuestionPlan(cluster or 0, 20_000, 0, tuple(options)) for cluster, options in by_cluster.items()]
    plan = domain.Settings(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=3))
    ballot = ballots.set_up(session, conference=conference, settings=plan, questions=questions, by=SYSTEM, now=now)
    ballots.open_ballot(session, ring=ring, site="demo.bihaelt.example", ballot=ballot, by=SYSTEM, now=now)
    return ballot


def count_one(
    session: Session, ring: KeyRing, now: datetime, like: Conference, proposals: list[Proposal]
) -> dict[str, Any]:
    """A ballot of a conference of its own in which everybody has ticked all but one, counted; and what a voter should see."""
    same = {column.key: getattr(like, column.key) for column in sa.inspect(Conference).columns if column.key != "id"}
    conference = Conference(**same | {"number": 99})
    session.add(conference)
    session.flush()
    for proposal in proposals:
        proposal.conference_id, proposal.cluster_id = conference.id, proposals[0].cluster_id
    ballot = open_one(session, ring, now, conference, proposals)
    (question,) = questions_of(session, ballot)
    keys = [option.key for option in question.options]
    given = []
    for number in range(PAPERS):
        choice = [key for place, key in enumerate(keys) if place != number % len(keys)]
        voter = Voter(Kind.VERIFICATION, verify(session, 10_000 + number, now).id)
        receipt = casting.cast(
            session, ring=ring, ballot=ballot, voter=voter, by=SYSTEM, now=now, choices={question.key: choice}
        )
        given.append((sorted(choice), receipt.note))
    closing.close(session, ring=ring, ballot=ballot, by=SYSTEM, now=ballot.closes_at)
    counting.count(session, ballot=ballot, by=SYSTEM, now=ballot.closes_at)
    trace = json.loads(session.scalars(sa.select(Count.result).where(Count.question_id == question.id)).one())["people"]
    choice, note = given[0]
    group = next(number for number, each in enumerate(trace["groups"]) if each["choice"] == choice)
    paid = sum(amount for each in trace["rounds"] for number, amount in each["payments"] if number == group)
    won = len(set(choice) & set(trace["winners"]))
    return {"ballot": ballot.id, "note": note, "won": won, "all": len(choice), "cents": round(paid / 10**6)}


@pytest.fixture(scope="module")
def polls(founded: Path) -> Iterator[DemoServer]:
    with DemoServer(like=founded, then=prepare) as server:
        yield server


@pytest.fixture
def enter(polls: DemoServer, browser: Browser) -> Iterator[Visit]:
    yield from windows(browser, polls)


@pytest.fixture(scope="module")
def known(polls: DemoServer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((polls.database.parent / "polls.json").read_text())
    return found


@pytest.fixture(scope="module")
def ballot(known: dict[str, Any]) -> int:
    return int(known["ballot"])


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
    page.evaluate("() => { arrive = fetch; fetch = () => Promise.reject(new TypeError()); }")
    page.check(f"#{boxes(page)[0]}")
    lost = str(page.locator("form[data-booth]").get_attribute("data-lost"))
    expect(page.locator("[data-saved]")).to_have_text(lost)
    page.evaluate("() => { fetch = arrive; dispatchEvent(new Event('online')); }")
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
    enter: Visit, known: dict[str, Any], look: Look
) -> None:
    page, code = enter(look), known["codes"][look.js]
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


def test_a_paper_that_is_left_open_closes_by_itself_and_nobody_goes_on_with_the_code(
    enter: Visit, known: dict[str, Any]
) -> None:
    page, code = enter(GERMAN, fresh=True), known["codes"][2]
    page.clock.install()
    open_page(page, f"/de/vote#{code}")
    press(page, "main form button[type=submit]")
    paper = {
        name: page.locator(f"form[data-booth] input[name={name}]").input_value() for name in ("form_token", "ticket")
    }
    page.check(f"#{boxes(page)[0]}")
    is_saved(page)
    asking = page.locator("dialog[data-idle]")
    expect(page.locator("[data-without-idle]")).to_be_hidden()
    page.clock.fast_forward(179_000)
    expect(asking).to_be_hidden()
    page.clock.run_for(3_000)
    expect(asking).to_be_visible()
    asking.locator("button").click()
    expect(asking).to_be_hidden()
    page.clock.run_for(181_000)
    expect(asking).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    assert page.url.endswith("/de/vote")
    assert page.input_value("[data-code]") == ""
    again = page.request.post(f"{page.url}/paper", form=dict(paper))
    assert again.status == 422, "the ticket is used up"


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
    press(page, 'form[action*="/cast"] button')
    assert "Jugendring" in text_of(page, "main .refused")
    assert page.locator("[data-commitment]").count() == 1


def test_what_became_of_my_vote_is_worked_out_in_the_browser(enter: Visit, known: dict[str, Any]) -> None:
    page, counted = enter(GERMAN, fresh=True), known["counted"]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data}"))
    open_page(page, f"/de/ballots/{counted['ballot']}/mine")
    page.fill("#mine-text", counted["note"])
    page.locator("[data-mine] button").click()
    said = page.locator("[data-mine] [data-said]").first
    expect(said).to_be_visible()
    euros = f"{counted['cents'] // 100},{counted['cents'] % 100:02d}"
    assert re.findall(r"\d+(?:,\d+)?", said.inner_text().replace(".", "")) == [
        str(counted["won"]),
        str(counted["all"]),
        euros,
    ]
    assert 0 < counted["won"] < counted["all"]
    assert page.locator("[data-mine] [data-option]:visible").count() == counted["all"]
    numbers = re.findall(r"[0-9a-f]{64}", counted["note"])
    assert numbers
    assert not [line for line in sent if any(number in line for number in numbers)]
    assert all(line.startswith("GET ") for line in sent)


def test_without_javascript_the_published_papers_are_linked_and_hold_the_number(
    enter: Visit, known: dict[str, Any]
) -> None:
    page, counted = enter(WITHOUT_JS), known["counted"]
    open_page(page, f"/de/ballots/{counted['ballot']}/mine")
    assert page.locator("[data-mine]").is_hidden()
    papers = page.request.get(str(page.locator('main a[href*="openings/"]').first.get_attribute("href")))
    assert re.findall(r"[0-9a-f]{64}", counted["note"])[0] in papers.text()


def test_axe_finds_nothing_in_the_voting_booth(polls: DemoServer, browser: Browser, known: dict[str, Any]) -> None:
    with browser.new_context(base_url=polls.url, bypass_csp=True, reduced_motion="reduce") as context:
        context.add_init_script(AXE)
        page = context.new_page()
        found = complaints(page, "/ar/vote", 320)
        sign_in(page, "delegate_agw", "ar")
        found += complaints(page, f"/ar/ballots/{known['ballot']}/vote", 320, ("dark",))
        page.locator('main a[href*="acting_for="]').first.click()
        page.check(f"#{boxes(page)[0]}")
        is_saved(page)
        paper = page.url.removeprefix(polls.url)
        for path in (paper, paper.replace("/vote", "/vote/review")):
            found += complaints(page, path, 320)
        press(page, 'form[action*="/cast"] button')
        found += complaints(page, page.url.removeprefix(polls.url), 320, ("light",))
        found += complaints(page, f"/ar/ballots/{known['counted']['ballot']}/mine", 320, ("dark",))
        assert found == [], "\n".join(found)
