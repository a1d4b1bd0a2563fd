"""The demo city's votes: one that is long over, one whose result waits for decisions, and one to be opened.

They are held with the same operations as any other vote, only at moments that lie in the past.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.demo.participation import title_at, voice_of
from bihaelt.demo.people import DOMAIN
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import Round, State
from bihaelt.proposals.models import Proposal, ProposalField, ProposalRound, ProposalTargetGroup
from bihaelt.votes.domain.ballots import BallotState, Settings
from bihaelt.votes.domain.electorates import Kind, Person, Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.models import Ballot, Verification
from bihaelt.votes.operations import ballots, casting, certifying, closing, counting
from bihaelt.votes.operations.roll import verify_at_desk
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries.ballots import OptionPlan, QuestionPlan

SITE = "demo.bihaelt.example"
DICE = 20261123
# People with a sign-in of their own who may vote; the crowd stands behind them.
KNOWN = ("u_buerger5", "u_buerger2", "u_simple")


def make(session: Session, scene: Scene, ring: KeyRing) -> None:
    """Needs the proposals as they were when they were put to the vote: published, not yet decided."""
    dice, plans = random.Random(DICE), read("ballots")["ballots"]
    for row in read("ballots")["proposals"]:
        make_proposal(session, scene, row, dice)
    crowd = [f"crowd{n}" for n in range(max(plan["voters"] for plan in plans.values()))]
    roll = verify(session, scene, ring, (*KNOWN, *crowd))
    for key, plan in plans.items():
        ballot = set_up(session, scene, scene.conferences[key], plan["budgets"])
        if plan["voters"]:
            hold(session, scene, ring, ballot, roll[len(KNOWN) : len(KNOWN) + plan["voters"]], dice)
    finish(session, scene, ring)


def make_proposal(session: Session, scene: Scene, row: Mapping[str, Any], dice: random.Random) -> None:
    """A published proposal of the youth conference."""
    conference = scene.conferences["jk1"]
    at = conference.call_opens + timedelta(days=dice.randint(2, 30), minutes=dice.randint(0, 600))
    author, organisation, title = voice_of(scene, row["by"])
    speech = Speech(row["title"], row["body"], {"need": "", "gender": ""})
    district = scene.districts.get(row.get("district", ""))
    proposal: Proposal = scene.add(
        session,
        Proposal(
            text_id=tell(session, speech, now=at, author_id=author).id, author_id=author, organisation_id=organisation,
            title_of_author=title, conference_id=conference.id, cluster_id=scene.clusters[row["cluster"]].id,
            district_id=district.id if district else None, cost_cents=row["cost"] * 100, state=State.PUBLISHED,
            created_at=at, submitted_at=at, published_at=at + timedelta(days=1), demo_key=row["key"],
        ),
    )  # fmt: skip
    session.add(ProposalRound(proposal_id=proposal.id, conference_id=conference.id, result=Round.OPEN))
    session.add(ProposalField(proposal_id=proposal.id, field_id=scene.fields[row["field"]].id))
    session.add(ProposalTargetGroup(proposal_id=proposal.id, target_group_id=scene.target_groups["kinder"].id))
    moderator = Voice(scene.people["u_mod"].id, "moderator")
    record(session, act="proposal.published", subject=proposal, by=moderator, now=at + timedelta(days=1))


def verify(session: Session, scene: Scene, ring: KeyRing, keys: Sequence[str]) -> list[Verification]:
    """Everybody was seen in person at the citizens' desk, long ago."""
    desk = Voice(scene.people["u_mod"].id, "moderator")
    roll = [
        verify_at_desk(
            session, ring=ring, account=scene.people[key], by=desk, now=scene.day(-300),
            person=Person("Demo", key, date(1950 + n % 58, 1 + n % 12, 1 + n % 28), "Bielefeld"),
        )
        for n, key in enumerate(keys)
    ]  # fmt: skip
    session.execute(sa.delete(Letter))  # nobody is written to about a past that never was
    return roll


