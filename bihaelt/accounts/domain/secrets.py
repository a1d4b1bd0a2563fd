"""Codes and links sent by letter, the second factor, and where a person may be sent after signing in."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

import pyotp

from bihaelt.accounts.domain import Purpose
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

LASTS = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.SIGN_IN: timedelta(minutes=15),
    Purpose.RESET: timedelta(minutes=60),
    Purpose.CHANGE_EMAIL: timedelta(hours=24),
    Purpose.UNDO_EMAIL: timedelta(days=7),
}
CODE_DIGITS = 8
CODE_TRIES = 5
RECOVERY_CODES, RECOVERY_DIGITS = 10, 12
TOTP_SECONDS = 30
LOCAL_PATH = re.compile(r"/[a-z]{2,6}(?:/[\w.~!$&'()*+,;=:@%-]*)*(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?", re.ASCII)
NOT_AFTER_SIGN_IN = re.compile(
    r"/[a-z]{2,6}/(?:sign-in|sign-out|register|recover|confirm)\b|%0[0ad]|%5c|/%2f", re.IGNORECASE
)


class BadCode(DomainError):
    """A code that does not fit, was used before or has ended."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or N_("This code is not right, or it has ended."), field="code")


class DeadLink(DomainError):
    """A link of a letter that was used before, has ended or was replaced by a newer one."""

    def __init__(self) -> None:
        super().__init__(N_("This link has been used before, or it has ended."))


def new_token() -> str:
    """A secret for a link or a session: 32 random bytes."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A short code that can be typed on any keyboard."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def new_recovery_code() -> str:
    return f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}"


def spaced(code: str) -> str:
    """A code in groups of four, as people read it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def typed_digits(text: str) -> str:
    """The digits of a typed code in ASCII: blanks and hyphens fall away, Arabic digits count as well."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if unicodedata.digit(letter, None) is not None)


def hash_of(secret: str) -> str:
    """What is stored of a session token or a link: SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def hash_of_code(account_id: int, code: str) -> str:
    """What is stored of a short code; the account is part of it, so that equal codes do not look equal."""
    return hash_of(f"{account_id}:{code}")


def totp_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The 30-second step that ``code`` belongs to (the present one or a neighbour), or None.

    A step up to ``last_step`` has been used: its code is refused.
    """
    digits = typed_digits(code)
    present = int(now.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if step > last_step and secrets.compare_digest(totp.generate_otp(step), digits)
    ]
    return fitting[0] if fitting else None


def totp_address(secret: str, email: str, city: str) -> str:
    """The otpauth address that an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"bihaelt {city}")


def safe_next(path: str | None) -> str | None:
    """``path`` if it is a page of ours to which one may be sent after signing in, else None."""
    if not path or len(path) > 2000 or not LOCAL_PATH.fullmatch(path) or NOT_AFTER_SIGN_IN.search(path):
        return None
    return None if "//" in path.partition("?")[0] else path
