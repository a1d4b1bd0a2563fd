"""Opening a reporting round, reporting, checking, giving back, publishing, closing; and the letters that remind."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.queries import running_on
from bihaelt.controlling import queries
from bihaelt.controlling.domain import (
    IN_PLAN,
    REPORTING,
    TRANSITIONS,
    WRITABLE,
    Lights,
    ReportState,
    Told,
    half_year,
    overall,
    proposed,
    reminder,
    settled,
)
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.i18n import BY_BABEL, DEFAULT, local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.texts.queries import shown
from bihaelt.verdicts import Conflict, DomainError

LANGUAGE = "de"
LISTED = 20  # measures that one letter names
MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")
CLOSED = N_("This round is closed.")


def open_round(session: Session, *, period: str, due_on: date, by: Voice, now: datetime) -> ReportingRound:
    """From now on the offices owe a report on every measure that is decided and under way; their editors get a letter.

    Raises DomainError for a half-year that had its round, and for a due day that has passed.
    """
    half_year(period)
    if due_on < local(now).date():
        raise DomainError(N_("This day has passed."), field="due_on")
    if session.scalar(sa.select(ReportingRound.id).where(ReportingRound.period == period)) is not None:
        raise DomainError(N_("There is a round for this half-year already."), field="period")
    row = ReportingRound(period=period, due_on=due_on, opened_at=now)
    session.add(row)
    session.flush()
    owing = session.scalars(
        sa.select(Measure.id).where(Measure.category.in_(IN_PLAN), Measure.state.in_(REPORTING)).order_by(Measure.id)
    ).all()
    if not owing:
        raise DomainError(N_("No measure is decided and under way: there is nothing to report on."))
    session.add_all(StatusReport(measure_id=measure_id, period=period) for measure_id in owing)
    session.flush()
    record(
        session, act="round.opened", subject=row, by=by, now=now, period=period, due_on=due_on.isoformat(),
        reports=len(owing),
    )  # fmt: skip
    _write_to_offices(session, row, "opened", now)
    session.flush()
    return row


def submit(
    session: Session, *, report: StatusReport, told: Told, seen: datetime | None, by: Voice, now: datetime
) -> None:
    """Hand in a report, or say it better while nobody has checked it; ``seen`` is ``submitted_at`` as it was shown.

    The lights are as the rules propose them on the day of handing in, or others with a reason.
    """
    session.refresh(report, with_for_update={"of": StatusReport})
    measure = report.measure
    if report.submitted_at != seen:
        raise Conflict(MEANWHILE)
    if report.round.closed_at is not None:
        raise Conflict(CLOSED)
    if report.state not in WRITABLE:
        raise Conflict(N_("This report is checked already."))
    if told.forecast_cents is not None and told.forecast_cents < 0:
        raise DomainError(N_("Enter an amount of money."), field="forecast")
    facts = queries.facts(session, measure, report.period, local(now).date())
    rules = proposed(facts, told.forecast_cents)
    lights, reasons = settled(told, rules)
    words = Words("", told.text, {"next": told.next_step, "risk": told.risk, "counter": told.counter})
    if report.text_id is None:
        report.text_id = write(session, language=LANGUAGE, words=words, now=now, author_id=by.actor_id).id
    else:
        rewrite(session, text=session.get_one(Text, report.text_id), words=words, now=now, author_id=by.actor_id)
    for name in Lights._fields:
        setattr(report, name, getattr(lights, name))
        setattr(report, f"{name}_proposed", getattr(rules, name))
        setattr(report, f"{name}_reason", reasons.get(name, ""))
    report.forecast_cents, report.asked = told.forecast_cents, ""
    report.state, report.submitted_at, report.submitted_by_id = ReportState.SUBMITTED, now, by.actor_id
    session.flush()
    record(session, act="report.submitted", subject=measure, by=by, now=now, public=False, period=report.period)
    session.flush()


def check(
    session: Session, *, period: str, report_ids: Collection[int], seen: datetime, by: Voice, now: datetime
) -> int:
    """Mark reports as checked, all or none; ``seen`` is when they were shown. Returns how many."""
    rows = _locked(session, period, report_ids)
    for row in rows:
        step(TRANSITIONS, row.state, ReportState.CHECKED)
        if row.submitted_at is not None and row.submitted_at > seen:
            raise Conflict(MEANWHILE)
        row.state, row.checked_at, row.checked_by_id = ReportState.CHECKED, now, by.actor_id
    return _recorded(session, rows, "report.checked", by, now)


def uncheck(session: Session, *, period: str, report_ids: Collection[int], by: Voice, now: datetime) -> int:
    """Take the check of reports back, until they are published. Returns how many."""
    rows = _locked(session, period, report_ids)
    for row in rows:
        if row.state is not ReportState.CHECKED:
            raise Conflict(MEANWHILE)
        row.state, row.checked_at, row.checked_by_id = ReportState.SUBMITTED, None, None
    return _recorded(session, rows, "report.unchecked", by, now)


def ask_back(session: Session, *, report: StatusReport, question: str, by: Voice, now: datetime) -> None:
    """Give a report back to its office with a question; who wrote it gets a letter."""
    (report,) = _locked(session, report.period, [report.id])
    if not question.strip():
        raise DomainError(N_("Say what is unclear or missing."), field="question")
    report.state = step(TRANSITIONS, report.state, ReportState.DUE)
    report.asked, report.checked_at, report.checked_by_id = question, None, None
    session.flush()
    record(
        session, act="report.asked", subject=report.measure, by=by, now=now, reason=question, public=False,
        period=report.period,
    )  # fmt: skip
    writer = session.get(Account, report.submitted_by_id) if report.submitted_by_id is not None else None
    if writer is not None and writer.state is AccountState.ACTIVE:
        words = shown(session, [report.measure.text_id], BY_BABEL.get(writer.language, DEFAULT).chain)
        enqueue(
            session, kind="controlling_asked", email=writer.email, language=writer.language, account_id=writer.id,
            now=now, name=writer.display_name, measure_id=report.measure_id, number=report.measure.number,
            title=words[report.measure.text_id].title, period=report.period, question=question,
        )  # fmt: skip
    session.flush()


def publish(session: Session, *, round: ReportingRound, by: Voice, now: datetime) -> int:
    """Publish all checked reports of a round at once; a measure shows the light of its newest one. Returns how many."""
    rows = session.scalars(
        sa.select(StatusReport)
        .where(StatusReport.period == round.period, StatusReport.state == ReportState.CHECKED)
        .order_by(StatusReport.id)
        .with_for_update()
    ).all()
    if not rows:
        raise Conflict(N_("No report is checked: there is nothing to publish."))
    measures = _measures(session, rows)
    newer = set(
        session.scalars(
            sa.select(StatusReport.measure_id).where(
                StatusReport.period > round.period, StatusReport.state == ReportState.PUBLISHED
            )
        )
    )
    for row in rows:
        measure = measures[row.measure_id]
        row.state, row.published_at = ReportState.PUBLISHED, now
        if row.measure_id not in newer:
            measure.light = overall((row.time, row.cost, row.goal))
        measure.changed_at = now
        record(session, act="measure.reported", subject=measure, by=by, now=now, period=round.period)
    record(session, act="round.published", subject=round, by=by, now=now, period=round.period, reports=len(rows))
    session.flush()
    return len(rows)


def close_round(session: Session, *, round: ReportingRound, by: Voice, now: datetime) -> None:
    """Nothing is reported for this round any more; what is missing stays missing."""
    session.refresh(round, with_for_update=True)
    if round.closed_at is not None:
        raise Conflict(CLOSED)
    states = queries.states(session, round.period)
    if states[ReportState.SUBMITTED] or states[ReportState.CHECKED]:
        raise DomainError(N_("Some reports are handed in, but not published yet."))
    round.closed_at = now
    session.flush()
    record(
        session, act="round.closed", subject=round, by=by, now=now, period=round.period, missing=states[ReportState.DUE]
    )
    session.flush()


def remind(session: Session, *, now: datetime) -> int:
    """The nightly job: write to the offices whose reports are due soon, or missing. Returns how many letters."""
    today, letters = local(now).date(), 0
    for row in session.scalars(
        sa.select(ReportingRound).where(ReportingRound.closed_at.is_(None)).order_by(ReportingRound.id)
    ):
        # A round that was opened a few days ago has had its letter.
        which = reminder(row.due_on, today)
        if which and now - row.opened_at >= timedelta(days=2):
            letters += _write_to_offices(session, row, which, now)
    session.flush()
    return letters


def _locked(session: Session, period: str, report_ids: Collection[int]) -> Sequence[StatusReport]:
    """The reports of an open round, to be changed; raises Conflict when one is not there or the round is closed."""
    rows = session.scalars(
        sa.select(StatusReport)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .where(
            StatusReport.id.in_(report_ids), StatusReport.period == period, ReportingRound.closed_at.is_(None)
        )
        .order_by(StatusReport.id)
        .with_for_update(of=StatusReport)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    if not report_ids:
        raise DomainError(N_("Choose at least one report."))
    if len(rows) != len(set(report_ids)):
        raise Conflict(MEANWHILE)
    return rows


def _recorded(session: Session, rows: Sequence[StatusReport], act: str, by: Voice, now: datetime) -> int:
    measures = _measures(session, rows)
    for row in rows:
        record(session, act=act, subject=measures[row.measure_id], by=by, now=now, public=False, period=row.period)
    session.flush()
    return len(rows)


def _measures(session: Session, rows: Sequence[StatusReport]) -> Mapping[int, Measure]:
    wanted = [row.measure_id for row in rows]
    found = session.scalars(sa.select(Measure).where(Measure.id.in_(wanted)).order_by(Measure.id).with_for_update())
    return {measure.id: measure for measure in found}


def _write_to_offices(session: Session, row: ReportingRound, which: str, now: datetime) -> int:
    """One letter to every editor whose office owes reports; where an office has none, to those of all offices."""
    owing = session.execute(
        sa.select(Measure.id, Measure.number, Measure.text_id, Measure.office_id)
        .join(StatusReport, StatusReport.measure_id == Measure.id)
        .where(StatusReport.period == row.period, StatusReport.state == ReportState.DUE)
        .order_by(Measure.number)
    ).all()
    editors = _editors(session, local(now).date())
    lists: dict[int, list[tuple[str, int]]] = defaultdict(list)
    readers: dict[int, Account] = {}
    for measure in owing:
        for account in editors.get(measure.office_id) or editors[None]:
            readers[account.id] = account
            lists[account.id].append((measure.number, measure.text_id))
    keys = {account_id: f"report-{row.id}-{which}-{account_id}" for account_id in readers}
    written = set(session.scalars(sa.select(Letter.once_key).where(Letter.once_key.in_(keys.values()))))
    wanted = [readers[account_id] for account_id in sorted(readers) if keys[account_id] not in written]
    languages = {reader.language for reader in wanted}
    words = {
        language: shown(session, [measure.text_id for measure in owing], BY_BABEL.get(language, DEFAULT).chain)
        for language in sorted(languages)
    }
    for reader in wanted:
        mine = lists[reader.id]
        titles = [f"{number} {words[reader.language][text_id].title}" for number, text_id in mine[:LISTED]]
        enqueue(
            session, kind="controlling_due", email=reader.email, language=reader.language, account_id=reader.id,
            now=now, once_key=keys[reader.id], name=reader.display_name, period=row.period, number=len(mine),
            due_on=row.due_on.isoformat(), late=which.startswith("late"), titles=titles, more=len(mine) - len(titles),
        )  # fmt: skip
    return len(wanted)


def _editors(session: Session, today: date) -> Mapping[int | None, Sequence[Account]]:
    """Who writes for an office; under None those who write for all offices, or else the plan's owners. One statement."""
    rows = session.execute(
        sa.select(Account, Grant.role, Grant.office_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.state == AccountState.ACTIVE, Grant.role.in_((Role.OFFICE_EDITOR, Role.PLAN_OWNER)),
            running_on(Grant, today),
        )
        .order_by(Account.id)
    ).all()  # fmt: skip
    found: dict[int | None, list[Account]] = defaultdict(list)
    for account, role, office_id in rows:
        if role is Role.OFFICE_EDITOR:
            found[office_id].append(account)
    if not found[None]:
        found[None] = [account for account, role, _office in rows if role is Role.PLAN_OWNER]
    return found
