"""From the form over the letter to the account."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts import operations
from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.domain.secrets import DeadLink
from bihaelt.accounts.models import Account, Code, LetterSlot, SignIn
from bihaelt.accounts.operations.letters import add_slot
from bihaelt.accounts.operations.registration import save
from bihaelt.journal.models import JournalEntry
from bihaelt.verdicts import Conflict
from tests.accounts.post import last, letters
from tests.browser import tree, words
from tests.factories import make_account

FORM = {"email": "Zoe@Example.org", "name": "Zoë Käfer", "password": "rote Lampe am Fluss", "consent": "y"}


def person(session, email="zoe@example.org"):
    return session.scalars(sa.select(Account).where(Account.email == email)).first()


def test_registering_makes_an_account_that_waits_for_its_letter(client, session, now):
    answer = client.post("/tr/register", FORM)
    account = person(session)
    assert (answer.status_code, account.state, account.language) == (200, AccountState.UNCONFIRMED, "tr")
    assert account.password_hash.startswith("$argon2id$")
    assert account.consented_at == now
    assert [letter.kind for letter in letters(session)] == ["account_confirm"]
    assert not session.scalar(sa.select(JournalEntry.public).where(JournalEntry.act == "account.registered"))


def test_opening_the_link_confirms_nothing_the_button_does(client, session):
    client.post("/de/register", FORM)
    link = f"/de/confirm/{last(session, 'account_confirm')['token']}"
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert person(session).state is AccountState.UNCONFIRMED
    answer = client.post(link, {"password": FORM["password"]})
    assert (answer.status_code, answer.location) == (303, "/de/my")
    assert person(session).state is AccountState.ACTIVE
    assert client.get("/de/my").status_code == 200


def test_the_link_is_good_once(client, app, session):
    client.post("/de/register", FORM | {"password": ""})
    link = f"/de/confirm/{last(session, 'account_confirm')['token']}"
    assert client.post(link).status_code == 303
    assert app.test_client().get(link).status_code == 410
    assert app.test_client().post(link).status_code == 410


def test_the_link_ends_after_a_day(client, session, clock):
    client.post("/de/register", FORM)
    link = f"/de/confirm/{last(session, 'account_confirm')['token']}"
    clock(hours=23, minutes=59)
    assert client.get(link).status_code == 200
    clock(hours=24)
    assert client.get(link).status_code == 410


def test_a_password_set_by_a_stranger_does_not_survive_the_owner(client, session):
    client.post("/de/register", FORM)
    link = f"/de/confirm/{last(session, 'account_confirm')['token']}"
    assert client.post(link, {"password": "something else"}).status_code == 422
    assert client.post(link, {"without": "yes"}).status_code == 303
    assert person(session).password_hash is None


def test_registering_again_makes_the_earlier_link_dead(client, session):
    client.post("/de/register", FORM)
    first = last(session, "account_confirm")["token"]
    client.post("/de/register", FORM | {"name": "Zoë K."})
    assert client.get(f"/de/confirm/{first}").status_code == 410
    assert person(session).display_name == "Zoë K."
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1


def test_known_and_unknown_addresses_get_the_same_page(client, session):
    make_account(session, email="known@example.org")
    known = client.post("/de/register", FORM | {"email": "known@example.org"})
    unknown = client.post("/de/register", FORM)
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert dict(known.headers) == dict(unknown.headers)
    assert [letter.kind for letter in letters(session)] == ["account_exists", "account_confirm"]


def test_a_letter_to_a_known_address_changes_nothing(client, session):
    account = make_account(session, email="known@example.org", name="Bleibt")
    client.post("/de/register", FORM | {"email": "KNOWN@example.org"})
    session.refresh(account)
    assert (account.display_name, account.password_hash) == ("Bleibt", None)


def test_names_that_look_alike_are_taken(client, session):
    client.post("/de/register", FORM | {"name": "Paul"})
    answer = client.post("/de/register", FORM | {"email": "other@example.org", "name": "PauI"})
    assert answer.status_code == 422
    assert person(session, "other@example.org") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nonsense"), ("email", ""), ("email", "a@b.de\r\nBcc: x@y.de"), ("email", "a..b@x.de"),
        ("email", "a(b@x.de"), ("email", "=?x?q?y?=@x.de"), ("email", "a@x..de"), ("email", "ü@x.de"), ("email", "a" * 65 + "@x.de"),
        ("name", ""), ("name", "Stadtverwaltung"),
        ("name", "Bielefeld"), ("name", "An\u202ena"), ("name", "Übersetzer\x00"), ("password", "kurz"), ("password", "zoe käfer 99"),
        ("password", "x" * 5000), ("consent", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field(client, session, field, value):
    answer = client.post("/en/register", FORM | {field: value})
    assert answer.status_code == 422
    assert tree(answer).xpath(f"//*[@id='{field}-error']")
    assert letters(session) == []


def test_machines_land_on_the_same_page_and_leave_nothing(client, session):
    honest = client.post("/de/register", FORM)
    machine = client.post(
        "/de/register", FORM | {"email": "bot@example.org", "name": "Bot", "website": "http://x.test"}
    )
    assert (machine.status_code, machine.text) == (200, honest.text)
    assert person(session, "bot@example.org") is None


def test_who_is_faster_than_any_hand_is_a_machine(client, app, session):
    app.config["FILL_SECONDS"] = 2
    try:
        assert client.post("/de/register", FORM).status_code == 200
    finally:
        app.config["FILL_SECONDS"] = 0
    assert person(session) is None


def test_a_form_that_stood_open_too_long_keeps_what_was_typed(client, session):
    answer = client.post("/de/register", FORM, token=False)
    assert answer.status_code == 422
    assert tree(answer).xpath("//input[@name='name']/@value") == ["Zoë Käfer"]
    assert person(session) is None


def test_one_mailbox_gets_three_letters_in_six_hours_however_it_is_spelt(client, session, clock):
    spellings = ["z.oe@gmail.com", "zoe+1@gmail.com", "ZOE@googlemail.com", "zo.e@gmail.com", "zoe+x@gmail.com"]
    pages = {
        client.post("/de/register", FORM | {"email": email, "name": f"Zoë Nummer {n}"}).text
        for n, email in enumerate(spellings, 2)
    }
    assert len(pages) == 1
    assert len(letters(session)) == 3
    clock(hours=6)
    client.post("/de/register", FORM | {"email": "zoe+late@gmail.com"})
    assert len(letters(session)) == 4


def test_a_network_that_asks_for_letters_without_end_is_slowed(client):
    codes = [client.post("/de/recover", {"email": f"p{n}@example.org"}).status_code for n in range(61)]
    assert codes == [200] * 60 + [429]


def test_more_fields_than_the_form_has_change_nothing(client, session):
    client.post(
        "/de/register",
        FORM | {"state": "active", "role": "admin", "id": "1", "demo": "y", "confirmed_at": "2026-01-01"},
    )
    account = person(session)
    assert (account.state, account.demo, account.confirmed_at) == (AccountState.UNCONFIRMED, False, None)


def test_nobody_gets_a_cookie_before_signing_in(client):
    for path in ("/de/register", "/de/sign-in", "/de/sign-in/code", "/de/recover"):
        assert "Set-Cookie" not in client.get(path).headers
    assert "Set-Cookie" not in client.post("/de/register", FORM).headers
    assert "Set-Cookie" not in client.post("/de/sign-in/code", {"email": "zoe@example.org"}).headers


def test_a_foreign_host_never_gets_into_a_letter(client, session):
    for headers in ({"Host": "evil.test"}, {"X-Forwarded-Host": "evil.test"}):
        client.post("/de/recover", {"email": "zoe@example.org"}, headers=headers)
    assert client.get("/de/sign-in", headers={"Host": "evil.test"}).status_code == 400


def test_accounts_that_nobody_confirmed_go_after_fourteen_days(client, session, now):
    client.post("/de/register", FORM)
    confirmed = make_account(session)
    assert operations.purge_unconfirmed(session, now=now + timedelta(days=14)) == 0
    assert operations.purge_unconfirmed(session, now=now + timedelta(days=14, seconds=1)) == 1
    assert session.scalars(sa.select(Account.id)).all() == [confirmed.id]


def test_traces_without_a_purpose_are_removed(client, session, now):
    account = make_account(session)
    client.sign_in(account)
    client.post("/de/sign-in/code", {"email": account.email})
    operations.purge_expired(session, now=now + timedelta(days=1))
    assert [session.scalar(sa.select(sa.func.count()).select_from(kind)) for kind in (SignIn, Code, LetterSlot)] == [
        0,
        0,
        0,
    ]


def test_registration_can_be_read_in_every_language(client):
    for language in ("de", "leicht", "en", "tr", "ar", "ku", "ru", "uk", "pl"):
        assert words(client.get(f"/{language}/register"))


def test_a_link_of_an_account_that_is_active_already_is_dead(client, session):
    client.post("/de/register", FORM | {"password": ""})
    account = person(session)
    account.state, account.confirmed_at = AccountState.ACTIVE, account.created_at
    session.commit()
    assert client.post(f"/de/confirm/{last(session, 'account_confirm')['token']}").status_code == 410


def test_two_who_take_a_name_at_the_same_moment_are_told_apart(session, now):
    make_account(session, name_key="zoe")
    second = Account(
        email="z@example.org",
        state=AccountState.UNCONFIRMED,
        created_at=now,
        display_name="Zoe",
        name_key="zoe",
        language="de",
    )
    with pytest.raises(Conflict):
        save(session, second)


def test_a_slot_that_another_request_took_is_not_taken_twice(session, now):
    assert add_slot(session, "x" * 64, 0, now)
    session.expunge_all()
    assert not add_slot(session, "x" * 64, 0, now)


def test_a_link_that_was_never_sent_leads_nowhere(session, now):
    with pytest.raises(DeadLink):
        operations.confirm(session, token="invented", password=None, now=now)
