"""Codes by letter: made from a list or a number, printed once, counted, and made void."""

import io
import re
from datetime import date

import pypdf
import pytest

from bihaelt.accounts.domain import Role
from bihaelt.votes.domain import Channel
from bihaelt.votes.domain.electorates import CodeUse
from bihaelt.votes.models import CodeBatch, VotingCode
from bihaelt.votes.operations import roll
from bihaelt.votes.operations.codes import MadeCodes
from bihaelt.votes.views.printed import letter_sheets
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_account
from tests.votes.ballot_stage import make_ballot, make_draft, ring_of

CODE = re.compile(r"[2-9B-DF-HJKMNP-TV-Z]{4}(?:-[2-9B-DF-HJKMNP-TV-Z]{4}){2}")
HEAD = "Vorname;Nachname;Straße;PLZ;Ort\n"
ROWS = "Ayşe;Müller-Größe;Niederwall 23;33602;Bielefeld\nمريم;علي;Jahnplatz 1;33602;Bielefeld\n"


@pytest.fixture
def ballot(app, session):
    return make_ballot(session, app)


@pytest.fixture
def desk(session, client):
    client.sign_in(make_account(session, Role.PLAN_OWNER))
    return client


def fields(**values):
    return {"name": "Briefe 1", "channel": "code", "count": "", "sender": ""} | values


def sent(desk, ballot, **values):
    return desk.post(f"/en/desk/ballots/{ballot.id}/codes", fields(**values), content_type="multipart/form-data")


def listed(text: str | bytes):
    return (io.BytesIO(text if isinstance(text, bytes) else text.encode()), "adressen.csv")


def read(answer) -> pypdf.PdfReader:
    assert answer.status_code == 200, words(answer)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return pypdf.PdfReader(io.BytesIO(answer.data))


def test_a_list_becomes_one_letter_for_each_address(session, desk, ballot):
    pdf = read(sent(desk, ballot, people=listed(HEAD + ROWS), sender="Stadt Bielefeld · Niederwall 25"))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) == 2
    assert "Ayşe Müller-Größe" in pages[0]
    assert "Stadt Bielefeld · Niederwall 25" in pages[0]
    assert "Niederwall 23" in pages[0]
    assert "33602 Bielefeld" in pages[1]
    codes = [CODE.search(page)[0] for page in pages]
    assert len(set(codes)) == 2
    assert session.query(VotingCode).count() == 2


def test_the_pdf_is_tagged_and_says_its_language(desk, ballot):
    pdf = read(sent(desk, ballot, count="1"))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_neither_codes_nor_addresses_are_stored(session, desk, ballot):
    page = read(sent(desk, ballot, people=listed(HEAD + ROWS))).pages[0].extract_text()
    code = CODE.search(page)[0]
    everything = "\n".join(session.connection().connection.driver_connection.iterdump()) if is_sqlite(session) else ""
    assert code not in everything
    assert code.replace("-", "") not in everything
    assert "Niederwall 23" not in everything
    assert "Größe" not in everything


def is_sqlite(session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def test_a_printed_code_opens_the_paper_without_an_account(app, desk, ballot):
    code = CODE.search(read(sent(desk, ballot, count="1")).pages[0].extract_text())[0]
    answer = app.test_client().post("/en/vote", {"code": code})
    assert answer.status_code == 200, words(answer)
    assert "ballot" in words(answer)


def test_a_printed_code_verifies_an_account_once(app, session, desk, ballot):
    code = CODE.search(read(sent(desk, ballot, count="1")).pages[0].extract_text())[0]
    first, second = app.test_client(), app.test_client()
    first.sign_in(make_account(session))
    second.sign_in(make_account(session))
    assert first.post("/en/account/residence", {"code": code.lower().replace("-", " ")}).status_code == 303
    assert "By a letter to the address" in words(first.get("/en/account/residence"))
    assert second.post("/en/account/residence", {"code": code}).status_code == 422
    assert app.test_client().post("/en/vote", {"code": code}).status_code == 422


def test_the_same_form_sent_twice_makes_no_second_batch(session, desk, ballot):
    token = desk.form_token()
    assert sent(desk, ballot, count="2", form_token=token).status_code == 200
    again = sent(desk, ballot, count="2", form_token=token)
    assert again.status_code == 422
    assert "cannot be shown again" in words(again)
    assert session.query(CodeBatch).count() == 1


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ("", "The file has no addresses."),
        (HEAD, "The file has no addresses."),
        ("a;b\n1;2\n", "The first row must name these columns"),
        (HEAD + "Ann;Lee;Weg 1;33602\n", "Row 2: There are 4 cells instead of 5."),
        (HEAD + ROWS + "Ann;Lee;Weg 1;ABC;Bielefeld\n", "Row 4: The postcode needs five digits."),
        (HEAD + "".join(f"Ann {n};Lee;Weg {n};33602;Bielefeld\n" for n in range(10_000)), "The list is too long."),
        (b"PK\x03\x04", "This is no CSV file."),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(session, desk, ballot, people, reason):
    answer = sent(desk, ballot, people=listed(people), sender="Bleibt stehen")
    assert answer.status_code == 422
    assert reason in words(answer)
    assert "Bleibt stehen" in answer.text
    assert session.query(CodeBatch).count() == 0


def test_html_in_a_list_is_only_text(desk, ballot):
    rows = HEAD + "<b>#set text(red)</b>;$x$ *y* \\ @z;Weg 1;33602;Bielefeld\n"
    assert (
        "<b>#set text(red)</b> $x$ *y* \\ @z" in read(sent(desk, ballot, people=listed(rows))).pages[0].extract_text()
    )
    wrong = sent(desk, ballot, people=listed("<script>;<script>\n"))
    assert "<script>;" not in wrong.text


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"count": "0"},
        {"count": "2001"},
        {"count": "x"},
        {"channel": "paper", "count": "1"},
        {"name": "", "count": "1"},
    ],
)
def test_a_wrong_form_makes_nothing(session, desk, ballot, values):
    assert sent(desk, ballot, **values).status_code == 422
    assert session.query(CodeBatch).count() == 0


