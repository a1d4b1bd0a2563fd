"""Where documents lie as files: in a folder outside of the database, named by what they hold."""

import os
import re
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from bihaelt.documents.domain.blocks import Document
from bihaelt.printing import press
from bihaelt.settings import ROOT

TEMPLATE = ROOT / "templates" / "documents" / "print" / "document.typ"
NAME = re.compile(r"[0-9a-f]{64}")


def key_of(document: Document) -> str:
    """Under which name the document lies: the same content in the same form is one file."""
    return document.content_hash(TEMPLATE.read_bytes())


def path(folder: Path, key: str) -> Path:
    assert NAME.fullmatch(key), key
    return folder / f"{key}.pdf"


def kept(folder: Path, key: str, make: Callable[[], bytes]) -> bytes:
    """The file of that name, made if it is not there. It appears whole or not at all."""
    file = path(folder, key)
    if file.exists():
        return file.read_bytes()
    body = make()
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as part:
        part.write(body)
    Path(name).replace(file)
    return body


def pdf(folder: Path, document: Document) -> bytes:
    """The document as tagged PDF (PDF/UA-1), from the folder if it was set before. Raises NotPrinted."""
    return kept(folder, key_of(document), lambda: press(TEMPLATE, document.data()))


def sweep(folder: Path, needed: Collection[str], before: datetime) -> int:
    """Remove files that no order needs and that were made before a moment; what is missing is made again."""
    removed = 0
    if not folder.is_dir():
        return removed
    for file in [*folder.glob("*.pdf"), *folder.glob("*.part")]:
        if file.stem not in needed and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            removed += 1
    return removed
