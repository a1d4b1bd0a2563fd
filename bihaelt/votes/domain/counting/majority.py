"""``majority/1``: yes, no or abstain on each option. More yes than no is accepted; the widest margin is funded first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihaelt.votes.domain.counting.greedy import Greedy, spend
from bihaelt.votes.domain.counting.instance import Instance


@dataclass(frozen=True, slots=True)
class Answers:
    """What one electorate says about one option. Whoever does not mention it abstains."""

    yes: int
    no: int
    abstain: int

    @property
    def margin(self) -> int:
        return self.yes - self.no


@dataclass(frozen=True, slots=True)
class Majority:
    """``accepted``: numbers of options with more yes than no, widest margin first; ``spent`` follows that order."""

    answers: tuple[Answers, ...]
    accepted: tuple[int, ...]
    spent: Greedy
    papers: int


def answers_of(instance: Instance, papers: Iterable[Sequence[Sequence[str]]]) -> tuple[tuple[Answers, ...], int]:
    """Answers on each option and the number of papers; ``papers`` are canonical choices, pairs of key and answer."""
    number = {option.key: place for place, option in enumerate(instance.options)}
    counted: list[dict[str, int]] = [{"yes": 0, "no": 0, "abstain": 0} for _ in instance.options]
    total = 0
    for paper in papers:
        total += bool(paper)
        for key, answer in paper:
            counted[number[key]][answer] += 1
    return tuple(Answers(each["yes"], each["no"], total - each["yes"] - each["no"]) for each in counted), total


def count(instance: Instance, papers: Iterable[Sequence[Sequence[str]]]) -> Majority:
    """One electorate's count. Ties: lower cost, more yes, lot."""
    answers, total = answers_of(instance, papers)
    accepted = sorted(
        (number for number, each in enumerate(answers) if each.margin > 0),
        key=lambda n: (-answers[n].margin, instance.options[n].cost_eur, -answers[n].yes, instance.lots[n]),
    )
    return Majority(answers, tuple(accepted), spend(instance, accepted), total)
