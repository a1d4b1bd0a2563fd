"""Signed notes, checkpoints and what witnesses do, with published examples of the format."""

import base64

import pytest

from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.checkpoints import (
    Checkpoint,
    countersignature,
    joined,
    opened,
    with_countersignature,
)
from bihaelt.votes.domain.protocol.merkle import EMPTY, Tree
from bihaelt.votes.domain.protocol.notes import MAX_CHARACTERS, Key, Note, Signer

# The example in the documentation of golang.org/x/mod/sumdb/note, where the format comes from.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAID = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    SAID + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The key of Go's checksum database: its hash is the published one.
GO = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

LOG = Signer("city.example/ballot-1", bytes(range(32)))
WITNESS = Signer("press.example", bytes(range(1, 33)))
OTHER = Signer("press.example", bytes(range(2, 34)))
TREE = Tree(b"%d" % number for number in range(10))


def note_at(size, *, origin=LOG.key.name, tree=TREE, signer=LOG):
    return Checkpoint(origin, size, tree.root(size)).signed(signer)


def test_a_published_note_is_read_verified_and_written():
    note = Note.parse(SIGNED)
    assert note.text == SAID
    assert note.signers([Key.parse(PETER)]) == {"PeterNeumann"}
    assert str(note) == SIGNED


def test_ed25519_is_deterministic_so_the_published_key_hashes_come_out():
    assert str(Key.parse(PETER)) == PETER
    assert str(Key.parse(GO)) == GO


def test_a_published_checkpoint_is_read():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = Checkpoint.parse(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex()[:8] == "0ac5186a"
    assert checkpoint.text == text


def test_signatures_of_strangers_are_passed_over_but_false_ones_spoil_the_note():
    note = note_at(3)
    assert note.signers([WITNESS.key]) == frozenset()
    both = note.with_signature(WITNESS.sign(note.text))
    assert both.signers([LOG.key, WITNESS.key]) == {LOG.key.name, "press.example"}
    assert both.signers([OTHER.key]) == frozenset()  # the same name, another key
    false = note.with_signature(WITNESS.sign("another text\n"))
    with pytest.raises(Malformed, match=r"signature of press\.example does not fit"):
        false.signers([LOG.key, WITNESS.key])


def test_a_key_signs_a_note_once():
    note = note_at(3)
    assert note.with_signature(LOG.sign(note.text)) == note


def test_a_key_knows_its_own_signatures_only():
    assert LOG.key.signed("a\n", LOG.sign("a\n"))
    assert not LOG.key.signed("b\n", LOG.sign("a\n"))
    assert not LOG.key.signed("a\n", WITNESS.sign("a\n"))


def test_private_keys_are_made_kept_and_loaded():
    made = Signer.generate("city.example/2")
    again = Signer("city.example/2", made.private)
    assert again.key == made.key
    assert repr(made.private)[2:-1] not in repr(made)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no public Ed25519 key"),
        ("a+b", "no public Ed25519 key"),
        ("press.example+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(), "no public Ed25519 key"),
        ("press.example+00000000+" + base64.b64encode(b"\x01" + bytes(31)).decode(), "32 bytes, not 31"),
        (PETER.replace("c74f20a3", "c74f20a4"), "belongs to another key"),
        (PETER.replace("PeterNeumann", "Peter Neumann"), "no blanks"),
        (PETER.replace("PeterNeumann", ""), "is not empty"),
        (PETER[:-1] + "X", "bits left over|belongs to another"),
        (PETER[:-2] + "W=", "bits left over|no base64"),
        (PETER[:-1], "no base64"),
        (PETER[:-1] + "ü", "no base64"),
    ],
)
def test_malformed_keys_are_refused(text, said):
    with pytest.raises(Malformed, match=said):
        Key.parse(text)


