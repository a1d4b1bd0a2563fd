"""The letters of accounts as they arrive."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from bihaelt.accounts import operations
from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Code
from bihaelt.i18n import LANGUAGES
from bihaelt.mailer import deliver, message_of
from bihaelt.marks import label_of
from bihaelt.outbox.models import Letter
from tests.conftest import NOW
from tests.factories import make_account

TOKEN = {"token": "t0ken-t0ken"}
ROLE = {"role": label_of(Role.MODERATOR), "starts_on": "2026-11-22"}
LETTERS = {
    "account_confirm": TOKEN,
    "account_exists": {},
    "account_code": {"code": "12345678"},
    "account_reset": TOKEN,
    "account_password": {},
    "account_email_new": TOKEN,
    "account_email_old": TOKEN | {"masked": "z…@example.org"},
    "account_second_factor": {"active": True},
    "account_role": ROLE | {"active": True},
    "account_blocked": {"reason": "Drohungen"},
    "account_unblocked": {"reason": "Geklärt"},
}


def as_read(app, kind, language, **context):
    letter = Letter(id=1, kind=kind, email="zoe@example.org", language=language, context={"name": "Zoë"} | context)
    with app.test_request_context(base_url="http://localhost"):
        return message_of(letter, NOW)


@pytest.mark.parametrize("language", [language.babel for language in LANGUAGES])
@pytest.mark.parametrize("kind", LETTERS)
def test_every_letter_can_be_written_in_every_language(app, session, kind, language):
    message = as_read(app, kind, language, **LETTERS[kind])
    body = message.get_body(("plain",)).get_content()
    assert message["Subject"]
    assert "%(" not in body + message["Subject"]
    assert "Zoë" in body


def test_links_stand_on_the_public_address(app, session):
    body = as_read(app, "account_reset", "tr", **TOKEN).get_body(("plain",)).get_content()
    assert re.findall(r"http\S+", body) == ["http://localhost/tr/recover/t0ken-t0ken"]


@pytest.mark.parametrize("change", [{"active": False}, {"active": True}])
def test_letters_say_what_came_and_what_went(app, session, change):
    role = as_read(app, "account_role", "en", **ROLE, **change).get_body(("plain",)).get_content()
    factor = as_read(app, "account_second_factor", "en", **change).get_body(("plain",)).get_content()
    assert ("you now hold" in role, "has been set up" in factor) == (change["active"], change["active"])


def test_a_name_cannot_make_a_link_or_a_header(app, session):
    message = as_read(app, "account_confirm", "de", name="x\r\nBcc: all@example.org", **TOKEN)
    assert message["Bcc"] is None


def test_a_letter_knows_when_its_code_or_link_ends(session):
    account = make_account(session, email="zoe@example.org")
    operations.ask_for_code(session, email="zoe@example.org", now=NOW)
    operations.ask_for_reset(session, email="zoe@example.org", now=NOW)
    operations.change_email(session, account=account, email="new@example.org", now=NOW)
    account.state = AccountState.UNCONFIRMED
    operations.ask_for_reset(session, email="zoe@example.org", now=NOW)
    ends = dict(session.execute(select(Letter.kind, Letter.expires_at).order_by(Letter.id)).all())
    assert {kind: (end - NOW).total_seconds() / 60 for kind, end in ends.items()} == {
        "account_code": 15, "account_reset": 60, "account_email_new": 24 * 60, "account_confirm": 24 * 60,
    }  # fmt: skip
    codes = dict(session.execute(select(Code.purpose, Code.ends_at)).all())
    assert sorted(codes.values()) == sorted(ends.values())


def test_one_registers_through_the_mailbox(app, client, session):
    form = {"email": "zoe@example.org", "name": "Zoë", "password": "", "consent": "y"}
    assert client.post("/uk/register", form).status_code == 200
    session.commit()
    assert deliver(app, lambda: NOW) == (1, 0, 0)
    folder = app.config["SETTINGS"].mail_url.removeprefix("file:")
    newest = max(Path(folder).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    address = re.search(r"http://localhost(/uk/confirm/\S+)", message.get_body(("plain",)).get_content())[1]
    assert client.get(address).status_code == 200
    assert client.post(address).location == "/uk/my"
    assert session.scalars(select(Letter.context)).one() == {}
