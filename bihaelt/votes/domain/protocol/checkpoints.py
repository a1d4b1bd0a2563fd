"""Checkpoints: what the log's length and root are, signed by the log and countersigned by its witnesses.

The text is that of https://c2sp.org/tlog-checkpoint: origin, number of leaves, base64 of the root. Extension lines are refused:
nobody could check what they say.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihaelt.votes.domain.protocol import merkle
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.domain.protocol.notes import Key, Note, Signature, Signer

_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """:raises Malformed: when the text is not exactly origin, size and root"""
        match = _TEXT.fullmatch(text)
        if not match:
            raise Malformed(
                "a checkpoint is three lines: the log's name, the number of its leaves, the base64 of its root"
            )
        checkpoint = cls(match[1], int(match[2]), base64.b64decode(match[3]))
        if checkpoint.text != text:
            raise Malformed("the root's base64 has bits left over")
        return checkpoint

    def signed(self, signer: Signer) -> Note:
        return Note(self.text, (signer.sign(self.text),))


def opened(note: str, log: Key) -> Checkpoint:
    """The checkpoint in a note, when the log itself has signed it. The log's name is the key's name.

    :raises Malformed: when the note cannot be read, is another log's, or is not signed by this one
    """
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != log.name:
        raise Malformed(f"this is a checkpoint of {checkpoint.origin}, not of {log.name}")
    if not parsed.signers([log]):
        raise Malformed(f"{log.name} has not signed this checkpoint")
    return checkpoint


def countersignature(
    note: str, *, log: Key, witness: Signer, seen: Checkpoint | None, proof: Sequence[bytes]
) -> tuple[Checkpoint, Signature]:
    """A witness's act: sign a checkpoint of ``log``, if it continues what this witness has ``seen`` last.

    ``proof`` is the consistency proof from the seen size to the new one, empty at the first time. The witness keeps the
    checkpoint that comes back, and never signs with an older one in mind.

    :raises Malformed: when the checkpoint is not the log's, or the log was cut or changed behind what was seen
    """
    checkpoint = opened(note, log)
    if seen is not None and not merkle.consistent(
        old=seen.size, old_root=seen.root, new=checkpoint.size, new_root=checkpoint.root, proof=proof
    ):
        raise Malformed(
            f"the log with {checkpoint.size} leaves does not continue the one with {seen.size} leaves: "
            "keep both checkpoints and tell the public"
        )
    return checkpoint, witness.sign(checkpoint.text)


def with_countersignature(note: str, line: str, witnesses: Iterable[Key]) -> tuple[Note, str]:
    """The server's side: add a witness's line to a checkpoint. Returns the note and the witness's name.

    :raises Malformed: when the line is no signature, or none of these witnesses has made it over this text
    """
    parsed = Note.parse(note)
    signature = Signature.parse(line)
    for witness in witnesses:
        if witness.signed(parsed.text, signature):
            return parsed.with_signature(signature), witness.name
    raise Malformed("this is not the signature of one of the log's witnesses over this checkpoint")


def joined(notes: Iterable[Note]) -> str:
    """Checkpoints as one text file: note after note, an empty line between them."""
    return "\n".join(str(note) for note in notes)
