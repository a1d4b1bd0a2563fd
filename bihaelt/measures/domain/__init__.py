"""A measure: its category, its state, what it takes over from proposals, and the gates before B and A."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.measures.domain.parts import *
from bihaelt.measures.domain.states import *
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError


class Takes(StrEnum):
    """How far a measure takes a proposal over."""

    FULLY = "fully"
    PART = "part"
    SPIRIT = "spirit"


labelled({Takes.FULLY: N_("in full"), Takes.PART: N_("in part"), Takes.SPIRIT: N_("in spirit")})


PARTS = ("need", "goal", "target_group", "gender", "access", "steps", "participation", "risks", "handover")

name_acts(
    {
        "measure.drafted": N_("Measure drafted"),
        "measure.changed": N_("Measure sheet changed"),
        "measure.linked": N_("Proposal linked with the measure"),
        "measure.unlinked": N_("Link with a proposal removed"),
        "measure.moved": N_("Measure moved to another category"),
        "measure.state": N_("State of the measure changed"),
        "measure.booked": N_("Committed and spent money updated"),
    }
)
name_details(
    {
        "old": Detail(N_("Before")),
        "new": Detail(N_("Now")),
        "old_state": Detail(N_("Before"), enum=MeasureState),
        "new_state": Detail(N_("Now"), enum=MeasureState),
        "committed": Detail(N_("Committed"), As.MONEY),
        "spent": Detail(N_("Spent"), As.MONEY),
        "measure_number": Detail(N_("Measure")),
        "takes": Detail(N_("Takes the proposal over"), enum=Takes),
    }
)

TAKES: Mapping[Outcome, frozenset[Takes]] = {
    Outcome.ACCEPTED: frozenset(Takes),
    Outcome.PARTLY: frozenset({Takes.PART, Takes.SPIRIT}),
}


@dataclass(frozen=True, slots=True)
class Take:
    """How a measure takes a proposal over; ``part`` says which part."""

    proposal_id: int
    takes: Takes
    part: str = ""


def fitting(take: Take, outcome: Outcome | None) -> Take:
    """The take, if the proposal's outcome allows it; raises DomainError otherwise.

    A measure comes from a proposal that was accepted, fully or in part; what was accepted in part cannot be taken
    over in full, and "in part" says which part.
    """
    allowed = TAKES.get(outcome, frozenset()) if outcome is not None else frozenset()
    if not allowed:
        raise DomainError(N_("Only an accepted proposal becomes a measure."), field="takes")
    if take.takes not in allowed:
        raise DomainError(N_("This proposal was accepted in part. It cannot be taken over in full."), field="takes")
    if take.takes is Takes.PART and not take.part.strip():
        raise DomainError(N_("Say which part is taken over."), field="part")
    return take if take.takes is Takes.PART else Take(take.proposal_id, take.takes)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measure sheet as one thing. ``words``: title, body = short description, extra as in ``PARTS``; money in cents."""

    words: Words
    cluster_id: int
    field_ids: frozenset[int] = frozenset()
    district_id: int | None = None
    office_id: int | None = None
    working_group_id: int | None = None
    carrier_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    planned_cents: int = 0
    need: Need = Need.OPEN
    service_check: ServiceCheck = ServiceCheck.OPEN
    service_id: int | None = None
    funding_check: FundingCheck = FundingCheck.OPEN
    funding_note: str = ""
    gender_checked: bool = False
    ad_hoc: bool = False


def consistent(sheet: Sheet) -> Sheet:
    """The sheet, if its parts do not contradict each other; raises DomainError at the field otherwise."""
    linked = sheet.service_check is ServiceCheck.LINKED
    ends_early = sheet.ends_on is not None and sheet.starts_on is not None and sheet.ends_on < sheet.starts_on
    for field, wrong, message in (
        ("title", not sheet.words.title, N_("Enter a title.")),
        ("body", not sheet.words.body, N_("Describe the measure in a few sentences.")),
        ("ends_on", ends_early, N_("The end comes before the beginning.")),
        ("service", linked and sheet.service_id is None, N_("Choose the regular service.")),
        ("service_check", not linked and sheet.service_id is not None, N_("Say that the regular service is linked.")),
        ("planned", sheet.planned_cents < 0, N_("Enter an amount of money.")),
    ):
        if wrong:
            raise DomainError(message, field=field)
    return sheet


class Gap(StrEnum):
    """What a measure still lacks for a category."""

    NEED = "need"
    SERVICE = "service"
    FUNDING = "funding"
    GENDER = "gender"
    OFFICE = "office"
    GROUP = "group"
    GOAL = "goal"
    AMOUNT = "amount"
    PERIOD = "period"
    STARTED = "started"
    RUNNING = "running"


labelled(
    {
        Gap.NEED: N_("The need is shown in words, or it is said that there is no new need"),
        Gap.SERVICE: N_("A regular service is linked, or it is said that there is none"),
        Gap.FUNDING: N_("Funding programmes are checked"),
        Gap.GENDER: N_("The gender aspect is checked"),
        Gap.OFFICE: N_("An office is responsible"),
        Gap.GROUP: N_("A working group is named"),
        Gap.GOAL: N_("The goal is written down"),
        Gap.AMOUNT: N_("The planned amount is more than zero"),
        Gap.PERIOD: N_("Beginning and end are set"),
        Gap.STARTED: N_("The first day has come"),
        Gap.RUNNING: N_("The measure is running or completed"),
    }
)
BEFORE_B: Sequence[tuple[Gap, Callable[[Sheet], bool]]] = (
    (
        Gap.NEED,
        lambda sheet: sheet.need is Need.NONE or (sheet.need is Need.SHOWN and bool(sheet.words.extra.get("need"))),
    ),
    (Gap.SERVICE, lambda sheet: sheet.service_check is not ServiceCheck.OPEN),
    (Gap.FUNDING, lambda sheet: sheet.funding_check is not FundingCheck.OPEN),
    (Gap.GENDER, lambda sheet: sheet.gender_checked),
    (Gap.OFFICE, lambda sheet: sheet.office_id is not None),
    (Gap.GROUP, lambda sheet: sheet.working_group_id is not None),
    (Gap.GOAL, lambda sheet: bool(sheet.words.extra.get("goal"))),
    (Gap.AMOUNT, lambda sheet: sheet.planned_cents > 0),
    (Gap.PERIOD, lambda sheet: sheet.starts_on is not None and sheet.ends_on is not None),
)


def gaps(sheet: Sheet, category: Category, *, state: MeasureState, today: date) -> Sequence[Gap]:
    """What a measure lacks for ``category``, in the order of the sheet; empty when the gate is open (R21, R26–R30).

    C has no gate. B wants a complete sheet. A wants, beyond that, that the first day has come and the measure runs,
    pauses or is done; a measure that was set going at once (``ad_hoc``, R28) needs the complete sheet only.
    """
    if category is Category.C:
        return ()
    found = [gap for gap, closed in BEFORE_B if not closed(sheet)]
    if category is Category.A and not sheet.ad_hoc:
        if sheet.starts_on is None or sheet.starts_on > today:
            found.append(Gap.STARTED)
        if state not in STARTED:
            found.append(Gap.RUNNING)
    return found


def next_number(last: str | None) -> str:
    """The number after ``last`` ("M007" -> "M008"); the first is M001, and M999 is followed by M1000."""
    count = int(last[1:]) + 1 if last else 1
    return f"M{count:03}"
