"""What the finance system's files say, in plain Python."""

from datetime import date
from pathlib import Path

import pytest

from bihaelt.money.domain.finance_csv import MOST_BYTES, MOST_ROWS, Head, amount, columns, day, parse, plain
from bihaelt.spreadsheets import unescaped_line
from bihaelt.verdicts import DomainError

TODAY = date(2026, 11, 22)
HEAD = "Belegnummer;Buchungsdatum;Betrag;Maßnahme;Haushaltsjahr;Text;Bindung"
ROW = "4711;03.11.2026;1.234,56;m007;2026;Miete;V 12"


def read(*rows, head=HEAD, encoding="utf-8"):
    return parse("\r\n".join((head, *rows)).encode(encoding), TODAY)


def refused(data, **values):
    with pytest.raises(DomainError) as refusal:
        parse(data, TODAY)
    assert refusal.value.field == "file"
    return refusal.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_line_is_read_in_every_encoding_of_a_german_office(encoding):
    (line,) = read(ROW.replace("Miete", "Bücher"), encoding=encoding)
    assert (line.number, line.document, line.on, line.cents) == (2, "4711", date(2026, 11, 3), 123456)
    assert (line.measure, line.year, line.text, line.commitment) == ("M007", 2026, "Bücher", "V 12")
    assert line.fault


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456), ("1234,5", 123450), ("12", 1200), ("0,01", 1), ("-12,00", -1200), ("12,00-", -1200),
        ("−3", -300), ("+3", 300), ("1.234.567", 123456700), ("1.234,56 €", 123456), ("5 EUR", 500), ("1 234,00", 123400),
        ("1,234.56", None), ("12.34", None), ("1.23,45", None), ("", None), ("viel", None), ("-1-", None), ("1,234", None),
        ("١٢", None),
    ],
)  # fmt: skip
def test_amounts_are_german(text, cents):
    assert amount(text) == cents


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("31.12.2026", date(2026, 12, 31)), ("1.2.2026", date(2026, 2, 1)), ("31.02.2026", None), ("2026-12-31", None),
        ("12/31/2026", None), ("31.12.26", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_german(text, found):
    assert day(text) == found


def test_headings_are_known_by_many_names():
    assert plain(" Maßnahme-Nr. ") == "massnahmenr"
    found = columns(
        ["Beleg-Nr.", "BUCHUNGSTAG", "Betrag in EUR", "Massnahmennummer", "Geschäftsjahr", "Sachbearbeitung"]
    )
    assert found == {Head.DOCUMENT: 0, Head.DAY: 1, Head.AMOUNT: 2, Head.MEASURE: 3, Head.YEAR: 4}


def test_the_year_is_that_of_the_day_unless_it_is_said():
    assert read("1;03.11.2026;1;M1", head="Beleg;Datum;Betrag;Maßnahme")[0].year == 2026
    assert read("1;03.11.2026;1;M1;2025;;")[0].year == 2025


def test_apostrophes_of_our_own_tables_are_taken_off():
    assert unescaped_line(" '=SUM(A1) ") == "=SUM(A1)"
    assert unescaped_line("'n Bus") == "'n Bus"
    assert unescaped_line("a\tb\u00a0") == "a b"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";03.11.2026;1;M1;2026;;", "The document number is missing."),
        (f"{'9' * 61};03.11.2026;1;M1;2026;;", "The document number is too long."),
        ("1;3. November;1;M1;2026;;", "The day cannot be read"),
        ("1;23.11.2026;1;M1;2026;;", "The day lies in the future."),
        ("1;03.11.2026;1,234.00;M1;2026;;", "The amount cannot be read"),
        ("1;03.11.2026;0,00;M1;2026;;", "The amount is zero"),
        ("1;03.11.2026;1.000.000.001;M1;2026;;", "This amount is too large."),
        ("1;03.11.2026;1;M1;26;;", "The budget year cannot be read"),
        ("1;03.11.2026;1;M1;1999;;", "The budget year cannot be read"),
        ("1;03.11.2026;1;;2026;;", "The number of the measure is missing."),
        ("1;03.11.2026", "The amount cannot be read"),
    ],
)
def test_a_faulty_line_says_what_to_do(row, reason):
    (line,) = read(row)
    assert reason in line.fault.reason
    assert line.raw == row


def test_a_document_stands_once_in_a_file_and_year():
    lines = read(ROW, ROW, ROW.replace("2026;Miete", "2025;Miete"))
    assert [bool(line.fault) for line in lines] == [True, False, True]
    assert lines[1].fault.values == {"line": 2}


def test_empty_lines_and_quoted_cells_do_no_harm():
    lines = read("", ROW, ";;;;;;", '"47;12";03.11.2026;"2,00";M1;2026;"Zwei ""große""";')
    assert [line.number for line in lines] == [3, 5]
    assert (lines[1].document, lines[1].text) == ("47;12", 'Zwei "große"')


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b" \r\n", "The file is empty."),
        (b";;;\r\n;;", "The file is empty."),
        (b"x" * (MOST_BYTES + 1), "The file is too large."),
        (b"PK\x03\x04...", "This is no CSV file."),
        (HEAD.encode("utf-16"), "This is no CSV file."),
        (b"a\x00b", "This is no CSV file."),
        (b'a;"b"c\r\n"d', "This is no CSV file."),
        (b"Betrag \x81\x8d\r\n", "cannot be read"),
        (HEAD.replace(";", ",").encode(), "These columns are missing"),
        (b"Datum;Buchungsdatum;Betrag", "comes twice"),
        (HEAD.encode(), "a heading and no rows"),
        ("\n".join([HEAD, *[ROW] * (MOST_ROWS + 1)]).encode(), "rows. At most"),
    ],
)
def test_a_wrong_file_gets_one_clear_error(data, reason):
    assert reason in refused(data).reason


def test_the_missing_columns_are_named():
    error = refused(b"Belegnummer;Text\r\n1;2")
    assert error.values == {"columns": "Buchungsdatum, Betrag, Maßnahme"}


def test_the_example_of_the_guide_can_be_read():
    lines = parse((Path(__file__).parents[2] / "docs" / "beispiel-ausgaben.csv").read_bytes(), TODAY)
    assert len(lines) == 5
    assert all(line.fault for line in lines)
