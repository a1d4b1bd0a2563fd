"""A small ballot as it is published, made by the platform's own code, and a hand that changes it with the city's own key.

Whoever tampers here is the strongest attacker there is: the server itself, which can sign and seal whatever it likes.
"""

import importlib.util
import io
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.apart import Apart
from bihaelt.votes.domain.ballots import Channel, CountRule, DecisionRule, Method, Settings
from bihaelt.votes.domain.bundle import Material, Opening, Turnout, files, zipped
from bihaelt.votes.domain.counting.instance import Instance, Option
from bihaelt.votes.domain.counting.results import Asked, results
from bihaelt.votes.domain.protocol.canonical import canonical, sha256
from bihaelt.votes.domain.protocol.checkpoints import Checkpoint
from bihaelt.votes.domain.protocol.commitments import commitment
from bihaelt.votes.domain.protocol.configuration import Configuration, OptionEntry, QuestionEntry, Witness
from bihaelt.votes.domain.protocol.leaves import Cast, Closed, Invalidated, Lots, Replaced, Roll, data
from bihaelt.votes.domain.protocol.leaves import Configuration as First
from bihaelt.votes.domain.protocol.merkle import Tree
from bihaelt.votes.domain.protocol.notes import Note, Signer
from bihaelt.votes.domain.supports import Electorate

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "verify" / "verify.py"
LOG = Signer("city.example/jugend-2", bytes(range(32)))
PRESS = Signer("press.example", bytes(range(1, 33)))
AUDIT = Signer("audit.example", bytes(range(2, 34)))
SEED = "4 8 15 16 23 42"
PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS


