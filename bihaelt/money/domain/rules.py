"""The sixteen rules of the money (requirements §2.4), one plain function each: facts in, a verdict with its figures out.

Booking and the what-if page call the same functions. Amounts are integer cents; ``Cents`` among a verdict's values is
shown as euros. A rule that does not apply to the case at hand answers ALLOWED.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bihaelt.funding.domain import own_share
from bihaelt.marks import N_
from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money.domain import BudgetState
from bihaelt.money.domain.facts import Allocating, GrantFacts, Moving, Relation, Spending, Sums
from bihaelt.verdicts import ALLOWED, Cents, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. ``blocks``: a no keeps the act from being booked; else it is a warning."""

    rule: str
    verdict: Verdict
    blocks: bool = True


def b1(facts: Spending) -> Verdict:
    """No more is committed than is available to the measure; where the pool could help, it says how."""
    source = facts.sums.available if facts.grant is None else min(facts.sums.available, facts.grant.left)
    if facts.grant is None:
        source = min(source, facts.sums.own_free)
    gap = facts.fresh - source
    if gap <= 0:
        return ALLOWED
    values = {"measure": facts.measure, "available": Cents(max(source, 0)), "gap": Cents(gap)}
    if facts.grant is None and facts.mutual and facts.others_movable >= gap:
        return Verdict(
            N_(
                "%(measure)s has %(available)s available, %(gap)s too little. Other measures of the cluster could give "
                "up to %(movable)s: ask for a transfer first."
            ),
            **values, movable=Cents(facts.others_movable),
        )  # fmt: skip
    if facts.grant is None and facts.budget.free >= gap:
        return Verdict(
            N_(
                "%(measure)s has %(available)s available, %(gap)s too little. The cluster's budget has %(free)s that are not "
                "allocated yet: ask for an allocation first."
            ),
            **values, free=Cents(facts.budget.free),
        )  # fmt: skip
    return Verdict(N_("%(measure)s has %(available)s available, %(gap)s too little."), **values)


def b2(facts: Spending) -> Verdict:
    """The sum of a cluster is binding: spent and committed money never exceed the year's budget."""
    over = facts.budget.used + facts.fresh - facts.budget.ceiling
    if over <= 0:
        return ALLOWED
    return Verdict(
        N_(
            "The budget of the cluster for %(year)s is %(ceiling)s, of which %(used)s are used. This is %(over)s too much."
        ),
        year=facts.budget.year, ceiling=Cents(facts.budget.ceiling), used=Cents(facts.budget.used), over=Cents(over),
    )  # fmt: skip


def b3(facts: Moving) -> Verdict:
    """Money covers other money only of its own kind: running costs never become an investment, nor the reverse."""
    if facts.source_kind is facts.target_kind:
        return ALLOWED
    return Verdict(
        N_("%(source)s has money for running costs and %(target)s for an investment, or the reverse. Neither covers the other."),
        source=facts.source, target=facts.target,
    )  # fmt: skip


def b4(facts: Moving) -> Verdict:
    """Where the pool is one-way, money goes in its direction only."""
    if facts.relation is not Relation.WRONG_WAY:
        return ALLOWED
    return Verdict(
        N_("Money goes from the cluster of %(target)s to that of %(source)s only, not back."),
        source=facts.source, target=facts.target,
    )  # fmt: skip


def b5(facts: Moving) -> Verdict:
    """Across pools both budget holders and the treasury have to approve. A warning, it only makes the way longer."""
    if facts.relation is not Relation.ACROSS:
        return ALLOWED
    return Verdict(
        N_(
            "%(source)s and %(target)s are in different pools: both budget holders and the treasury have to approve, and "
            "above its threshold the council."
        ),
        source=facts.source, target=facts.target,
    )  # fmt: skip


def b6(facts: Moving) -> Verdict:
    """A granted share is earmarked: it stays with the measure that the grant names."""
    sums = facts.sums
    if facts.grant is None and facts.cents <= sums.movable:
        return ALLOWED
    if facts.grant is None and facts.cents > sums.available:
        return ALLOWED  # B12 says so, with its own figure
    named = facts.grant.title if facts.grant else ", ".join(grant.title for grant in facts.grants)
    if not named:
        return ALLOWED
    return Verdict(
        N_(
            "%(grant)s is earmarked: the grant notice names %(measure)s. At most %(movable)s of the city's own money can be "
            "transferred."
        ),
        grant=named, measure=facts.source, movable=Cents(sums.movable),
    )  # fmt: skip


def b6_grant(grant: GrantFacts, measure: str, year: int) -> Verdict:
    """A grant pays for its measure, purpose and years only, and only once it was granted."""
    if not grant.held:
        return Verdict(N_("%(grant)s is not granted yet."), grant=grant.title)
    if grant.measure != measure:
        return Verdict(
            N_("%(grant)s is earmarked: the grant notice names %(measure)s."), grant=grant.title, measure=grant.measure
        )
    if not grant.fits_purpose:
        return Verdict(N_("%(grant)s does not pay for this cluster."), grant=grant.title)
    if not grant.first_year <= year <= grant.last_year:
        return Verdict(
            N_("%(grant)s pays for the years %(first)s to %(last)s only."),
            grant=grant.title, first=grant.first_year, last=grant.last_year,
        )  # fmt: skip
    return ALLOWED


