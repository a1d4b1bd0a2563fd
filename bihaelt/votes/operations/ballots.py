"""Preparing a ballot, opening it, and cancelling it. What it says is frozen by the opening."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.states import step
from bihaelt.texts.models import TextVersion
from bihaelt.topics.models import Cluster
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain import Electorate, Settings
from bihaelt.votes.domain.ballots import MOST_EUROS, TRANSITIONS, BallotState
from bihaelt.votes.domain.keys import BallotKeys, KeyRing
from bihaelt.votes.domain.protocol import leaves
from bihaelt.votes.domain.protocol.canonical import sha256
from bihaelt.votes.domain.protocol.configuration import Configuration, OptionEntry, QuestionEntry
from bihaelt.votes.domain.protocol.configuration import Witness as WitnessEntry
from bihaelt.votes.domain.protocol.notes import Key
from bihaelt.votes.models import Ballot, CodeBatch, Option, Question, Verification, Witness
from bihaelt.votes.operations.locks import lock_ballot
from bihaelt.votes.operations.log import append
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan

OPENED = N_("This ballot has been opened. It can only be cancelled, with a public reason.")


def set_up(
    session: Session, *, conference: Conference, settings: Settings, questions: Sequence[QuestionPlan], by: Voice,
    now: datetime, nonce: str | None = None,
) -> Ballot:  # fmt: skip
    """A draft of a conference's ballot. ``queries.proposed_questions`` gives what it could ask; ``nonce`` is the form's.

    Raises DomainError for settings, times or questions that do not fit, Conflict when there is a ballot already.
    """
    earlier = session.execute(sa.select(Ballot.state, Ballot.nonce).where(Ballot.conference_id == conference.id)).all()
    if nonce is not None and any(row.nonce == nonce for row in earlier):
        return session.scalars(sa.select(Ballot).where(Ballot.nonce == nonce)).one()
    if any(row.state is not BallotState.CANCELLED for row in earlier):
        raise Conflict(N_("This conference has a ballot already."))
    _check(session, conference, settings, questions)
    number = f"-{len(earlier) + 1}" if earlier else ""
    ballot = Ballot(
        key=f"conference-{conference.id}{number}", conference_id=conference.id, state=BallotState.DRAFT, created_at=now,
        nonce=nonce, **asdict(settings),
    )  # fmt: skip
    session.add(ballot)
    session.flush()
    _put(session, ballot, questions)
    record(session, act="ballot.drafted", subject=ballot, by=by, now=now, public=False, questions=len(questions))
    session.flush()
    return ballot


def change(
    session: Session, *, ballot: Ballot, settings: Settings, questions: Sequence[QuestionPlan], by: Voice, now: datetime
) -> None:
    """Write a draft anew. Raises DomainError as ``set_up``, Conflict once it was opened."""
    _still_draft(ballot)
    _check(session, ballot.conference, settings, questions)
    for name, value in asdict(settings).items():
        setattr(ballot, name, value)
    _remove_questions(session, ballot)
    _put(session, ballot, questions)
    record(session, act="ballot.changed", subject=ballot, by=by, now=now, public=False, questions=len(questions))
    session.flush()


def discard(session: Session, *, ballot: Ballot, by: Voice, now: datetime) -> None:
    """Throw a draft away. Raises Conflict once it was opened or codes were made."""
    _still_draft(ballot)
    if session.scalar(sa.select(CodeBatch.id).where(CodeBatch.ballot_id == ballot.id).limit(1)) is not None:
        raise Conflict(
            N_("Codes were made for this ballot. Open and cancel it, so that everybody learns why they are void.")
        )
    record(session, act="ballot.discarded", subject=ballot, by=by, now=now, public=False)
    _remove_questions(session, ballot)
    session.delete(ballot)
    session.flush()


def open_ballot(session: Session, *, ring: KeyRing, site: str, ballot: Ballot, by: Voice, now: datetime) -> None:
    """Freeze a draft and open it: keys are made, the electorates counted, and the log begins with the configuration's hash.

    ``site`` is the host of the public address; with the ballot's key it names the log. Raises DomainError for what is
    missing, Conflict when it is open already.
    """
    lock_ballot(session, ballot)
    _still_draft(ballot)
    asked = queries.questions(session, ballot)
    _ready(session, ballot, asked, now)
    with session.no_autoflush:  # the database takes an opening whole, or not at all
        keys = _freeze(session, ring, site, ballot, asked, now)
    session.flush()
    first = leaves.Configuration(ballot.configuration_sha256)
    append(session, ballot=ballot, entries=[first], signer=keys.signer, now=now)
    record(
        session, act="ballot.opened", subject=ballot, by=by, now=now, questions=len(asked),
        options=sum(len(question.options) for question in asked), verified_people=ballot.verified_people,
        verified_organisations=ballot.verified_organisations, configuration=ballot.configuration_sha256,
    )  # fmt: skip
    session.flush()


def _freeze(
    session: Session, ring: KeyRing, site: str, ballot: Ballot, asked: Sequence[queries.QuestionFacts], now: datetime
) -> BallotKeys:
    ballot.origin = f"{re.sub(r'[^A-Za-z0-9.:-]', '', site)}/{ballot.key}"
    keys = ring.make(ballot.key, ballot.origin)
    ballot.public_key, ballot.pepper_check = keys.public_key, keys.pepper_check
    counted = queries.census(session, ballot)
    ballot.verified_people, ballot.verified_organisations = counted.people, counted.organisations
    ballot.opened_at = now.replace(microsecond=0)
    configuration = _configuration(session, ballot, asked, keys.signer.key)
    ballot.configuration, ballot.configuration_sha256 = configuration.decode(), sha256(configuration)
    ballot.state = step(TRANSITIONS, ballot.state, BallotState.OPEN)
    return keys


def cancel(session: Session, *, ballot: Ballot, reason: str, by: Voice, now: datetime) -> None:
    """End an open, closed or counted ballot for good, with a public reason; everybody who could vote gets a letter.

    What was cast stays in the log and is never counted. Raises DomainError without a reason, Conflict for a draft (it
    is discarded instead) and a certified one.
    """
    if not reason.strip():
        raise DomainError(N_("Please give a reason. It is public."), field="reason")
    lock_ballot(session, ballot)
    ballot.state = step(TRANSITIONS, ballot.state, BallotState.CANCELLED)
    ballot.cancelled_at, ballot.cancel_reason = now, reason.strip()
    record(session, act="ballot.cancelled", subject=ballot, by=by, now=now, reason=ballot.cancel_reason)
    readers = session.execute(
        sa.select(Account.id, Account.email, Account.language, Account.display_name)
        .join(Verification, Verification.account_id == Account.id)
        .where(
            Account.state == AccountState.ACTIVE,
            Verification.revoked_at.is_(None),
            sa.or_(Verification.ballot_id.is_(None), Verification.ballot_id == ballot.id),
        )
    )
    for reader in readers:
        enqueue(
            session, kind="ballot_cancelled", email=reader.email, language=reader.language, account_id=reader.id, now=now,
            once_key=f"ballot-{ballot.id}-cancelled-{reader.id}", name=reader.display_name, reason=ballot.cancel_reason,
            conference_id=ballot.conference_id,
        )  # fmt: skip
    session.flush()


def _still_draft(ballot: Ballot) -> None:
    if ballot.state is not BallotState.DRAFT:
        raise Conflict(OPENED)


def _check(session: Session, conference: Conference, settings: Settings, questions: Sequence[QuestionPlan]) -> None:
    settings.check()
    if settings.opens_at < conference.vote_opens:
        raise DomainError(
            N_("The vote of this conference begins on %(moment)s."), field="opens_at", moment=conference.vote_opens
        )
    if settings.closes_at > conference.vote_closes:
        raise DomainError(
            N_("The vote of this conference ends on %(moment)s."), field="closes_at", moment=conference.vote_closes
        )
    clusters = [question.cluster_id for question in questions]
    if not clusters or len(set(clusters)) != len(clusters):
        raise DomainError(N_("A ballot asks at least one question, and one for each topic."))
    home = _homes(session, conference, questions)
    carried = queries.left_over(session, conference.predecessor_id)
    for question in questions:
        field = f"cluster-{question.cluster_id}"
        if not 0 < question.budget_eur <= MOST_EUROS:
            raise DomainError(N_("Enter the budget in whole euros."), field=field)
        if not 0 <= question.carried_eur <= min(question.budget_eur, carried.get(question.cluster_id, 0)):
            raise DomainError(N_("So much money was not carried over."), field=field)
        if len({option.proposal_id for option in question.options}) != len(question.options):
            raise DomainError(N_("A proposal is named twice."), field=field)
        for option in question.options:
            _check_option(option, question, home)


def _check_option(option: OptionPlan, question: QuestionPlan, home: Mapping[int, int | None]) -> None:
    field = f"cost-{option.proposal_id}"
    if home.get(option.proposal_id) != question.cluster_id:
        raise DomainError(
            N_("Only published proposals of this conference and topic can be put to the vote."), field=field
        )
    if option.cost_eur <= 0:
        raise DomainError(N_("Enter the cost in whole euros."), field=field)
    if option.cost_eur > question.budget_eur:
        raise DomainError(N_("This costs more than the whole budget of the topic."), field=field)


def _homes(session: Session, conference: Conference, questions: Sequence[QuestionPlan]) -> Mapping[int, int | None]:
    """The cluster of each proposal that may stand on the ballot."""
    wanted = [option.proposal_id for question in questions for option in question.options]
    rows = session.execute(
        sa.select(Proposal.id, Proposal.cluster_id).where(
            Proposal.id.in_(wanted), Proposal.conference_id == conference.id, Proposal.state == State.PUBLISHED
        )
    )
    return {row.id: row.cluster_id for row in rows}


def _put(session: Session, ballot: Ballot, questions: Sequence[QuestionPlan]) -> None:
    clusters = {question.cluster_id for question in questions}
    names = session.execute(sa.select(Cluster.id, Cluster.key).where(Cluster.id.in_(clusters)))
    keys = {row.id: question_key(row.key, row.id) for row in names}
    for position, plan in enumerate(questions, start=1):
        question = Question(
            ballot_id=ballot.id, cluster_id=plan.cluster_id, key=keys[plan.cluster_id], position=position,
            budget_eur=plan.budget_eur, carried_eur=plan.carried_eur,
        )  # fmt: skip
        session.add(question)
        session.flush()
        for place, option in enumerate(plan.options, start=1):
            session.add(
                Option(
                    question_id=question.id,
                    proposal_id=option.proposal_id,
                    key=f"p{option.proposal_id}",
                    position=place,
                    cost_eur=option.cost_eur,
                )
            )
    session.flush()


def question_key(cluster_key: str, cluster_id: int) -> str:
    """A cluster's key in the form that the log knows: small letters and digits with single hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", cluster_key.lower()).strip("-")
    return plain if plain == cluster_key else f"{plain[:28]}-{cluster_id}".strip("-")


