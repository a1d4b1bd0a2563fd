"""Reading ballots: what is put to the vote, and what could be. What an open ballot asks is read once per process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.conferences.models import Conference, ConferenceCluster
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.topics.models import Cluster
from bihaelt.votes.domain.ballots import PUBLIC_STATES, BallotState, Channel, Method
from bihaelt.votes.domain.choices import Sheet
from bihaelt.votes.domain.electorates import CodeUse
from bihaelt.votes.models import Ballot, CodeBatch, Count, Option, Question, Verification, VotingCode


@dataclass(frozen=True, slots=True)
class OptionFacts:
    """``text_id`` is the proposal's text, for its title in the reader's language."""

    id: int
    key: str
    proposal_id: int
    text_id: int
    cost_eur: int


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """``text_id`` is the cluster's text; ``sheet`` is what a paper of this question allows. Money in whole euros."""

    id: int
    key: str
    cluster_id: int
    text_id: int
    budget_eur: int
    carried_eur: int
    options: tuple[OptionFacts, ...]
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """A proposal that may be put to the vote; ``cost_eur`` 0: nobody has given a cost yet."""

    proposal_id: int
    cost_eur: int


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A cluster's budget in whole euros, with the carried money in it, and what may be chosen."""

    cluster_id: int
    budget_eur: int
    carried_eur: int = 0
    options: tuple[OptionPlan, ...] = field(default=())


def ballot(session: Session, ballot_id: int) -> Ballot | None:
    """A ballot with its conference, in any state. One statement."""
    return session.scalar(sa.select(Ballot).where(Ballot.id == ballot_id).options(joinedload(Ballot.conference)))


def ballot_of(session: Session, conference_id: int) -> Ballot | None:
    """The newest ballot of a conference that everybody may see, cancelled ones last. One statement."""
    return session.scalar(
        sa.select(Ballot)
        .where(Ballot.conference_id == conference_id, Ballot.state.in_(PUBLIC_STATES))
        .order_by((Ballot.state == BallotState.CANCELLED), Ballot.id.desc())
        .limit(1)
    )


def ballots(session: Session, *states: BallotState) -> Sequence[Ballot]:
    """The ballots in these states (all without any), the newest first, with their conferences. One statement."""
    query = sa.select(Ballot).options(joinedload(Ballot.conference)).order_by(Ballot.id.desc())
    return session.scalars(query.where(Ballot.state.in_(states)) if states else query).all()


def questions(session: Session, found: Ballot) -> tuple[QuestionFacts, ...]:
    """The questions of a ballot with their options, in order. One statement; none for an open ballot that is known."""
    if found.state is BallotState.DRAFT:
        return _read(session, found.id, found.method, found.max_choices, found.max_points)
    key = (found.id, found.configuration_sha256)
    known = KNOWN.get(key)
    if known is None:
        known = _read(session, found.id, found.method, found.max_choices, found.max_points)
        if len(KNOWN) >= MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = known
    return known


# The questions of opened ballots, by the hash of their configuration: it cannot change, so neither can they.
KNOWN: dict[tuple[int, str], tuple[QuestionFacts, ...]] = {}
MOST_KNOWN = 50


def _read(
    session: Session, ballot_id: int, method: Method, max_choices: int, max_points: int
) -> tuple[QuestionFacts, ...]:
    options: dict[int, list[OptionFacts]] = {}
    asked: dict[int, Any] = {}
    rows = session.execute(
        sa.select(Question, Cluster.text_id.label("cluster_text_id"), Option, Proposal.text_id)
        .join(Cluster, Cluster.id == Question.cluster_id)
        .outerjoin(Option, Option.question_id == Question.id)
        .outerjoin(Proposal, Proposal.id == Option.proposal_id)
        .where(Question.ballot_id == ballot_id)
        .order_by(Question.position, Question.id, Option.position, Option.id)
    )
    for row in rows:
        asked[row.Question.id] = row
        choices = options.setdefault(row.Question.id, [])
        if row.Option is not None:
            option = row.Option
            choices.append(OptionFacts(option.id, option.key, option.proposal_id, row.text_id, option.cost_eur))
    return tuple(
        QuestionFacts(
            id=question_id,
            key=row.Question.key,
            cluster_id=row.Question.cluster_id,
            text_id=row.cluster_text_id,
            budget_eur=row.Question.budget_eur,
            carried_eur=row.Question.carried_eur,
            options=tuple(options[question_id]),
            sheet=Sheet(
                row.Question.key,
                method,
                frozenset(option.key for option in options[question_id]),
                max_choices,
                max_points,
            ),
        )
        for question_id, row in asked.items()
    )


