"""Between equals: lower cost, then more votes (of people, then of organisations), then the public lot."""

from collections.abc import Callable, Sequence

from bihaelt.votes.domain.counting.instance import Instance


def break_tie(instance: Instance, votes: Sequence[tuple[int, ...]], equal: Sequence[int]) -> tuple[int, str | None]:
    """The one of these options that goes first, and what decided: "cost", "votes", "lot", or None if it stands alone.

    ``votes``: of each option, papers that name it; electorates stand in their order and are never added up.
    """
    ranks: list[tuple[str, Callable[[int], tuple[int, ...]]]] = [
        ("cost", lambda number: (instance.options[number].cost_eur,)),
        ("votes", lambda number: tuple(-each for each in votes[number])),
        ("lot", lambda number: (instance.lots[number],)),
    ]
    left = list(equal)
    tie = None
    for name, rank in ranks:
        if len(left) == 1:
            break
        best = min(map(rank, left))
        left, tie = [number for number in left if rank(number) == best], name
    return left[0], tie


def order(instance: Instance, votes: Sequence[tuple[int, ...]], number: int) -> tuple[int, ...]:
    """A key for sorting equals, the first one first."""
    return instance.options[number].cost_eur, *(-each for each in votes[number]), instance.lots[number]
