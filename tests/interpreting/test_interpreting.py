"""Requests for interpreters: counted in numbers only, shown as coverage, with what few asked for hidden."""

from datetime import date, timedelta

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.i18n import spoken_name
from bihaelt.interpreting import operations, queries
from bihaelt.interpreting.domain import (
    Counted,
    Coverage,
    Mode,
    Occasion,
    Outcome,
    Place,
    coverage,
    first_day,
    fitting,
    quarter_of,
    quarters_back,
)
from bihaelt.interpreting.models import InterpreterRequest
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.verdicts import DomainError
from tests.factories import NOW, make_account, make_delegate, make_office, make_organisation
from tests.interpreting.stage import make_request

TODAY = NOW.date()
BY = Voice(None, "plan_owner")


def counted(**values):
    given = {"day": TODAY, "language": "ar", "occasion": Occasion.HEALTH, "place": Place.HOSPITAL, "mode": Mode.VIDEO,
             "outcome": Outcome.POOL, "count": 3}  # fmt: skip
    return Counted(**(given | values))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": TODAY + timedelta(days=1)}, "day"), ({"day": TODAY - timedelta(days=401)}, "day"),
        ({"language": "xx"}, "language"), ({"count": 0}, "count"), ({"count": 501}, "count"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_true_is_refused(values, field):
    with pytest.raises(DomainError) as refusal:
        fitting(counted(**values), TODAY)
    assert refusal.value.field == field
    assert fitting(counted(language="other"), TODAY).language == "other"


def test_quarters_begin_in_january_april_july_and_october():
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 9, 12)] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4",
    ]  # fmt: skip
    assert first_day("2026-Q3") == date(2026, 7, 1)
    assert quarters_back(date(2026, 2, 3), 3) == ["2026-Q1", "2025-Q4", "2025-Q3"]
    with pytest.raises(ValueError, match="2026"):
        first_day("2026-Q5")


def test_languages_that_few_asked_for_are_hidden_with_another_one():
    newest, older = coverage(
        [("2026-Q1", "ar", 50, 40), ("2026-Q2", "ti", 3, 1), ("2026-Q2", "ar", 50, 30), ("2026-Q2", "other", 20, 9),
         ("2026-Q2", "xx", 30, 9)]
    )  # fmt: skip
    assert (newest.quarter, newest.total, older.quarter) == ("2026-Q2", Coverage(103, 49), "2026-Q1")
    assert [(code, found.requested, found.met) for code, found in newest.languages.items()] == [
        ("ar", 50, 30), ("ti", None, None), ("other", 20, 9), ("xx", None, None),
    ]  # fmt: skip
    assert newest.languages["ti"].hidden
    assert newest.languages["ti"].share is None
    assert older.languages["ar"].share == 0.8


def test_the_log_is_summed_by_quarter_and_language_in_one_statement(session, count_queries):
    make_request(session, "ar", 10, day=date(2026, 10, 5))
    make_request(session, "ar", 5, Outcome.NOBODY_FREE, day=date(2026, 11, 5))
    make_request(session, "tr", 8, day=date(2026, 9, 30))
    make_request(session, "tr", 8, day=date(2024, 9, 30))
    with count_queries() as seen:
        quarters = queries.by_quarter(session, TODAY)
    assert len(seen) == 1
    assert [(row.quarter, dict(row.languages)) for row in quarters] == [
        ("2026-Q4", {"ar": Coverage(15, 10)}), ("2026-Q3", {"tr": Coverage(8, 8)}),
    ]  # fmt: skip
    assert Coverage(0, 0).share is None


