"""What a file of an existing plan and its rows can be, and what the acts on it are called."""

from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled

MOST_BYTES = 500 * 1024
MOST_ROWS = 500  # measures; each is written with its texts, its version and its entry in the record
MOST_CHARACTERS = 1_500_000


class ImportState(StrEnum):
    PREVIEW = "preview"
    DONE = "done"
    UNDONE = "undone"


labelled(
    {
        ImportState.PREVIEW: N_("To be confirmed"),
        ImportState.DONE: N_("Imported"),
        ImportState.UNDONE: N_("Undone"),
    }
)


class RowState(StrEnum):
    """NEW: becomes a measure; FAULT: says what is wrong; KNOWN: there is such a measure; KEPT: was worked on since."""

    NEW = "new"
    FAULT = "fault"
    KNOWN = "known"
    DONE = "done"
    UNDONE = "undone"
    KEPT = "kept"


labelled(
    {
        RowState.NEW: N_("Becomes a measure"),
        RowState.FAULT: N_("Needs correction"),
        RowState.KNOWN: N_("There already"),
        RowState.DONE: N_("Imported"),
        RowState.UNDONE: N_("Undone"),
        RowState.KEPT: N_("Worked on since, kept"),
    }
)
name_acts(
    {
        "plan_import.done": N_("Existing plan taken over"),
        "plan_import.undone": N_("Taking over of a plan undone"),
    }
)
name_details({"measures": Detail(N_("Measures"), As.NUMBER), "kept": Detail(N_("Kept"), As.NUMBER)})