def b6_spending(facts: Spending) -> Verdict:
    return b6_grant(facts.grant, facts.measure, facts.year) if facts.grant else ALLOWED


def b7(facts: Spending) -> Verdict:
    """Own money comes after funding programmes: not while their check is open, unless the plan owner says why."""
    if facts.grant is not None or facts.check is not FundingCheck.OPEN or facts.override.strip() or not facts.fresh:
        return ALLOWED
    return Verdict(
        N_(
            "The funding check of %(measure)s is still open, and the city's own money comes last. Only the plan owner can "
            "commit %(cents)s before that, with a reason."
        ),
        measure=facts.measure, cents=Cents(facts.cents),
    )  # fmt: skip


def b8(facts: Spending) -> Verdict:
    """The same contract is not paid by two programmes."""
    if not facts.paid_by_other or facts.grant is None:
        return ALLOWED
    return Verdict(
        N_("%(other)s already pays for this contract. Two programmes must not pay for the same cost."),
        other=facts.paid_by_other,
    )


def b8_allocating(facts: Allocating) -> Verdict:
    """All granted shares together pay no more than the measure costs."""
    if facts.grant is None or facts.granted_given + facts.cents <= facts.planned:
        return ALLOWED
    return Verdict(
        N_("All grants together would pay %(granted)s, and %(measure)s costs %(planned)s."),
        granted=Cents(facts.granted_given + facts.cents), measure=facts.measure, planned=Cents(facts.planned),
    )  # fmt: skip


def b9(facts: Spending) -> Verdict:
    """A later year is bound only with an authorisation for it (Verpflichtungsermächtigung)."""
    if facts.year <= facts.today.year or facts.ve.strip():
        return ALLOWED
    return Verdict(
        N_("%(year)s is a later year: binding it needs an authorisation. Enter its reference."), year=facts.year
    )


def b10(facts: Spending) -> Verdict:
    """Nothing new is bound while the budget is frozen, planned or closed; a legal duty is met also in a freeze."""
    state, new = facts.budget.state, facts.fresh > 0
    if state is BudgetState.CLOSED:
        return Verdict(N_("The budget of %(year)s is closed."), year=facts.budget.year)
    if state is BudgetState.PLANNED and facts.year <= facts.today.year:
        return Verdict(N_("The budget of %(year)s is not released yet."), year=facts.budget.year)
    if state is BudgetState.BLOCKED and new and not facts.legal_duty:
        return Verdict(
            N_("The budget of %(year)s is frozen. Only what the city is bound to by law can be booked."),
            year=facts.budget.year,
        )
    return ALLOWED


def b10_moving(facts: Moving) -> Verdict:
    """No money leaves or enters a budget that is frozen or closed."""
    states = {facts.source_state, facts.target_state}
    if BudgetState.BLOCKED in states:
        return Verdict(N_("One of the two budgets is frozen."))
    if BudgetState.CLOSED in states:
        return Verdict(N_("One of the two budgets is closed."))
    return ALLOWED


def b11(facts: Spending) -> Verdict:
    """Category C holds ideas: nothing is committed on them."""
    if facts.category is not Category.C:
        return ALLOWED
    return Verdict(
        N_("%(measure)s is an idea in category C. %(cents)s can be committed once it is in category B."),
        measure=facts.measure, cents=Cents(facts.cents),
    )  # fmt: skip


def b12(facts: Moving) -> Verdict:
    """A transfer never takes what is spent or committed already."""
    if facts.cents <= facts.sums.available and (facts.cents <= facts.sums.movable or facts.grant or facts.grants):
        return ALLOWED
    return Verdict(
        N_(
            "%(source)s has %(given)s, of which %(used)s are committed or spent. At most %(movable)s can be transferred."
        ),
        source=facts.source, given=Cents(facts.sums.given), used=Cents(facts.sums.used),
        movable=Cents(facts.sums.movable),
    )  # fmt: skip


def b13(cents: int, sums: Sums, *, year: int, today: date, next_state: BudgetState | None) -> Verdict:
    """What is left at the year's end expires, unless it is carried forward: from November on, and never a granted share."""
    if today < date(year, 11, 1):
        return Verdict(N_("Money can be carried forward from 1 November %(year)s on."), year=year)
    if next_state is None:
        return Verdict(N_("There is no budget for %(year)s yet."), year=year + 1)
    if next_state is BudgetState.CLOSED:
        return Verdict(N_("The budget of %(year)s is closed."), year=year + 1)
    if cents > sums.movable:
        return Verdict(
            N_("At most %(movable)s of the city's own money are unused and can be carried forward."),
            movable=Cents(sums.movable),
        )
    return ALLOWED