def proposed_questions(session: Session, conference: Conference, budgets: Mapping[int, int]) -> Sequence[QuestionPlan]:
    """What a ballot of this conference would ask: its clusters, with the published proposals of each and their costs.

    ``budgets``: whole euros by cluster, from the action plan; what the predecessor's certified ballot left over comes
    on top. Costs are the authors' guesses, rounded up to whole euros; 0 where there is none. Three statements.
    """
    clusters = session.execute(
        sa.select(Cluster.id)
        .join(ConferenceCluster, ConferenceCluster.cluster_id == Cluster.id)
        .where(ConferenceCluster.conference_id == conference.id)
        .order_by(Cluster.position, Cluster.id)
    ).scalars()
    ripe: dict[int, list[OptionPlan]] = {}
    for row in session.execute(
        sa.select(Proposal.id, Proposal.cluster_id, Proposal.cost_cents)
        .where(Proposal.conference_id == conference.id, Proposal.state == State.PUBLISHED)
        .order_by(Proposal.published_at, Proposal.id)
    ):
        ripe.setdefault(row.cluster_id, []).append(OptionPlan(row.id, -(-(row.cost_cents or 0) // 100)))
    carried = left_over(session, conference.predecessor_id)
    return [
        QuestionPlan(
            cluster_id=cluster_id,
            budget_eur=budgets.get(cluster_id, 0) + carried.get(cluster_id, 0),
            carried_eur=carried.get(cluster_id, 0),
            options=tuple(ripe.get(cluster_id, ())),
        )
        for cluster_id in clusters
    ]


def text_ids(session: Session, proposal_ids: Sequence[int]) -> Mapping[int, int]:
    """The texts of proposals by the proposal's number. One statement."""
    rows = session.execute(sa.select(Proposal.id, Proposal.text_id).where(Proposal.id.in_(proposal_ids)))
    return {row.id: row.text_id for row in rows}


def left_over(session: Session, conference_id: int | None) -> Mapping[int, int]:
    """Whole euros that the certified ballot of a conference did not spend, by cluster. One statement."""
    if conference_id is None:
        return {}
    rows = session.execute(
        sa.select(Question.cluster_id, Count.left_eur)
        .join(Ballot, Ballot.id == Question.ballot_id)
        .join(Count, sa.and_(Count.question_id == Question.id, Count.run == Ballot.run))
        .where(Ballot.conference_id == conference_id, Ballot.state == BallotState.CERTIFIED)
    )
    return {row.cluster_id: row.left_eur for row in rows}


@dataclass(frozen=True, slots=True)
class Census:
    """How many are entitled to vote, each electorate for itself. There is no sum."""

    people: int
    organisations: int


def census(session: Session, found: Ballot) -> Census:
    """Everyone whose right to vote in this ballot has been checked. Two statements.

    People: verified ones who are old enough, and letters with a code (each to one person) that did not verify one of
    them. Organisations: verified ones.
    """
    verified = sa.select(sa.func.count()).where(
        sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == found.id),
        Verification.revoked_at.is_(None),
        Verification.age_met >= found.min_age,
    )
    letters = (
        sa.select(sa.func.count())
        .select_from(VotingCode)
        .join(CodeBatch, CodeBatch.id == VotingCode.batch_id)
        .where(
            VotingCode.ballot_id == found.id,
            CodeBatch.channel == Channel.CODE,
            VotingCode.voided_at.is_(None),
            sa.or_(VotingCode.used_as.is_(None), VotingCode.used_as != CodeUse.ACCOUNT),
        )
    )
    people = session.execute(sa.select(verified.scalar_subquery(), letters.scalar_subquery())).one()
    organisations = session.scalar(sa.select(sa.func.count()).where(Organisation.state == OrganisationState.VERIFIED))
    return Census(people[0] + people[1], organisations or 0)


def due_to_close(session: Session, now: datetime) -> Sequence[int]:
    """Open ballots whose time is over and which had no paper sheets: those are closed by hand, when all are typed in."""
    with_sheets = sa.select(CodeBatch.ballot_id).where(CodeBatch.on_sheets)
    return session.scalars(
        sa.select(Ballot.id)
        .where(Ballot.state == BallotState.OPEN, Ballot.closes_at <= now, Ballot.id.not_in(with_sheets))
        .order_by(Ballot.id)
    ).all()


def open_ids(session: Session) -> Sequence[int]:
    """The ballots that are open, for the jobs."""
    return session.scalars(sa.select(Ballot.id).where(Ballot.state == BallotState.OPEN).order_by(Ballot.id)).all()
