"""What documents say, in every language, and how many questions they ask the database."""

import io
from datetime import date
from pathlib import Path

import pypdf
import pytest
import sqlalchemy as sa

from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.documents import operations, queries
from bihaelt.documents.domain.blocks import Boxed, Listing, plain, texts
from bihaelt.documents.domain.papers import PaperKind
from bihaelt.documents.queries.sheets import sheets
from bihaelt.documents.queries.words import note
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.i18n import BY_BABEL, LANGUAGES, speaking
from bihaelt.measures.domain import Category, Light, MeasureState, Takes
from bihaelt.measures.models import Measure, Move, Origin
from bihaelt.money.domain import MoneyKind, PoolKind, RequestKind, TransferState
from bihaelt.money.models import MoneyAccount, Pool, Transfer
from bihaelt.plan.operations import make as make_edition
from bihaelt.plan.operations import publish as publish_edition
from bihaelt.proposals.domain import Outcome, Round, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from tests.documents.stage import BY, content, draft, running, whole_measure
from tests.factories import (
    NOW,
    add,
    make_cluster,
    make_conference,
    make_measure,
    make_organisation,
    make_programme,
    make_proposal,
    make_service,
    make_text,
)
from tests.pdf import tags

GERMAN, ARABIC = BY_BABEL["de"], BY_BABEL["ar"]
TODAY = date(2026, 11, 22)


def sheet(session, measure, language=GERMAN):
    with speaking(language):
        return queries.sheet_document(session, measure.id, "Bielefeld")


def words(document):
    return " | ".join([document.name, *texts(document.blocks)])


def pdf(document, folder: Path):
    return pypdf.PdfReader(io.BytesIO(operations.pdf(folder, document)))


def test_a_sheet_says_everything(session):
    measure = running(session)
    account = {"measure_id": measure.id, "cluster_id": measure.cluster_id, "year": 2026, "kind": MoneyKind.CONSUMPTIVE}
    add(session, MoneyAccount(**account, allocated=900_000, bound=300_000, settled=100_000, actual=50_000))
    told = words(sheet(session, measure))
    for piece in (
        measure.number, "Ferienspiele", "Bewegung", "Digitales", "Sport", "Halle", "Jugendamt", "11.06.01",
        "1/2025-2030", "Es fehlt etwas.", "Eins", "Deutsch, العربية", "Kinder", "passt", "Start", "10.000\xa0€",
        "2.345\xa0€", "Demokratie leben", "9.000\xa0€", "2.000\xa0€", "500\xa0€", "Spielplatz auf", "die Halle", "Keine",
    ):  # fmt: skip
        assert piece in told, piece


def test_an_idea_says_what_is_still_open(session):
    measure = make_measure(session)
    told = words(sheet(session, measure))
    assert "noch offen" in told
    assert "Diese Maßnahme geht nicht auf einen Vorschlag zurück." in told
    measure.starts_on, measure.carrier_id = date(2026, 3, 1), make_organisation(session, "Träger").id
    measure.service_id, measure.service_check = make_service(session, "Dienst").id, "linked"
    measure.access = {"languages": []}
    session.flush()
    session.expire_all()
    told = words(sheet(session, measure))
    for piece in ("ab 01.03.2026", "Träger", "Dienst"):
        assert piece in told
    assert queries.sheet_document(session, 0, "Bielefeld") is None


def test_a_translation_says_that_it_is_one(session):
    measure = whole_measure(session)
    text = session.get(Text, measure.text_id)
    original = current_version(session, text.id, "de")
    translate(
        session,
        text=text,
        language="ar",
        words=Words("ألعاب", "نص"),
        status=Status.MACHINE,
        made_from=original,
        now=NOW,
    )
    document = sheet(session, measure, ARABIC)
    assert document.dir == "rtl"
    assert "ألعاب" in document.name
    assert plain(document.blocks[0].words)
    found = sheets(session, ARABIC.chain, ids=[measure.id])[0].text
    assert note(found)
    stale = type(found)(**{name: getattr(found, name) for name in found.__slots__} | {"stale": True})
    with speaking(GERMAN):
        assert "Original" in plain(note(stale)[0].words)