def set_up(session: Session, scene: Scene, conference: Conference, budgets: Mapping[str, int]) -> Ballot:
    """A draft with the published proposals of the conference, in the clusters that have a budget."""
    rows = session.execute(
        sa.select(Proposal.id, Proposal.cluster_id, Proposal.cost_cents)
        .where(Proposal.conference_id == conference.id, Proposal.state == State.PUBLISHED)
        .order_by(Proposal.id)
    ).all()
    questions = [
        QuestionPlan(
            cluster_id=scene.clusters[key].id,
            budget_eur=budget,
            options=tuple(
                OptionPlan(row.id, row.cost_cents // 100) for row in rows if row.cluster_id == scene.clusters[key].id
            ),
        )
        for key, budget in budgets.items()
    ]
    return ballots.set_up(
        session,
        conference=conference,
        settings=Settings(opens_at=conference.vote_opens, closes_at=conference.vote_closes),
        questions=questions,
        by=Voice(scene.people["u_mod"].id, "moderator"),
        now=conference.vote_opens - timedelta(days=3),
    )


def hold(
    session: Session, scene: Scene, ring: KeyRing, ballot: Ballot, roll: Sequence[Verification], dice: random.Random
) -> None:
    """Open the ballot, let everybody vote, close it and count."""
    staff = Voice(scene.people["u_mod"].id, "moderator")
    ballots.open_ballot(session, ring=ring, site=SITE, ballot=ballot, by=staff, now=ballot.opens_at)
    liked = dict(papers(session, ballot, dice))
    day = ballot.opens_at + timedelta(hours=20)
    for row in roll:
        vote(session, ring, ballot, row, {key: ticks(options, dice) for key, options in liked.items()}, day)
    for key, organisation in scene.organisations.items():
        if organisation.verified_at is None:
            continue
        chosen = {question: ticks(options, dice) for question, options in liked.items()}
        voter, by = Voter(Kind.ORGANISATION, organisation.id), Voice(None, "delegate", organisation.id, title_at(key))
        casting.cast(session, ring=ring, ballot=ballot, voter=voter, by=by, now=day, choices=chosen)
    closing.close(session, ring=ring, ballot=ballot, by=staff, now=ballot.closes_at)
    counting.count(session, ballot=ballot, by=staff, now=ballot.closes_at + timedelta(hours=2))


def vote_in_open(session: Session, ring: KeyRing, *, voters: int, now: datetime, seed: int) -> int:
    """Let so many people of the crowd vote in the ballot that is open, so that its result has something to say.

    Returns how many voted: none where no ballot is open. Whoever has voted before changes their papers.
    """
    ballot = session.scalars(sa.select(Ballot).where(Ballot.state == BallotState.OPEN).order_by(Ballot.id)).first()
    if ballot is None:
        return 0
    dice = random.Random(seed)
    liked = dict(papers(session, ballot, dice))
    crowd = (
        sa.select(Verification)
        .join(Account, Account.id == Verification.account_id)
        .where(Account.email.like(f"crowd%@{DOMAIN}"))
        .order_by(Verification.id)
        .limit(voters)
    )
    roll = session.scalars(crowd).all()
    for row in roll:
        vote(session, ring, ballot, row, {key: ticks(options, dice) for key, options in liked.items()}, now)
    return len(roll)


def vote(
    session: Session, ring: KeyRing, ballot: Ballot, row: Verification, choices: Mapping[str, list[str]], now: datetime
) -> None:
    """Cast one person's papers; who ticks nothing at all stays at home."""
    if any(choices.values()):
        voter, by = Voter(Kind.VERIFICATION, row.id), Voice(row.account_id, "citizen")
        casting.cast(session, ring=ring, ballot=ballot, voter=voter, by=by, now=now, choices=choices)


def papers(session: Session, ballot: Ballot, dice: random.Random) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Each question's key with its options and how well they are liked, from 0 to 1: as their supports say, if there are any."""
    for question in queries.questions(session, ballot):
        supports = {
            option.key: session.get_one(Proposal, option.proposal_id).supports_people or dice.randint(10, 180)
            for option in question.options
        }
        yield question.key, [(key, 0.15 + min(0.75, number / 250)) for key, number in supports.items()]


def ticks(options: Sequence[tuple[str, float]], dice: random.Random) -> list[str]:
    return [key for key, liking in options if dice.random() < liking]


def finish(session: Session, scene: Scene, ring: KeyRing) -> None:
    """Two people have signed both results; the papers of the older one belong to nobody any more."""
    old, new = (
        session.scalars(sa.select(Ballot).where(Ballot.conference_id == scene.conferences[key].id)).one()
        for key in ("zk2", "zk3")
    )
    clerk, owner = Voice(scene.people["u_council"].id, "council_clerk"), Voice(scene.people["u_plan"].id, "plan_owner")
    for ballot in (old, new):
        signed = ballot.closes_at + timedelta(days=2)
        certifying.certify(session, ballot=ballot, by=clerk, now=signed)
        certifying.certify(session, ballot=ballot, by=owner, now=signed + timedelta(hours=3))
    certifying.destroy_link(session, ring=ring, ballot=old, by=owner, now=old.closes_at + timedelta(days=20))
