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
from bihaelt.imports.domain import ImportState as ImportedPlan
from bihaelt.imports.models import PlanImport
from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.measures.domain import Advice, OpenPointKind, PartnerRole, RevisionState, Signature, Takes
from bihaelt.measures.models import (
    Consultation,
    Cosignature,
    Measure,
    Milestone,
    OpenPoint,
    Origin,
    Partner,
    Revision,
    SheetVersion,
)
from bihaelt.moderation.domain import AppealState, Ground, ReportState
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.money.domain import (
    BookingKind,
    BudgetState,
    CommitmentState,
    MoneyKind,
    PoolKind,
    RequestKind,
    Step,
    TransferState,
)
from bihaelt.money.domain.finance_csv import ImportState
from bihaelt.money.models import ClusterBudget, Commitment, FinanceImport, Pool, Transfer
from bihaelt.money.operations.ledger import Line, new_account, write
from bihaelt.organisations.models import Delegation
from bihaelt.pages.domain import PageName
from bihaelt.pages.models import CityPage, Feedback
from bihaelt.plan.operations import make as make_edition
from bihaelt.plan.operations import publish as publish_edition
from bihaelt.proposals.domain import Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import TextVersion
from bihaelt.topics.models import GroupMember, Meeting
from bihaelt.votes.domain.protocol.notes import Signer
from bihaelt.votes.models import Invalidation, Witness
from bihaelt.votes.queries.ballots import questions
from tests import factories as make
from tests.cast import Cast, make_cast
from tests.documents.stage import make_documents
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
    cosignature, meeting = make_way(session, measure)
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
    finance = add(
        session,
        FinanceImport(
            file_name="ist.csv", sha256="0" * 64, state=ImportState.PREVIEW, rows=0, fresh=0, known=0, faults=0, cents=0,
            uploaded_at=NOW,
        ),
    )  # fmt: skip
    plan_import = add(
        session,
        PlanImport(
            file_name="plan.csv", sha256="0" * 64, language="de", state=ImportedPlan.PREVIEW, headings=["Titel"], columns={},
            defaults={}, words={}, unknown=[], rows=0, uploaded_at=NOW,
        ),
    )  # fmt: skip
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
    values_of_money = make_money(session, cluster.id, measure, cast)
    assert grant is not None
    assert delegation is not None
    values: dict[str, Any] = {
        "proposal_id": proposal.id, "conference_id": conference.id, "account_id": cast.stranger.id, "grant_id": grant.id,
        "sign_in_id": sign_in.id, "decision_id": decision.id, "organisation_id": cast.organisation.id,
        "delegation_id": delegation.id, "comment_id": comment.id, "report_id": report.id, "hiding_id": hiding.id,
        "appeal_id": appeal.id, "statement_id": statement.id, "measure_id": measure.id, "origin_id": origin.id,
        "import_id": finance.id, "plan_import_id": plan_import.id, "programme_id": programme.id,
        "funding_id": funding.id, "feedback_id": feedback.id, "number": "A-1",
        "item_id": item.id, "cluster_id": cluster.id, "field_id": field.id, "target_group_id": target.id,
        "office_id": office.id, "group_id": group.id, "service_id": service.id, "text_id": comment.text_id,
        "round_id": reporting_round.id, "period": reporting_round.period, "code": measure.number,
        "page_id": page.id, "subject_id": proposal.id, "invitation_id": 1, "version": 1,
        "ballot_id": ballot.id, "question_id": question.id, "witness_id": witness.id, "invalidation_id": invalidation.id,
        "verification_id": verified.id, "batch_id": code.batch_id, "goal_id": indicator.goal_id,
        "cosignature_id": cosignature.id, "consultation_id": meeting.id, "row_id": 1, "other_id": 1,
        "indicator_id": indicator.id, "value_id": value.id, "request_id": request.id,
        **values_of_money, **make_documents(session, measure, NOW),
        "district_id": district.id, "member_id": member.id, "meeting_id": meeting.id,
    }  # fmt: skip
    recount(session)
    session.commit()
    return World(cast, proposal, draft, values)


