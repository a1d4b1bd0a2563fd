"""Who may vote: verified people who are old enough, whatever their passport, and organisations by a delegate."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.verdicts import ALLOWED, DomainError, Verdict
from bihaelt.votes.domain.ballots import VOTING_AGES, Channel
from bihaelt.votes.domain.supports import Electorate


class Level(StrEnum):
    """How a person's right to vote was checked."""

    LETTER = "letter"
    DESK = "desk"
    PROVIDER = "provider"


labelled(
    {
        Level.LETTER: N_("By a letter to the address"),
        Level.DESK: N_("In person at the citizens' desk"),
        Level.PROVIDER: N_("By the city's online identity"),
    }
)


class CodeUse(StrEnum):
    """What became of a code: it verified an account, or it votes by itself, or its sheet was typed in."""

    ACCOUNT = "account"
    ALONE = "alone"
    SHEET = "sheet"


class Kind(StrEnum):
    """What stands behind a paper."""

    VERIFICATION = "verification"
    CODE = "code"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Voter:
    """Who votes in one ballot: the number of a verification, a code or an organisation. Never kept beside a choice."""

    kind: Kind
    id: int
    channel: Channel = Channel.ONLINE

    @property
    def electorate(self) -> Electorate:
        return Electorate.ORGANISATIONS if self.kind is Kind.ORGANISATION else Electorate.PEOPLE


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What is known of a verification when it is asked for one ballot; ``ballot_id`` None: good for every ballot."""

    ballot_id: int | None
    age_met: int
    is_revoked: bool
    struck: Channel | None


NOT_VERIFIED = N_("Please have it checked first that you live here.")
REVOKED = N_("Your verification was revoked.")
TOO_YOUNG = N_("In this vote, people from %(age)s years on vote.")
STRUCK = N_("You have taken a paper ballot or a code in person. Please vote with it.")


def may_vote(entitlement: Entitlement | None, ballot_id: int, min_age: int) -> Verdict:
    """Whether a person may vote in a ballot with their account."""
    if entitlement is None or entitlement.ballot_id not in (None, ballot_id):
        return Verdict(NOT_VERIFIED)
    if entitlement.is_revoked:
        return Verdict(REVOKED)
    if entitlement.age_met < min_age:
        return Verdict(TOO_YOUNG, age=min_age)
    return ALLOWED if entitlement.struck is None else Verdict(STRUCK)


def age_met(born_on: date, today: date) -> int:
    """The highest voting age that somebody has reached (0: none); nothing more is kept of a birthday."""
    years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return max((age for age in VOTING_AGES if age <= years), default=0)


@dataclass(frozen=True, slots=True)
class Person:
    """The four fields by which nobody is entered twice. They are hashed with a key and not kept."""

    given_name: str
    family_name: str
    born_on: date
    born_in: str

    def hash(self, key: bytes) -> str:
        """64 hexadecimal digits. Capitals, accents, umlauts, blanks and further given names make no difference."""
        first = self.given_name.replace("-", " ").split()[0] if self.given_name.split() else ""
        fields = (folded(first), folded(self.family_name), self.born_on.isoformat(), folded(self.born_in))
        if not all(fields):
            raise DomainError(N_("Please fill in all four fields."), field="given_name")
        return keyed(key, "person", *fields)


def folded(name: str) -> str:
    """The letters of a name without accents; ä, ae and a are the same."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if letter.isalnum())
    return re.sub(r"(?<=[aou])e", "", letters)


def keyed(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 in hex over ``parts`` with a blank byte between them; ``key`` lies outside of the database."""
    return hmac.new(key, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def pseudonym(pepper: bytes, voter: Voter, question_id: int) -> str:
    """Under which name a paper of ``voter`` lies in the urn: another one in every question, so that none can be linked."""
    if voter.kind is Kind.ORGANISATION:
        raise ValueError("organisations vote by name")
    return hmac.digest(pepper, f"{voter.kind.value}:{voter.id}:{question_id}".encode(), "sha256").hex()


def account_age(created_at: datetime, now: datetime) -> str:
    """In which of four groups an account falls, for the figures of staff: day, week, month or older."""
    days = (now - created_at).days
    return next((word for word, most in (("day", 1), ("week", 7), ("month", 30)) if days < most), "older")
