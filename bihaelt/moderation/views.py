"""Reports by everybody, the moderators' desks, the appeals of both sides, and the public log."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, limits, permissions
from bihaelt.accounts.domain import Role
from bihaelt.accounts.domain.senders import network_of
from bihaelt.comments import queries as comments
from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment
from bihaelt.forms import BaseForm
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.moderation import operations, queries
from bihaelt.moderation.domain import AppealState, appeal_until
from bihaelt.moderation.forms import (
    AppealDecisionForm,
    AppealForm,
    DismissForm,
    HideForm,
    ReportAppealForm,
    ReportForm,
    RestoreForm,
)
from bihaelt.paging import Cursor, Page
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

bp = Blueprint("moderation", __name__)
YEAR = timedelta(days=366)


@bp.route("/comments/<int:comment_id>/report", methods=["GET", "POST"])
def report(comment_id: int) -> Response | tuple[str, int]:
    comment = comments.comment(guard.database(), comment_id) or abort(404)
    guard.require(permissions.report_comment, comment)
    actor = guard.actor()
    form = ReportForm(with_account=actor is not None)
    if form.is_submitted() and actor is None:
        limits.hit_or_refuse("report", network_of(request.remote_addr))
    if form.validate_on_submit() and _done(
        form, operations.report_comment, comment=comment, ground=form.ground.data, body=form.body.data or "",
        language=i18n.current().babel, by=actor.as_citizen() if actor else None,
        email=None if actor else form.email.data or None, nonce=guard.nonce(),
    ):  # fmt: skip
        return redirect(url_for("moderation.reported"), 303)
    page = render("moderation/report.html", comment=comment, form=form, **_words(comment))
    return page, 422 if form.is_submitted() else 200


@bp.get("/reported")
def reported() -> str:
    guard.require(permissions.public)
    return render("moderation/reported.html")


@bp.get("/moderation")
def log() -> str:
    guard.require(permissions.public)
    session, cursor = guard.database(), _cursor()
    page = queries.log(session, cursor=cursor)
    return render(
        "moderation/log.html", rows=page.rows, pages=_pages("moderation.log", page),
        months=queries.months(session, guard.now() - YEAR),
    )  # fmt: skip


@bp.get("/desk/reports")
def desk() -> str:
    guard.require(permissions.moderate)
    session = guard.database()
    page = queries.queue(session, i18n.current().chain, cursor=_cursor())
    return render(
        "moderation/desk.html", cases=page.rows, pages=_pages("moderation.desk", page),
        appeals=queries.appeals_count(session, guard.now()),
    )  # fmt: skip


@bp.get("/desk/reports/<int:comment_id>")
def case(comment_id: int) -> str:
    guard.require(permissions.moderate)
    comment = _any_comment(comment_id)
    return _case_page(comment, _forms())


@bp.post("/desk/reports/<int:comment_id>/hide")
def hide(comment_id: int) -> Response | tuple[str, int]:
    form = HideForm(prefix="hide-")
    return _decide(comment_id, form, operations.hide_comment, "hide", N_("The comment is hidden. Its author was told."))


@bp.post("/desk/reports/<int:comment_id>/dismiss")
def dismiss(comment_id: int) -> Response | tuple[str, int]:
    form = DismissForm(prefix="dismiss-")
    return _decide(
        comment_id, form, operations.dismiss_reports, "dismiss", N_("The comment stays. The answer is sent.")
    )


@bp.post("/desk/reports/<int:comment_id>/restore")
def restore(comment_id: int) -> Response | tuple[str, int]:
    form = RestoreForm(prefix="restore-")
    return _decide(
        comment_id, form, operations.restore_comment, "restore", N_("The comment is shown again. Its author was told.")
    )


@bp.get("/desk/appeals")
def appeals() -> str:
    guard.require(permissions.moderate)
    page = queries.appeals(guard.database(), i18n.current().chain, cursor=_cursor())
    return render("moderation/appeals.html", rows=page.rows, pages=_pages("moderation.appeals", page))


@bp.route("/desk/appeals/<int:appeal_id>", methods=["GET", "POST"])
def appeal(appeal_id: int) -> Response | tuple[str, int]:
    found = queries.appeal(guard.database(), appeal_id) or abort(404)
    guard.require(permissions.moderate if request.method == "GET" else permissions.decide_appeal, found)
    form = AppealDecisionForm()
    if form.validate_on_submit() and _done(
        form, operations.decide_appeal, appeal=found, granted=form.decision.data is AppealState.GRANTED,
        answer=form.answer.data, by=_moderator(),
    ):  # fmt: skip
        guard.say("success", N_("The appeal is decided. The answer is sent."))
        return redirect(url_for("moderation.appeals"), 303)
    page = render("moderation/appeal.html", appeal=found, form=form, **_words(found.against.comment))
    return page, 422 if form.is_submitted() else 200


@bp.get("/my/moderation")
def mine() -> str:
    guard.require(permissions.signed_in)
    page = queries.mine(guard.database(), guard.signed_in().id, i18n.current().chain, cursor=_cursor())
    return render("moderation/mine.html", rows=page.rows, pages=_pages("moderation.mine", page))


@bp.route("/my/moderation/<int:hiding_id>", methods=["GET", "POST"])
def own(hiding_id: int) -> Response | tuple[str, int]:
    session = guard.database()
    hiding = queries.hiding(session, hiding_id) or abort(404)
    found = queries.appeal_against(session, hiding)
    if request.method == "GET":
        guard.require(permissions.see_hiding, hiding)
    else:
        guard.require(permissions.appeal_hiding, (hiding, found))
    form = AppealForm()
    if form.validate_on_submit() and _done(
        form, operations.appeal_hiding, hiding=hiding, body=form.body.data, by=guard.signed_in().as_citizen()
    ):
        guard.say("success", N_("Your appeal is made. Another moderator will decide."))
        return redirect(url_for("moderation.own", hiding_id=hiding_id), 303)
    page = render(
        "moderation/own.html", hiding=hiding, appeal=found, form=form, until=appeal_until(hiding.created_at),
        **_words(hiding.comment),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.get("/my/reports")
def my_reports() -> str:
    guard.require(permissions.signed_in)
    page = queries.reported_by(guard.database(), guard.signed_in().id, i18n.current().chain, cursor=_cursor())
    return render("moderation/my_reports.html", rows=page.rows, pages=_pages("moderation.my_reports", page))


@bp.route("/my/reports/<int:report_id>", methods=["GET", "POST"])
def my_report(report_id: int) -> Response | tuple[str, int]:
    session = guard.database()
    report = queries.report(session, report_id) or abort(404)
    found = queries.appeal_against(session, report)
    if request.method == "GET":
        guard.require(permissions.see_report, report)
    else:
        guard.require(permissions.appeal_dismissal, (report, found))
    form = ReportAppealForm()
    if form.validate_on_submit() and _done(
        form, operations.appeal_dismissal, report=report, body=form.body.data, by=guard.signed_in().as_citizen()
    ):
        guard.say("success", N_("Your appeal is made. Another moderator will decide."))
        return redirect(url_for("moderation.my_report", report_id=report_id), 303)
    page = render(
        "moderation/my_report.html", report=report, appeal=found, form=form,
        until=appeal_until(report.decided_at) if report.decided_at else None,
        readable=comments.comment(session, report.comment_id) is not None
        and report.comment.state is CommentState.VISIBLE, **_words(report.comment),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _done(form: BaseForm, operation: Callable[..., Any], **values: Any) -> bool:
    """Whether the operation took place; a rule's refusal is shown in the form."""
    try:
        operation(guard.database(), now=guard.now(), **values)
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def _decide(
    comment_id: int, form: Any, operation: Callable[..., Any], name: str, message: str
) -> Response | tuple[str, int]:
    """One of the three decisions on a comment, from its form on the page of the case."""
    comment = _any_comment(comment_id)
    guard.require(permissions.moderate_comment, comment)
    words = "answer" if name == "dismiss" else "reason"
    if form.validate_on_submit():
        values = {words: form.reason.data} | ({"ground": form.ground.data} if name == "hide" else {})
        if _done(form, operation, comment=comment, by=_moderator(), **values):
            guard.say("success", message)
            return redirect(url_for("moderation.desk"), 303)
    return _case_page(comment, _forms(name, form)), 422


