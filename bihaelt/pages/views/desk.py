"""Editing the city's own pages, and answering feedback."""

from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.i18n import BY_URL, local
from bihaelt.marks import N_
from bihaelt.pages import operations, queries
from bihaelt.pages.domain import PageName
from bihaelt.pages.forms import AnswerForm, PageForm
from bihaelt.pages.views.blueprints import bp
from bihaelt.paging import Cursor, Page
from bihaelt.rendering import render
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError

WRITTEN_AS = (Role.PLAN_OWNER, Role.ADMIN)
ANSWERED_AS = (Role.MODERATOR, Role.PLAN_OWNER, Role.ADMIN)


@bp.get("/desk/pages")
def desk() -> str:
    guard.require(permissions.arrange_city)
    return render("pages/desk.html", names=tuple(PageName), states=queries.state_of_pages(guard.database()))


@bp.route(
    "/desk/pages/<any(imprint, privacy, accessibility, rules, about):name>/<in_language>", methods=["GET", "POST"]
)
def edit(name: str, in_language: str) -> str | tuple[str, int] | BaseResponse:
    guard.require(permissions.arrange_city)
    language, page = BY_URL.get(in_language) or abort(404), PageName(name)
    standing = queries.standing(guard.database(), page, language.babel)
    form = PageForm(
        title=standing.mine.title if standing.mine else "",
        body=standing.mine.body if standing.mine else "",
        made_from=standing.original.id if standing.original else "",
    )
    fitting = form.validate_on_submit()
    if fitting and "preview" not in request.form and _written(form, page, language.babel):
        guard.say("success", N_("Saved."))
        return redirect(url_for("pages.desk"), 303)
    html = render(
        "pages/edit.html", form=form, page=page, to=language, standing=standing, preview=fitting and form.body.data
    )
    return html, 422 if form.errors or form.form_errors else 200


def _written(form: PageForm, page: PageName, babel: str) -> bool:
    try:
        operations.write_page(
            guard.database(), name=page, language=babel, words=Words(form.title.data, form.body.data),
            by=guard.signed_in().as_role(*WRITTEN_AS), now=guard.now(), made_from_id=form.made_from_id(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.get("/desk/feedback")
def queue() -> str:
    guard.require(permissions.answer_feedback)
    session, page = guard.database(), request.args.get("page")
    answered = request.args.get("show") == "answered"
    if answered:
        rows = queries.answered_feedback(session, Cursor.decode(page, (int,)))
    else:
        rows = queries.open_feedback(session, Cursor.decode(page, (str, int)))
    return render(
        "pages/queue.html", rows=rows.rows, paging=_paging(rows), answered=answered, today=local(guard.now()).date()
    )


def _paging(rows: Page[Any]) -> dict[str, str | None]:
    show = request.args.get("show") if request.args.get("show") == "answered" else None
    return {
        "newer_url": url_for("pages.queue", show=show, page=rows.newer) if rows.newer else None,
        "older_url": url_for("pages.queue", show=show, page=rows.older) if rows.older else None,
    }


@bp.route("/desk/feedback/<int:feedback_id>", methods=["GET", "POST"])
def answer(feedback_id: int) -> str | tuple[str, int] | BaseResponse:
    guard.require(permissions.answer_feedback)
    session = guard.database()
    found = queries.feedback(session, feedback_id) or abort(404)
    form = AnswerForm()
    if form.validate_on_submit():
        voice = guard.signed_in().as_role(*ANSWERED_AS)
        operations.answer(session, feedback=found, text=form.answer.data, by=voice, now=guard.now())
        guard.say("success", N_("Your answer is on its way."))
        return redirect(url_for("pages.queue"), 303)
    late = found.answered_at is None and found.due_on < local(guard.now()).date()
    return render("pages/answer.html", form=form, feedback=found, late=late), 422 if form.is_submitted() else 200
