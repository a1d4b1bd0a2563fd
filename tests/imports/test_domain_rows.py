"""What a row of a plan's table means, and where in the plan it may enter."""

from datetime import date

import pytest

from bihaelt.imports.domain import LEAVE_OUT, Names, Part, Place, Wordlist, read_row, settled
from bihaelt.measures.domain import Category, FundingCheck, Gap, MeasureKind, MeasureState, Need, ServiceCheck, YearSum

TODAY = date(2026, 11, 22)
KNOWN = {
    Wordlist.CLUSTER: {"bildung": "3", "sport": "4"},
    Wordlist.FIELD: {"sprache": "11", "arbeitwirtschaft": "12"},
    Wordlist.OFFICE: {"amtfuerschule": "7"},
    Wordlist.GROUP: {"agbildung": "9"},
    Wordlist.DISTRICT: {"brackwede": "2"},
    Wordlist.ORGANISATION: {"awo": "21", "caritas": "22", "diakoniefuerdiestadt": "23"},
    Wordlist.SERVICE: {"stadtbibliothek": "31"},
    Wordlist.CATEGORY: {"a": "A", "b": "B", "c": "C"},
    Wordlist.STATE: {"laeuft": "running", "entwurf": "draft", "beschlossen": "decided", "beendet": "ended",
                     "mitzeichnung": "co_signing"},
    Wordlist.KIND: {"angebot": "offer"},
    Wordlist.FUNDING: {"keinprogrammpasst": "unsuitable"},
}  # fmt: skip
LEAST = {"title": "Sprachcafé", "body": "Ein Café zum Üben.", "cluster": "Bildung"}
# All that the gates of B and of a decision want.
WHOLE = LEAST | {
    "office": "Amt für Schule", "group": "AG Bildung", "need": "Viele warten auf einen Kurs.", "goal": "Mehr Deutsch",
    "service": "Stadtbibliothek", "funding": "Kein Programm passt", "gender_checked": "ja", "planned": "12.000",
    "starts_on": "01.03.2026", "ends_on": "31.12.2027", "kind": "Angebot", "target_group": "Zugewanderte", "carrier": "AWO",
}  # fmt: skip
DECISION = {"decided_body": "Rat", "decided_paper": "2424/2025-2030", "decided_on": "12.02.2026"}


def draft_of(defaults=None, chosen=None, **cells):
    where = {
        place: Place.read(name.replace("_2026", ":2026").replace("_2027", ":2027")) for place, name in enumerate(cells)
    }
    names = Names(KNOWN, chosen or {})
    return read_row(list(cells.values()), where, defaults=defaults or {}, names=names, today=TODAY)


def enters(similar=(), **cells):
    draft = draft_of(**cells)
    assert draft.faults == ()
    return settled(draft, TODAY, similar)


def faults(**cells):
    return {note.part.value if note.part else "": note.reason for note in draft_of(**cells).faults}


def test_a_row_needs_a_title_a_description_and_a_cluster():
    assert faults(**LEAST) == {}
    assert list(faults(title="", body="x", cluster="Sport")) == ["title"]
    assert list(faults(title="x", body="", cluster="Sport")) == ["body"]
    assert list(faults(title="x", body="y")) == ["cluster"]
    assert list(faults(title="x", body="y", cluster="Wetter")) == ["cluster"]


