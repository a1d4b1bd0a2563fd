"""Proposals, supports, comments, statements and the moderation of the demo city."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.comments.domain import CommentState, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.comments.operations import recount
from bihaelt.conferences.models import Conference
from bihaelt.demo.people import CROWD
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.moderation.domain import Ground, ReportState
from bihaelt.moderation.models import Hiding, Report
from bihaelt.proposals.domain import ReturnReason, Round, State
from bihaelt.proposals.models import Proposal, ProposalField, ProposalRound, ProposalTargetGroup, Question
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support

Row = dict[str, Any]
# Cheap to read, the same on every machine: the demo city must not differ from start to start.
DICE = 20261122


def make(session: Session, scene: Scene) -> None:
    dice = random.Random(DICE)
    measured = {key for measure in read("city")["measures"] for key in measure["from_proposals"]}
    for row in read("city")["proposals"]:
        make_proposal(session, scene, row, conference_of(scene, row, measured), dice)
    for n, row in enumerate(read("discussion")["private"]):
        make_private(session, scene, row, n)
    make_supports(session, scene, dice)
    make_discussion(session, scene)
    session.flush()
    recount(session)


def conference_of(scene: Scene, row: Row, measured: set[str]) -> Conference:
    """Answered proposals belong to the conference that is done, voted ones to the deciding one, the rest to the call."""
    known = {"published": "zk4", "submitted": "zk4", "voted": "zk3"}
    conference: Conference = scene.conferences["zk2" if row["id"] in measured else known.get(row["state"], "zk2")]
    return conference


def voice_of(scene: Scene, key: str) -> tuple[int | None, int | None, str]:
    """(author, organisation, title) of who stands under ``by`` in the files: a person, an organisation or an office."""
    if key in scene.organisations:
        return None, scene.organisations[key].id, "Vorstand"
    if key in scene.people:
        return scene.people[key].id, None, ""
    return scene.people["u_office510"].id, None, ""


def make_proposal(session: Session, scene: Scene, row: Row, conference: Conference, dice: random.Random) -> None:
    submitted = conference.call_opens + timedelta(days=dice.randint(2, 35), minutes=dice.randint(0, 600))
    submitted = min(submitted, scene.now - timedelta(hours=30 + dice.randint(0, 40)))
    waiting = row["state"] == "submitted"
    published = None if waiting else submitted + timedelta(days=dice.randint(1, 8) * 0.1 + 1)
    author, organisation, title = voice_of(scene, row["by"])
    need = read("conferences")["needs"].get(row["id"], "")
    speech = Speech(
        row["title"], row["body"], {"need": need, "gender": row["gender"]}, row["orig"], row.get("body_orig", "")
    )
    district = scene.districts.get(row["district"] or "")
    proposal = scene.add(
        session,
        Proposal(
            text_id=tell(session, speech, now=submitted, author_id=author).id, author_id=author,
            organisation_id=organisation, title_of_author=title, conference_id=conference.id,
            cluster_id=scene.clusters[row["cluster"]].id, district_id=district.id if district else None,
            cost_cents=row["cost"] * 100, state=State.SUBMITTED if waiting else State.PUBLISHED, created_at=submitted,
            submitted_at=submitted, published_at=published, demo_key=row["id"],
            due_on=(submitted + timedelta(days=14)).date() if waiting else None,
        ),
    )  # fmt: skip
    scene.proposals[row["id"]] = proposal
    session.add(ProposalRound(proposal_id=proposal.id, conference_id=conference.id, result=Round.OPEN))
    for key in row["fields"]:
        session.add(ProposalField(proposal_id=proposal.id, field_id=scene.fields[key].id))
    for key in read("conferences")["target_groups_of"].get(row["id"], ["alle"]):
        session.add(ProposalTargetGroup(proposal_id=proposal.id, target_group_id=scene.target_groups[key].id))
    by = Voice(author, "delegate" if organisation else "citizen", organisation, title)
    record(session, act="proposal.submitted", subject=proposal, by=by, now=submitted)
    if published:
        moderator = Voice(scene.people["u_mod"].id, "moderator")
        record(session, act="proposal.published", subject=proposal, by=moderator, now=published)


def make_private(session: Session, scene: Scene, row: Row, n: int) -> None:
    """Drafts, questions and returns: things that only their authors and moderators may see."""
    state, author = State(row["state"]), scene.people[row["by"]]
    at = scene.day(-4 - n)
    proposal = scene.add(
        session,
        Proposal(
            text_id=tell(session, Speech(row["title"], row["body"], {"need": "", "gender": ""}), now=at, author_id=author.id).id,
            author_id=author.id, conference_id=scene.conferences["zk4"].id, cluster_id=scene.clusters[row["cluster"]].id,
            state=state, created_at=at, submitted_at=None if state is State.DRAFT else at, demo_key=f"private-{n}",
            due_on=scene.day(8 - n).date() if state is not State.DRAFT else None,
            answer_by=scene.day(17 - n).date() if state is State.NEEDS_INFO else None,
            return_reason=ReturnReason(row["reason"]) if "reason" in row else None,
        ),
    )  # fmt: skip
    session.add(ProposalRound(proposal_id=proposal.id, conference_id=proposal.conference_id, result=Round.OPEN))
    if "question" in row or "words" in row:
        session.add(
            Question(
                proposal_id=proposal.id, asked_by_id=scene.people["u_mod"].id,
                body=row.get("question") or row["words"], asked_at=at + timedelta(days=1),
            )
        )  # fmt: skip


def make_supports(session: Session, scene: Scene, dice: random.Random) -> None:
    """The counts of the file for decided and voted proposals; a few for the open call. Counters kept exactly."""
    wanted = {row["proposal"]: (row["citizens"], row["orgs"]) for row in read("city")["votes_demo"]}
    organisations = [organisation.id for organisation in scene.organisations.values()]
    for key, proposal in scene.proposals.items():
        if proposal.state is State.SUBMITTED:
            continue
        people, groups = wanted.get(key) or (dice.randint(12, 120), dice.randint(1, 8))
        begins: datetime = proposal.published_at
        ends = min(proposal.conference.screening_until, scene.now)
        moments = sorted(begins + (ends - begins) * dice.random() for _ in range(people + groups))
        crowd = dice.sample(range(CROWD), people)
        for n, moment in zip(crowd, moments[:people], strict=True):
            account = scene.people[f"crowd{n}"]
            session.add(support(proposal, Electorate.PEOPLE, account.id, None, account.language, moment))
        for organisation_id, moment in zip(dice.sample(organisations, groups), moments[people:], strict=True):
            session.add(support(proposal, Electorate.ORGANISATIONS, None, organisation_id, "de", moment))
        proposal.supports_people, proposal.supports_organisations = people, groups
    session.flush()


def support(
    proposal: Proposal,
    electorate: Electorate,
    account_id: int | None,
    organisation_id: int | None,
    language: str,
    at: datetime,
) -> Support:
    return Support(
        proposal_id=proposal.id, conference_id=proposal.conference_id, electorate=electorate, account_id=account_id,
        organisation_id=organisation_id, language=language, created_at=at,
    )  # fmt: skip


def make_discussion(session: Session, scene: Scene) -> None:
    discussion = read("discussion")
    for n, row in enumerate(discussion["comments"]):
        parent = make_comment(session, scene, row, n)
        for answer in row.get("answers", ()):
            make_comment(session, scene, answer | {"proposal": row["proposal"]}, n, parent)
    hide_one(session, scene, discussion["hidden"])
    for row in discussion["statements"]:
        proposal, at = scene.proposals[row["proposal"]], scene.day(-12)
        text = tell(session, Speech("", row["body"]), now=at, author_id=scene.people[row["by"]].id)
        session.add(
            Statement(
                proposal_id=proposal.id, organisation_id=scene.organisations[row["as"]].id, text_id=text.id,
                author_id=scene.people[row["by"]].id, title_of_author=title_at(row["as"]),
                stance=Stance(row["stance"]), created_at=max(at, proposal.published_at + timedelta(days=1)),
            )
        )  # fmt: skip


def title_at(organisation: str) -> str:
    return {"agw": "Geschäftsführung", "jugendring": "Jugendpolitische Sprecherin"}.get(organisation, "Geschäftsstelle")


def make_comment(session: Session, scene: Scene, row: Row, n: int, parent: Comment | None = None) -> Comment:
    proposal = scene.proposals[row["proposal"]]
    at = min(
        proposal.published_at + timedelta(days=1, hours=3 * n + (5 if parent else 0)), scene.now - timedelta(hours=2)
    )
    author, organisation = scene.people[row["by"]], scene.organisations.get(row.get("as", ""))
    text = comment_text(session, row, at, author.id)
    comment: Comment = scene.add(
        session,
        Comment(
            proposal_id=proposal.id, parent_id=parent.id if parent else None, author_id=author.id, text_id=text,
            organisation_id=organisation.id if organisation else None,
            title_of_author=title_at(row["as"]) if organisation else "", stance=Stance(row["stance"]),
            state=CommentState.VISIBLE, created_at=at,
        ),
    )  # fmt: skip
    return comment


def comment_text(session: Session, row: Row, at: datetime, author_id: int) -> int:
    """A comment in its own language; where the phrase book knows its German, that is its translation."""
    german = row["body"] if row["lang"] == "de" else said_back(row["body"])
    if german is None:
        german = row["body"]
    speech = Speech("", german, source=row["lang"], original="" if row["lang"] == "de" else row["body"])
    return tell(session, speech, now=at, author_id=author_id).id


def said_back(body: str) -> str | None:
    """What a comment in another language says in German, if the file knows it."""
    known: dict[str, str] = read("discussion")["german"]
    return known.get(body)


def hide_one(session: Session, scene: Scene, row: Row) -> None:
    comment = make_comment(session, scene, row, 6)
    at = comment.created_at + timedelta(minutes=50)
    comment.state, comment.hidden_for = CommentState.HIDDEN, Ground(row["ground"])
    moderator = scene.people["u_mod"]
    session.add(
        Report(
            comment_id=comment.id, reporter_id=scene.people["u_buerger4"].id, language="ru", ground=Ground(row["ground"]),
            state=ReportState.UPHELD, created_at=comment.created_at + timedelta(minutes=5), decided_at=at,
            decided_by_id=moderator.id,
        )
    )  # fmt: skip
    session.add(
        Hiding(
            comment_id=comment.id,
            moderator_id=moderator.id,
            ground=Ground(row["ground"]),
            reason=row["reason"],
            created_at=at,
        )
    )
    session.flush()
    record(
        session,
        act="comment.hidden",
        subject=comment,
        by=Voice(moderator.id, "moderator"),
        now=at,
        ground=row["ground"],
    )
