"""From a cast vote to a file that a stranger can check: the open data of a ballot that went the whole way."""

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from pabulib.checker import Checker

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.votes.domain import BallotState, Kind, Method, Voter
from bihaelt.votes.domain.ballots import COUNT_RULES
from bihaelt.votes.domain.keys import MissingKeys
from bihaelt.votes.domain.protocol.checkpoints import opened
from bihaelt.votes.domain.protocol.notes import Key, Signer
from bihaelt.votes.operations import casting, certifying, closing, counting, log
from bihaelt.votes.operations.records import MAKING, VERIFIER, keep_due, kept_records
from bihaelt.votes.queries.ballots import questions
from bihaelt.worker import keep_records
from tests.factories import NOW, make_account, make_organisation
from tests.votes.ballot_stage import STAFF, make_ballot, ring_of, voter
from tests.votes.result_stage import make_counted

PEOPLE = [("a", "b")] * 9 + [("a", "c")] * 5 + [("c",)] * 4 + [("b", "d")] * 2  # few, and just enough to be published
ORGANISATIONS = [("c",), ("c", "d"), ("a",)]
MARKS = {
    Method.APPROVAL: lambda keys: keys,
    Method.POINTS: lambda keys: {key: 4 - place for place, key in enumerate(keys)},
    Method.YES_NO_ABSTAIN: lambda keys: dict.fromkeys(keys, "yes"),
    Method.RANKING: lambda keys: keys,
}


def voted(session, app, people=PEOPLE, organisations=ORGANISATIONS, *, second=None, **settings):
    """A ballot with two questions that was opened, cast, closed, counted and certified by the real operations.

    ``second``: how many of the people vote in the second question, too; all by default.
    """
    method = settings.get("method", Method.APPROVAL)
    ballot = make_ballot(
        session, app, clusters=2, options=4, cost=10, budget=25, count_rule=COUNT_RULES[method][0], **settings
    )
    for number, letters in enumerate(people):
        places = 2 if second is None or number < second else 1
        cast(session, app, ballot, voter(session, False), letters, places)
    for number, letters in enumerate(organisations):
        organisation = make_organisation(session, f"Verein {number} aus der Stadt {ballot.id}")
        cast(session, app, ballot, Voter(Kind.ORGANISATION, organisation.id), letters, 2)
    closing.close(session, ring=ring_of(app), ballot=ballot, by=STAFF, now=ballot.closes_at)
    counting.count(session, ballot=ballot, by=STAFF, now=ballot.closes_at)
    for role in (Role.COUNCIL_CLERK, Role.PLAN_OWNER):
        by = Voice(make_account(session).id, role.value)
        certifying.certify(session, ballot=ballot, by=by, now=ballot.closes_at)
    return ballot


def cast(session, app, ballot, who, letters, places):
    choices = {}
    for question in questions(session, ballot)[:places]:
        keys = dict(zip("abcd", [option.key for option in question.options], strict=True))
        choices[question.key] = MARKS[ballot.method]([keys[letter] for letter in letters])
    casting.cast(session, ring=ring_of(app), ballot=ballot, voter=who, choices=choices, by=STAFF, now=NOW)


def taken(client, ballot):
    """The ZIP as bytes."""
    with client.get(f"/en/ballots/{ballot.id}/data.zip") as answer:
        assert answer.status_code == 200
        return answer.data


