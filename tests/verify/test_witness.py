"""The witness's program: it signs a log that goes on, and raises the alarm at one that was changed."""

import hashlib
import importlib.util
import io
import json
import os
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bihaelt.votes.domain.protocol.checkpoints import Checkpoint, opened
from bihaelt.votes.domain.protocol.leaves import Cast, Configuration, data
from bihaelt.votes.domain.protocol.merkle import Tree
from bihaelt.votes.domain.protocol.notes import Key, Note, Signer
from bihaelt.votes.operations import log as operations
from bihaelt.votes.queries import log as queries
from tests.factories import NOW
from tests.votes.ballot_stage import STAFF, make_ballot, ring_of

FILE = Path(__file__).parents[2] / "verify" / "witness.py"
spec = importlib.util.spec_from_file_location("witness", FILE)
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
LOG = Signer("city.example/ballot-1", bytes(range(32)))


class City:
    """A log behind real HTTP. What it says can be tampered with: it is the server that witnesses do not trust."""

    def __init__(self) -> None:
        self.witnesses: list[str] = []
        self.leaves: list[bytes] = []
        self.signer = LOG
        self.received: list[dict[str, str]] = []
        self.answers: dict[str, bytes] = {}

    def open(self) -> None:
        first = Configuration(hashlib.sha256(self.configuration).hexdigest())
        self.leaves = [data(first)]

    @property
    def configuration(self) -> bytes:
        document = {
            "public_key": str(LOG.key),
            "witnesses": [{"name": "Presse", "public_key": key} for key in self.witnesses],
        }
        return json.dumps(document).encode()

    def grow(self, count: int, salt: str = "") -> None:
        for _ in range(count):
            self.leaves.append(data(Cast(hashlib.sha256(f"{salt}{len(self.leaves)}".encode()).hexdigest())))

    def get(self, path: str) -> bytes:
        place, _, query = path.partition("?")
        name = place.rsplit("/log/", 1)[1]
        if name in self.answers:
            return self.answers[name]
        tree = Tree(self.leaves)
        if name == "configuration.json":
            return self.configuration
        if name == "checkpoint.txt":
            return str(Checkpoint(LOG.key.name, len(tree), tree.root()).signed(self.signer)).encode()
        asked = dict(urllib.parse.parse_qsl(query))
        steps = tree.consistency_proof(int(asked["from"]), int(asked["to"]))
        return json.dumps({"proof": [step.hex() for step in steps]}).encode()


@pytest.fixture
def city():
    found = City()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(found.get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.received.append(dict(urllib.parse.parse_qsl(body)))
            self.answer(b"{}")

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/de/ballots/3"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(tmp_path, capsys):
    def act(*arguments: str) -> tuple[int, str]:
        status = program.main([*arguments, "--folder", str(tmp_path / "witness")])
        heard = capsys.readouterr()
        return status, heard.out + heard.err

    return act


@pytest.fixture
def named(city, run) -> Key:
    """The witness's key, named in the configuration of an opened vote."""
    status, heard = run("key", "press.example")
    assert status == 0
    key = Key.parse(heard.splitlines()[-1])
    city.witnesses = [str(key)]
    city.open()
    return key


def test_keys_and_signatures_are_those_of_the_library():
    for number in range(5):
        secret = bytes([number] * 32)
        private = Ed25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes_raw()
        assert program.public_of(secret) == public
        assert program.sign(secret, b"log") == private.sign(b"log")
        assert program.valid(public, b"log", private.sign(b"log"))
        assert not program.valid(public, b"Log", private.sign(b"log"))
        assert program.key_line("a", public) == str(Signer("a", secret).key)


def test_a_key_is_made_once_and_kept_to_oneself(run, tmp_path):
    assert run("key", "press.example")[0] == 0
    path = tmp_path / "witness" / "witness-key.json"
    assert os.stat(path).st_mode & 0o777 == 0o600
    kept = path.read_text()
    assert run("key", "other.example")[0] == 2
    assert path.read_text() == kept


@pytest.mark.parametrize("name", ["two words", "a+b", ""])
def test_a_name_that_no_signature_can_carry_is_refused(run, name):
    assert run("key", name)[0] == 2


def test_a_log_that_grows_is_signed_each_time(city, run, named):
    for count in (0, 1, 6, 100):
        city.grow(count)
        status, heard = run("sign", city.url)
        assert status == 0, heard
        sent = city.received[-1]
        note = Note.parse(city.get("/log/checkpoint.txt").decode() + sent["line"] + "\n")
        assert note.signers([named]) == {"press.example"}
        assert int(sent["size"]) == opened(str(note), LOG.key).size == len(city.leaves)


def test_checking_alone_sends_nothing_and_needs_no_key(city, run):
    city.open()
    city.grow(4)
    assert run("check", city.url)[0] == 0
    assert run("sign", city.url)[0] == 2
    assert city.received == []


def alarm(city, run, tmp_path) -> str:
    before = len(city.received)
    known = set((tmp_path / "witness").glob("alarm-*.txt"))
    status, heard = run("sign", city.url)
    assert status == 1, heard
    assert heard.count("ALARM") == 1
    assert len(city.received) == before
    (kept,) = set((tmp_path / "witness").glob("alarm-*.txt")) - known
    return kept.read_text()


def test_a_changed_entry_is_an_alarm_and_both_checkpoints_are_kept(city, run, named, tmp_path):
    city.grow(9)
    assert run("sign", city.url)[0] == 0
    old = city.get("/log/checkpoint.txt").decode()
    city.leaves[4] = data(Cast("f" * 64))
    assert old in alarm(city, run, tmp_path)  # at the same length
    city.grow(3)
    evidence = alarm(city, run, tmp_path)
    assert old in evidence
    assert city.get("/log/checkpoint.txt").decode() in evidence


def test_other_rules_than_at_the_beginning_are_an_alarm(city, run, named, tmp_path):
    city.grow(3)
    city.leaves[0] = data(Configuration("e" * 64))
    alarm(city, run, tmp_path)


def test_a_checkpoint_that_the_log_has_not_signed_is_an_alarm(city, run, named, tmp_path):
    city.signer = Signer(LOG.key.name, bytes(range(3, 35)))
    alarm(city, run, tmp_path)


def test_another_log_behind_the_same_address_is_an_alarm(city, run, named, tmp_path):
    other = Signer("city.example/ballot-2", bytes(range(32)))
    city.answers["checkpoint.txt"] = str(Checkpoint(other.key.name, 1, b"x" * 32).signed(other)).encode()
    alarm(city, run, tmp_path)


def test_an_older_state_is_not_signed(city, run, named):
    city.grow(5)
    assert run("sign", city.url)[0] == 0
    del city.leaves[3:]
    status, heard = run("sign", city.url)
    assert status == 2
    assert "older state" in heard
    assert len(city.received) == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("proof", b"{}"), ("proof", b"[1]"), ("proof", b'{"proof": ["x"]}'), ("proof", b"\xff"),
        ("checkpoint.txt", b"hello"), ("checkpoint.txt", b""), ("checkpoint.txt", b"\xff\xfe\n\n"),
        ("configuration.json", b"{}"), ("configuration.json", b'{"public_key": 1, "witnesses": 2}'),
        ("configuration.json", b"nonsense"), ("configuration.json", b'{"public_key": "a+b+c", "witnesses": [1]}'),
    ],
)  # fmt: skip
def test_whatever_cannot_be_read_is_not_signed(city, run, named, name, body):
    city.grow(5)
    city.answers[name] = body
    status, heard = run("sign", city.url)
    assert status == 2
    assert heard.strip()
    assert city.received == []