def b14(facts: Allocating) -> Verdict:
    """The city's share that a grant asks for is allocated before the grant."""
    if facts.grant is None:
        return ALLOWED
    needed = own_share(facts.granted_given + facts.cents, facts.grant.own_share)
    if facts.own_given >= needed:
        return ALLOWED
    return Verdict(
        N_("%(grant)s asks for %(needed)s of the city's own money (%(percent)s percent). Only %(own)s are allocated."),
        grant=facts.grant.title, needed=Cents(needed), percent=facts.grant.own_share, own=Cents(facts.own_given),
    )  # fmt: skip


def b15(cents: int, seen: int | None, available: int) -> Verdict:
    """Two people at once: what the first has booked, the second no longer has."""
    if seen is None or not available < cents <= seen:
        return ALLOWED
    return Verdict(
        N_("Meanwhile somebody else has booked: of %(seen)s only %(available)s are available now."),
        seen=Cents(seen), available=Cents(max(available, 0)),
    )  # fmt: skip


def b15_spending(facts: Spending) -> Verdict:
    return b15(facts.fresh, facts.seen_available, facts.sums.available)


def b15_moving(facts: Moving) -> Verdict:
    return b15(facts.cents, facts.seen_available, facts.sums.movable)


def b16(*, countered: bool, is_counter: bool, in_use: bool) -> Verdict:
    """A booking is never changed. One counter entry takes it back, as long as nothing was built on it."""
    if is_counter:
        return Verdict(N_("This is a counter entry. Book the right amount anew instead."))
    if countered:
        return Verdict(N_("This booking has been corrected already."))
    if in_use:
        return Verdict(N_("Other bookings rest on this one. Correct them first."))
    return ALLOWED


def over_budget(facts: Allocating) -> Verdict:
    """B2 for allocations: all allocations of a cluster stay within its budget."""
    if facts.budget.state is BudgetState.CLOSED:
        return Verdict(N_("The budget of %(year)s is closed."), year=facts.budget.year)
    if facts.budget.state is BudgetState.BLOCKED and facts.cents > 0:
        return Verdict(
            N_("The budget of %(year)s is frozen. Only what the city is bound to by law can be booked."),
            year=facts.budget.year,
        )
    if facts.cents <= facts.budget.free:
        return ALLOWED
    return Verdict(
        N_("Of the cluster's budget for %(year)s only %(free)s are not allocated yet."),
        year=facts.budget.year, free=Cents(max(facts.budget.free, 0)),
    )  # fmt: skip


def above_plan(facts: Allocating) -> bool:
    """Whether the measure would have more than its sheet says that it costs: then four eyes are needed."""
    return facts.given + facts.cents > facts.planned


def spending(facts: Spending) -> Sequence[Finding]:
    """What the rules say about a commitment or an expense, the hardest no first."""
    return tuple(
        Finding(name, rule(facts))
        for name, rule in (
            ("B11", b11), ("B10", b10), ("B6", b6_spending), ("B7", b7), ("B8", b8), ("B9", b9), ("B15", b15_spending),
            ("B1", b1), ("B2", b2),
        )
    )  # fmt: skip


def moving(facts: Moving) -> Sequence[Finding]:
    """What the rules say about a transfer, the hardest no first; B5 only makes the way longer."""
    return (
        *(
            Finding(name, rule(facts))
            for name, rule in (
                ("B4", b4), ("B3", b3), ("B10", b10_moving), ("B15", b15_moving), ("B12", b12), ("B6", b6),
            )
        ),
        Finding("B5", b5(facts), blocks=False),
    )  # fmt: skip


def allocating(facts: Allocating) -> Sequence[Finding]:
    """What the rules say about an allocation."""
    return (Finding("B2", over_budget(facts)), Finding("B8", b8_allocating(facts)), Finding("B14", b14(facts)))


def first_no(findings: Iterable[Finding]) -> Finding | None:
    """The finding that refuses the act, if any."""
    return next((finding for finding in findings if finding.blocks and not finding.verdict), None)


# What each rule is about, for the page that shows what they say.
NAMES: Mapping[str, str] = {
    "B1": N_("Enough is available to the measure"),
    "B2": N_("The cluster's budget is kept"),
    "B3": N_("The money is of the same kind"),
    "B4": N_("The direction of the pool is kept"),
    "B5": N_("Both are in one pool"),
    "B6": N_("Granted money stays with its purpose"),
    "B7": N_("Funding programmes are checked first"),
    "B8": N_("No cost is paid twice"),
    "B9": N_("Later years have an authorisation"),
    "B10": N_("The budget is open for booking"),
    "B11": N_("The measure is in category A or B"),
    "B12": N_("Commitments stay covered"),
    "B13": N_("What is left at the year's end"),
    "B14": N_("The city's share is covered"),
    "B15": N_("Nobody was faster"),
    "B16": N_("Bookings are corrected, never changed"),
}
