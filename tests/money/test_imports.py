"""Expenses from the finance system: shown first, booked as a whole or not at all, and taken back as a whole."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt.accounts.domain import Role
from bihaelt.journal import queries as journal
from bihaelt.money import operations, queries
from bihaelt.money.domain import BookingKind, BudgetState
from bihaelt.money.domain.finance_csv import EXPORTS, ImportState, RowState, parse
from bihaelt.money.models import Booking, ClusterBudget, FinanceImport, FinanceRow, MoneyAccount
from bihaelt.money.operations.imports import KEPT_DAYS
from bihaelt.paging import Cursor
from bihaelt.tables import as_csv
from bihaelt.verdicts import Cents, Conflict, DomainError
from tests.browser import tree, words
from tests.factories import NOW, make_account
from tests.money.stage import YEAR

HEAD = "Belegnummer;Buchungsdatum;Betrag;Maßnahme;Haushaltsjahr;Text;Bindung"
ROWS = ("4711;03.11.2026;100,50;M001;2026;Miete;", "4712;04.11.2026;50,00;M002;2026;Bälle;")
TODAY = NOW.date()


@pytest.fixture
def place(stage):
    """Two measures with 500 euros each."""
    stage.cluster("leisure", 2000)
    stage.measure("M001", "leisure", allocated=500)
    stage.measure("M002", "leisure", allocated=500)
    return stage


def csv_of(*rows, head=HEAD):
    return "\r\n".join((head, *rows)).encode()


def looked(stage, *rows, now=NOW):
    return operations.preview(stage.session, file_name="ist.csv", data=csv_of(*rows), by=stage.treasury, now=now)


def booked(stage, *rows):
    found = looked(stage, *rows)
    assert operations.book(stage.session, found=found, by=stage.treasury, now=NOW)
    return found


def states(session, found):
    return [row.state for row in queries.all_rows(session, found.id)]


def faults(session, found):
    return [row.fault for row in queries.all_rows(session, found.id) if row.fault]


def spent(session, measure):
    return queries.account(session, measure.id, YEAR).actual


def bookings(session):
    return session.scalars(sa.select(Booking).where(Booking.kind == BookingKind.ACTUAL).order_by(Booking.id)).all()


def test_a_file_is_shown_before_anything_is_booked(place, session):
    found = looked(place, *ROWS)
    assert (found.state, found.rows, found.fresh, found.faults, found.cents) == (ImportState.PREVIEW, 2, 2, 0, 150_50)
    assert bookings(session) == []
    assert spent(session, place.measures["M001"]) == 0
    assert [(row.number, row.cents) for row in queries.measure_sums(session, found.id, ("de",))] == [
        ("M001", 100_50), ("M002", 50_00),
    ]  # fmt: skip


def test_all_rows_are_booked_with_who_what_and_when(place, session):
    found = booked(place, *ROWS)
    assert (found.state, found.booked_at, found.booked_by_id) == (ImportState.BOOKED, NOW, place.treasury.actor_id)
    assert [(row.cents, row.reference, row.reason, row.import_key) for row in bookings(session)] == [
        (100_50, "4711", "Miete", "2026/4711"), (50_00, "4712", "Bälle", "2026/4712"),
    ]  # fmt: skip
    assert spent(session, place.measures["M001"]) == 100_50
    (entry,) = journal.entries(session, "finance_import", found.id)
    assert [fact.value for fact in entry.facts] == ["ist.csv", found.sha256, 2, 150_50]


def test_the_same_file_again_changes_nothing(place, session):
    first = booked(place, *ROWS)
    again = looked(place, *ROWS)
    assert states(session, again) == [RowState.KNOWN, RowState.KNOWN]
    assert queries.same_file(session, again).id == first.id
    with pytest.raises(DomainError) as refusal:
        operations.book(session, found=again, by=place.treasury, now=NOW)
    assert "nothing new" in refusal.value.reason
    assert len(bookings(session)) == 2
    more = booked(place, *ROWS, "4713;05.11.2026;1,00;M002;2026;;")
    assert (more.fresh, more.known, more.cents) == (1, 2, 1_00)
    assert len(bookings(session)) == 3


def test_a_known_document_with_other_figures_is_a_fault(place, session):
    booked(place, *ROWS)
    found = looked(place, ROWS[0].replace("100,50", "100,60"))
    (row,) = queries.all_rows(session, found.id)
    assert row.state is RowState.FAULT
    verdict = queries.verdict_of(row)
    assert "other figures" in verdict.reason
    assert verdict.values == {"cents": Cents(100_50), "number": "M001"}


def test_one_fault_holds_back_the_whole_file(place, session):
    found = looked(place, *ROWS, "4713;05.11.2026;1,00;M999;2026;;", "4714;05.11.2026;zwei;M001;2026;;")
    assert (found.fresh, found.faults) == (2, 2)
    assert "There is no measure" in faults(session, found)[0]
    with pytest.raises(DomainError):
        operations.book(session, found=found, by=place.treasury, now=NOW)
    assert bookings(session) == []


def test_what_a_rule_refuses_is_a_fault_with_its_figures(place, session):
    found = looked(
        place, "1;03.11.2026;400,00;M001;2026;;", "2;03.11.2026;200,00;M001;2026;;", "3;03.11.2026;1;M002;2027;;"
    )
    assert states(session, found) == [RowState.NEW, RowState.FAULT, RowState.FAULT]
    over, unknown = (queries.verdict_of(row) for row in queries.all_rows(session, found.id)[1:])
    assert over.reason
    assert any(isinstance(value, Cents) for value in over.values.values())
    assert "There is no budget for" in unknown.reason


def test_what_changes_before_the_confirmation_is_noticed(place, session):
    found = looked(place, "1;03.11.2026;400,00;M001;2026;;", "2;03.11.2026;10,00;M002;2026;;")
    place.spend(place.measures["M001"], 200)
    assert not operations.book(session, found=found, by=place.treasury, now=NOW)
    assert (found.state, found.fresh, found.faults) == (ImportState.PREVIEW, 1, 1)
    assert states(session, found) == [RowState.FAULT, RowState.NEW]
    assert [row.cents for row in bookings(session)] == [200_00]
    assert spent(session, place.measures["M002"]) == 0


def test_two_people_with_the_same_file_book_it_once(place, session):
    one, two = looked(place, *ROWS), looked(place, *ROWS)
    assert operations.book(session, found=one, by=place.treasury, now=NOW)
    with pytest.raises(DomainError):
        operations.book(session, found=two, by=place.treasury, now=NOW)
    with pytest.raises(Conflict):
        operations.book(session, found=one, by=place.treasury, now=NOW)
    row = queries.all_rows(session, two.id)[0]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.update(FinanceRow)
            .where(FinanceRow.id == row.id)
            .values(state=RowState.BOOKED, booking_id=place.spend(place.measures["M002"], 1).id)
        )


def test_meanwhile_booked_with_other_figures_is_a_fault(place, session):
    one, two = looked(place, *ROWS), looked(place, ROWS[0].replace("100,50", "99,00"))
    assert operations.book(session, found=one, by=place.treasury, now=NOW)
    assert not operations.book(session, found=two, by=place.treasury, now=NOW)
    assert "other figures" in faults(session, two)[0]


def test_expenses_settle_their_commitment(place, session):
    first = place.commit(place.measures["M001"], 300, contract="V 12")
    second = place.commit(place.measures["M001"], 50, contract="V 13")
    found = booked(place, "1;03.11.2026;100,00;M001;2026;;v 12", f"2;03.11.2026;50,00;M001;2026;;{second.id}")
    session.refresh(first)
    session.refresh(second)
    assert (first.settled_cents, second.settled_cents) == (100_00, 50_00)
    assert [row.commitment_id for row in queries.all_rows(session, found.id)] == [first.id, second.id]
    place.commit(place.measures["M001"], 1, contract="V 12")
    unclear = looked(
        place,
        "3;03.11.2026;1,00;M001;2026;;V 99",
        "4;03.11.2026;1,00;M001;2026;;V 12",
        "5;03.11.2026;1,00;M002;2026;;V 13",
    )
    assert states(session, unclear) == [RowState.FAULT] * 3


def test_money_that_comes_back_is_an_expense_below_zero(place, session):
    measure = place.measures["M001"]
    commitment = place.commit(measure, 100, contract="V 12", funding_id=None)
    booked(place, "1;03.11.2026;60,00;M001;2026;;V 12", "2;04.11.2026;-20,00;M001;2026;Gutschrift;V 12")
    assert spent(session, measure) == 40_00
    session.refresh(commitment)
    assert commitment.settled_cents == 60_00
    found = looked(place, "3;04.11.2026;40,01-;M001;2026;;", "4;04.11.2026;-1;M002;2026;;")
    assert [queries.verdict_of(row).values["spent"] for row in queries.all_rows(session, found.id)] == [40_00, 0]
    session.execute(sa.update(ClusterBudget).values(state=BudgetState.CLOSED))
    assert "is closed" in faults(session, looked(place, "5;04.11.2026;-1,00;M001;2026;;"))[0]


def test_an_import_is_taken_back_and_can_come_again(place, session):
    found = booked(place, *ROWS, "4713;05.11.2026;-10,00;M002;2026;;")
    by_hand = bookings(session)[0]
    operations.correct(session, booking=by_hand, reason="Falsch", by=place.treasury, now=NOW)
    with pytest.raises(DomainError):
        operations.undo(session, found=found, reason=" ", by=place.treasury, now=NOW)
    operations.undo(session, found=found, reason="Falsche Datei", by=place.treasury, now=NOW)
    assert (found.state, found.undone_at, found.reason) == (ImportState.UNDONE, NOW, "Falsche Datei")
    assert [spent(session, measure) for measure in place.measures.values()] == [0, 0]
    assert sum(row.cents for row in bookings(session)) == 0
    assert set(states(session, found)) == {RowState.UNDONE}
    assert [entry.reason for entry in journal.entries(session, "finance_import", found.id)] == ["", "Falsche Datei"]
    with pytest.raises(Conflict):
        operations.undo(session, found=found, reason="Noch einmal", by=place.treasury, now=NOW)
    again = booked(place, *ROWS)
    assert spent(session, place.measures["M001"]) == 100_50
    assert bookings(session)[-1].import_key == f"2026/4712#{again.id}"
    operations.recount(session, now=NOW)
    assert spent(session, place.measures["M001"]) == 100_50


def test_files_that_nobody_confirms_are_forgotten(place, session):
    old = looked(place, *ROWS, now=NOW - timedelta(days=KEPT_DAYS, seconds=1))
    kept, sure = looked(place, *ROWS), booked(place, "9;03.11.2026;1,00;M001;2026;;")
    number = old.id
    assert operations.forget_previews(session, now=NOW) == 1
    assert queries.finance_import(session, number) is None
    operations.discard(session, found=kept)
    assert [row.id for row in queries.finance_imports(session).rows] == [sure.id]
    with pytest.raises(Conflict):
        operations.discard(session, found=sure)


@pytest.mark.parametrize(
    "values",
    [
        {"booked_at": NOW},
        {"state": "booked"},
        {"undone_at": NOW},
        {"state": "undone", "booked_at": NOW, "undone_at": NOW},
    ],
)
def test_no_half_import_can_be_stored(place, session, values):
    found = looked(place, *ROWS)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(FinanceImport).where(FinanceImport.id == found.id).values(**values))


def test_rows_and_imports_go_on_by_page(place, session):
    found = looked(place, *(f"{n};03.11.2026;1,00;M001;2026;;" for n in range(5)))
    first = queries.rows_of(session, found.id, size=2)
    second = queries.rows_of(session, found.id, size=2, cursor=Cursor.decode(first.older, (int,)))
    assert [row.document for row in (*first.rows, *second.rows)] == ["0", "1", "2", "3"]
    back = queries.rows_of(session, found.id, size=2, cursor=Cursor.decode(second.newer, (int,)))
    assert [row.document for row in back.rows] == ["0", "1"]
    assert queries.rows_of(session, found.id, state=RowState.FAULT).rows == []
    looked(place, *ROWS)
    newest = queries.finance_imports(session, size=1)
    assert queries.finance_imports(session, size=1, cursor=Cursor.decode(newest.older, (int,))).rows == [found]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_a_page_of_rows_takes_a_fixed_number_of_statements(place, session, count_queries, count):
    found = looked(place, ROWS[0], *(f"{n};03.11.2026;1,00;M999;2026;;" for n in range(count)))
    number = found.id
    with count_queries() as seen:
        queries.rows_of(session, number)
        queries.measure_sums(session, number, ("de",))
    assert len(seen) == 3


def exported(session, name="all", year=YEAR):
    return as_csv(queries.exchange_table(year, queries.exported(session, year, EXPORTS[name])))


def test_the_export_opens_right_in_a_german_excel_and_can_be_read_again(place, session):
    place.commit(place.measures["M001"], 30, contract="=V 12", reason="+B")
    booked(place, *ROWS)
    place.grant(place.measures["M001"], 100)
    data = exported(session)
    assert data.startswith("\ufeff".encode())
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[-1] == ""
    assert lines[0].startswith('"Belegnummer";"Buchungsdatum";"Betrag";"Maßnahme";"Haushaltsjahr"')
    assert any(';"\'+B";' in line for line in lines)  # no formula
    assert '"4711";"03.11.2026";"100,50";"M001";"2026";"Miete";"";"Ausgabe";"";"Eigenmittel"' in lines
    read = parse(data, TODAY)
    assert all(line.fault for line in read)
    own = session.scalars(sa.select(Booking).join(MoneyAccount).order_by(Booking.id)).all()
    assert [line.cents for line in read] == [row.cents for row in own]
    assert [line.text for line in read][2] == "+B"
    assert len(parse(exported(session, "expenses"), TODAY)) == 2
    assert len(parse(exported(session, "allocations"), TODAY)) == 2
    assert exported(session, year=2030).decode().count("\r\n") == 1


# --- in the browser --------------------------------------------------------------------------------------------------


def upload(client, *rows, name="ist.csv", data=None):
    content = csv_of(*rows) if data is None else data
    return client.post(
        "/en/desk/money/finance", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def test_a_file_is_imported_in_the_browser(client, place, session):
    client.sign_in(make_account(session, Role.TREASURY))
    assert "No file was read yet." in words(client.get("/en/desk/money/finance"))
    answer = upload(client, *ROWS, "4713;05.11.2026;1,00;M999;2026;;")
    assert answer.status_code == 303
    text = words(client.get(answer.location))
    for said in ("Nothing can be booked yet", "There is no measure M999.", "€100.50", "Can be booked", "M002"):
        assert said in text
    assert "Book these expenses" not in text
    assert "M999" in words(client.get(f"{answer.location}?state=fault"))
    assert "No row fits this filter." in words(client.get(f"{answer.location}?state=known"))
    assert client.post(f"{answer.location}/book").status_code == 409
    assert client.post(f"{answer.location}/discard").status_code == 303
    assert client.get(answer.location).status_code == 404
    answer = upload(client, *ROWS)
    assert "Book these expenses" in words(client.get(answer.location))
    assert client.post(f"{answer.location}/book").status_code == 303
    text = words(client.get(answer.location))
    for said in (
        "The expenses are booked.",
        "Booked on",
        "Take the import back",
        "Expenses imported from the finance system",
    ):
        assert said in text
    again = upload(client, *ROWS)
    text = words(client.get(again.location))
    assert "There is nothing new." in text
    assert "The same file was booked before" in text
    undo = f"{answer.location}/undo"
    assert "2 bookings get counter entries: €150.50 together." in words(client.get(undo))
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "Falsche Datei"}).status_code == 303
    assert client.post(undo, {"reason": "Falsche Datei"}).status_code == 422
    text = words(client.get(answer.location))
    assert "Falsche Datei" in text
    assert "Import of expenses taken back" in text
    assert "ist.csv" in words(client.get("/en/desk/money/finance"))


def test_what_changes_meanwhile_is_said_in_the_browser(client, place, session):
    client.sign_in(make_account(session, Role.BUDGET_HOLDER))
    answer = upload(client, "1;03.11.2026;400,00;M001;2026;;")
    place.spend(place.measures["M001"], 200)
    assert client.post(f"{answer.location}/book").status_code == 303
    assert "Nothing was booked: something has changed" in words(client.get(answer.location))


def test_a_wrong_file_is_refused_at_its_field(client, place, session):
    client.sign_in(make_account(session, Role.TREASURY))
    for data, said in ((b"PK\x03\x04", "This is no CSV file."), (b"", "The file is empty.")):
        answer = upload(client, data=data)
        assert answer.status_code == 422
        assert said in words(answer)
    nothing = client.post("/en/desk/money/finance", {})
    assert nothing.status_code == 422
    assert "Choose a file." in words(nothing)
    assert client.get("/en/desk/money/finance/99999").status_code == 404


def test_a_file_name_is_only_a_name(client, place, session):
    client.sign_in(make_account(session, Role.TREASURY))
    answer = upload(client, *ROWS, name="Temp/=ist <b>.csv")
    assert tree(client.get(answer.location)).xpath("//h1//text()")
    found = session.scalars(sa.select(FinanceImport)).one()
    assert found.file_name == "=ist <b>.csv"


def test_the_lists_go_on_in_the_browser(client, place, session):
    client.sign_in(make_account(session, Role.TREASURY))
    answer = upload(client, *(f"{n};03.11.2026;0,01;M999;2026;;" for n in range(101)))
    further = tree(client.get(f"{answer.location}?state=fault")).xpath("//nav[@class='paging']//a[@rel='next']/@href")[
        0
    ]
    assert "state=fault" in further
    page = client.get(further)
    assert client.get(tree(page).xpath("//nav[@class='paging']//a[@rel='prev']/@href")[0]).status_code == 200
    for n in range(26):
        looked(place, f"{n};03.11.2026;1,00;M999;2026;;")
    page = client.get("/en/desk/money/finance")
    page = client.get(tree(page).xpath("//nav[@class='paging']//a[@rel='next']/@href")[0])
    assert client.get(tree(page).xpath("//nav[@class='paging']//a[@rel='prev']/@href")[0]).status_code == 200


def test_the_export_is_downloaded(client, place, session):
    booked(place, *ROWS)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR))
    answer = client.get("/en/desk/money/finance/export?year=2026&kind=expenses")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="finance-2026-expenses.csv"'
    assert answer.data.decode("utf-8-sig").count("\r\n") == 3
    assert (
        "finance-2026-all.csv"
        in client.get("/en/desk/money/finance/export?year=2026&kind=x").headers["Content-Disposition"]
    )
    assert client.get("/en/desk/money/finance").status_code == 403