def test_a_whole_row_is_a_whole_sheet():
    more = {
        "number": "m042", "clusters": "Sport; Bildung", "fields": "Sprache, Arbeit & Wirtschaft", "district": "Brackwede",
        "place": "Haus der Kulturen", "staff_2026": "1.000", "material_2027": "500,50", "product_group": "11.06.01",
        "steps": "Erst planen", "access": "Ohne Anmeldung", "review_on": "2027", "funding_note": "KOMM-AN",
    }  # fmt: skip
    draft = draft_of(**(WHOLE | more))
    sheet = draft.sheet
    assert draft.faults == ()
    assert (draft.number, draft.carriers) == ("M042", (21,))
    assert (sheet.cluster_id, sheet.cluster_ids, sheet.field_ids) == (3, {4}, {11, 12})
    assert (sheet.district_id, sheet.office_id, sheet.working_group_id, sheet.service_id) == (2, 7, 9, 31)
    assert sheet.costs == (YearSum(2026, 1000_00, 0), YearSum(2027, 0, 500_50))
    assert sheet.planned_cents == 1500_50
    assert (sheet.need, sheet.service_check, sheet.funding_check) == (
        Need.SHOWN,
        ServiceCheck.LINKED,
        FundingCheck.UNSUITABLE,
    )
    assert (sheet.kind, sheet.gender_checked, sheet.carried) == (MeasureKind.OFFER, True, True)
    assert (sheet.starts_on, sheet.ends_on, sheet.review_on) == (date(2026, 3, 1), date(2027, 12, 31), date(2027, 1, 1))
    assert (sheet.words.title, sheet.words.body) == (LEAST["title"], LEAST["body"])
    assert (sheet.part("steps"), sheet.part("need"), sheet.place) == ("Erst planen", WHOLE["need"], more["place"])


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("31.12.2026", date(2026, 12, 31)), ("2026-12-31", date(2026, 12, 31)), ("1.2.2026", date(2026, 2, 1)),
        ("2026", date(2026, 12, 31)), ("02/2028", date(2028, 2, 29)), ("12/2026", date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_the_last_day_is_read_as_people_write_it(said, found):
    assert draft_of(**LEAST, ends_on=said).sheet.ends_on == found


def test_the_first_day_of_a_month_or_a_year_is_its_first():
    assert draft_of(**LEAST, starts_on="03/2026").sheet.starts_on == date(2026, 3, 1)
    assert draft_of(**LEAST, starts_on="2026").sheet.starts_on == date(2026, 1, 1)


@pytest.mark.parametrize("said", ["bald", "31.02.2026", "13/2026", "00/2026", "26"])
def test_a_day_that_cannot_be_read_says_how_to_write_it(said):
    assert "31.12.2026" in faults(**LEAST, starts_on=said)["starts_on"]


def test_an_amount_that_cannot_be_read_says_how_to_write_it():
    assert "1.234,56" in faults(**LEAST, planned="viel")["planned"]
    assert "1.234,56" in faults(**LEAST, planned="-5")["planned"]
    assert "too large" in faults(**LEAST, planned="9999999999,00")["planned"]
    assert draft_of(**LEAST, planned="1234,5000001").sheet.planned_cents == 1234_50


def test_a_number_is_ours_or_the_plans_own():
    for good in ("M042", "3.2", "B-17", "12"):
        assert faults(**LEAST, number=good) == {}
    for bad in ("M1", "Mxy", "-1", "1 2 3 4"):
        assert list(faults(**LEAST, number=bad)) == ["number"]
    assert "At most" in faults(**LEAST, number="1234567890123")["number"]


def test_a_word_that_nobody_knows_is_asked_for():
    draft = draft_of(**LEAST, office="Dezernat 5", carrier="AWO; Johanniter")
    assert draft.unknown == ((Wordlist.ORGANISATION, "Johanniter"), (Wordlist.OFFICE, "Dezernat 5"))
    assert {note.part for note in draft.faults} == {Part.OFFICE, Part.CARRIER}


def test_what_was_chosen_for_a_word_counts():
    chosen = {Wordlist.OFFICE: {"dezernat5": "7"}, Wordlist.ORGANISATION: {"johanniter": LEAVE_OUT}}
    draft = draft_of(chosen=chosen, **LEAST, office="Dezernat 5", carrier="Johanniter\n• Caritas")
    assert draft.faults == ()
    assert (draft.sheet.office_id, draft.carriers) == (7, (22,))


def test_words_with_a_comma_are_one_name_where_it_is_known():
    chosen = {Wordlist.ORGANISATION: {"diakoniefuerdiestadt": "23"}}
    draft = draft_of(chosen=chosen, **LEAST, carrier="Diakonie, für die Stadt; AWO, Caritas, –; keine")
    assert draft.carriers == (23, 21, 22)


def test_no_need_and_no_regular_service_can_be_said():
    sheet = draft_of(**LEAST, need="Keiner", service="entfällt").sheet
    assert (sheet.need, sheet.part("need"), sheet.service_check, sheet.service_id) == (
        Need.NONE,
        "",
        ServiceCheck.NONE,
        None,
    )
    assert draft_of(**LEAST).sheet.service_check is ServiceCheck.OPEN


def test_what_holds_for_all_rows_fills_empty_cells_only():
    defaults = {"cluster": "4", "office": "7", "category": "B"}
    draft = draft_of(defaults=defaults, title="x", body="y", cluster="", office="")
    assert (draft.sheet.cluster_id, draft.sheet.office_id, draft.category) == (4, 7, Category.B)
    assert draft_of(defaults=defaults, title="x", body="y", cluster="Bildung").sheet.cluster_id == 3


def test_several_columns_of_one_part_are_joined():
    where = {
        0: Place(Part.TITLE),
        1: Place(Part.BODY),
        2: Place(Part.BODY),
        3: Place(Part.CLUSTER),
        9: Place(Part.GOAL),
    }
    names = Names(KNOWN)
    draft = read_row(["x", "eins", "zwei", "Sport"], where, defaults={}, names=names, today=TODAY)
    assert draft.sheet.words.body == "eins\n\nzwei"


def test_contradictions_are_said_at_their_part():
    assert list(faults(**LEAST, starts_on="2027", ends_on="2026")) == ["ends_on"]
    assert list(faults(**LEAST, product_group="11.6")) == ["product_group"]
    too_long = faults(**(LEAST | {"title": "x" * 161}))
    assert "At most" in too_long["title"]


@pytest.mark.parametrize(
    ("lacking", "part"),
    [("decided_body", "decided_body"), ("decided_paper", "decided_paper"), ("decided_on", "decided_on")],
)
def test_a_decision_is_whole(lacking, part):
    assert list(faults(**LEAST, **(DECISION | {lacking: ""}))) == [part]
    assert list(faults(**LEAST, **(DECISION | {"decided_on": "23.11.2026"}))) == ["decided_on"]


def test_a_whole_measure_enters_where_it_stands():
    found = enters(**WHOLE, **DECISION, category="A", state="läuft")
    assert (found.category, found.state, found.hints) == (Category.A, MeasureState.RUNNING, ())
    assert (found.decision.body, found.decision.paper, found.decision.on) == (
        "Rat",
        "2424/2025-2030",
        date(2026, 2, 12),
    )


@pytest.mark.parametrize(
    ("category", "decided", "state"),
    [("A", True, "running"), ("B", True, "decided"), ("B", False, "draft"), ("C", True, "decided")],
)
def test_without_a_word_about_its_state_a_measure_has_the_usual_one(category, decided, state):
    found = enters(**WHOLE, **(DECISION if decided else {}), category=category)
    assert (found.category.value, found.state.value, found.hints) == (category, state, ())


def test_what_lacks_something_enters_as_a_draft_in_c_and_says_what():
    found = enters(**(WHOLE | {"goal": ""}), **DECISION, category="A", state="läuft")
    assert (found.category, found.state, found.decision) == (Category.C, MeasureState.DRAFT, None)
    assert [note.part for note in found.hints] == [Part.DECIDED_PAPER, Part.CATEGORY, Part.CATEGORY]
    assert found.hints[0].gaps == [Gap.GOAL]
    assert found.hints[2].values == {"category": "B"}


def test_what_has_not_begun_enters_in_b_instead_of_a():
    found = enters(**(WHOLE | {"starts_on": "2027"}), **DECISION, category="A")
    assert (found.category, found.decision is not None) == (Category.B, True)
    assert [note.gaps for note in found.hints] == [[Gap.STARTED]]


def test_nothing_runs_without_a_decision():
    found = enters(**WHOLE, category="A", state="läuft")
    assert (found.category, found.state) == (Category.B, MeasureState.DRAFT)
    assert found.hints[0].part is Part.STATE


def test_a_state_that_comes_from_an_act_of_the_city_is_no_beginning():
    found = enters(**WHOLE, state="Mitzeichnung")
    assert (found.state, found.hints[0].part) == (MeasureState.DRAFT, Part.STATE)


def test_what_is_over_stays_over():
    assert enters(**LEAST, state="beendet").state is MeasureState.ENDED
    assert enters(**LEAST, **DECISION, state="beendet").state is MeasureState.ENDED


def test_a_measure_that_looks_like_another_is_held_in_c():
    found = enters(similar=[5], **WHOLE, **DECISION, category="B")
    assert (found.category, found.state, found.decision) == (Category.C, MeasureState.DRAFT, None)
