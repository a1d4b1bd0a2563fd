"""Reading what programmes pay for measures, what was checked, and what would fit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.funding.domain import COUNTING, HELD, FundingState, Level, Share, Terms, fits, own_share
from bihaelt.funding.models import Check, Funding, Programme, ProgrammePurpose
from bihaelt.funding.queries.programmes import COUNTED
from bihaelt.measures.domain import FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.verdicts import Verdict

MOST = 200  # programmes that are looked through for one measure


@dataclass(frozen=True, slots=True)
class FundingRow:
    """One application or grant. ``cents`` is what counts of it; ``own`` what the city has to add for it."""

    id: int
    programme_id: int
    name: str
    level: Level
    cost_item: str
    first_year: int
    last_year: int
    cents: int
    own: int
    state: FundingState
    granted: int | None
    drawn: int
    reclaimed: int
    reference: str
    starts_on: date | None
    ends_on: date | None
    conditions: str
    early_start_on: date | None
    proof_due_on: date | None
    proof_submitted_on: date | None
    reason: str
    deadline: date | None

    @property
    def counts(self) -> bool:
        return self.state in COUNTING


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What was found for a programme (None: for the whole catalogue)."""

    programme_id: int | None
    name: str | None
    state: FundingCheck
    reason: str
    checked_on: date | None
    remind_on: date | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A programme beside a measure: whether it pays for it (with the reason why not), and what was checked so far."""

    programme_id: int
    name: str
    level: Level
    own_share: int
    first_year: int
    last_year: int
    deadline: date | None
    note: str
    fit: Verdict
    check: CheckRow | None

    def order(self) -> tuple[object, ...]:
        return (not self.fit, self.deadline is None, self.deadline or date.max, self.name)


@dataclass(frozen=True, slots=True)
class Finances:
    """Who pays for a measure, in cents: its cost, what programmes pay or may pay, what of it was granted, the own share
    that those programmes want, and what is left for the city.
    """

    cost: int
    asked: int
    granted: int
    own_share: int

    @property
    def left(self) -> int:
        return self.cost - self.asked - self.granted


def fundings(session: Session, measure_id: int) -> Sequence[FundingRow]:
    """What programmes pay, or may pay, for a measure. One statement."""
    rows = session.execute(
        sa.select(Funding, Programme.name, Programme.level, Programme.deadline)
        .join(Programme, Programme.id == Funding.programme_id)
        .where(Funding.measure_id == measure_id)
        .order_by(Funding.id)
    )
    return [_row(row) for row in rows]


def _row(row: Any) -> FundingRow:
    funding: Funding = row.Funding
    return FundingRow(
        id=funding.id, programme_id=funding.programme_id, name=row.name, level=row.level, cost_item=funding.cost_item,
        first_year=funding.first_year, last_year=funding.last_year, cents=funding.counted,
        own=own_share(funding.counted, funding.own_share), state=funding.state, granted=funding.granted_cents,
        drawn=funding.drawn_cents, reclaimed=funding.reclaimed_cents, reference=funding.reference,
        starts_on=funding.starts_on, ends_on=funding.ends_on, conditions=funding.conditions,
        early_start_on=funding.early_start_on, proof_due_on=funding.proof_due_on,
        proof_submitted_on=funding.proof_submitted_on, reason=funding.reason, deadline=row.deadline,
    )  # fmt: skip


def funding(session: Session, funding_id: int) -> Funding | None:
    return session.get(Funding, funding_id)


def finances(cost: int, rows: Sequence[FundingRow]) -> Finances:
    """The finances of a measure that costs ``cost`` cents, from its rows. No statement."""
    counting = [row for row in rows if row.counts]
    granted = sum(row.cents for row in counting if row.state in HELD)
    return Finances(
        cost=cost, asked=sum(row.cents for row in counting) - granted, granted=granted,
        own_share=sum(row.own for row in counting if row.state is not FundingState.RECLAIMED),
    )  # fmt: skip


def granted_cents(session: Session, measure_ids: Collection[int]) -> Mapping[int, int]:
    """The cents that programmes have granted to measures, less what was reclaimed; only measures with a grant. One statement."""
    rows = session.execute(
        sa.select(Funding.measure_id, sa.func.sum(COUNTED))
        .where(Funding.measure_id.in_(measure_ids), Funding.state.in_(sorted(HELD)))
        .group_by(Funding.measure_id)
    )
    return {measure_id: int(cents) for measure_id, cents in rows}


def grants(session: Session, measure_id: int) -> Sequence[Funding]:
    """The grants of a measure with their notices, for the rule of the earmark (B6). One statement."""
    return session.scalars(
        sa.select(Funding).where(Funding.measure_id == measure_id, Funding.state.in_(sorted(HELD))).order_by(Funding.id)
    ).all()


def check_state(session: Session, measure_id: int) -> FundingCheck:
    """What the checks of a measure say together; own money waits while it is OPEN (the fact behind B7). One statement.

    Raises NoResultFound for a measure that is not there.
    """
    return session.execute(sa.select(Measure.funding_check).where(Measure.id == measure_id)).scalar_one()


def checks(session: Session, measure_id: int) -> Sequence[CheckRow]:
    """What was checked for a measure, the open ones first. One statement."""
    rows = session.execute(
        sa.select(Check.programme_id, Programme.name, Check.state, Check.reason, Check.checked_on, Check.remind_on)
        .outerjoin(Programme, Programme.id == Check.programme_id)
        .where(Check.measure_id == measure_id)
        .order_by(sa.case((Check.state == FundingCheck.OPEN, 0), else_=1), Check.id)
    )
    return [CheckRow(*row) for row in rows]


def check(session: Session, measure_id: int, programme_id: int | None) -> Check | None:
    same = Check.programme_id.is_(None) if programme_id is None else Check.programme_id == programme_id
    return session.scalar(sa.select(Check).where(Check.measure_id == measure_id, same))


def shares(session: Session, measure_id: int, *, without: int | None = None) -> Sequence[Share]:
    """The counting applications of a measure but ``without``, for the rule against double funding. One statement."""
    query = sa.select(Funding.programme_id, COUNTED, Funding.cost_item).where(
        Funding.measure_id == measure_id, Funding.state.in_(sorted(COUNTING))
    )
    if without is not None:
        query = query.where(Funding.id != without)
    return [Share(*row) for row in session.execute(query)]


def own_share_needed(session: Session, measure_id: int, *, with_planned: int | None = None) -> int:
    """The cents that the city has to add for everything applied for or granted, and for the planned ``with_planned``."""
    rows = session.scalars(sa.select(Funding).where(Funding.measure_id == measure_id))
    running = COUNTING - {FundingState.PLANNED, FundingState.RECLAIMED}
    return sum(own_share(row.counted, row.own_share) for row in rows if row.state in running or row.id == with_planned)


def candidates(session: Session, measure: Measure) -> Sequence[Candidate]:
    """All programmes that are not at their end, beside a measure: those that pay for its cluster and the years in which
    it begins first, the nearest deadline first. The city's own money is none of them. Three statements.
    """
    known = {row.programme_id: row for row in checks(session, measure.id)}
    programmes = session.scalars(
        sa.select(Programme)
        .where(Programme.ended_on.is_(None), Programme.level != Level.CITY)
        .order_by(Programme.last_year.desc(), Programme.name, Programme.id)
        .limit(MOST)
    ).all()
    pairs = session.execute(sa.select(ProgrammePurpose.programme_id, ProgrammePurpose.cluster_id)).all()
    purposes: dict[int, set[int]] = {}
    for row in pairs:
        purposes.setdefault(row.programme_id, set()).add(row.cluster_id)
    found = [_candidate(measure, each, purposes.get(each.id, set()), known.get(each.id)) for each in programmes]
    return sorted(found, key=Candidate.order)


def _candidate(
    measure: Measure, programme: Programme, cluster_ids: Collection[int], found: CheckRow | None
) -> Candidate:
    year = measure.starts_on.year if measure.starts_on else None
    known = Terms(cluster_ids, programme.first_year, programme.last_year, programme.level)
    return Candidate(
        programme.id, programme.name, programme.level, programme.own_share, programme.first_year, programme.last_year,
        programme.deadline, programme.note, fits(known, cluster_id=measure.cluster_id, first_year=year, last_year=None),
        found,
    )  # fmt: skip
