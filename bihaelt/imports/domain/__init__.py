"""Taking over an existing plan from a spreadsheet: where its columns go, what its words mean, and what becomes of a row."""

from bihaelt.imports.domain.columns import (
    PARTS,
    WORDY,
    Part,
    Place,
    folded,
    guess,
    guesses,
    heading_of,
    places,
)
from bihaelt.imports.domain.entry import settled
from bihaelt.imports.domain.rows import Decision, Draft, Note, read_row
from bihaelt.imports.domain.states import MOST_BYTES, MOST_CHARACTERS, MOST_ROWS, ImportState, RowState
from bihaelt.imports.domain.words import LEAVE_OUT, LISTS, Names, Wordlist

__all__ = [
    "LEAVE_OUT", "LISTS", "MOST_BYTES", "MOST_CHARACTERS", "MOST_ROWS", "PARTS", "WORDY", "Decision", "Draft", "ImportState",
    "Names", "Note", "Part", "Place", "RowState", "Wordlist", "folded", "guess", "guesses", "heading_of", "places",
    "read_row", "settled",
]  # fmt: skip
