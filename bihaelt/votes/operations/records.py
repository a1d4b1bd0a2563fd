"""Keeping the open data of a ballot as one file, made once for each edition and then only read."""

import os
import secrets
import threading
from pathlib import Path

from sqlalchemy.orm import Session

from bihaelt.settings import ROOT
from bihaelt.votes.domain.bundle import files, write
from bihaelt.votes.domain.keys import KeyRing, MissingKeys
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries.ballots import ballots
from bihaelt.votes.queries.records import edition, material
from bihaelt.votes.queries.results import WITH_RESULT

MAKING = threading.Lock()
VERIFIER = ROOT / "verify" / "verify.py"


def kept_records(session: Session, *, ring: KeyRing, ballot: Ballot, folder: Path, city: str) -> Path | None:
    """The ZIP with the open data of a counted ballot; made if it is not in ``folder`` yet, None before the count.

    The same database gives the same bytes, so several servers may each make their own. The file's name changes with
    its content. Raises MissingKeys.
    """
    found = edition(session, ballot)
    if found is None:
        return None
    path = folder / f"{found.name}.zip"
    if path.exists():
        return path
    with MAKING:
        if not path.exists():
            of = material(session, ballot, found, city=city, verifier=VERIFIER.read_bytes())
            _keep(files(of, ring.signer(ballot.key, ballot.origin)), path)
    return path


def keep_due(session: Session, *, ring: KeyRing, folder: Path, city: str) -> int:
    """The job: make what nobody has asked for yet, so that no visitor waits for it. Returns how many ballots have files.

    Raises MissingKeys when one lacks its key, after all others.
    """
    missing: MissingKeys | None = None
    made = 0
    for ballot in ballots(session, *WITH_RESULT):
        try:
            made += kept_records(session, ring=ring, ballot=ballot, folder=folder, city=city) is not None
        except MissingKeys as error:
            missing = error
    if missing is not None:
        raise missing
    return made


def _keep(content: dict[str, bytes], path: Path) -> None:
    """The file gets its name only when it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with draft.open("xb") as target:
        write(content, target)
        target.flush()
        os.fsync(target.fileno())
    draft.rename(path)
