"""Funding programmes: who pays, for what and when; the check of each measure; and the life of an application (R38–R40)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.measures.domain import FundingCheck
from bihaelt.verdicts import ALLOWED, Cents, DomainError, Verdict


class Level(StrEnum):
    """Who pays. ``CITY`` is the city's own money, which comes last (R38): it is allocated, nobody applies for it."""

    EU = "eu"
    FEDERAL = "federal"
    STATE = "state"
    FOUNDATION = "foundation"
    CITY = "city"


labelled(
    {
        Level.EU: N_("European Union"),
        Level.FEDERAL: N_("Federal government"),
        Level.STATE: N_("State of North Rhine-Westphalia"),
        Level.FOUNDATION: N_("Foundation"),
        Level.CITY: N_("City"),
    }
)


class FundingState(StrEnum):
    PLANNED = "planned"
    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    DRAWN = "drawn"
    PROOF_DUE = "proof_due"
    PROOF_SUBMITTED = "proof_submitted"
    SETTLED = "settled"
    RECLAIMED = "reclaimed"


labelled(
    {
        FundingState.PLANNED: N_("Planned"),
        FundingState.APPLIED: N_("Applied for"),
        FundingState.GRANTED: N_("Granted"),
        FundingState.REFUSED: N_("Refused"),
        FundingState.DRAWN: N_("Drawn"),
        FundingState.PROOF_DUE: N_("Proof of use due"),
        FundingState.PROOF_SUBMITTED: N_("Proof of use submitted"),
        FundingState.SETTLED: N_("Settled"),
        FundingState.RECLAIMED: N_("Reclaimed"),
    }
)
S = FundingState
TRANSITIONS: Mapping[FundingState, frozenset[FundingState]] = {
    S.PLANNED: frozenset({S.APPLIED}),
    S.APPLIED: frozenset({S.PLANNED, S.GRANTED, S.REFUSED}),
    S.GRANTED: frozenset({S.DRAWN, S.PROOF_DUE, S.REFUSED}),  # a grant can be taken back before money was drawn
    S.REFUSED: frozenset(),
    S.DRAWN: frozenset({S.DRAWN, S.PROOF_DUE, S.RECLAIMED}),
    S.PROOF_DUE: frozenset({S.PROOF_SUBMITTED, S.RECLAIMED}),
    S.PROOF_SUBMITTED: frozenset({S.PROOF_DUE, S.SETTLED, S.RECLAIMED}),
    S.SETTLED: frozenset({S.RECLAIMED}),
    S.RECLAIMED: frozenset(),
}
# What was granted, whatever became of it since: this money is bound to the measure that the grant notice names.
HELD = frozenset({S.GRANTED, S.DRAWN, S.PROOF_DUE, S.PROOF_SUBMITTED, S.SETTLED, S.RECLAIMED})
# What counts as a share of the measure's cost.
COUNTING = frozenset(S) - {S.REFUSED}
# A planned or running application can still be changed.
WAITING = frozenset({S.PLANNED, S.APPLIED})


class Step(StrEnum):
    """What somebody does with an application; each has a form of its own."""

    APPLY = "apply"
    TAKE_BACK = "take-back"
    GRANT = "grant"
    REFUSE = "refuse"
    DRAW = "draw"
    AWAIT_PROOF = "await-proof"
    SUBMIT_PROOF = "submit-proof"
    SETTLE = "settle"
    RECLAIM = "reclaim"


labelled(
    {
        Step.APPLY: N_("Application is sent"),
        Step.TAKE_BACK: N_("Take the application back"),
        Step.GRANT: N_("Enter the grant notice"),
        Step.REFUSE: N_("Enter the refusal"),
        Step.DRAW: N_("Draw money"),
        Step.AWAIT_PROOF: N_("The proof of use is due"),
        Step.SUBMIT_PROOF: N_("Proof of use is sent"),
        Step.SETTLE: N_("Settle"),
        Step.RECLAIM: N_("Money is reclaimed"),
    }
)
LEADS_TO: Mapping[Step, FundingState] = {
    Step.APPLY: S.APPLIED,
    Step.TAKE_BACK: S.PLANNED,
    Step.GRANT: S.GRANTED,
    Step.REFUSE: S.REFUSED,
    Step.DRAW: S.DRAWN,
    Step.AWAIT_PROOF: S.PROOF_DUE,
    Step.SUBMIT_PROOF: S.PROOF_SUBMITTED,
    Step.SETTLE: S.SETTLED,
    Step.RECLAIM: S.RECLAIMED,
}