def test_the_same_form_sent_twice_counts_once_and_only_sums_are_public(session, now):
    office, organisation = make_office(session), make_organisation(session)
    for _ in range(2):
        row = operations.count(session, counted=counted(), office_id=office.id, nonce="n", by=BY, now=now, today=TODAY)
    assert session.query(InterpreterRequest).one() is row
    assert (row.office_id, row.organisation_id) == (office.id, None)
    person = make_account(session)
    other = operations.count(
        session, counted=counted(), office_id=office.id, nonce="m", now=now, today=TODAY,
        by=Voice(person.id, "delegate", organisation.id, "Vorstand"),
    )  # fmt: skip
    assert (other.office_id, other.organisation_id) == (None, organisation.id)
    operations.remove(session, entry=other, by=BY, now=now)
    assert queries.entry(session, other.id) is None
    entries = session.query(JournalEntry).order_by(JournalEntry.id).all()
    assert [(entry.act, entry.public) for entry in entries] == [
        ("interpreter_request.counted", False), ("interpreter_request.counted", False),
        ("interpreter_request.removed", False),
    ]  # fmt: skip


def typed(**values):
    return {"day": "2026-11-20", "language": "ti", "occasion": "health", "place": "hospital", "mode": "phone",
            "outcome": "nobody_free", "count": "4"} | values  # fmt: skip


def test_an_office_counts_quickly_and_takes_a_mistake_back(client, session):
    office = make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    client.sign_in(editor)
    assert client.get("/de/desk/interpreting").status_code == 200
    data = typed(voice=f"office-{office.id}")
    for wrong in ({"count": "0"}, {"count": "x"}, {"day": "2026-12-24"}, {"language": "xx"}, {"voice": "office-0"}):
        assert client.post("/de/desk/interpreting", data | wrong).status_code == 422
    answer = client.post("/de/desk/interpreting", data)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert 'value="2026-11-20"' in page
    assert 'selected value="ti"' in page
    row = session.query(InterpreterRequest).one()
    assert (row.count, row.office_id, row.entered_by_id) == (4, office.id, editor.id)
    other = make_request(session)
    assert client.post(f"/de/desk/interpreting/{other.id}/remove").status_code == 403
    assert client.post(f"/de/desk/interpreting/{row.id}/remove").status_code == 303
    assert session.query(InterpreterRequest).one() is other
    assert client.post("/de/desk/interpreting/999/remove").status_code == 404
    assert client.get("/de/desk/interpreting?day=gestern&mode=x").status_code == 200


def test_a_delegate_counts_for_an_organisation_and_the_plan_owner_for_the_city(client, session):
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    assert client.post("/de/desk/interpreting", typed(voice=f"organisation-{organisation.id}")).status_code == 303
    row = session.query(InterpreterRequest).one()
    assert row.organisation_id == organisation.id
    assert client.post(f"/de/desk/interpreting/{row.id}/remove").status_code == 303
    owner = make_account(session, Role.PLAN_OWNER)
    client.sign_in(owner)
    assert client.post("/de/desk/interpreting", typed(voice="office-0")).status_code == 303
    row = session.query(InterpreterRequest).one()
    assert (row.office_id, row.organisation_id) == (None, None)
    client.sign_in(make_account(session))
    assert client.get("/de/desk/interpreting").status_code == 403


def test_everybody_sees_the_coverage_and_that_relatives_must_not_interpret(client, session):
    assert "Nothing has been counted yet." in client.get("/en/interpreting").text
    make_request(session, "ar", 20)
    make_request(session, "ar", 10, Outcome.LATE)
    make_request(session, "ti", 3)
    make_request(session, "gsg", 12)
    words = client.get("/en/interpreting").text
    assert "Never use relatives as interpreters" in words
    assert "German Sign Language" in words
    assert "67%" in words
    table = client.get("/en/interpreting.csv").get_data(as_text=True)
    assert table.splitlines()[1:] == [
        '"2026-Q4";"";"";"45";"35";"77,8";"no"', '"2026-Q4";"ar";"Arabic";"30";"20";"66,7";"no"',
        '"2026-Q4";"ti";"Tigrinya";"";"";"";"yes"', '"2026-Q4";"gsg";"German Sign Language";"";"";"";"yes"',
    ]  # fmt: skip


def test_languages_have_names_in_the_language_of_the_page(app, session):
    for path, words in (("/de/", "Arabisch"), ("/ku/", "erebî")):
        with app.test_request_context(path):
            app.preprocess_request()
            assert spoken_name("ar") == words
            assert spoken_name("rom")
            assert spoken_name("zz") == "zz"