def test_a_false_proof_is_an_alarm(city, run, named, tmp_path):
    city.grow(5)
    city.answers["proof"] = json.dumps({"proof": ["0" * 64] * 3}).encode()
    alarm(city, run, tmp_path)


def test_who_is_not_named_signs_nothing(city, run):
    run("key", "stranger.example")
    city.witnesses = [str(Signer.generate("press.example").key)]
    city.open()
    status, heard = run("sign", city.url)
    assert status == 2
    assert "does not name your key" in heard


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "nonsense", "http://127.0.0.1:1/de/ballots/3"])
def test_an_address_that_is_none_is_refused(run, url):
    run("key", "press.example")
    assert run("sign", url)[0] == 2


def test_with_the_platform_itself(client, session, app, run, monkeypatch):
    """The program's requests reach the application; only the wire between them is left out."""
    asked = []

    def fetch(address, fields=None):
        path = address.removeprefix("https://city.example")
        asked.append(path)
        answer = client.get(path) if fields is None else client.post(path, fields, token=False)
        if answer.status_code != 200:
            raise program.Trouble(answer.text)
        return answer.data

    monkeypatch.setattr(program, "fetch", fetch)
    key = run("key", "press.example")[1].splitlines()[-1]
    operations.name_witness(session, name="Die Presse", public_key=key, by=STAFF, now=NOW)
    queries.TREES.clear()
    ballot = make_ballot(session, app)
    url = f"https://city.example/de/ballots/{ballot.id}"
    assert run("sign", url)[0] == 0
    signer = ring_of(app).signer(ballot.key, ballot.origin)
    entries = [Cast(f"{number:064x}") for number in range(30)]
    operations.append(session, ballot=ballot, entries=entries, signer=signer, now=NOW)
    status, heard = run("sign", url)
    assert status == 0, heard
    assert any("/log/proof?from=1&to=31" in path for path in asked)
    found = queries.head(session, ballot.id)
    assert [each.name for each in found.witnesses] == ["Die Presse"]
    assert Note.parse(found.note).signers([Key.parse(key)]) == {"press.example"}


def test_it_runs_with_nothing_but_the_standard_library():
    source = FILE.read_text("utf-8")
    compile(source, "witness.py", "exec")
    names = {line.split()[1].split(".")[0] for line in io.StringIO(source) if line.startswith(("import ", "from "))}
    allowed = {"argparse", "base64", "hashlib", "json", "os", "re", "secrets", "sys", "urllib"}
    assert names == allowed
