"""Reading programmes and what they pay."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.domain import COUNTING, FundingState, Level, Terms
from bihaelt.funding.models import Funding, Programme, ProgrammePurpose
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster


@dataclass(frozen=True, slots=True)
class FundingRow:
    programme_id: int
    name: str
    level: Level
    cents: int
    state: FundingState


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    id: int
    name: str
    level: Level
    first_year: int
    last_year: int
    own_share: int
    deadline: date | None
    note: str
    clusters: Sequence[Shown]


def fundings(session: Session, measure_id: int) -> Sequence[FundingRow]:
    """What programmes pay for a measure. One statement."""
    rows = session.execute(
        sa.select(Programme.id, Programme.name, Programme.level, Funding.cents, Funding.state)
        .join(Funding, Funding.programme_id == Programme.id)
        .where(Funding.measure_id == measure_id)
        .order_by(Funding.id)
    )
    return [FundingRow(*row) for row in rows]


def funded(session: Session, measure_id: int, *, without: int) -> int:
    """The cents that all programmes but ``without`` pay, or may pay, for a measure. One statement."""
    found = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Funding.cents), 0)).where(
            Funding.measure_id == measure_id, Funding.programme_id != without, Funding.state.in_(COUNTING)
        )
    )
    return int(found or 0)


def terms(session: Session, programme: Programme) -> Terms:
    ids = session.scalars(
        sa.select(ProgrammePurpose.cluster_id).where(ProgrammePurpose.programme_id == programme.id)
    ).all()
    return Terms(frozenset(ids), programme.first_year, programme.last_year)


def programmes(session: Session, chain: Sequence[str]) -> Sequence[ProgrammeRow]:
    """The catalogue of funding programmes, by name. Three statements."""
    rows = session.scalars(sa.select(Programme).order_by(Programme.name)).all()
    purposes = session.execute(
        sa.select(ProgrammePurpose.programme_id, Cluster.text_id)
        .join(Cluster, Cluster.id == ProgrammePurpose.cluster_id)
        .order_by(Cluster.position)
    ).all()
    words = shown(session, [row.text_id for row in purposes], chain)
    names: dict[int, list[Shown]] = defaultdict(list)
    for row in purposes:
        names[row.programme_id].append(words[row.text_id])
    return [
        ProgrammeRow(
            row.id, row.name, row.level, row.first_year, row.last_year, row.own_share, row.deadline, row.note,
            names[row.id],
        )
        for row in rows
    ]  # fmt: skip
