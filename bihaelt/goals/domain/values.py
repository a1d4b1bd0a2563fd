"""A value with its breakdown: what must fit together, and what may be shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bihaelt.goals.domain.kinds import NOT_SAID, Dimension, Quantity
from bihaelt.marks import N_
from bihaelt.small_cells import hidden_cells
from bihaelt.verdicts import DomainError

Cells = Mapping[str, tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """One value: the total first, then by dimension key -> (value, base), in the order of the table.

    Numbers are integers of the indicator's scale; ``base`` is the number of cases behind a share or a mean.
    """

    total: int
    base: int | None = None
    breakdown: Mapping[Dimension, Cells] = field(default_factory=dict)


def fitting(figures: Figures, quantity: Quantity, decimals: int) -> Figures:
    """The figures, if they fit together; raises DomainError at the field otherwise.

    The parts of a count make up its total. A share lies between 0 and 100 per cent; the total of a share or mean lies
    between those of its groups, whose cases make up its base.
    """
    scale = 10**decimals
    if figures.total < 0 and quantity is not Quantity.MEAN:
        raise DomainError(N_("A number below zero does not fit here."), field="total")
    if quantity is Quantity.SHARE and figures.total > 100 * scale:
        raise DomainError(N_("A share is at most 100 per cent."), field="total")
    for dimension, cells in figures.breakdown.items():
        if cells:
            _check(figures, dimension, cells, quantity, scale)
    return figures


def _check(figures: Figures, dimension: Dimension, cells: Cells, quantity: Quantity, scale: int) -> None:
    values = [value for value, _ in cells.values()]
    if quantity is not Quantity.MEAN and min(values) < 0:
        raise DomainError(N_("A number below zero does not fit here."), field=dimension)
    if quantity is Quantity.COUNT:
        _add_up(sum(values), figures.total, dimension)
        return
    if quantity is Quantity.SHARE and max(values) > 100 * scale:
        raise DomainError(N_("A share is at most 100 per cent."), field=dimension)
    bases = [base for _, base in cells.values()]
    if figures.base is None or None in bases:
        raise DomainError(N_("Say how many cases stand behind each figure."), field=dimension)
    _add_up(sum(base or 0 for base in bases), figures.base, dimension)
    behind = [value for value, base in cells.values() if base]
    if behind and not min(behind) <= figures.total <= max(behind):
        raise DomainError(N_("The total lies between those of the groups. Please check the figures."), field=dimension)


def _add_up(parts: int, whole: int, dimension: Dimension) -> None:
    if parts != whole:
        raise DomainError(
            N_("The groups add up to %(parts)s, but the total is %(whole)s. Put the rest into “Not stated”."),
            field=dimension, parts=parts, whole=whole,
        )  # fmt: skip


def hidden(cells: Cells, quantity: Quantity, decimals: int) -> frozenset[str]:
    """The groups of one dimension that must not be shown: fewer than five cases, and what would give them away.

    Behind a share stand three counts: all, those with the property, and those without it; each of them is protected.
    """
    if quantity is Quantity.COUNT:
        return frozenset(hidden_cells({key: value for key, (value, _) in cells.items()}))
    bases = {key: base or 0 for key, (_, base) in cells.items()}
    found = set(hidden_cells(bases))
    if quantity is Quantity.SHARE:
        scale = 100 * 10**decimals
        have = {key: (value * (base or 0) + scale // 2) // scale for key, (value, base) in cells.items()}
        found |= hidden_cells(have) | hidden_cells({key: bases[key] - count for key, count in have.items()})
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A group of a table: its value, or None where it is hidden."""

    key: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """The greatest difference between two groups of a share that are shown (R59), in the scale of the indicator."""

    size: int
    low: str
    high: str


def shown_cells(cells: Cells, quantity: Quantity, decimals: int) -> Sequence[ShownCell]:
    """The groups of one dimension as everybody may see them, in their order."""
    secret = hidden(cells, quantity, decimals)
    return [ShownCell(key, None if key in secret else value) for key, (value, _) in cells.items()]


def gap_of(cells: Sequence[ShownCell]) -> Gap | None:
    """The gap between the groups; None for fewer than two that are shown. Those who did not say are no group."""
    known = [(cell.value, cell.key) for cell in cells if cell.value is not None and cell.key != NOT_SAID]
    if len(known) < 2:
        return None
    low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    return Gap(high[0] - low[0], low[1], high[1])