def verified(path):
    return subprocess.run([sys.executable, "-I", VERIFIER, path], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("method", [*Method])
def test_a_ballot_that_went_the_whole_way_is_accepted_by_the_verifier(client, session, app, tmp_path, method):
    ballot = voted(session, app, method=method)
    assert ballot.state is BallotState.CERTIFIED
    content = taken(client, ballot)
    path = tmp_path / "data.zip"
    path.write_bytes(content)
    done = verified(path)
    assert done.returncode == 0, done.stdout + done.stderr
    changed = bytearray(content)
    changed[changed.index(b'"choice"') + 12] ^= 1
    path.write_bytes(changed)
    assert verified(path).returncode in (1, 2)


@pytest.mark.parametrize("method", [Method.APPROVAL, Method.POINTS])
def test_the_checker_of_pabulib_accepts_every_file(client, session, app, method):
    ballot = voted(session, app, method=method)
    archive = zipfile.ZipFile(io.BytesIO(taken(client, ballot)))
    files = [name for name in archive.namelist() if name.endswith(".pb")]
    assert len(files) == 4
    for name in files:
        text = archive.read(name).decode()
        with contextlib.redirect_stdout(io.StringIO()):
            found = Checker().process_files([text])
        assert found[1]["results"]["errors"] == {}, name
        alone = client.get(f"/en/ballots/{ballot.id}/data/{name.removeprefix('papers/')}")
        assert alone.text == text


def test_the_files_stand_alone_too_and_have_a_tag(client, session, app):
    ballot = voted(session, app)
    question = questions(session, ballot)[0].key
    base = f"/en/ballots/{ballot.id}/data"
    with client.get(f"{base}.zip") as whole:
        tag = whole.headers["ETag"]
        assert whole.headers["Cache-Control"].startswith("public")
    with client.get(f"{base}.zip", headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304
    for name, kind in (
        (f"results/{question}.json", "application/json"), (f"openings/{question}-people.jsonl", "application/jsonl"),
        (f"papers/{question}-people.pb", "text/plain"), ("log/checkpoints.txt", "text/plain"),
        ("turnout.json", "application/json"), ("configuration.json", "application/json"),
    ):  # fmt: skip
        answer = client.get(f"{base}/{name}")
        assert (answer.status_code, answer.mimetype) == (200, kind), name
        assert client.get(f"{base}/{name}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    turnout = json.loads(client.get(f"{base}/turnout.json").text)["electorates"]
    assert (turnout["people"]["voters"], turnout["organisations"]["voters"]) == (20, 3)
    for lost in ("papers/../turnout.json", "papers/none.pb", "openings/x.jsonl", "README.txt", f"{question}.pb"):
        assert client.get(f"{base}/{lost}").status_code == 404, lost


def test_the_file_is_made_once_and_by_the_worker_if_nobody_asks(client, session, app, count_queries):
    ballot = voted(session, app)
    folder = app.config["SETTINGS"].ballot_data
    before = set(folder.iterdir()) if folder.exists() else set()
    keep_records(app)
    made = set(folder.iterdir()) - before
    assert len(made) == 1
    (path,) = made
    stamp = path.stat().st_mtime_ns
    with count_queries() as statements:
        assert taken(client, ballot) == path.read_bytes()
    assert len(statements) == 2
    keep_records(app)
    assert path.stat().st_mtime_ns == stamp


def test_few_papers_are_kept_back(client, session, app, tmp_path):
    ballot = voted(session, app, second=5)
    first, second = (question.key for question in questions(session, ballot))
    content = taken(client, ballot)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert f"papers/{first}-people.pb" in names
    assert f"papers/{second}-people.pb" not in names
    assert f"openings/{second}-people.withheld.json" in names
    assert f"openings/{second}-organisations.jsonl" in names
    path = tmp_path / "data.zip"
    path.write_bytes(content)
    done = verified(path)
    assert done.returncode == 0, done.stdout


def test_the_lines_of_the_witnesses_are_in_the_file(client, session, app):
    witness = Signer.generate("presse")
    log.name_witness(session, name="Presse", public_key=str(witness.key), by=STAFF, now=NOW)
    ballot = make_counted(session, app, [["a"]] * 20, clusters=1, state=BallotState.COUNTED)
    last = log.latest(session, ballot.id)
    line = str(witness.sign(opened(last.note, Key.parse(ballot.public_key)).text))
    log.countersign(session, ballot=ballot, size=last.size, line=line, witnesses=[witness.key], now=NOW)
    notes = zipfile.ZipFile(io.BytesIO(taken(client, ballot))).read("log/checkpoints.txt").decode()
    assert notes.count(line) == 1


def test_who_waited_for_the_file_takes_the_one_that_was_made_meanwhile(session, app, tmp_path):
    ballot = make_counted(session, app, [["a"]] * 20, clusters=1)
    act = {"ring": ring_of(app), "ballot": ballot, "folder": tmp_path, "city": "Bielefeld"}
    made = kept_records(session, **act)
    aside = made.rename(tmp_path / "aside")
    asked = Event()
    sa.event.listen(session, "do_orm_execute", lambda _: asked.set(), once=True)

    def ask():
        with app.app_context():
            return kept_records(session, **act)

    with ThreadPoolExecutor(1) as pool:
        with MAKING:
            waiting = pool.submit(ask)
            assert asked.wait(10)
            sleep(0.1)  # the other one has not found the file, and waits for us
            aside.rename(made)
            stamp = made.stat().st_mtime_ns
        assert waiting.result(10) == made
    assert made.stat().st_mtime_ns == stamp


def test_there_are_no_data_before_the_count(client, session, app):
    ballot = make_ballot(session, app)
    assert client.get(f"/en/ballots/{ballot.id}/data.zip").status_code == 404
    assert keep_due(session, ring=ring_of(app), folder=app.config["SETTINGS"].ballot_data, city="Bielefeld") == 0


def test_a_missing_key_does_not_stop_the_others(session, app, tmp_path):
    make_counted(session, app, [["a"]] * 20, clusters=1)
    ballot = make_counted(session, app, [["a"]] * 20, clusters=1)
    key = app.config["SETTINGS"].ballot_keys / f"{ballot.key}.signing"
    content = key.read_bytes()
    key.unlink()
    try:
        with pytest.raises(MissingKeys):
            keep_due(session, ring=ring_of(app), folder=tmp_path, city="Bielefeld")
        assert len(list(tmp_path.iterdir())) == 1
        keep_records(app)
    finally:
        key.write_bytes(content)
