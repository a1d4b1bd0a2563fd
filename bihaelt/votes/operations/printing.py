"""What is printed for a vote: letters with codes, and ballot sheets, as tagged PDF (PDF/UA-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bihaelt.printing import Said, press
from bihaelt.settings import ROOT

TEMPLATES = ROOT / "templates" / "ballots" / "print"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter or ballot sheet. ``qr`` is what its picture says, ``address`` the lines in the window (may be empty)."""

    number: str
    code: str
    qr: str
    address: tuple[str, ...] = ()


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
    return press(
        TEMPLATES / "letters.typ",
        {"sheets": _rows(sheets), "words": dict(words), "others": _rows(others), "sender": sender},
    )


def ballot_sheets(
    sheets: Sequence[Sheet], *, words: Mapping[str, Any], questions: Sequence[PrintedQuestion], marks: str,
    language: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """Ballot sheets in one language. ``marks``: box, points, answers or ranks. Raises NotPrinted."""
    data = {"sheets": _rows(sheets), "words": dict(words), "questions": _rows(questions), "marks": marks}
    return press(TEMPLATES / "sheets.typ", {**data, "language": dict(language)})


def _rows(things: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(thing) for thing in things]
