"""Nine languages: the choice, the fallbacks, plurals, and how dates, numbers and money look."""

from datetime import UTC, date, datetime

import pytest
from flask import g

from bihaelt import i18n
from bihaelt.i18n import BY_BABEL, BY_URL, LANGUAGES, negotiate
from bihaelt.measures.domain import MeasureState
from bihaelt.rendering import environment_of, label


def speak(babel):
    g.language = BY_BABEL[babel]
    return g.language


def test_the_table_names_nine_languages():
    assert [language.url for language in LANGUAGES] == ["de", "leicht", "en", "tr", "ar", "ku", "ru", "uk", "pl"]
    assert BY_URL["leicht"].tag == "de-simple"
    assert [language.url for language in LANGUAGES if language.dir == "rtl"] == ["ar"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ([("de-DE", 1), ("en", 0.8)], "de"), ([("fr", 1), ("uk-UA", 0.5)], "uk"), ([("kmr", 1)], "ku"), ([], "de"),
        ([("ar-SY", 0.3), ("tr", 0.9)], "tr"), ([("fr", 1)], "de"), ([("pl", 0), ("ru", 0.1)], "ru"), ([("*", 1)], "de"),
    ],
)  # fmt: skip
def test_the_best_language_for_a_browser(header, language):
    assert negotiate(header).babel == language


def test_a_missing_word_falls_back_along_the_chain(app, tmp_path):
    def put(babel, words):
        folder = tmp_path / babel / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue = Catalog(locale=babel)
        for message, text in words.items():
            catalogue.add(message, text)
        with (folder / "messages.mo").open("wb") as file:
            write_mo(file, catalogue)

    from babel.messages.catalog import Catalog  # noqa: PLC0415  used by this test alone
    from babel.messages.mofile import write_mo  # noqa: PLC0415

    put("de", {"Vote": "Abstimmen", "Draft": "Entwurf"})
    put("de@simple", {"Draft": "Noch nicht fertig"})
    put("en", {"Vote": "Vote", "Only here": "Only here in English"})
    put("tr", {"Draft": "Taslak"})
    simple, turkish = i18n.catalogue("de@simple", tmp_path), i18n.catalogue("tr", tmp_path)
    assert simple.gettext("Draft") == "Noch nicht fertig"
    assert simple.gettext("Vote") == "Abstimmen"
    assert turkish.gettext("Draft") == "Taslak"
    assert turkish.gettext("Only here") == "Only here in English"


@pytest.mark.parametrize(
    ("babel", "money", "number"),
    [
        ("de", "1.234.567,50\xa0€", "1.234,5"), ("de@simple", "1.234.567,50\xa0€", "1.234,5"),
        ("en", "€1,234,567.50", "1,234.5"), ("tr", "€1.234.567,50", "1.234,5"),
        ("ru", "1\xa0234\xa0567,50\xa0€", "1\xa0234,5"), ("pl", "1\xa0234\xa0567,50\xa0€", "1\xa0234,5"),
    ],
)  # fmt: skip
def test_money_and_numbers_as_the_language_writes_them(app, babel, money, number):
    with app.app_context():
        speak(babel)
        assert i18n.format_money(123_456_750) == money
        assert i18n.format_number(1234.5) == number


def test_whole_euros_have_no_decimals(app):
    with app.app_context():
        speak("de")
        assert i18n.format_money(500_000) == "5.000\xa0€"
        assert i18n.format_money(-150) == "-1,50\xa0€"
        assert i18n.format_money(0) == "0\xa0€"


def test_arabic_numbers_keep_their_digits_and_direction(app):
    with app.app_context():
        speak("ar")
        assert "1,234.50" in i18n.format_money(123_450)


def test_a_moment_is_shown_on_the_town_halls_clock(app):
    with app.app_context():
        speak("de")
        assert i18n.format_moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02.07.2026, 00:30"
        assert i18n.format_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "01.01.2027"
        assert i18n.format_day(date(2026, 9, 15)) == "15.09.2026"


def test_an_unknown_language_in_the_address_is_a_404_in_the_best_language(client):
    answer = client.get("/xx/proposals/", headers={"Accept-Language": "tr"})
    assert answer.status_code == 404
    assert 'lang="tr"' in answer.text


def test_leichte_sprache_has_its_own_address_and_tag(client):
    answer = client.get("/leicht/")
    assert answer.status_code == 200
    assert '<html lang="de-simple" dir="ltr"' in answer.text


def test_arabic_pages_run_from_right_to_left(client):
    assert '<html lang="ar" dir="rtl"' in client.get("/ar/").text


ROW = """{{ 123456|money }} {{ money(5) }} {{ 1234567|number }} {{ 7|number }} {{ 1.5|number }} {{ label(state) }}
{{ url_for("plan.board") }}"""


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.url)
def test_templates_write_in_the_language_of_their_page(app, language):
    with app.test_request_context(f"/{language.url}/plan"):
        g.language = language
        expected = (
            i18n.format_money(123456), i18n.format_money(5), i18n.format_number(1234567), "7", i18n.format_number(1.5),
            label(MeasureState.DRAFT), f"/{language.url}/plan",
        )  # fmt: skip
        assert environment_of(app, language).from_string(ROW).render(state=MeasureState.DRAFT).split("\n") == [
            " ".join(expected[:-1]), expected[-1],
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("babel", "words", "shown"),
    [
        ("ar", "Demokratie leben!", "\u2068Demokratie leben!\u2069"),
        ("ar", "M001: ألعاب العطلة", "M001: ألعاب العطلة"),
        ("ar", "\u2068Ferienspiele\u2069", "\u2068Ferienspiele\u2069"),
        ("de", "Demokratie leben!", "Demokratie leben!"),
    ],
)
def test_a_foreign_name_as_a_heading_keeps_its_signs_in_order(app, babel, words, shown):
    with app.test_request_context():
        speak(babel)
        assert i18n.heading(words) == shown
