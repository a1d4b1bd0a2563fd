"""The citizens' desk: four fields, a person without a name, a code for the account, and what is handed out."""

import re
from datetime import timedelta

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.outbox.models import Letter
from bihaelt.votes.domain import Channel
from bihaelt.votes.domain.binding import binding_code
from bihaelt.votes.models import Strike, Verification
from bihaelt.votes.operations import roll
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_account
from tests.votes.ballot_stage import make_ballot, make_code, make_verified, ring_of

ANN = {"given_name": "Ann Marie", "family_name": "Größe", "born_on": "1948-02-29", "born_in": "Hamm"}
CODE = re.compile(r"[2-9B-DF-HJKMNP-TV-Z]{4}(?:-[2-9B-DF-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def desk(session, client):
    client.sign_in(make_account(session, Role.MODERATOR))
    return client


def seen(desk, **changed) -> int:
    """Enter a person; returns the number that the desk gives them."""
    answer = desk.post("/en/desk/residents", ANN | changed)
    assert answer.status_code == 303, words(answer)
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def test_a_person_is_entered_without_a_name(session, desk):
    number = seen(desk)
    page = words(desk.get(f"/en/desk/residents/{number}"))
    assert "In person at the citizens' desk" in page
    assert "The person is on the roll now." in page
    assert "Größe" not in page
    row = session.get(Verification, number)
    assert (row.age_met, row.account_id, len(row.person_hash)) == (18, None, 64)


def test_sheets_and_codes_are_handed_out_only_while_a_vote_is_open(session, app, desk):
    path = f"/en/desk/residents/{make_verified(session).id}"
    assert not tree(desk.get(path)).xpath("//select[@name='ballot']")
    make_ballot(session, app)
    assert len(tree(desk.get(path)).xpath("//select[@name='ballot']/option")) == 1


@pytest.mark.parametrize(
    "changed",
    [{}, {"given_name": "ANN"}, {"family_name": "Groesse"}, {"family_name": " grösse "}, {"born_in": "HAMM"}],
)
def test_nobody_is_entered_twice(session, desk, changed):
    number = seen(desk)
    session.get(Verification, number).verified_at = NOW - timedelta(days=3)
    assert seen(desk, **changed) == number
    assert "The person was on the roll already." in words(desk.get(f"/en/desk/residents/{number}"))
    assert session.query(Verification).count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"given_name": ""}, {"family_name": "   "}, {"born_on": "29.2.1948"}, {"born_on": "1848-01-01"}, {"born_in": ""},
        {"born_on": "2019-01-01"}, {"given_name": "x" * 101}, {"family_name": "a\u202eb"}, {"given_name": "…"},
    ],
)  # fmt: skip
def test_wrong_fields_are_refused_and_nothing_typed_is_lost(session, desk, changed):
    answer = desk.post("/en/desk/residents", ANN | changed)
    assert answer.status_code == 422
    page = tree(answer)
    kept = {name: page.xpath(f"string(//input[@name='{name}']/@value)") for name in ANN}
    assert {name: value for name, value in kept.items() if name not in changed} == {
        name: value for name, value in ANN.items() if name not in changed
    }
    assert session.query(Verification).count() == 0


def test_html_in_a_name_is_only_text(desk):
    answer = desk.post("/en/desk/residents", ANN | {"family_name": "<script>alert(1)</script>", "born_in": ""})
    assert "<script>alert" not in answer.text


def test_the_desks_code_ties_the_person_to_their_account(app, session, desk):
    number = seen(desk)
    code = CODE.search(words(desk.post(f"/en/desk/residents/{number}/code")))[0]
    account = make_account(session)
    citizen = app.test_client().sign_in(account)
    assert citizen.post("/en/account/residence", {"code": code.lower()}).status_code == 303
    assert session.get(Verification, number).account_id == account.id
    assert "In person at the citizens' desk" in words(citizen.get("/en/account/residence"))
    assert session.query(Letter).filter_by(kind="verification_done", account_id=account.id).count() == 1
    assert "tied to an account" in words(desk.get(f"/en/desk/residents/{number}"))


