"""Who may write in a discussion, change and withdraw what they wrote, and speak officially for an organisation."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bihaelt.accounts.domain import Actor
from bihaelt.comments.domain import CommentState, changeable, discussable
from bihaelt.marks import N_
from bihaelt.permissions.base import OTHERS, SIGN_IN
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.proposals.models import Proposal


class Written(Protocol):
    """A comment, as far as rights hang on it."""

    @property
    def author_id(self) -> int | None: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def state(self) -> CommentState: ...
    @property
    def created_at(self) -> datetime: ...


def comment(actor: Actor | None, proposal: "Proposal", now: datetime) -> Verdict:
    """Comment on a proposal: everybody with a confirmed account, until the conference is done."""
    verdict = discussable(proposal.state, proposal.conference, now)
    if not verdict:
        return verdict
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def answer_comment(actor: Actor | None, subject: "tuple[Written, Proposal]", now: datetime) -> Verdict:
    """Answer a visible comment of the first level (``subject``: the comment and its proposal)."""
    written, proposal = subject
    verdict = comment(actor, proposal, now)
    if not verdict:
        return verdict
    if written.parent_id is not None or written.state is not CommentState.VISIBLE:
        return Verdict(N_("This comment cannot be answered."))
    return ALLOWED


def edit_comment(actor: Actor | None, subject: "tuple[Written, Proposal]", now: datetime) -> Verdict:
    """Change one's own comment, for 15 minutes."""
    written, proposal = subject
    verdict = _own(actor, written)
    if not verdict:
        return verdict
    return changeable(written.state, written.created_at, now) and discussable(proposal.state, proposal.conference, now)


def withdraw_comment(actor: Actor | None, written: Written, _now: datetime) -> Verdict:
    """Take one's own comment back, at any time."""
    verdict = _own(actor, written)
    if verdict and written.state is CommentState.WITHDRAWN:
        return Verdict(N_("This comment is withdrawn already."))
    return verdict


def publish_statement(actor: Actor | None, subject: "tuple[Proposal, int]", now: datetime) -> Verdict:
    """Publish or change an organisation's official statement (``subject``: the proposal and the organisation's id)."""
    proposal, organisation_id = subject
    verdict = comment(actor, proposal, now)
    if not verdict or actor is None:
        return verdict
    return ALLOWED if actor.seat(organisation_id) else Verdict(N_("You do not speak for this organisation."))


def _own(actor: Actor | None, written: Written) -> Verdict:
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if written.author_id == actor.id else Verdict(OTHERS)
