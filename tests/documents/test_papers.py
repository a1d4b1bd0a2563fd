"""Council papers: what fits into one, and their way to the council and back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt.accounts.domain import Role
from bihaelt.documents import operations, queries
from bihaelt.documents.domain.papers import (
    OUTCOMES,
    PAPER_STEPS,
    Consultation,
    ConsultationRole,
    PaperKind,
    PaperState,
    complete,
    fitting,
)
from bihaelt.documents.models import CouncilPaper, PaperCosignature
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import MeasureState
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.texts.domain import Words
from bihaelt.verdicts import Conflict, DomainError
from tests.documents.stage import BY, MEETINGS, READY, content, draft, on_agenda, waits, whole_measure
from tests.factories import NOW, make_account, make_measure, make_office

LATER = NOW + timedelta(hours=1)
DUE = date(2026, 11, 30)


def field_of(act, *arguments, **values):
    with pytest.raises(DomainError) as refused:
        act(*arguments, **values)
    return refused.value.field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": Words("", "Weil")}, "title"),
        ({"words": Words("Titel", "")}, "body"),
        ({"signed_as": ""}, "signed_as"),
        ({"measure_ids": tuple(range(61))}, "measures"),
        ({"kind": PaperKind.INFORMATION}, "consultations"),
        ({"consultations": MEETINGS * 5}, "consultations"),
        ({"consultations": tuple(reversed(MEETINGS))}, "consultations"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(session, values, field):
    assert field_of(fitting, content(session, **values)) == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"consultations": ()}, "consultations"),
        ({"consultations": MEETINGS[:1]}, "consultations"),
        ({"words": Words("Titel", "Weil")}, "measures"),
    ],
)
def test_offices_are_asked_about_a_whole_paper_only(session, values, field):
    assert field_of(complete, content(session, **values)) == field
    assert complete(content(session)).consultations == MEETINGS


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"product_group": "11.6.1"}, "product_group"),
        ({"office_id": 999_999}, "office"),
        ({"measure_ids": (999_999,)}, "measures"),
    ],
)
def test_a_draft_names_what_exists(session, values, field):
    assert field_of(operations.draft_paper, session, content=content(session, **values), by=BY, now=NOW) == field


def test_a_draft_keeps_everything_in_order(session):
    second, first = make_measure(session), make_measure(session)
    paper = draft(session, first, second)
    found = queries.content_of(session, queries.paper(session, paper.id))
    assert found.measure_ids == (first.id, second.id)
    assert found.consultations == MEETINGS
    assert found.words.title == "Ferienspiele 2027"
    assert queries.measure_numbers(session, found.measure_ids) == [first.number, second.number]
    assert queries.measures_numbered(session, [first.number, "M999"]) == {first.number: first.id}
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "paper.drafted")).one()
    assert not entry.public


def test_two_people_do_not_overwrite_each_other(session):
    paper = draft(session)
    operations.edit_paper(
        session,
        paper=paper,
        content=content(session, words=Words("Neu", "Weil")),
        seen=paper.changed_at,
        by=BY,
        now=LATER,
    )
    assert queries.content_of(session, queries.paper(session, paper.id)).words.title == "Neu"
    with pytest.raises(Conflict):
        operations.edit_paper(session, paper=paper, content=content(session), seen=NOW, by=BY, now=LATER)


def test_a_paper_that_is_signed_stands_still(session):
    paper = draft(session)
    operations.ask_to_sign(session, paper=paper, due_on=DUE, by=BY, now=NOW)
    with pytest.raises(Conflict):
        operations.edit_paper(session, paper=paper, content=content(session), seen=paper.changed_at, by=BY, now=LATER)


def test_touched_offices_are_asked_once_and_by_letter(session):
    office = make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    measures = [make_measure(session, office_id=office.id) for _ in range(2)]
    paper = draft(session, *measures, make_measure(session))
    assert field_of(operations.ask_to_sign, session, paper=paper, due_on=date(2026, 1, 1), by=BY, now=NOW) == "due_on"
    operations.ask_to_sign(session, paper=paper, due_on=DUE, by=BY, now=NOW)
    (asked,) = queries.cosignatures(session, paper.id)
    assert (asked.office_id, asked.due_on, asked.signed_at) == (office.id, DUE, None)
    letter = session.scalars(sa.select(Letter).where(Letter.kind == "paper_cosign")).one()
    assert letter.account_id == editor.id
    with pytest.raises(DomainError, match="Not all offices"):
        operations.sign(session, paper=paper, by=BY, now=NOW)
    operations.cosign(session, paper=paper, cosignature=asked, note=" gut ", by=BY, now=LATER)
    assert (queries.cosignature(session, asked.id).note, asked.signed_at) == ("gut", LATER)
    with pytest.raises(Conflict):
        operations.cosign(session, paper=paper, cosignature=asked, note="", by=BY, now=LATER)
    operations.sign(session, paper=paper, by=BY, now=LATER)
    assert (paper.state, paper.signed_at) == (PaperState.SIGNED, LATER)


def test_the_paper_s_own_office_signs_with_the_paper(session):
    office = make_office(session)
    paper = draft(session, make_measure(session, office_id=office.id), office_id=office.id)
    operations.ask_to_sign(session, paper=paper, due_on=DUE, by=BY, now=NOW)
    assert queries.cosignatures(session, paper.id) == []


def test_taking_a_paper_back_ends_all_signatures(session):
    paper = draft(session, make_measure(session, office_id=make_office(session).id))
    operations.ask_to_sign(session, paper=paper, due_on=DUE, by=BY, now=NOW)
    assert field_of(operations.take_back, session, paper=paper, reason=" ", by=BY, now=NOW) == "reason"
    operations.take_back(session, paper=paper, reason="Fehler", by=BY, now=NOW)
    assert (paper.state, paper.signed_at) == (PaperState.DRAFT, None)
    assert session.scalars(sa.select(PaperCosignature)).all() == []


def test_on_the_agenda_a_paper_has_a_number_of_its_own(session):
    paper = on_agenda(session)
    assert (paper.state, paper.number) == (PaperState.ON_AGENDA, "4711/2025-2030")
    other = draft(session)
    operations.ask_to_sign(session, paper=other, due_on=DUE, by=BY, now=NOW)
    operations.sign(session, paper=other, by=BY, now=NOW)
    for number in ("4711", "4711/2025-2030", "x/2025-2030"):
        assert field_of(operations.schedule, session, paper=other, number=number, by=BY, now=NOW) in ("number", "paper")
    assert other.state is PaperState.SIGNED


def test_two_papers_cannot_take_one_number_at_the_same_moment(session):
    taken, paper = on_agenda(session, number="1/2025-2030"), draft(session)
    operations.ask_to_sign(session, paper=paper, due_on=DUE, by=BY, now=NOW)
    operations.sign(session, paper=paper, by=BY, now=NOW)
    session.commit()
    taken.number = "2/2025-2030"
    with pytest.raises(Conflict), session.no_autoflush:
        operations.schedule(session, paper=paper, number="2/2025-2030", by=BY, now=NOW)
    session.rollback()


def test_a_paper_that_was_deferred_comes_back_under_its_number(session):
    paper = on_agenda(session)
    operations.record_outcome(
        session, paper=paper, outcome=PaperState.DEFERRED, met_on=date(2026, 11, 20), told="", by=BY, now=NOW
    )
    assert field_of(operations.schedule, session, paper=paper, number="1/2025-2030", by=BY, now=NOW) == "number"
    operations.schedule(session, paper=paper, number="4711/2025-2030", by=BY, now=LATER)
    assert (paper.state, paper.met_on) == (PaperState.ON_AGENDA, None)


@pytest.mark.parametrize(
    ("outcome", "told", "met_on", "field"),
    [
        (PaperState.SIGNED, "", date(2026, 11, 20), "outcome"),
        (PaperState.CHANGED, " ", date(2026, 11, 20), "told"),
        (PaperState.REFERRED, "", date(2026, 11, 20), "told"),
        (PaperState.DECIDED, "", date(2026, 11, 23), "met_on"),
    ],
)
def test_an_outcome_says_what_it_needs(session, outcome, told, met_on, field):
    paper = on_agenda(session)
    assert (
        field_of(
            operations.record_outcome, session, paper=paper, outcome=outcome, met_on=met_on, told=told, by=BY, now=NOW
        )
        == field
    )


@pytest.mark.parametrize("outcome", OUTCOMES[PaperKind.DECISION])
def test_every_outcome_is_in_the_public_record(session, outcome):
    paper = on_agenda(session)
    operations.record_outcome(
        session, paper=paper, outcome=outcome, met_on=date(2026, 11, 22), told="Punkt 2 entfällt", by=BY, now=NOW
    )
    assert (paper.state, paper.met_on, paper.outcome) == (outcome, date(2026, 11, 22), "Punkt 2 entfällt")
    entry = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    assert (entry.act, entry.public, entry.details["new_paper_state"]) == ("paper.state", True, outcome.value)


def test_a_decided_paper_decides_the_measures_that_wait_under_its_number(session):
    ready = waits(session, whole_measure(session, **READY))
    other = waits(session, whole_measure(session, **READY), paper="1/2025-2030")
    lacking = waits(session, whole_measure(session, **READY))
    lacking.gender_checked = False
    later = waits(session, whole_measure(session, **READY), meeting_on=date(2026, 12, 1))
    paper = on_agenda(session, ready, other, lacking, later)
    with pytest.raises(Conflict):
        operations.decide_measures(session, paper=paper, by=BY, now=NOW)
    operations.record_outcome(
        session, paper=paper, outcome=PaperState.DECIDED, met_on=date(2026, 11, 20), told="", by=BY, now=NOW
    )
    found = operations.decide_measures(session, paper=paper, by=BY, now=NOW)
    assert found == ([ready.number], [other.number, lacking.number, later.number])
    assert (ready.state, ready.decided_paper) == (MeasureState.DECIDED, "4711/2025-2030")
    assert (other.state, lacking.decided_on, later.decided_on) == (MeasureState.IN_COMMITTEE, None, None)


def test_a_paper_for_information_is_noted_not_decided(session):
    meeting = (Consultation("Ausschuss", date(2026, 12, 1), ConsultationRole.NOTE),)
    paper = on_agenda(session, kind=PaperKind.INFORMATION, consultations=meeting)
    assert field_of(
        operations.record_outcome, session, paper=paper, outcome=PaperState.DECIDED, met_on=date(2026, 11, 22), told="",
        by=BY, now=NOW,
    ) == "outcome"  # fmt: skip
    operations.record_outcome(
        session, paper=paper, outcome=PaperState.NOTED, met_on=date(2026, 11, 22), told="", by=BY, now=NOW
    )
    assert paper.state is PaperState.NOTED


def test_no_state_is_left_without_a_way_or_an_end():
    assert set(PAPER_STEPS) == set(PaperState)
    assert {state for state, steps in PAPER_STEPS.items() if not steps} == {
        PaperState.DECIDED, PaperState.CHANGED, PaperState.NOTED,
    }  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"state": PaperState.ON_AGENDA, "signed_at": NOW},
        {"state": PaperState.SIGNED},
        {"state": PaperState.DRAFT, "signed_at": NOW},
        {"number": "4711"},
        {"product_group": "110601"},
        {"met_on": date(2026, 1, 1)},
        {
            "kind": PaperKind.INFORMATION,
            "state": PaperState.DECIDED,
            "signed_at": NOW,
            "number": "1/2025-2030",
            "met_on": DUE,
        },
    ],
)
def test_the_database_refuses_half_states(session, values):
    paper = draft(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(CouncilPaper).where(CouncilPaper.id == paper.id).values(**values))


def test_lists_cost_the_same_at_any_length(session, count_queries):
    def counted(**values):
        with count_queries() as statements:
            found = queries.papers(session, ("de",), public=False, **values)
            for row in found.rows:
                assert row.paper.office.name
        return len(statements), found

    draft(session)
    session.commit()
    one, _ = counted()
    for _ in range(5):
        draft(session)
    session.commit()
    many, page = counted(size=4)
    assert one == many
    cursor = Cursor.decode(page.older, (int,))
    _, older = counted(size=4, cursor=cursor)
    assert len(older.rows) == 2
    back = Cursor.decode(older.newer, (int,))
    assert [row.paper.id for row in counted(size=4, cursor=back)[1].rows] == [row.paper.id for row in page.rows]
    assert counted(state=PaperState.SIGNED)[1].rows == []
    assert queries.desk_count(session, NOW) == 6


def test_the_public_sees_papers_from_the_agenda_on(session):
    measure = whole_measure(session)
    draft(session, measure)
    paper = on_agenda(session, measure)
    assert [row.paper.id for row in queries.papers(session, ("de",), public=True).rows] == [paper.id]
    assert [row.paper.id for row in queries.papers_of(session, measure.id, ("de",))] == [paper.id]
    assert queries.papers_of(session, 0, ("de",)) == []
