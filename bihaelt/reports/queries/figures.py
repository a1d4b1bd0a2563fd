"""Counting what a conference came to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import Conference
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.proposals.domain import PUBLIC, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.reports.domain import Cell, Figures, Speed, fate_of, figures_from, median
from bihaelt.texts.models import Text
from bihaelt.votes.domain import Tally


def figures(session: Session, conference_id: int) -> Figures:
    """The figures of a conference's report. Four statements, however many proposals there are."""
    return figures_from(
        cells(session, conference_id), _proposers(session, conference_id), _withdrawn(session, conference_id),
        _speed(session, conference_id),
    )  # fmt: skip


def cells(session: Session, conference_id: int) -> Sequence[Cell]:
    """The public proposals of a conference, grouped by all that is counted. One statement."""
    by_organisation = Proposal.organisation_id.is_not(None)
    here = Proposal.conference_id == conference_id
    groups = (
        by_organisation, Text.source_language, Proposal.cluster_id, Proposal.state, Proposal.outcome,
        ProposalRound.result, here,
    )  # fmt: skip
    query: Any = (
        sa.select(
            *(group.label(name) for group, name in zip(groups, NAMES, strict=True)),
            sa.func.count().label("proposals"),
            sa.func.sum(sa.case((here, Proposal.supports_people), else_=ProposalRound.supports_people)).label("people"),
            sa.func.sum(
                sa.case((here, Proposal.supports_organisations), else_=ProposalRound.supports_organisations)
            ).label("organisations"),
        )
        .join(Proposal, Proposal.id == ProposalRound.proposal_id)
        .join(Text, Text.id == Proposal.text_id)
        .where(_public_in(conference_id), sa.or_(Proposal.state.in_(PUBLIC), sa.not_(here)))
        .group_by(*groups)
    )
    rows = session.execute(query)
    return [
        Cell(
            row.by_organisation, row.language, row.cluster_id,
            fate_of(row.state, row.outcome, row.result, still_here=row.here),
            row.proposals, int(row.people), int(row.organisations),
        )
        for row in rows
    ]  # fmt: skip


NAMES = ("by_organisation", "language", "cluster_id", "state", "outcome", "result", "here")


def _public_in(conference_id: int) -> sa.ColumnElement[bool]:
    """Rounds in which a proposal was public (one that was published only later does not count here)."""
    return sa.and_(
        ProposalRound.conference_id == conference_id,
        Proposal.published_at.is_not(None),
        sa.or_(ProposalRound.ended_at.is_(None), Proposal.published_at <= ProposalRound.ended_at),
    )


def _proposers(session: Session, conference_id: int) -> Tally:
    people = sa.case((Proposal.organisation_id.is_(None), Proposal.author_id))
    row = session.execute(
        sa.select(sa.func.count(people.distinct()), sa.func.count(Proposal.organisation_id.distinct()))
        .join(ProposalRound, ProposalRound.proposal_id == Proposal.id)
        .where(_public_in(conference_id))
    ).one()
    return Tally(row[0], row[1])


def _withdrawn(session: Session, conference_id: int) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(ProposalRound)
            .join(Proposal, Proposal.id == ProposalRound.proposal_id)
            .where(
                _public_in(conference_id),
                Proposal.state == State.WITHDRAWN,
                Proposal.conference_id == conference_id,
            )
        )
        or 0
    )


def _speed(session: Session, conference_id: int) -> Speed:
    """Grouped by day, so that the answer stays small; days are those of the stored UTC moments."""
    submitted, published = sa.func.date(Proposal.submitted_at), sa.func.date(Decision.published_at)
    in_time = Decision.published_at < Conference.decision_by
    rows = session.execute(
        sa.select(submitted, published, in_time, sa.func.count())
        .select_from(Decision)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .join(Conference, Conference.id == Decision.conference_id)
        .where(Decision.conference_id == conference_id, Decision.state == DecisionState.PUBLISHED)
        .group_by(submitted, published, in_time)
    ).all()
    days = [((_day(end) - _day(start)).days, count) for start, end, _, count in rows]
    return Speed(sum(row[3] for row in rows), sum(row[3] for row in rows if row[2]), median(days))


def _day(value: date | str) -> date:
    """SQLite gives days as text, PostgreSQL as dates."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def cluster_counts(session: Session, conference_id: int) -> dict[int | None, int]:
    """How many public proposals a conference has in each cluster. One statement."""
    rows = session.execute(
        sa.select(Proposal.cluster_id, sa.func.count())
        .where(Proposal.conference_id == conference_id, Proposal.state.in_(PUBLIC))
        .group_by(Proposal.cluster_id)
    )
    return {row[0]: row[1] for row in rows}
