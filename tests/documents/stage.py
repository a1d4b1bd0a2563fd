"""What the tests of documents stand on: a measure with everything, and papers in every state."""

from datetime import date

from bihaelt.documents import operations, queries
from bihaelt.documents.domain.builds import BuildKind
from bihaelt.documents.domain.papers import Consultation, ConsultationRole, PaperContent, PaperKind
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.journal.domain import Voice
from bihaelt.measures import operations as agenda
from bihaelt.measures.domain import (
    Category,
    FundingCheck,
    MeasureKind,
    MeasureState,
    Need,
    PartnerRole,
    ServiceCheck,
    ServiceUse,
    Takes,
)
from bihaelt.measures.models import (
    MeasureCluster,
    MeasureField,
    MeasureService,
    Milestone,
    Origin,
    Partner,
    YearCost,
)
from bihaelt.texts.domain import Words
from tests.factories import (
    NOW,
    add,
    make_cluster,
    make_field,
    make_group,
    make_measure,
    make_office,
    make_organisation,
    make_programme,
    make_proposal,
    make_service,
    make_text,
)

BY = Voice(None, "plan_owner")
EXTRA = {
    "need": "Es **fehlt** etwas.",
    "goal": "- Eins\n- Zwei",
    "target_group": "Alle",
    "gender": "geprüft",
    "risks": "Keine",
}


def whole_measure(session, **values):
    """A measure about which the sheet says something at every point."""
    cluster, other = make_cluster(session, "Bewegung"), make_cluster(session, "Digitales")
    office, service = make_office(session, "Jugendamt", number="510"), make_service(session)
    text = make_text(session, "Ferienspiele", "Zwei Wochen *Spaß*.\n\nFür alle.", **EXTRA)
    measure = make_measure(
        session, cluster_id=cluster.id, category=Category.B, text_id=text.id, office_id=office.id,
        working_group_id=make_group(session).id, starts_on=date(2026, 3, 1), ends_on=date(2026, 12, 31),
        planned_cents=1_234_500, product_group="11.06.01", place="Halle",
        access={"languages": ["de", "ar"], "cost": "free", "childcare": True, "entry": "walk_in", "free_for": "Kinder",
                "barrier_free": True, "outreach": True},
        **values,
    )  # fmt: skip
    add(session, MeasureCluster(measure_id=measure.id, cluster_id=other.id))
    add(session, MeasureField(measure_id=measure.id, field_id=make_field(session, "Sport").id))
    partner = make_organisation(session)
    add(session, Partner(measure_id=measure.id, organisation_id=partner.id, role=PartnerRole.CARRIER))
    add(session, Partner(measure_id=measure.id, office_id=office.id, role=PartnerRole.PARTNER))
    for name, note in (("use", "passt"), ("strengthen", "")):
        row = make_service(session) if note else service
        add(
            session,
            MeasureService(
                measure_id=measure.id, service_id=row.id, use=ServiceUse(name), note=note, checked_on=date(2026, 1, 2),
                review_on=date(2027, 1, 2),
            ),
        )  # fmt: skip
    for done in (None, date(2026, 4, 1)):
        milestone = make_text(session, "Start")
        add(session, Milestone(measure_id=measure.id, text_id=milestone.id, due_on=date(2026, 4, 1), done_on=done))
    add(session, YearCost(measure_id=measure.id, year=2026, staff_cents=1_000_000, material_cents=234_500))
    add(
        session,
        Funding(
            measure_id=measure.id, programme_id=make_programme(session, name="Demokratie leben", key=f"p{measure.id}").id, cents=500_000,
            state=FundingState.PLANNED, first_year=2026, last_year=2026, changed_at=NOW,
        ),
    )  # fmt: skip
    for takes, part in ((Takes.FULLY, ""), (Takes.PART, "die Halle")):
        proposal = make_proposal(session, "Spielplatz auf")
        add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=takes, part=part, created_at=NOW))
    session.flush()
    return measure


def running(session, **values):
    """A measure that a body decided and that runs."""
    return whole_measure(
        session, state=MeasureState.RUNNING, decided_body="Rat", decided_paper="1/2025-2030", decided_on=date(2026, 2, 1),
        **values,
    )  # fmt: skip


MEETINGS = (
    Consultation("Jugendhilfeausschuss", date(2026, 12, 1), ConsultationRole.ADVISE),
    Consultation("Rat der Stadt", date(2026, 12, 10), ConsultationRole.DECIDE, public=False),
)
PAPER_EXTRA = {
    "equality": "Alle Geschlechter.",
    "resolution": "Der Rat dankt.\n\nEs geht weiter.",
    "result_plan": "12.345 €",
}


def content(session, *measures, **values):
    defaults = {
        "kind": PaperKind.DECISION, "words": Words("Ferienspiele 2027", "Weil es nötig ist.", PAPER_EXTRA),
        "office_id": values.pop("office_id", None) or make_office(session, "Dezernat 5").id,
        "signed_as": "Beigeordnete/r", "written_on": date(2026, 11, 20), "phone": "51-0", "product_group": "11.06.01",
        "annexes": "Anlage 1", "measure_ids": tuple(measure.id for measure in measures), "consultations": MEETINGS,
    }  # fmt: skip
    return PaperContent(**(defaults | values))


def draft(session, *measures, by=BY, **values):
    return operations.draft_paper(session, content=content(session, *measures, **values), by=by, now=NOW)


def on_agenda(session, *measures, number="4711/2025-2030", **values):
    paper = draft(session, *measures, **values)
    operations.ask_to_sign(session, paper=paper, due_on=date(2026, 11, 30), by=BY, now=NOW)
    for each in queries.cosignatures(session, paper.id):
        operations.cosign(session, paper=paper, cosignature=each, note="", by=BY, now=NOW)
    operations.sign(session, paper=paper, by=BY, now=NOW)
    operations.schedule(session, paper=paper, number=number, by=BY, now=NOW)
    return paper


def make_documents(session, measure, now):
    """A paper that offices are asked to sign and an order, as parameters of addresses."""
    paper = draft(session, measure)
    operations.ask_to_sign(session, paper=paper, due_on=date(2026, 11, 30), by=BY, now=now)
    (asked, *_) = queries.cosignatures(session, paper.id)
    build = operations.order(
        session, kind=BuildKind.BOOKLET, subject="", language="de", account_id=None, now=now
    )  # fmt: skip
    return {"paper_id": paper.id, "signature_id": asked.id, "build_id": build.id}


READY = {
    "need": Need.NONE, "service_check": ServiceCheck.NONE, "funding_check": FundingCheck.UNSUITABLE, "gender_checked": True,
    "kind": MeasureKind.OFFER, "state": MeasureState.IN_COMMITTEE,
}  # fmt: skip


def waits(session, measure, paper="4711/2025-2030", meeting_on=date(2026, 11, 20)):
    agenda.schedule(session, measure=measure, body="Rat der Stadt", meeting_on=meeting_on, paper=paper, by=BY, now=NOW)
    return measure
