"""Which proposals a measure came from, and which measures came from a proposal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.domain import Category, Light, MeasureState, Take, Takes
from bihaelt.measures.models import Measure, Origin
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import TAKEN, Outcome
from bihaelt.proposals.models import Proposal
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure that came from a proposal; ``part`` says which part it takes over."""

    measure_id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    light: Light
    takes: Takes
    part: str


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A proposal that a measure came from, with its supports side by side."""

    proposal_id: int
    title: Shown
    outcome: Outcome | None
    takes: Takes
    part: str
    people: int
    organisations: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted proposal and how many measures came from it."""

    proposal_id: int
    title: Shown
    outcome: Outcome
    people: int
    organisations: int
    measures: int


# Built once: putting a statement together costs as much as to run it.
FROM_PROPOSAL = (
    sa.select(
        Measure.id, Measure.number, Measure.text_id, Measure.category, Measure.state, Measure.light,
        Origin.takes, Origin.part,
    )
    .join(Origin, Origin.measure_id == Measure.id)
    .where(Origin.proposal_id == sa.bindparam("proposal"))
    .order_by(Measure.id)
)  # fmt: skip


def measures_from(session: Session, proposal_id: int, chain: Sequence[str]) -> Sequence[Taken]:
    """The measures that came from a proposal, in the order of their numbers. Two statements, one without measures."""
    rows = columns(session, FROM_PROPOSAL, {"proposal": proposal_id}).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [
        Taken(
            row.id, row.number, words[row.text_id], row.category, row.state, row.light, row.takes, row.part
        )
        for row in rows
    ]  # fmt: skip


def origins(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[OriginRow]:
    """The proposals that a measure came from. Two statements, one without proposals."""
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.outcome, Origin.takes, Origin.part,
            Proposal.supports_people, Proposal.supports_organisations,
        )
        .join(Origin, Origin.proposal_id == Proposal.id)
        .where(Origin.measure_id == measure_id)
        .order_by(Origin.id)
    ).all()  # fmt: skip
    words = shown(session, [row.text_id for row in rows], chain)
    return [OriginRow(row.id, words[row.text_id], *row[2:]) for row in rows]


def takes_of(session: Session, measure_id: int) -> Sequence[Take]:
    rows = session.scalars(sa.select(Origin).where(Origin.measure_id == measure_id).order_by(Origin.id))
    return [Take(row.proposal_id, row.takes, row.part) for row in rows]


def accepted(
    session: Session,
    chain: Sequence[str],
    *,
    without_measure: bool = False,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[Accepted]:
    """Proposals that were accepted, fully or in part, the newest first. Two statements."""
    made: Any = (
        sa.select(sa.func.count()).where(Origin.proposal_id == Proposal.id).correlate(Proposal).scalar_subquery()
    )
    query = sa.select(
        Proposal.id, Proposal.text_id, Proposal.outcome, Proposal.supports_people, Proposal.supports_organisations,
        made.label("made"),
    ).where(Proposal.outcome.in_(TAKEN))  # fmt: skip
    if without_measure:
        query = query.where(~sa.exists().where(Origin.proposal_id == Proposal.id))
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Proposal.id > cursor.keys[0] if back else Proposal.id < cursor.keys[0])
    found = session.execute(query.order_by(Proposal.id if back else Proposal.id.desc()).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in found], chain)
    rows = [Accepted(row[0], words[row[1]], *row[2:]) for row in found]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.proposal_id,))


def candidates(session: Session, proposal_ids: Iterable[int], chain: Sequence[str]) -> Sequence[Accepted]:
    """Those of the given proposals that were accepted, in the order given. Two statements."""
    wanted = list(dict.fromkeys(proposal_ids))
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.outcome, Proposal.supports_people,
            Proposal.supports_organisations,
        ).where(Proposal.id.in_(wanted), Proposal.outcome.in_(TAKEN))
    ).all()  # fmt: skip
    words = shown(session, [row.text_id for row in rows], chain)
    by_id = {row.id: _candidate(row, words[row.text_id]) for row in rows}
    return [by_id[number] for number in wanted if number in by_id]


def _candidate(row: Any, title: Shown) -> Accepted:
    return Accepted(row.id, title, row.outcome, row.supports_people, row.supports_organisations, measures=0)


def desk_count(session: Session, _now: object) -> int:
    """How many accepted proposals have no measure yet. One statement."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(Proposal)
        .where(Proposal.outcome.in_(TAKEN), ~sa.exists().where(Origin.proposal_id == Proposal.id))
    )
    return session.scalars(waiting).one()
