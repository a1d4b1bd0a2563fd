"""What was taken up, by which measure, and what was not, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.measures.domain import Category, MeasureState, Takes
from bihaelt.measures.models import Measure, Origin
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import PUBLIC, TAKEN, Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.domain import Tally

NOT_TAKEN = frozenset(Outcome) - TAKEN


@dataclass(frozen=True, slots=True)
class Sheet:
    """A measure that grew out of a proposal. ``part`` says which part it takes over, when not all."""

    id: int
    number: str
    title: Shown
    category: Category
    state: MeasureState
    takes: Takes
    part: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A proposal with what became of it: ``text`` holds the reason in plain words (body, extra taken and not_taken).

    A closed proposal has neither ``outcome`` nor ``text``: its reason stands in ``closed_because``.
    """

    proposal_id: int
    title: Shown
    cluster_id: int | None
    supports: Tally
    outcome: Outcome | None
    reason: Reason | None
    text: Shown | None
    forwarded_to: str
    merged_into_id: int | None
    closed_because: str
    measures: Sequence[Sheet]


def taken(
    session: Session, conference_id: int, chain: Sequence[str], cursor: Cursor | None, size: int
) -> Page[Outline]:
    """The proposals that were accepted, in whole or in part, by number. Three statements."""
    return _outlines(session, conference_id, chain, Proposal.outcome.in_(TAKEN), cursor, size)


def not_taken(
    session: Session, conference_id: int, chain: Sequence[str], cursor: Cursor | None, size: int
) -> Page[Outline]:
    """All others that were answered or closed, by number. Three statements."""
    condition = sa.or_(Proposal.outcome.in_(NOT_TAKEN), Proposal.state == State.CLOSED)
    return _outlines(session, conference_id, chain, condition, cursor, size)


def stories(session: Session, conference_id: int, chain: Sequence[str], limit: int) -> Sequence[Outline]:
    """The most supported proposals that became a measure. Three statements."""
    has_measure = sa.exists().where(Origin.proposal_id == Proposal.id)
    query = (
        _select(conference_id)
        .where(Proposal.outcome.in_(TAKEN), has_measure)
        .order_by(Proposal.supports_people.desc(), Proposal.id)
        .limit(limit)
    )
    return _filled(session, session.execute(query).all(), chain)


def _outlines(
    session: Session, conference_id: int, chain: Sequence[str], condition: sa.ColumnElement[bool],
    cursor: Cursor | None, size: int,
) -> Page[Outline]:  # fmt: skip
    query = _select(conference_id).where(condition)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Proposal.id < cursor.keys[0] if back else Proposal.id > cursor.keys[0])
    query = query.order_by(Proposal.id.desc() if back else Proposal.id).limit(size + 1)
    found = page_of(session.execute(query).all(), size=size, cursor=cursor, keys=lambda row: (row.id,))
    return Page(_filled(session, found.rows, chain), found.newer, found.older)


def _select(conference_id: int) -> Any:
    from_here = sa.and_(
        Decision.proposal_id == Proposal.id,
        Decision.conference_id == Proposal.conference_id,
        Decision.state == DecisionState.PUBLISHED,
    )
    return (
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.cluster_id, Proposal.supports_people,
            Proposal.supports_organisations, Proposal.outcome, Proposal.merged_into_id,
            Decision.reason, Decision.text_id.label("answer_id"), Decision.forwarded_to,
            CLOSED_BECAUSE.c.reason.label("closed"),
        )
        .outerjoin(Decision, from_here)
        .outerjoin(
            CLOSED_BECAUSE,
            sa.and_(
                CLOSED_BECAUSE.c.proposal_id == Proposal.id, CLOSED_BECAUSE.c.conference_id == Proposal.conference_id
            ),
        )
        .where(Proposal.conference_id == conference_id, Proposal.state.in_(PUBLIC))
    )  # fmt: skip


CLOSED_BECAUSE = sa.table(
    "proposal_round",
    sa.column("proposal_id", sa.Integer),
    sa.column("conference_id", sa.Integer),
    sa.column("reason", sa.Text),
)


def _filled(session: Session, rows: Sequence[Any], chain: Sequence[str]) -> Sequence[Outline]:
    origins = session.execute(
        sa.select(
            Origin.proposal_id, Origin.takes, Origin.part, Measure.id, Measure.number, Measure.text_id,
            Measure.category, Measure.state,
        )
        .join(Measure, Measure.id == Origin.measure_id)
        .where(Origin.proposal_id.in_([row.id for row in rows]))
        .order_by(Origin.id)
    ).all()  # fmt: skip
    texts = shown(
        session,
        [*(row.text_id for row in rows), *(row.answer_id for row in rows), *(row.text_id for row in origins)],
        chain,
    )
    sheets: dict[int, list[Sheet]] = {}
    for row in origins:
        sheet = Sheet(row.id, row.number, texts[row.text_id], row.category, row.state, row.takes, row.part)
        sheets.setdefault(row.proposal_id, []).append(sheet)
    return [_outline(row, texts, sheets.get(row.id, [])) for row in rows]


def _outline(row: Any, texts: Mapping[int, Shown], sheets: Sequence[Sheet]) -> Outline:
    return Outline(
        proposal_id=row.id,
        title=texts[row.text_id],
        cluster_id=row.cluster_id,
        supports=Tally(row.supports_people, row.supports_organisations),
        outcome=row.outcome,
        reason=row.reason,
        text=texts.get(row.answer_id or 0),
        forwarded_to=row.forwarded_to or "",
        merged_into_id=row.merged_into_id,
        closed_because=row.closed or "" if row.outcome is None else "",
        measures=sheets,
    )
