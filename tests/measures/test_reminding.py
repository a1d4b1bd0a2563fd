"""Once a week the offices are told of dates that are past or near."""

from datetime import timedelta

import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.i18n import BY_BABEL
from bihaelt.measures.domain import MeasureState, OpenPointKind
from bihaelt.measures.models import Milestone, OpenPoint
from bihaelt.measures.operations.reminding import AHEAD, remind_of_dates
from bihaelt.outbox.models import Letter
from bihaelt.rendering import render_letter
from tests.factories import NOW, add, make_account, make_measure, make_office, make_text

TODAY = NOW.date()
DAY = timedelta(days=1)


def milestone(session, measure, days, **values):
    text = make_text(session, f"Schritt {days}")
    return add(session, Milestone(measure_id=measure.id, text_id=text.id, due_on=TODAY + days * DAY, **values))


def letters(session):
    return session.scalars(sa.select(Letter).where(Letter.kind == "measure_dates").order_by(Letter.id)).all()


def told(letter):
    return [(item["number"], item["what"], item["words"], item["late"]) for item in letter.context["items"]]


def test_each_editor_gets_one_letter_a_week_with_all_dates_of_the_office(session):
    office, other = make_office(session), make_office(session)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    colleague = make_account(session, Role.OFFICE_EDITOR, office=other)
    measure = make_measure(session, "Sport", number="M001", office_id=office.id)
    milestone(session, measure, -3)
    milestone(session, measure, AHEAD.days)
    milestone(session, measure, AHEAD.days + 1)
    milestone(session, measure, -9, done_on=TODAY - 9 * DAY)
    point = make_text(session, "Halle klären")
    add(
        session,
        OpenPoint(
            measure_id=measure.id, kind=OpenPointKind.AGREE, text_id=point.id, office_id=other.id, due_on=TODAY,
        ),
    )  # fmt: skip
    over = make_measure(session, office_id=office.id, state=MeasureState.ENDED)
    milestone(session, over, -3)
    assert remind_of_dates(session, now=NOW) == 2
    first, second = letters(session)
    assert (first.account_id, second.account_id) == (editor.id, colleague.id)
    assert told(first) == [("M001", "Milestone", "Schritt -3", True), ("M001", "Milestone", "Schritt 14", False)]
    assert told(second) == [("M001", "Open point", "Halle klären", False)]
    assert remind_of_dates(session, now=NOW) == 0
    assert remind_of_dates(session, now=NOW + 7 * DAY) == 2


def test_what_no_editor_sees_to_goes_to_the_plans_owners(app, session):
    owner = make_account(session, Role.PLAN_OWNER, language="ar")
    measure = make_measure(session, "Sport", ad_hoc=True, confirm_by=TODAY - DAY)
    assert remind_of_dates(session, now=NOW) == 1
    (letter,) = letters(session)
    assert letter.account_id == owner.id
    assert told(letter) == [(measure.number, "Confirmation by a body", "", True)]
    with app.test_request_context("/en/"):
        subject_and_body = render_letter("letters/measure_dates.txt", BY_BABEL["en"], **letter.context)
    assert "1 date of your measures is due" in str(subject_and_body)
    assert f"/en/measures/{measure.id}" in str(subject_and_body)
    assert "(overdue)" in str(subject_and_body)


def test_without_dates_or_readers_nothing_is_written(session):
    assert remind_of_dates(session, now=NOW) == 0
    milestone(session, make_measure(session), -1)
    assert remind_of_dates(session, now=NOW) == 0
