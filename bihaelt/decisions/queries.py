"""Reading decisions: for the desk before they are published, for everybody afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from bihaelt.conferences.models import Conference
from bihaelt.decisions.domain import DecisionState, Ranked, Reason
from bihaelt.decisions.models import Decision
from bihaelt.organisations.models import RegularService
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import PUBLIC, Outcome, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.queries.results import won_in

TARGETS = 300
WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class Service:
    """A regular service that exists already, and how to reach it."""

    name: str
    contact: str
    link: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The published answer to a proposal; ``merged_into`` is the other proposal's title with ``merged_into_id``."""

    decision_id: int
    proposal_id: int
    conference_id: int
    outcome: Outcome
    reason: Reason
    text: Shown
    body: str
    decided_on: date
    paper: str
    forwarded_to: str
    service: Service | None
    merged_into_id: int | None
    merged_into: Shown | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A published decision in the list of its conference, with the supports of that round."""

    decision_id: int
    proposal_id: int
    title: Shown
    outcome: Outcome
    reason: Reason
    text: Shown
    people: int
    organisations: int


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A proposal that waits for its decision; the decision's fields are None while there is none."""

    proposal_id: int
    title: Shown
    cluster_id: int | None
    people: int
    organisations: int
    decision_id: int | None
    state: DecisionState | None
    outcome: Outcome | None
    reason: Reason | None


def decision(session: Session, decision_id: int) -> Decision | None:
    """A decision with its proposal, published or not. One statement."""
    return session.scalar(sa.select(Decision).options(joinedload(Decision.proposal)).where(Decision.id == decision_id))


def decision_on(session: Session, proposal: Proposal) -> Decision | None:
    """The decision on a proposal in its present conference, published or not. One statement."""
    return session.scalar(
        sa.select(Decision).where(Decision.proposal_id == proposal.id, Decision.conference_id == proposal.conference_id)
    )


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    """A public proposal with its conference. One statement."""
    return session.scalar(
        sa.select(Proposal)
        .options(joinedload(Proposal.conference))
        .where(Proposal.id == proposal_id, Proposal.state.in_(PUBLIC))
    )


def titles(session: Session, proposal_ids: Iterable[int], chain: Sequence[str]) -> Mapping[int, Shown]:
    """The titles of those proposals that are public. Two statements, none without ids."""
    wanted = set(proposal_ids)
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(Proposal.id, Proposal.text_id).where(Proposal.id.in_(wanted), Proposal.state.in_(PUBLIC))
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return {row.id: words[row.text_id] for row in rows}


TARGET = aliased(Proposal)
ANSWER = (
    sa.select(Decision, RegularService, TARGET.text_id)
    .outerjoin(RegularService, RegularService.id == Decision.service_id)
    .outerjoin(TARGET, TARGET.id == Decision.merged_into_id)
    .where(Decision.proposal_id == sa.bindparam("proposal"), Decision.state == DecisionState.PUBLISHED)
    .order_by(Decision.published_at.desc(), Decision.id.desc())
    .limit(1)
)  # built once: putting a statement together costs as much as to run it


def answer_to(session: Session, proposal_id: int, chain: Sequence[str]) -> Answer | None:
    """The latest published answer to a proposal, or None. Two statements."""
    found = session.execute(ANSWER, {"proposal": proposal_id}).first()
    if found is None:
        return None
    row, service, target_text = found
    assert row.published_at is not None, "a published decision has its moment"
    words = shown(session, [row.text_id, target_text], chain)
    return Answer(
        decision_id=row.id,
        proposal_id=proposal_id,
        conference_id=row.conference_id,
        outcome=row.outcome,
        reason=row.reason,
        text=words[row.text_id],
        body=row.body,
        decided_on=row.decided_on,
        paper=row.paper,
        forwarded_to=row.forwarded_to,
        service=Service(service.name, service.contact, service.link) if service else None,
        merged_into_id=row.merged_into_id,
        merged_into=words.get(target_text) if target_text else None,
        published_at=row.published_at,
    )


def published(
    session: Session,
    conference_id: int,
    chain: Sequence[str],
    *,
    outcome: Outcome | None = None,
    cursor: Cursor | None = None,
    size: int = 20,
) -> Page[DecisionRow]:
    """The published decisions of a conference. Two statements."""
    query = (
        sa.select(
            Decision.id, Decision.proposal_id, Decision.outcome, Decision.reason, Decision.text_id,
            Proposal.text_id.label("title_id"), ProposalRound.supports_people, ProposalRound.supports_organisations,
        )
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .join(
            ProposalRound,
            sa.and_(
                ProposalRound.proposal_id == Decision.proposal_id,
                ProposalRound.conference_id == Decision.conference_id,
            ),
        )
        .where(Decision.conference_id == conference_id, Decision.state == DecisionState.PUBLISHED)
    )  # fmt: skip
    if outcome is not None:
        query = query.where(Decision.outcome == outcome)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Decision.id < cursor.keys[0] if back else Decision.id > cursor.keys[0])
    found = session.execute(query.order_by(Decision.id.desc() if back else Decision.id).limit(size + 1)).all()
    words = shown(session, [text_id for row in found for text_id in (row.text_id, row.title_id)], chain)
    rows = [
        DecisionRow(
            row.id, row.proposal_id, words[row.title_id], row.outcome, row.reason, words[row.text_id],
            row.supports_people, row.supports_organisations,
        )
        for row in found
    ]  # fmt: skip
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.decision_id,))


