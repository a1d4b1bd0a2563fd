"""Working days in North Rhine-Westphalia, and days as deadlines: entered as local days, kept as moments in UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("DE", subdiv="NW", language="de")


def is_working_day(day: date) -> bool:
    """Monday to Friday, without the state's public holidays."""
    return day.weekday() < 5 and day not in _holidays()


def is_holiday(day: date) -> bool:
    return day in _holidays()


def next_working_day(day: date) -> date:
    """``day`` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The day that lies ``count`` working days after ``day`` (which does not count itself)."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month if it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The exclusive end of a local day, in UTC: a deadline "until 3 May" ends when 4 May begins."""
    return start_of(day + timedelta(days=1), zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def last_day_of(end: datetime, zone: ZoneInfo) -> date:
    """The last local day that lies (at least in part) before the exclusive end ``end``."""
    return day_of(end - timedelta(microseconds=1), zone)