def _remove_questions(session: Session, ballot: Ballot) -> None:
    mine = sa.select(Question.id).where(Question.ballot_id == ballot.id)
    session.execute(sa.delete(Option).where(Option.question_id.in_(mine)))
    session.execute(sa.delete(Question).where(Question.ballot_id == ballot.id))
    session.expire_all()


def _ready(session: Session, ballot: Ballot, asked: Sequence[queries.QuestionFacts], now: datetime) -> None:
    conference = ballot.conference
    if conference.opened_at is None or now < conference.vote_opens:
        raise DomainError(
            N_("The ballot can be opened from %(moment)s on, when the texts of the proposals stand still."),
            moment=conference.vote_opens,
        )
    if now >= ballot.closes_at:
        raise DomainError(N_("The end of the vote has passed already."), field="closes_at")
    if any(not question.options for question in asked):
        raise DomainError(N_("Each topic needs at least one proposal to vote on."))
    plans = [
        QuestionPlan(
            question.cluster_id, question.budget_eur, question.carried_eur,
            tuple(OptionPlan(option.proposal_id, option.cost_eur) for option in question.options),
        )
        for question in asked
    ]  # fmt: skip
    _check(session, conference, ballot.settings, plans)
    watching = session.scalar(sa.select(sa.func.count()).where(Witness.ended_at.is_(None))) or 0
    if ballot.quorum > watching:
        raise DomainError(N_("There are only %(number)s witnesses."), field="quorum", number=watching)


