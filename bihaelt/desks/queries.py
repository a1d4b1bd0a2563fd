"""What waits on the desks: one statement for all queues, however many there are."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.comments.domain import Ground
from bihaelt.conferences.models import Conference
from bihaelt.controlling.domain import ReportState as StatusState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.extensions import UtcDateTime
from bihaelt.funding.queries import due_until
from bihaelt.goals.domain import OPEN
from bihaelt.goals.models import IndicatorValue
from bihaelt.measures.domain import OVER, Signature
from bihaelt.measures.domain.services import REMIND_BEFORE
from bihaelt.measures.models import Cosignature, Measure, MeasureService, Origin
from bihaelt.moderation.domain import DUE_WITHIN, AppealState, ReportState
from bihaelt.moderation.models import Appeal, Report
from bihaelt.money.domain import Step
from bihaelt.money.models import Transfer
from bihaelt.money.queries import asks_for
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Organisation
from bihaelt.pages.models import Feedback
from bihaelt.proposals.domain import TAKEN, State
from bihaelt.proposals.models import Proposal
from bihaelt.publicity import SOURCES
from bihaelt.texts.models import Text, TextVersion
from bihaelt.votes.domain import BallotState
from bihaelt.votes.models import Ballot


class Queue(StrEnum):
    PROPOSALS = "proposals"
    REPORTS = "reports"
    APPEALS = "appeals"
    ORGANISATIONS = "organisations"
    PREPARE = "prepare"
    CHECK = "check"
    BALLOTS = "ballots"
    MEASURES = "measures"
    SERVICES = "services"
    CO_SIGN = "co_sign"
    FUNDING = "funding"
    VALUES = "values"
    STATUS = "status"
    STATUS_CHECK = "status_check"
    TRANSLATIONS = "translations"
    FEEDBACK = "feedback"
    MONEY_HOLDER = "money_holder"
    MONEY_TREASURY = "money_treasury"
    MONEY_COUNCIL = "money_council"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a queue. ``next_due`` is the earliest day or moment of what is not overdue yet."""

    open: int = 0
    overdue: int = 0
    next_due: date | datetime | None = None


def waiting(
    session: Session, queues: Sequence[Queue], now: datetime, today: date, clusters: Collection[int] | None = None
) -> Mapping[Queue, Waiting]:
    """How much waits in each of ``queues``. One statement, none without queues.

    ``clusters`` are those that a budget holder answers for, None for all.
    """
    selects = [select for queue in queues for select in _selects(queue, now, today, clusters)]
    if not selects:
        return {}
    found: dict[Queue, Waiting] = {}
    for row in session.execute(sa.union_all(*selects)):
        queue = Queue(row.queue)
        due = row.next_day if row.next_day is not None else row.next_moment
        if row.next_moment is not None:
            due += timedelta(seconds=row.lasts)
        found[queue] = _both(found.get(queue, Waiting()), Waiting(row.waiting, row.overdue or 0, due))
    return found


def _both(one: Waiting, other: Waiting) -> Waiting:
    dues = [due for due in (one.next_due, other.next_due) if due is not None]
    return Waiting(one.open + other.open, one.overdue + other.overdue, min(dues, key=_moment, default=None))


