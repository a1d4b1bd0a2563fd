"""Keeping the catalogue of programmes, checking what fits, applying, and accounting for it."""

from bihaelt.funding.operations.applying import (
    apply,
    change,
    draft_of,
    drop,
    grant,
    permit_early_start,
    plan,
    refuse_application,
    take_back,
)
from bihaelt.funding.operations.checking import check
from bihaelt.funding.operations.programmes import add_programme, edit_programme, end_programme
from bihaelt.funding.operations.reminding import tend
from bihaelt.funding.operations.spending import await_proof, draw, reclaim, settle, submit_proof

__all__ = [
    "add_programme",
    "apply",
    "await_proof",
    "change",
    "check",
    "draft_of",
    "draw",
    "drop",
    "edit_programme",
    "end_programme",
    "grant",
    "permit_early_start",
    "plan",
    "reclaim",
    "refuse_application",
    "settle",
    "submit_proof",
    "take_back",
    "tend",
]
