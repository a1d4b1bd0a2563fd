"""Devices that many people vote on: when one is done, the form in which they typed their code is used up for all servers."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.votes.models import UsedForm
from bihaelt.votes.operations.locks import postgres
from bihaelt.workdays import day_of

SENDABLE = timedelta(hours=12)
"""As long as a form can be sent at all."""


def use_up(session: Session, *, form: str, now: datetime) -> None:
    """From now on the form with this number opens no paper. Doing it again changes nothing."""
    insert = postgresql.insert if postgres(session) else sqlite.insert
    used = {"form_hash": _hash(form), "until": day_of(now + SENDABLE, CITY_ZONE)}
    session.execute(insert(UsedForm).values(used).on_conflict_do_nothing())


def is_used_up(session: Session, form: str) -> bool:
    """Whether a voter was done who had typed a code into the form with this number. One statement."""
    return session.scalar(sa.select(UsedForm.form_hash).where(UsedForm.form_hash == _hash(form))) is not None


def forget_forms(session: Session, *, now: datetime) -> None:
    """The job: forms that nobody can send any more."""
    session.execute(
        sa.delete(UsedForm).where(UsedForm.until < day_of(now, CITY_ZONE)),
        execution_options={"synchronize_session": False},
    )


def _hash(form: str) -> str:
    return hashlib.sha256(form.encode()).hexdigest()