def outcomes(session: Session, conference_id: int) -> Mapping[Outcome, int]:
    """How many proposals of a conference had which answer, once published. One statement."""
    rows = session.execute(
        sa.select(Decision.outcome, sa.func.count())
        .where(Decision.conference_id == conference_id, Decision.state == DecisionState.PUBLISHED)
        .group_by(Decision.outcome)
    )
    found: dict[Outcome, int] = {row[0]: row[1] for row in rows}
    return {outcome: found[outcome] for outcome in Outcome if outcome in found}


def ranking(session: Session, conference_id: int) -> Sequence[Ranked]:
    """All proposals of a conference in the order of their numbers, with supports, the vote, and answers so far.

    Three statements, two where there was no vote.
    """
    won = won_in(session, conference_id)
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.cluster_id, Proposal.supports_people, Proposal.supports_organisations,
            Decision.outcome,
        )
        .outerjoin(Decision, _of_this_round())
        .where(Proposal.conference_id == conference_id, Proposal.state.in_((State.PUBLISHED, State.DECIDED)))
        .order_by(Proposal.id)
    )  # fmt: skip
    return [Ranked(*row, won.get(row[0])) for row in rows]


def desk(
    session: Session,
    conference_id: int,
    chain: Sequence[str],
    *,
    cluster_id: int | None = None,
    state: str | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[DeskRow]:
    """The proposals of a conference that wait for their decision, the most supported by people first.

    ``state`` is a DecisionState's value, or "without" for those that have no answer yet. Two statements.
    """
    query: Any = (
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.cluster_id, Proposal.supports_people,
            Proposal.supports_organisations, Decision.id, Decision.state, Decision.outcome, Decision.reason,
        )
        .outerjoin(Decision, _of_this_round())
        .where(Proposal.conference_id == conference_id, Proposal.state == State.PUBLISHED)
    )  # fmt: skip
    if cluster_id is not None:
        query = query.where(Proposal.cluster_id == cluster_id)
    if state == WITHOUT:
        query = query.where(Decision.id.is_(None))
    elif state is not None:
        query = query.where(Decision.state == DecisionState(state))
    found = session.execute(_by_supports(query, cursor).limit(size + 1)).all()
    words = shown(session, [row[1] for row in found], chain)
    rows = [DeskRow(row[0], words[row[1]], *row[2:]) for row in found]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.people, row.proposal_id))


def _of_this_round() -> sa.ColumnElement[bool]:
    return sa.and_(Decision.proposal_id == Proposal.id, Decision.conference_id == Proposal.conference_id)


def _by_supports(query: sa.Select[Any], cursor: Cursor | None) -> sa.Select[Any]:
    people, number = Proposal.supports_people, Proposal.id
    back = cursor is not None and cursor.back
    if cursor is not None:
        most, last = cursor.keys
        after = sa.or_(people < most, sa.and_(people == most, number > last))
        before = sa.or_(people > most, sa.and_(people == most, number < last))
        query = query.where(before if back else after)
    return query.order_by(people, number.desc()) if back else query.order_by(people.desc(), number)


def unready(session: Session, conference_id: int) -> Mapping[str, int]:
    """What still hinders publishing: how many published proposals have no decision, or one not yet checked.

    One statement: {"without": n, "prepared": n, "checked": n}.
    """
    rows = session.execute(
        sa.select(Decision.state, sa.func.count())
        .select_from(Proposal)
        .outerjoin(Decision, _of_this_round())
        .where(Proposal.conference_id == conference_id, Proposal.state == State.PUBLISHED)
        .group_by(Decision.state)
    )
    found: dict[DecisionState | None, int] = {row[0]: row[1] for row in rows}
    return {
        "without": found.get(None, 0),
        "prepared": found.get(DecisionState.PREPARED, 0),
        "checked": found.get(DecisionState.CHECKED, 0),
    }


def merge_targets(session: Session, proposal: Proposal, chain: Sequence[str]) -> Sequence[tuple[int, Shown]]:
    """Proposals of the same conference that this one may be merged into, those of its cluster first. Two statements.

    At most 300; any other one is named by its number.
    """
    rows = session.execute(
        sa.select(Proposal.id, Proposal.text_id)
        .where(
            Proposal.conference_id == proposal.conference_id,
            Proposal.state == State.PUBLISHED,
            Proposal.id != proposal.id,
        )
        .order_by((Proposal.cluster_id == proposal.cluster_id).desc(), Proposal.id)
        .limit(TARGETS)
    ).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return [(row.id, words[row.text_id]) for row in rows]


def is_target(session: Session, proposal: Proposal) -> bool:
    """Whether a decision of this round merges another proposal into this one. One statement."""
    return bool(
        session.scalar(
            sa.select(sa.literal(True))
            .where(Decision.merged_into_id == proposal.id, Decision.conference_id == proposal.conference_id)
            .limit(1)
        )
    )


def services(session: Session) -> Sequence[tuple[int, str]]:
    """The regular services that run. One statement."""
    rows = session.execute(
        sa.select(RegularService.id, RegularService.name)
        .where(RegularService.ended_on.is_(None))
        .order_by(RegularService.name)
    )
    return [(row.id, row.name) for row in rows]


def desk_count(session: Session, now: datetime) -> int:
    """How many proposals wait for a decision because the vote of their conference is over. One statement."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(Proposal)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(Proposal.state == State.PUBLISHED, Conference.opened_at.is_not(None), Conference.vote_closes <= now)
    )
    return session.scalars(waiting).one()
