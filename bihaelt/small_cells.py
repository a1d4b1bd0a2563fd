"""Small numbers of people in a breakdown: hidden so that nobody can work them out again.

A cell with fewer than five cases is hidden. As the total is public, a single hidden cell would be known again by
subtraction, and so would several hidden cells whose sum leaves no choice. So further cells are hidden with it, in the
order of the table from its end, until the hidden sum leaves every small cell its freedom; which ones does not depend
on their size, because that would tell something again. Where this is not possible the whole breakdown is withheld.
"""

from collections.abc import Mapping, Set

LEAST = 5


def hidden_cells(counts: Mapping[str, int]) -> Set[str]:
    """The keys of a breakdown (key -> number of cases, adding up to a public total) that must not be shown.

    With p small cells and q further ones the hidden sum has to reach ``5 q + 4 p``: then the small ones can each be
    anything, and the further ones still large. All keys are returned when that cannot be reached.
    """
    small = [key for key, count in counts.items() if count < LEAST]
    if not small:
        return frozenset()
    hidden, total = set(small), sum(counts[key] for key in small)
    needed = (LEAST - 1) * len(small)
    for key in reversed(list(counts)):
        if key in hidden:
            continue
        hidden.add(key)
        total, needed = total + counts[key], needed + LEAST
        if total >= needed:
            return frozenset(hidden)
    return frozenset(counts)
