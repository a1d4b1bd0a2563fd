"""A ballot's life, its settings, and when it takes papers. Money is whole euros, shares are per mille of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import CITY_ZONE
from bihaelt.verdicts import ALLOWED, DomainError, Verdict
from bihaelt.workdays import day_of


class BallotState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CERTIFIED = "certified"
    CANCELLED = "cancelled"


labelled(
    {
        BallotState.DRAFT: N_("Draft"),
        BallotState.OPEN: N_("Open"),
        BallotState.CLOSED: N_("Closed"),
        BallotState.COUNTED: N_("Counted"),
        BallotState.CERTIFIED: N_("Certified"),
        BallotState.CANCELLED: N_("Cancelled"),
    }
)
# From counted back to closed: papers were invalidated after the count, so it must be counted again.
TRANSITIONS: Mapping[BallotState, frozenset[BallotState]] = {
    BallotState.DRAFT: frozenset({BallotState.OPEN}),
    BallotState.OPEN: frozenset({BallotState.CLOSED, BallotState.CANCELLED}),
    BallotState.CLOSED: frozenset({BallotState.COUNTED, BallotState.CANCELLED}),
    BallotState.COUNTED: frozenset({BallotState.CLOSED, BallotState.CERTIFIED, BallotState.CANCELLED}),
    BallotState.CERTIFIED: frozenset(),
    BallotState.CANCELLED: frozenset(),
}
AFTER_THE_CLOSE = (BallotState.CLOSED, BallotState.COUNTED, BallotState.CERTIFIED)
PUBLIC_STATES = frozenset(BallotState) - {BallotState.DRAFT}


class Method(StrEnum):
    """What people do on a paper."""

    APPROVAL = "approval"
    POINTS = "points"
    YES_NO_ABSTAIN = "yes_no_abstain"
    RANKING = "ranking"


labelled(
    {
        Method.APPROVAL: N_("Tick what you are for"),
        Method.POINTS: N_("Share out points"),
        Method.YES_NO_ABSTAIN: N_("Yes, no or abstain on each proposal"),
        Method.RANKING: N_("Put in order"),
    }
)


class CountRule(StrEnum):
    """How papers are counted; the number is the version of the rule (voting.md, section 8)."""

    EQUAL_SHARES = "mes-add1-eur/1"
    GREEDY = "greedy/1"
    POINTS = "points/1"
    MAJORITY = "majority/1"
    SCHULZE = "schulze/1"
    INSTANT_RUNOFF = "irv/1"


labelled(
    {
        CountRule.EQUAL_SHARES: N_("Method of Equal Shares"),
        CountRule.GREEDY: N_("Most votes first"),
        CountRule.POINTS: N_("Method of Equal Shares with points"),
        CountRule.MAJORITY: N_("More yes than no"),
        CountRule.SCHULZE: N_("Every pair compared (Schulze)"),
        CountRule.INSTANT_RUNOFF: N_("The last one drops out (instant runoff)"),
    }
)
COUNT_RULES: Mapping[Method, tuple[CountRule, ...]] = {
    Method.APPROVAL: (CountRule.EQUAL_SHARES, CountRule.GREEDY),
    Method.POINTS: (CountRule.POINTS,),
    Method.YES_NO_ABSTAIN: (CountRule.MAJORITY,),
    Method.RANKING: (CountRule.SCHULZE, CountRule.INSTANT_RUNOFF),
}


class DecisionRule(StrEnum):
    """How the two electorates make one decision. Their papers are never added up."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"


labelled(
    {
        DecisionRule.R0: N_("People decide, organisations advise"),
        DecisionRule.R1: N_("Both have to agree"),
        DecisionRule.R2: N_("Two shares of one budget"),
        DecisionRule.R3: N_("Two separate budgets"),
    }
)
# Rules that split the money need a count in which papers have money of their own.
SPLITTING = frozenset({DecisionRule.R2, DecisionRule.R3})
SPENDING = frozenset({Method.APPROVAL, Method.POINTS})
SHARING = frozenset({CountRule.EQUAL_SHARES, CountRule.POINTS})


class Channel(StrEnum):
    """On which way a paper came."""

    ONLINE = "online"
    CODE = "code"
    DESK = "desk"
    PAPER = "paper"
    ROOM = "room"


labelled(
    {
        Channel.ONLINE: N_("Online, with an account"),
        Channel.CODE: N_("With the code from a letter"),
        Channel.DESK: N_("At the citizens' desk"),
        Channel.PAPER: N_("On paper"),
        Channel.ROOM: N_("In the room"),
    }
)


class PaperState(StrEnum):
    """``draft`` was never cast; ``withdrawn`` was, and counts no more; ``invalidated`` was taken out by two people."""

    DRAFT = "draft"
    CAST = "cast"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"


