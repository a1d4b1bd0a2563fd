"""A conference and its calendar. A phase is never switched: it follows from the dates and the time of asking."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bihaelt.marks import N_, labelled


class Phase(StrEnum):
    """The phases in their order; each ends (exclusively) where the next begins."""

    PLANNED = "planned"
    COLLECTING = "collecting"
    SCREENING = "screening"
    VOTING = "voting"
    DECIDING = "deciding"
    REPORTING = "reporting"
    DONE = "done"


labelled(
    {
        Phase.PLANNED: N_("Planned"),
        Phase.COLLECTING: N_("Collecting proposals"),
        Phase.SCREENING: N_("Checking proposals"),
        Phase.VOTING: N_("Conference and vote"),
        Phase.DECIDING: N_("Deciding"),
        Phase.REPORTING: N_("Reporting back"),
        Phase.DONE: N_("Done"),
    }
)


class Calendar(Protocol):
    """The deadlines of a conference, aware UTC, each the exclusive end of a phase; ``opened_at`` is the act of opening."""

    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def call_opens(self) -> datetime: ...
    @property
    def call_closes(self) -> datetime: ...
    @property
    def screening_until(self) -> datetime: ...
    @property
    def vote_closes(self) -> datetime: ...
    @property
    def decision_by(self) -> datetime: ...
    @property
    def report_by(self) -> datetime: ...


def phase_at(calendar: Calendar, now: datetime) -> Phase:
    """The phase at ``now``. A conference that was never opened stays planned, whatever its dates say (R3)."""
    if calendar.opened_at is None or now < calendar.call_opens:
        return Phase.PLANNED
    ends = (
        (calendar.call_closes, Phase.COLLECTING),
        (calendar.screening_until, Phase.SCREENING),
        (calendar.vote_closes, Phase.VOTING),
        (calendar.decision_by, Phase.DECIDING),
        (calendar.report_by, Phase.REPORTING),
    )
    return next((phase for end, phase in ends if now < end), Phase.DONE)