def test_all_sheets_cost_as_many_questions_as_one(session, count_queries):
    def counted():
        session.expire_all()
        session.commit()
        with count_queries() as statements:
            queries.booklet(session, "Bielefeld")
        return len(statements)

    with speaking(GERMAN):
        whole_measure(session)
        one = counted()
        for _ in range(2):
            whole_measure(session)
        three = counted()
        for _ in range(12):
            make_measure(session)
    assert one == three == counted()


def test_the_booklet_has_a_chapter_for_each_cluster(session):
    first, second = whole_measure(session), make_measure(session, "Zweite")
    with speaking(GERMAN):
        whole = queries.booklet(session, "Bielefeld")
        chapter = queries.booklet(session, "Bielefeld", cluster_id=second.cluster_id)
        empty = queries.booklet(session, "Bielefeld", cluster_id=make_cluster(session).id)
    assert first.number in words(whole)
    assert "Zweite" in words(whole)
    assert "Zweite" in words(chapter)
    assert first.number not in words(chapter)
    assert empty.stamp == ""
    assert queries.changed_at(session) == NOW


def test_a_booklet_of_an_edition_says_what_was_frozen(session):
    measure = running(session)
    make_measure(session, "Idee")
    edition = make_edition(session, by=BY, now=NOW)
    with speaking(GERMAN):
        assert queries.edition_document(session, edition.number, "Bielefeld") is None
        publish_edition(session, edition=edition, by=BY, now=NOW)
        measure.planned_cents = 9_999_900
        session.flush()
        found = queries.edition_document(session, edition.number, "Bielefeld")
        assert queries.edition_document(session, 99, "Bielefeld") is None
    told = words(found)
    for piece in (measure.number, "Idee", "12.345\xa0€", "01.03.2026 – 31.12.2026", "Es fehlt etwas.", "Bewegung"):
        assert piece in told, piece
    assert "99.999" not in told


def test_sheets_come_in_the_order_asked_for(session):
    one, two = make_measure(session), make_measure(session)
    assert [each.measure.id for each in sheets(session, ("de",), ids=[two.id, one.id])] == [two.id, one.id]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_every_language_is_tagged_pdf_for_everybody(session, tmp_path, language):
    document = sheet(session, running(session), language)
    reader = pdf(document, tmp_path)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language.tag.partition("-")[0]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == document.name
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert {"H1", "H2", "P", "L", "LI", "LBody", "Table", "TH", "TD"} <= set(tags(root["/StructTreeRoot"]))
    assert all("/MCID" in page.get_contents().get_data().decode("latin-1") for page in reader.pages)


def test_arabic_letters_come_out_of_the_pdf_as_they_went_in(session, tmp_path):
    measure = make_measure(session)
    text = make_text(session, "ألعاب الأطفال", "في الحديقة يلعب الأطفال.", "ar")
    measure.text_id = text.id
    session.flush()
    found = pdf(sheet(session, measure, ARABIC), tmp_path).pages[0].extract_text()
    for word in ("الأطفال", "الحديقة", "يلعب"):
        assert word in found


def test_the_same_sheet_is_set_once(session, tmp_path):
    measure = make_measure(session)
    first = operations.pdf(tmp_path, sheet(session, measure))
    (file,) = tmp_path.iterdir()
    file.write_bytes(first + b"%")
    assert operations.pdf(tmp_path, sheet(session, measure)) == first + b"%"
    measure.planned_cents = 500
    session.flush()
    operations.pdf(tmp_path, sheet(session, measure))
    assert len(list(tmp_path.iterdir())) == 2


def paper(session, found, language=GERMAN):
    with speaking(language):
        return queries.paper_document(session, queries.paper(session, found.id), "Bielefeld")


def points_of(document):
    return [plain(item) for block in document.blocks if isinstance(block, Listing) for item in block.items]


