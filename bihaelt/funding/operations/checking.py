"""Checking which programmes fit a measure (R38, R39)."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding import queries
from bihaelt.funding.domain import OWN_MONEY, Level, fits, refuse, sum_of
from bihaelt.funding.models import Check, Programme
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.verdicts import DomainError, Verdict
from bihaelt.workdays import day_of

REMIND_AFTER = timedelta(days=28)


def check(
    session: Session, *, measure: Measure, programme_id: int | None, state: FundingCheck, reason: str,
    remind_on: date | None, by: Voice, now: datetime,
) -> Check:  # fmt: skip
    """Say whether a programme fits a measure, with a reason; or that somebody has to look until ``remind_on``.

    Without a programme it is about the whole catalogue, of which one can only say that nothing in it fits. The measure
    carries the sum of all its checks: open while any is open. Raises DomainError at the field at fault.
    """
    session.refresh(measure, with_for_update=True)
    today = day_of(now, CITY_ZONE)
    _sensible(session, measure, programme_id, state)
    done = state is not FundingCheck.OPEN
    if done and not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    if not done and remind_on is not None and remind_on < today:
        raise DomainError(N_("This day has passed."), field="remind_on")
    row = queries.check(session, measure.id, programme_id)
    if row is None:
        row = Check(measure_id=measure.id, programme_id=programme_id, state=state)
    row.state, row.reason, row.by_id = state, reason.strip(), by.actor_id
    row.checked_on = today if done else None
    row.remind_on = None if done else remind_on or today + REMIND_AFTER
    session.add(row)
    session.flush()
    _sum_up(session, measure, now)
    programme = session.get(Programme, programme_id) if programme_id else None
    record(
        session, act="measure.funding_checked", subject=measure, by=by, now=now, reason=row.reason,
        programme=programme.name if programme else "", check_result=state.value,
    )  # fmt: skip
    session.flush()
    return row


def _sensible(session: Session, measure: Measure, programme_id: int | None, state: FundingCheck) -> None:
    if programme_id is None:
        refuse(Verdict(N_("Say which programme fits.")) if state is FundingCheck.SUITABLE else Verdict(), "state")
        return
    programme = session.get(Programme, programme_id)
    if programme is None:
        raise DomainError(N_("Choose a programme."), field="programme")
    if programme.level is Level.CITY:
        raise DomainError(OWN_MONEY, field="programme")
    if state is FundingCheck.SUITABLE:
        year = measure.starts_on.year if measure.starts_on else None
        found = fits(queries.terms(session, programme), cluster_id=measure.cluster_id, first_year=year, last_year=None)
        refuse(found, "state")


def _sum_up(session: Session, measure: Measure, now: datetime) -> None:
    found = session.scalars(sa.select(Check.state).where(Check.measure_id == measure.id)).all()
    measure.funding_check = sum_of(found)
    measure.changed_at = now
