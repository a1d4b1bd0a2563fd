"""Lists of addresses: what is read, and how every mistake is named by its row."""

from datetime import date

import pytest

from bihaelt.votes.domain.address_list import MOST_ROWS, Addressee, BadList, read_list
from bihaelt.votes.domain.electorates import Person

HEAD = "Vorname;Nachname;Straße;PLZ;Ort\n"
ROW = "Ayşe;Müller-Größe;Niederwall 23;33602;Bielefeld\n"


def mistakes(data: bytes | str):
    with pytest.raises(BadList) as error:
        read_list(data.encode() if isinstance(data, str) else data)
    return [(each.row, each.reason % dict(each.values)) for each in error.value.mistakes]


def test_semicolons_and_utf8_with_a_mark_of_excel():
    assert read_list(b"\xef\xbb\xbf" + (HEAD + ROW).encode()) == [
        Addressee(("Ayşe Müller-Größe", "Niederwall 23", "33602 Bielefeld"), None)
    ]


def test_commas_quotes_and_windows_1252():
    data = 'Nachname,Vorname,PLZ,Ort,Strasse\r\n"Groß, Dr.",Jürgen,33602,Bielefeld,"Hof ""Nord"""\r\n'.encode("cp1252")
    assert read_list(data)[0].lines == ("Jürgen Groß, Dr.", 'Hof "Nord"', "33602 Bielefeld")


def test_other_columns_are_left_out_and_empty_rows_too():
    data = "id;first name;last name;c/o;street;house number;postcode;town\n\n7;Ann;Lee;bei Kurz;Weg;3a;33602;Bielefeld\n;;;;;;;\n"
    assert read_list(data.encode())[0].lines == ("Ann Lee", "bei Kurz", "Weg 3a", "33602 Bielefeld")
    assert len(read_list(data.encode())) == 1


@pytest.mark.parametrize("day", ["31.12.2001", "2001-12-31"])
def test_with_date_and_place_of_birth_the_person_is_known(day):
    data = HEAD.strip() + ";Geburtsdatum;Geburtsort\n" + ROW.strip() + f";{day};İzmir\n"
    assert read_list(data.encode())[0].person == Person("Ayşe", "Müller-Größe", date(2001, 12, 31), "İzmir")


def test_html_in_a_name_is_only_a_name():
    data = HEAD + "<script>alert(1)</script>;#set page(;=1+1;33602;@SUM(A1)\n"
    assert read_list(data.encode())[0].lines == ("<script>alert(1)</script> #set page(", "=1+1", "33602 @SUM(A1)")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", HEAD.encode()])
def test_an_empty_file_says_so(data):
    assert mistakes(data) == [(0, "The file has no addresses.")]


@pytest.mark.parametrize("data", [b"PK\x03\x04xlsx", (HEAD + ROW).encode("utf-16"), b"Vor\0name", b"Vorname;\x81\x8d"])
def test_what_is_no_csv_says_so(data):
    assert mistakes(data) == [(0, "This is no CSV file. Please save the table as CSV.")]


@pytest.mark.parametrize("head", ["Vorname;Nachname;PLZ;Ort\n", "a;b;c;d;e\n", "Ayşe;Müller;Weg 1;33602;Bielefeld\n"])
def test_missing_columns_are_named(head):
    assert mistakes(head + ROW) == [(0, "The first row must name these columns: Vorname, Nachname, Straße, PLZ, Ort.")]


def test_a_column_twice_and_half_of_a_birth_are_refused():
    assert mistakes("Vorname;Nachname;Name;Straße;PLZ;Ort\n")[0][1] == "The column “Name” is there twice."
    assert mistakes(HEAD.strip() + ";Geburtsort\n")[0][1] == "Give date and place of birth both, or neither."


def test_each_mistake_is_named_with_its_row():
    rows = [
        "Ayşe;Müller;Weg 1;33602;Bielefeld", "Ann;;Weg 1;33602;Bielefeld", "Ann;Lee;Weg 1;1067;Dresden", "Ann;Lee;Weg 1",
        f"Ann;{'x' * 61};Weg 1;33602;Bielefeld", "Ann\u202e;Lee;Weg 1;33602;Bielefeld", "AYSE;Mueller;weg 1;33602;BIELEFELD",
        "Ann;Lee;Weg 1;٣٣٦٠٢;Bielefeld",
    ]  # fmt: skip
    assert mistakes(HEAD + "\n".join(rows)) == [
        (3, "“Nachname” is empty."),
        (4, "The postcode needs five digits."),
        (5, "There are 3 cells instead of 5."),
        (6, "“Nachname” has more than 60 characters."),
        (7, "“Vorname” has invisible control characters."),
        (8, "This is the same as row 2."),
        (9, "The postcode needs five digits."),
    ]


@pytest.mark.parametrize("day", ["31.02.2001", "2001", "12/31/2001", "01.01.0001", "x"])
def test_a_birthday_that_is_none(day):
    data = HEAD.strip() + ";Geburtsdatum;Geburtsort\n" + ROW.strip() + f";{day};İzmir\n"
    assert mistakes(data) == [(2, "The date of birth must look like 31.12.2001.")]


def test_an_open_quotation_mark_is_named():
    assert mistakes(HEAD + '"Ann;Lee;Weg 1;33602;Bielefeld\n') == [(0, "A quotation mark is not closed.")]


def test_ten_thousand_rows_are_too_many_and_at_most_twenty_mistakes_are_named():
    many = "".join(f"Ann {n};Lee;Weg {n};33602;Bielefeld\n" for n in range(10_000))
    assert mistakes(HEAD + many) == [
        (0, f"The list is too long. At most {MOST_ROWS} addresses at once; please divide it.")
    ]
    assert len(mistakes(HEAD + "Ann;Lee\n" * 50)) == 20