def _forms(sent: str = "", form: Any = None) -> dict[str, Any]:
    """The three forms of a case; the one that was sent keeps what was typed."""
    kinds = {"hide": HideForm, "dismiss": DismissForm, "restore": RestoreForm}
    return {name: form if name == sent else kind(prefix=f"{name}-") for name, kind in kinds.items()}


def _case_page(comment: Comment, forms: dict[str, Any]) -> str:
    session = guard.database()
    return render(
        "moderation/case.html", comment=comment, forms=forms, reports=queries.reports_on(session, comment.id),
        hidings=queries.hidings_of(session, comment.id), visible=comment.state is CommentState.VISIBLE,
        hidden=comment.state is CommentState.HIDDEN, **_words(comment),
    )  # fmt: skip


def _any_comment(comment_id: int) -> Comment:
    return queries.comment(guard.database(), comment_id) or abort(404)


def _words(comment: Comment) -> dict[str, Shown]:
    """The comment as it was written, and the title of its proposal as the reader knows it."""
    session, chain = guard.database(), i18n.current().chain
    return {
        "words": shown(session, [comment.text_id], ())[comment.text_id],
        "title": shown(session, [comment.proposal.text_id], chain)[comment.proposal.text_id],
    }


def _moderator() -> Voice:
    return guard.signed_in().as_role(Role.MODERATOR)


def _cursor() -> Cursor | None:
    return Cursor.decode(request.args.get("after"), (int,))


def _pages(endpoint: str, page: Page[Any]) -> dict[str, str | None]:
    return {
        "newer_url": url_for(endpoint, after=page.newer) if page.newer else None,
        "older_url": url_for(endpoint, after=page.older) if page.older else None,
    }