def steps(state: FundingState) -> tuple[Step, ...]:
    """What can be done next with an application, the usual step first."""
    return tuple(step for step, target in LEADS_TO.items() if target in TRANSITIONS[state])


class Due(StrEnum):
    """What a deadline is about."""

    APPLICATION = "application"
    CHECK = "check"
    PROOF = "proof"


labelled(
    {
        Due.APPLICATION: N_("Application"),
        Due.CHECK: N_("Check of a programme"),
        Due.PROOF: N_("Proof of use"),
    }
)
# How many days before a deadline a letter is sent; 0 is the day after which it is overdue.
REMIND_BEFORE: Mapping[Due, tuple[int, ...]] = {Due.APPLICATION: (28, 7), Due.CHECK: (0,), Due.PROOF: (42, 14, 0)}

name_acts(
    {
        "measure.funded": N_("Funding of the measure changed"),
        "measure.funding_checked": N_("Funding programme checked for the measure"),
        "programme.added": N_("Funding programme added"),
        "programme.changed": N_("Funding programme changed"),
        "programme.ended": N_("Funding programme ended"),
    }
)
name_details(
    {
        "old_cents": Detail(N_("Before"), As.MONEY),
        "new_cents": Detail(N_("Now"), As.MONEY),
        "programme": Detail(N_("Programme")),
        "cost_item": Detail(N_("Cost item")),
        "funding_state": Detail(N_("State"), enum=FundingState),
        "check_result": Detail(N_("Result of the check"), enum=FundingCheck),
        "reference": Detail(N_("Reference of the grant notice")),
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a programme pays for: clusters (none: all), and whole years, both inclusive."""

    cluster_ids: Collection[int]
    first_year: int
    last_year: int
    level: Level = Level.STATE
    ended: bool = False


OUTSIDE_PERIOD = N_("This programme pays for the years %(first)s to %(last)s only.")
WRONG_PURPOSE = N_("This programme does not pay for this cluster.")
ENDED = N_("This programme has ended.")
OWN_MONEY = N_("The city's own money is allocated from the budget of the cluster. Nobody applies for it.")
UNCHECKED = N_("The city's own money comes last: first check whether a funding programme fits.")


def fits(terms: Terms, *, cluster_id: int, first_year: int | None, last_year: int | None) -> Verdict:
    """Whether a programme pays for a cluster and for the years, both inclusive; no years are known yet when None (R40)."""
    begins = first_year if first_year is not None else terms.first_year
    ends = last_year if last_year is not None else begins
    if terms.ended:
        return Verdict(ENDED)
    if terms.cluster_ids and cluster_id not in terms.cluster_ids:
        return Verdict(WRONG_PURPOSE)
    if begins < terms.first_year or ends > terms.last_year:
        return Verdict(OUTSIDE_PERIOD, first=terms.first_year, last=terms.last_year)
    return ALLOWED


def own_money(check: FundingCheck) -> Verdict:
    """Whether the city's own money may follow: not while a check of programmes is open (R38, the fact behind B7)."""
    return Verdict(UNCHECKED) if check is FundingCheck.OPEN else ALLOWED


def sum_of(results: Iterable[FundingCheck]) -> FundingCheck:
    """What all checks of a measure say together: open while any is open, and while there is none (R39)."""
    found = set(results)
    if not found or FundingCheck.OPEN in found:
        return FundingCheck.OPEN
    return FundingCheck.SUITABLE if FundingCheck.SUITABLE in found else FundingCheck.UNSUITABLE


@dataclass(frozen=True, slots=True)
class Share:
    """What one application asks of a programme, in cents, or what was granted. ``cost_item`` empty: the whole measure."""

    programme_id: int
    cents: int
    cost_item: str = ""


def not_twice(share: Share, others: Iterable[Share], cost_cents: int) -> Verdict:
    """B8: all shares together pay no more than the measure costs, and no cost item is paid by two programmes."""
    others = list(others)
    item = share.cost_item.strip().casefold()
    if item and any(
        other.programme_id != share.programme_id and other.cost_item.strip().casefold() == item for other in others
    ):
        return Verdict(N_("Another programme already pays for the cost item “%(item)s”."), item=share.cost_item.strip())
    if sum(other.cents for other in others) + share.cents > cost_cents:
        return Verdict(N_("All programmes together would pay more than is planned."))
    return ALLOWED


def own_share(cents: int, percent: int) -> int:
    """The cents that the city has to add, when a programme pays ``cents`` and wants ``percent`` of the cost from it.

    A programme that wants 20 percent and pays 60,000 euros shares a cost of 75,000; the city adds 15,000. Rounded up.
    """
    if percent >= 100:
        raise ValueError("a programme that pays nothing has no share")
    return -(-cents * percent // (100 - percent))


def share_covered(needed: int, allocated: int) -> Verdict:
    """B14: whether the city's own allocation covers its own share of all programmes, both in cents."""
    if needed <= allocated:
        return ALLOWED
    return Verdict(
        N_("The own share is not covered: %(needed)s are needed, %(allocated)s are allocated."),
        needed=Cents(needed), allocated=Cents(allocated),
    )  # fmt: skip


EARLY = N_("The measure begins before the grant. Ask for permission to start early, or the money may be lost.")


def may_begin(state: FundingState, *, starts_on: date | None, early_start_on: date | None, today: date) -> Verdict:
    """Warns when a measure has begun, or begins within 30 days, before its application was granted."""
    soon = starts_on is not None and starts_on <= today + timedelta(days=30)
    permitted = early_start_on is not None and starts_on is not None and early_start_on <= starts_on
    return Verdict(EARLY) if state in WAITING and soon and not permitted else ALLOWED


@dataclass(frozen=True, slots=True)
class Entry:
    """A programme of the catalogue as it is typed. ``own_share`` in percent, the years inclusive."""

    name: str
    level: Level
    first_year: int
    last_year: int
    own_share: int
    deadline: date | None = None
    note: str = ""
    conditions: str = ""
    link: str = ""
    contact: str = ""
    early_start: bool = True
    proof_months: int = 6
    cluster_ids: frozenset[int] = frozenset()


def consistent(entry: Entry) -> Entry:
    """The entry, if its parts do not contradict each other; raises DomainError at the field otherwise."""
    city = entry.level is Level.CITY
    for field, wrong, message in (
        ("name", not entry.name.strip(), N_("Enter a name.")),
        ("last_year", entry.last_year < entry.first_year, N_("The end comes before the beginning.")),
        ("own_share", not 0 <= entry.own_share <= 100, N_("Enter a number from 0 to 100.")),
        ("own_share", not city and entry.own_share == 100, N_("A programme that pays nothing is none.")),
        (
            "deadline",
            entry.deadline is not None and entry.deadline.year > entry.last_year,
            N_("The programme ends before this day."),
        ),
        (
            "link",
            bool(entry.link) and not entry.link.startswith("https://"),
            N_("Enter an address that begins with https://."),
        ),
        ("proof_months", not 0 <= entry.proof_months <= 60, N_("Enter a number from 0 to 60.")),
    ):
        if wrong:
            raise DomainError(message, field=field)
    return entry


@dataclass(frozen=True, slots=True)
class Draft:
    """An application as it is planned: cents of which programme, for which years (inclusive) and which cost item."""

    programme_id: int
    cents: int
    first_year: int
    last_year: int
    cost_item: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a grant notice (Zuwendungsbescheid) says."""

    cents: int
    reference: str
    decided_on: date
    starts_on: date
    ends_on: date
    conditions: str = ""
    proof_due_on: date | None = None


def refuse(verdict: Verdict, field: str) -> None:
    """Raise a verdict that says no as a DomainError at ``field``."""
    if not verdict:
        raise DomainError(verdict.reason, field=field, **verdict.values)
