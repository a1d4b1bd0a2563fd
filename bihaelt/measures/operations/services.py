"""Checking a measure against the regular services, and the letters that remind of it (R26)."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.queries import running_on
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import OVER, ServiceCheck, ServiceUse
from bihaelt.measures.domain.services import REMIND_BEFORE, Check, fitting_check
from bihaelt.measures.models import Measure, MeasureService
from bihaelt.measures.operations.changing import fill
from bihaelt.organisations.models import RegularService
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.texts.queries import shown
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.workdays import day_of


def check_service(
    session: Session,
    *,
    measure: Measure,
    check: Check,
    office_id: int | None,
    by: Voice,
    now: datetime,
    today: date,
) -> MeasureService:
    """The measure was checked against a service, for the first time or once more; ``office_id`` is who checked.

    The first service of a measure is the one that its sheet names. Raises DomainError for a check that cannot be kept
    or a service that is not there any more.
    """
    check = fitting_check(check, today)
    session.refresh(measure, with_for_update=True)
    service = session.get(RegularService, check.service_id)
    if service is None or service.ended_on is not None:
        raise DomainError(N_("Choose the regular service."), field="service")
    row = _row(session, measure, service.id)
    if row is None:
        row = MeasureService(measure_id=measure.id, service_id=service.id)
        session.add(row)
    row.use, row.note, row.review_on = check.use, check.note.strip(), check.review_on
    row.checked_on, row.checked_by_id, row.reminded_on = today, office_id, None
    session.flush()
    if measure.service_id in (None, service.id):
        _name(session, measure, ServiceCheck.LINKED, service.id, check.use, by, now)
    _tell(
        session, "service_checked", measure, by, now, check.note, service=service.name, service_use=check.use.value,
        review_on=check.review_on.isoformat(),
    )  # fmt: skip
    return row


def drop_service(session: Session, *, measure: Measure, service_id: int, reason: str, by: Voice, now: datetime) -> None:
    """The measure has nothing to do with a service after all; its sheet names the next one then.

    Raises DomainError without a reason, Conflict if it is not linked, and Incomplete when it was the last one and the
    measure's category wants one: then say instead that there is none (``state_no_service``).
    """
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    session.refresh(measure, with_for_update=True)
    row = _row(session, measure, service_id)
    if row is None and measure.service_id != service_id:
        raise Conflict(N_("This service is not linked any more."))
    if row is not None:
        session.delete(row)
        session.flush()
    if measure.service_id == service_id:
        _name_another(session, measure, by, now)
    name = session.get_one(RegularService, service_id).name
    _tell(session, "service_dropped", measure, by, now, reason, service=name)


def state_no_service(session: Session, *, measure: Measure, reason: str, by: Voice, now: datetime) -> None:
    """Nobody offers this anyway: links that there were are removed. Raises DomainError without a reason."""
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    session.refresh(measure, with_for_update=True)
    session.execute(sa.delete(MeasureService).where(MeasureService.measure_id == measure.id))
    _name(session, measure, ServiceCheck.NONE, None, None, by, now)
    _tell(session, "no_service", measure, by, now, reason)


def remind_of_reviews(session: Session, *, now: datetime) -> int:
    """The job: write to the editors of the responsible offices what is to be checked again. Returns how many letters.

    One letter to each person, two weeks ahead, with all that is due; where no editor is named, the plan's owners get it.
    """
    today = day_of(now, CITY_ZONE)
    rows = session.execute(
        sa.select(MeasureService, Measure.number, Measure.text_id, Measure.office_id, RegularService.name)
        .join(Measure, Measure.id == MeasureService.measure_id)
        .join(RegularService, RegularService.id == MeasureService.service_id)
        .where(
            MeasureService.reminded_on.is_(None), MeasureService.review_on <= today + REMIND_BEFORE,
            Measure.state.not_in(OVER),
        )
        .order_by(MeasureService.review_on, MeasureService.id)
    ).all()  # fmt: skip
    if not rows:
        return 0
    readers = readers_of_offices(session, today)
    due: dict[Account, list[Any]] = defaultdict(list)
    for row in rows:
        row.MeasureService.reminded_on = today
        for account in readers.get(row.office_id) or readers.get(None, []):
            due[account].append(row)
    for account, mine in due.items():
        _write(session, account, mine, now)
    session.flush()
    return len(due)


def readers_of_offices(session: Session, today: date) -> dict[int | None, list[Account]]:
    """The editors of each office, and under None the plan's owners."""
    rows = session.execute(
        sa.select(Account, Grant.role, Grant.office_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.role.in_((Role.OFFICE_EDITOR, Role.PLAN_OWNER)), running_on(Grant, today),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Account.id)
    ).all()  # fmt: skip
    found: dict[int | None, list[Account]] = defaultdict(list)
    for row in rows:
        if row.role is Role.PLAN_OWNER:
            found[None].append(row.Account)
        elif row.office_id is not None:
            found[row.office_id].append(row.Account)
    return found


def _write(session: Session, account: Account, due: list[Any], now: datetime) -> None:
    words = shown(session, [row.text_id for row in due], BY_BABEL.get(account.language, DEFAULT).chain)
    items = [
        {
            "measure_id": row.MeasureService.measure_id, "number": row.number, "title": words[row.text_id].title,
            "service": row.name, "review_on": row.MeasureService.review_on.isoformat(),
        }
        for row in due
    ]  # fmt: skip
    enqueue(
        session, kind="services_review", email=account.email, language=account.language, account_id=account.id, now=now,
        name=account.display_name, items=items,
    )  # fmt: skip


def _row(session: Session, measure: Measure, service_id: int) -> MeasureService | None:
    return session.scalar(
        sa.select(MeasureService).where(
            MeasureService.measure_id == measure.id, MeasureService.service_id == service_id
        )
    )


def _name_another(session: Session, measure: Measure, by: Voice, now: datetime) -> None:
    """The sheet names the next of the linked services, or says that nothing is checked."""
    other = session.scalar(
        sa.select(MeasureService).where(MeasureService.measure_id == measure.id).order_by(MeasureService.id).limit(1)
    )
    if other is None:
        _name(session, measure, ServiceCheck.OPEN, None, None, by, now)
    else:
        _name(session, measure, ServiceCheck.LINKED, other.service_id, other.use, by, now)


def _name(
    session: Session,
    measure: Measure,
    check: ServiceCheck,
    service_id: int | None,
    use: ServiceUse | None,
    by: Voice,
    now: datetime,
) -> None:
    """What the sheet itself says of the check; it keeps its versions and asks the gate of its category."""
    fill(
        session, measure=measure, by=by, now=now,
        change=lambda sheet: replace(sheet, service_check=check, service_id=service_id, service_use=use),
    )  # fmt: skip


def _tell(session: Session, verb: str, measure: Measure, by: Voice, now: datetime, reason: str, **details: Any) -> None:
    record(session, act=f"measure.{verb}", subject=measure, by=by, now=now, reason=reason.strip(), **details)
    session.flush()
