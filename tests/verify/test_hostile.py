"""Files made to break the verifier: each ends in a clear fault, quickly, and never in a traceback."""

import ast
import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile

import pytest

from bihaelt.votes.domain.bundle import zipped
from bihaelt.votes.domain.protocol.canonical import canonical
from bihaelt.votes.domain.protocol.commitments import words
from tests.verify.records import ORGANISATIONS, PEOPLE, SOURCE, check, make_records, write_folder, write_zip
from tests.verify.test_faults import resealed

RECORDS = make_records(people=(22, 3), organisations=3, options=4)
FILES = RECORDS.files()
JSON_FILES = sorted(name for name in FILES if name.endswith(".json"))
ZIP = zipped(FILES)


def faults_of(tmp_path, data):
    path = tmp_path / "hostile.zip"
    path.write_bytes(data)
    answer = check(path)
    assert answer.status == 1
    return answer.faults


def packed(*entries, method=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
    return target.getvalue()


# --- one byte ---------------------------------------------------------------------------------------------------------
def test_the_untouched_zip_is_in_order(tmp_path):
    path = tmp_path / "good.zip"
    path.write_bytes(ZIP)
    assert check(path).status == 0


@pytest.mark.parametrize("seed", range(8))
def test_one_flipped_bit_anywhere_in_the_zip_is_found(tmp_path, seed):
    rng = random.Random(seed)
    for _ in range(40):
        changed = bytearray(ZIP)
        changed[rng.randrange(len(ZIP))] ^= 1 << rng.randrange(8)
        path = tmp_path / "flipped.zip"
        path.write_bytes(changed)
        assert check(path).status in (1, 2)


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_flipped_bit_in_an_unpacked_file_is_found(tmp_path, name):
    rng = random.Random(name)
    for place in (0, rng.randrange(len(FILES[name])), len(FILES[name]) - 1):
        changed = bytearray(FILES[name])
        changed[place] ^= 1 << rng.randrange(7)
        answer = check(write_folder(tmp_path, FILES | {name: bytes(changed)}))
        assert answer.status == 1
        assert answer.faults


# --- the container ----------------------------------------------------------------------------------------------------
def test_a_zip_bomb_is_not_unpacked(tmp_path):
    bomb = packed(("configuration.json", b"0" * 50_000_000), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert faults_of(tmp_path, bomb) == ["zip"]


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/passwd",
        "a/../../b",
        "C:\\file",
        "a\\b",
        "x\x1b[31m",
        "ü",
        "a/b/c",
        "",
        ".hidden",
        "a" * 300,
        "con/",
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    assert set(faults_of(tmp_path, packed((name, b"x")))) <= {"path", "zip"}
    assert not (tmp_path.parent / "outside").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"x",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data[:40],
        lambda data: data[:6],
        lambda data: data[:-2] + b"\x01\x00c",  # a comment
        lambda data: packed(*reversed(FILES.items())),
        lambda data: packed(("a", b"1"), ("a", b"2")),
        lambda data: packed(),
        lambda data: struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 2**32 - 1, 2**32 - 1, 65535, 0),
        lambda data: b"PK",
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_containers_are_refused(tmp_path, change):
    assert set(faults_of(tmp_path, change(ZIP))) <= {"zip", "missing"}


@pytest.mark.parametrize("data", [b"", b"P", b"nothing to see", b"\x1f\x8b"])
def test_what_is_no_zip_cannot_be_read(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert check(path).status == 2


def test_a_missing_path_and_an_empty_folder_cannot_be_read(tmp_path):
    assert check(tmp_path / "nowhere").status == 2
    (tmp_path / "empty").mkdir()
    assert check(tmp_path / "empty").status == 2


def test_links_and_devices_in_a_folder_are_not_followed(tmp_path):
    folder = write_folder(tmp_path, FILES)
    (tmp_path / "secret").write_text("secret")
    (folder / "more.txt").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    answer = check(folder)
    assert answer.faults == ["path", "path", "path"]
    assert "secret" not in answer.text.replace("secrecy", "")


# --- the contents -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", [*JSON_FILES, "manifest.txt", "log/leaves.jsonl", "log/checkpoints.txt", "openings/frage-1-people.jsonl"]
)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"0.5",
        b"NaN",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 200_000,
        b"9" * 100_000,
        b'{"v":1,"v":1}',
        b'"\\ud800"',
        b"\n" * 50,
        "— a b\n\n— a b\n".encode(),
    ],
)
def test_contents_of_another_kind_are_faults(tmp_path, name, content):
    made = resealed(FILES | {name: content}) if name != "manifest.txt" else FILES | {name: content}
    answer = check(write_zip(tmp_path, made))
    assert answer.status == 1
    assert answer.faults