def loaded() -> Any:
    """The verifier as a module, from its file: it is part of no package."""
    spec = importlib.util.spec_from_file_location("standalone_verifier", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = loaded()
# Hundreds of copies carry the same signatures; each is worked out once.
VERIFIER.ed25519_valid = cache(VERIFIER.ed25519_valid)


@dataclass
class Records:
    """Everything published, in pieces that can be changed before ``files`` signs and seals it again.

    ``early`` papers were invalidated before the close, whose figures lack them, ``invalidated`` ones after it.
    """

    configuration: Configuration
    openings: dict[tuple[str, Electorate], list[Opening]]
    replaced: list[str]
    early: dict[str, str]
    invalidated: dict[str, str]
    turnout: dict[Electorate, Turnout]
    cast: list[str]
    sizes: Iterable[int]
    cosigners: list[Signer] = field(default_factory=lambda: [PRESS, AUDIT])
    what_if: bool = False

    @property
    def leaves(self) -> list[bytes]:
        rolls = {electorate.value: figures.roll for electorate, figures in self.turnout.items()}
        return [
            data(First(sha256(self.configuration.data))),
            *(data(Cast(each)) for each in self.cast),
            data(Replaced(tuple(self.replaced))),
            *(data(Invalidated(each, reason)) for each, reason in self.early.items()),
            data(Closed(**rolls)),
            data(Lots(SEED)),
            *(data(Invalidated(each, reason)) for each, reason in self.invalidated.items()),
        ]

    def checkpoints(self, leaves: list[bytes]) -> list[Note]:
        tree = Tree(leaves)
        notes = [
            Checkpoint(LOG.key.name, size, tree.root(size)).signed(LOG)
            for size in (*self.sizes, len(leaves))
            if size <= len(leaves)
        ]
        for signer in self.cosigners:
            notes[-1] = notes[-1].with_signature(signer.sign(notes[-1].text))
            notes[1] = notes[1].with_signature(signer.sign(notes[1].text))
        return notes

    def material(self) -> Material:
        leaves = self.leaves
        results = {question.key: result_of(self, question) for question in self.configuration.questions}
        papers = {}
        for question in self.configuration.questions:
            for electorate in Electorate:
                if text := pabulib_of(self, question, electorate, results[question.key]):
                    papers[question.key, electorate] = text
        return Material(
            configuration=self.configuration.data,
            leaves=leaves,
            checkpoints=self.checkpoints(leaves),
            openings=self.openings,
            papers=papers,
            results=results,
            turnout=self.turnout,
            verifier=SOURCE.read_bytes(),
        )

    def files(self) -> dict[str, bytes]:
        return files(self.material(), LOG)


def result_of(records: Records, question: QuestionEntry) -> Any:
    """What the platform's own engine finds."""
    settings = records.configuration.settings
    parameters = {
        DecisionRule.R0: None,
        DecisionRule.R1: settings.percent,
        DecisionRule.R2: settings.people_per_mille,
        DecisionRule.R3: settings.people_per_mille,
    }
    asked = Asked(
        question.key,
        question.budget_eur,
        tuple(Option(option.key, option.cost_eur) for option in question.options),
        settings.count_rule,
        settings.decision_rule,
        parameters[settings.decision_rule],
        SEED,
    )
    people, organisations = (
        canonical([each.choice for each in records.openings[question.key, of]]) for of in Electorate
    )
    return json.loads(counted(asked, people, organisations, records.what_if))


@cache
def counted(asked: Asked, people: bytes, organisations: bytes, what_if: bool) -> bytes:
    """The same papers are counted once, however many faults are planted beside them."""
    choices = Apart.both(json.loads(people), json.loads(organisations))
    return canonical(results(asked, choices, what_if=what_if))


def pabulib_of(records: Records, question: QuestionEntry, electorate: Electorate, result: Any) -> str:
    """The file for other counting programs, or nothing where there is none."""
    openings, method = records.openings[question.key, electorate], records.configuration.settings.method
    if not openings or method not in (Method.APPROVAL, Method.POINTS):
        return ""
    options = tuple(Option(option.key, option.cost_eur) for option in question.options)
    day = records.configuration.opened_at.date()
    return pabulib.write(
        Instance.of(question.budget_eur, options, {electorate: [each.choice for each in openings]}, SEED),
        electorate,
        about=pabulib.About("Probe", "Stadt", "jugend-2", electorate.value, day, day),
        winners=(result[electorate.value] or {"winners": []})["winners"],
        names={option.key: f'Vorschlag "{option.key}"; mit Zeichen' for option in question.options},
        points=method is Method.POINTS,
    )


def opening(question: str, electorate: Electorate, choice: Any, rng: random.Random, organisation: str = "") -> Opening:
    nonce = rng.randbytes(32)
    made = commitment(ballot="jugend-2", question=question, electorate=electorate, nonce=nonce, choice=choice)
    return Opening(made, nonce, choice, organisation)


COUNTED = {
    Method.APPROVAL: CountRule.EQUAL_SHARES,
    Method.POINTS: CountRule.POINTS,
    Method.YES_NO_ABSTAIN: CountRule.MAJORITY,
    Method.RANKING: CountRule.SCHULZE,
}


def make_records(
    method: Method = Method.APPROVAL,
    *,
    seed: int = 1,
    people: tuple[int, ...] = (60, 7),
    organisations: int = 6,
    budget: int = 200,
    options: int = 8,
    settings: dict[str, Any] | None = None,
) -> Records:
    """A ballot with a question for each number in ``people``; a number below 20 makes a small group."""
    rng = random.Random(seed)
    questions = tuple(
        QuestionEntry(
            f"frage-{number}",
            {"de": f"Frage {number}"},
            budget,
            0,
            tuple(
                OptionEntry(
                    f"p{place}", place, {"de": f"Vorschlag {place}"}, rng.randint(budget // 80, budget // 20) * 10
                )
                for place in range(1, options + 1)
            ),
        )
        for number in range(1, len(people) + 1)
    )
    openings = {}
    for question, papers in zip(questions, people, strict=True):
        for electorate, number in ((PEOPLE, papers), (ORGANISATIONS, organisations)):
            openings[question.key, electorate] = [
                opening(
                    question.key,
                    electorate,
                    choice_of(method, question, rng),
                    rng,
                    "" if electorate is PEOPLE else f"Verein {place} e.\u202fV.",
                )
                for place in range(number)
            ]
    replaced = sorted(rng.randbytes(32).hex() for _ in range(3))
    spoiled = {rng.randbytes(32).hex(): "Zweimal abgegeben"}
    early = {rng.randbytes(32).hex(): "Gekauft"}
    cast = [each.commitment for group in openings.values() for each in group] + replaced + [*spoiled, *early]
    rng.shuffle(cast)
    turnout = {}
    for electorate in Electorate:
        papers_by = {question.key: len(openings[question.key, electorate]) for question in questions}
        if electorate is PEOPLE:
            papers_by[questions[0].key] += len(spoiled)
        voters = max(papers_by.values())
        channels = {Channel.ONLINE: voters - 2, Channel.PAPER: 2} if voters > 2 else {Channel.ONLINE: voters}
        turnout[electorate] = Turnout(Roll(voters + 5, voters, papers_by), channels)
    configuration = Configuration(
        ballot="jugend-2",
        conference="Jugendkonferenz 2",
        opened_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        settings=Settings(
            **{
                "opens_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
                "closes_at": datetime(2026, 3, 15, 18, tzinfo=UTC),
                "method": method,
                "count_rule": COUNTED[method],
                **(settings or {}),
            }
        ),
        verified={PEOPLE: 60, ORGANISATIONS: 6},
        log=LOG.key,
        witnesses=(Witness("Die Zeitung", PRESS.key), Witness("Rechnungsprüfung", AUDIT.key)),
        quorum=1,
        questions=questions,
    )
    return Records(configuration, openings, replaced, early, spoiled, turnout, cast, (1, 20, 40, 40))


def choice_of(method: Method, question: QuestionEntry, rng: random.Random) -> Any:
    keys = rng.sample([option.key for option in question.options], rng.randint(1, min(4, len(question.options))))
    if method is Method.RANKING:
        return keys
    if method is Method.APPROVAL:
        return sorted(keys)
    if method is Method.POINTS:
        return [[key, rng.randint(1, 2)] for key in sorted(keys)]
    return [[key, rng.choice(["yes", "no", "abstain"])] for key in sorted(keys)]


@dataclass(frozen=True)
class Answer:
    """What the verifier said: exit status, what it printed, and the codes of its faults in order."""

    status: int
    text: str
    faults: list[str]


def check(path: Path, *arguments: str) -> Answer:
    out = io.StringIO()
    status = VERIFIER.main([str(path), *arguments, "--json"], out)
    said = json.loads(out.getvalue())
    return Answer(status, out.getvalue(), [line["code"] for line in said.get("lines", []) if line["kind"] == "fault"])


def write_zip(folder: Path, made: dict[str, bytes]) -> Path:
    path = folder / "unterlagen.zip"
    path.write_bytes(zipped(made))
    return path


def write_folder(folder: Path, made: dict[str, bytes]) -> Path:
    root = folder / "unterlagen"
    for name, content in made.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root
