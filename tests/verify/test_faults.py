"""Planted faults: the city itself, with all its keys, changes something and signs and seals everything anew. Each is found."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bihaelt.votes.domain.ballots import Channel, Method
from bihaelt.votes.domain.bundle import Turnout, files
from bihaelt.votes.domain.bundle.files import MANIFEST, sealed
from bihaelt.votes.domain.protocol.canonical import canonical
from bihaelt.votes.domain.protocol.checkpoints import Checkpoint, joined
from bihaelt.votes.domain.protocol.leaves import Cast, Lots, Replaced, Roll, data
from bihaelt.votes.domain.protocol.merkle import Tree
from bihaelt.votes.domain.protocol.notes import Note, Signer
from tests.verify.records import (
    COUNTED,
    LOG,
    ORGANISATIONS,
    PEOPLE,
    PRESS,
    VERIFIER,
    Answer,
    Records,
    check,
    make_records,
    opening,
    write_zip,
)

FIRST = ("frage-1", PEOPLE)
ADVISERS = ("frage-1", ORGANISATIONS)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(7)


@pytest.fixture
def records() -> Records:
    return make_records(people=(30, 5), organisations=4, options=5)


@pytest.fixture
def answer(tmp_path) -> Callable[..., Answer]:
    """Checks records, or their files after sealing them again."""

    def checked(made: Records | dict[str, bytes], *arguments: str) -> Answer:
        if isinstance(made, Records):
            made = made.files()
        return check(write_zip(tmp_path, resealed(made)), *arguments)

    return checked


def resealed(made: dict[str, bytes]) -> dict[str, bytes]:
    rest = {name: content for name, content in made.items() if name != MANIFEST}
    return {**rest, MANIFEST: str(sealed(rest, LOG)).encode()}


def edited(made: dict[str, bytes], name: str, change: Callable[[Any], Any]) -> dict[str, bytes]:
    """One JSON file changed in place by ``change``."""
    value = json.loads(made[name])
    change(value)
    return made | {name: canonical(value)}


def with_leaves(records: Records, leaves: list[bytes]) -> dict[str, bytes]:
    """The records with another log, which the log itself has signed throughout."""
    return files(replace(records.material(), leaves=leaves, checkpoints=records.checkpoints(leaves)), LOG)


def with_notes(made: dict[str, bytes], notes: list[Note]) -> dict[str, bytes]:
    return made | {"log/checkpoints.txt": joined(notes).encode()}


# --- the papers -------------------------------------------------------------------------------------------------------
def test_nothing_is_found_where_nothing_is_wrong(records, answer):
    assert answer(records) == replace(answer(records), status=0, faults=[])


def test_a_dropped_paper_is_found(records, answer):
    records.openings[FIRST].pop()
    assert "dropped" in answer(records).faults


def test_an_added_paper_is_found(records, answer, rng):
    records.openings[FIRST].append(opening(*FIRST, ["p1"], rng))
    assert "added" in answer(records).faults


def test_a_changed_paper_is_found(records, answer):
    paper = records.openings[FIRST][3]
    other = ["p5"] if paper.choice != ["p5"] else ["p4"]
    records.openings[FIRST][3] = replace(paper, choice=other)
    assert answer(records).faults == ["changed"]


def test_a_paper_exchanged_for_another_is_found_as_one_too_few_and_one_too_many(records, answer, rng):
    records.openings[FIRST][3] = opening(*FIRST, ["p1"], rng)
    assert answer(records).faults == ["added", "dropped"]


def test_a_doubled_paper_is_found(records, answer):
    records.openings[FIRST].append(records.openings[FIRST][0])
    assert answer(records).faults == ["doubled"]


def test_a_paper_logged_twice_is_found(records, answer):
    records.cast.append(records.cast[0])
    assert answer(records).faults == ["doubled"]


def test_a_paper_moved_to_another_question_is_found(records, answer):
    records.openings["frage-2", ORGANISATIONS].append(records.openings[ADVISERS].pop())
    assert "changed" in answer(records).faults


def test_a_replaced_paper_that_is_counted_is_found(records, answer, rng):
    old = opening(*FIRST, ["p1"], rng)
    records.openings[FIRST].append(old)
    records.replaced.append(old.commitment)
    records.cast.append(old.commitment)
    assert "revived" in answer(records).faults


def test_an_invalidated_paper_that_is_counted_is_found(records, answer):
    records.invalidated[records.openings[FIRST][0].commitment] = "Doppelt"
    assert "revived" in answer(records).faults


def test_a_paper_withheld_although_nothing_must_be_protected_is_found(records, answer):
    made = records.files()
    openings = records.openings[FIRST]
    listed = sorted(each.commitment for each in openings)
    withheld = {
        "v": 1,
        "question": "frage-1",
        "electorate": "people",
        "papers": len(openings),
        "commitments": listed,
        "note": "",
    }
    made["openings/frage-1-people.withheld.json"] = canonical(withheld)
    del made["openings/frage-1-people.jsonl"]
    assert answer(made).faults == ["small"]


def test_papers_of_a_small_group_shown_one_by_one_are_found(records, answer):
    made = records.files()
    del made["openings/frage-2-people.withheld.json"]
    lines = [
        canonical({"c": each.commitment, "r": each.nonce.hex(), "choice": each.choice})
        for each in sorted(records.openings["frage-2", PEOPLE], key=lambda each: each.commitment)
    ]
    made["openings/frage-2-people.jsonl"] = b"".join(line + b"\n" for line in lines)
    assert answer(made).faults == ["small"]


def test_a_withheld_paper_that_was_never_cast_is_found(records, answer, rng):
    records.openings["frage-2", PEOPLE].append(opening("frage-2", PEOPLE, ["p1"], rng))
    assert "added" in answer(records).faults


def test_two_papers_of_one_organisation_are_found(records, answer):
    first, second, *rest = records.openings[ADVISERS]
    records.openings[ADVISERS] = [first, replace(second, organisation=first.organisation), *rest]
    assert answer(records).faults == ["organisation"]


@pytest.mark.parametrize(
    ("method", "choice"),
    [
        (Method.APPROVAL, ["p1", "p1"]),
        (Method.APPROVAL, ["p2", "p1"]),
        (Method.APPROVAL, ["p1", "p99"]),
        (Method.APPROVAL, ["p1", "p2", "p3", "p4", "p5"]),
        (Method.APPROVAL, []),
        (Method.APPROVAL, "p1"),
        (Method.APPROVAL, [["p1", 1]]),
        (Method.POINTS, [["p1", -3]]),
        (Method.POINTS, [["p1", 0]]),
        (Method.POINTS, [["p1", True]]),
        (Method.POINTS, [["p1", "3"]]),
        (Method.POINTS, [["p1", 6], ["p2", 5]]),
        (Method.POINTS, [["p1", 10**30]]),
        (Method.POINTS, [["p1"]]),
        (Method.POINTS, ["p1"]),
        (Method.YES_NO_ABSTAIN, [["p1", "maybe"]]),
        (Method.YES_NO_ABSTAIN, [["p1", ["yes"]]]),
        (Method.RANKING, ["p1", "p2", "p1"]),
        (Method.RANKING, [1]),
    ],
)
def test_a_paper_against_the_rules_is_found(records, answer, rng, method, choice):
    settings = replace(records.configuration.settings, method=method, max_choices=4, count_rule=COUNTED[method])
    made = records.files()
    made["configuration.json"] = replace(records.configuration, settings=settings).data
    ballot = VERIFIER.Ballot(made["configuration.json"])
    bad = opening(*FIRST, choice, rng)
    line = canonical({"c": bad.commitment, "r": bad.nonce.hex(), "choice": choice})
    with pytest.raises(VERIFIER.Fault, match="against the rules"):
        VERIFIER.read_openings(
            ballot, "frage-1", "people", VERIFIER.Files({"openings/frage-1-people.jsonl": lambda: line + b"\n"})
        )


# --- the log ----------------------------------------------------------------------------------------------------------
def test_a_changed_cost_is_found(records, answer):
    made = records.files()
    cheaper = edited(made, "configuration.json", lambda value: value["questions"][0]["options"][0].update(cost_eur=10))
    assert answer(cheaper).faults == ["configuration"]


def test_a_changed_cost_with_a_changed_log_is_found_by_the_witnesses(records, answer):
    question = records.configuration.questions[0]
    cheaper = replace(question, options=(replace(question.options[0], cost_eur=10), *question.options[1:]))
    before = records.checkpoints(records.leaves)
    records.configuration = replace(records.configuration, questions=(cheaper, *records.configuration.questions[1:]))
    made = records.files()
    after = records.checkpoints(records.leaves)
    # The city can sign a new history, but its witnesses have signed the old one.
    stolen = [
        replace(new, signatures=(new.signatures[0], *old.signatures[1:]))
        for new, old in zip(after, before, strict=True)
    ]
    assert answer(with_notes(made, stolen)).faults == ["signature"]
    alone = [replace(new, signatures=new.signatures[:1]) for new in after]
    assert answer(with_notes(made, alone)).faults == ["witness"]


def test_a_forked_log_is_found_by_whoever_kept_a_checkpoint(records, answer, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(str(records.checkpoints(records.leaves)[2]), "utf-8")
    assert answer(records, "--checkpoint", str(kept)).faults == []
    records.cast[5], records.cast[6] = records.cast[6], records.cast[5]
    assert answer(records).faults == []  # a history of its own, signed by everybody: only the kept checkpoint tells
    assert answer(records, "--checkpoint", str(kept)).faults == ["fork"]


def test_a_log_that_is_not_the_one_that_was_signed_is_found(records, answer):
    notes = records.checkpoints(records.leaves)
    records.cast[5], records.cast[6] = records.cast[6], records.cast[5]
    mixed = [*notes[:3], *records.checkpoints(records.leaves)[3:]]
    assert answer(with_notes(records.files(), mixed)).faults == ["fork"]


def test_a_log_cut_at_its_end_is_found(records, answer):
    leaves = records.leaves
    made = records.files()
    made["log/leaves.jsonl"] = b"".join(leaf + b"\n" for leaf in leaves[:-1])
    assert "log" in answer(made).faults


def test_entries_behind_the_last_checkpoint_are_found(records, answer):
    made = records.files() | {"log/checkpoints.txt": joined(records.checkpoints(records.leaves)[:-1]).encode()}
    assert answer(made).faults == ["log"]


def test_checkpoints_that_become_shorter_are_found(records, answer):
    notes = records.checkpoints(records.leaves)
    assert answer(with_notes(records.files(), [notes[-1], notes[0]])).faults == ["checkpoint"]


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_changed_signature_is_found(records, answer, line):
    notes = records.checkpoints(records.leaves)
    signatures = list(notes[-1].signatures)
    broken = bytearray(signatures[line].signature)
    broken[40] ^= 4
    signatures[line] = replace(signatures[line], signature=bytes(broken))
    notes[-1] = replace(notes[-1], signatures=tuple(signatures))
    assert answer(with_notes(records.files(), notes)).faults == ["signature"]


def test_a_signature_of_somebody_unknown_is_found(records, answer):
    notes = records.checkpoints(records.leaves)
    stranger = Signer("stranger.example", bytes(32))
    notes[0] = notes[0].with_signature(stranger.sign(notes[0].text))
    assert answer(with_notes(records.files(), notes)).faults == ["signature"]


def test_a_checkpoint_of_another_log_is_found(records, answer):
    notes = records.checkpoints(records.leaves)
    other = Checkpoint("city.example/other", 1, Tree(records.leaves[:1]).root())
    notes[0] = Note(other.text, (LOG.sign(other.text),))
    assert answer(with_notes(records.files(), notes)).faults == ["checkpoint"]


def test_a_checkpoint_signed_only_by_a_witness_is_found(records, answer):
    notes = records.checkpoints(records.leaves)
    notes[0] = Note(notes[0].text, (PRESS.sign(notes[0].text),))
    assert answer(with_notes(records.files(), notes)).faults == ["signature"]


def test_too_few_witnesses_are_found(records, answer):
    records.configuration = replace(records.configuration, quorum=2)
    records.cosigners.pop()
    assert answer(records).faults == ["witness"]


LATE = data(Cast("e" * 64))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda leaves: [*leaves, LATE], "log"),
        (lambda leaves: [*leaves[:-4], LATE, *leaves[-4:]], "log"),
        (lambda leaves: [*leaves, data(Replaced(()))], "log"),
        (lambda leaves: [leaf for leaf in leaves if b'"replaced"' not in leaf], "log"),
        (lambda leaves: [leaf for leaf in leaves if b'"closed"' not in leaf], "log"),
        (lambda leaves: [*leaves, data(Lots("1"))], "log"),
        (lambda leaves: [data(Lots("1")), *leaves], "log"),
        (lambda leaves: [leaves[0], *leaves], "log"),
        (lambda leaves: leaves[1:], "log"),
        (lambda leaves: [*leaves, leaves[-3]], "log"),  # closed twice
        (lambda leaves: [*leaves, leaves[-1]], "log"),  # invalidated twice
        (lambda leaves: [*leaves, canonical({"v": 1, "type": "vote"})], "log"),
        (lambda leaves: [*leaves, canonical({"v": 2, "type": "destroyed", "what": "x"})], "log"),
        (lambda leaves: [*leaves, canonical({"v": 1, "type": "destroyed", "what": 5})], "log"),
        (
            lambda leaves: [*leaves, canonical({"v": 1, "type": "invalidated", "commitment": "e" * 64, "reason": "x"})],
            "log",
        ),
        (lambda leaves: [*leaves, canonical({"v": 1, "type": "destroyed", "what": "x", "who": "y"})], "form"),
        (lambda leaves: [*leaves, canonical(["x"])], "log"),
        (lambda leaves: [*leaves, b"{}"], "log"),
        (lambda leaves: [*leaves, b'{"v": 1}'], "json"),
        (lambda leaves: [*leaves, b"nonsense"], "json"),
        (lambda leaves: [*leaves, b""], "json"),
    ],
)
def test_a_log_with_entries_that_cannot_be_is_found(records, answer, change, fault):
    assert answer(with_leaves(records, change(records.leaves))).faults == [fault]


# --- figures ----------------------------------------------------------------------------------------------------------
def test_more_papers_than_verified_people_are_found(records, answer):
    leaves = records.leaves
    place = next(number for number, leaf in enumerate(leaves) if b'"closed"' in leaf)
    closed = json.loads(leaves[place])
    closed["electorates"]["people"]["verified"] = 20
    leaves[place] = canonical(closed)
    assert answer(with_leaves(records, leaves)).faults == ["turnout"]


def test_turnout_that_differs_from_the_log_is_found(records, answer):
    made = edited(records.files(), "turnout.json", lambda value: value["electorates"]["people"].update(verified=9999))
    assert answer(made).faults == ["turnout"]


def test_channels_that_do_not_make_up_the_voters_are_found(records, answer):
    turnout = records.turnout[PEOPLE]
    records.turnout[PEOPLE] = Turnout(turnout.roll, {Channel.ONLINE: 1})
    assert answer(records).faults == ["turnout"]


def test_papers_that_are_neither_counted_nor_invalidated_are_found(records, answer):
    roll = records.turnout[PEOPLE].roll
    papers = {**roll.papers, "frage-2": roll.papers["frage-2"] + 1}
    records.turnout[PEOPLE] = replace(records.turnout[PEOPLE], roll=Roll(roll.verified, roll.voters, papers))
    assert answer(records).faults == ["turnout"]


def test_a_draw_that_was_announced_but_not_logged_is_found(records, answer):
    settings = replace(records.configuration.settings, lottery="Lotto am Samstag", lottery_on=date(2026, 3, 21))
    records.configuration = replace(records.configuration, settings=settings)
    assert answer(records).faults == []
    undrawn = [leaf for leaf in records.leaves if b'"lots"' not in leaf]
    assert answer(with_leaves(records, undrawn)).faults == ["log"]


def test_another_seed_than_the_logged_one_is_found(records, answer):
    leaves = [leaf if b'"lots"' not in leaf else data(Lots("another draw")) for leaf in records.leaves]
    assert "result" in answer(with_leaves(records, leaves)).faults


# --- the count --------------------------------------------------------------------------------------------------------
def result(change):
    return lambda made: edited(made, "results/frage-1.json", change)


def swap(value, first, second):
    value[first], value[second] = value[second], value[first]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (result(lambda value: value["people"]["winners"].reverse()), "winner"),
        (result(lambda value: value["decided"]["winners"].reverse()), "winner"),
        (result(lambda value: swap(value["people"]["rounds"], 0, 1)), "payments"),
        (result(lambda value: value["people"]["rounds"][0]["payments"][0].__setitem__(1, 1)), "payments"),
        (result(lambda value: value["people"].update(left_eur=1)), "money"),
        (result(lambda value: value["people"].update(spent_eur=1)), "money"),
        (result(lambda value: value["decided"].update(spent_eur=1)), "money"),
        (result(lambda value: value["organisations"]["options"][0].update(votes={"organisations": 0})), "result"),
        (result(lambda value: value["people"]["papers"].update(people=29)), "result"),
        (result(lambda value: value["people"].update(step=0)), "result"),
        (result(lambda value: value["people"]["greedy"].update(winners=[])), "result"),
        (result(lambda value: value.update(organisations=None)), "result"),
        (result(lambda value: value["people"].update(more=1)), "form"),
        (result(lambda value: value["decided"].update(rule="R1")), "result"),
        (result(lambda value: value.update(question="frage-2")), "result"),
        (result(lambda value: value["people"]["losers"][0].update(reason="beaten_by_luck")), "reasons"),
        (result(lambda value: value["people"]["losers"].pop()), "reasons"),
    ],
)
def test_a_wrong_result_is_found(records, answer, change, fault):
    assert fault in answer(change(records.files())).faults


def test_a_small_group_is_not_recounted_but_its_totals_must_be_possible(records, answer):
    made = records.files()
    spent = edited(made, "results/frage-2.json", lambda value: value["people"].update(spent_eur=1))
    assert answer(spent).faults == ["result"]
    shown = edited(made, "results/frage-2.json", lambda value: value["people"].update(rounds=[]))
    assert answer(shown).faults == ["form"]
    votes = edited(made, "results/frage-2.json", lambda value: value["people"]["options"][0]["votes"].update(people=6))
    assert answer(votes).faults == ["result"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("voter_id;vote\n1;", "voter_id;vote\n1;p99,"),
        ("\np1;", "\np1;1"),
        ("\nbudget;", "\nbudget;1"),
        ("num_votes;", "num_votes;1"),
    ],
)
def test_a_pabulib_file_that_differs_from_the_openings_is_found(records, answer, old, new):
    made = records.files()
    text = made["papers/frage-1-people.pb"].decode()
    made["papers/frage-1-people.pb"] = text.replace(old, new, 1).encode()
    assert made["papers/frage-1-people.pb"].decode() != text
    assert set(answer(made).faults) <= {"pabulib", "form"}
    assert answer(made).faults


# --- the files --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(make_records(people=(30, 5), options=5).files()))
def test_a_missing_file_is_found(records, tmp_path, name):
    made = records.files()
    del made[name]
    fault = "pabulib" if name.endswith(".pb") else "missing"
    assert fault in check(write_zip(tmp_path, made)).faults
    if name not in (MANIFEST, "configuration.json"):
        assert fault in check(write_zip(tmp_path, resealed(made))).faults


@pytest.mark.parametrize("name", ["more.txt", "openings/frage-3-people.jsonl", "papers/frage-2-people.pb"])
def test_a_file_too_many_is_found(records, answer, name):
    found = answer(records.files() | {name: b""}).faults
    assert found
    assert set(found) <= {"unknown", "pabulib"}


@pytest.mark.parametrize("name", ["README.txt", "verify.py", "columns.md", "LICENCE.txt", "turnout.json"])
def test_a_file_changed_after_the_seal_is_found(records, tmp_path, name):
    made = records.files()
    made[name] = made[name].replace(b"e", b"a", 1)
    assert "seal" in check(write_zip(tmp_path, made)).faults


def test_a_seal_by_another_key_is_found(records, tmp_path):
    made = records.files()
    del made[MANIFEST]
    made[MANIFEST] = str(sealed(made, Signer(LOG.key.name, bytes(32)))).encode()
    assert check(write_zip(tmp_path, made)).faults == ["signature"]
