"""The public log over HTTP: to read, to take along, to prove, and to countersign."""

import json

import pytest
import sqlalchemy as sa

from bihaelt.votes.domain.protocol import merkle
from bihaelt.votes.domain.protocol.checkpoints import Checkpoint, opened
from bihaelt.votes.domain.protocol.commitments import words as spoken
from bihaelt.votes.domain.protocol.leaves import Cast
from bihaelt.votes.domain.protocol.notes import Key, Note, Signer
from bihaelt.votes.models import Ballot, Countersignature
from bihaelt.votes.operations import log
from bihaelt.votes.queries import log as queries
from tests.browser import tree, words
from tests.factories import NOW
from tests.votes.ballot_stage import STAFF, make_ballot, make_draft, ring_of


@pytest.fixture
def witness():
    return Signer.generate("press")


@pytest.fixture
def ballot(session, app, witness):
    log.name_witness(session, name="Die Presse", public_key=str(witness.key), by=STAFF, now=NOW)
    queries.TREES.clear()
    return make_ballot(session, app)


def commitments(count, start=0):
    return [f"{number:064x}" for number in range(start + 1, start + count + 1)]


def grow(session, app, ballot, count, start=0):
    signer = ring_of(app).signer(ballot.key, ballot.origin)
    log.append(
        session, ballot=ballot, entries=[Cast(each) for each in commitments(count, start)], signer=signer, now=NOW
    )


def checkpoint(client, ballot) -> tuple[Checkpoint, str]:
    answer = client.get(f"/de/ballots/{ballot.id}/log/checkpoint.txt")
    assert answer.mimetype == "text/plain"
    return opened(answer.text, Key.parse(ballot.public_key)), answer.text


def test_the_leaves_have_the_root_of_the_checkpoint(client, session, app, ballot):
    grow(session, app, ballot, 12)
    head, _ = checkpoint(client, ballot)
    answer = client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl")
    lines = answer.text.splitlines()
    assert head.size == len(lines) == 13
    assert merkle.Tree(line.encode() for line in lines).root() == head.root
    assert client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl?from=12").text.splitlines() == lines[12:]
    assert client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl?from=99").text == ""
    configuration = client.get(f"/de/ballots/{ballot.id}/log/configuration.json").text
    assert json.loads(lines[0])["sha256"] == ballot.configuration_sha256
    assert json.loads(configuration)["public_key"] == ballot.public_key


def test_before_the_opening_there_is_no_checkpoint(session):
    assert queries.head(session, make_draft(session).id) is None


def test_a_server_keeps_the_trees_of_a_few_logs_only(client, session, app, monkeypatch):
    monkeypatch.setattr(queries, "MOST_TREES", 1)
    queries.TREES.clear()
    made = [make_ballot(session, app, clusters=1, options=1) for _ in range(2)]
    for start, ballot in enumerate((*made, made[0])):
        grow(session, app, ballot, 1, start)
        head = queries.head(session, ballot.id)
        assert queries.tree(session, ballot, head).root(head.size).hex() == head.root
        assert list(queries.TREES) == [ballot.configuration_sha256]


def test_leaves_are_read_in_pieces(client, session, app, ballot, monkeypatch):
    grow(session, app, ballot, 11)
    whole = client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl").text
    monkeypatch.setattr(queries, "BATCH", 4)
    assert client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl").text == whole


def test_an_entry_is_proved_by_its_number_and_by_its_words(client, session, app, ballot):
    grow(session, app, ballot, 20)
    wanted = commitments(20)[6]
    path = f"/de/ballots/{ballot.id}/log/proof?commitment="
    for asked in (wanted, spoken(commitments(20)[0])):
        proof = client.get(path + asked).get_json()
        assert merkle.includes(
            leaf=proof["leaf"].encode(), index=proof["position"], size=proof["size"],
            proof=[bytes.fromhex(step) for step in proof["proof"]], root=bytes.fromhex(proof["root"]),
        )  # fmt: skip
        assert opened(proof["checkpoint"], Key.parse(ballot.public_key)).root.hex() == proof["root"]
    assert client.get(path + "f" * 64).status_code == 404
    assert client.get(path + "nonsense").status_code == 400


def test_a_longer_log_is_proved_to_begin_with_the_shorter_one(client, session, app, ballot):
    grow(session, app, ballot, 5)
    old, _ = checkpoint(client, ballot)
    grow(session, app, ballot, 9, start=5)
    new, _ = checkpoint(client, ballot)
    answer = client.get(f"/de/ballots/{ballot.id}/log/proof?from={old.size}&to={new.size}").get_json()
    steps = [bytes.fromhex(step) for step in answer["proof"]]
    assert merkle.consistent(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=steps)


