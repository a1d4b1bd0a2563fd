"""Papers that put options in order, and one winner: every pair compared (Schulze), or the last one drops out (IRV).

Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
method" (Social Choice and Welfare 36, 2011), with winning votes. Ties: lower cost, more papers that rank it, the lot.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.counting.ties import break_tie, order

Rankings: TypeAlias = Mapping[tuple[int, ...], int]
"""Numbers of options, best first, and how many papers say so. What a paper does not name comes last on it."""


@dataclass(frozen=True, slots=True)
class Schulze:
    prefer: tuple[tuple[int, ...], ...]
    """``prefer[i][j]``: papers that put i before j."""
    paths: tuple[tuple[int, ...], ...]
    """Strength of the strongest path from i to j."""
    ranking: tuple[int, ...]
    tie: str | None


@dataclass(frozen=True, slots=True)
class Round:
    """First places of the options still there; ``exhausted``: papers that name none of them; ``out``: who leaves."""

    first: tuple[tuple[int, int], ...]
    exhausted: int
    out: int | None
    tie: str | None


def rankings(instance: Instance, papers: Iterable[Sequence[str]]) -> Rankings:
    """From canonical choices; empty papers are left out. KeyError: an option that is not there."""
    number = {option.key: place for place, option in enumerate(instance.options)}
    return Counter(tuple(number[key] for key in paper) for paper in papers if paper)


def votes_of(instance: Instance, papers: Rankings) -> list[tuple[int, ...]]:
    """Papers that rank each option, in the form that rules for ties take."""
    votes = [0] * len(instance.options)
    for ranked, count in papers.items():
        for number in ranked:
            votes[number] += count
    return [(each,) for each in votes]


def schulze(instance: Instance, papers: Rankings) -> Schulze:
    size = len(instance.options)
    prefer = [[0] * size for _ in range(size)]
    for ranked, count in papers.items():
        behind = set(range(size))
        for number in ranked:
            behind.discard(number)
            for other in behind:
                prefer[number][other] += count
    paths = _strongest(prefer)
    votes = votes_of(instance, papers)
    beaten = [sum(paths[j][i] > paths[i][j] for j in range(size)) for i in range(size)]
    # The relation is transitive, so whoever beats another is beaten by fewer: this puts every option before those it beats.
    ranking = sorted(range(size), key=lambda n: (beaten[n], order(instance, votes, n)))
    unbeaten = [number for number in range(size) if not beaten[number]]
    tie = break_tie(instance, votes, unbeaten)[1] if unbeaten else None
    return Schulze(tuple(map(tuple, prefer)), tuple(map(tuple, paths)), tuple(ranking), tie)


def _strongest(prefer: Sequence[Sequence[int]]) -> list[list[int]]:
    """Floyd and Warshall's widest paths over the pairs that are won."""
    size = range(len(prefer))
    paths = [[prefer[i][j] if prefer[i][j] > prefer[j][i] else 0 for j in size] for i in size]
    for k in size:
        for i in size:
            for j in size:
                if i != j:
                    paths[i][j] = max(paths[i][j], min(paths[i][k], paths[k][j]))
    return paths


def instant_runoff(instance: Instance, papers: Rankings) -> tuple[Round, ...]:
    """Until one option has more than half of the papers that still name one. The winner leads the last round.

    Out goes who has the fewest first places; among equals whoever the rules for ties put last.
    """
    votes = votes_of(instance, papers)
    there = {number for number, (count,) in enumerate(votes) if count}
    rounds: list[Round] = []
    while there:
        first = Counter(dict.fromkeys(there, 0))
        exhausted = 0
        for ranked, count in papers.items():
            top = next((number for number in ranked if number in there), None)
            if top is None:
                exhausted += count
            else:
                first[top] += count
        places = tuple(sorted(first.items(), key=lambda pair: (-pair[1], order(instance, votes, pair[0]))))
        if places[0][1] * 2 > sum(first.values()) or len(there) == 1:
            return (*rounds, Round(places, exhausted, None, None))
        last = [number for number, count in places if count == places[-1][1]]
        rounds.append(Round(places, exhausted, last[-1], _drop_tie(instance, votes, last)))
        there.discard(last[-1])
    return tuple(rounds)


def _drop_tie(instance: Instance, votes: Sequence[tuple[int, ...]], last: Sequence[int]) -> str | None:
    """What decided that the last of these goes: the first rule by which it differs from the one before it."""
    return None if len(last) == 1 else break_tie(instance, votes, last[-2:])[1]


def winner(rounds: Sequence[Round]) -> int | None:
    return rounds[-1].first[0][0] if rounds else None
