"""Entering people on the roll: by the code of a letter, at the citizens' desk, by the city's online identity.

Nobody is entered twice: one row per account, per four fields and per provider's subject, by unique indexes. Of the
fields and the subject only keyed hashes are kept; no document, no birthday.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.outbox.operations import enqueue
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain.ballots import VOTING_AGES, BallotState, Channel
from bihaelt.votes.domain.electorates import REVOKED, CodeUse, Level, Person, age_met, keyed
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Verification, VotingCode
from bihaelt.votes.operations.codes import claim, found_code

ENTERED = N_("This person has been entered already.")
ANOTHER = N_("This account has been verified for another person.")
NOT_NEEDED = N_("You are verified already. You do not need the code.")
VOTES_BY_CODE = N_("This person votes with the code of a letter already.")
NO_AGE = N_("The city's online identity did not tell your age. Please come to the citizens' desk.")
RUNNING = (BallotState.DRAFT, BallotState.OPEN)


def verify_by_code(
    session: Session, *, ring: KeyRing, account: Account, code: str, by: Voice, now: datetime
) -> Verification:
    """The code of a letter, entered by somebody with an account: verified for the ballot of the letter, and the code is used.

    Raises BadCode, DomainError when the account or the letter's addressee is verified already, MissingKeys.
    """
    found, batch, ballot = found_code(session, ring, code)
    if batch.channel is not Channel.CODE or ballot.state not in RUNNING:
        raise DomainError(N_("This code is for voting without an account."), field="code")
    known = _known(session, account.id, found.person_hash, None)
    if any(row.account_id == account.id and not _is_stale(session, row, ballot.id) for row in known):
        raise DomainError(NOT_NEEDED, field="code")
    claim(session, found, CodeUse.ACCOUNT)
    values = {"level": Level.LETTER, "ballot_id": ballot.id, "code_id": found.id, "age_met": ballot.min_age}
    row = _enter(session, known, account.id, values | _hashes(found.person_hash, None), by, now)
    return _verified(session, row, account, by, now)


def verify_at_desk(
    session: Session, *, ring: KeyRing, account: Account | None, person: Person, by: Voice, now: datetime
) -> Verification:
    """Staff have seen somebody in person. Without an account they can only vote on paper or with a code in person.

    Somebody who is on the roll without an account gets it here; whoever comes again without one is simply found.
    Raises DomainError for an incomplete person, one who is too young for every vote, or who is entered already.
    """
    hashed, age = person.hash(ring.roll()), age_met(person.born_on, now.date())
    if not age:
        raise DomainError(N_("People vote from %(age)s years on."), field="born_on", age=min(VOTING_AGES))
    known = _known(session, account.id if account else None, hashed, None)
    if account is None and len(known) == 1 and known[0].revoked_at is None and not _is_stale(session, known[0], None):
        known[0].age_met = max(known[0].age_met, age)
        session.flush()
        return known[0]
    values = {"level": Level.DESK, "ballot_id": None, "age_met": age, "verified_by_id": by.actor_id}
    return _lasting(session, known, account, values | _hashes(hashed, None), by, now)


def verify_by_provider(
    session: Session, *, ring: KeyRing, account: Account, issuer: str, subject: str, born_on: date | None, by: Voice,
    now: datetime, person: Person | None = None,
) -> Verification:  # fmt: skip
    """The city's online identity says that somebody lives here. ``person``: the four fields, if it tells them.

    Raises DomainError without a birthday, or when the subject, person or account is entered already.
    """
    if born_on is None or not age_met(born_on, now.date()):
        raise DomainError(NO_AGE)
    key = ring.roll()
    subject_hash = keyed(key, "subject", issuer, subject)
    person_hash = person.hash(key) if person else None
    known = _known(session, account.id, person_hash, subject_hash)
    values = {"level": Level.PROVIDER, "ballot_id": None, "age_met": age_met(born_on, now.date())}
    return _lasting(session, known, account, values | _hashes(person_hash, subject_hash), by, now)


def revoke(session: Session, *, verification: Verification, reason: str, by: Voice, now: datetime) -> None:
    """Somebody may not vote any more; papers that they have cast are not touched (see ``invalidating``). They get a letter."""
    if not reason.strip():
        raise DomainError(N_("Please give a reason."), field="reason")
    if verification.revoked_at is not None:
        raise Conflict(REVOKED)
    verification.revoked_at, verification.revoke_reason = now, reason.strip()
    record(session, act="verification.revoked", subject=verification, by=by, now=now, public=False)
    account = session.get(Account, verification.account_id) if verification.account_id else None
    if account is not None:
        _write_to(session, account, "verification_revoked", now, reason=verification.revoke_reason)
    session.flush()


def _hashes(person: str | None, subject: str | None) -> dict[str, str | None]:
    return {"person_hash": person, "subject_hash": subject}


def _known(
    session: Session, account_id: int | None, person_hash: str | None, subject_hash: str | None
) -> Sequence[Verification]:
    """The rows that the account, the person or the subject has already, locked."""
    pairs = ((Verification.account_id, account_id), (Verification.person_hash, person_hash))
    wanted: list[Any] = [column == value for column, value in pairs if value is not None]
    if subject_hash is not None:
        wanted.append(Verification.subject_hash == subject_hash)
    return session.scalars(
        sa.select(Verification).where(sa.or_(*wanted)).order_by(Verification.id).with_for_update(key_share=True)
    ).all()


def _is_stale(session: Session, row: Verification, for_ballot: int | None) -> bool:
    """A letter of an earlier ballot verifies for nothing any more."""
    if row.ballot_id is None or row.ballot_id == for_ballot:
        return False
    return session.get_one(Ballot, row.ballot_id).state not in RUNNING


def _lasting(
    session: Session, known: Sequence[Verification], account: Account | None, values: dict[str, Any], by: Voice,
    now: datetime,
) -> Verification:  # fmt: skip
    _void_letters(session, values["person_hash"], known, now)
    row = _enter(session, known, account.id if account else None, values, by, now)
    return _verified(session, row, account, by, now)


def _enter(
    session: Session, known: Sequence[Verification], account_id: int | None, values: dict[str, Any], by: Voice,
    now: datetime,
) -> Verification:  # fmt: skip
    """One row for one person: a new one, or the one there is, which keeps its number and so its papers."""
    if any(row.revoked_at is not None for row in known):
        raise DomainError(REVOKED)
    row = _same(session, known, account_id, values)
    if row is None:
        row = Verification(verified_at=now, revoke_reason="", account_id=account_id, **values)
        session.add(row)
    else:
        _renew(row, account_id, values, now)
    session.flush()
    return row


def _same(
    session: Session, known: Sequence[Verification], account_id: int | None, values: dict[str, Any]
) -> Verification | None:
    """The row that is this person's. Raises DomainError when it is somebody else's, or there are two."""
    live = [row for row in known if not _is_stale(session, row, values["ballot_id"])]
    if len(live) > 1 or any(row.account_id not in (None, account_id) for row in live):
        raise DomainError(ENTERED)
    kept = live[0] if live else next(iter(known), None)
    for row in known:
        if row is not kept:
            row.account_id = row.person_hash = None  # a letter of an earlier ballot, of no use any more
    if kept is not None and kept in live:
        for name in ("person_hash", "subject_hash"):
            if values[name] and getattr(kept, name) not in (None, values[name]):
                raise DomainError(ANOTHER)
    session.flush()
    return kept


def _renew(row: Verification, account_id: int | None, values: dict[str, Any], now: datetime) -> None:
    if row.level is Level.DESK and values["level"] is Level.PROVIDER:
        values = values | {"level": Level.DESK}
    for name, value in values.items():
        if value is not None or name == "ballot_id":
            setattr(row, name, max(value, row.age_met) if name == "age_met" else value)
    row.account_id, row.verified_at = account_id or row.account_id, now


def _void_letters(session: Session, person_hash: str | None, known: Sequence[Verification], now: datetime) -> None:
    """A letter on its way to somebody who is verified in another way loses its code; one that votes already wins."""
    if person_hash is None:
        return
    used = session.scalar(
        sa.select(VotingCode.id)
        .join(Ballot, Ballot.id == VotingCode.ballot_id)
        .where(
            VotingCode.person_hash == person_hash, VotingCode.used_as == CodeUse.ALONE, VotingCode.voided_at.is_(None),
            Ballot.state.in_(RUNNING),
        )
        .limit(1)
    )  # fmt: skip
    if used is not None:
        raise DomainError(VOTES_BY_CODE)
    session.execute(
        sa.update(VotingCode)
        .where(VotingCode.person_hash == person_hash, VotingCode.used_as.is_(None), VotingCode.voided_at.is_(None))
        .values(voided_at=now),
        execution_options={"synchronize_session": False},
    )


def _verified(session: Session, row: Verification, account: Account | None, by: Voice, now: datetime) -> Verification:
    record(session, act="verification.verified", subject=row, by=by, now=now, public=False)
    if account is not None:
        _write_to(session, account, "verification_done", now, level=row.level.value)
    session.flush()
    return row


def _write_to(session: Session, account: Account, kind: str, now: datetime, **context: Any) -> None:
    enqueue(
        session, kind=kind, email=account.email, language=account.language, account_id=account.id, now=now,
        name=account.display_name, **context,
    )  # fmt: skip