VOTING_AGES = (12, 14, 16, 18)
MOST_CHOICES = 30
MOST_POINTS = 100
MOST_EUROS = 1_000_000_000
MOST_WITNESSES = 20
OBJECTION_DAYS = 14
SMALL = 20
"""With fewer papers in a question and electorate, only winners and totals are published (voting.md, section 6)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a ballot that is fixed when it opens, apart from its questions.

    ``opens_at`` and ``closes_at`` (exclusive) are aware UTC. ``percent``: of R1, how many of an electorate's papers
    have to name a winner. ``people_per_mille``: of R2 and R3, the share of the money that people direct.
    ``lottery`` names a public draw on ``lottery_on``, from whose numbers the order of last resort is made. ``quorum``:
    how many witnesses have to countersign the last checkpoint of the log for the result to stand.
    """

    opens_at: datetime
    closes_at: datetime
    method: Method = Method.APPROVAL
    count_rule: CountRule = CountRule.EQUAL_SHARES
    max_choices: int = 10
    encouraged_min: int = 3
    max_points: int = 10
    decision_rule: DecisionRule = DecisionRule.R0
    percent: int = 50
    people_per_mille: int = 500
    min_age: int = 16
    lottery: str = ""
    lottery_on: date | None = None
    objection_days: int = OBJECTION_DAYS
    quorum: int = 0

    def check(self) -> None:
        """Raises DomainError at the first field that does not fit."""
        for field, fits, reason in self._rules():
            if not fits:
                raise DomainError(reason, field=field)

    def _rules(self) -> tuple[tuple[str, bool, str], ...]:
        splits = self.decision_rule in SPLITTING
        return (
            ("closes_at", self.opens_at < self.closes_at, N_("The vote must end after it begins.")),
            ("count_rule", self.count_rule in COUNT_RULES[self.method], N_("This way of counting needs other papers.")),
            ("max_choices", 1 <= self.max_choices <= MOST_CHOICES, N_("Enter a number from 1 to 30.")),
            ("encouraged_min", 0 <= self.encouraged_min <= self.max_choices, N_("Not more than the largest number.")),
            ("max_points", 1 <= self.max_points <= MOST_POINTS, N_("Enter a number from 1 to 100.")),
            (
                "decision_rule",
                not splits or self.count_rule in SHARING,
                N_("This rule needs the Method of Equal Shares."),
            ),
            ("percent", 0 < self.percent <= 100, N_("Enter a percentage from 1 to 100.")),
            ("people_per_mille", 0 <= self.people_per_mille <= 1000, N_("Enter a share from 0 to 1000 per mille.")),
            ("min_age", self.min_age in VOTING_AGES, N_("Choose one of the ages.")),
            ("objection_days", 0 <= self.objection_days <= 365, N_("Enter a number of days from 0 to 365.")),
            ("quorum", 0 <= self.quorum <= MOST_WITNESSES, N_("Enter a number from 0 to 20.")),
            ("lottery", bool(self.lottery) == (self.lottery_on is not None), N_("Name a public draw and its day.")),
            (
                "lottery_on",
                self.lottery_on is None or self.lottery_on >= day_of(self.closes_at, CITY_ZONE),
                N_("The draw must not take place before the vote ends."),
            ),
        )


NOT_YET = N_("The vote begins on %(moment)s.")
OVER = N_("The vote ended on %(moment)s.")
NOT_OPEN = N_("This vote is not open.")
CANCELLED = N_("This vote was cancelled.")


def takes_papers(state: BallotState, opens_at: datetime, closes_at: datetime, now: datetime) -> Verdict:
    """Whether papers can be filled in and cast at ``now``."""
    if state is BallotState.CANCELLED:
        return Verdict(CANCELLED)
    if state in AFTER_THE_CLOSE or (state is BallotState.OPEN and now >= closes_at):
        return Verdict(OVER, moment=closes_at)
    if state is not BallotState.OPEN:
        return Verdict(NOT_OPEN)
    return ALLOWED if now >= opens_at else Verdict(NOT_YET, moment=opens_at)


def destroyable_from(closed_at: datetime, objection_days: int) -> datetime:
    """When the objection period is over, after which nobody needs to know which papers belong to whom."""
    return closed_at + timedelta(days=objection_days)


name_acts(
    {
        "ballot.drafted": N_("Ballot drafted"),
        "ballot.changed": N_("Ballot changed"),
        "ballot.discarded": N_("Draft of a ballot thrown away"),
        "ballot.opened": N_("Ballot opened"),
        "ballot.cancelled": N_("Ballot cancelled"),
        "ballot.closing_asked": N_("Early end of the ballot asked for"),
        "ballot.closed": N_("Ballot closed"),
        "ballot.lots": N_("Numbers of the public draw entered"),
        "ballot.counted": N_("Ballot counted"),
        "ballot.certified": N_("Result signed"),
        "ballot.cast_by_organisation": N_("Organisation voted"),
        "ballot.withdrawn_by_organisation": N_("Organisation withdrew its vote"),
        "ballot.codes_made": N_("Voting codes made"),
        "ballot.codes_voided": N_("Voting codes made void"),
        "ballot.handed_out": N_("Paper ballot handed out"),
        "ballot.sheet_entered": N_("Paper ballot typed in"),
        "ballot.sheet_settled": N_("Difference in a paper ballot settled"),
        "ballot.invalidation_asked": N_("Invalidating votes asked for"),
        "ballot.invalidation_refused": N_("Invalidating votes refused"),
        "ballot.invalidated": N_("Votes invalidated"),
        "ballot.countersigned": N_("Log countersigned"),
        "ballot.destroyed": N_("Link between voters and papers destroyed"),
        "verification.verified": N_("Person verified"),
        "verification.revoked": N_("Verification revoked"),
        "witness.named": N_("Witness of the log named"),
        "witness.ended": N_("Witness of the log left"),
    }
)
name_details(
    {
        "questions": Detail(N_("Questions"), As.NUMBER),
        "options": Detail(N_("Options"), As.NUMBER),
        "verified_people": Detail(N_("Verified people"), As.NUMBER),
        "verified_organisations": Detail(N_("Verified organisations"), As.NUMBER),
        "configuration": Detail(N_("Hash of the configuration")),
        "papers": Detail(N_("Papers"), As.NUMBER),
        "channel": Detail(N_("Channel"), enum=Channel),
        "codes": Detail(N_("Codes"), As.NUMBER),
        "count": Detail(N_("Count"), As.NUMBER),
        "witness": Detail(N_("Witness")),
        "seed": Detail(N_("Numbers drawn")),
    }
)
