"""Funding programmes of the demo city: the catalogue, what was checked, and applications at every stage."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import REFERENCE, Scene
from bihaelt.demo.words import read
from bihaelt.funding.domain import FundingState, Level, sum_of
from bihaelt.funding.models import Check, Funding, Programme, ProgrammePurpose
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.domain import FundingCheck
from bihaelt.measures.models import Measure
from bihaelt.workdays import add_months

Row = dict[str, Any]
LEVELS = {"bund": Level.FEDERAL, "land": Level.STATE, "land_eu": Level.EU, "kommune": Level.CITY}
OWN = "staedtisch"
# Days from today: one deadline is near, the others lie behind one another.
DEADLINES = {"kim": 21, "demokratie": 52, "demo_land": 96}
CONDITIONS = {
    "kim": "Demo: Der Antrag wird online gestellt. Personal- und Sachkosten werden bezahlt.",
    "demokratie": "Demo: Das Projekt muss für alle offen sein. Vor der Bewilligung darf nicht begonnen werden.",
    "demo_land": "Demo: Die Angebote müssen für Kinder kostenlos sein. Die Mittel gelten für das Haushaltsjahr.",
    "ba_nrw": "Demo: Beratung wird als Pauschale bezahlt. Ein Zwischenbericht ist jedes Jahr fällig.",
}
CONTACT = "Förderstelle der Demo-Stadt, foerderung@demo.bihaelt.example"
NOTHING = "Alle Programme des Katalogs durchgesehen: Keines bezahlt dieses Schwerpunktthema in diesen Jahren."
FITS = "Zweck und Zeitraum passen; mit der Förderstelle besprochen."
AGAIN = "Das Programm wurde neu aufgelegt. Die Bedingungen für laufende Kosten sind noch zu klären."
LOOK = "Noch nicht angesehen."


def make(session: Session, scene: Scene) -> None:
    """The catalogue, and what it pays for the measures that are there already."""
    programmes = {row["key"]: make_programme(session, scene, row) for row in read("city")["funding_programmes"]}
    for number, row in enumerate(read("city")["measures"], 1):
        measure = scene.measures[row["id"]]
        for funding in row["funding"]:
            if funding["programme"] != OWN:  # the city's own money is what is left
                spent = row["actual"] * 100
                apply(session, scene, number, measure, programmes[funding["programme"]], funding, spent)
        check(session, scene, row, measure, programmes)
    session.flush()


def make_programme(session: Session, scene: Scene, row: Row) -> Programme:
    key, days = row["key"], DEADLINES.get(row["key"])
    # Programmes that are still running move with the years of the city; what ended in 2022 stays there.
    first, last = row["years"]
    shift = scene.now.year - REFERENCE[0] if last >= REFERENCE[0] else 0
    programme: Programme = scene.add(
        session,
        Programme(
            key=key, name=row["name"], level=LEVELS[row["level"]], first_year=first, last_year=last + shift,
            own_share=row["own_share_pct"], note=row["note"], conditions=CONDITIONS.get(key, ""), contact=CONTACT,
            deadline=scene.day(days).date() if days else None,
            ended_on=None if last >= REFERENCE[0] else date(last, 12, 31), changed_at=scene.day(-100),
        ),
    )  # fmt: skip
    for cluster in row["purposes"]:
        session.add(ProgrammePurpose(programme_id=programme.id, cluster_id=scene.clusters[cluster].id))
    return programme


def apply(
    session: Session, scene: Scene, number: int, measure: Measure, programme: Programme, row: Row, spent: int
) -> None:
    """An application as the plan of the city says; a grant whose time is over waits for its proof of use."""
    state = FundingState(row["state"])
    begins = measure.starts_on or scene.day(30).date()
    ends = measure.ends_on or date(begins.year, 12, 31)
    granted, cents = state in (FundingState.GRANTED, FundingState.SETTLED), row["amount"] * 100
    funding = Funding(
        measure_id=measure.id, programme_id=programme.id, cents=cents, own_share=programme.own_share, state=state,
        first_year=max(begins.year, programme.first_year), last_year=max(begins.year, min(ends.year, programme.last_year)),
        changed_at=scene.day(-20),
    )  # fmt: skip
    if state is not FundingState.PLANNED:
        funding.applied_on = begins - timedelta(days=90) if granted else scene.day(-30).date()
    if granted:
        funding.granted_cents, funding.decided_on = cents, begins - timedelta(days=30)
        funding.reference = f"Demo-Bescheid {begins.year}-{number:03}"
        funding.conditions = "Demo: nur für diese Maßnahme; Rest wird zurückgezahlt."
        funding.starts_on, funding.ends_on = begins, ends
        funding.proof_due_on = add_months(ends, programme.proof_months)
        funding.drawn_cents = min(cents, spent)
    today = scene.now.date()
    if state is FundingState.SETTLED:
        funding.proof_submitted_on = funding.closed_on = funding.proof_due_on
    elif granted and ends < today:
        funding.state, funding.proof_due_on = FundingState.PROOF_DUE, today + timedelta(days=18)
    elif granted and funding.drawn_cents:
        funding.state = FundingState.DRAWN
    scene.add(session, funding)
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    record(
        session, act="measure.funded", subject=measure, by=owner, now=scene.day(-20), programme=programme.name,
        funding_state=funding.state.value, old_cents=0, new_cents=cents, reference=funding.reference,
    )  # fmt: skip


def check(session: Session, scene: Scene, row: Row, measure: Measure, programmes: dict[str, Programme]) -> None:
    """What was found for a measure: a programme fits, or nothing does; two checks are still open."""
    day = scene.day(-40).date()
    found = [programmes[each["programme"]] for each in row["funding"] if each["programme"] != OWN]
    rows = [
        Check(programme_id=each.id, state=FundingCheck.SUITABLE, reason=FITS, checked_on=day) for each in found
    ] or [Check(state=FundingCheck.UNSUITABLE, reason=NOTHING, checked_on=day)]
    if row["id"] == "M10":
        rows = [waiting(programmes["kim"], AGAIN, scene.day(6).date())]
    if row["id"] == "M16":
        rows = [waiting(programmes["kim"], LOOK, scene.day(-3).date())]
    for each in rows:
        each.measure_id, each.by_id = measure.id, scene.people["u_office510"].id
        session.add(each)
    measure.funding_check = sum_of(each.state for each in rows)


def waiting(programme: Programme, reason: str, day: date) -> Check:
    return Check(programme_id=programme.id, state=FundingCheck.OPEN, reason=reason, remind_on=day)
