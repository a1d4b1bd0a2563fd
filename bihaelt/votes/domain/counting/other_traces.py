"""Traces of the rules beside Equal Shares (docs/open-data.md, "Traces of the other rules")."""

from bihaelt.votes.domain.counting import greedy, majority, ranking
from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.counting.trace import Trace, head, success
from bihaelt.votes.domain.supports import Electorate


def of_greedy(instance: Instance, *, question: str, electorate: str) -> Trace:
    """``greedy/1``."""
    count = greedy.count(instance)
    return {
        **head(instance, "greedy/1", question, electorate),
        "options": [
            {"key": option.key, "cost_eur": option.cost_eur, "votes": {each.value: n for each, n in votes.items()}}
            for option, votes in zip(instance.options, instance.votes(), strict=True)
        ],
        **_spent(count),
        "success": success(instance, count.winners),
    }


def of_majority(
    instance: Instance, count: majority.Majority, of: Electorate, *, question: str, electorate: str
) -> Trace:
    """``majority/1``. ``of``: whose papers these are."""
    keys = [option.key for option in instance.options]
    return {
        **head(instance, "majority/1", question, electorate),
        "papers": {of.value: count.papers},
        "options": [
            {
                "key": option.key,
                "cost_eur": option.cost_eur,
                "answers": {of.value: {"yes": each.yes, "no": each.no, "abstain": each.abstain}},
            }
            for option, each in zip(instance.options, count.answers, strict=True)
        ],
        "accepted": [keys[number] for number in count.accepted],
        **_spent(count.spent),
    }


def _spent(count: greedy.Greedy) -> Trace:
    keys = [option.key for option in count.instance.options]
    return {
        "order": [{"key": keys[each.number], "funded": each.funded, "left_eur": each.left_eur} for each in count.order],
        "winners": [*count.winners],
        "spent_eur": count.instance.budget_eur - count.left_eur,
        "left_eur": count.left_eur,
    }


def of_ranking(
    instance: Instance, papers: ranking.Rankings, of: Electorate, *, rule: str, question: str, electorate: str
) -> Trace:
    """``schulze/1`` or ``irv/1``: one winner, if it fits the budget (the ballot allows no dearer option)."""
    found = _schulze(instance, papers) if rule == "schulze/1" else _instant_runoff(instance, papers)
    spent = sum(option.cost_eur for option in instance.options if option.key in found["winners"])
    return {
        **head(instance, rule, question, electorate),
        "papers": {of.value: sum(papers.values())},
        "options": [
            {"key": option.key, "cost_eur": option.cost_eur, "votes": {of.value: votes}}
            for option, (votes,) in zip(instance.options, ranking.votes_of(instance, papers), strict=True)
        ],
        **found,
        "spent_eur": spent,
        "left_eur": instance.budget_eur - spent,
    }


def _schulze(instance: Instance, papers: ranking.Rankings) -> Trace:
    found = ranking.schulze(instance, papers)
    keys = [instance.options[number].key for number in found.ranking]
    return {
        "prefer": [[*row] for row in found.prefer],
        "paths": [[*row] for row in found.paths],
        "ranking": keys,
        "tie": found.tie,
        "winners": keys[:1] if papers else [],
    }


def _instant_runoff(instance: Instance, papers: ranking.Rankings) -> Trace:
    rounds = ranking.instant_runoff(instance, papers)
    keys = [option.key for option in instance.options]
    winner = ranking.winner(rounds)
    return {
        "rounds": [
            {
                "first": [[keys[number], count] for number, count in each.first],
                "exhausted": each.exhausted,
                "out": None if each.out is None else keys[each.out],
                "tie": each.tie,
            }
            for each in rounds
        ],
        "winners": [] if winner is None else [keys[winner]],
    }
