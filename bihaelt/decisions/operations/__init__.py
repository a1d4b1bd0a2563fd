"""Preparing, checking and publishing decisions."""

from bihaelt.decisions.operations.preparing import check, prepare, send_back, translate, untold
from bihaelt.decisions.operations.publishing import publish_all

__all__ = ["check", "prepare", "publish_all", "send_back", "translate", "untold"]
