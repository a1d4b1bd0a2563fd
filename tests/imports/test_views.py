"""The way of an existing plan through the browser."""

import io

import pytest

from bihaelt.imports import queries
from bihaelt.imports.domain import ImportState
from bihaelt.imports.models import PlanImport
from bihaelt.measures.models import Measure
from bihaelt.spreadsheets import read
from bihaelt.worker import NIGHTLY
from tests.browser import tree, words
from tests.factories import NOW
from tests.imports.stage import HEAD, ROWS, csv_of, xlsx_of

START = "/de/desk/plan-import"


@pytest.fixture
def owner(stage, client):
    return client.sign_in(stage.owner)


def sent(client, data, name="plan.csv", **more):
    return client.post(START, {"file": (io.BytesIO(data), name), "language": "de"} | more)


def guessed(client, found):
    """The form of the columns as it comes."""
    root = tree(client.get(f"{START}/{found.id}/columns"))
    chosen = {}
    for select in root.xpath("//main//select"):
        option = select.xpath("./option[@selected]/@value")
        chosen[select.get("name")] = option[0] if option else ""
    return chosen


def said(page):
    """What is read, without the marks that set words of a file apart."""
    return words(page).translate({0x2068: None, 0x2069: None})


def last(session):
    return session.query(PlanImport).order_by(PlanImport.id.desc()).first()


def test_a_plan_is_taken_over_and_undone_in_the_browser(owner, session):
    assert not tree(owner.get(START)).xpath("//section[@id='files']//table")
    answer = sent(owner, csv_of(*ROWS))
    found = last(session)
    assert (answer.status_code, answer.location) == (303, f"{START}/{found.id}/columns")
    page = owner.get(answer.location)
    assert "Sprachcafé · Schwimmkurse · Lesepaten" in said(page)
    fields = guessed(owner, found)
    assert (fields["column_1"], fields["column_6"]) == ("title", "planned")
    assert owner.post(answer.location, fields).location == f"{START}/{found.id}"
    page = owner.get(f"{START}/{found.id}")
    assert "Lesepaten" in words(page)
    assert session.query(Measure).count() == 0
    done = owner.post(f"{START}/{found.id}/take-over")
    assert done.location == f"{START}/{found.id}"
    assert session.query(Measure).count() == 3
    assert tree(owner.get(done.location)).xpath("//section[@id='rows']//a[contains(@href, '/measures/')]")
    back = owner.post(f"{START}/{found.id}/undo", {"reason": "Falsche Datei"})
    assert (back.status_code, session.query(Measure).count()) == (303, 0)
    assert "Falsche Datei" in words(owner.get(f"{START}/{found.id}"))


def test_faults_are_shown_at_the_row_with_the_heading_of_the_file(owner, stage, session):
    found = stage.arranged(*ROWS, ("", "Chor", "Singen", "Wetter", "", "", "viel"))
    page = owner.get(f"{START}/{found.id}?state=fault")
    (row,) = tree(page).xpath("//section[@id='rows']//tbody/tr")
    text = row.text_content()
    assert "Cluster:" in text
    assert "Wetter" in text
    assert "Ansatz in Euro:" in text
    assert "Sprachcafé" not in words(page)
    refused = owner.post(f"{START}/{found.id}/take-over")
    assert (refused.status_code, session.query(Measure).count()) == (303, 0)
    owner.post(f"{START}/{found.id}/take-over", {"without_faults": "yes"})
    assert session.query(Measure).count() == 3


def test_unknown_words_are_asked_for(owner, stage, session):
    found = stage.arranged(("", "Chor", "Singen", "Musik", "Dezernat 9", "D", ""))
    page = owner.get(f"{START}/{found.id}/words")
    for asked in ("Schwerpunkt: Musik", "Amt: Dezernat 9", "Kategorie: D"):
        assert asked in said(page)
    owner.post(f"{START}/{found.id}/words", {"word_0": str(stage.sport.id), "word_1": "-", "word_2": ""})
    assert found.unknown == [["category", "D"]]
    owner.post(f"{START}/{found.id}/words", {"word_0": "C"})
    assert (found.unknown, found.fresh) == ([], 1)
    assert owner.get(f"{START}/{found.id}/words").status_code == 303


def test_a_heading_is_shown_as_it_stands_in_whatever_language_the_page_is(owner, session, caplog):
    sent(owner, csv_of(("Chor", "Singen"), head=("Title", "Description")))
    page = owner.get(f"{START}/{last(session).id}/columns")
    label = tree(page).xpath("//label[@for='column_0']")[0].text_content()
    assert "Title" in label  # which is a word of ours, too, and would be "Titel"
    assert caplog.text == ""


def test_a_choice_that_is_none_is_refused_and_nothing_is_lost(owner, stage):
    found = stage.arranged(("", "Chor", "Singen", "Musik", "Dezernat 9", "", ""))
    answer = owner.post(f"{START}/{found.id}/words", {"word_0": "99999", "word_1": "-"})
    assert answer.status_code == 422
    assert tree(answer).xpath("//select[@name='word_1']/option[@selected]/@value") == ["-"]
    fields = guessed(owner, found) | {"column_0": "title"}
    answer = owner.post(f"{START}/{found.id}/columns", fields)
    assert answer.status_code == 422
    assert tree(answer).xpath("//select[@name='column_0']/option[@selected]/@value") == ["title"]


