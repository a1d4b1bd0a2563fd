"""The calendar of a conference: exclusive ends, local days, the days on which the clocks change, the next year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihaelt.conferences.domain import (
    DEADLINES,
    Access,
    Days,
    Phase,
    Readiness,
    days_left,
    days_of,
    missing,
    phase_at,
    phase_line,
    retimed,
    shifted,
)
from bihaelt.verdicts import DomainError
from bihaelt.workdays import add_months, end_of, is_holiday, is_working_day, last_day_of, start_of

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
DAYS = Days(
    call_opens=date(2026, 3, 16), call_closes=date(2026, 3, 28), screening_until=date(2026, 5, 29),
    vote_opens=date(2026, 6, 13), vote_closes=date(2026, 6, 28), decision_by=date(2026, 9, 30),
    report_by=date(2026, 10, 31),
)  # fmt: skip


@dataclass
class Planned:
    opened_at: datetime | None
    call_opens: datetime
    call_closes: datetime
    screening_until: datetime
    vote_opens: datetime
    vote_closes: datetime
    decision_by: datetime
    report_by: datetime


def a_conference(days: Days = DAYS, opened_at: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)) -> Planned:
    return Planned(opened_at=opened_at, **days.moments(BERLIN))


@pytest.mark.parametrize(
    ("deadline", "before", "after"),
    [
        ("call_opens", Phase.PLANNED, Phase.COLLECTING),
        ("call_closes", Phase.COLLECTING, Phase.SCREENING),
        ("screening_until", Phase.SCREENING, Phase.VOTING),
        ("vote_closes", Phase.VOTING, Phase.DECIDING),
        ("decision_by", Phase.DECIDING, Phase.REPORTING),
        ("report_by", Phase.REPORTING, Phase.DONE),
    ],
)
def test_a_phase_ends_at_its_deadline_and_not_a_moment_later(deadline, before, after):
    conference = a_conference()
    moment = getattr(conference, deadline)
    assert phase_at(conference, moment - timedelta(microseconds=1)) is before
    assert phase_at(conference, moment) is after


def test_without_the_act_of_opening_a_conference_stays_planned():
    conference = a_conference(opened_at=None)
    assert {phase_at(conference, getattr(conference, name)) for name in DEADLINES} == {Phase.PLANNED}


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # the night in which summer time begins
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # this day has 25 hours
    ],
)
def test_a_day_ends_at_local_midnight_also_when_the_clocks_change(day, end):
    assert end_of(day, BERLIN) == end
    assert last_day_of(end, BERLIN) == day
    assert last_day_of(end + SECOND, BERLIN) == day + timedelta(days=1)
    assert start_of(day + timedelta(days=1), BERLIN) == end


def test_days_come_back_as_they_were_entered():
    assert days_of(a_conference(), BERLIN) == DAYS


def test_a_day_before_the_phase_before_it_is_refused_at_its_field():
    wrong = Days(**{name: getattr(DAYS, name) for name in DEADLINES} | {"vote_opens": DAYS.screening_until})
    with pytest.raises(DomainError) as error:
        wrong.moments(BERLIN)
    assert error.value.field == "vote_opens"
    with pytest.raises(DomainError):
        retimed(a_conference(), wrong, BERLIN)


def test_a_day_that_was_not_touched_keeps_its_exact_moment():
    conference = a_conference()
    conference.call_closes -= timedelta(hours=6)
    later = Days(**{name: getattr(DAYS, name) for name in DEADLINES} | {"report_by": date(2026, 11, 30)})
    moments = retimed(conference, later, BERLIN)
    assert moments["call_closes"] == conference.call_closes
    assert moments["report_by"] == end_of(date(2026, 11, 30), BERLIN)


def test_the_phase_line_shows_whole_days_and_one_current_phase():
    steps = phase_line(a_conference(), datetime(2026, 5, 1, tzinfo=UTC), BERLIN)
    assert [(step.phase, step.starts, step.ends, step.state) for step in steps][:3] == [
        (Phase.COLLECTING, date(2026, 3, 16), date(2026, 3, 28), "done"),
        (Phase.SCREENING, date(2026, 3, 29), date(2026, 5, 29), "current"),
        (Phase.VOTING, date(2026, 5, 30), date(2026, 6, 28), "next"),
    ]
    assert steps[-1].ends is None


def test_a_planned_conference_has_no_current_phase():
    assert {
        step.state for step in phase_line(a_conference(opened_at=None), datetime(2027, 1, 1, tzinfo=UTC), BERLIN)
    } == {"next"}


def test_days_left_count_to_the_last_day_and_are_none_after_the_end():
    conference = a_conference()
    assert days_left(conference, datetime(2026, 3, 27, 12, tzinfo=UTC), BERLIN) == 1
    assert days_left(conference, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), BERLIN) == 0
    assert days_left(conference, datetime(2027, 3, 28, tzinfo=UTC), BERLIN) is None


@settings(deadline=None)  # the first look at a year's holidays takes its time
@given(
    st.lists(st.integers(0, 120), min_size=6, max_size=6),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.integers(1, 60),
)
def test_the_next_calendar_keeps_the_order_and_ends_on_no_free_day(gaps, first, months):
    days = {"call_opens": first}
    for name, gap in zip(DEADLINES[1:], gaps, strict=True):
        first += timedelta(days=max(gap, 1) if name == "vote_opens" else gap)
        days[name] = first
    meeting = days["vote_opens"]
    moved, held_on = shifted(Days(**days), meeting, months)
    moved.moments(BERLIN)
    assert all(is_working_day(getattr(moved, name)) for name in DEADLINES if name != "vote_opens")
    assert held_on.weekday() == meeting.weekday()
    assert not is_holiday(held_on)
    # Half a week to the same weekday, and a week each for Christmas and New Year.
    assert abs((held_on - add_months(meeting, months)).days) <= 17


def test_the_meeting_keeps_its_saturday():
    _, held_on = shifted(DAYS, date(2026, 6, 13), 12)
    assert held_on == date(2027, 6, 12)


def test_the_meeting_avoids_a_public_holiday():
    _, held_on = shifted(DAYS, date(2026, 5, 28), 12)
    assert is_holiday(date(2027, 5, 27))  # Corpus Christi, the Thursday of that week
    assert held_on == date(2027, 6, 3)


def test_what_is_missing_before_opening_is_named_one_by_one():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert len(missing(Readiness("", None, "", "", "", "", 0, now), now)) == 8
    ready = Readiness("Rat", date(2026, 1, 1), "1/2025-2030", "a", "b", "c", 1, now + SECOND)
    assert missing(ready, now) == []


def test_access_survives_being_stored_and_foreign_keys_in_it():
    access = Access(("de", "ar"), childcare=True, cost_cents=500)
    assert Access.read(access.stored() | {"unknown": 1}) == access
    assert Access.read({}) == Access()