def _configuration(session: Session, ballot: Ballot, asked: Sequence[queries.QuestionFacts], log: Key) -> bytes:
    texts = [question.text_id for question in asked] + [option.text_id for each in asked for option in each.options]
    titles = _titles(session, [*texts, ballot.conference.text_id])
    conference = titles[ballot.conference.text_id]
    witnesses = session.scalars(sa.select(Witness).where(Witness.ended_at.is_(None)).order_by(Witness.id))
    return Configuration(
        ballot=ballot.key,
        conference=conference.get("de") or next(iter(conference.values())),
        opened_at=ballot.opened_at or ballot.opens_at,
        settings=ballot.settings,
        verified={
            Electorate.PEOPLE: ballot.verified_people,
            Electorate.ORGANISATIONS: ballot.verified_organisations,
        },
        log=log,
        witnesses=[WitnessEntry(witness.name, Key.parse(witness.public_key)) for witness in witnesses],
        quorum=ballot.quorum,
        questions=[
            QuestionEntry(
                key=question.key,
                title=titles[question.text_id],
                budget_eur=question.budget_eur,
                carried_eur=question.carried_eur,
                options=[
                    OptionEntry(option.key, option.proposal_id, titles[option.text_id], option.cost_eur)
                    for option in question.options
                ],
            )
            for question in asked
        ],
    ).data


def _titles(session: Session, text_ids: Sequence[int]) -> Mapping[int, dict[str, str]]:
    """The present titles of texts by BCP 47 tag, in every language that they have. One statement."""
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(
        sa.select(TextVersion.text_id, TextVersion.language, TextVersion.title).where(
            TextVersion.text_id.in_(text_ids), TextVersion.is_current
        )
    )
    for row in rows:
        found.setdefault(row.text_id, {})[BY_BABEL[row.language].tag] = row.title
    return found
