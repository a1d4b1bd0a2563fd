"""What a voter holds in hand: the commitment to a choice, its short form in words, and the receipt.

A commitment C binds a choice without showing it: nobody without the nonce can tell what C stands for, and nobody can find
another choice that fits. Receipts show C and never the nonce, so a receipt proves nothing about the choice to anyone else.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bihaelt.votes.domain.protocol.canonical import JSON, Malformed, canonical
from bihaelt.votes.domain.supports import Electorate

DOMAIN = b"bihaelt/stimme/1"
NONCE_BYTES = 32
RECEIPT = "bihaelt/quittung/1"
WORDS = 6  # 96 of the 256 bits: a second ballot with the same six words will not be found by accident

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEX = re.compile(r"[0-9a-f]{64}")
# Proquints (Wilkerson, arXiv:0901.4016): 16 bits as a word that can be spoken in any of our languages; no list of words to translate.
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WORD = re.compile(rf"(?:[{_CONSONANTS}][{_VOWELS}]){{2}}[{_CONSONANTS}]")


def approvals(options: Iterable[str]) -> list[str]:
    """The canonical choice of an approval ballot: the keys of the ticked options, sorted.

    :raises Malformed: for a key twice
    """
    return _once(sorted(options))


def ranking(best_first: Iterable[str]) -> list[str]:
    """The canonical choice of a ranking: the keys, best first.

    :raises Malformed: for a key twice
    """
    return _once(list(best_first))


def points(given: Mapping[str, int]) -> list[list[JSON]]:
    """The canonical choice of a points ballot: [option, points], sorted by option."""
    return _pairs(given.items())


def answers(given: Mapping[str, str]) -> list[list[JSON]]:
    """The canonical choice of a ballot of yes, no and abstain: [option, answer], sorted by option."""
    return _pairs(given.items())


def commitment(*, ballot: str, question: str, electorate: Electorate, nonce: bytes, choice: JSON) -> str:
    """C = SHA-256("bihaelt/stimme/1" 0 ballot 0 question 0 electorate 0 nonce canonical-choice), as 64 hexadecimal digits.

    ``ballot`` and ``question`` are keys ([a-z0-9] with single hyphens), so no two inputs can be read as the same bytes.

    :raises Malformed: for a key of another form and a nonce of another length than 32 bytes
    """
    return sealed(head(ballot, question, electorate), nonce, canonical(choice))


def sealed(head: bytes, nonce: bytes, written: bytes) -> str:
    """The commitment to a choice that is written canonically already, behind the ``head`` of its question.

    :raises Malformed: for a nonce of another length than 32 bytes
    """
    if len(nonce) != NONCE_BYTES:
        raise Malformed(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return hashlib.sha256(head + nonce + written).hexdigest()


@lru_cache(maxsize=500)
def head(ballot: str, question: str, electorate: Electorate) -> bytes:
    """What all commitments of an electorate in one question begin with.

    :raises Malformed: for a key of another form
    """
    for key in (ballot, question):
        if not _KEY.fullmatch(key):
            raise Malformed(f"{key!r} is no key")
    return b"\0".join((DOMAIN, ballot.encode(), question.encode(), electorate.value.encode(), b""))


def read_hex(text: str) -> str:
    """``text`` itself, when it is a commitment (or any SHA-256) as this log writes it.

    :raises Malformed: otherwise
    """
    if not _HEX.fullmatch(text):
        raise Malformed("a commitment has 64 hexadecimal digits, in small letters")
    return text


def words(digest: str) -> str:
    """The first 96 bits of a commitment as six words with hyphens between them, to be compared by eye or over the telephone."""
    data = bytes.fromhex(read_hex(digest))
    return "-".join(_word(int.from_bytes(data[start : start + 2])) for start in range(0, 2 * WORDS, 2))


def prefix(spoken: str) -> str:
    """The 24 hexadecimal digits that six words stand for; capitals and blanks between the words are forgiven.

    :raises Malformed: when they are no six words of this kind
    """
    parts = spoken.lower().replace("-", " ").split()
    if len(parts) != WORDS or not all(_WORD.fullmatch(part) for part in parts):
        raise Malformed(f"a receipt's short form is {WORDS} words of five letters")
    return "".join(f"{_bits(part):04x}" for part in parts)


def receipt_text(origin: str, commitments: Iterable[tuple[str, Electorate, str]]) -> str:
    """The text that the server signs when ballots are cast: a promise to log these (question, electorate, commitment).

    Its first line differs from every checkpoint's, so one key may sign both. Sorted, and without a time.
    """
    lines = sorted(f"{question} {electorate.value} {read_hex(digest)}" for question, electorate, digest in commitments)
    return "\n".join((RECEIPT, origin, *lines, ""))


def _pairs(items: Iterable[tuple[str, int | str]]) -> list[list[JSON]]:
    by_key = dict(items)
    return [[key, by_key[key]] for key in sorted(by_key)]


def _once(keys: list[str]) -> list[str]:
    if len(set(keys)) != len(keys):
        raise Malformed("an option is named twice")
    return keys


def _word(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )


def _bits(word: str) -> int:
    return (
        _CONSONANTS.index(word[0]) << 12
        | _VOWELS.index(word[1]) << 10
        | _CONSONANTS.index(word[2]) << 6
        | _VOWELS.index(word[3]) << 4
        | _CONSONANTS.index(word[4])
    )