def test_the_desks_code_works_once(app, session, desk):
    number = seen(desk)
    code = CODE.search(words(desk.post(f"/en/desk/residents/{number}/code")))[0]
    first, second = make_account(session), make_account(session)
    for account, status in ((first, 303), (second, 422), (first, 422)):
        citizen = app.test_client().sign_in(account)
        assert citizen.post("/en/account/residence", {"code": code}).status_code == status
    assert session.get(Verification, number).account_id == first.id
    assert desk.post(f"/en/desk/residents/{number}/code").status_code == 422


def test_the_desks_code_ends(app, session, desk):
    number = seen(desk)
    old = binding_code(ring_of(app).roll(), number, (NOW - timedelta(days=29)).date())
    citizen = app.test_client().sign_in(make_account(session))
    assert citizen.post("/en/account/residence", {"code": old}).status_code == 422


def test_an_account_stands_for_one_person(app, session, desk):
    account = make_account(session)
    make_verified(session, account)
    code = CODE.search(words(desk.post(f"/en/desk/residents/{seen(desk)}/code")))[0]
    citizen = app.test_client().sign_in(account)
    answer = citizen.post("/en/account/residence", {"code": code})
    assert answer.status_code == 422
    assert "verified already" in words(answer)


def test_the_letter_of_an_earlier_vote_gives_way_to_the_desk(app, session, desk):
    ballot = make_ballot(session, app)
    account = make_account(session)
    code = make_code(session, ballot, used_as="account")
    old = make_verified(session, account, level="letter", ballot_id=ballot.id, code_id=code.id, person_hash=None)
    number = seen(desk)
    binding = CODE.search(words(desk.post(f"/en/desk/residents/{number}/code")))[0]
    citizen = app.test_client().sign_in(account)
    assert citizen.post("/en/account/residence", {"code": binding}).status_code == 422
    ballots = session.get(type(ballot), ballot.id)
    ballots.state, ballots.cancelled_at, ballots.cancel_reason = "cancelled", NOW, "Fehler"
    session.commit()
    assert citizen.post("/en/account/residence", {"code": binding}).status_code == 303
    assert session.get(Verification, old.id).account_id is None
    assert session.get(Verification, number).account_id == account.id


def test_a_revoked_person_gets_no_account(app, session, desk):
    number = seen(desk)
    code = CODE.search(words(desk.post(f"/en/desk/residents/{number}/code")))[0]
    assert desk.post(f"/en/desk/residents/{number}/revoke", {"reason": ""}).status_code == 422
    assert desk.post(f"/en/desk/residents/{number}/revoke", {"reason": "Verwechselt"}).status_code == 303
    assert "Verwechselt" in words(desk.get(f"/en/desk/residents/{number}"))
    citizen = app.test_client().sign_in(make_account(session))
    assert citizen.post("/en/account/residence", {"code": code}).status_code == 422
    assert desk.post(f"/en/desk/residents/{number}/revoke", {"reason": "Noch einmal"}).status_code == 422
    assert desk.post(f"/en/desk/residents/{number}/code").status_code == 422


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.DESK, Channel.ROOM])
def test_who_takes_a_sheet_is_struck_off_once(app, session, desk, channel):
    ballot, number = make_ballot(session, app), seen(desk)
    fields = {"ballot": ballot.id, "channel": channel.value}
    assert desk.post(f"/en/desk/residents/{number}/hand-out", fields).status_code == 303
    assert desk.post(f"/en/desk/residents/{number}/hand-out", fields).status_code == 422
    strike = session.query(Strike).one()
    assert (strike.ballot_id, strike.verification_id, strike.channel) == (ballot.id, number, channel)


