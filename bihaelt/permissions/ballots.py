"""Who may set up, watch, close, count and certify a ballot, and when. Nobody here sees a result before the close."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict
from bihaelt.votes.domain.ballots import (
    AFTER_THE_CLOSE,
    CANCELLED,
    NOT_OPEN,
    TRANSITIONS,
    BallotState,
    destroyable_from,
)

if TYPE_CHECKING:
    from bihaelt.votes.models import Ballot, Invalidation

ARRANGERS = (Role.PLAN_OWNER, Role.ADMIN)
COUNTERS = (Role.COUNCIL_CLERK, Role.PLAN_OWNER, Role.ADMIN)
OPENED = N_("This vote has been opened. Nothing of it can be changed any more.")
STILL_DRAFT = N_("This vote has not been opened yet.")
STILL_OPEN = N_("This vote is still open.")
CERTIFIED = N_("The result of this vote has been certified.")
ENDS_BY_ITSELF = N_("The time of this vote is over: it can be closed now.")
NOBODY_ASKED = N_("Nobody has asked for an early end.")
ASKED_ALREADY = N_("An early end has been asked for. A second person has to agree.")
OWN_REQUEST = N_("Somebody else has to agree to what you have asked for.")
LOTS_DRAWN = N_("The numbers of the draw have been entered already.")
NO_LOTTERY = N_("This vote names no public draw.")
LOTS_FIRST = N_("The numbers of the public draw have to be entered first.")
COUNTED = N_("The papers have been counted.")
NOT_COUNTED = N_("The papers have not been counted yet.")
ANSWERED = N_("This request has been answered already.")
OBJECTIONS = N_("The link between voters and papers is kept until %(moment)s, for objections.")
DESTROYED = N_("The link between voters and papers has been destroyed.")
NOT_FINAL = N_("The result has to be certified first.")


def see_ballots(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of votes, with the turnout of open ones."""
    return holds(actor, *COUNTERS)


def arrange_ballots(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Set up votes, and name the witnesses of their logs."""
    return holds(actor, *ARRANGERS)


def edit_ballot(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Change, open or throw away a draft."""
    verdict = arrange_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    return ALLOWED if ballot.state is BallotState.DRAFT else Verdict(OPENED)


def watch_turnout(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """How many have voted, and on which ways; never what."""
    verdict = see_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    return ALLOWED if ballot.state is not BallotState.DRAFT else Verdict(STILL_DRAFT)


def ask_for_early_end(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Ask to close a vote before its time, with a public reason."""
    verdict = _open(actor, ballot, now)
    if not verdict:
        return verdict
    if now >= ballot.closes_at:
        return Verdict(ENDS_BY_ITSELF)
    return Verdict(ASKED_ALREADY) if ballot.closing_reason else ALLOWED


def agree_to_early_end(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Close a vote early that somebody else has asked to close."""
    verdict = _open(actor, ballot, now)
    if not verdict or actor is None:
        return verdict
    if now >= ballot.closes_at:
        return Verdict(ENDS_BY_ITSELF)
    if not ballot.closing_reason:
        return Verdict(NOBODY_ASKED)
    return Verdict(OWN_REQUEST) if ballot.closing_asked_by_id == actor.id else ALLOWED


def refuse_early_end(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Take the request for an early end off the table; the person who asked may do so, too."""
    verdict = _open(actor, ballot, now)
    if not verdict:
        return verdict
    if now >= ballot.closes_at:
        return Verdict(ENDS_BY_ITSELF)
    return ALLOWED if ballot.closing_reason else Verdict(NOBODY_ASKED)


def close_ballot(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Close a vote whose time is over, once all sheets are typed in."""
    verdict = _open(actor, ballot, now)
    if not verdict:
        return verdict
    return ALLOWED if now >= ballot.closes_at else Verdict(STILL_OPEN)


def cancel_ballot(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """End a vote for good, with a public reason."""
    verdict = arrange_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    if ballot.state is BallotState.DRAFT:
        return Verdict(STILL_DRAFT)
    return ALLOWED if BallotState.CANCELLED in TRANSITIONS[ballot.state] else _ended(ballot)


def enter_lots(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Enter the numbers of the public draw, once the vote is closed and the day has come."""
    verdict = _closed(actor, ballot, now)
    if not verdict:
        return verdict
    if not ballot.lottery or ballot.lottery_on is None:
        return Verdict(NO_LOTTERY)
    return Verdict(LOTS_DRAWN) if ballot.lots_seed else ALLOWED


def count_ballot(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Count the papers of a closed vote."""
    verdict = _closed(actor, ballot, now)
    if not verdict:
        return verdict
    if ballot.state is not BallotState.CLOSED:
        return Verdict(COUNTED)
    return ALLOWED if ballot.lots_seed else Verdict(LOTS_FIRST)


def certify_ballot(actor: Actor | None, ballot: "Ballot", _now: datetime) -> Verdict:
    """Vouch for the result: two people in two roles."""
    verdict = holds(actor, *COUNTERS)
    if not verdict:
        return verdict
    if ballot.state is BallotState.COUNTED:
        return ALLOWED
    return _ended(ballot) if not TRANSITIONS[ballot.state] else Verdict(NOT_COUNTED)


def invalidate_votes(actor: Actor | None, ballot: "Ballot", _now: datetime) -> Verdict:
    """Ask that votes be taken out of the count, with a reason that is public."""
    verdict = holds(actor, *COUNTERS)
    if not verdict:
        return verdict
    if ballot.state is BallotState.DRAFT:
        return Verdict(STILL_DRAFT)
    return ALLOWED if TRANSITIONS[ballot.state] else _ended(ballot)


def answer_invalidation(actor: Actor | None, invalidation: "Invalidation", _now: datetime) -> Verdict:
    """Agree or refuse that votes be taken out of the count: never the person who asked for it."""
    verdict = holds(actor, *COUNTERS)
    if not verdict or actor is None:
        return verdict
    if invalidation.answered_at is not None:
        return Verdict(ANSWERED)
    return Verdict(OWN_REQUEST) if invalidation.asked_by_id == actor.id else ALLOWED


def destroy_link(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    """Destroy what links voters and papers, once the time for objections is over."""
    verdict = arrange_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    if ballot.destroyed_at is not None:
        return Verdict(DESTROYED)
    if TRANSITIONS[ballot.state]:
        return Verdict(NOT_FINAL)
    ended = ballot.closed_at or ballot.cancelled_at or now
    until = destroyable_from(ended, ballot.objection_days)
    return ALLOWED if now >= until else Verdict(OBJECTIONS, moment=until)


def _open(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    verdict = arrange_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    if ballot.state is BallotState.DRAFT:
        return Verdict(STILL_DRAFT)
    return ALLOWED if ballot.state is BallotState.OPEN else Verdict(NOT_OPEN)


def _closed(actor: Actor | None, ballot: "Ballot", now: datetime) -> Verdict:
    verdict = arrange_ballots(actor, ballot, now)
    if not verdict:
        return verdict
    if ballot.state in (BallotState.DRAFT, BallotState.OPEN):
        return Verdict(STILL_DRAFT if ballot.state is BallotState.DRAFT else STILL_OPEN)
    if ballot.state in AFTER_THE_CLOSE and TRANSITIONS[ballot.state]:
        return ALLOWED
    return _ended(ballot)


def _ended(ballot: "Ballot") -> Verdict:
    return Verdict(CANCELLED if ballot.state is BallotState.CANCELLED else CERTIFIED)