def test_a_paper_proposes_numbered_points_with_amounts_and_pools(session):
    measure, other = whole_measure(session), make_measure(session, "Zweite", planned_cents=100_000)
    city = make_programme(session, key="stadt", name="Städtisch", level="city")
    add(session, funding(other, city, 100_000, "planned"))
    refused = make_programme(session, key="nein", name="Nein")
    add(session, funding(other, refused, 100_000, "refused"))
    pool = {"kind": PoolKind.ONE_WAY, "from_cluster_id": measure.cluster_id, "to_cluster_id": other.cluster_id}
    add(session, Pool(**pool, first_year=2026))
    found = paper(session, draft(session, measure, other))
    points = points_of(found)
    assert "12.345\xa0€" in points[0]
    assert "5.000\xa0€" in points[0]
    assert "7.345\xa0€" in points[0]
    assert "1.000\xa0€" in points[1]
    assert points[1].count("€") == 1
    assert "Bewegung" in points[2]
    assert "→" in points[3]
    assert "13.345\xa0€" in points[4]
    assert points[5:7] == ["Der Rat dankt.", "Es geht weiter."]
    assert points[7:] == ["Anlage 1"]


def funding(measure, programme, cents, state):
    more = (
        {"decided_on": date(2026, 1, 1), "applied_on": date(2026, 1, 1), "reason": "Nein"} if state == "refused" else {}
    )
    return Funding(
        measure_id=measure.id, programme_id=programme.id, cents=cents, state=state, first_year=2026, last_year=2026,
        changed_at=NOW, **more,
    )  # fmt: skip


def test_a_paper_has_its_head_its_boxes_and_a_role_under_it(session):
    found = paper(session, draft(session, make_measure(session)))
    told = words(found)
    for piece in (
        "Dezernat 5",
        "20.11.2026",
        "51-0",
        "11.06.01",
        "12.345 €",
        "Jugendhilfeausschuss",
        "Rat der Stadt",
        "Beigeordnete/r",
    ):
        assert piece in told
    assert sum(isinstance(block, Boxed) for block in found.blocks) == 5


def test_a_paper_for_information_proposes_nothing(session):
    measure = make_measure(session, planned_cents=100)
    with_measure = paper(
        session, draft(session, measure, kind=PaperKind.INFORMATION, consultations=(), annexes="", phone="")
    )
    without = paper(session, draft(session, kind=PaperKind.INFORMATION, consultations=()))
    assert measure.number in words(with_measure)
    assert measure.number not in words(without)
    assert "Der Rat dankt." not in words(with_measure)


def test_a_paper_without_points_leaves_them_out(session):
    plain_words = Words("Titel", "Weil", {})
    found = paper(session, draft(session, words=plain_words))
    assert points_of(found) == ["Anlage 1"]
    assert content(session).annexes == "Anlage 1"


def test_a_paper_reads_from_right_to_left_in_arabic(session, tmp_path):
    found = paper(session, draft(session, make_measure(session)), ARABIC)
    assert found.dir == "rtl"
    assert {"H1", "H2", "H3"} <= set(tags(pdf(found, tmp_path).trailer["/Root"]["/StructTreeRoot"]))


def report_on(session, measure, period, **values):
    return add(session, StatusReport(measure_id=measure.id, period=period, **values))


def test_a_controlling_report_tells_lights_money_and_what_is_missing(session):
    measure, silent = running(session), running(session, number="M998")
    add(session, ReportingRound(period="2026-H1", due_on=date(2026, 7, 31), opened_at=NOW))
    text = make_text(session, "", "Es läuft.", next="Weiter so.")
    report_on(
        session, measure, "2026-H1", state=ReportState.PUBLISHED, text_id=text.id, time=Light.RED, cost=Light.GREEN,
        goal=Light.YELLOW, time_proposed=Light.GREEN, cost_proposed=Light.GREEN,
        goal_proposed=Light.YELLOW, time_reason="Lieferung kam spät", submitted_at=NOW, checked_at=NOW,
        published_at=NOW, forecast_cents=100,
    )  # fmt: skip
    report_on(session, silent, "2026-H1")
    with speaking(GERMAN):
        found = queries.controlling_document(session, "2026-H1", TODAY, "Bielefeld")
        early = queries.controlling_document(session, "2026-H1", date(2026, 7, 1), "Bielefeld")
        assert queries.controlling_document(session, "2026-H2", TODAY, "Bielefeld") is None
    told = words(found)
    for piece in (measure.number, "M998", "Es läuft.", "Weiter so.", "Lieferung kam spät", "Bewegung"):
        assert piece in told
    assert words(early) != told


