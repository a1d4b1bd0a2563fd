"""What comes before a working group, and the next dates of a district: everything that is due, and who waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import Conference
from bihaelt.controlling.domain import WRITABLE
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.measures.domain import OVER, MeasureState, Signature
from bihaelt.measures.models import Cosignature, Measure, MeasureService, Milestone, OpenPoint
from bihaelt.organisations.models import Office, RegularService
from bihaelt.proposals.domain import CITY_ZONE, State
from bihaelt.proposals.models import Proposal, ProposalField
from bihaelt.proposals.queries import titles
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.domain.agenda import AHEAD, DueKind
from bihaelt.topics.models import GroupCluster, GroupField
from bihaelt.workdays import last_day_of

MOST = 50
RUNNING = (MeasureState.DECIDED, MeasureState.RUNNING, MeasureState.PAUSED)


@dataclass(frozen=True, slots=True)
class Due:
    """Something of a measure that is due on a day; ``title`` or ``name`` says what (both empty: the kind says it)."""

    measure_id: int
    number: str
    measure: Shown
    kind: DueKind
    on: date
    title: Shown | None
    name: str

    def overdue(self, today: date) -> bool:
        return self.on < today


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for its answer; ``due_on`` is the last day for it."""

    proposal_id: int
    title: Shown
    people: int
    organisations: int
    due_on: date


def due_of(
    session: Session, chain: Sequence[str], today: date, *, group_id: int | None = None, district_id: int | None = None
) -> Sequence[Due]:
    """What is overdue or due within 60 days in the measures of a group or a district. Two statements, one without."""
    whose = Measure.working_group_id == group_id if group_id is not None else Measure.district_id == district_id
    due = sa.union_all(*(part.where(whose) for part in _parts(today + AHEAD))).subquery()
    rows = session.execute(sa.select(due).order_by(due.c.on_day, due.c.id).limit(MOST)).all()
    words = shown(session, {text for row in rows for text in (row.text_id, row.what_id)}, chain)
    return [
        Due(
            row.id, row.number, words[row.text_id], DueKind(row.kind), row.on_day, words.get(row.what_id), row.name or "",
        )
        for row in rows
    ]  # fmt: skip


def _parts(until: date) -> Sequence[sa.Select[Any]]:
    none, no_name = sa.cast(sa.null(), sa.Integer), sa.cast(sa.null(), sa.String)

    def part(kind: DueKind, day: Any, what: Any = none, name: Any = no_name) -> sa.Select[Any]:
        return sa.select(
            Measure.id, Measure.number, Measure.text_id, sa.literal(kind.value).label("kind"), day.label("on_day"),
            what.label("what_id"), name.label("name"),
        ).where(day <= until)  # fmt: skip

    return (
        part(DueKind.MILESTONE, Milestone.due_on, Milestone.text_id)
        .join(Milestone, Milestone.measure_id == Measure.id)
        .where(Milestone.done_on.is_(None), Measure.state.not_in(OVER)),
        part(DueKind.OPEN_POINT, OpenPoint.due_on, OpenPoint.text_id)
        .join(OpenPoint, OpenPoint.measure_id == Measure.id)
        .where(OpenPoint.done_on.is_(None), Measure.state.not_in(OVER)),
        part(DueKind.SIGNATURE, Cosignature.due_on, name=Office.name)
        .join(Cosignature, Cosignature.measure_id == Measure.id)
        .join(Office, Office.id == Cosignature.office_id)
        .where(Cosignature.state == Signature.OPEN, Cosignature.closed.is_(False)),
        part(DueKind.SERVICE, MeasureService.review_on, name=RegularService.name)
        .join(MeasureService, MeasureService.measure_id == Measure.id)
        .join(RegularService, RegularService.id == MeasureService.service_id)
        .where(Measure.state.not_in(OVER)),
        part(DueKind.REVIEW, Measure.review_on).where(Measure.state.not_in(OVER)),
        part(DueKind.CONFIRM, Measure.confirm_by).where(Measure.decided_on.is_(None), Measure.state.not_in(OVER)),
        part(DueKind.END, Measure.ends_on).where(Measure.state.in_(RUNNING)),
    )


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report of an open round that an office still has to hand in."""

    measure_id: int
    number: str
    measure: Shown
    period: str
    due_on: date


def reports_due(session: Session, chain: Sequence[str], office_id: int) -> Sequence[ReportDue]:
    """What an office has still to report, the first due first. Two statements, one where nothing is due."""
    rows = session.execute(
        sa.select(Measure.id, Measure.number, Measure.text_id, StatusReport.period, ReportingRound.due_on)
        .join(StatusReport, StatusReport.measure_id == Measure.id)
        .join(ReportingRound, ReportingRound.period == StatusReport.period)
        .where(
            Measure.office_id == office_id, ReportingRound.closed_at.is_(None),
            StatusReport.state.in_(sorted(WRITABLE)),
        )
        .order_by(ReportingRound.due_on, Measure.id)
        .limit(MOST)
    ).all()  # fmt: skip
    words = shown(session, [row.text_id for row in rows], chain)
    return [ReportDue(row.id, row.number, words[row.text_id], row.period, row.due_on) for row in rows]


def waiting_for(session: Session, chain: Sequence[str], group_id: int, now: datetime) -> Sequence[Waiting]:
    """Proposals of a group's clusters and fields whose vote is over and that have no answer yet, the first due first.

    Two statements, one without proposals.
    """
    clusters = sa.select(GroupCluster.cluster_id).where(GroupCluster.group_id == group_id)
    fields = (
        sa.select(ProposalField.proposal_id)
        .join(GroupField, GroupField.field_id == ProposalField.field_id)
        .where(GroupField.group_id == group_id)
    )
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.supports_people, Proposal.supports_organisations,
            Conference.decision_by,
        )
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(
            Proposal.state == State.PUBLISHED, Conference.opened_at.is_not(None), Conference.vote_closes <= now,
            sa.or_(Proposal.cluster_id.in_(clusters), Proposal.id.in_(fields)),
        )
        .order_by(Conference.decision_by, Proposal.supports_people.desc(), Proposal.id)
        .limit(MOST)
    ).all()  # fmt: skip
    words = titles(session, {row.text_id for row in rows}, chain)
    return [
        Waiting(row.id, words[row.text_id], row[2], row[3], last_day_of(row.decision_by, CITY_ZONE)) for row in rows
    ]
