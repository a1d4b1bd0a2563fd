"""Reading reporting rounds: what is owed, what was reported, and the controlling report of a period."""

from bihaelt.controlling.queries.lines import MeasureLine, lines, missing
from bihaelt.controlling.queries.measures import Report, facts, report, report_of_measure, reports
from bihaelt.controlling.queries.period import (
    Change,
    ClusterLine,
    Deadline,
    FieldLine,
    Participation,
    PeriodReport,
    TransferLine,
    report_of,
)
from bihaelt.controlling.queries.rounds import (
    DeskRow,
    Owed,
    RoundRow,
    desk,
    next_owed,
    owed,
    round,
    round_of,
    rounds,
    states,
)

__all__ = [
    "Change",
    "ClusterLine",
    "Deadline",
    "DeskRow",
    "FieldLine",
    "MeasureLine",
    "Owed",
    "Participation",
    "PeriodReport",
    "Report",
    "RoundRow",
    "TransferLine",
    "desk",
    "facts",
    "lines",
    "missing",
    "next_owed",
    "owed",
    "report",
    "report_of",
    "report_of_measure",
    "reports",
    "round",
    "round_of",
    "rounds",
    "states",
]