def test_a_controlling_report_tells_what_was_moved_what_is_due_and_what_changed(session):
    cluster = make_cluster(session)
    one, other = running(session, number="M998"), running(session, number="M999")
    add(session, ReportingRound(period="2026-H2", due_on=TODAY, opened_at=NOW))
    add(
        session,
        Transfer(
            kind=RequestKind.TRANSFER, year=2026, from_id=one.id, to_id=other.id, cents=12_345_00, reason="Mehr Kinder",
            rule="B1", state=TransferState.BOOKED, way="holder", requested_at=NOW, due_on=TODAY, booked_at=NOW,
        ),
    )  # fmt: skip
    programme = make_programme(session, cluster, name="KIM", deadline=date(2026, 10, 1))
    add(
        session,
        Funding(
            measure_id=other.id, programme_id=programme.id, cents=100, state=FundingState.PROOF_DUE, first_year=2026,
            last_year=2026, applied_on=TODAY, decided_on=TODAY, granted_cents=100, reference="B-1", starts_on=TODAY,
            ends_on=TODAY, proof_due_on=date(2026, 12, 31), changed_at=NOW,
        ),
    )  # fmt: skip
    add(session, Move(measure_id=one.id, old=Category.B, new=Category.A, reason="Der Rat will es", at=NOW))
    with speaking(GERMAN):
        told = words(queries.controlling_document(session, "2026-H2", TODAY, "Bielefeld"))
    for piece in ("Mehr Kinder", "12.345", "KIM", "Frist des Programms", "31.12.2026", "B → A", "Der Rat will es"):
        assert piece in told, piece


def test_the_report_of_a_conference_tells_what_became_of_each_proposal(session):
    cluster = make_cluster(session)
    conference = make_conference(session, "reporting", decided_at=NOW, clusters=(cluster,))
    for title, outcome in (("Bänke", Outcome.ACCEPTED), ("Seilbahn", Outcome.REJECTED)):
        make_proposal(
            session, title, conference=conference, state=State.DECIDED, outcome=outcome, cluster_id=cluster.id
        )
    closed = make_proposal(session, "Zu", conference=conference, state=State.CLOSED, cluster_id=cluster.id)
    session.execute(
        sa.update(ProposalRound)
        .where(ProposalRound.proposal_id == closed.id)
        .values(result=Round.CLOSED, reason="Doppelt")
    )
    sent = make_proposal(
        session, "Bahn", conference=conference, state=State.DECIDED, outcome=Outcome.FORWARDED, cluster_id=cluster.id
    )
    taken = session.scalars(sa.select(Proposal).where(Proposal.outcome == Outcome.ACCEPTED)).one()
    for each, to in ((sent, "Land NRW"), (taken, "")):
        answer = make_text(session, "", "So ist es.", taken="Alles.", not_taken="Nichts.")
        add(
            session,
            Decision(
                proposal_id=each.id, conference_id=conference.id, outcome=each.outcome,
                reason=Reason.NOT_RESPONSIBLE if to else Reason.FITS, forwarded_to=to, text_id=answer.id,
                state=DecisionState.PUBLISHED, body="Rat", decided_on=TODAY, prepared_by_id=closed.author_id,
                prepared_at=NOW, checked_by_id=sent.author_id, checked_at=NOW, published_at=NOW,
            ),
        )  # fmt: skip
    measure = make_measure(session)
    add(session, Origin(measure_id=measure.id, proposal_id=taken.id, takes=Takes.FULLY, created_at=NOW))
    with speaking(GERMAN):
        found = queries.conference_document(session, conference.id, "Bielefeld")
        assert queries.conference_document(session, 0, "Bielefeld") is None
    told = words(found)
    for piece in (
        "Bänke",
        "Seilbahn",
        "Der Rat beauftragt die Verwaltung.",
        "Doppelt",
        "Land NRW",
        "So ist es.",
        measure.number,
    ):
        assert piece in told


def test_a_measure_of_category_c_without_money_says_none(session):
    measure = make_measure(session, category=Category.C, state=MeasureState.IDEA)
    assert "0\xa0€" not in words(sheet(session, measure))
    assert session.get(Measure, measure.id) is measure
