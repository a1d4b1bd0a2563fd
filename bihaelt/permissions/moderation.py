"""Who may report, moderate, appeal, and decide an appeal."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.comments.domain import CommentState
from bihaelt.marks import N_
from bihaelt.moderation.domain import ReportState, another_decides, appeal_until
from bihaelt.permissions.base import OTHERS, SIGN_IN, holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.comments.models import Comment
    from bihaelt.moderation.models import Appeal, Hiding, Report

OWN = N_("This is your own comment. Somebody else has to decide.")


def report_comment(actor: Actor | None, comment: "Comment", _now: datetime) -> Verdict:
    """Report a visible comment: everybody, also without an account (DSA Art. 16)."""
    if comment.state is not CommentState.VISIBLE:
        return Verdict(N_("This comment is not visible any more."))
    if actor is not None and comment.author_id == actor.id:
        return Verdict(N_("This is your own comment. You can withdraw it."))
    return ALLOWED


def moderate(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The moderators' desks."""
    return holds(actor, Role.MODERATOR)


def moderate_comment(actor: Actor | None, comment: "Comment", now: datetime) -> Verdict:
    """Hide, restore or leave a comment: moderators, but nobody their own."""
    verdict = moderate(actor, comment, now)
    if verdict and actor is not None and comment.author_id == actor.id:
        return Verdict(OWN)
    return verdict


def see_hiding(actor: Actor | None, hiding: "Hiding", _now: datetime) -> Verdict:
    """Read why a comment was hidden, with its text: its author."""
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if hiding.comment.author_id == actor.id else Verdict(OTHERS)


def appeal_hiding(actor: Actor | None, subject: "tuple[Hiding, Appeal | None]", now: datetime) -> Verdict:
    """Appeal, once, within six months: the author, as long as the comment is hidden."""
    hiding, appeal = subject
    verdict = see_hiding(actor, hiding, now)
    if not verdict:
        return verdict
    if appeal is not None:
        return Verdict(N_("You have appealed already."))
    if hiding.ended_at is not None:
        return Verdict(N_("This comment is not hidden."))
    return ALLOWED if now < appeal_until(hiding.created_at) else Verdict(N_("An appeal was possible for six months."))


def see_report(actor: Actor | None, report: "Report", _now: datetime) -> Verdict:
    """Read what became of a report: the person who made it."""
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if report.reporter_id == actor.id else Verdict(OTHERS)


def appeal_dismissal(actor: Actor | None, subject: "tuple[Report, Appeal | None]", now: datetime) -> Verdict:
    """Appeal, once, within six months: who reported, when the report was dismissed and the comment is visible."""
    report, appeal = subject
    verdict = see_report(actor, report, now)
    if not verdict:
        return verdict
    if appeal is not None:
        return Verdict(N_("You have appealed already."))
    if report.state is not ReportState.DISMISSED or report.decided_at is None:
        return Verdict(N_("This report was not dismissed."))
    if report.comment.state is not CommentState.VISIBLE:
        return Verdict(N_("This comment is not visible any more."))
    return ALLOWED if now < appeal_until(report.decided_at) else Verdict(N_("An appeal was possible for six months."))


def decide_appeal(actor: Actor | None, appeal: "Appeal", now: datetime) -> Verdict:
    """Decide an appeal: a moderator, but never who made the first decision, who appealed, or the comment's author."""
    verdict = moderate_comment(actor, appeal.against.comment, now)
    if not verdict or actor is None:
        return verdict
    return another_decides(appeal.moderator_id, appeal.appellant_id, actor.id)
