"""The brake against actionism: what is not needed, exists already or has no end is held back (R20, R21, R26, R42)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bihaelt.measures.domain.parts import Brake, Need, ServiceCheck
from bihaelt.measures.domain.sheet import Sheet

WORD = re.compile(r"[^\W\d_]{4,}")
# Words that stand in many titles and say nothing about the thing.
COMMON = frozenset(
    "alle allen beim bielefeld eine einem einen einer eines fürs haben jede mehr neue neuen neues oder ohne stadt über "
    "unter viele with more city".split()
)
LEAST_COMMON = 2  # two words in common, or all words of the shorter title
LEAST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Other:
    """Another measure, as far as two can be alike. ``proposals`` are those that it takes over in full."""

    measure_id: int
    title: str
    cluster_id: int
    proposals: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """A brake that holds; ``other_id`` is the measure that is similar."""

    brake: Brake
    other_id: int | None = None


def title_words(title: str) -> frozenset[str]:
    """The words of a title that say what it is about, in small letters."""
    return frozenset(word for word in WORD.findall(title.casefold()) if word not in COMMON)


def alike(one: str, two: str) -> bool:
    """Whether two titles share most of their telling words."""
    first, second = title_words(one), title_words(two)
    least = min(len(first), len(second))
    common = len(first & second)
    return least > 0 and common >= min(least, LEAST_COMMON) and common / least >= LEAST_SHARE


def duplicates(this: Other, others: Collection[Other]) -> Sequence[int]:
    """The measures that are probably the same: alike in title within the cluster, or the same proposal in full."""
    return [
        other.measure_id
        for other in others
        if other.measure_id != this.measure_id
        and (
            bool(this.proposals & other.proposals)
            or (this.cluster_id == other.cluster_id and alike(this.title, other.title))
        )
    ]


def holding(sheet: Sheet, similar: Collection[int], released: Collection[Held] = ()) -> Sequence[Held]:
    """The brakes that hold a measure, in the order of the sheet; ``similar`` as of ``duplicates``.

    In category C they are only shown; no measure gets to B or to a decision while one holds.
    """
    need_shown = sheet.need is Need.NONE or (sheet.need is Need.SHOWN and bool(sheet.part("need")))
    new_shown = sheet.need is Need.SHOWN and bool(sheet.part("new_need"))
    found = [
        *((Held(Brake.NEED),) if not need_shown else ()),
        *((Held(Brake.NEW_NEED),) if sheet.new_offer and not new_shown else ()),
        *((Held(Brake.SERVICE),) if sheet.service_check is ServiceCheck.OPEN else ()),
        *((Held(Brake.END),) if sheet.ends_on is None and sheet.review_on is None else ()),
        *(Held(Brake.DUPLICATE, other) for other in similar),
    ]
    return [held for held in found if held not in released]