def test_a_private_key_has_32_bytes():
    with pytest.raises(Malformed, match="32 bytes, not 31"):
        Signer("press.example", bytes(31))


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "an empty line"),
        (SAID, "an empty line"),
        (SIGNED[:-1], "an empty line"),
        (SIGNED.replace("\n\n—", "\n—"), "an empty line"),
        (SIGNED.replace("—", "-"), "begins with a dash"),
        (SIGNED.replace("— ", "—"), "begins with a dash"),
        (SIGNED.replace("PeterNeumann", "Peter+Neumann"), "no plus"),
        (SIGNED.replace("PeterNeumann ", ""), "4 bytes of key hash"),
        (SIGNED.replace("JnAM=", "JnAN="), "bits left over"),
        (SIGNED.replace("/ZJkuBS9", ""), "4 bytes of key hash"),
        (SIGNED.replace("problem,", "problem\t"), "no other control characters"),
        (SIGNED + "— more\n", "is not empty|no base64|4 bytes"),
        (SIGNED + SIGNED.splitlines(keepends=True)[-1] * 100, "at most 100 signatures"),
        ("x" * MAX_CHARACTERS + SIGNED, "at most 100000 characters"),
    ],
)
def test_malformed_notes_are_refused(note, said):
    with pytest.raises(Malformed, match=said):
        Note.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "city.example\n",
        "city.example\n3\n",
        "\n3\n" + base64.b64encode(EMPTY).decode() + "\n",
        f"city.example\n03\n{base64.b64encode(EMPTY).decode()}\n",
        f"city.example\n-3\n{base64.b64encode(EMPTY).decode()}\n",
        f"city.example\n٣\n{base64.b64encode(EMPTY).decode()}\n",
        f"city.example\n3\n{EMPTY.hex()}\n",
        f"city.example\n3\n{base64.b64encode(EMPTY).decode()}\nand more\n",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(Malformed, match="three lines"):
        Checkpoint.parse(text)


def test_a_root_has_one_form():
    root = base64.b64encode(EMPTY).decode()
    with pytest.raises(Malformed, match="bits left over"):
        Checkpoint.parse(f"city.example\n3\n{root[:-2]}{chr(ord(root[-2]) + 1)}=\n")


def test_a_checkpoint_counts_when_its_own_log_has_signed_it():
    assert opened(str(note_at(3)), LOG.key) == Checkpoint(LOG.key.name, 3, TREE.root(3))
    with pytest.raises(Malformed, match=r"checkpoint of city\.example/ballot-2, not of city\.example/ballot-1"):
        opened(str(note_at(3, origin="city.example/ballot-2")), LOG.key)
    with pytest.raises(Malformed, match="has not signed"):
        opened(str(note_at(3, signer=WITNESS)), LOG.key)


def test_a_witness_signs_what_continues_what_it_has_seen():
    seen, line = countersignature(str(note_at(4)), log=LOG.key, witness=WITNESS, seen=None, proof=[])
    assert WITNESS.key.signed(note_at(4).text, line)
    newer = str(note_at(9))
    now, line = countersignature(newer, log=LOG.key, witness=WITNESS, seen=seen, proof=TREE.consistency_proof(4, 9))
    assert now.size == 9
    note, name = with_countersignature(newer, str(line), [OTHER.key, WITNESS.key])
    assert name == "press.example"
    assert note.signers([LOG.key, WITNESS.key]) == {LOG.key.name, "press.example"}


def test_a_witness_signs_no_fork_and_no_shorter_log():
    seen = Checkpoint(LOG.key.name, 4, TREE.root(4))
    fork = Tree([b"forked", *(b"%d" % number for number in range(1, 10))])
    with pytest.raises(Malformed, match="tell the public"):
        countersignature(
            str(note_at(9, tree=fork)), log=LOG.key, witness=WITNESS, seen=seen, proof=fork.consistency_proof(4, 9)
        )
    with pytest.raises(Malformed, match="tell the public"):
        countersignature(str(note_at(3)), log=LOG.key, witness=WITNESS, seen=seen, proof=[])


def test_the_server_takes_lines_of_its_witnesses_over_this_text_only():
    note = note_at(4)
    for line in (str(OTHER.sign(note.text)), str(WITNESS.sign(note_at(3).text))):
        with pytest.raises(Malformed, match="not the signature of one of the log's witnesses"):
            with_countersignature(str(note), line, [WITNESS.key])
    with pytest.raises(Malformed, match="begins with a dash"):
        with_countersignature(str(note), "nonsense", [WITNESS.key])


def test_checkpoints_stand_in_one_file_with_empty_lines_between():
    notes = [note_at(3), note_at(4)]
    text = joined(notes)
    assert text == f"{notes[0]}\n{notes[1]}"
    blocks = text.split("\n\n")
    assert len(blocks) == 4
