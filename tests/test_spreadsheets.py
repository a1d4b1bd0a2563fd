"""Tables that people bring: whatever program saved them, every cell becomes the text that an office would type."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihaelt.opendocument import ods
from bihaelt.spreadsheets import MOST_COLUMNS, plain, read, unescaped
from bihaelt.tables import Column, Kind, Table, as_csv, xlsx
from bihaelt.verdicts import DomainError

COLUMNS = [Column("Titel"), Column("Betrag", Kind.MONEY), Column("Beginn", Kind.DAY), Column("Zahl", Kind.NUMBER)]
ROWS = [("Sprachcafé „Hallo“", 1234_50, date(2026, 3, 1), Decimal("0.1")), ("Zweite\nZeile", None, None, 7)]
WRITERS = {"xlsx": xlsx, "ods": ods, "csv": as_csv}


def table():
    return Table("Plan", COLUMNS, list(ROWS))


def workbook(*rows, name="Blatt"):
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return book


def saved(book):
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def cells(data, most_rows=100):
    return [row for _number, row in read(data, most_rows=most_rows)[0].rows]


def refused(data, most_rows=100):
    with pytest.raises(DomainError) as error:
        read(data, most_rows=most_rows)
    assert error.value.field == "file"
    return error.value.reason


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_of_ours_is_read_as_it_was_written(kind):
    (grid,) = read(WRITERS[kind](table()), most_rows=100)
    assert grid.name == "Plan"
    assert grid.rows == (
        (1, ("Titel", "Betrag", "Beginn", "Zahl")),
        (2, ("Sprachcafé „Hallo“", "1234,5", "01.03.2026", "0,1")),
        (3, ("Zweite\nZeile", "", "", "7")),
    )


def test_a_csv_file_of_ours_is_read_as_it_was_written():
    assert cells(as_csv(table()))[1:] == [
        ("Sprachcafé „Hallo“", "1234,50", "2026-03-01", "0,1"),
        ("Zweite\nZeile", "", "", "7"),
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_files_of_all_programs_are_read(separator, encoding):
    text = f"Titel{separator}Ort\nCafé{separator}Brackwede\n"
    assert cells(text.encode(encoding)) == [("Titel", "Ort"), ("Café", "Brackwede")]


def test_a_cell_is_what_an_office_would_type():
    book = workbook(["Ja", True, False, 12.0, 0.1 + 0.2, datetime(2026, 12, 31, 8, 30), -3, 1e20, "  x  "])
    assert cells(saved(book)) == [("Ja", "ja", "nein", "12", "0,3", "31.12.2026", "-3", "100000000000000000000", "x")]


def test_a_formula_counts_with_the_value_that_was_saved():
    book = workbook(["=1+1", "a"])
    assert cells(saved(book)) == [("", "a")]  # nobody has computed it yet


def test_the_apostrophe_of_our_tables_goes_and_invisible_signs_become_blanks():
    assert unescaped("'=SUMME(A1)") == "=SUMME(A1)"
    assert unescaped("'s Gravenhage") == "'s Gravenhage"
    assert unescaped("a\u200bb\u00a0c\x07d") == "a b c d"
    assert unescaped("eins \r\n zwei") == "eins\nzwei"


def test_several_tables_are_read_and_empty_ones_left_out():
    book = workbook(["a"], name="Eins")
    book.create_sheet("Leer")
    book.create_sheet("Zwei").append(["b"])
    assert [grid.name for grid in read(saved(book), most_rows=100)] == ["Eins", "Zwei"]


def test_blank_rows_and_columns_are_cut_and_the_rest_keeps_its_number():
    book = workbook(["a", "b", None, None], [None, None], ["c", None, None, None])
    assert [grid.rows for grid in read(saved(book), most_rows=100)] == [((1, ("a", "b")), (3, ("c", "")))]


def ods_of(inside):
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return archive(
        {"content.xml": f'<?xml version="1.0"?><office:document-content {names}>{inside}</office:document-content>'}
    )


def archive(files):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return output.getvalue()


CELL = '<table:table-cell {more} office:value-type="string"><text:p>x</text:p></table:table-cell>'


def test_a_comment_in_a_cell_of_libreoffice_is_no_text():
    note = "<office:annotation><text:p>nur eine Notiz</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>Titel</text:p></table:table-cell>'
    tick = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    data = ods_of(f'<table:table table:name="T"><table:table-row>{cell}{tick}</table:table-row></table:table>')
    assert cells(data) == [("Titel", "ja")]


def test_cells_that_are_repeated_a_billion_times_are_counted_out_as_far_as_wanted():
    cell = CELL.format(more='table:number-columns-repeated="16384"')
    data = ods_of(f'<table:table table:name="T"><table:table-row>{cell}</table:table-row></table:table>')
    assert cells(data) == [("x",) * MOST_COLUMNS]


def test_rows_that_are_repeated_a_million_times_are_too_many():
    row = f'<table:table-row table:number-rows-repeated="1048576">{CELL.format(more="")}</table:table-row>'
    assert "more than" in refused(ods_of(f'<table:table table:name="T">{row}</table:table>'))


def test_a_table_with_one_cell_at_its_far_end_is_read_up_to_the_first_thousand_blank_rows():
    book = workbook(["a"])
    book.active["XFD1048576"] = "far"
    assert cells(saved(book)) == [("a",)]


def test_a_file_that_grows_when_it_is_unpacked_is_refused():
    assert "unpacked" in refused(archive({"content.xml": "<a>" + " " * 40_000_000 + "</a>"}))


@pytest.mark.parametrize(
    "text",
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a xmlns="x"><!ENTITY b "c"></a>', "<a\x00></a>"],
)
def test_xml_that_defines_words_of_its_own_is_refused(text):
    assert "cannot be read" in refused(archive({"content.xml": text}))
    assert "cannot be read" in refused(archive({"xl/workbook.xml": text}))


@pytest.mark.parametrize(
    "data",
    [b"", b"  \n ", b"PK\x03\x04broken", b"\x89PNG\x00\x00", b"\xff\xfea\x00", b"a;b\x81\x8d", b'"a\x00";b', b"\n\n"],
)
def test_what_is_no_table_is_refused(data):
    refused(data)


def test_a_broken_workbook_is_refused():
    book = saved(workbook(["a"]))
    assert refused(book[: len(book) // 2])
    assert "cannot be read" in refused(archive({"a.txt": "nothing of a workbook"}))
    cell = '<table:table-cell office:value-type="date" office:date-value="nie"/>'
    assert "cannot be read" in refused(
        ods_of(f'<table:table table:name="T"><table:table-row>{cell}</table:table-row></table:table>')
    )


def test_a_workbook_that_was_damaged_on_its_way_is_refused():
    book = bytearray(archive({"content.xml": "<a>" + "xyz" * 500 + "</a>"}))
    book[45:52] = b"\xff" * 7
    assert "cannot be read" in refused(bytes(book))


def test_too_many_rows_are_refused():
    assert "more than" in refused(saved(workbook(*[["a"]] * 12)), most_rows=11)
    assert len(cells(saved(workbook(*[["a"]] * 11)), most_rows=11)) == 11


@given(st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data) | st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        grids = read(data, most_rows=50)
    except DomainError:
        return
    assert all(grid.rows for grid in grids)


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.dates(), st.datetimes(), st.text()
    )
)
def test_any_value_of_a_cell_becomes_text(value):
    text = plain(value)
    assert isinstance(text, str)
    assert text == text.strip()
