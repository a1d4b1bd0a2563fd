"""Council papers of the demo city: one that is being written, and one that the council has decided."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.documents.domain.papers import ConsultationRole, PaperKind, PaperState
from bihaelt.documents.models import CouncilPaper, PaperCosignature, PaperMeasure, PaperMeeting
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.texts.domain import Words
from bihaelt.texts.operations import write

SIGNED_AS = "Beigeordnete/r für Soziales und Integration"
MEETINGS = (
    ("Jugendhilfeausschuss", ConsultationRole.ADVISE, 0), ("Sozial- und Gesundheitsausschuss", ConsultationRole.ADVISE, 5),
    ("Finanz- und Personalausschuss", ConsultationRole.ADVISE, 12), ("Rat der Stadt Bielefeld", ConsultationRole.DECIDE, 21),
)  # fmt: skip
BOXES = {
    "result_plan": "Die Aufwendungen sind im Teilergebnisplan der Produktgruppe veranschlagt.",
    "finance_plan": "Keine.",
    "goal_reference": "Aktionsplan „Bielefeld hält zusammen“ und Integrationskonzept, Handlungsfelder wie auf den Maßnahmenblättern.",
    "equality": "Der Genderaspekt jeder Maßnahme ist mit der Gleichstellungsstelle geprüft.",
    "inclusion": "Die Angebote sind barrierefrei erreichbar; Unterlagen gibt es in Leichter Sprache.",
    "climate": "Keine wesentliche Auswirkung.",
    "taking_part": "Die Vorschläge stammen aus der Zukunftskonferenz; ihr Werdegang ist öffentlich.",
}
DRAFT = Words(
    "Maßnahmen des Aktionsplanes für das kommende Jahr",
    "Die Zukunftskonferenz hat die Vorschläge beraten, die Fachämter haben sie ausgearbeitet.\n\n"
    "Die Förderprogramme des Landes und des Bundes sind für jede Maßnahme geprüft; städtische Mittel werden nachrangig "
    "eingesetzt.",
    {**BOXES, "earlier": "", "resolution": "Die Verwaltung berichtet halbjährlich über den Stand der Umsetzung."},
)
DECIDED = Words(
    "Fortschreibung des Aktionsplanes „Bielefeld hält zusammen“",
    "Der Rat hat die Verwaltung beauftragt, die Ergebnisse der Zukunftskonferenz in Maßnahmen umzusetzen.\n\n"
    "Die Maßnahme ist ausgearbeitet, mit den beteiligten Ämtern abgestimmt und finanziert.",
    {**BOXES, "earlier": "Jugendhilfeausschuss, Auftrag zur Zukunftskonferenz", "resolution": ""},
)


def make(session: Session, scene: Scene) -> None:
    draft = add_paper(session, scene, DRAFT, ("M05", "M08", "M09"), days=-6, first=25, key="paper-draft")
    record(session, act="paper.drafted", subject=draft, by=voice(scene), now=draft.created_at, public=False)
    decided = add_paper(session, scene, DECIDED, ("M01",), days=-120, first=-80, key="paper-decided")
    decided.state, decided.number = PaperState.DECIDED, "4102/2025-2030"
    decided.signed_at, decided.met_on = scene.day(-90), scene.day(-59).date()
    decided.changed_at = scene.day(-58)
    session.add(
        PaperCosignature(
            paper_id=decided.id, office_id=scene.offices["jugendamt"].id, due_on=scene.day(-95).date(),
            signed_at=scene.day(-97), by_id=scene.people["u_office510"].id,
        )
    )  # fmt: skip
    clerk = Voice(scene.people["u_council"].id, "council_clerk")
    record(
        session, act="paper.state", subject=decided, by=clerk, now=decided.changed_at, paper=decided.number,
        old_paper_state="on_agenda", new_paper_state="decided", met_on=decided.met_on.isoformat(),
    )  # fmt: skip
    session.flush()


def add_paper(
    session: Session, scene: Scene, words: Words, measures: tuple[str, ...], *, days: int, first: int, key: str
) -> CouncilPaper:
    """A draft written ``days`` from the day of loading, with its first meeting on the day ``first``."""
    written = scene.day(days)
    text = write(session, language="de", words=words, now=written, author_id=scene.people["u_council"].id)
    paper: CouncilPaper = scene.add(
        session,
        CouncilPaper(
            kind=PaperKind.DECISION, state=PaperState.DRAFT, text_id=text.id, office_id=scene.offices["dez5"].id,
            signed_as=SIGNED_AS, written_on=written.date(), product_group="11.06.01", annexes="Maßnahmenblätter",
            drafted_by_id=scene.people["u_council"].id, created_at=written, changed_at=written, demo_key=key,
        ),
    )  # fmt: skip
    for place, name in enumerate(measures, 1):
        session.add(PaperMeasure(paper_id=paper.id, measure_id=scene.measures[name].id, position=place))
    for place, (body, role, later) in enumerate(MEETINGS, 1):
        day = (written + timedelta(days=first - days + later)).date()
        session.add(PaperMeeting(paper_id=paper.id, position=place, body=body, held_on=day, role=role))
    session.flush()
    return paper


def voice(scene: Scene) -> Voice:
    return Voice(scene.people["u_council"].id, "council_clerk")
