"""Periods, and numbers with a fixed scale: 27,5 with one decimal is the integer 275; no float anywhere."""

import re
from datetime import date, timedelta
from decimal import Decimal

from bihaelt.goals.domain.kinds import Rhythm
from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

FORMS = {Rhythm.YEAR: r"20[0-9]{2}", Rhythm.HALF: r"20[0-9]{2}-H[12]", Rhythm.QUARTER: r"20[0-9]{2}-Q[1-4]"}
MONTHS = {Rhythm.YEAR: 12, Rhythm.HALF: 6, Rhythm.QUARTER: 3}
MOST = 10**12
NOT_A_NUMBER = N_("Enter a number, for example 1250 or 27,5.")


def checked_period(period: str, rhythm: Rhythm) -> str:
    """``period`` if it is one of the rhythm ("2026", "2026-H1", "2026-Q1"); raises DomainError otherwise."""
    if not re.fullmatch(FORMS[rhythm], period):
        raise DomainError(N_("Choose a period."), field="period")
    return period


def first_day(period: str) -> date:
    """The first day of a period."""
    year, part = int(period[:4]), int(period[6:] or 1)
    return date(year, (part - 1) * (6 if "H" in period else 3) + 1, 1)


def last_day(period: str) -> date:
    """The last day of a period."""
    first = first_day(period)
    months = {"": 12, "H": 6, "Q": 3}[period[5:6]]
    after = first.month - 1 + months
    return date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def period_of(day: date, rhythm: Rhythm) -> str:
    """The period of the rhythm in which a day lies."""
    if rhythm is Rhythm.YEAR:
        return f"{day.year}"
    if rhythm is Rhythm.HALF:
        return f"{day.year}-H{(day.month + 5) // 6}"
    return f"{day.year}-Q{(day.month + 2) // 3}"


def periods_until(day: date, rhythm: Rhythm, how_many: int) -> list[str]:
    """The periods that have begun by ``day``, the newest first."""
    found: list[str] = []
    while len(found) < how_many:
        found.append(period_of(day, rhythm))
        day = first_day(found[-1]) - timedelta(days=1)
    return found


def scaled(typed: str, decimals: int) -> int:
    """A number as people type it ("1.250", "27,5", "27.5") as an integer of the scale.

    A single mark before one to three digits of which the last is within the scale is a decimal mark; raises DomainError
    for anything that is not clearly a number, or has more decimals than the scale.
    """
    text = re.sub(r"[\s\u00a0\u202f']", "", typed).replace("\u2212", "-").removesuffix("%")
    match = re.fullmatch(r"(-?)(\d{1,15}|\d{1,3}(?:[.,]\d{3})+?)(?:([.,])(\d{1,3}))?", text)
    if match is None:
        raise DomainError(NOT_A_NUMBER)
    sign, whole, mark, rest = match[1], match[2], match[3], match[4] or ""
    if mark and len(rest) == 3 and decimals < 3 and whole.lstrip("0"):
        whole, rest = whole + mark + rest, ""  # 1.250 is a thousand and more
    marks = set(re.findall(r"[.,]", whole))
    if len(marks) > 1 or (rest and mark in marks):
        raise DomainError(NOT_A_NUMBER)
    if len(rest) > decimals:
        raise DomainError(N_("At most %(most)s decimals, please."), most=decimals)
    number = int(re.sub(r"\D", "", whole) + rest.ljust(decimals, "0"))
    if number > MOST:
        raise DomainError(NOT_A_NUMBER)
    return -number if sign else number


def plain(number: int, decimals: int) -> str:
    """An integer of the scale as a German table reads it: 27,5."""
    sign, digits = ("-" if number < 0 else ""), str(abs(number)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]},{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def exact(number: int, decimals: int) -> Decimal:
    """An integer of the scale as the number that it stands for."""
    return Decimal(number).scaleb(-decimals)
