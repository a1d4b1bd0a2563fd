"""Decisions, measures, money and reports of the demo city."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.domain import Category, Light, MeasureState, Need, ServiceCheck, Takes
from bihaelt.measures.models import Measure, MeasureField, Move, Origin
from bihaelt.proposals.domain import Outcome, Round, State
from bihaelt.proposals.models import CoAuthor, Proposal, ProposalRound

Row = dict[str, Any]
REASONS = {
    Outcome.ACCEPTED: Reason.FITS, Outcome.PARTLY: Reason.FITS_PARTLY, Outcome.REJECTED: Reason.COST,
    Outcome.MERGED: Reason.DOUBLE,
}  # fmt: skip
BODY = "Rat der Stadt Bielefeld"


def make(session: Session, scene: Scene) -> None:
    measured = {key: row for row in read("city")["measures"] for key in row["from_proposals"]}
    for row in read("city")["proposals"]:
        proposal = scene.proposals[row["id"]]
        if proposal.conference_id == scene.conferences["zk2"].id:
            decide(session, scene, row, proposal, row["id"] in measured)
    prepare_some(session, scene)
    for row in read("city")["measures"]:
        make_measure(session, scene, row)
    session.flush()


def outcome_of(row: Row) -> Outcome:
    return {
        "partly_accepted": Outcome.PARTLY, "rejected": Outcome.REJECTED, "merged": Outcome.MERGED,
    }.get(row["state"], Outcome.ACCEPTED)  # fmt: skip


def decide(session: Session, scene: Scene, row: Row, proposal: Proposal, measured: bool) -> None:
    """A published answer of the conference that is done, with its journal entry and round."""
    answers, outcome, conference = read("discussion")["answers"], outcome_of(row), scene.conferences["zk2"]
    body = answers["measure"] if measured and outcome is Outcome.ACCEPTED else answers[outcome.value]
    extra = {"taken": "", "not_taken": "", "against_order": ""}
    if outcome is Outcome.PARTLY:
        extra |= {"taken": answers["partly_taken"], "not_taken": answers["partly_not_taken"]}
    if outcome is Outcome.REJECTED:
        body, extra["against_order"] = answers["rejected"], answers["against"]
    published = conference.decision_by - timedelta(days=5)
    target = scene.proposals.get(row.get("merged_into", ""))
    decision = scene.add(
        session,
        Decision(
            proposal_id=proposal.id, conference_id=conference.id, outcome=outcome, reason=REASONS[outcome],
            text_id=tell(session, Speech("", body, extra), now=published - timedelta(days=20)).id,
            state=DecisionState.PUBLISHED, body=BODY, decided_on=(published - timedelta(days=3)).date(),
            paper="3955/2025-2030", merged_into_id=target.id if target else None,
            against_order=outcome is Outcome.REJECTED, prepared_by_id=scene.people["u_office510"].id,
            prepared_at=published - timedelta(days=20), checked_by_id=scene.people["u_plan"].id,
            checked_at=published - timedelta(days=9), published_at=published,
        ),
    )  # fmt: skip
    proposal.state, proposal.outcome = State.DECIDED, outcome
    proposal.merged_into_id = target.id if target else None
    if target:
        session.add(
            CoAuthor(
                proposal_id=target.id, from_proposal_id=proposal.id, account_id=proposal.author_id,
                organisation_id=proposal.organisation_id,
            )
        )  # fmt: skip
    passage = session.scalars(select(ProposalRound).where(ProposalRound.proposal_id == proposal.id)).one()
    passage.result = Round.MERGED if target else Round.DECIDED
    passage.ended_at = published
    passage.supports_people, passage.supports_organisations = proposal.supports_people, proposal.supports_organisations
    council = Voice(scene.people["u_council"].id, "council_clerk")
    record(
        session,
        act="decision.published",
        subject=proposal,
        by=council,
        now=published,
        outcome=outcome.value,
        decision=decision.id,
    )


def prepare_some(session: Session, scene: Scene) -> None:
    """Unseen answers for the conference that is deciding: some checked, some not yet, the rest still to write."""
    conference, canary = scene.conferences["zk3"], read("discussion")["decision_canary"]
    waiting = [p for p in scene.proposals.values() if p.conference_id == conference.id]
    for n, proposal in enumerate(waiting[:5]):
        checked = n < 3
        at = scene.day(-10 + n)
        session.add(
            Decision(
                proposal_id=proposal.id, conference_id=conference.id, outcome=Outcome.ACCEPTED, reason=Reason.FITS,
                text_id=tell(session, Speech("", canary, {"taken": "", "not_taken": "", "against_order": ""}), now=at).id,
                state=DecisionState.CHECKED if checked else DecisionState.PREPARED, body=BODY,
                decided_on=scene.day(20).date(), paper="4711/2025-2030", prepared_by_id=scene.people["u_office510"].id,
                prepared_at=at, checked_by_id=scene.people["u_plan"].id if checked else None,
                checked_at=at + timedelta(days=2) if checked else None,
            )
        )  # fmt: skip


def make_measure(session: Session, scene: Scene, row: Row) -> None:
    category, started = Category(row["cat"]), scene.month(row["start"])
    origins = [scene.proposals[key] for key in row["from_proposals"]]
    created = scene.conferences["zk2"].decision_by + timedelta(days=3)
    plain = row["title"]["de"].removesuffix(" (Archiv)")
    goals = {goal["cluster"]: goal["text"] for goal in read("city")["goals"]}
    speech = Speech(
        row["title"], read("measures").get(row["id"], plain),
        {"need": row["need"], "target_group": row["target_group"], "goal": goals.get(row["cluster"], ""), "gender": row_gender(row)},
    )  # fmt: skip
    office = scene.offices.get(row["office"])
    carrier = scene.organisations.get(row["carrier"])
    archived = row["state"] == "completed"
    decided = row["state"] in ("decided", "running", "completed")
    measure = scene.add(
        session,
        Measure(
            number=row["id"].replace("M", "M0"), text_id=tell(session, speech, now=created).id, category=category,
            state=MeasureState(row["state"]), cluster_id=scene.clusters[row["cluster"]].id,
            office_id=office.id if office else None, working_group_id=scene.groups[row["structure"]].id,
            carrier_id=carrier.id if carrier else None, starts_on=started, ends_on=scene.month(row["end"], last=True),
            planned_cents=row["planned"] * 100, committed_cents=0, spent_cents=0,
            need=Need.SHOWN, service_check=ServiceCheck.LINKED, service_id=scene.services[row["regular_service"]].id,
            gender_checked=category is not Category.C, light=Light(row["light"]), ad_hoc=archived, created_at=created,
            decided_body=BODY if decided else "", decided_paper="3955/2025-2030" if decided else "",
            decided_on=(created + timedelta(days=14)).date() if decided else None,
            changed_at=scene.day(-20), demo_key=row["id"],
        ),
    )  # fmt: skip
    scene.measures[row["id"]] = measure
    fields = {field for key in row["from_proposals"] for field in fields_of(key)}
    for key in sorted(fields):
        session.add(MeasureField(measure_id=measure.id, field_id=scene.fields[key].id))
    for proposal in origins:
        session.add(Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=created))
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    record(session, act="measure.drafted", subject=measure, by=owner, now=created, proposals=[p.id for p in origins])
    step = created
    for old, new in (("C", "B"), ("B", "A")):
        if category.value > new:
            break
        step += timedelta(days=15)
        reason = read("measures")["reason_" + new]
        session.add(
            Move(
                measure_id=measure.id,
                old=Category(old),
                new=Category(new),
                reason=reason,
                at=step,
                by_id=owner.actor_id,
            )
        )
        record(session, act="measure.moved", subject=measure, by=owner, now=step, reason=reason, old=old, new=new)


def row_gender(row: Row) -> str:
    genders = [p["gender"] for p in read("city")["proposals"] if p["id"] in row["from_proposals"]]
    return genders[0] if genders else ""


def fields_of(key: str) -> list[str]:
    return next(row["fields"] for row in read("city")["proposals"] if row["id"] == key)