def places(value, path=()):
    """The way to every value in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


JUNK = [None, -1, "x", [], {}, True, 10**300, [[]], "\u202e"]


@pytest.mark.parametrize("name", ["configuration.json", "turnout.json", "results/frage-1.json", "results/frage-2.json"])
def test_values_of_a_wrong_type_are_faults(tmp_path, name):
    rng = random.Random(name)
    document = json.loads(FILES[name])
    ways = [way for way in places(document) if way]
    for way in rng.sample(ways, min(30, len(ways))):
        changed = json.loads(FILES[name])
        holder = changed
        for step in way[:-1]:
            holder = holder[step]
        junk = rng.choice([each for each in JUNK if each != holder[way[-1]] or type(each) is not type(holder[way[-1]])])
        holder[way[-1]] = junk
        answer = check(write_zip(tmp_path, resealed(FILES | {name: canonical(changed)})))
        assert answer.faults, (way, junk)
        assert "Traceback" not in answer.text


def test_more_faults_of_a_kind_than_anybody_reads_are_cut_short(tmp_path):
    records = make_records(people=(60,), organisations=0)
    records.cast = [
        each for each in records.cast if each not in {o.commitment for o in records.openings["frage-1", PEOPLE]}
    ]
    answer = check(write_zip(tmp_path, records.files()))
    assert answer.faults == ["added"] * 20
    assert json.loads(answer.text)["faults"] == 60


# --- the program itself -----------------------------------------------------------------------------------------------
def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", "-S", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )


def test_it_needs_nothing_but_python():
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_the_file_in_the_zip_checks_the_zip_and_says_so_in_both_languages(tmp_path):
    (tmp_path / "good.zip").write_bytes(ZIP)
    (tmp_path / "verify.py").write_bytes(FILES["verify.py"])
    good = run(tmp_path / "verify.py", tmp_path / "good.zip")
    assert good.returncode == 0
    assert "Es stimmt: Jeder Stimmzettel" in good.stdout
    assert "All is well: every paper" in good.stdout
    assert "cannot be recounted from here" in good.stdout, "the second question is withheld: nothing too much is said"
    assert RECORDS.configuration.log.name in good.stdout
    assert good.stderr == ""


def test_where_nothing_is_withheld_everything_is_said_to_be_counted_correctly(tmp_path):
    whole = run(SOURCE, write_zip(tmp_path, make_records(people=(22,), organisations=3, options=4).files()))
    assert "enthalten, unverändert und richtig gezählt." in whole.stdout
    assert "nicht nachzählen" not in whole.stdout


def test_a_changed_byte_of_a_file_is_named_with_the_file(tmp_path):
    changed = bytearray(ZIP)
    changed[ZIP.index(FILES["turnout.json"]) + 20] ^= 1
    (tmp_path / "bad.zip").write_bytes(changed)
    bad = run(SOURCE, tmp_path / "bad.zip")
    assert bad.returncode == 1
    assert "Inhalt oder Kopf von 'turnout.json'" in bad.stdout


def test_a_refused_zip_says_what_is_wrong_in_both_languages(tmp_path):
    (tmp_path / "bad.zip").write_bytes(ZIP[:-30] + b"x" + ZIP[-29:])
    bad = run(SOURCE, tmp_path / "bad.zip")
    assert bad.returncode == 1
    assert "Es stimmt NICHT: 1 Fehler" in bad.stdout
    assert "It is NOT in order: 1 faults" in bad.stdout
    assert bad.stderr == ""


def test_what_cannot_be_read_says_so_in_both_languages(tmp_path):
    none = run(SOURCE, tmp_path / "none.zip")
    assert none.returncode == 2
    assert "Nicht lesbar" in none.stdout
    assert "Cannot be read" in none.stdout
    assert none.stderr == ""


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.zip"
    path.write_bytes(ZIP)
    return path


def test_a_voter_finds_the_own_paper_by_its_six_words(good):
    counted = RECORDS.openings["frage-1", PEOPLE][0].commitment
    for text in (counted, words(counted), words(counted).upper().replace("-", " "), counted[:24]):
        assert "counted in frage-1, people" in check(good, "--find", text).text
    withheld = RECORDS.openings["frage-2", PEOPLE][0].commitment
    assert "counted in frage-2, people" in check(good, "--find", withheld).text
    assert (
        "counted in frage-2, organisations"
        in check(good, "--find", RECORDS.openings["frage-2", ORGANISATIONS][0].commitment).text
    )
    assert "replaced or withdrawn by yourself" in check(good, "--find", RECORDS.replaced[0]).text
    assert "declared invalid: Zweimal abgegeben" in check(good, "--find", next(iter(RECORDS.invalidated))).text


@pytest.mark.parametrize("text", ["f" * 64, words("f" * 64), "zu kurz", "lusab", ""])
def test_a_paper_that_is_not_there_is_a_fault(good, text):
    assert check(good, "--find", text).faults == ["find"]


def test_a_key_read_elsewhere_is_compared(good):
    assert check(good, "--key", str(RECORDS.configuration.log)).faults == []
    assert check(good, "--key", str(RECORDS.configuration.witnesses[0].key)).faults == ["key"]


def test_a_kept_checkpoint_that_cannot_be_read_is_said(good, tmp_path):
    assert check(good, "--checkpoint", str(tmp_path / "nowhere")).status == 2
    (tmp_path / "kept").write_text("nonsense")
    assert check(good, "--checkpoint", str(tmp_path / "kept")).faults == ["note"]
