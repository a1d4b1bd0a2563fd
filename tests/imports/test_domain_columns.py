"""Where the columns of a plan's table go."""

import pytest

from bihaelt.documents.queries.tables import PLAN
from bihaelt.i18n import catalogue
from bihaelt.imports.domain import PARTS, Part, Place, folded, guess, guesses, heading_of, places
from bihaelt.imports.domain.columns import HEADINGS, OF_A_YEAR

# What our own table of the plan says beyond the sheet.
OURS = {"Committed", "Spent", "Light"}


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("Titel", Place(Part.TITLE)),
        ("MASSNAHME", Place(Part.TITLE)),
        ("Maßnahme-Nr.", Place(Part.NUMBER)),
        ("Zuständiges Amt", Place(Part.OFFICE)),
        ("zustaendiges  amt", Place(Part.OFFICE)),
        ("Kosten (geschätzt)", Place(Part.PLANNED)),
        ("Ansatz in Euro", Place(Part.PLANNED)),
        ("Ansatz in €", Place(Part.PLANNED)),
        ("Personalkosten 2026", Place(Part.STAFF, 2026)),
        ("Sachkosten 2027 in Euro", Place(Part.MATERIAL, 2027)),
        ("2026 Kosten", Place(Part.MATERIAL, 2026)),
        ("Regelversorgung", Place(Part.SERVICE)),
        ("Wetter 2026", None),
        ("Sonstiges", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_heading_tells_where_its_column_goes(heading, place):
    assert guess(heading) == place


def test_every_heading_that_we_name_is_understood_and_means_one_thing():
    for part in PARTS:
        assert guess(HEADINGS[part][0]) == Place(part), part
    for part in OF_A_YEAR:
        assert guess(f"{HEADINGS[part][0]} 2026") == Place(part, 2026)


@pytest.mark.parametrize("babel", ["de", "en"])
def test_the_table_of_the_plan_that_we_give_out_can_be_read_again(babel):
    words = catalogue(babel)
    headings = {name: words.gettext(name) for name, *_rest in PLAN}
    unknown = {name for name, heading in headings.items() if guess(heading) is None}
    assert unknown == OURS


def test_of_two_columns_for_one_part_the_first_has_it():
    assert guesses(["Titel", "x", "Bezeichnung", "Ziel"]) == {0: "title", 3: "goal"}


def test_the_headings_are_the_row_with_the_most_that_are_known():
    rows = [(1, ("Aktionsplan 2026", "", "")), (3, ("Nr.", "Titel", "Amt")), (4, ("1", "Sprachcafé", "500"))]
    assert heading_of(rows) == 1


def test_without_any_known_heading_the_fullest_row_counts_and_of_those_the_first():
    assert heading_of([(1, ("x", "")), (2, ("a", "b")), (3, ("c", "d"))]) == 1


def test_a_place_has_a_short_form():
    assert str(Place(Part.STAFF, 2026)) == "staff:2026"
    assert places({"0": "title", "3": "material:2027"}) == {0: Place(Part.TITLE), 3: Place(Part.MATERIAL, 2027)}


@pytest.mark.parametrize("text", ["", "nothing", "staff", "staff:x", "title:2026", "staff:1999", "material:2101"])
def test_anything_else_is_no_place(text):
    with pytest.raises(ValueError, match=r".*"):
        Place.read(text)


def test_folded_words_have_no_case_no_blanks_and_no_umlauts_in_any_script():
    assert folded(" Straße-Ü_1 ") == "strasseue1"
    assert folded("Міська РАДА") == "міськарада"
    assert folded("(–)") == ""
