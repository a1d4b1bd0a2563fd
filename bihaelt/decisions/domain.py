"""The answer to a proposal: prepared unseen, checked by a second person, published together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.proposals.domain import TAKEN, Outcome
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Electorate


class DecisionState(StrEnum):
    PREPARED = "prepared"
    CHECKED = "checked"
    PUBLISHED = "published"


labelled(
    {
        DecisionState.PREPARED: N_("Prepared"),
        DecisionState.CHECKED: N_("Checked"),
        DecisionState.PUBLISHED: N_("Published"),
    }
)
TRANSITIONS: Mapping[DecisionState, frozenset[DecisionState]] = {
    DecisionState.PREPARED: frozenset({DecisionState.PREPARED, DecisionState.CHECKED}),
    DecisionState.CHECKED: frozenset({DecisionState.PREPARED, DecisionState.PUBLISHED}),
    DecisionState.PUBLISHED: frozenset(),
}


class Reason(StrEnum):
    """Reason codes for every outcome; the plain text says the rest."""

    FITS = "fits"
    FITS_PARTLY = "fits_partly"
    NOT_RESPONSIBLE = "not_responsible"
    EXISTS = "exists"
    NO_NEW_NEED = "no_new_need"
    COST = "cost"
    LAW = "law"
    GUIDING_PRINCIPLES = "guiding_principles"
    DOUBLE = "double"
    TOO_VAGUE = "too_vague"


labelled(
    {
        Reason.FITS: N_("It meets a need and can be done"),
        Reason.FITS_PARTLY: N_("A part of it meets a need and can be done"),
        Reason.NOT_RESPONSIBLE: N_("Somebody else is responsible"),
        Reason.EXISTS: N_("There is a regular service for it"),
        Reason.NO_NEW_NEED: N_("There is no new need"),
        Reason.COST: N_("It costs more than there is"),
        Reason.LAW: N_("The law does not allow it"),
        Reason.GUIDING_PRINCIPLES: N_("It contradicts the city's guiding principles"),
        Reason.DOUBLE: N_("Another proposal says the same"),
        Reason.TOO_VAGUE: N_("It is too vague, and our question was not answered"),
    }
)
OUTCOME_ONLY = frozenset({Reason.FITS, Reason.FITS_PARTLY})
REASONS: Mapping[Outcome, frozenset[Reason]] = {
    Outcome.ACCEPTED: frozenset({Reason.FITS}),
    Outcome.PARTLY: frozenset(Reason) - {Reason.FITS},
    Outcome.REJECTED: frozenset(Reason) - OUTCOME_ONLY,
    Outcome.MERGED: frozenset({Reason.DOUBLE}),
    Outcome.FORWARDED: frozenset({Reason.NOT_RESPONSIBLE, Reason.COST, Reason.LAW}),
    Outcome.EXISTS: frozenset({Reason.EXISTS, Reason.NO_NEW_NEED}),
}
PARTS = ("taken", "not_taken", "against_order", "against_vote")

name_acts(
    {
        "decision.prepared": N_("Decision prepared"),
        "decision.translated": N_("Decision translated"),
        "decision.checked": N_("Decision checked"),
        "decision.sent_back": N_("Decision sent back"),
        "decision.published": N_("Decision published"),
        "decision.merged": N_("Another proposal was merged into this one"),
        "conference.decided": N_("All decisions of the conference published"),
    }
)
name_details(
    {
        "outcome": Detail(N_("Outcome"), enum=Outcome),
        "reason_code": Detail(N_("Reason"), enum=Reason),
        "body": Detail(N_("Decided by")),
        "decided_on": Detail(N_("Decided on"), As.DAY),
        "paper": Detail(N_("Paper number")),
        "decisions": Detail(N_("Decisions"), As.NUMBER),
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the preparer enters. ``words``: body = the reason in plain German, extra as in ``PARTS``."""

    outcome: Outcome
    reason: Reason
    words: Words
    body: str
    decided_on: date
    paper: str = ""
    forwarded_to: str = ""
    service_id: int | None = None
    merged_into_id: int | None = None


