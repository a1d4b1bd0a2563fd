"""The facts that the rules of the money judge. Amounts are integer cents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money.domain import BudgetState, MoneyKind


@dataclass(frozen=True, slots=True)
class Sums:
    """An account: a measure in a year. ``own_free``: what is left of the city's own money, grants left out."""

    allocated: int = 0
    transfers_in: int = 0
    transfers_out: int = 0
    carried: int = 0
    bound: int = 0
    settled: int = 0
    actual: int = 0
    own_free: int = 0

    @property
    def open(self) -> int:
        """Commitments that no expense has used yet."""
        return self.bound - self.settled

    @property
    def used(self) -> int:
        """Spent, and committed on top of it."""
        return self.actual + self.open

    @property
    def given(self) -> int:
        """What the measure may use in the year, however it came."""
        return self.allocated + self.transfers_in - self.transfers_out + self.carried

    @property
    def available(self) -> int:
        return self.given - self.used

    @property
    def movable(self) -> int:
        """What may go to another measure: never a granted share, never what is used."""
        return max(0, min(self.available, self.own_free))


@dataclass(frozen=True, slots=True)
class Budget:
    """A cluster in a year. ``moved``: what came from other clusters less what went there; ``carried`` from last year."""

    year: int
    cents: int = 0
    allocated: int = 0
    used: int = 0
    moved: int = 0
    carried: int = 0
    state: BudgetState = BudgetState.RELEASED

    @property
    def ceiling(self) -> int:
        return self.cents + self.moved + self.carried

    @property
    def free(self) -> int:
        """What the pool has not allocated yet."""
        return self.cents - self.allocated


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A grant (Bescheid): whom it names, for which years (inclusive), and what is left of it. ``own_share`` in percent."""

    name: str
    measure: str
    cents: int
    used: int = 0
    first_year: int = 0
    last_year: int = 9999
    held: bool = True
    fits_purpose: bool = True
    own_share: int = 0
    reference: str = ""

    @property
    def title(self) -> str:
        """As it is named in a reason: the programme, and the reference of the notice where there is one."""
        return f"{self.name} ({self.reference})" if self.reference else self.name

    @property
    def left(self) -> int:
        return self.cents - self.used


class Relation(StrEnum):
    """How two measures stand to each other's money."""

    MUTUAL = "mutual"
    ONE_WAY = "one_way"
    WRONG_WAY = "wrong_way"
    ACROSS = "across"


@dataclass(frozen=True, slots=True)
class Spending:
    """A commitment or expense that somebody wants to book.

    ``grant`` None: the city's own money. ``settles``: the part of an expense that an open commitment covers already.
    ``pool_free``: what the pool could still allocate; ``others_movable``: what other measures of it could give.
    """

    cents: int
    measure: str
    category: Category
    sums: Sums
    budget: Budget
    year: int
    today: date
    grant: GrantFacts | None = None
    check: FundingCheck = FundingCheck.SUITABLE
    override: str = ""
    legal_duty: bool = False
    ve: str = ""
    settles: int = 0
    others_movable: int = 0
    mutual: bool = True
    paid_by_other: str = ""
    seen_available: int | None = None

    @property
    def fresh(self) -> int:
        """What is not covered by an open commitment."""
        return self.cents - self.settles


@dataclass(frozen=True, slots=True)
class Moving:
    """A transfer from one measure to another in one year. ``grant``: the grant that the money would come from."""

    cents: int
    source: str
    target: str
    sums: Sums
    relation: Relation
    source_kind: MoneyKind = MoneyKind.CONSUMPTIVE
    target_kind: MoneyKind = MoneyKind.CONSUMPTIVE
    source_state: BudgetState = BudgetState.RELEASED
    target_state: BudgetState = BudgetState.RELEASED
    grants: Sequence[GrantFacts] = field(default=())
    grant: GrantFacts | None = None
    seen_available: int | None = None


@dataclass(frozen=True, slots=True)
class Allocating:
    """Money from the pool to a measure. ``planned``: the cost on the sheet; ``given``: over all years so far."""

    cents: int
    measure: str
    budget: Budget
    planned: int
    given: int
    grant: GrantFacts | None = None
    own_given: int = 0
    granted_given: int = 0
