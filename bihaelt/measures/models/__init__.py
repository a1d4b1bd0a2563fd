"""Measures: the sheet and its rows, its way to a decision, and the regular services that it was checked against."""

from bihaelt.measures.models.services import MeasureService
from bihaelt.measures.models.sheet import (
    Consultation,
    Cosignature,
    Measure,
    MeasureCluster,
    MeasureField,
    Milestone,
    Move,
    OpenPoint,
    Origin,
    Override,
    Partner,
    Revision,
    SheetVersion,
    Succession,
    YearCost,
)

__all__ = [
    "Consultation",
    "Cosignature",
    "Measure",
    "MeasureCluster",
    "MeasureField",
    "MeasureService",
    "Milestone",
    "Move",
    "OpenPoint",
    "Origin",
    "Override",
    "Partner",
    "Revision",
    "SheetVersion",
    "Succession",
    "YearCost",
]
