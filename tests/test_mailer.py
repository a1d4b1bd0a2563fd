"""Letters: once each, in the reader's language, into a folder or to a real mail server, with patience when it is down."""

import asyncio
import re
import socket
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from bihaelt import mailer
from bihaelt.extensions import db
from bihaelt.outbox import operations, queries
from bihaelt.outbox.domain import WAITS, wait_after
from bihaelt.outbox.models import Letter
from tests.conftest import NOW, ROOT, migrated_app
from tests.databases import fresh_database


def put(session, **context):
    given = {"kind": "account_erased", "email": "leserin@example.org", "language": "de", "now": NOW} | context
    letter = operations.enqueue(session, **given)
    session.commit()
    return letter


@pytest.fixture
def folder(app):
    path = Path(app.config["SETTINGS"].mail_url.removeprefix("file:"))
    for file in path.glob("*.eml"):
        file.unlink()
    return path


def test_a_letter_leaves_once_and_is_forgotten(app, session, folder):
    letter = put(session, name="Leserin")
    assert mailer.deliver(app, lambda: NOW) == (1, 0, 0)
    assert mailer.deliver(app, lambda: NOW) == (0, 0, 0)
    session.expire_all()
    kept = session.get_one(Letter, letter.id)
    assert (kept.sent_at, kept.context, kept.attempts) == (NOW, {}, 1)
    (file,) = folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == "leserin@example.org"
    assert message["Content-Language"] == "de"


def test_an_arabic_letter_runs_from_right_to_left(app, session, folder):
    put(session, language="ar")
    mailer.deliver(app, lambda: NOW)
    (file,) = folder.glob("*.eml")
    html = message_from_bytes(file.read_bytes(), policy=default).get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html


def test_a_name_brings_neither_headers_nor_links_into_a_letter(app, session, folder):
    put(session, name="A\r\nBcc: x@evil.example <b>https://evil.example/x</b>")
    mailer.deliver(app, lambda: NOW)
    (file,) = folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["Bcc"] is None
    html = message.get_body(("html",)).get_content()
    assert "<b>" not in html
    assert not re.search(r'href="https?://evil', html)


def test_a_server_that_is_down_is_tried_again_with_patience(app, session):
    letter = put(session)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with app.test_request_context():
        claimed = operations.claim(session, letter_id=letter.id, now=NOW)
        session.commit()
        post = lambda message: mailer.to_server(f"smtp://127.0.0.1:{port}", message)  # noqa: E731  one line says it
        assert mailer.send(session, claimed, post, NOW) is False
    assert claimed.due_at == NOW + timedelta(minutes=1)
    assert "ConnectionRefusedError" in claimed.error
    assert queries.due(session, NOW) == []
    assert queries.due(session, NOW + timedelta(minutes=1)) == [letter.id]


def test_after_the_last_wait_a_letter_is_given_up_and_shown_to_the_operator(session):
    letter = put(session)
    letter.attempts = len(WAITS) + 1
    operations.put_off(session, letter=letter, error="down", now=NOW)
    assert letter.failed_at == NOW
    assert [found.id for found in queries.failed(session, NOW)] == [letter.id]
    assert [wait_after(n) is None for n in (1, len(WAITS), len(WAITS) + 1)] == [False, False, True]


def test_a_letter_whose_link_is_dead_is_not_sent_but_marked(app, session, folder):
    ends = NOW + timedelta(minutes=15)
    letter = put(session, expires_at=ends, token="a-secret")
    operations.put_off(session, letter=operations.claim(session, letter_id=letter.id, now=NOW), error="down", now=NOW)
    letter.due_at = NOW + timedelta(hours=4)
    session.commit()
    assert queries.due(session, ends - timedelta(seconds=1)) == []
    assert mailer.deliver(app, lambda: ends) == (0, 0, 1)
    assert mailer.deliver(app, lambda: NOW + timedelta(hours=5)) == (0, 0, 0)
    session.expire_all()
    assert (letter.sent_at, letter.expired_at, letter.claimed_at, letter.context) == (None, ends, None, {})
    assert [found.id for found in queries.expired(session, ends)] == [letter.id]
    assert queries.expired(session, ends + timedelta(days=7)) == []
    assert list(folder.glob("*.eml")) == []


