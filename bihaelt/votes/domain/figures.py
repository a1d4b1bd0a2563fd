"""Figures around a vote: how many people a proposal needs, and what staff see of the turnout while it is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bihaelt.votes.domain.ballots import Channel
from bihaelt.votes.domain.supports import Electorate

BUSY_HOUR = 5
"""An hour stands out when it has so many times the casts of the middle hour …"""
BUSY_LEAST = 20
"""… and at least so many. A network stands out at so many casts on a day: a school or a home with one line has them, too."""
AGES = ("day", "week", "month", "older")


def needed_people(cost_eur: int, budget_eur: int, people: int) -> int:
    """How many people together direct as much money as ``cost_eur``, when the budget is shared out equally.

    Rounded up. The count may fund it with fewer, since what others leave is shared out again (mes-add1-eur/1).
    """
    return -(-cost_eur * people // budget_eur)


@dataclass(frozen=True, slots=True)
class Hour:
    """Casts of one electorate within an hour, changed papers among them."""

    electorate: Electorate
    starts_at: datetime
    casts: int
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class NetworkDay:
    """A day seen by networks: how many there were, the most casts from one of them, and how many stand out."""

    day: date
    networks: int
    most: int
    stand_out: int


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who has voted so far, by electorate and way; never what, and never a sum of the electorates."""

    voters: dict[Electorate, dict[Channel, int]] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)
    hours: Sequence[Hour] = ()
    networks: Sequence[NetworkDay] = ()

    def of(self, electorate: Electorate) -> int:
        """How many of one electorate have voted, on all ways."""
        return sum(self.voters.get(electorate, {}).values())


def busiest(hours: Iterable[Hour], most: int = 10) -> list[Hour]:
    """The busiest hours, and whether they stand out from the middle hour of their electorate."""
    given = list(hours)
    found = []
    for electorate in Electorate:
        own = sorted((hour for hour in given if hour.electorate is electorate), key=lambda hour: -hour.casts)
        if own:
            least = max(BUSY_LEAST, BUSY_HOUR * own[len(own) // 2].casts)
            found += [Hour(hour.electorate, hour.starts_at, hour.casts, hour.casts >= least) for hour in own[:most]]
    return found
