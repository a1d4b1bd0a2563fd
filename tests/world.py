"""One of everything, so that every address of the site can be asked for: who may see what, and what breaks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import Role
from bihaelt.accounts.models import Grant, SignIn
from bihaelt.comments.domain import CommentState, Stance
from bihaelt.comments.models import Comment, Statement
from bihaelt.comments.operations import recount
from bihaelt.conferences.models import AgendaItem
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.funding.domain import FundingState, Level
from bihaelt.funding.models import Funding, Programme
from bihaelt.goals.domain import ValueState
from bihaelt.journal.domain import SYSTEM
from bihaelt.measures.domain import Takes
from bihaelt.measures.models import Origin
from bihaelt.moderation.domain import AppealState, Ground, ReportState
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.organisations.models import Delegation
from bihaelt.pages.domain import PageName
from bihaelt.pages.models import CityPage, Feedback
from bihaelt.plan.operations import make as make_edition
from bihaelt.plan.operations import publish as publish_edition
from bihaelt.proposals.domain import Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.topics.models import GroupMember, Meeting
from bihaelt.votes.domain.protocol.notes import Signer
from bihaelt.votes.models import Invalidation, Witness
from bihaelt.votes.queries.ballots import questions
from tests import factories as make
from tests.cast import Cast, make_cast
from tests.factories import NOW, add
from tests.goals.stage import make_indicator, make_value
from tests.interpreting.stage import make_request
from tests.votes.ballot_stage import make_ballot, make_code, make_verified


@dataclass(frozen=True)
class World:
    cast: Cast
    proposal: Proposal
    draft: Proposal
    values: dict[str, Any]


def make_world(session: Session) -> World:
    """The cast, and one row of every kind that an address can name; ``values`` are the addresses' parameters."""
    cast = make_cast(session)
    cluster, field, target = make.make_cluster(session), make.make_field(session), make.make_target_group(session)
    conference = make.make_conference(session, clusters=(cluster,))
    proposal = make.make_proposal(session, conference=conference, author=cast.citizen, cluster_id=cluster.id)
    draft = make.make_proposal(session, "Entwurf", conference=conference, author=cast.citizen, state=State.DRAFT)
    comment = make_comment(session, proposal, cast, CommentState.VISIBLE)
    hidden = make_comment(session, proposal, cast, CommentState.HIDDEN)
    hiding = add(
        session,
        Hiding(
            comment_id=hidden.id, moderator_id=cast.moderator.id, ground=Ground.INSULT, reason="Grob", created_at=NOW
        ),
    )
    appeal = add(
        session,
        Appeal(
            hiding_id=hiding.id, appellant_id=cast.citizen.id, body="Nein", state=AppealState.OPEN, created_at=NOW
        ),
    )  # fmt: skip
    report = add(
        session,
        Report(
            comment_id=comment.id, reporter_id=cast.stranger.id, language="de", ground=Ground.INSULT,
            state=ReportState.DISMISSED, created_at=NOW, decided_at=NOW, answer="Das ist erlaubt.",
        ),
    )  # fmt: skip
    add(
        session,
        Report(comment_id=comment.id, language="de", ground=Ground.INSULT, state=ReportState.OPEN, created_at=NOW),
    )
    statement = add(
        session,
        Statement(
            proposal_id=proposal.id, organisation_id=cast.organisation.id, author_id=cast.delegate.id, title_of_author="Vorsitz",
            text_id=make.make_text(session, "", "Wir sind dafür.").id, stance=Stance.FOR, created_at=NOW,
        ),
    )  # fmt: skip
    decision = add(
        session,
        Decision(
            proposal_id=proposal.id, conference_id=conference.id, outcome=Outcome.ACCEPTED, reason=Reason.FITS,
            text_id=make.make_text(session, "", "Passt.").id, state=DecisionState.PREPARED, body="Rat", decided_on=date(2026, 11, 1),
            prepared_by_id=cast.editor.id, prepared_at=NOW,
        ),
    )  # fmt: skip
    office, group, service = make.make_office(session), make.make_group(session), make.make_service(session)
    measure = make.make_measure(session, cluster_id=cluster.id, office_id=office.id, working_group_id=group.id)
    origin = add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=NOW))
    programme = add(
        session, Programme(key="p", name="Programm", level=Level.STATE, first_year=2026, last_year=2027, own_share=10)
    )
    funding = add(
        session,
        Funding(
            measure_id=measure.id,
            programme_id=programme.id,
            cents=100,
            state=FundingState.PLANNED,
            first_year=2026,
            last_year=2026,
            changed_at=NOW,
        ),
    )
    reporting_round = add(session, ReportingRound(period="2026-H2", due_on=date(2026, 12, 22), opened_at=NOW))
    add(session, StatusReport(measure_id=measure.id, period=reporting_round.period))
    edition = make_edition(session, by=SYSTEM, now=NOW)
    publish_edition(session, edition=edition, by=SYSTEM, now=NOW)
    page = add(session, CityPage(name=PageName.IMPRINT, text_id=make.make_text(session, "Impressum", "Stadt").id))
    feedback = add(
        session,
        Feedback(
            number="A-1", body="Zu klein", language="de", kind="barrier", created_at=NOW, due_on=date(2026, 12, 22)
        ),
    )
    grant = session.query(Grant).filter_by(role=Role.MODERATOR).first()
    delegation = session.query(Delegation).first()
    sign_in = add(
        session,
        SignIn(
            account_id=cast.stranger.id, token_hash="x" * 64, created_at=NOW, seen_at=NOW, fresh_at=NOW, ends_at=NOW
        ),
    )
    item = add(
        session,
        AgendaItem(
            conference_id=conference.id,
            position=1,
            minutes=30,
            kind="arrival",
            text_id=make.make_text(session, "Ankommen").id,
        ),
    )
    ballot = make_ballot(session, current_app, clusters=1, options=2)
    question = questions(session, ballot)[0]
    verified, code = make_verified(session, False), make_code(session, ballot)
    make_verified(session, cast.citizen)
    witness = add(session, Witness(name="Presse", public_key=str(Signer.generate("press").key), named_at=NOW))
    invalidation = add(
        session,
        Invalidation(
            ballot_id=ballot.id, organisation_id=cast.organisation.id, reason="Doppelt", asked_by_id=cast.plan_owner.id,
            asked_at=NOW,
        ),
    )  # fmt: skip
    indicator = make_indicator(session, measure_id=measure.id, office_id=office.id)
    make_value(session, indicator, breakdown={"gender": {"w": [150, None], "m": [157, None], "na": [3, None]}})
    value = make_value(session, indicator, "2025-H2", state=ValueState.CONFIRMED, entered_by_id=cast.editor.id)
    request = make_request(session, entered_by_id=cast.editor.id)
    district = make.make_district(session)
    member = add(session, GroupMember(group_id=group.id, office_id=office.id, since=date(2026, 1, 1)))
    meeting = add(session, Meeting(group_id=group.id, held_on=date(2026, 11, 1)))
    assert grant is not None
    assert delegation is not None
    values: dict[str, Any] = {
        "proposal_id": proposal.id, "conference_id": conference.id, "account_id": cast.stranger.id, "grant_id": grant.id,
        "sign_in_id": sign_in.id, "decision_id": decision.id, "organisation_id": cast.organisation.id,
        "delegation_id": delegation.id, "comment_id": comment.id, "report_id": report.id, "hiding_id": hiding.id,
        "appeal_id": appeal.id, "statement_id": statement.id, "measure_id": measure.id, "origin_id": origin.id,
        "programme_id": programme.id, "funding_id": funding.id, "feedback_id": feedback.id, "number": "A-1",
        "item_id": item.id, "cluster_id": cluster.id, "field_id": field.id, "target_group_id": target.id,
        "office_id": office.id, "group_id": group.id, "service_id": service.id, "text_id": comment.text_id,
        "round_id": reporting_round.id, "period": reporting_round.period, "code": measure.number,
        "page_id": page.id, "subject_id": proposal.id, "invitation_id": 1, "version": 1,
        "ballot_id": ballot.id, "question_id": question.id, "witness_id": witness.id, "invalidation_id": invalidation.id,
        "verification_id": verified.id, "batch_id": code.batch_id, "goal_id": indicator.goal_id,
        "indicator_id": indicator.id, "value_id": value.id, "request_id": request.id,
        "district_id": district.id, "member_id": member.id, "meeting_id": meeting.id,
    }  # fmt: skip
    recount(session)
    session.commit()
    return World(cast, proposal, draft, values)


def make_comment(session: Session, proposal: Proposal, cast: Cast, state: CommentState) -> Comment:
    text = make.make_text(session, "", "Gute Idee.")
    return add(
        session,
        Comment(
            proposal_id=proposal.id, author_id=cast.citizen.id, text_id=text.id, stance=Stance.FOR, state=state,
            hidden_for=Ground.INSULT if state is CommentState.HIDDEN else None, created_at=NOW,
        ),
    )  # fmt: skip
