"""The rows of a sheet: milestones, costs per year, open points, partners, predecessors and successors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.measures.domain import OpenPointKind
from bihaelt.measures.models import Measure, Milestone, OpenPoint, Partner, Succession, YearCost
from bihaelt.organisations.models import Office
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    id: int
    title: Shown
    due_on: date
    done_on: date | None

    def overdue(self, today: date) -> bool:
        return self.done_on is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class OpenPointRow:
    """``office`` is the name of the office that sees to it, ``who`` a role or another party, either may be empty."""

    id: int
    kind: OpenPointKind
    title: Shown
    office: str
    who: str
    due_on: date
    done_on: date | None

    def overdue(self, today: date) -> bool:
        return self.done_on is None and self.due_on < today


def milestones(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[MilestoneRow]:
    """The milestones of a measure by the day on which they are due. Two statements, one without milestones."""
    rows = session.scalars(
        sa.select(Milestone).where(Milestone.measure_id == measure_id).order_by(Milestone.due_on, Milestone.id)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [MilestoneRow(row.id, words[row.text_id], row.due_on, row.done_on) for row in rows]


def next_milestone(session: Session, measure_id: int) -> Milestone | None:
    """The first milestone that is not done yet, whether its day has passed or not. One statement."""
    return session.scalar(
        sa.select(Milestone)
        .where(Milestone.measure_id == measure_id, Milestone.done_on.is_(None))
        .order_by(Milestone.due_on, Milestone.id)
        .limit(1)
    )


def costs(session: Session, measure_id: int) -> Sequence[YearCost]:
    """What a measure costs by year (``staff_cents``, ``material_cents``, ``cents``). One statement."""
    return session.scalars(sa.select(YearCost).where(YearCost.measure_id == measure_id).order_by(YearCost.year)).all()


def open_points(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[OpenPointRow]:
    """The open points of a measure, those that are done last. Two statements, one without points."""
    rows = session.execute(
        sa.select(OpenPoint, Office.name)
        .outerjoin(Office, Office.id == OpenPoint.office_id)
        .where(OpenPoint.measure_id == measure_id)
        .order_by(OpenPoint.done_on.is_not(None), OpenPoint.due_on, OpenPoint.id)
    ).all()
    words = shown(session, [point.text_id for point, _ in rows], chain)
    return [
        OpenPointRow(
            point.id, point.kind, words[point.text_id], office or "", point.who, point.due_on, point.done_on
        )
        for point, office in rows
    ]  # fmt: skip


def partners(session: Session, measure_id: int) -> Sequence[Partner]:
    """Who has a part in a measure, as they were named, with organisation and office. One statement."""
    return session.scalars(
        sa.select(Partner)
        .options(joinedload(Partner.organisation), joinedload(Partner.office))
        .where(Partner.measure_id == measure_id)
        .order_by(Partner.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A measure before or after another one."""

    measure_id: int
    number: str
    title: Shown


@dataclass(frozen=True, slots=True)
class Line:
    predecessors: Sequence[Neighbour]
    successors: Sequence[Neighbour]


def line(session: Session, measure_id: int, chain: Sequence[str]) -> Line:
    """What went on before a measure, and what goes on after it. Two statements, one where there is nothing."""
    rows = session.execute(
        sa.select(Measure.id, Measure.number, Measure.text_id, Succession.successor_id)
        .join(
            Succession,
            sa.or_(
                sa.and_(Succession.predecessor_id == Measure.id, Succession.successor_id == measure_id),
                sa.and_(Succession.successor_id == Measure.id, Succession.predecessor_id == measure_id),
            ),
        )
        .order_by(Measure.number)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    found = [(row.successor_id, Neighbour(row.id, row.number, words[row.text_id])) for row in rows]
    return Line(
        [each for successor, each in found if successor == measure_id],
        [each for successor, each in found if successor != measure_id],
    )
