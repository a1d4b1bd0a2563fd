"""The secrets of a ballot: files in a folder outside of the database, so that a copy of the database alone links nobody.

Per ballot one file with the key that signs log and receipts, and one with the pepper from which pseudonyms are made; for
the whole city the key under which people and codes are hashed. Each is 32 random bytes in hexadecimal, mode 0600. Any
number of processes may read and make them at the same time: whoever links the file first has made it, all others read it.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.electorates import keyed
from bihaelt.votes.domain.protocol.notes import Signer

BYTES = 32
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ROLL = "roll"


class MissingKeys(DomainError):
    """The folder lacks a key, or holds one that is not this ballot's. Nobody can vote until it is put back."""

    def __init__(self) -> None:
        super().__init__(
            N_("The keys of this ballot are missing on the server. Please tell the city; nothing is lost.")
        )


@dataclass(frozen=True, slots=True)
class BallotKeys:
    """The two secrets of a ballot, and by what they are known. Nothing secret of this is ever printed."""

    signer: Signer = field(repr=False)
    pepper: bytes = field(repr=False)
    public_key: str = field(init=False)
    """The public key in its usual form: name+hash+base64."""
    pepper_check: str = field(init=False)
    """16 hexadecimal digits by which a wrong pepper is noticed before it lets somebody vote twice."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_key", str(self.signer.key))
        object.__setattr__(self, "pepper_check", keyed(self.pepper, "check")[:16])


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in ``folder``."""

    folder: Path

    def make(self, ballot: str, origin: str) -> BallotKeys:
        """Make the keys of the ballot with that key, or read those that an interrupted opening has left."""
        for kind in ("signing", "pepper"):
            self._make(f"{_name(ballot)}.{kind}")
        return self.read(ballot, origin)

    def read(self, ballot: str, origin: str) -> BallotKeys:
        """The keys of a ballot whose log is called ``origin``. Raises MissingKeys; a destroyed pepper is missing, too.

        What was read once is kept by the process for as long as both files stay what they are.
        """
        path = f"{self.folder}/{_name(ballot)}"
        try:
            signing, pepper = os.stat(f"{path}.signing"), os.stat(f"{path}.pepper")
        except OSError:
            raise MissingKeys from None
        return self._kept(
            ballot, origin, (signing.st_ino, signing.st_mtime_ns, signing.st_size),
            (pepper.st_ino, pepper.st_mtime_ns, pepper.st_size),
        )  # fmt: skip

    @lru_cache(maxsize=50)  # noqa: B019  a ring is its folder
    def _kept(self, ballot: str, origin: str, *_seen: tuple[int, int, int]) -> BallotKeys:
        return BallotKeys(self.signer(ballot, origin), self._read(f"{ballot}.pepper"))

    def signer(self, ballot: str, origin: str) -> Signer:
        """The key that signs, which outlives the pepper. Raises MissingKeys."""
        return Signer(origin, self._read(f"{_name(ballot)}.signing"))

    def roll(self) -> bytes:
        """The city's key for hashes of people and codes; made when it is first needed."""
        self._make(f"{ROLL}.key")
        return self._read(f"{ROLL}.key")

    def destroy_pepper(self, ballot: str) -> None:
        """Overwrite and remove the pepper: from now on nobody can tell whose a paper was. Backups of the folder are the city's."""
        path = self.folder / f"{_name(ballot)}.pepper"
        with suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(BYTES * 2))
                os.fsync(file.fileno())
            path.unlink()
            self._sync()

    def _make(self, name: str) -> None:
        """Write a new secret unless there is one. It gets its name only when it is whole and on the disk."""
        path = self.folder / name
        if path.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        self._sync()

    def _read(self, name: str) -> bytes:
        try:
            secret = bytes.fromhex((self.folder / name).read_text("ascii"))
        except (OSError, ValueError):
            raise MissingKeys from None
        if len(secret) != BYTES:
            raise MissingKeys
        return secret

    def _sync(self) -> None:
        """A new or removed name is safe only when the folder itself is on the disk."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _name(ballot: str) -> str:
    if not NAME.fullmatch(ballot) or ballot == ROLL:
        raise ValueError(f"{ballot!r} is no key of a ballot")
    return ballot