def test_a_letter_leaves_up_to_the_last_moment_of_its_link(app, session, folder):
    put(session, expires_at=NOW + timedelta(seconds=1))
    assert mailer.deliver(app, lambda: NOW) == (1, 0, 0)


def test_a_letter_is_claimed_by_one_worker_only(session):
    letter = put(session)
    assert operations.claim(session, letter_id=letter.id, now=NOW) is not None
    assert operations.claim(session, letter_id=letter.id, now=NOW) is None
    session.commit()
    assert [found.id for found in queries.stuck(session, NOW + timedelta(hours=2))] == [letter.id]


def test_the_same_letter_cannot_be_written_twice(session):
    put(session, once_key="only-one")
    with pytest.raises(Exception, match=r"(?i)unique"):
        put(session, once_key="only-one")
    session.rollback()


def test_nobody_knows_after_ninety_days_to_whom_a_letter_went(session):
    old, late = NOW - operations.KEPT - timedelta(seconds=1), NOW - operations.KEPT
    sent = [
        put(session, name="A"),
        put(session, name="B", once_key="k"),
        put(session, name="C"),
        put(session, name="D"),
    ]
    for letter, at in zip(sent, (old, old, late, None), strict=True):
        letter.sent_at = at
    given_up = put(session, name="E")
    given_up.failed_at, given_up.error = old, "550 <leserin@example.org>"
    session.commit()
    ids = [letter.id for letter in sent]
    assert operations.forget(session, now=NOW) == 3
    session.expire_all()
    left = session.query(Letter).order_by(Letter.id).all()
    assert [(letter.id, letter.email) for letter in left] == [
        (ids[1], ""), (ids[2], "leserin@example.org"), (ids[3], "leserin@example.org"),
    ]  # fmt: skip
    assert operations.forget(session, now=NOW) == 0


def test_a_letter_goes_out_over_smtp(app, session):
    """A small real server on loopback speaks the protocol."""
    got = []

    async def talk(reader, writer):
        writer.write(b"220 test\r\n")
        body = False
        while line := await reader.readline():
            if body:
                got.append(line)
                if line == b".\r\n":
                    body = False
                    writer.write(b"250 ok\r\n")
            elif line.upper().startswith(b"DATA"):
                body = True
                writer.write(b"354 go\r\n")
            elif line.upper().startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()

    # In a thread of its own: the browser of the journeys may keep a loop of its own in this one.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(talk, "127.0.0.1", 0), loop).result(10)
    port = server.sockets[0].getsockname()[1]
    letter = put(session)
    with app.test_request_context():
        claimed = operations.claim(session, letter_id=letter.id, now=NOW)
        session.commit()
        sent = mailer.send(session, claimed, lambda message: mailer.to_server(f"smtp://127.0.0.1:{port}", message), NOW)
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert sent is True
    assert b"Message-ID: <letter-" in b"".join(got)


def test_while_a_letter_leaves_others_write(tmp_path):
    """A reader that is still there keeps SQLite's writers waiting, and is refused when it wants to write itself."""
    app = migrated_app(fresh_database(tmp_path, "sqlite"), tmp_path)
    with app.test_request_context():
        session = db.session()
        letter = put(session)
        claimed = operations.claim(session, letter_id=letter.id, now=NOW)
        session.commit()

        def post(_message):
            with closing(sqlite3.connect(db.engine.url.database, timeout=0)) as other:
                other.execute("UPDATE letter SET error = 'meanwhile'")
                other.commit()

        assert mailer.send(session, claimed, post, NOW) is True
        assert session.get(Letter, letter.id).sent_at == NOW
        db.session.remove()
        db.engine.dispose()


def test_every_kind_of_letter_has_its_template():
    kinds = set()
    for file in (ROOT / "bihaelt").rglob("*.py"):
        kinds |= set(re.findall(r'kind="([a-z]+_[a-z_]+)"', file.read_text("utf-8")))
    templates = {file.stem for file in (ROOT / "templates" / "letters").glob("*.txt")}
    assert kinds - templates == set()
