"""The discussion of a proposal: pages of comments, and official statements of organisations."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.comments import operations, queries
from bihaelt.comments.forms import CommentForm, EditForm, StatementForm, WithdrawForm
from bihaelt.comments.models import Comment
from bihaelt.i18n import gettext
from bihaelt.marks import N_
from bihaelt.organisations.forms import chosen_voice
from bihaelt.paging import Cursor, Page
from bihaelt.proposals.models import Proposal
from bihaelt.rendering import render
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError

bp = Blueprint("comments", __name__)
TRY_AGAIN = N_("Please go back, reload the page and try again.")


@bp.get("/proposals/<int:proposal_id>/comments")
def index(proposal_id: int) -> str:
    guard.require(permissions.public)
    proposal = _proposal(proposal_id)
    actor = guard.actor()
    form = CommentForm(actor) if permissions.comment(actor, proposal, guard.now()) else None
    return _discussion_page(proposal, form)


@bp.post("/proposals/<int:proposal_id>/comments")
def create(proposal_id: int) -> Response | tuple[str, int]:
    proposal = _proposal(proposal_id)
    guard.require(permissions.comment, proposal)
    form = CommentForm(guard.signed_in())
    made = _written(form, proposal, None)
    return _to_comment(made) if made else (_discussion_page(proposal, form), 422)


@bp.get("/comments/<int:comment_id>")
def show(comment_id: int) -> str | Response:
    guard.require(permissions.public)
    comment = _comment(comment_id)
    if comment.parent_id is not None:
        place = Cursor((comment.id - 1,)).encode()
        url = url_for("comments.show", comment_id=comment.parent_id, after=place, _anchor=f"comment-{comment.id}")
        return redirect(url, 302)
    actor = guard.actor()
    may = permissions.answer_comment(actor, (comment, comment.proposal), guard.now())
    return _thread_page(comment, CommentForm(actor) if may else None)


@bp.post("/comments/<int:comment_id>")
def answer(comment_id: int) -> Response | tuple[str, int]:
    comment = _comment(comment_id)
    guard.require(permissions.answer_comment, (comment, comment.proposal))
    form = CommentForm(guard.signed_in())
    made = _written(form, comment.proposal, comment)
    return _to_comment(made) if made else (_thread_page(comment, form), 422)


@bp.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
def edit(comment_id: int) -> Response | tuple[str, int]:
    comment = _comment(comment_id)
    guard.require(permissions.edit_comment, (comment, comment.proposal))
    words = _original(comment.text_id)
    form = EditForm(stance=comment.stance, body=words.body)
    if form.validate_on_submit():
        voice = guard.voice_for(comment.organisation_id)
        try:
            operations.edit_comment(
                guard.database(),
                comment=comment,
                body=form.body.data,
                stance=form.stance.data,
                by=voice,
                now=guard.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("Your change is saved."))
            return _to_comment(comment)
    return render("comments/edit.html", comment=comment, form=form, words=words), 422 if form.is_submitted() else 200


@bp.post("/comments/<int:comment_id>/withdraw")
def withdraw(comment_id: int) -> Response:
    comment = _comment(comment_id)
    guard.require(permissions.withdraw_comment, comment)
    if not WithdrawForm().validate_on_submit():
        abort(422, description=TRY_AGAIN)
    operations.withdraw_comment(guard.database(), comment=comment, by=guard.signed_in().as_citizen(), now=guard.now())
    guard.say("success", N_("Your comment is withdrawn."))
    return redirect(url_for("proposals.show", proposal_id=comment.proposal_id, _anchor="discussion"), 303)


@bp.route("/proposals/<int:proposal_id>/statements/<int:organisation_id>", methods=["GET", "POST"])
def statement(proposal_id: int, organisation_id: int) -> Response | tuple[str, int]:
    proposal = _proposal(proposal_id)
    guard.require(permissions.publish_statement, (proposal, organisation_id))
    found = queries.statement_of(guard.database(), proposal_id, organisation_id)
    words = _original(found.text_id) if found else None
    form = StatementForm(stance=found.stance if found else None, body=words.body if words else None)
    if form.validate_on_submit():
        try:
            operations.publish_statement(
                guard.database(), proposal=proposal, body=form.body.data, stance=form.stance.data,
                language=i18n.current().babel, by=guard.voice_for(organisation_id), now=guard.now(),
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            guard.say("success", N_("The statement is published."))
            return redirect(url_for("proposals.show", proposal_id=proposal_id, _anchor="statements"), 303)
    page = render(
        "comments/statement.html", proposal=proposal, title=_title(proposal), form=form, words=words,
        seat=guard.signed_in().seat(organisation_id),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _proposal(proposal_id: int) -> Proposal:
    return queries.proposal(guard.database(), proposal_id) or abort(404)


def _comment(comment_id: int) -> Comment:
    return queries.comment(guard.database(), comment_id) or abort(404)


def _title(proposal: Proposal) -> Shown:
    return shown(guard.database(), [proposal.text_id], i18n.current().chain)[proposal.text_id]


def _original(text_id: int) -> Shown:
    return shown(guard.database(), [text_id], ())[text_id]


def _written(form: Any, proposal: Proposal, parent: Comment | None) -> Comment | None:
    """The comment, if the form fits and no rule of the discussion refuses it."""
    if not form.validate_on_submit():
        return None
    try:
        made = operations.write_comment(
            guard.database(), proposal=proposal, body=form.body.data, stance=form.stance.data, parent=parent,
            language=i18n.current().babel, by=chosen_voice(form), nonce=guard.nonce(), now=guard.now(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return None
    guard.say("success", N_("Thank you. Your comment is published."))
    return made


def _to_comment(comment: Comment) -> Response:
    anchor = f"comment-{comment.id}"
    if comment.parent_id is None:
        return redirect(url_for("proposals.show", proposal_id=comment.proposal_id, _anchor=anchor), 303)
    return redirect(url_for("comments.show", comment_id=comment.id), 303)


def _discussion_page(proposal: Proposal, form: Any) -> str:
    cursor = Cursor.decode(request.args.get("after"), (int,))
    found = queries.discussion(guard.database(), proposal.id, i18n.current().chain, cursor=cursor)
    return render(
        "comments/index.html", proposal=proposal, title=_title(proposal), discussion=found, comment_form=form,
        paged=cursor is not None,
    )  # fmt: skip


def _thread_page(comment: Comment, form: Any) -> str:
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.thread(guard.database(), comment.id, i18n.current().chain, cursor=cursor)
    return render(
        "comments/show.html",
        proposal=comment.proposal,
        title=_title(comment.proposal),
        rows=page.rows,
        pages=_neighbours(page, comment.id),
        comment_form=form,
        heading=gettext(N_("Comment and answers")),
    )


def _neighbours(page: Page[Any], comment_id: int) -> dict[str, str | None]:
    return {
        "newer_url": url_for("comments.show", comment_id=comment_id, after=page.newer) if page.newer else None,
        "older_url": url_for("comments.show", comment_id=comment_id, after=page.older) if page.older else None,
    }
