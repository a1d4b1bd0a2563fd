"""What may stand on a paper. Everything else is refused as a whole, with a reason at its question."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.ballots import Method
from bihaelt.votes.domain.protocol.canonical import JSON
from bihaelt.votes.domain.protocol.commitments import answers, approvals, points

ANSWERS = ("yes", "no", "abstain")
WHOLE = re.compile(r"[0-9]{1,3}", re.ASCII)
UNKNOWN = N_("This proposal is not part of this question.")
TWICE = N_("A proposal is named twice.")
TOO_MANY = N_("At most %(most)s proposals can be ticked here.")
TOO_MANY_POINTS = N_("At most %(most)s points can be shared out here.")
BAD_POINTS = N_("Points are whole numbers from 0 to %(most)s.")
BAD_ANSWER = N_("Please answer with yes, no or abstain.")
BAD_PAPER = N_("This paper cannot be read. Please reload the page and try again.")
FOREIGN = N_("This question is not part of this vote.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one question allows. ``options`` are the keys of its proposals."""

    question: str
    method: Method
    options: frozenset[str]
    max_choices: int
    max_points: int


class BadChoice(DomainError):
    """A paper that cannot be; ``field`` is "question-" and the question's key."""

    def __init__(self, question: str, reason: str, **values: object) -> None:
        super().__init__(reason, field=f"question-{question}", **values)


def checked(given: Any, sheet: Sheet) -> JSON:
    """The canonical choice (docs/open-data.md), or None for an empty paper. Raises BadChoice.

    ``given``: approval and ranking, a list of option keys; points, a mapping of keys to whole numbers; yes, no and
    abstain, a mapping of keys to these words. Mappings may come as lists of pairs.
    """
    choice = READERS[sheet.method](given, sheet)
    return choice or None


def _approval(given: Any, sheet: Sheet) -> list[JSON]:
    ticked = _keys(given, sheet)
    if len(ticked) > sheet.max_choices:
        raise BadChoice(sheet.question, TOO_MANY, most=sheet.max_choices)
    return [*approvals(ticked)]


def _ranking(given: Any, sheet: Sheet) -> list[JSON]:
    return [*_keys(given, sheet)]


def _points(given: Any, sheet: Sheet) -> list[JSON]:
    shared = {key: _whole(number, sheet) for key, number in _pairs(given, sheet)}
    if sum(shared.values()) > sheet.max_points:
        raise BadChoice(sheet.question, TOO_MANY_POINTS, most=sheet.max_points)
    return [*points({key: number for key, number in shared.items() if number})]


def _answers(given: Any, sheet: Sheet) -> list[JSON]:
    said = dict(_pairs(given, sheet))
    if any(answer not in ANSWERS for answer in said.values()):
        raise BadChoice(sheet.question, BAD_ANSWER)
    return [*answers(said)]


READERS: Mapping[Method, Callable[[Any, Sheet], list[JSON]]] = {
    Method.APPROVAL: _approval,
    Method.POINTS: _points,
    Method.YES_NO_ABSTAIN: _answers,
    Method.RANKING: _ranking,
}


def _keys(given: Any, sheet: Sheet) -> list[str]:
    if given is None:
        return []
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise BadChoice(sheet.question, BAD_PAPER)
    keys = list(given)
    _known(keys, sheet)
    return keys


def _pairs(given: Any, sheet: Sheet) -> list[tuple[str, Any]]:
    if given is None:
        return []
    pairs = list(given.items()) if isinstance(given, Mapping) else given
    if not isinstance(pairs, list | tuple) or not all(isinstance(p, list | tuple) and len(p) == 2 for p in pairs):
        raise BadChoice(sheet.question, BAD_PAPER)
    _known([key for key, _ in pairs], sheet)
    return [(key, value) for key, value in pairs]


def _known(keys: Sequence[Any], sheet: Sheet) -> None:
    try:
        named = frozenset(keys)
    except TypeError:  # a list among them, say
        raise BadChoice(sheet.question, UNKNOWN) from None
    if not named <= sheet.options:
        raise BadChoice(sheet.question, UNKNOWN)
    if len(named) != len(keys):
        raise BadChoice(sheet.question, TWICE)


def _whole(number: Any, sheet: Sheet) -> int:
    """Points as an integer: no fraction, no sign, no truth value, nothing that only looks like a number."""
    if isinstance(number, str) and WHOLE.fullmatch(number):
        number = int(number)
    if type(number) is not int or not 0 <= number <= sheet.max_points:
        raise BadChoice(sheet.question, BAD_POINTS, most=sheet.max_points)
    return int(number)
