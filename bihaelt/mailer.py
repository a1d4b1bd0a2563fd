"""Delivers the outbox: renders each letter in its reader's language and hands it to the mail server or a folder."""

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from bihaelt.extensions import db, writing
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.outbox import operations, queries
from bihaelt.outbox.models import Letter
from bihaelt.rendering import render_letter
from bihaelt.settings import Settings

log = logging.getLogger("bihaelt.mailer")
Post = Callable[[EmailMessage], None]
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Delivered(NamedTuple):
    """How many letters left, could not leave, and were not sent because their code or link had died."""

    sent: int
    failed: int
    expired: int


def deliver(app: Flask, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Delivered:
    """Send every letter that is due.

    Each letter is claimed in a transaction of its own before it goes out, so that two workers never send it twice.
    """
    sent = failed = expired = 0
    settings: Settings = app.config["SETTINGS"]
    with app.test_request_context(base_url=settings.base_url):
        session = db.session()
        for letter_id in queries.due(session, now()):
            with writing(session):
                letter = operations.claim(session, letter_id=letter_id, now=now())
                late = letter is not None and operations.expire(session, letter=letter, now=now())
            if letter is None:
                continue
            if late:
                log.warning("letter %s (%s) was not sent: its code or link has ended", letter.id, letter.kind)
                expired += 1
            elif send(session, letter, post_of(settings), now()):
                sent += 1
            else:
                failed += 1
        session.rollback()
    return Delivered(sent, failed, expired)


def send(session: Session, letter: Letter, post: Post, now: datetime) -> bool:
    """Whether a claimed letter has left; either way it is noted. While it leaves no transaction is open."""
    error = ""
    try:
        message = message_of(letter, now)
        session.rollback()
        post(message)
    except Exception as failure:  # one letter that cannot be made or sent must not hold up the others
        log.warning("letter %s was not sent: %r", letter.id, failure)
        error = f"{type(failure).__name__}: {failure}"
    with writing(session):
        if error:
            operations.put_off(session, letter=letter, error=error, now=now)
        else:
            operations.delivered(session, letter=letter, now=now)
    return not error


def message_of(letter: Letter, now: datetime) -> EmailMessage:
    """The letter as plain text and as simple HTML (Arabic needs its direction), with a fixed Message-ID."""
    settings: Settings = current_app.config["SETTINGS"]
    language = BY_BABEL.get(letter.language, DEFAULT)
    head, _, body = render_letter(f"letters/{letter.kind}.txt", language, **letter.context).strip().partition("\n")
    subject = one_line(head.removeprefix("Subject:"))
    body = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = Address(f"{settings.city} – bihaelt", addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=letter.email)
    message["Date"] = now
    message["Message-ID"] = f"<letter-{letter.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    html = render_letter("_layout/letter.html", language, subject=subject, paragraphs=paragraphs(body))
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language.tag
    return message


def one_line(text: str) -> str:
    """A header's text: no line breaks, no control characters, at most 200 characters."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()[:200]


def paragraphs(body: str) -> list[Markup]:
    """The text's paragraphs as HTML: everything escaped, only addresses on our own site become links."""
    base: str = current_app.config["BASE_URL"]

    def linked(match: re.Match[str]) -> str:
        url = match[0]
        return f'<a href="{url}">{url}</a>' if url.startswith(base + "/") else url

    blocks = (str(escape(block.strip())) for block in body.split("\n\n") if block.strip())
    return [Markup(ADDRESS.sub(linked, block).replace("\n", "<br>")) for block in blocks]  # noqa: S704  escaped above


def post_of(settings: Settings) -> Post:
    """How letters leave: into a folder as .eml files, or over SMTP."""
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file":
        return lambda message: to_folder(
            Path(unquote(settings.mail_url.removeprefix("file:").removeprefix("//"))), message
        )
    return lambda message: to_server(settings.mail_url, message)


def to_folder(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^0-9A-Za-z-]+", "", str(message["Message-ID"]).strip("<>").partition("@")[0])
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def to_server(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    secure = ssl.create_default_context()
    host, port = parts.hostname or "localhost", parts.port
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(host, port or 465, timeout=30, context=secure)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port or 587, timeout=30)
    )
    with server:
        if parts.scheme == "smtp" and host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
