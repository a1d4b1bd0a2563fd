"""Orders for the printing press (press.py): letters with codes, and ballot sheets, as tagged PDF (PDF/UA-1)."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bihaelt.marks import N_
from bihaelt.settings import ROOT
from bihaelt.verdicts import DomainError

log = logging.getLogger("bihaelt.printing")
PRESS = Path(__file__).with_name("press.py")
TEMPLATES = ROOT / "templates" / "ballots" / "print"
WAIT_SECONDS = 120


class NotPrinted(DomainError):
    """The press failed; nothing was written."""

    def __init__(self) -> None:
        super().__init__(N_("The pages could not be printed. Nothing was changed. Please try again."))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter or ballot sheet. ``qr`` is what its picture says, ``address`` the lines in the window (may be empty)."""

    number: str
    code: str
    qr: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A text in its own language and direction."""

    text: str
    lang: str
    dir: str


@dataclass(frozen=True, slots=True)
class PrintedOption:
    """``number`` counts from 1 within its question: it is what is typed in."""

    number: int
    title: Said
    cost: str


@dataclass(frozen=True, slots=True)
class PrintedQuestion:
    title: Said
    note: str
    options: tuple[PrintedOption, ...]


def letters(sheets: Sequence[Sheet], *, words: Mapping[str, Any], others: Sequence[Said], sender: str) -> bytes:
    """Letters, one page each, in German with a line in every other language. Raises NotPrinted."""
    return press("letters", {"sheets": _rows(sheets), "words": dict(words), "others": _rows(others), "sender": sender})


def ballot_sheets(
    sheets: Sequence[Sheet], *, words: Mapping[str, Any], questions: Sequence[PrintedQuestion], marks: str,
    language: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """Ballot sheets in one language. ``marks``: box, points, answers or ranks. Raises NotPrinted."""
    data = {"sheets": _rows(sheets), "words": dict(words), "questions": _rows(questions), "marks": marks}
    return press("sheets", {**data, "language": dict(language)})


def press(template: str, data: Mapping[str, Any], kind: str = "pdf") -> bytes:
    """Run the press in a process of its own. Raises NotPrinted."""
    order = {"template": str(TEMPLATES / f"{template}.typ"), "data": data, "format": kind}
    try:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-P", str(PRESS)], input=json.dumps(order).encode(), capture_output=True, check=True,
            timeout=WAIT_SECONDS,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        log.error(
            "the printing press failed: %s", (getattr(error, "stderr", None) or b"").decode("utf-8", "replace")[-2000:]
        )
        raise NotPrinted from error
    return done.stdout


def _rows(things: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(thing) for thing in things]