def _moment(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else datetime.combine(due, time(), UTC)


def _selects(queue: Queue, now: datetime, today: date, clusters: Collection[int] | None) -> list[sa.Select[Any]]:
    """The counts of one queue; several rows where the deadline depends on the case."""
    if queue is Queue.REPORTS:
        return [_reports(ground, now) for ground in Ground]
    if queue is Queue.BALLOTS:
        return [_running_ballots(now), _ended_ballots(now)]
    if queue is Queue.FUNDING:
        return _funding(today)
    makers: Mapping[Queue, Callable[[], sa.Select[Any]]] = {
        Queue.PROPOSALS: lambda: _by_day(queue, Proposal.due_on, today, Proposal.state == State.SUBMITTED),
        Queue.APPEALS: lambda: _counted(queue, Appeal.state == AppealState.OPEN),
        Queue.ORGANISATIONS: lambda: _by_day(
            queue, Organisation.due_on, today, Organisation.state == OrganisationState.REQUESTED
        ),
        Queue.PREPARE: lambda: _to_prepare(now),
        Queue.CHECK: lambda: _to_check(now),
        Queue.MEASURES: lambda: _counted(
            queue, Proposal.outcome.in_(sorted(TAKEN)), ~sa.exists().where(Origin.proposal_id == Proposal.id)
        ),
        Queue.SERVICES: lambda: _services_to_check(today),
        Queue.CO_SIGN: lambda: _by_day(
            queue, Cosignature.due_on, today, Cosignature.state == Signature.OPEN, ~Cosignature.closed
        ),
        Queue.VALUES: lambda: _counted(queue, IndicatorValue.state.in_(OPEN)),
        Queue.STATUS: lambda: _status_reports(queue, StatusState.DUE, today),
        Queue.STATUS_CHECK: lambda: _status_reports(queue, StatusState.SUBMITTED, today),
        Queue.TRANSLATIONS: _out_of_date,
        Queue.MONEY_HOLDER: lambda: _requests(queue, today, Step.HOLDER, Step.OTHER_HOLDER, clusters=clusters),
        Queue.MONEY_TREASURY: lambda: _requests(queue, today, Step.TREASURY),
        Queue.MONEY_COUNCIL: lambda: _requests(queue, today, Step.COUNCIL),
        Queue.FEEDBACK: lambda: _by_day(queue, Feedback.due_on, today, Feedback.answered_at.is_(None)),
    }
    return [makers[queue]()]


def _row(queue: Queue, **columns: Any) -> sa.Select[Any]:
    empty: dict[str, Any] = {
        "queue": sa.literal(str(queue)), "waiting": sa.func.count(), "overdue": sa.literal(0),
        "next_day": sa.cast(sa.null(), sa.Date), "next_moment": sa.cast(sa.null(), UtcDateTime),
        "lasts": sa.literal(0),
    }  # fmt: skip
    return sa.select(*(column.label(name) for name, column in (empty | columns).items()))


def _counted(queue: Queue, *conditions: Any) -> sa.Select[Any]:
    return _row(queue).where(*conditions)


def _by_day(queue: Queue, day: Any, today: date, *conditions: Any) -> sa.Select[Any]:
    return _row(
        queue,
        overdue=sa.func.sum(sa.case((day < today, 1), else_=0)),
        next_day=sa.func.min(sa.case((day >= today, day))),
    ).where(*conditions)


def _by_moment(queue: Queue, moment: Any, now: datetime, lasts: timedelta = timedelta()) -> sa.Select[Any]:
    """Due ``lasts`` after ``moment``."""
    late = moment <= now - lasts
    return _row(
        queue,
        overdue=sa.func.sum(sa.case((late, 1), else_=0)),
        next_moment=sa.func.min(sa.case((~late, moment)), type_=UtcDateTime),
        lasts=sa.literal(int(lasts.total_seconds())),
    )


def _requests(queue: Queue, today: date, *steps: Step, clusters: Collection[int] | None = None) -> sa.Select[Any]:
    """Requests for money that wait for one of ``steps``, of those clusters."""
    mine = [] if clusters is None else [asks_for(clusters)]
    return _by_day(queue, Transfer.due_on, today, Transfer.next_step.in_(steps), *mine)


def _reports(ground: Ground, now: datetime) -> sa.Select[Any]:
    """Comments with open reports, by the ground of their first one."""
    first = sa.select(sa.func.min(Report.id)).where(Report.state == ReportState.OPEN).group_by(Report.comment_id)
    return _by_moment(Queue.REPORTS, Report.created_at, now, DUE_WITHIN[ground]).where(
        Report.ground == ground, Report.id.in_(first)
    )


def _to_prepare(now: datetime) -> sa.Select[Any]:
    """Published proposals whose conference has voted, without a decision."""
    return (
        _by_moment(Queue.PREPARE, Conference.decision_by, now)
        .select_from(Proposal)
        .join(Conference, Conference.id == Proposal.conference_id)
        .outerjoin(
            Decision, sa.and_(Decision.proposal_id == Proposal.id, Decision.conference_id == Proposal.conference_id)
        )
        .where(
            Proposal.state == State.PUBLISHED, Conference.opened_at.is_not(None), Conference.vote_closes <= now,
            Decision.id.is_(None),
        )
    )  # fmt: skip


def _to_check(now: datetime) -> sa.Select[Any]:
    return (
        _by_moment(Queue.CHECK, Conference.decision_by, now)
        .select_from(Decision)
        .join(Conference, Conference.id == Decision.conference_id)
        .where(Decision.state == DecisionState.PREPARED)
    )


def _running_ballots(now: datetime) -> sa.Select[Any]:
    """Votes that are open, to be closed at their end."""
    return _by_moment(Queue.BALLOTS, Ballot.closes_at, now).where(Ballot.state == BallotState.OPEN)


def _ended_ballots(now: datetime) -> sa.Select[Any]:
    """Votes to be counted and certified before the decisions are due."""
    return (
        _by_moment(Queue.BALLOTS, Conference.decision_by, now)
        .select_from(Ballot)
        .join(Conference, Conference.id == Ballot.conference_id)
        .where(Ballot.state.in_((BallotState.CLOSED, BallotState.COUNTED)))
    )


def _funding(today: date) -> list[sa.Select[Any]]:
    """Applications, checks and proofs of use that are due within four weeks."""
    due = [select.subquery() for select in due_until(today + timedelta(days=28)).values()]
    return [_by_day(Queue.FUNDING, each.c.day, today).select_from(each) for each in due]


def _services_to_check(today: date) -> sa.Select[Any]:
    """Checks of measures against regular services that are overdue or due in two weeks."""
    return _by_day(
        Queue.SERVICES, MeasureService.review_on, today, MeasureService.review_on <= today + REMIND_BEFORE,
        MeasureService.measure_id.in_(sa.select(Measure.id).where(Measure.state.not_in(OVER))),
    )  # fmt: skip


def _status_reports(queue: Queue, state: StatusState, today: date) -> sa.Select[Any]:
    """Status reports of the open rounds: to be written by the offices, or to be checked."""
    return (
        _by_day(queue, ReportingRound.due_on, today)
        .select_from(StatusReport)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .where(StatusReport.state == state, ReportingRound.closed_at.is_(None))
    )


def _out_of_date() -> sa.Select[Any]:
    """Public translations whose original has changed; what nobody can read is no work for translators."""
    original, public = aliased(TextVersion), sa.union_all(*SOURCES).subquery("public")
    return (
        _row(Queue.TRANSLATIONS)
        .select_from(public)
        .join(Text, Text.id == public.c.text_id)
        .join(TextVersion, TextVersion.text_id == Text.id)
        .join(
            original,
            sa.and_(original.text_id == Text.id, original.language == Text.source_language, original.is_current),
        )
        .where(
            TextVersion.is_current, TextVersion.made_from_id.is_not(None), TextVersion.made_from_id != original.id
        )
    )  # fmt: skip
