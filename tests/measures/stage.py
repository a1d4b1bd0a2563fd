"""Accepted proposals, complete sheets, and the way to a decision."""

from dataclasses import replace
from datetime import date

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    PARTS,
    FundingCheck,
    MeasureKind,
    MeasureState,
    Need,
    PartnerRole,
    ServiceCheck,
    Sheet,
)
from bihaelt.measures.operations import add_partner, answer, ask, decide, edit, schedule, set_state
from bihaelt.proposals.domain import Outcome, State
from bihaelt.texts.domain import Words
from tests.factories import make_account, make_group, make_office, make_organisation, make_proposal

WORDS = Words(
    "Ferienspiele", "Kurzbeschreibung.",
    dict.fromkeys(PARTS, "") | {"need": "Es fehlt.", "goal": "Mehr Kinder nehmen teil.", "target_group": "Kinder"},
)  # fmt: skip


def full_sheet(cluster_id=1, office_id=1, working_group_id=1, **values):
    """A sheet that passes every gate but the passing of time."""
    sheet = Sheet(
        words=WORDS, cluster_id=cluster_id, office_id=office_id, working_group_id=working_group_id,
        starts_on=date(2026, 11, 1), ends_on=date(2027, 6, 30), planned_cents=10_000_00, need=Need.SHOWN,
        service_check=ServiceCheck.NONE, funding_check=FundingCheck.UNSUITABLE, gender_checked=True, kind=MeasureKind.OFFER,
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


def decidable(session, measure, now, **values):
    """A measure that lacks nothing before a body decides it, in the draft."""
    completed(session, measure, **values)
    carrier = make_organisation(session)
    add_partner(
        session, measure=measure, organisation_id=carrier.id, office_id=None, role=PartnerRole.CARRIER,
        by=keeper(session), now=now,
    )  # fmt: skip
    return measure


def co_signed(session, measure, now, revision=None):
    """Another office was asked and has co-signed."""
    by = keeper(session)
    (row,) = ask(
        session, measure=measure, revision=revision, office_ids=[make_office(session).id], due_on=date(2026, 12, 6),
        by=by, now=now,
    )  # fmt: skip
    answer(session, cosignature=row, signs=True, reason="", by=by, now=now)
    return row


def on_agenda(session, measure, now, revision=None, **values):
    defaults = {"body": "Rat der Stadt", "meeting_on": date(2026, 11, 20), "paper": "4711/2025-2030", "reason": ""}
    return schedule(session, measure=measure, revision=revision, by=keeper(session), now=now, **(defaults | values))


def decided(session, measure, now, revision=None):
    """All the way to a decision."""
    co_signed(session, measure, now, revision)
    decide(session, consultation=on_agenda(session, measure, now, revision), note="", by=keeper(session), now=now)
    return measure


def running(session, measure, now):
    decided(session, measure, now)
    set_state(session, measure=measure, state=MeasureState.RUNNING, reason="Los", by=keeper(session), now=now)
    return measure


def change(**values):
    """What a form would do to a sheet."""
    return lambda sheet: replace(sheet, **values)


def said(**parts):
    """Other words on a sheet."""
    return lambda sheet: replace(
        sheet, words=Words(sheet.words.title, sheet.words.body, dict(sheet.words.extra) | parts)
    )


def sheet_of(session, measure):
    return queries.sheet(session, measure)