def test_rows_without_a_cluster_get_the_one_that_is_chosen_for_all(owner, stage, session):
    sent(owner, csv_of(("Chor", "Singen"), head=("Titel", "Beschreibung")))
    found = last(session)
    fields = guessed(owner, found)
    assert owner.post(f"{START}/{found.id}/columns", fields).status_code == 422
    owner.post(f"{START}/{found.id}/columns", fields | {"all_cluster": str(stage.sport.id), "all_category": "B"})
    assert (found.defaults, found.fresh) == ({"cluster": str(stage.sport.id), "category": "B"}, 1)
    assert guessed(owner, found)["all_cluster"] == str(stage.sport.id)


def test_a_workbook_is_read_and_a_wrong_name_of_its_table_says_which_there_are(owner, session):
    data = xlsx_of(*ROWS, name="Maßnahmen")
    answer = sent(owner, data, "plan.xlsx", table="Plan")
    assert answer.status_code == 422
    assert "Maßnahmen" in words(answer)
    assert sent(owner, data, "plan.xlsx", table="Maßnahmen").status_code == 303
    assert last(session).table_name == "Maßnahmen"


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "plan.csv"), (b"\x89PNG\x00", "x.png"), (b"a;b", "a.csv"), (b"x", "")]
)
def test_a_file_that_cannot_be_read_says_why(owner, session, data, name):
    answer = sent(owner, data, name)
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@id='file-error']")
    assert last(session) is None


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_the_empty_table_is_understood_without_being_told(owner, session, kind):
    answer = owner.get(f"{START}/template.{kind}")
    assert f'filename="plan.{kind}"' in answer.headers["Content-Disposition"]
    (grid,) = read(answer.data, most_rows=10)
    headings = grid.rows[0][1]
    row = [""] * len(headings)
    row[headings.index("Titel")] = "Chor"
    sent(owner, csv_of(row, head=headings))
    assert len(last(session).columns) == len(headings)


def test_another_editors_file_is_shown_but_left_alone(stage, client):
    found = stage.arranged(*ROWS)
    client.sign_in(stage.editor)
    page = client.get(f"{START}/{found.id}")
    assert page.status_code == 200
    assert not tree(page).xpath("//main//form[@method='post']")
    for part in ("columns", "words", "undo"):
        assert client.get(f"{START}/{found.id}/{part}").status_code == 403
    for part in ("take-over", "discard", "undo", "columns", "words"):
        assert client.post(f"{START}/{found.id}/{part}").status_code == 403


def test_an_editor_takes_over_measures_of_the_own_office_only(stage, client, session):
    client.sign_in(stage.editor)
    sent(client, csv_of(*ROWS))
    found = last(session)
    client.post(f"{START}/{found.id}/columns", guessed(client, found))
    assert (found.fresh, found.faults) == (2, 1)
    client.post(f"{START}/{found.id}/take-over", {"without_faults": "yes"})
    assert session.query(Measure).count() == 2


def test_a_file_is_forgotten(owner, stage, session):
    found = stage.upload(*ROWS)
    assert tree(owner.get(f"{START}/{found.id}")).xpath(f"//main//a[@href='{START}/{found.id}/columns']")
    assert owner.post(f"{START}/{found.id}/discard").location == START
    assert last(session) is None


def test_what_is_done_has_no_more_columns_and_undoing_needs_a_reason(owner, stage):
    found = stage.taken()
    assert owner.get(f"{START}/{found.id}/columns").location == f"{START}/{found.id}"
    assert owner.get(f"{START}/{found.id}/words").location == f"{START}/{found.id}"
    assert owner.post(f"{START}/{found.id}/undo", {"reason": ""}).status_code == 422
    assert found.state is ImportState.DONE


def test_what_stays_is_said_and_where_all_stays_nothing_is_undone(owner, stage, session):
    found = stage.taken(*ROWS[:2])
    rows = queries.all_rows(session, found.id)
    session.get(Measure, rows[0].measure_id).changed_at = NOW.replace(hour=12)
    session.flush()
    owner.post(f"{START}/{found.id}/undo", {"reason": "Falsch"})
    shown = tree(owner.get(f"{START}/{found.id}")).xpath("//section[@id='rows']//tbody/tr//a/@href")
    assert shown == [f"/de/measures/{rows[0].measure_id}"]
    other = stage.taken(ROWS[2])
    session.get(Measure, queries.all_rows(session, other.id)[0].measure_id).changed_at = NOW.replace(hour=12)
    session.flush()
    assert owner.post(f"{START}/{other.id}/undo", {"reason": "Falsch"}).status_code == 422


def test_the_same_file_again_says_so(owner, stage):
    first = stage.taken()
    again = stage.arranged(*ROWS)
    assert tree(owner.get(f"{START}/{again.id}")).xpath(f"//main//a[@href='{START}/{first.id}']")


def test_many_files_and_many_rows_have_pages(owner, stage):
    for _ in range(26):
        stage.upload(ROWS[0])
    found = stage.arranged(*[("", f"Titel {n}", "x", "Sport", "", "", "") for n in range(51)])
    for path in (START, f"{START}/{found.id}"):
        older = tree(owner.get(path)).xpath("//a[@rel='next']/@href")
        assert older, path
        assert tree(owner.get(older[0])).xpath("//a[@rel='prev']/@href")
    assert len(HEAD) == 7


def test_the_worker_forgets_files_at_night(stage, session):
    stage.upload(*ROWS, now=NOW.replace(month=10))
    for act in NIGHTLY:
        act(session, NOW)
    assert last(session) is None
