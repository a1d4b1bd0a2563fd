"""Accepted proposals, and complete sheets."""

from dataclasses import replace
from datetime import date

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import FundingCheck, Need, ServiceCheck, Sheet
from bihaelt.measures.operations import edit
from bihaelt.proposals.domain import Outcome, State
from bihaelt.texts.domain import Words
from tests.factories import make_account, make_group, make_office, make_proposal

WORDS = Words("Ferienspiele", "Kurzbeschreibung.", {"need": "Es fehlt.", "goal": "Mehr Kinder nehmen teil."})


def full_sheet(cluster_id=1, office_id=1, working_group_id=1, **values):
    """A sheet that passes every gate but the passing of time."""
    sheet = Sheet(
        words=WORDS, cluster_id=cluster_id, office_id=office_id, working_group_id=working_group_id,
        starts_on=date(2026, 11, 1), ends_on=date(2027, 6, 30), planned_cents=10_000_00, need=Need.SHOWN,
        service_check=ServiceCheck.NONE, funding_check=FundingCheck.UNSUITABLE, gender_checked=True,
    )  # fmt: skip
    return replace(sheet, **values)


def completed(session, measure, **values):
    """Give the measure a complete sheet, as an edit would."""
    sheet = full_sheet(measure.cluster_id, make_office(session).id, make_group(session).id, **values)
    edit(session, measure=measure, sheet=sheet, seen=measure.changed_at, by=keeper(session), now=measure.changed_at)
    return measure


def keeper(session):
    return Voice(make_account(session, Role.PLAN_OWNER).id, "plan_owner")


def accepted(session, title="Mehr Bänke", outcome=Outcome.ACCEPTED, **values):
    return make_proposal(session, title, state=State.DECIDED, outcome=outcome, **values)