def completed(draft: Draft) -> Draft:
    """The draft without what belongs to other outcomes; raises DomainError at the field that its outcome lacks."""
    words, outcome = draft.words, draft.outcome
    extra = {part: words.extra.get(part, "") for part in PARTS}
    if outcome is not Outcome.PARTLY:
        extra |= {"taken": "", "not_taken": ""}
    if outcome is not Outcome.REJECTED:
        extra["against_order"] = ""
    whole = replace(
        draft,
        words=Words("", words.body, extra),
        forwarded_to=draft.forwarded_to if outcome is Outcome.FORWARDED else "",
        service_id=draft.service_id if outcome is Outcome.EXISTS else None,
        merged_into_id=draft.merged_into_id if outcome is Outcome.MERGED else None,
    )
    for field, lacking, message in (
        ("reason", draft.reason not in REASONS[outcome], N_("This reason does not go with this outcome.")),
        ("plain", not words.body, N_("Say the reason in plain words.")),
        ("body", not draft.body, N_("Enter who decided.")),
        ("taken", outcome is Outcome.PARTLY and not extra["taken"], N_("Say which part is taken up.")),
        ("not_taken", outcome is Outcome.PARTLY and not extra["not_taken"], N_("Say which part is not taken up.")),
        ("forwarded_to", outcome is Outcome.FORWARDED and not whole.forwarded_to, N_("Enter who gets it.")),
        ("service", outcome is Outcome.EXISTS and whole.service_id is None, N_("Choose the regular service.")),
        ("merged_into", outcome is Outcome.MERGED and whole.merged_into_id is None, N_("Choose the other proposal.")),
    ):
        if lacking:
            raise DomainError(message, field=field)
    return whole


@dataclass(frozen=True, slots=True)
class Ranked:
    """A proposal in the order of supports; ``outcome`` is None while no answer is prepared.

    ``won``: whether it won the vote; None if it was not put to one, or nothing has been counted.
    """

    proposal_id: int
    cluster_id: int | None
    people: int
    organisations: int
    outcome: Outcome | None
    won: bool | None = None


class Against(StrEnum):
    """How a decision can go against the vote."""

    WINNER = "winner"
    LOSER = "loser"


labelled(
    {
        Against.WINNER: N_("It won the vote and is not accepted."),
        Against.LOSER: N_("It did not win the vote and is accepted."),
    }
)


def against_vote(won: bool | None, outcome: Outcome | None) -> Against | None:
    """Whether a decision goes against the vote, and how; None if not, or if there was none.

    A winner has to be accepted, in full or in part; a proposal that did not win must not be. Everything else is
    possible, but needs a reason that is told to those who voted.
    """
    if won is None or outcome is None or won is (outcome in TAKEN):
        return None
    return Against.WINNER if won else Against.LOSER


def against_order(proposals: Iterable[Ranked]) -> Mapping[int, Sequence[Electorate]]:
    """Which rejections go against the order of supports, and in which electorate: {proposal id: electorates}.

    The rule. The proposals of one cluster are ordered by the supports of people and, apart from that, by the
    supports of organisations; the two are never added. A decision goes against the order in an electorate if it
    rejects a proposal while, in the same cluster, another one with fewer supports in that electorate is accepted
    (in full or in part). Equal counts have no order. Merged, forwarded and already existing proposals, and those
    without an answer, are neither accepted nor rejected. The reason stands with the one that was passed over:
    whoever supported it has a right to know (requirements §3.3). A proposal that was put to the vote is never passed
    over: supports are a signal, and the vote has answered it (``against_vote``).
    """
    everything = list(proposals)
    least: dict[tuple[int | None, Electorate], int] = {}
    for row in everything:
        if row.outcome in TAKEN:
            for electorate, count in _counts(row):
                key = (row.cluster_id, electorate)
                least[key] = min(count, least.get(key, count))
    found: dict[int, Sequence[Electorate]] = {}
    for row in everything:
        if row.outcome is Outcome.REJECTED and row.won is None:
            passed = [e for e, count in _counts(row) if count > least.get((row.cluster_id, e), count)]
            if passed:
                found[row.proposal_id] = passed
    return found


def _counts(row: Ranked) -> tuple[tuple[Electorate, int], tuple[Electorate, int]]:
    return ((Electorate.PEOPLE, row.people), (Electorate.ORGANISATIONS, row.organisations))
