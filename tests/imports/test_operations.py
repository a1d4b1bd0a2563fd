"""An existing plan is read, judged, taken over in one transaction, and undone as far as nobody has gone on."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt.imports import operations, queries
from bihaelt.imports.domain import LEAVE_OUT, ImportState, Part, RowState, Wordlist
from bihaelt.imports.models import PlanImport, PlanRow
from bihaelt.imports.operations import KEPT_DAYS
from bihaelt.journal import queries as journal
from bihaelt.measures import operations as measures
from bihaelt.measures import queries as sheets
from bihaelt.measures.domain import Category, MeasureState, Need
from bihaelt.measures.models import Measure, Milestone, SheetVersion
from bihaelt.paging import Cursor
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import NOW, make_account, make_measure, make_office
from tests.imports.stage import HEAD, ROWS, WHOLE, WHOLE_HEAD, xlsx_of

LATER = NOW + timedelta(hours=1)


def rows_of(session, found):
    return queries.all_rows(session, found.id)


def states(session, found):
    return [row.state.value for row in rows_of(session, found)]


def reasons(session, found):
    return [note["reason"] for row in rows_of(session, found) for note in row.faults]


def measures_of(session, found):
    return [session.get(Measure, row.measure_id) for row in rows_of(session, found) if row.measure_id]


def plan(session):
    return session.scalars(sa.select(Measure.number).order_by(Measure.id)).all()


def refused(act, field=None):
    with pytest.raises(DomainError) as error:
        act()
    assert field is None or error.value.field == field
    return error.value


def test_a_file_is_kept_with_what_its_headings_tell(stage, session):
    found = stage.upload(*ROWS)
    assert (found.state, found.rows, found.headings) == (ImportState.PREVIEW, 3, list(HEAD))
    assert found.columns == {
        "0": "number", "1": "title", "2": "body", "3": "cluster", "4": "office", "5": "category", "6": "planned",
    }  # fmt: skip
    assert [row.line for row in rows_of(session, found)] == [2, 3, 4]
    assert plan(session) == []


def test_a_title_above_the_headings_does_no_harm(stage, session):
    found = stage.upload(HEAD, *ROWS, head=("Aktionsplan",))
    assert (found.headings[1], [row.line for row in rows_of(session, found)]) == ("Titel", [3, 4, 5])


def test_of_several_tables_the_longest_is_taken_or_the_one_that_is_named(stage, session):
    data = xlsx_of(*ROWS, name="Maßnahmen", more=[("Legende", ("A", "B"))])

    def upload(table):
        return operations.upload(
            session, file_name="plan.xlsx", data=data, table=table, language="de", by=stage.by, now=NOW
        )

    assert upload("").table_name == upload("massnahmen").table_name == "Maßnahmen"
    error = refused(lambda: upload("Nichts"), "table")
    assert error.values["names"] == "Maßnahmen, Legende"
    assert "heading" in refused(lambda: upload("Legende"), "file").reason


def test_a_csv_file_has_no_tables_with_names(stage):
    assert refused(lambda: stage.upload(*ROWS, table="Plan"), "table").values["names"] == "1"


def test_what_is_too_much_is_refused(stage, monkeypatch):
    assert "rows" in refused(lambda: stage.upload(*[ROWS[0]] * 501), "file").reason
    assert "rows" in refused(lambda: stage.upload(*[ROWS[0]] * 600), "file").reason
    long = ("", "x", "y" * 9000, *[""] * 4)
    assert "kilobytes" in refused(lambda: stage.upload(*[long] * 60), "file").reason


def test_too_much_text_is_refused_however_small_the_file_is(stage, session):
    data = xlsx_of(*[("x", "y" * 9_900)] * 160, head=("Titel", "Text"))
    assert len(data) < 100_000
    act = refused(
        lambda: operations.upload(session, file_name="x", data=data, table="", language="de", by=stage.by, now=NOW),
        "file",
    )
    assert "too much text" in act.reason


def test_every_row_says_what_becomes_of_it(stage, session):
    make_measure(session, "Schwimm-Kurse", number="M007", cluster_id=stage.sport.id)
    found = stage.arranged(*ROWS, ("3.9", "", "x", "Wetter", "", "", ""))
    assert states(session, found) == ["new", "known", "new", "fault"]
    assert (found.fresh, found.known, found.faults) == (2, 1, 1)
    assert found.unknown == [["cluster", "Wetter"]]
    known = rows_of(session, found)[1]
    assert known.faults[0]["values"] == {"number": "M007"}
    assert session.get(Measure, known.measure_id).number == "M007"


def test_a_number_that_is_there_is_known_too(stage, session):
    make_measure(session, "Etwas anderes", number="3.1", cluster_id=stage.sport.id)
    found = stage.arranged(ROWS[0])
    assert states(session, found) == ["known"]


def test_the_same_number_or_title_twice_is_a_fault(stage, session):
    twice = stage.arranged(ROWS[0], ("3.1", "Anderes", *ROWS[0][2:]), ("3.5", *ROWS[0][1:]))
    assert states(session, twice) == ["new", "fault", "fault"]
    assert [row.faults[0]["values"] for row in rows_of(session, twice)[1:]] == [{"line": 2}, {"line": 2}]


def test_an_editor_enters_measures_of_the_own_office_without_decisions(stage, session):
    found = stage.arranged(*ROWS, offices={stage.school.id})
    assert states(session, found) == ["new", "fault", "new"]
    decided = stage.arranged(WHOLE, head=WHOLE_HEAD, offices={stage.school.id})
    assert states(session, decided) == ["fault"]
    assert "owner" in reasons(session, decided)[0]


def test_columns_are_given_another_meaning(stage, session):
    found = stage.upload(("Sprachcafé", "Ein Café", "3"), head=("Was", "Wozu", "Wieviel"))

    def arrange(columns, **defaults):
        operations.arrange(session, found=found, columns=columns, defaults=defaults, offices=None, now=NOW)

    assert "title" in refused(lambda: arrange({"0": "title"})).reason
    assert refused(lambda: arrange({"0": "title", "1": "title"})).field == "column_1"
    arrange({"0": "title", "1": "body", "2": "body"}, cluster=str(stage.sport.id))
    assert (found.fresh, states(session, found)) == (1, ["new"])


def test_unknown_words_are_explained_once_for_all_rows(stage, session):
    rows = [("", f"Titel {n}", "x", "Bildung", "Dez. 5", "", "") for n in range(3)]
    found = stage.arranged(*rows, ("", "Titel 9", "x", "Lernen", "Dez 5", "", ""))
    assert found.unknown == [["cluster", "Lernen"], ["office", "Dez. 5"]]
    operations.explain_words(
        session, found=found, words={Wordlist.OFFICE: {"Dez. 5": str(stage.gym.id)}}, offices=None, now=NOW
    )
    assert (states(session, found), found.unknown) == (["new"] * 3 + ["fault"], [["cluster", "Lernen"]])
    operations.explain_words(
        session, found=found, words={Wordlist.CLUSTER: {"Lernen": str(stage.learning.id)}}, offices=None, now=NOW
    )
    assert (found.faults, found.fresh, found.unknown) == (0, 4, [])


@pytest.mark.parametrize("said", ["095", "95", "Amt 095", "095 Stab", "Stab", "Gleichstellungsstelle"])
def test_an_office_is_known_by_name_and_number(stage, session, said):
    make_office(session, "Stab", number="095")
    make_office(session, "Gleichstellungsstelle", number="")
    assert states(session, stage.arranged(("", "x", "y", "Bildung", said, "", ""))) == ["new"]


def test_a_word_can_be_left_out(stage, session):
    found = stage.arranged(("", "x", "y", "Bildung", "niemand", "", ""))
    operations.explain_words(
        session, found=found, words={Wordlist.OFFICE: {"niemand": LEAVE_OUT}}, offices=None, now=NOW
    )
    assert states(session, found) == ["new"]


def test_words_that_mean_two_things_mean_nothing(stage, session):
    make_office(session, "Sportamt")
    assert stage.arranged(ROWS[1]).unknown == [["office", "Sportamt"]]


def test_a_plan_is_taken_over_with_who_what_and_when(stage, session):
    found = stage.taken()
    assert (found.state, found.done_at, found.done_by_id) == (ImportState.DONE, NOW, stage.owner.id)
    assert plan(session) == ["3.1", "3.2", "M001"]
    first = measures_of(session, found)[0]
    sheet = sheets.sheet(session, first)
    assert (first.category, first.state, first.created_at) == (Category.C, MeasureState.DRAFT, NOW)
    assert (sheet.words.title, sheet.cluster_id, sheet.office_id) == ("Sprachcafé", stage.learning.id, stage.school.id)
    assert (sheet.planned_cents, sheet.need) == (12_000_00, Need.OPEN)
    (entry,) = journal.entries(session, "plan_import", found.id)
    assert [fact.value for fact in entry.facts] == ["plan.csv", found.sha256, 3, 0]
    (own,) = journal.entries(session, "measure", first.id)
    assert own.reason == "plan.csv"
    (version,) = session.scalars(sa.select(SheetVersion).where(SheetVersion.measure_id == first.id)).all()
    assert (version.number, version.reason, version.decided) == (1, "plan.csv", False)


def test_a_decided_measure_comes_with_everything(stage, session):
    found = stage.taken(WHOLE, head=WHOLE_HEAD)
    (measure,) = measures_of(session, found)
    assert (measure.category, measure.state) == (Category.A, MeasureState.RUNNING)
    assert (measure.decided_body, measure.decided_paper) == ("Rat der Stadt", "2424/2025-2030")
    assert measure.planned_cents == 30_000_00
    assert (measure.carrier_id, measure.number) == (stage.carrier.id, "M001")
    sheet = sheets.sheet(session, measure)
    assert (sheet.field_ids, sheet.working_group_id, sheet.carried) == ({stage.field.id}, stage.group.id, True)
    assert [row.sum for row in sheet.costs] == [30_000_00]
    version = session.scalars(sa.select(SheetVersion).where(SheetVersion.measure_id == measure.id)).one()
    assert version.decided


def test_what_looks_like_another_measure_is_held_in_c(stage, session):
    make_measure(session, "Elternlotsen begleiten", number="M050", cluster_id=stage.learning.id)
    found = stage.taken(WHOLE, head=WHOLE_HEAD)
    measure = measures_of(session, found)[0]
    assert (measure.category, measure.decided_on) == (Category.C, None)
    assert [note["part"] for note in rows_of(session, found)[0].hints] == ["decided_paper", "category", "category"]


def test_nothing_is_taken_over_while_a_row_has_a_fault(stage, session):
    found = stage.arranged(*ROWS, ("", "", "", "", "", "", ""), ("", "x", "", "Sport", "", "", ""))
    assert (found.rows, found.faults) == (4, 1)  # a blank row is no row
    assert not operations.take_over(session, found=found, offices=None, by=stage.by, now=NOW)
    assert (plan(session), found.state) == ([], ImportState.PREVIEW)
    assert operations.take_over(session, found=found, offices=None, by=stage.by, now=NOW, without_faults=True)
    assert (len(plan(session)), states(session, found)) == (3, ["done", "done", "done", "fault"])


def test_what_has_changed_since_the_preview_is_judged_anew(stage, session):
    found = stage.arranged(*ROWS)
    stage.school.ended_on = NOW.date()
    session.flush()
    assert not operations.take_over(session, found=found, offices=None, by=stage.by, now=NOW, without_faults=True)
    assert (plan(session), found.faults) == ([], 2)


def test_the_same_file_again_is_known_and_adds_nothing(stage, session):
    first = stage.taken()
    again = stage.arranged(*ROWS)
    assert queries.same_file(session, again).id == first.id
    assert (again.known, again.fresh) == (3, 0)
    assert (
        "new" in refused(lambda: operations.take_over(session, found=again, offices=None, by=stage.by, now=NOW)).reason
    )


def test_what_was_taken_over_is_closed(stage, session):
    found = stage.taken()
    for act in (
        lambda: operations.take_over(session, found=found, offices=None, by=stage.by, now=NOW),
        lambda: operations.arrange(session, found=found, columns={}, defaults={}, offices=None, now=NOW),
        lambda: operations.explain_words(session, found=found, words={}, offices=None, now=NOW),
        lambda: operations.discard(session, found=found),
    ):
        with pytest.raises(Conflict):
            act()


def test_undoing_takes_out_what_nobody_has_touched(stage, session):
    found = stage.taken()
    before = {each.id for each in measures_of(session, found)}
    texts = session.scalar(sa.select(sa.func.count()).select_from(Text))
    assert operations.undo(session, found=found, reason="Falsche Datei", by=stage.by, now=LATER) == (3, 0)
    assert (plan(session), states(session, found)) == ([], ["undone"] * 3)
    assert session.scalar(sa.select(sa.func.count()).select_from(Text)) == texts - 3
    assert (found.state, found.undone_at, found.reason) == (ImportState.UNDONE, LATER, "Falsche Datei")
    assert [entry.act for entry in journal.entries(session, "plan_import", found.id)][
        -1
    ] == "Taking over of a plan undone"
    again = stage.taken()
    assert plan(session) == ["3.1", "3.2", "M001"]
    assert before.isdisjoint(each.id for each in measures_of(session, again))  # the record stays unmistakable


def edited(stage, session, measure):
    sheet = sheets.sheet(session, measure)
    measures.edit(
        session, measure=measure, sheet=sheet.__class__(words=sheet.words, cluster_id=stage.sport.id),
        seen=measure.changed_at, by=stage.by, now=LATER,
    )  # fmt: skip


def with_milestone(stage, session, measure):
    measures.add_milestone(session, measure=measure, title="Start", due_on=NOW.date(), by=stage.by, now=LATER)


def translated(stage, session, measure):
    text = session.get(Text, measure.text_id)
    translate(
        session, text=text, language="en", words=Words("Café", "x", {}), status=Status.HUMAN,
        made_from=current_version(session, text.id, "de"), now=LATER,
    )  # fmt: skip


def followed(stage, session, measure):
    other = make_measure(session, "Nachfolger")
    session.execute(sa.insert(Milestone).values(measure_id=other.id, text_id=measure.text_id, due_on=NOW.date()))


@pytest.mark.parametrize("going_on", [edited, with_milestone, translated, followed])
def test_what_somebody_has_gone_on_with_stays(stage, session, going_on):
    found = stage.taken()
    first = measures_of(session, found)[0]
    going_on(stage, session, first)
    assert operations.undo(session, found=found, reason="Falsch", by=stage.by, now=LATER) == (2, 1)
    assert states(session, found) == ["kept", "undone", "undone"]
    assert session.get(Measure, first.id) is not None
    assert [entry.act for entry in journal.entries(session, "measure", first.id)][-1] != "Measure taken out again"


def test_where_all_were_touched_nothing_is_undone(stage, session):
    found = stage.taken(ROWS[0])
    with_milestone(stage, session, measures_of(session, found)[0])
    refused(lambda: operations.undo(session, found=found, reason="Falsch", by=stage.by, now=LATER))


def test_a_measure_that_is_gone_already_counts_as_taken_out(stage, session):
    found = stage.taken()
    assert measures.take_out(session, measure=measures_of(session, found)[0], reason="x", by=stage.by, now=LATER)
    session.expire_all()
    assert operations.undo(session, found=found, reason="Falsch", by=stage.by, now=LATER) == (3, 0)


def test_undoing_needs_a_reason_and_happens_once(stage, session):
    found = stage.taken(ROWS[0], ("", "x", "", "Sport", "", "", ""), without_faults=True)
    assert refused(lambda: operations.undo(session, found=found, reason=" ", by=stage.by, now=LATER), "reason")
    operations.undo(session, found=found, reason="Falsch", by=stage.by, now=LATER)
    with pytest.raises(Conflict):
        operations.undo(session, found=found, reason="Falsch", by=stage.by, now=LATER)


def test_files_that_nobody_confirms_are_forgotten_after_a_week(stage, session):
    stage.taken(ROWS[1])
    stage.upload(*ROWS, now=NOW - timedelta(days=KEPT_DAYS, seconds=1))
    fresh = stage.upload(*ROWS, now=NOW - timedelta(days=KEPT_DAYS))
    assert operations.forget_plans(session, now=NOW) == 1
    left = session.scalars(sa.select(PlanImport.id).where(PlanImport.state == ImportState.PREVIEW)).all()
    assert left == [fresh.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanRow)) == 4


def test_a_number_that_was_taken_meanwhile_is_refused(stage, session):
    found = stage.taken(ROWS[0])
    sheet = sheets.sheet(session, measures_of(session, found)[0])
    with pytest.raises(Conflict):
        measures.enter(session, sheet=sheet, language="de", source="x", by=stage.by, now=NOW, number="3.1")


def test_an_import_is_done_or_not_and_says_why_it_was_undone(stage, session):
    found = stage.taken(ROWS[0])
    for values in ({"state": ImportState.PREVIEW}, {"undone_at": NOW}, {"state": ImportState.UNDONE, "undone_at": NOW}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.update(PlanImport).where(PlanImport.id == found.id).values(**values))


def test_a_person_who_is_erased_leaves_the_import(stage, session):
    found = stage.taken(ROWS[0])
    other = make_account(session)
    found.uploaded_by_id = other.id
    session.flush()
    session.delete(other)
    session.flush()
    session.refresh(found)
    assert found.uploaded_by_id is None


@pytest.mark.parametrize("count", [1, 3, 50])
def test_reading_takes_the_same_statements_however_much_there_is(stage, session, count, count_queries):
    found = stage.arranged(*[("", f"Titel {n}", "x", "Sport", "", "", "") for n in range(count)])
    session.expire_all()
    with count_queries() as counted:
        queries.rows_of(session, found.id, size=100)
        queries.plan_imports(session)
        queries.standing(session)
        queries.names(session, session.get(PlanImport, found.id))
        queries.choices(session, ("de",))
    assert len(counted) == 20


def test_lists_of_rows_go_on_page_by_page(stage, session):
    found = stage.arranged(*[("", f"Titel {n}", "x", "Sport" if n else "Wetter", "", "", "") for n in range(5)])
    first = queries.rows_of(session, found.id, size=2)
    second = queries.rows_of(session, found.id, size=2, cursor=Cursor.decode(first.older, (int,)))
    assert [row.line for row in (*first.rows, *second.rows)] == [2, 3, 4, 5]
    back = queries.rows_of(session, found.id, size=2, cursor=Cursor.decode(second.newer, (int,)))
    assert [row.line for row in back.rows] == [2, 3]
    assert [row.line for row in queries.rows_of(session, found.id, state=RowState.FAULT).rows] == [2]


def test_what_is_said_about_a_row_names_the_heading_of_the_file(stage, session):
    found = stage.arranged(("", "x", "y", "Wetter", "", "", ""))
    (said,) = queries.said(found, rows_of(session, found)[0].faults)
    assert (said.heading, said.part, said.verdict.values["words"]) == ("Cluster", Part.CLUSTER, "Wetter")
    row = rows_of(session, stage.arranged(ROWS[0], ROWS[0]))[1]
    assert queries.said(found, row.faults)[0].heading == ""


def test_examples_of_a_column_are_its_first_different_cells(stage, session):
    found = stage.upload(*ROWS)
    rows = rows_of(session, found)
    assert queries.samples(rows, 3) == ["Bildung", "Sport"]
    assert queries.samples(rows, 1, most=1) == ["Sprachcafé"]
    assert queries.samples(rows, 9) == []
