"""What is still open when the next conference is made, and the proof that nothing was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.journal.models import JournalEntry
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import Round, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.reports.domain import OPEN, WITH_AUTHOR
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.domain import Tally

FOLLOWED = "conference.followed"
MOVED = (Round.CARRIED, Round.CLOSED, Round.MERGED)


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open proposal on the screen of the next conference. ``prepared``: a decision is being drafted for it."""

    id: int
    title: Shown
    state: State
    answer_by: date | None
    supports: Tally
    comments: int
    prepared: bool


def open_rows(session: Session, conference_id: int, chain: Sequence[str], limit: int) -> Sequence[OpenRow]:
    """The first ``limit`` open proposals of a conference, the most supported first. Two statements."""
    rows = session.execute(
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.state, Proposal.answer_by, Proposal.supports_people,
            Proposal.supports_organisations, Proposal.comments, Decision.id.label("decision_id"),
        )
        .outerjoin(
            Decision, sa.and_(Decision.proposal_id == Proposal.id, Decision.conference_id == Proposal.conference_id)
        )
        .where(still_open(conference_id))
        .order_by(Proposal.supports_people.desc(), Proposal.id)
        .limit(limit)
    ).all()  # fmt: skip
    texts = shown(session, [row.text_id for row in rows], chain)
    return [
        OpenRow(
            row.id, texts[row.text_id], row.state, row.answer_by,
            Tally(row.supports_people, row.supports_organisations), row.comments, row.decision_id is not None,
        )
        for row in rows
    ]  # fmt: skip


def still_open(conference_id: int) -> sa.ColumnElement[bool]:
    """Proposals that wait for the city, without those whose checked decision only waits for its publication."""
    ready = aliased(Decision)
    answered = sa.exists().where(
        ready.proposal_id == Proposal.id, ready.conference_id == conference_id, ready.state == DecisionState.CHECKED
    )
    return sa.and_(Proposal.conference_id == conference_id, Proposal.state.in_(OPEN), sa.not_(answered))


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """``open``: proposals that need a choice; ``with_author``: drafts and returned ones, which move along unseen;
    ``checked``: open ones that stay, because their decision is checked and only waits for its publication.
    """

    open: int
    with_author: int
    checked: int


def open_counts(session: Session, conference_id: int) -> OpenCounts:
    """One statement."""
    open_ = still_open(conference_id)
    row = session.execute(
        sa.select(
            sa.func.count().filter(open_),
            sa.func.count().filter(Proposal.state.in_(WITH_AUTHOR)),
            sa.func.count().filter(Proposal.state.in_(OPEN), sa.not_(open_)),
        ).where(Proposal.conference_id == conference_id)
    ).one()
    return OpenCounts(row[0], row[1], row[2])


@dataclass(frozen=True, slots=True)
class Proof:
    """Counted when the next conference was made (``before``), and counted again now: carried, closed, merged.

    ``left`` are proposals that are open and still in the old conference: none, or something is wrong.
    ``unpublished`` is how many of the carried and closed ones were not public; they are counted and never named.
    """

    at: datetime
    next_id: int
    before: int
    carried: int
    closed: int
    merged: int
    unpublished: int
    left: int

    @property
    def holds(self) -> bool:
        return self.before == self.carried + self.closed + self.merged and self.left == 0


def followed_by(session: Session, conference_id: int) -> int | None:
    """The conference to which the open proposals of this one went on, or None as long as they did not."""
    entry = _followed(session, conference_id)
    return None if entry is None else int(entry.details["next_id"])


def _followed(session: Session, conference_id: int) -> JournalEntry | None:
    entry: JournalEntry | None = session.scalar(
        sa.select(JournalEntry).where(
            JournalEntry.subject_kind == "conference",
            JournalEntry.subject_id == conference_id,
            JournalEntry.act == FOLLOWED,
        )
    )
    return entry


def proof(session: Session, conference_id: int) -> Proof | None:
    """The proof for a conference whose open proposals went on to another, else None. Three statements."""
    entry = _followed(session, conference_id)
    if entry is None:
        return None
    rows = session.execute(
        sa.select(ProposalRound.result, sa.func.count(), sa.func.count().filter(sa.not_(_was_public())))
        .join(Proposal, Proposal.id == ProposalRound.proposal_id)
        .where(ProposalRound.conference_id == conference_id, ProposalRound.ended_at == entry.at)
        .group_by(ProposalRound.result)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    return Proof(
        at=entry.at,
        next_id=entry.details["next_id"],
        before=entry.details["open"],
        carried=counts.get(Round.CARRIED, 0),
        closed=counts.get(Round.CLOSED, 0),
        merged=counts.get(Round.MERGED, 0),
        unpublished=sum(row[2] for row in rows),
        left=open_counts(session, conference_id).open,
    )


def _was_public() -> sa.ColumnElement[bool]:
    return sa.and_(Proposal.published_at.is_not(None), Proposal.published_at <= ProposalRound.ended_at)


@dataclass(frozen=True, slots=True)
class Moved:
    """A public proposal on the proof page, with what became of it."""

    proposal_id: int
    title: Shown
    result: Round
    reason: str
    merged_into_id: int | None
    supports: Tally


def moved(
    session: Session, conference_id: int, at: datetime, chain: Sequence[str], cursor: Cursor | None, size: int
) -> Page[Moved]:
    """The public proposals that moved when the next conference was made, by number. Two statements."""
    query = (
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.merged_into_id, ProposalRound.result, ProposalRound.reason,
            ProposalRound.supports_people, ProposalRound.supports_organisations,
        )
        .join(ProposalRound, ProposalRound.proposal_id == Proposal.id)
        .where(
            ProposalRound.conference_id == conference_id, ProposalRound.ended_at == at,
            ProposalRound.result.in_(MOVED), _was_public(),
        )
    )  # fmt: skip
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Proposal.id < cursor.keys[0] if back else Proposal.id > cursor.keys[0])
    query = query.order_by(Proposal.id.desc() if back else Proposal.id).limit(size + 1)
    found: Page[Any] = page_of(session.execute(query).all(), size=size, cursor=cursor, keys=lambda row: (row.id,))
    texts = shown(session, [row.text_id for row in found.rows], chain)
    rows = [
        Moved(
            row.id, texts[row.text_id], row.result, row.reason, row.merged_into_id,
            Tally(row.supports_people, row.supports_organisations),
        )
        for row in found.rows
    ]  # fmt: skip
    return Page(rows, found.newer, found.older)
