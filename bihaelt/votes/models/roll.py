"""The roll: who may vote. These tables know persons and never a choice."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.organisations.models import Organisation
from bihaelt.votes.domain.ballots import Channel
from bihaelt.votes.domain.electorates import CodeUse, Level
from bihaelt.votes.models.ballots import Ballot

# A number is never given away again: pseudonyms are made of it.
NEVER_AGAIN = {"sqlite_autoincrement": True}


class CodeBatch(db.Model):
    """Codes that were made in one go, to be used in one ballot on one way: by letter (code), on paper, or in person.

    ``on_sheets``: they are printed on ballot sheets, which staff type in; sheets count as paper, or as the room in whose
    hands they were given out.
    """

    __tablename__ = "code_batch"
    __table_args__ = (
        sa.CheckConstraint("codes > 0", name="codes"),
        sa.CheckConstraint("channel <> 'online'", name="way"),
        sa.CheckConstraint("channel <> 'paper' OR on_sheets", name="paper"),
        sa.CheckConstraint("NOT on_sheets OR channel IN ('paper', 'room')", name="sheets"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id), index=True)
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"))
    on_sheets: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(sa.String(80))
    codes: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    made_at: Mapped[datetime]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)


class VotingCode(db.Model):
    """A one-time code; only a keyed hash of it is stored. ``number`` is printed beside it, from 1 within its batch.

    ``person_hash`` says (with a key) whom a letter went to. ``used_as`` is set once and for all by its first use.
    """

    __tablename__ = "voting_code"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.UniqueConstraint("ballot_id", "person_hash"),
        sa.CheckConstraint("voided_at IS NULL OR used_as IS NULL OR used_as <> 'account'", name="void"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey(CodeBatch.id))
    number: Mapped[int]
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_hash: Mapped[str | None] = mapped_column(sa.String(64))
    used_as: Mapped[CodeUse | None] = mapped_column(closed_set(CodeUse, "used_as"))
    voided_at: Mapped[datetime | None]


class UsedForm(db.Model):
    """A form in which a code was typed, by a hash of its number: whoever goes back to it finds no open paper.

    It says nothing of the code or the person. ``until``: the last day on which the form could be sent again.
    """

    __tablename__ = "used_form"
    __table_args__ = ({"sqlite_with_rowid": False},)

    form_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    until: Mapped[date] = mapped_column(index=True)


class Verification(db.Model):
    """One verified person of the city, with an account or (who votes on paper) without. No document and no field is kept.

    ``ballot_id``: by letter a person is verified for the ballot of the letter, otherwise (None) for all to come.
    ``person_hash`` and ``subject_hash`` are keyed hashes of the desk's four fields and of the provider's subject.
    ``struck_in`` is the last ballot in which a sheet or a code was taken in person (``Strike`` has all of them).
    """

    __tablename__ = "verification"
    __table_args__ = (
        sa.CheckConstraint("(level = 'letter') = (ballot_id IS NOT NULL)", name="letter"),
        sa.CheckConstraint("(level = 'letter') <= (code_id IS NOT NULL)", name="code"),
        sa.CheckConstraint("level <> 'desk' OR person_hash IS NOT NULL", name="desk"),
        sa.CheckConstraint("level <> 'provider' OR subject_hash IS NOT NULL", name="provider"),
        sa.CheckConstraint("(struck_in IS NULL) = (struck_as IS NULL)", name="struck"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoke_reason = '')", name="revoked"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"), unique=True)
    level: Mapped[Level] = mapped_column(closed_set(Level, "level"))
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Ballot.id), index=True)
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey(VotingCode.id), unique=True)
    person_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    subject_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    age_met: Mapped[int]
    verified_at: Mapped[datetime]
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    struck_in: Mapped[int | None] = mapped_column(sa.ForeignKey(Ballot.id))
    struck_as: Mapped[Channel | None] = mapped_column(closed_set(Channel, "struck_as"))
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(sa.Text, default="")


class Strike(db.Model):
    """A verified person took a sheet or a code in person: struck off the online roll of this ballot. Which one is not noted."""

    __tablename__ = "strike"
    __table_args__ = (sa.CheckConstraint("channel IN ('paper', 'desk', 'room')", name="way"),)

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id), primary_key=True)
    verification_id: Mapped[int] = mapped_column(sa.ForeignKey(Verification.id), primary_key=True)
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"))
    struck_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    struck_at: Mapped[datetime]


class Unfinished(db.Model):
    """Somebody has ticks that are not cast: shown on every page to them, and reminded of once. It does not say which ticks."""

    __tablename__ = "unfinished"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "verification_id"),
        sa.UniqueConstraint("ballot_id", "code_id"),
        sa.UniqueConstraint("ballot_id", "organisation_id"),
        sa.CheckConstraint(
            "(verification_id IS NOT NULL AND code_id IS NULL AND organisation_id IS NULL) OR "
            "(verification_id IS NULL AND code_id IS NOT NULL AND organisation_id IS NULL) OR "
            "(verification_id IS NULL AND code_id IS NULL AND organisation_id IS NOT NULL)",
            name="whose",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    verification_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Verification.id, ondelete="CASCADE"))
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey(VotingCode.id, ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id, ondelete="CASCADE"))
    since: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