def make_way(session: Session, measure: Measure) -> tuple[Cosignature, Consultation]:
    """A measure with one row in each of its lists, and a change on its way to a decision."""
    day = date(2026, 12, 1)
    text = session.query(TextVersion).filter_by(text_id=measure.text_id).one()
    add(session, SheetVersion(measure_id=measure.id, number=1, version_id=text.id, facts={}, at=NOW))
    add(session, Milestone(id=1, measure_id=measure.id, text_id=make.make_text(session, "Beginn").id, due_on=day))
    point = OpenPoint(
        id=1,
        measure_id=measure.id,
        kind=OpenPointKind.AGREE,
        text_id=make.make_text(session, "Ort").id,
        who="AG",
        due_on=day,
    )
    add(session, point)
    office = make.make_office(session)
    add(session, Partner(id=1, measure_id=measure.id, office_id=office.id, role=PartnerRole.PARTNER))
    revision = Revision(
        measure_id=measure.id, number=1, text_id=make.make_text(session, "Neu", "Anders.").id, facts={}, reason="Mehr",
        state=RevisionState.IN_COMMITTEE, created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    add(session, revision)
    cosignature = Cosignature(
        measure_id=measure.id, round=1, office_id=office.id, state=Signature.OPEN, due_on=day, asked_at=NOW
    )
    meeting = Consultation(
        measure_id=measure.id, body="Rat", meeting_on=date(2026, 11, 1), paper="4711/2025-2030", advice=Advice.OPEN,
        created_at=NOW,
    )  # fmt: skip
    return add(session, cosignature), add(session, meeting)


def make_comment(session: Session, proposal: Proposal, cast: Cast, state: CommentState) -> Comment:
    text = make.make_text(session, "", "Gute Idee.")
    return add(
        session,
        Comment(
            proposal_id=proposal.id, author_id=cast.citizen.id, text_id=text.id, stance=Stance.FOR, state=state,
            hidden_for=Ground.INSULT if state is CommentState.HIDDEN else None, created_at=NOW,
        ),
    )  # fmt: skip


def make_money(session: Session, cluster_id: int, measure: Measure, cast: Cast) -> dict[str, int]:
    """A budget with an account, a booking and a commitment of the measure, a request that waits, and a pool."""
    budget = add(
        session,
        ClusterBudget(
            cluster_id=cluster_id, year=2026, cents=100_00, state=BudgetState.RELEASED, kind=MoneyKind.CONSUMPTIVE,
            product_group="",
        ),
    )  # fmt: skip
    pool = add(
        session,
        Pool(kind=PoolKind.MUTUAL, from_cluster_id=cluster_id, to_cluster_id=cluster_id, first_year=2020, note=""),
    )
    account = add(session, new_account(measure.id, budget))
    line = Line(on=NOW.date(), by=Voice(cast.budget_holder.id, "budget_holder"), now=NOW, reason="Rat")
    booking = write(session, account, BookingKind.ALLOCATION, 50_00, line)
    commitment = add(
        session,
        Commitment(
            measure_id=measure.id, year=2026, cents=5, settled_cents=0, contract="", state=CommitmentState.RESERVED,
            created_at=NOW, changed_at=NOW,
        ),
    )  # fmt: skip
    request = add(
        session,
        Transfer(
            kind=RequestKind.ALLOCATION, year=2026, to_id=measure.id, cents=5, reason="Mehr", rule="B2",
            state=TransferState.REQUESTED, way="holder treasury", next_step=Step.HOLDER, requested_by_id=cast.editor.id,
            requested_at=NOW, due_on=date(2026, 12, 1),
        ),
    )  # fmt: skip
    return {
        "budget_id": budget.id, "pool_id": pool.id, "booking_id": booking.id, "commitment_id": commitment.id,
        "transfer_id": request.id,
    }  # fmt: skip
