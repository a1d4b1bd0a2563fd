"""What a sheet still lacks before category B, before category A, and before a body decides."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum

from bihaelt.marks import N_, labelled
from bihaelt.measures.domain.parts import Brake, FundingCheck, Need, ServiceCheck
from bihaelt.measures.domain.sheet import Section, Sheet
from bihaelt.measures.domain.states import STARTED, Category, MeasureState


class Gate(StrEnum):
    """The doors on a measure's way."""

    B = "B"
    A = "A"
    DECISION = "decision"


labelled({Gate.B: N_("Category B"), Gate.A: N_("Category A"), Gate.DECISION: N_("Decision of a body")})


class Gap(StrEnum):
    """What a measure still lacks for a gate."""

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
    KIND = "kind"
    TARGET = "target"
    CARRIER = "carrier"


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
        Gap.PERIOD: N_("The beginning is set, and an end or a day of review"),
        Gap.STARTED: N_("The first day has come"),
        Gap.RUNNING: N_("The measure is running or completed"),
        Gap.KIND: N_("It is said what kind of measure it is"),
        Gap.TARGET: N_("It is said whom it is for"),
        Gap.CARRIER: N_("It is said who carries it out"),
    }
)
# In which section of the sheet a gap is closed; the check of funding programmes has a page of its own.
WHERE: Mapping[Gap, Section] = {
    Gap.NEED: Section.NEED, Gap.GOAL: Section.NEED, Gap.SERVICE: Section.SERVICE, Gap.GENDER: Section.PEOPLE,
    Gap.TARGET: Section.PEOPLE, Gap.OFFICE: Section.RESPONSIBLE, Gap.GROUP: Section.RESPONSIBLE,
    Gap.AMOUNT: Section.MONEY, Gap.PERIOD: Section.TIME, Gap.STARTED: Section.TIME, Gap.KIND: Section.BASICS,
    Gap.CARRIER: Section.PARTNERS,
}  # fmt: skip
Rule = tuple[Gap, Callable[[Sheet], bool]]
BEFORE_B: Sequence[Rule] = (
    (Gap.NEED, lambda sheet: sheet.need is Need.NONE or (sheet.need is Need.SHOWN and bool(sheet.part("need")))),
    (Gap.SERVICE, lambda sheet: sheet.service_check is not ServiceCheck.OPEN),
    (Gap.FUNDING, lambda sheet: sheet.funding_check is not FundingCheck.OPEN),
    (Gap.GENDER, lambda sheet: sheet.gender_checked),
    (Gap.OFFICE, lambda sheet: sheet.office_id is not None),
    (Gap.GROUP, lambda sheet: sheet.working_group_id is not None),
    (Gap.GOAL, lambda sheet: bool(sheet.part("goal"))),
    (Gap.AMOUNT, lambda sheet: sheet.planned_cents > 0),
    (Gap.PERIOD, lambda sheet: sheet.starts_on is not None and (sheet.ends_on or sheet.review_on) is not None),
)
# Before a body decides, it is beyond that clear what it is, for whom, and who does it (R18).
BEFORE_DECISION: Sequence[Rule] = (
    *BEFORE_B,
    (Gap.KIND, lambda sheet: sheet.kind is not None),
    (Gap.TARGET, lambda sheet: bool(sheet.part("target_group"))),
    (Gap.CARRIER, lambda sheet: sheet.carried),
)
# A brake that was released with a public reason closes the gap that it stands for.
RELEASES: Mapping[Brake, Callable[[Gap, Sheet], bool]] = {
    Brake.NEED: lambda gap, _sheet: gap is Gap.NEED,
    Brake.NEW_NEED: lambda _gap, _sheet: False,
    Brake.SERVICE: lambda gap, _sheet: gap is Gap.SERVICE,
    Brake.END: lambda gap, sheet: gap is Gap.PERIOD and sheet.starts_on is not None,
    Brake.DUPLICATE: lambda _gap, _sheet: False,
}


def gaps(
    sheet: Sheet, category: Category, *, state: MeasureState, today: date, released: Collection[Brake] = ()
) -> Sequence[Gap]:
    """What a measure lacks for ``category``, in the order of the sheet; empty when the gate is open (R21, R26–R30).

    C has no gate. B wants a complete sheet. A wants, beyond that, that the first day has come and the measure runs,
    pauses or is done; a measure that was set going at once (``ad_hoc``, R28) needs the complete sheet only.
    ``released`` are the brakes that somebody released with a reason.
    """
    if category is Category.C:
        return ()
    found = _open(sheet, BEFORE_B, released)
    if category is Category.A and not sheet.ad_hoc:
        if sheet.starts_on is None or sheet.starts_on > today:
            found.append(Gap.STARTED)
        if state not in STARTED:
            found.append(Gap.RUNNING)
    return found


def undecidable(sheet: Sheet, released: Collection[Brake] = ()) -> Sequence[Gap]:
    """What a sheet lacks before a body can decide it; empty when it is ready."""
    return _open(sheet, BEFORE_DECISION, released)


def at_gates(
    sheet: Sheet, *, state: MeasureState, today: date, released: Collection[Brake] = ()
) -> Mapping[Gate, Sequence[Gap]]:
    """What is missing at each gate."""
    return {
        Gate.B: gaps(sheet, Category.B, state=state, today=today, released=released),
        Gate.A: gaps(sheet, Category.A, state=state, today=today, released=released),
        Gate.DECISION: undecidable(sheet, released),
    }


def _open(sheet: Sheet, rules: Sequence[Rule], released: Collection[Brake]) -> list[Gap]:
    return [
        gap
        for gap, closed in rules
        if not closed(sheet) and not any(RELEASES[brake](gap, sheet) for brake in released)
    ]  # fmt: skip
