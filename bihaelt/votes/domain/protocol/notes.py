"""Signed texts in the form that other transparency logs use (https://c2sp.org/signed-note), with Ed25519 keys.

text, which ends with a line end
(an empty line)
— name base64(key hash || signature)
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bihaelt.votes.domain.protocol.canonical import Malformed

ED25519 = b"\x01"
MAX_SIGNATURES = 100
MAX_CHARACTERS = 100_000

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_HASH_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the name it signs under. ``str`` gives the usual form ``name+hash+base64``."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise Malformed(f"a public key has {_KEY_BYTES} bytes, not {len(self.public)}")

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_encode(ED25519 + self.public)}"

    @property
    def hash(self) -> bytes:
        """Four bytes that say which key of this name has signed; they protect nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:_KEY_HASH_BYTES]

    @classmethod
    def parse(cls, text: str) -> "Key":
        """:raises Malformed: when ``text`` is no public key of this kind, or its parts do not belong together"""
        name, _, rest = text.partition("+")
        key_hash, _, encoded = rest.partition("+")
        data = _decode(encoded)
        if data[:1] != ED25519:
            raise Malformed("this is no public Ed25519 key of the form name+hash+base64")
        key = cls(name, data[1:])
        if key.hash.hex() != key_hash:
            raise Malformed("the hash in this public key belongs to another key")
        return key

    def signed(self, text: str, signature: "Signature") -> bool:
        """Whether ``signature`` is this key's, over exactly ``text``."""
        if (signature.name, signature.key_hash) != (self.name, self.hash):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note."""

    name: str
    key_hash: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_encode(self.key_hash + self.signature)}"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """:raises Malformed: when ``line`` (without its end) is no Ed25519 signature line"""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—":
            raise Malformed("a signature line begins with a dash (U+2014) and a blank")
        _check_name(name)
        data = _decode(encoded)
        if len(data) != _KEY_HASH_BYTES + _SIGNATURE_BYTES:
            raise Malformed("a signature line holds 4 bytes of key hash and 64 bytes of signature")
        return cls(name, data[:_KEY_HASH_BYTES], data[_KEY_HASH_BYTES:])


class Signer:
    """A private key with its name. It prints nothing of itself."""

    __slots__ = ("_private", "key")

    def __init__(self, name: str, private: bytes) -> None:
        """``private``: the 32 bytes that RFC 8032 calls the secret key."""
        if len(private) != _KEY_BYTES:
            raise Malformed(f"a private key has {_KEY_BYTES} bytes, not {len(private)}")
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self.key = Key(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> "Signer":
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def private(self) -> bytes:
        """The 32 secret bytes, for the file they are kept in."""
        return self._private.private_bytes_raw()

    def sign(self, text: str) -> Signature:
        return Signature(self.key.name, self.key.hash, self._private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures below it. ``str`` gives the whole note; parsing alone proves nothing, ask ``signers``."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            raise Malformed("a note's text ends with a line end and has no other control characters")

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, note: str) -> "Note":
        """:raises Malformed: when ``note`` is no signed note with at least one signature"""
        if len(note) > MAX_CHARACTERS:
            raise Malformed(f"a note has at most {MAX_CHARACTERS} characters")
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise Malformed("a note has a text, an empty line, and signature lines that end with a line end")
        signatures = lines[:-1].split("\n")
        if len(signatures) > MAX_SIGNATURES:
            raise Malformed(f"a note has at most {MAX_SIGNATURES} signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in signatures))

    def signers(self, keys: Iterable[Key]) -> frozenset[str]:
        """The names of those ``keys`` which have validly signed. Signatures of unknown keys are passed over.

        :raises Malformed: when a signature by one of ``keys`` is false: then nothing in the note is to be believed
        """
        names = set()
        for key in keys:
            for signature in self.signatures:
                if (signature.name, signature.key_hash) == (key.name, key.hash):
                    if not key.signed(self.text, signature):
                        raise Malformed(f"the signature of {key.name} does not fit the text")
                    names.add(key.name)
        return frozenset(names)

    def with_signature(self, signature: Signature) -> "Note":
        """The note with one more signature; with the same one when this key has already signed."""
        if any((s.name, s.key_hash) == (signature.name, signature.key_hash) for s in self.signatures):
            return self
        return replace(self, signatures=(*self.signatures, signature))


def _check_name(name: str) -> None:
    if not name or "+" in name or _CONTROL.search(name) or any(letter.isspace() for letter in name):
        raise Malformed(f"a key's name has no blanks, no plus and is not empty: {name!r}")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("this is no base64") from None
    if _encode(data) != text:  # one value, one form: otherwise a byte could change unnoticed
        raise Malformed("this base64 has bits left over")
    return data
