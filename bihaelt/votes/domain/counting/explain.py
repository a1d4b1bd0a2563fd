"""Why an option won, why another did not, and what would have been enough. Every figure comes from the trace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bihaelt.marks import N_
from bihaelt.votes.domain.counting import mes
from bihaelt.votes.domain.counting.instance import Instance, Papers, group
from bihaelt.votes.domain.counting.trace import Enough, Trace
from bihaelt.votes.domain.supports import Electorate

REASONS = {
    "no_votes": N_("Nobody chose it."),
    "too_dear": N_("It costs more than the money of this question."),
    "not_completed": N_("With one more euro for everybody it would have won, but not within the budget."),
    "too_few": N_("Too few people chose it: their shares together were less than its cost."),
    "beaten": N_("It came directly behind a winner, and then its supporters had too little left."),
    "already_used": N_("Its supporters had already spent their shares on other winners."),
}


@dataclass(frozen=True, slots=True)
class Won:
    """``round`` of ``rounds`` (from 1; 0 of 0 if everything fitted); money in units of 10^-8 euro, one entry per electorate."""

    round: int
    rounds: int
    effective_millionths: int
    each: int
    payers: Mapping[str, int]
    poor: Mapping[str, int]
    paid: Mapping[str, int]
    tie: str | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Why not. ``reason`` is a key of REASONS; ``by``: the winner of the last round in which it could be paid."""

    reason: str
    round: int | None
    by: str | None
    had: Mapping[str, int]
    used: Mapping[str, int]
    left: Mapping[str, int]
    spent_on: Mapping[str, list[tuple[str, int]]]
    support_per_mille: int
    cheaper_eur: int | None
    more_papers: int | None


def won(trace: Trace, key: str) -> Won | None:
    """How an option won; None if it did not. Traces of Equal Shares only."""
    if key not in trace["winners"]:
        return None
    rounds = trace["rounds"]
    for place, row in enumerate(rounds, 1):
        if row["winner"] == key:
            return Won(
                place, len(rounds), row["effective"], row["each"], row["payers"], row["poor"], row["paid"], row["tie"]
            )
    return Won(0, 0, 0, 0, {}, {}, {}, None)


def lost(trace: Trace, key: str) -> Lost | None:
    """Why an option did not win; None if it won. Traces of Equal Shares only."""
    for row in trace["losers"]:
        if row["key"] == key:
            spent = {
                electorate: [(winner, amount) for winner, amount in each]
                for electorate, each in row["spent_on"].items()
            }
            return Lost(
                row["reason"], row["round"], row["by"], row["had"], row["used"], row["left"], spent, row["support"],
                row["enough"]["cheaper_eur"], row["enough"]["more_papers"],
            )  # fmt: skip
    return None


# --- what would have been enough ------------------------------------------------------------------------------------


def what_if(
    count: mes.Count, keys: list[str], method: Callable[[Instance], mes.Count] = mes.count
) -> dict[str, Enough]:
    """For each of these options: by how much cheaper, or with how many more papers, it would have won.

    Each figure is found by halving, and by counting everything again with ``method``; what is returned did win in such a
    count. Equal Shares is not monotone in every corner, so a smaller figure may exist; a larger one is not claimed.
    """
    number = {option.key: place for place, option in enumerate(count.instance.options)}
    counting = mes.Counting(count.instance) if method is mes.count else None
    return {
        key: Enough(_cheaper(count, number[key], method, counting), _more(count, number[key], method)) for key in keys
    }


def _cheaper(
    count: mes.Count, number: int, method: Callable[[Instance], mes.Count], counting: mes.Counting | None
) -> int | None:
    """The smallest discount (whole euros) that was found to be enough."""
    cost = min(count.instance.options[number].cost_eur, count.instance.budget_eur + 1)

    def wins(discount: int) -> bool:
        if counting is not None and counting.instance.papers:
            return number in counting.costing(number, cost - discount).steps().decided.winners
        return number in method(count.instance.costing(number, cost - discount)).decided.winners

    if cost < 2 or not wins(cost - 1):
        return None
    return count.instance.options[number].cost_eur - cost + _halved(wins, 0, cost - 1)


def _more(count: mes.Count, number: int, method: Callable[[Instance], mes.Count]) -> int | None:
    """The smallest number of new papers, naming only this option, that was found to be enough."""
    electorates = [electorate for electorate in Electorate if electorate in count.instance.papers]
    if not electorates:
        return None

    def wins(papers: int) -> bool:
        return number in method(_joined(count.instance, electorates[0], number, papers)).decided.winners

    least, most = 0, 1
    limit = 10 * count.instance.papers[electorates[0]].total + 10
    while not wins(most):
        least, most = most, most * 2
        if most > limit:
            return None
    return _halved(wins, least, most)


def _halved(wins: Callable[[int], bool], fails: int, enough: int) -> int:
    """Between a number that fails and one that is enough: a number that is enough, whose neighbour below fails."""
    while enough - fails > 1:
        middle = (fails + enough) // 2
        if wins(middle):
            enough = middle
        else:
            fails = middle
    return enough


def _joined(instance: Instance, electorate: Electorate, number: int, papers: int) -> Instance:
    old: Papers = instance.papers[electorate]
    rows = [*old.groups(), ((number,), (1,), papers)]
    joined = group([(choice, points) for choice, points, _ in rows], [count for *_, count in rows])
    return replace(instance, papers={**instance.papers, electorate: joined})