def test_a_list_and_a_number_are_one_too_many(session, desk, ballot):
    assert sent(desk, ballot, people=listed(HEAD + ROWS), count="2").status_code == 422
    assert session.query(CodeBatch).count() == 0


def test_whom_the_desk_has_seen_gets_no_letter(app, session, desk, ballot):
    born = date(2001, 12, 31)
    person = roll.Person("Ayşe", "Müller", born, "İzmir")
    roll.verify_at_desk(
        session, ring=ring_of(app), account=None, person=person, by=roll.Voice(None, "moderator"), now=NOW
    )
    head = HEAD.strip() + ";Geburtsdatum;Geburtsort\n"
    rows = "AYSE;Mueller;Weg 1;33602;Bielefeld;31.12.2001;Izmir\nAnn;Lee;Weg 2;33602;Bielefeld;1.1.1990;Hamm\n"
    pdf = read(sent(desk, ballot, people=listed(head + rows)))
    assert [("Ann Lee" in page.extract_text()) for page in pdf.pages] == [True]


def test_batches_say_how_many_are_used_and_void(app, session, desk, ballot):
    code = CODE.search(read(sent(desk, ballot, count="5")).pages[0].extract_text())[0]
    voter = app.test_client().sign_in(make_account(session))
    voter.post("/en/account/residence", {"code": code})
    batch = session.query(CodeBatch).one()
    address = f"/en/desk/ballots/{ballot.id}/codes/{batch.id}/void"
    assert desk.post(address, {"first": "1", "last": "3"}).status_code == 303
    page = words(desk.get(f"/en/desk/ballots/{ballot.id}/codes"))
    assert "5 codes · used: 1 · void: 2" in page
    assert "2 codes made void." in page
    assert (
        session.query(VotingCode).filter(VotingCode.used_as == CodeUse.ACCOUNT, VotingCode.voided_at.is_(None)).count()
        == 1
    )


@pytest.mark.parametrize(
    "values", [{"first": "", "last": "3"}, {"first": "1", "last": "x"}, {"first": "-1", "last": "3"}]
)
def test_numbers_that_are_none_void_nothing(session, desk, ballot, values):
    sent(desk, ballot, count="5")
    batch = session.query(CodeBatch).one()
    answer = desk.post(f"/en/desk/ballots/{ballot.id}/codes/{batch.id}/void", values)
    assert answer.status_code == 422
    assert session.query(VotingCode).filter(VotingCode.voided_at.is_not(None)).count() == 0


def test_a_batch_of_another_ballot_is_none(app, session, desk, ballot):
    other = make_ballot(session, app)
    sent(desk, other, count="1")
    batch = session.query(CodeBatch).one()
    assert (
        desk.post(f"/en/desk/ballots/{ballot.id}/codes/{batch.id}/void", {"first": "1", "last": "1"}).status_code == 404
    )


def test_letters_can_go_out_before_the_ballot_opens(session, desk):
    assert read(sent(desk, make_draft(session), count="1"))


def test_the_picture_says_the_address_with_the_code_behind_the_hash(app, ballot):
    """The code stands behind #: it is in no log of any server on the way."""
    made = MadeCodes(CodeBatch(name="Briefe"), ["BCDF-2345-GHJK", None, "BCDF-2345-GHJM"])
    with app.test_request_context("/de/"):
        sheets = letter_sheets(made, [()] * 3)
    assert [(sheet.number, sheet.qr) for sheet in sheets] == [
        ("Briefe 1", "http://localhost/de/vote#BCDF-2345-GHJK"),
        ("Briefe 3", "http://localhost/de/vote#BCDF-2345-GHJM"),
    ]


@pytest.mark.parametrize("name", ["citizen", "moderator", "translator", "editor"])
def test_others_make_no_codes(session, client, ballot, name):
    client.sign_in(getattr(make_cast(session), name))
    assert client.get(f"/en/desk/ballots/{ballot.id}/codes").status_code == 403
    assert sent(client, ballot, count="1").status_code == 403


def test_the_page_has_its_number_of_statements(app, session, desk, ballot, count_queries):
    seen = []
    for batches in (1, 3, 10):
        while session.query(CodeBatch).count() < batches:
            sent(desk, ballot, count="1", channel=Channel.DESK.value, form_token=desk.form_token())
        with count_queries() as statements:
            desk.get(f"/en/desk/ballots/{ballot.id}/codes")
        seen.append(len(statements))
    assert len(set(seen)) == 1, seen


def test_what_was_typed_stays(desk, ballot):
    page = tree(sent(desk, ballot, name="Mein Stapel", sender="Absender", count="x"))
    assert page.xpath("string(//input[@name='name']/@value)") == "Mein Stapel"
    assert page.xpath("string(//input[@name='count']/@value)") == "x"
