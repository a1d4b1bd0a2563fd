"""The open data in one ZIP: which files there are, that they are the same each time, and what is kept back."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from bihaelt.votes.domain.bundle import files, write, zipped
from bihaelt.votes.domain.bundle.files import result_shown
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.notes import Note
from bihaelt.votes.domain.supports import Electorate
from tests.verify.records import LOG, ORGANISATIONS, PEOPLE, make_records

RECORDS = make_records(people=(25, 5), organisations=3, options=5)
MATERIAL = RECORDS.material()
FILES = files(MATERIAL, LOG)


def test_these_are_the_files():
    assert list(FILES) == [
        "LICENCE.txt",
        "README.txt",
        "columns.md",
        "configuration.json",
        "log/checkpoints.txt",
        "log/leaves.jsonl",
        "manifest.txt",
        "openings/frage-1-organisations.jsonl",
        "openings/frage-1-people.jsonl",
        "openings/frage-2-organisations.jsonl",
        "openings/frage-2-people.withheld.json",
        "papers/frage-1-organisations.pb",
        "papers/frage-1-people.pb",
        "papers/frage-2-organisations.pb",
        "results/frage-1.json",
        "results/frage-2.json",
        "turnout.json",
        "verify.py",
    ]


def test_the_same_ballot_gives_the_same_zip_whatever_the_order_of_its_papers():
    turned = {group: list(reversed(openings)) for group, openings in reversed(MATERIAL.openings.items())}
    assert zipped(files(replace(MATERIAL, openings=turned), LOG)) == zipped(FILES)


def test_any_program_can_open_the_zip_and_it_tells_no_time():
    target = io.BytesIO()
    write(FILES, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_openings_are_sorted_and_name_organisations_only():
    lines = [json.loads(line) for line in FILES["openings/frage-1-people.jsonl"].splitlines()]
    assert [line["c"] for line in lines] == sorted(
        opening.commitment for opening in RECORDS.openings["frage-1", PEOPLE]
    )
    assert {frozenset(line) for line in lines} == {frozenset({"c", "r", "choice"})}
    named = [json.loads(line) for line in FILES["openings/frage-1-organisations.jsonl"].splitlines()]
    assert {line["organisation"] for line in named} == {
        opening.organisation for opening in RECORDS.openings["frage-1", ORGANISATIONS]
    }


def test_of_few_papers_there_are_commitments_and_totals_only():
    withheld = json.loads(FILES["openings/frage-2-people.withheld.json"])
    openings = RECORDS.openings["frage-2", PEOPLE]
    assert withheld["papers"] == 5
    assert withheld["commitments"] == sorted(opening.commitment for opening in openings)
    result = json.loads(FILES["results/frage-2.json"])
    assert result["people"]["withheld"] is True
    assert set(result["people"]) & {"rounds", "groups", "losers", "overrun", "success"} == set()
    assert result["people"]["winners"] == MATERIAL.results["frage-2"]["people"]["winners"]
    assert result["organisations"] == json.loads(json.dumps(MATERIAL.results["frage-2"]["organisations"]))
    everything = b"".join(content for name, content in FILES.items() if name != "log/leaves.jsonl")
    assert not any(opening.nonce.hex().encode() in everything for opening in openings)


def test_a_result_shown_keeps_no_rounds_of_what_was_decided_either():
    result = {
        "people": None,
        "organisations": None,
        "decided": {"winners": [], "counts": [{"winners": [], "rounds": [1]}]},
    }
    assert result_shown(result) == {
        "people": None,
        "organisations": None,
        "decided": {"winners": [], "counts": [{"winners": [], "withheld": True}]},
    }


@pytest.mark.parametrize("result", [{"people": None, "decided": None}, {"people": 5, "decided": {"counts": []}}])
def test_a_result_of_another_form_is_refused(result):
    with pytest.raises(Malformed, match="a result is an object"):
        result_shown(result)


def test_a_decision_without_a_list_of_counts_is_refused():
    with pytest.raises(Malformed, match="a list of counts"):
        result_shown({"people": None, "decided": {"counts": "none"}})


def test_where_nobody_voted_there_is_nothing_to_protect():
    made = files(replace(MATERIAL, openings={("frage-1", PEOPLE): []}, papers={}), LOG)
    assert made["openings/frage-1-people.jsonl"] == b""


def test_the_list_of_files_is_signed_by_the_log():
    note = Note.parse(FILES["manifest.txt"].decode())
    assert note.signers([LOG.key]) == {LOG.key.name}
    head, origin, *lines = note.text.splitlines()
    assert (head, origin) == ("bihaelt/unterlagen/1", LOG.key.name)
    assert dict(reversed(line.split("  ")) for line in lines) == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items() if name != "manifest.txt"
    }


def test_the_readme_names_what_to_compare_in_both_languages():
    readme = FILES["README.txt"].decode()
    assert readme.count(str(LOG.key)) == 2
    assert readme.count(hashlib.sha256(MATERIAL.configuration).hexdigest()) == 2
    assert readme.count(MATERIAL.checkpoints[-1].text.splitlines()[2]) == 2


def test_turnout_keeps_the_electorates_apart():
    turnout = json.loads(FILES["turnout.json"])
    assert set(turnout) == {"v", "electorates"}
    assert set(turnout["electorates"]) == {electorate.value for electorate in Electorate}
    assert set(turnout["electorates"]["people"]) == {"verified", "voters", "papers", "channels"}
