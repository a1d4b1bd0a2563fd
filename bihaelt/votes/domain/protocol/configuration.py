"""What is fixed when a ballot opens, as one file. Its SHA-256 is entry 0 of the log, so nobody can change a cost later."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bihaelt.votes.domain.ballots import SMALL, DecisionRule, Settings
from bihaelt.votes.domain.protocol.canonical import JSON, Malformed, canonical
from bihaelt.votes.domain.protocol.notes import Key
from bihaelt.votes.domain.supports import Electorate

VERSION = 1
TIES = "cost, votes, lot"

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """``proposal`` is the number in the address of its page; ``title`` maps tags of languages to texts."""

    key: str
    proposal: int
    title: Mapping[str, str]
    cost_eur: int


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    key: str
    title: Mapping[str, str]
    budget_eur: int
    carried_eur: int
    options: Sequence[OptionEntry]


@dataclass(frozen=True, slots=True)
class Witness:
    """``name`` is what people call it; the key carries the name it signs under."""

    name: str
    key: Key


@dataclass(frozen=True, slots=True)
class Configuration:
    """``ballot`` is the ballot's key, and part of every commitment. ``log`` signs checkpoints; its name is the log's origin.

    ``quorum``: how many witnesses have to countersign the last checkpoint for the result to stand.
    """

    ballot: str
    conference: str
    opened_at: datetime
    settings: Settings
    verified: Mapping[Electorate, int]
    log: Key
    witnesses: Sequence[Witness]
    quorum: int
    questions: Sequence[QuestionEntry]

    @property
    def data(self) -> bytes:
        """Canonical JSON, the content of ``configuration.json``; docs/open-data.md names each field.

        :raises Malformed: for keys of another form or twice, costs outside the budget, and a quorum beyond the witnesses
        """
        self._check()
        settings = self.settings
        document: dict[str, JSON] = {
            "v": VERSION,
            "ballot": self.ballot,
            "conference": self.conference,
            "opened_at": _moment(self.opened_at),
            "opens_at": _moment(settings.opens_at),
            "closes_at": _moment(settings.closes_at),
            "method": settings.method.value,
            "max_choices": settings.max_choices,
            "encouraged_min": settings.encouraged_min,
            "max_points": settings.max_points,
            "rule": settings.count_rule.value,
            "decision_rule": settings.decision_rule.value,
            "parameters": _parameters(settings),
            "tie_rule": TIES,
            "lots": {"draw": settings.lottery, "on": settings.lottery_on.isoformat() if settings.lottery_on else None},
            "electorates": {
                Electorate.PEOPLE.value: {"verified": self.verified[Electorate.PEOPLE], "min_age": settings.min_age},
                Electorate.ORGANISATIONS.value: {"verified": self.verified[Electorate.ORGANISATIONS]},
            },
            "small": SMALL,
            "public_key": str(self.log),
            "witnesses": [{"name": witness.name, "public_key": str(witness.key)} for witness in self.witnesses],
            "quorum": self.quorum,
            "questions": [_question(question) for question in self.questions],
        }
        return canonical(document)

    def _check(self) -> None:
        _check_keys([self.ballot])
        _check_keys([question.key for question in self.questions])
        for question in self.questions:
            _check_keys([option.key for option in question.options])
            if not 0 <= question.carried_eur <= question.budget_eur:
                raise Malformed(f"{question.key}: the carried money is part of the budget")
            if not all(0 < option.cost_eur <= question.budget_eur for option in question.options):
                raise Malformed(f"{question.key}: a cost is more than nothing and fits the budget")
        signing = [self.log, *(witness.key for witness in self.witnesses)]
        if len({key.name for key in signing}) != len(signing):
            raise Malformed("log and witnesses sign under different names")
        if not 0 <= self.quorum <= len(self.witnesses):
            raise Malformed(f"{len(self.witnesses)} witnesses cannot give {self.quorum} signatures")


def _check_keys(keys: Sequence[str]) -> None:
    for key in keys:
        if not _KEY.fullmatch(key):
            raise Malformed(f"{key!r} is no key")
    if len(set(keys)) != len(keys):
        raise Malformed("a key is used twice")


def _parameters(settings: Settings) -> dict[str, JSON]:
    if settings.decision_rule is DecisionRule.R0:
        return {}
    if settings.decision_rule is DecisionRule.R1:
        return {"percent": settings.percent}
    return {"people_per_mille": settings.people_per_mille}


def _question(question: QuestionEntry) -> JSON:
    return {
        "key": question.key,
        "title": dict(question.title),
        "budget_eur": question.budget_eur,
        "carried_eur": question.carried_eur,
        "options": [
            {"key": option.key, "proposal": option.proposal, "title": dict(option.title), "cost_eur": option.cost_eur}
            for option in question.options
        ],
    }


def _moment(moment: datetime) -> str:
    """UTC to the second, e.g. 2026-11-22T18:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
