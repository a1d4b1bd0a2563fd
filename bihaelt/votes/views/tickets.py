"""What a voter with a code carries from page to page: signed form fields in place of a cookie, good for half an hour.

A ticket belongs to the form in which the code was typed. When that voter is done, both are used up: whoever comes next
to the same device and goes back in the browser finds no open paper.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse

from bihaelt.votes.domain.ballots import Channel

SECONDS = 30 * 60
MOST_CHARACTERS = 20_000
# Wrong codes of one network. A kiosk and a hall full of people are one network, too; guessing would take for ever.
WRONG_CODES = parse("60 per hour")


@dataclass(frozen=True, slots=True)
class Ticket:
    """``form`` is the number of the form in which the code was typed."""

    ballot_id: int
    code_id: int
    channel: Channel
    form: str

    def __str__(self) -> str:
        return _signer("voting-code").dumps([self.ballot_id, self.code_id, self.channel.value, self.form])


def read(text: str, *, seconds: int | None = SECONDS) -> Ticket | None:
    """The ticket in a form field; None for one that we did not sign, that is too old (unless ``seconds`` is None)."""
    content = _content("voting-code", text, seconds)
    if not isinstance(content, list) or len(content) != 4:
        return None
    ballot_id, code_id, channel, form = content
    return Ticket(int(ballot_id), int(code_id), Channel(channel), str(form))


def sealed(receipt: dict[str, object]) -> str:
    """A receipt as a form field, so that it can be taken along as a file after everything else was forgotten."""
    return _signer("receipt").dumps(receipt)


def unsealed(text: str) -> dict[str, object] | None:
    content = _content("receipt", text, SECONDS)
    return content if isinstance(content, dict) else None


def _content(salt: str, text: str, seconds: int | None) -> Any:
    try:
        return _signer(salt).loads(text[:MOST_CHARACTERS], max_age=seconds)
    except BadData:
        return None


def _signer(salt: str) -> URLSafeTimedSerializer:
    return _signer_with(current_app.secret_key or "", salt)


@lru_cache(maxsize=8)
def _signer_with(secret: str | bytes, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=salt)
