"""Council papers and their way; orders of long documents; the folder in which documents lie."""

from bihaelt.documents.operations.builds import advance, begin, expire, fail, finish, give_up, order, renew_booklets
from bihaelt.documents.operations.papers import (
    ask_to_sign,
    cosign,
    decide_measures,
    draft_paper,
    edit_paper,
    record_outcome,
    schedule,
    sign,
    take_back,
)
from bihaelt.documents.operations.shelf import key_of, path, pdf, sweep

__all__ = [
    "advance",
    "ask_to_sign",
    "begin",
    "cosign",
    "decide_measures",
    "draft_paper",
    "edit_paper",
    "expire",
    "fail",
    "finish",
    "give_up",
    "key_of",
    "order",
    "path",
    "pdf",
    "record_outcome",
    "renew_booklets",
    "schedule",
    "sign",
    "sweep",
    "take_back",
]
