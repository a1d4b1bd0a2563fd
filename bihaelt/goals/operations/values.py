"""Values of indicators: entered, confirmed, agreed, published; corrected by another version, never in silence."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.goals.domain import (
    OPEN,
    VALUE_STEPS,
    Figures,
    ValueState,
    checked_period,
    first_day,
    fitting,
    last_day,
)
from bihaelt.goals.models import Indicator, IndicatorValue
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.texts.operations import current_version
from bihaelt.verdicts import Conflict, DomainError

SAY_WHY = N_("Say why.")
ACTS = {
    ValueState.CONFIRMED: "indicator.confirmed",
    ValueState.AGREED: "indicator.agreed",
    ValueState.PUBLISHED: "indicator.published",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered for a period: the figures, whether they are provisional, and a remark that is published."""

    period: str
    figures: Figures
    provisional: bool = False
    note: str = ""


def enter(
    session: Session, *, indicator: Indicator, entry: Entry, by: Voice, now: datetime, today: date, reason: str = ""
) -> IndicatorValue:
    """A value for a period; where one is published already this is its correction, and needs a reason.

    Raises DomainError for figures that do not fit, a period that is not over (unless provisional) or has not begun,
    and while another value for the same period waits to be published.
    """
    session.refresh(indicator, with_for_update=True)
    _check(indicator, entry, today)
    versions = session.execute(
        sa.select(IndicatorValue.version, IndicatorValue.state)
        .where(IndicatorValue.indicator_id == indicator.id, IndicatorValue.period == entry.period)
        .order_by(IndicatorValue.version)
    ).all()
    if any(row.state in OPEN for row in versions):
        raise DomainError(N_("A value for this period waits to be published. Please change that one."), field="period")
    if versions and not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    value = IndicatorValue(
        indicator_id=indicator.id, period=entry.period, version=len(versions) + 1, state=ValueState.ENTERED,
        reason=reason.strip() if versions else "", entered_by_id=by.actor_id, entered_at=now, changed_at=now,
        **_columns(entry),
    )  # fmt: skip
    session.add(value)
    session.flush()
    _record(session, "indicator.corrected" if versions else "indicator.entered", value, by, now, public=False)
    return value


def amend(
    session: Session, *, value: IndicatorValue, entry: Entry, seen: datetime, by: Voice, now: datetime, today: date
) -> None:
    """Other figures for a value that nobody has confirmed yet; ``seen`` is its ``changed_at``, else Conflict."""
    _hold(session, value, seen)
    step(VALUE_STEPS, value.state, ValueState.ENTERED)
    if value.state is not ValueState.ENTERED:
        raise Conflict(N_("This value is confirmed. Send it back before you change it."))
    entry = Entry(value.period, entry.figures, entry.provisional, entry.note)
    _check(value.indicator, entry, today)
    for name, content in _columns(entry).items():
        setattr(value, name, content)
    value.entered_by_id, value.changed_at = by.actor_id, now
    _record(session, "indicator.entered", value, by, now, public=False)


def advance(
    session: Session, *, value: IndicatorValue, to: ValueState, seen: datetime, by: Voice, now: datetime
) -> None:
    """The next step of a value; published, it replaces the version that was public. Conflict if it was changed."""
    _hold(session, value, seen)
    new = step(VALUE_STEPS, value.state, to)
    if new is ValueState.PUBLISHED:
        _replace(session, value)
        value.published_at = now
    value.state, value.changed_at = new, now
    _record(session, ACTS[to], value, by, now, public=to is ValueState.PUBLISHED, reason=value.reason)


def _replace(session: Session, value: IndicatorValue) -> None:
    """Take the public version of the same period aside first: there is only ever one."""
    former = session.scalar(
        sa.select(IndicatorValue).where(
            IndicatorValue.indicator_id == value.indicator_id,
            IndicatorValue.period == value.period,
            IndicatorValue.state == ValueState.PUBLISHED,
        )
    )
    if former is not None:
        former.state = step(VALUE_STEPS, former.state, ValueState.REPLACED)
        session.flush()


def send_back(
    session: Session, *, value: IndicatorValue, reason: str, seen: datetime, by: Voice, now: datetime
) -> None:
    """Back to the office before it is published, with a reason; whoever entered it gets a letter."""
    _hold(session, value, seen)
    step(VALUE_STEPS, value.state, ValueState.ENTERED)
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    value.state, value.changed_at = ValueState.ENTERED, now
    _record(session, "indicator.returned", value, by, now, public=False, reason=reason)
    other = value.entered_by_id is not None and value.entered_by_id != by.actor_id
    account = session.get(Account, value.entered_by_id) if other else None
    if account is not None and account.email:
        version = current_version(session, value.indicator.text_id, "de")
        enqueue(
            session, kind="indicator_returned", email=account.email, language=account.language, account_id=account.id,
            now=now, value_id=value.id, indicator=version.title if version else "", period=value.period, reason=reason,
        )  # fmt: skip
    session.flush()


def _hold(session: Session, value: IndicatorValue, seen: datetime) -> None:
    session.refresh(value, with_for_update=True)
    if value.changed_at != seen:
        raise Conflict(N_("Somebody else has changed this meanwhile. Please look at it again."))


def _check(indicator: Indicator, entry: Entry, today: date) -> None:
    checked_period(entry.period, indicator.rhythm)
    if first_day(entry.period) > today:
        raise DomainError(N_("This period has not begun yet."), field="period")
    if last_day(entry.period) >= today and not entry.provisional:
        raise DomainError(N_("This period is not over: mark the value as provisional."), field="provisional")
    fitting(entry.figures, indicator.quantity, indicator.decimals)


def _columns(entry: Entry) -> dict[str, Any]:
    figures = entry.figures
    breakdown = {
        str(dimension): {key: [value, base] for key, (value, base) in cells.items()}
        for dimension, cells in figures.breakdown.items()
        if cells
    }
    return {
        "total": figures.total, "base": figures.base, "breakdown": breakdown, "provisional": entry.provisional,
        "note": entry.note,
    }  # fmt: skip


def _record(
    session: Session, act: str, value: IndicatorValue, by: Voice, now: datetime, *, public: bool, reason: str = ""
) -> None:
    session.flush()
    record(
        session, act=act, subject=value.indicator, by=by, now=now, reason=reason, public=public, period=value.period,
        version=value.version,
    )  # fmt: skip
    session.flush()
