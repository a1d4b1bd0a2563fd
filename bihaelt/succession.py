"""The next conference, made from the last one in one act (R48): no open proposal is left out.

It reaches across the story, from the conference to the decisions, and therefore stands above it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.conferences.domain import Access, Days, days_of, shifted
from bihaelt.conferences.models import AgendaItem, Conference
from bihaelt.conferences.operations import Facts, create_from
from bihaelt.conferences.queries import cluster_ids, next_in_series
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.journal.domain import As, Detail, Voice, name_acts, name_details
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import TRANSITIONS, Outcome, ReturnReason, Round, State
from bihaelt.proposals.models import CoAuthor, Proposal, ProposalRound
from bihaelt.reports.domain import WITH_AUTHOR, Choice, Chosen, Plan, choices_for
from bihaelt.reports.queries.succession import FOLLOWED, followed_by, still_open
from bihaelt.states import step
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import write
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError
from bihaelt.votes.models import Support
from bihaelt.workdays import day_of

name_acts(
    {
        "proposal.carried": N_("Carried to the next conference"),
        "proposal.closed": N_("Proposal closed"),
        "proposal.merged": N_("Merged with another proposal"),
    }
)
name_details(
    {
        "open": Detail(N_("Open before"), As.NUMBER),
        "carried": Detail(N_("Carried to the next conference"), As.NUMBER),
        "closed": Detail(N_("Closed"), As.NUMBER),
        "merged": Detail(N_("Merged with another proposal"), As.NUMBER),
    }
)


class Unfit(DomainError):
    """A choice does not fit its proposal; ``proposal_id`` says which."""

    def __init__(self, proposal_id: int, reason: str, **values: object) -> None:
        super().__init__(reason, field=f"proposal-{proposal_id}", **values)
        self.proposal_id = proposal_id


def suggested(conference: Conference, zone: ZoneInfo, now: datetime) -> tuple[Days, date]:
    """The next calendar: shifted by the rhythm of the series, as often as it takes for the call to lie ahead."""
    days, held_on = days_of(conference, zone), conference.held_on
    rhythm = max(1, conference.series.rhythm_months)
    months = rhythm
    while shifted(days, held_on, months)[0].call_closes <= day_of(now, zone):
        months += rhythm
    return shifted(days, held_on, months)


def follow(
    session: Session, *, conference: Conference, plan: Plan, zone: ZoneInfo, by: Voice, now: datetime
) -> Conference:
    """Make the next conference and move, close or merge every open proposal of this one.

    Where the series already has a later conference whose call is not over, the proposals go on to that one.
    A second call gives the conference of the first one. Raises Unfit for a choice that does not fit its proposal;
    then nothing has happened.
    """
    session.refresh(conference, with_for_update=True)
    known = followed_by(session, conference.id)
    if known is not None:
        return session.get_one(Conference, known)
    waiting = session.scalars(sa.select(Proposal).where(still_open(conference.id)).order_by(Proposal.id)).all()
    fates = checked(waiting, plan, day_of(now, zone))
    following = next_in_series(session, conference, now) or _copy(session, conference, zone, by, now)
    moves = _Moves(session, conference, following, plan, by, now)
    for proposal in waiting:
        moves.apply(proposal, fates[proposal.id])
    moves.take_drafts_along()
    counts = moves.counts
    record(
        session, act=FOLLOWED, subject=conference, by=by, now=now, open=len(waiting), carried=counts[Choice.CARRY],
        closed=counts[Choice.CLOSE], merged=counts[Choice.MERGE], next_id=following.id,
    )  # fmt: skip
    session.flush()
    moves.write_letters()
    session.flush()
    return following


def checked(proposals: Sequence[Proposal], plan: Plan, today: date) -> Mapping[int, Chosen]:
    """The choice for every proposal, each of them possible; raises Unfit at the first that is not.

    Where only the default speaks and does not fit (it was not checked yet), the proposal is carried.
    """
    fates: dict[int, Chosen] = {}
    for proposal in proposals:
        possible = choices_for(proposal.state, proposal.answer_by, today)
        own = plan.chosen.get(proposal.id)
        fate = own or (plan.default if plan.default.choice in possible else Chosen(Choice.CARRY))
        if fate.choice not in possible:
            raise Unfit(proposal.id, N_("This proposal has not been checked yet: it can only be carried."))
        if fate.choice is not Choice.CARRY and not fate.reason.strip():
            raise Unfit(proposal.id, N_("Give a reason. The author will read it."))
        fates[proposal.id] = fate
    public = {proposal.id for proposal in proposals if proposal.state is State.PUBLISHED}
    for number, fate in fates.items():
        if fate.choice is not Choice.MERGE:
            continue
        target = fates.get(fate.target_id or 0)
        if fate.target_id == number or fate.target_id not in public or target is None:
            raise Unfit(number, N_("Choose another published proposal of this list to merge it with."))
        if target.choice is not Choice.CARRY:
            raise Unfit(number, N_("The proposal to merge it with must itself be carried to the next conference."))
    return fates


def _copy(session: Session, old: Conference, zone: ZoneInfo, by: Voice, now: datetime) -> Conference:
    days, held_on = suggested(old, zone, now)
    facts = Facts(
        held_on=held_on, moments=days.moments(zone), place=old.place, capacity=old.capacity,
        access=Access.read(old.access), clusters=cluster_ids(session, old.id),
    )  # fmt: skip
    items = session.scalars(
        sa.select(AgendaItem).where(AgendaItem.conference_id == old.id).order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    copies = _copy_texts(session, [old.text_id, *(item.text_id for item in items)], by, now)
    made = create_from(
        session, series=old.series, text=copies[old.text_id], facts=facts, by=by, now=now, predecessor=old
    )
    for position, item in enumerate(items, start=1):
        session.add(
            AgendaItem(
                conference_id=made.id, position=position, minutes=item.minutes, kind=item.kind,
                text_id=copies[item.text_id].id,
            )
        )  # fmt: skip
    session.flush()
    return made


def _copy_texts(session: Session, text_ids: Iterable[int], by: Voice, now: datetime) -> Mapping[int, Text]:
    """The texts anew, in every language that they have; a translation that was out of date stays so."""
    wanted = list(text_ids)
    versions = session.scalars(
        sa.select(TextVersion).where(TextVersion.text_id.in_(wanted), TextVersion.is_current).order_by(TextVersion.id)
    ).all()
    copies: dict[int, Text] = {}
    originals: dict[int, int] = {}
    sources: dict[int, int] = {}
    for old in versions:
        if old.status is Status.ORIGINAL:
            words = Words(old.title, old.body, old.extra)
            copies[old.text_id] = write(session, language=old.language, words=words, now=now, author_id=by.actor_id)
            sources[old.text_id] = old.id
    new = session.scalars(sa.select(TextVersion).where(TextVersion.text_id.in_([text.id for text in copies.values()])))
    originals = {version.text_id: version.id for version in new}
    for old in versions:
        if old.status is Status.ORIGINAL or old.made_from_id != sources[old.text_id]:
            continue
        text = copies[old.text_id]
        session.add(
            TextVersion(
                text_id=text.id, language=old.language, number=1, title=old.title, body=old.body, extra=dict(old.extra),
                status=old.status, made_from_id=originals[text.id], author_id=old.author_id, reason="", is_current=True,
                created_at=now,
            )
        )  # fmt: skip
    session.flush()
    return copies


class _Moves:
    """The acts on the proposals, and the letters about them."""

    def __init__(
        self, session: Session, old: Conference, new: Conference, plan: Plan, by: Voice, now: datetime
    ) -> None:
        self.session, self.old, self.new, self.plan, self.by, self.now = session, old, new, plan, by, now
        self.rounds = {
            row.proposal_id: row
            for row in session.scalars(sa.select(ProposalRound).where(ProposalRound.conference_id == old.id))
        }
        self.drafts = {
            row.proposal_id: row
            for row in session.scalars(
                sa.select(Decision).where(Decision.conference_id == old.id, Decision.state == DecisionState.PREPARED)
            )
        }
        self.done: list[tuple[Proposal, Chosen]] = []

    @property
    def counts(self) -> Mapping[Choice, int]:
        return {choice: sum(fate.choice is choice for _, fate in self.done) for choice in Choice}

    def apply(self, proposal: Proposal, fate: Chosen) -> None:
        self._drop_draft(proposal)
        {Choice.CARRY: self._carry, Choice.CLOSE: self._close, Choice.MERGE: self._merge}[fate.choice](proposal, fate)
        self.done.append((proposal, fate))

    def _drop_draft(self, proposal: Proposal) -> None:
        """A decision that was only being prepared is void: the proposal gets another answer."""
        draft = self.drafts.get(proposal.id)
        if draft is None:
            return
        self.session.delete(draft)
        self.session.flush()
        self.session.delete(self.session.get_one(Text, draft.text_id))

    def _end_round(self, proposal: Proposal, result: Round, reason: str) -> None:
        passage = self.rounds.get(proposal.id)
        if passage is None:
            passage = ProposalRound(proposal_id=proposal.id, conference_id=self.old.id)
            self.session.add(passage)
        passage.result, passage.reason, passage.ended_at = result, reason, self.now
        passage.supports_people = proposal.supports_people
        passage.supports_organisations = proposal.supports_organisations

    def _carry(self, proposal: Proposal, fate: Chosen) -> None:
        """Same identity, history and comments; the supports stay with their conference."""
        self._end_round(proposal, Round.CARRIED, fate.reason)
        proposal.conference_id = self.new.id
        proposal.supports_people = proposal.supports_organisations = 0
        self.session.add(ProposalRound(proposal_id=proposal.id, conference_id=self.new.id, result=Round.OPEN))
        self._record("proposal.carried", proposal, fate)

    def _close(self, proposal: Proposal, fate: Chosen) -> None:
        public = proposal.state is State.PUBLISHED
        proposal.state = step(TRANSITIONS, proposal.state, State.CLOSED if public else State.RETURNED)
        if not public:
            proposal.return_reason = ReturnReason.UNANSWERED
            proposal.answer_by = None
        self._end_round(proposal, Round.CLOSED, fate.reason)
        self._record("proposal.closed", proposal, fate)

    def _merge(self, proposal: Proposal, fate: Chosen) -> None:
        """The original stays with its supports; its author is named at the other one."""
        proposal.state = step(TRANSITIONS, proposal.state, State.DECIDED)
        proposal.outcome, proposal.merged_into_id = Outcome.MERGED, fate.target_id
        self._end_round(proposal, Round.MERGED, fate.reason)
        text = write(self.session, language=self.plan.language, words=Words(body=fate.reason), now=self.now)
        self.session.add(
            Decision(
                proposal_id=proposal.id, conference_id=self.old.id, outcome=Outcome.MERGED, reason=Reason.DOUBLE,
                text_id=text.id, state=DecisionState.PUBLISHED, body=self.plan.body, decided_on=self.now.date(),
                merged_into_id=fate.target_id, prepared_by_id=self.by.actor_id, prepared_at=self.now,
                checked_at=self.now, published_at=self.now,
            )
        )  # fmt: skip
        self.session.add(
            CoAuthor(
                proposal_id=fate.target_id, from_proposal_id=proposal.id, account_id=proposal.author_id,
                organisation_id=proposal.organisation_id,
            )
        )  # fmt: skip
        self._record("proposal.merged", proposal, fate)

    def _record(self, act: str, proposal: Proposal, fate: Chosen) -> None:
        record(
            self.session, act=act, subject=proposal, by=self.by, now=self.now, reason=fate.reason,
            public=proposal.published_at is not None, conference=self.old.id, next_id=self.new.id,
            target_id=fate.target_id,
        )  # fmt: skip

    def take_drafts_along(self) -> None:
        """What is still with its author moves without a trace: it never took part in the old conference."""
        mine = sa.select(Proposal.id).where(
            Proposal.conference_id == self.old.id, Proposal.state.in_(sorted(WITH_AUTHOR))
        )
        ids = [number for number in self.session.scalars(mine) if number not in self._closed()]
        for model in (ProposalRound, Proposal):
            key = ProposalRound.proposal_id if model is ProposalRound else Proposal.id
            self.session.execute(
                sa.update(model)
                .where(key.in_(ids), model.conference_id == self.old.id)
                .values(conference_id=self.new.id)
            )

    def _closed(self) -> frozenset[int]:
        return frozenset(proposal.id for proposal, fate in self.done if fate.choice is Choice.CLOSE)

    def write_letters(self) -> None:
        """To every author; and to the supporters of a merged proposal, who are asked, for they are not moved."""
        letters: list[tuple[str, int, Proposal, Chosen]] = []
        kinds = {
            Choice.CARRY: "conference_carried",
            Choice.CLOSE: "conference_closed",
            Choice.MERGE: "conference_merged",
        }
        for proposal, fate in self.done:
            if proposal.author_id is not None:
                letters.append((kinds[fate.choice], proposal.author_id, proposal, fate))
        merged = {proposal.id: (proposal, fate) for proposal, fate in self.done if fate.choice is Choice.MERGE}
        asked = self.session.execute(
            sa.select(Support.proposal_id, Support.account_id).where(
                Support.proposal_id.in_(merged), Support.conference_id == self.old.id, Support.account_id.is_not(None)
            )
        )
        authors = {(proposal.id, proposal.author_id) for proposal, _ in self.done}
        for number, account_id in sorted({(row.proposal_id, row.account_id or 0) for row in asked}):
            if (number, account_id) not in authors:
                letters.append(("conference_merged_asked", account_id, *merged[number]))
        self._send(letters)

    def _send(self, letters: Sequence[tuple[str, int, Proposal, Chosen]]) -> None:
        readers = {
            account.id: account
            for account in self.session.scalars(
                sa.select(Account).where(
                    Account.id.in_({row[1] for row in letters}), Account.state == AccountState.ACTIVE
                )
            )
        }
        targets = {row[3].target_id for row in letters if row[3].target_id}
        of_targets = self.session.execute(sa.select(Proposal.id, Proposal.text_id).where(Proposal.id.in_(targets)))
        text_of = {row[2].id: row[2].text_id for row in letters} | {row.id: row.text_id for row in of_targets}
        titles = {
            language: shown(self.session, {*text_of.values(), self.new.text_id}, BY_BABEL.get(language, DEFAULT).chain)
            for language in sorted({reader.language for reader in readers.values()})
        }
        for kind, account_id, proposal, fate in letters:
            reader = readers.get(account_id)
            if reader is None or (kind == "conference_merged_asked" and not reader.letters):
                continue
            words = titles[reader.language]
            target = text_of.get(fate.target_id or 0)
            enqueue(
                self.session, kind=kind, email=reader.email, language=reader.language, account_id=reader.id,
                now=self.now, once_key=f"follow-{self.old.id}-{proposal.id}-{reader.id}", name=reader.display_name,
                proposal_id=proposal.id, title=words[text_of[proposal.id]].title, reason=fate.reason,
                conference_id=self.new.id, conference=words[self.new.text_id].title,
                held_on=self.new.held_on.isoformat(), public=proposal.published_at is not None,
                target_id=fate.target_id, target_title=words[target].title if target else "",
            )  # fmt: skip
