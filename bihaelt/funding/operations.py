"""Entering funding."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.funding import queries
from bihaelt.funding.domain import COUNTING, FundingState, fundable
from bihaelt.funding.models import Funding, Programme
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.verdicts import Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")


def fund(
    session: Session, *, measure: Measure, programme_id: int, cents: int, state: FundingState, by: Voice, now: datetime
) -> Funding:
    """What a programme pays, or may pay, for a measure: a new row, or the changed one.

    Raises DomainError where the programme does not pay for the cluster or the year, and where all programmes
    together would pay more than the measure costs.
    """
    session.refresh(measure, with_for_update=True)
    programme = session.get(Programme, programme_id)
    if programme is None:
        raise DomainError(N_("Choose a programme."), field="programme")
    fundable(queries.terms(session, programme), cluster_id=measure.cluster_id, starts_on=measure.starts_on)
    if cents < 0:
        raise DomainError(N_("Enter an amount of money."), field="amount")
    counting = cents if state in COUNTING else 0
    if queries.funded(session, measure.id, without=programme.id) + counting > measure.planned_cents:
        raise DomainError(N_("All programmes together would pay more than is planned."), field="amount")
    row = session.scalar(
        sa.select(Funding).where(Funding.measure_id == measure.id, Funding.programme_id == programme.id)
    )
    old = row.cents if row else 0
    if row is None:
        row = Funding(measure_id=measure.id, programme_id=programme.id, cents=cents, state=state)
        session.add(row)
    row.cents, row.state, measure.changed_at = cents, state, now
    _flush(session)
    record(
        session, act="measure.funded", subject=measure, by=by, now=now, programme=programme.name,
        old_cents=old, new_cents=cents, funding_state=state.value,
    )  # fmt: skip
    session.flush()
    return row


def _flush(session: Session) -> None:
    """Two people may enter the same row at once: the second is told so."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(MEANWHILE) from None