def test_who_took_a_sheet_cannot_vote_with_the_account(app, session, desk):
    ballot, number = make_ballot(session, app), seen(desk)
    code = CODE.search(words(desk.post(f"/en/desk/residents/{number}/code")))[0]
    desk.post(f"/en/desk/residents/{number}/hand-out", {"ballot": ballot.id, "channel": "paper"})
    citizen = app.test_client().sign_in(make_account(session))
    citizen.post("/en/account/residence", {"code": code})
    assert "You have taken a paper ballot" in words(citizen.get(f"/en/ballots/{ballot.id}/vote"))


@pytest.mark.parametrize(
    "values", [{}, {"channel": "paper"}, {"channel": "online"}, {"ballot": "9999", "channel": "paper"}]
)
def test_handing_out_needs_a_vote_and_a_thing(app, session, desk, values):
    ballot, number = make_ballot(session, app), seen(desk)
    given = {"ballot": ballot.id} | values if values.get("channel") == "online" else values
    assert desk.post(f"/en/desk/residents/{number}/hand-out", given).status_code == 422
    assert session.query(Strike).count() == 0


@pytest.mark.parametrize("role", ["citizen", "translator", "editor", "delegate"])
def test_others_have_no_place_at_the_desk(app, session, client, role):
    row = make_verified(session, False)
    client.sign_in(getattr(make_cast(session), role))
    assert client.get("/en/desk/residents").status_code == 403
    for path in ("", "/code", "/hand-out", "/revoke"):
        post = client.post if path else client.get
        assert post(f"/en/desk/residents/{row.id}{path}").status_code == 403


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/en/account/residence").status_code == 302
    assert client.get("/en/desk/residents").status_code == 302


def test_my_page_shows_how_it_was_checked(session, client):
    account = make_account(session)
    make_verified(session, account)
    client.sign_in(account)
    page = words(client.get("/en/my"))
    assert "Where I live" in page
    assert "In person at the citizens' desk" in page


def test_codes_cannot_be_tried_out(session, client):
    client.sign_in(make_account(session))
    statuses = [client.post("/en/account/residence", {"code": "BCDF-2345-GHJK"}).status_code for _ in range(61)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_a_wrong_code_comes_back_as_it_was_typed(session, client):
    client.sign_in(make_account(session))
    answer = client.post("/en/account/residence", {"code": "bcdf 2345 ghjk"})
    assert tree(answer).xpath("string(//input[@name='code']/@value)") == "bcdf 2345 ghjk"


def test_a_letter_is_shown_with_its_vote(app, session, client):
    ballot, account = make_ballot(session, app), make_account(session)
    code = make_code(session, ballot, used_as="account")
    make_verified(session, account, level="letter", ballot_id=ballot.id, code_id=code.id, person_hash=None)
    client.sign_in(account)
    page = words(client.get("/en/account/residence"))
    assert "By a letter to the address" in page
    assert "Zukunftskonferenz" in page


def test_the_roll_is_shown_by_level(app, session, client):
    ballot = make_ballot(session, app)
    for _ in range(2):
        make_verified(session)
    make_verified(session, level="provider", person_hash=None, subject_hash="s" * 64)
    make_verified(session, age_met=12)
    make_code(session, ballot)
    make_code(session, ballot, voided_at=NOW)
    root = tree(client.get(f"/en/ballots/{ballot.id}"))
    shown = {
        key.text_content(): key.getnext().text_content()
        for key in root.xpath("//section[@aria-labelledby='who']//dl/dt")
    }
    assert {
        "By a letter to the address": "0", "In person at the citizens' desk": "2", "By the city's online identity": "1",
        "Letters with a code, not entered in an account": "1",
    }.items() <= shown.items()  # fmt: skip


def test_staff_who_come_back_find_the_person_of_a_provider(app, session, desk):
    """One row for one person, whichever way came first."""
    row = roll.verify_at_desk(
        session, ring=ring_of(app), account=None, person=person_of(ANN), by=Voice(None, "moderator"), now=NOW
    )
    assert seen(desk) == row.id


def person_of(fields):
    year, month, day = map(int, fields["born_on"].split("-"))
    born = NOW.date().replace(year=year, month=month, day=day)
    return roll.Person(fields["given_name"], fields["family_name"], born, fields["born_in"])