@pytest.mark.parametrize("query", ["", "from=0", "from=-1", "from=9999", "from=2&to=1", "from=x", "from=1&to=99999999"])
def test_a_proof_that_cannot_be_is_refused_in_words(client, ballot, query):
    answer = client.get(f"/de/ballots/{ballot.id}/log/proof?{query}")
    assert answer.status_code == 400
    assert "ask with" in answer.get_json()["error"]


def test_proofs_are_not_given_for_entries_that_were_not_signed(client, session, app, ballot):
    grow(session, app, ballot, 3)
    head = queries.head(session, ballot.id)
    broken = queries.Head(head.size, "0" * 64, head.signed_at, head.note, ())
    with pytest.raises(queries.BrokenLog):
        queries.tree(session, ballot, broken)
    assert queries.tree(session, ballot, head).root(4).hex() == head.root


def send(client, ballot, size, line, **more):
    return client.post(
        f"/de/ballots/{ballot.id}/log/countersignatures", {"size": size, "line": line}, token=False, **more
    )


def test_a_witness_countersigns_without_a_form_token(client, session, ballot, witness):
    head, note = checkpoint(client, ballot)
    line = str(witness.sign(head.text))
    for _ in range(2):  # the same line again changes nothing
        answer = send(client, ballot, head.size, line)
        assert answer.status_code == 200, answer.text
        assert answer.get_json()["witness"] == "Die Presse"
    assert session.scalar(sa.select(sa.func.count()).select_from(Countersignature)) == 1
    _, signed = checkpoint(client, ballot)
    assert signed == note + line + "\n"
    assert Note.parse(signed).signers([witness.key]) == {"press"}
    assert "Die Presse" in words(client.get(f"/en/ballots/{ballot.id}/log"))


def test_nobody_else_countersigns(client, session, app, ballot, witness):
    head, note = checkpoint(client, ballot)
    stranger, other = Signer.generate("stranger"), Signer.generate("press")
    good = str(witness.sign(head.text))
    tries = [
        (head.size, str(stranger.sign(head.text)), 403),
        (head.size, str(other.sign(head.text)), 403),
        (head.size, str(witness.sign(head.text + "\n")), 403),
        (head.size, good[:-8] + "AAAAAAA=", 403),
        (head.size + 1, good, 403),
        (head.size, "", 400),
        (head.size, "x" * 2000, 400),
        ("x", good, 400),
        (2**40, good, 400),
        (-1, good, 400),
    ]
    for size, line, status in tries:
        answer = send(client, ballot, size, line)
        assert answer.status_code == status, (size, line[:20], answer.text)
        assert answer.get_json()["error"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Countersignature)) == 0
    assert checkpoint(client, ballot)[1] == note


def test_another_site_cannot_send_a_signature_in_somebodys_name(client, ballot, witness):
    head, _ = checkpoint(client, ballot)
    line = str(witness.sign(head.text))
    answer = send(client, ballot, head.size, line, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400


def test_a_signature_of_one_log_is_none_of_another(client, session, app, ballot, witness):
    head, _ = checkpoint(client, ballot)
    other = make_ballot(session, app)
    assert send(client, other, 1, str(witness.sign(head.text))).status_code == 403


def test_a_receipt_is_found_on_the_page(client, session, app, ballot):
    grow(session, app, ballot, 3)
    page = f"/en/ballots/{ballot.id}/log?q="
    assert "Your vote is entry 2." in words(client.get(page + commitments(3)[1]))
    assert "Your vote is entry" in words(client.get(page + spoken(commitments(3)[0]).upper().replace("-", "+")))
    assert "Not in the log yet." in words(client.get(page + "e" * 64))
    assert "This is no receipt." in words(client.get(page + "<b>hallo"))


def test_the_page_lists_entries_from_the_newest_on(client, session, app, ballot, count_queries):
    counts = []
    for count, start in ((1, 0), (2, 1), (117, 3)):
        grow(session, app, ballot, count, start)
        with count_queries() as seen:
            answer = client.get(f"/en/ballots/{ballot.id}/log")
        counts.append(len(seen))
    assert counts == [counts[0]] * 3
    page = tree(answer)
    numbers = page.xpath("//tbody//th/text()")
    assert (numbers[0], len(numbers)) == ("120", 50)
    second = tree(client.get(page.xpath("//a[@rel='next']/@href")[0]))
    assert second.xpath("//tbody//th/text()")[0] == "70"
    last = tree(client.get(second.xpath("//a[@rel='next']/@href")[0]))
    assert "Hash of the configuration" in last.text_content()
    assert not last.xpath("//a[@rel='next']")


def test_the_log_says_nothing_of_times_and_people(client, session, app, ballot):
    grow(session, app, ballot, 2)
    for line in client.get(f"/de/ballots/{ballot.id}/log/leaves.jsonl").text.splitlines()[1:]:
        assert set(json.loads(line)) == {"v", "type", "commitment"}
    assert session.get(Ballot, ballot.id).pepper_check not in client.get(f"/de/ballots/{ballot.id}/log").text
