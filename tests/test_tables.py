"""Cells that no table program runs, and amounts as a German table reads them."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import odfdo
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bihaelt.opendocument import ods
from bihaelt.tables import Column, Kind, Table, as_csv, cell, euros, sheet_name, xlsx


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1＋", "'＋1＋"),
        ("－x", "'－x"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t'=1"),
        ("\rtext", "'\rtext"),
        ("\ntext", "'\ntext"),
        ("  =1", "  '=1"),
        ("\ufeff=1", "\ufeff'=1"),
        ("\u200b=1", "\u200b'=1"),
        ('"=1"', '"\'=1"'),
        ("a;=1+1", "a;'=1+1"),
        ("a; =1", "a; '=1"),
        ("a,@x", "a,'@x"),
        ("a\t+x", "a\t'+x"),
        ("eins\n=2", "eins\n'=2"),
    ],
)
def test_what_a_table_could_run_gets_an_apostrophe(typed, written):
    assert cell(typed) == written


@pytest.mark.parametrize(
    "text", ["", "Bänke", "-5", "-1.234,56", "+3", "+49 521 51-0", "a = b", "Kinder- und Jugendhilfe", "M001", "1+1"]
)
def test_plain_words_numbers_and_telephone_numbers_stay_usable(text):
    assert cell(text) == text


@given(st.text(alphabet="=+-@＝＋－＠;, \t\r\n\"'a1\ufeff|", max_size=12))
def test_no_piece_of_a_guarded_cell_begins_with_a_formula(text):
    guarded = cell(text)
    if guarded == text and all(sign not in text for sign in "=@＝＠ab"):
        return
    for splitter in ";,|\t\r\n":
        for piece in guarded.split(splitter):
            assert piece.strip(' \t\r\n\ufeff"')[:1] not in ("=", "@", "＝", "＠"), (text, guarded)


@pytest.mark.parametrize(
    ("cents", "written"), [(0, "0,00"), (5, "0,05"), (-5, "-0,05"), (123_456_789_01, "123456789,01"), (-150, "-1,50")]
)
def test_amounts_are_german_decimals(cents, written):
    assert euros(cents) == written
    assert cell(written) == written


def example(rows=None, **more):
    columns = [
        Column("Titel", width=40), Column("Nummer"), Column("Betrag", Kind.MONEY), Column("Tag", Kind.DAY),
        Column("Anteil", Kind.NUMBER),
    ]  # fmt: skip
    first = ("=1+1", "011", 123450, date(2026, 11, 22), Decimal("2.5"))
    second = ("Zwei\nZeilen & <mehr>\x0b", "11.06.01", None, None, None)
    return Table(
        "Plan: A/B [2026] mit einem recht langen Namen", columns, [first, second] if rows is None else rows, **more
    )


def test_a_workbook_for_excel_has_real_numbers_days_and_text_that_is_never_a_formula():
    page = openpyxl.load_workbook(io.BytesIO(xlsx(example()))).active
    assert [cell.value for cell in page[1]] == ["Titel", "Nummer", "Betrag", "Tag", "Anteil"]
    title, number_, amount, day, share = page[2]
    assert (title.value, title.data_type, title.quotePrefix) == ("=1+1", "s", True)
    assert (number_.value, number_.data_type, number_.number_format) == ("011", "s", "@")
    assert (amount.value, amount.number_format) == (1234.5, "#,##0.00\\ [$€-407]")
    assert (day.value.date(), day.number_format, day.is_date) == (date(2026, 11, 22), "dd.mm.yyyy", True)
    assert share.value == 2.5
    assert page["C3"].value is None
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:E3")
    assert page.title == "Plan  A B  2026  mit einem rech"
    assert not page.sheet_view.rightToLeft


def test_a_workbook_for_libreoffice_has_the_same_cells():
    book = odfdo.Document(io.BytesIO(ods(example())))
    page = book.body.get_table(0)
    assert page.name == "Plan  A B  2026  mit einem rech"
    title, number_, amount, day, share = page.get_row(1).cells
    assert (title.type, title.value, title.formula) == ("string", "=1+1", None)
    assert (number_.type, number_.value) == ("string", "011")
    assert (amount.type, amount.value, amount.currency) == ("currency", Decimal("1234.5"), "EUR")
    assert (day.type, day.value) == ("date", date(2026, 11, 22))
    assert share.value == Decimal("2.5")
    assert "Zeilen & <mehr>" in page.get_row(2).cells[0].get_value()
    assert b"VerticalSplitMode" in zipfile.ZipFile(io.BytesIO(ods(example()))).read("settings.xml")
    assert b"rl-tb" in zipfile.ZipFile(io.BytesIO(ods(example(right_to_left=True)))).read("content.xml")


def test_the_first_file_of_an_ods_says_what_it_is_and_the_same_table_is_the_same_file():
    first = zipfile.ZipFile(io.BytesIO(ods(example()))).infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert ods(example()) == ods(example())
    for name in ("content.xml", "settings.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"):
        etree.fromstring(zipfile.ZipFile(io.BytesIO(ods(example()))).read(name))


def test_a_csv_opens_in_a_german_excel():
    text = as_csv(example()).decode()
    assert text.startswith("\ufeff" + '"Titel";"Nummer";"Betrag";"Tag";"Anteil"\r\n')
    assert '"\'=1+1";"011";"1234,50";"2026-11-22";"2,5"\r\n' in text
    assert text.endswith('"11.06.01";"";"";""\r\n')


def test_tables_in_arabic_run_from_right_to_left():
    assert openpyxl.load_workbook(io.BytesIO(xlsx(example(right_to_left=True)))).active.sheet_view.rightToLeft


def test_an_empty_table_is_a_table():
    assert openpyxl.load_workbook(io.BytesIO(xlsx(example([])))).active.max_row == 1
    assert len(list(odfdo.Document(io.BytesIO(ods(example([])))).body.get_table(0).traverse())) == 1


@pytest.mark.parametrize(("title", "name"), [("", "1"), ("[]", "1"), ("x" * 40, "x" * 31)])
def test_a_sheet_has_a_name_that_excel_takes(title, name):
    assert sheet_name(title) == name


@given(st.text(max_size=40))
def test_any_text_survives_as_text(text):
    table = Table("T", [Column("A")], [(text,)])
    value = openpyxl.load_workbook(io.BytesIO(xlsx(table))).active["A2"]
    assert value.data_type in ("s", "n", "inlineStr")  # "n": an empty cell
    etree.fromstring(zipfile.ZipFile(io.BytesIO(ods(table))).read("content.xml"))
