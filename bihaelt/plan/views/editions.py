"""Editions of the plan: read by everybody, made by the plan's owner."""

from typing import Any

from flask import Response, abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions, streams
from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.plan import operations, queries
from bihaelt.plan.domain import EditionState
from bihaelt.plan.forms import EditionForm
from bihaelt.plan.models import Edition
from bihaelt.plan.views.blueprint import bp
from bihaelt.proposals.domain.diff import word_diff
from bihaelt.publicity import names as public_names
from bihaelt.rendering import render
from bihaelt.texts.domain import PARTS, Words, everything
from bihaelt.verdicts import DomainError

SECONDS = 3600  # how long anybody may keep an edition's file; it never changes
RELOAD = N_("Please go back, reload the page and try again.")


@bp.get("/plan/editions")
def editions() -> str:
    guard.require(permissions.public)
    return render("plan/editions.html", editions=queries.editions(guard.database()))


@bp.get("/plan/editions/<int:number>")
def edition(number: int) -> str:
    found = edition_or_404(number)
    guard.require(permissions.see_edition, found)
    session, chain = guard.database(), i18n.current().chain
    page = queries.frozen(session, found, chain, cursor=Cursor.decode(request.args.get("after"), (int,)))
    return render(
        "plan/edition.html",
        edition=found,
        page=page,
        clusters=queries.names(found, "clusters", chain),
        newer_url=url_for("plan.edition", number=number, after=page.newer) if page.newer else None,
        older_url=url_for("plan.edition", number=number, after=page.older) if page.older else None,
    )


@bp.get("/plan/editions/<int:number>/changes")
def edition_changes(number: int) -> str:
    found = edition_or_404(number)
    guard.require(permissions.see_edition, found)
    session, chain = guard.database(), i18n.current().chain
    old = queries.before(session, found)
    changed = queries.changed(session, old, found) if old else ()
    proposals = {number for each in changed for number, _conference in each.because}
    return render(
        "plan/changes.html",
        edition=found,
        before=old,
        changed=[(each, queries.title_of(each.facts, chain)) for each in changed],
        conferences=queries.names(found, "conferences", chain),
        proposals=public_names(session, [("proposal", number) for number in proposals], chain),
        parts=PARTS,
    )


@bp.get("/plan/editions/<int:number>/measures/<string:code>")
def edition_measure(number: int, code: str) -> str:
    found = edition_or_404(number)
    guard.require(permissions.see_edition, found)
    session, chain = guard.database(), i18n.current().chain
    row, text, words = queries.one(session, found, code, chain) or abort(404)
    old = queries.before(session, found)
    earlier = queries.one(session, old, code, chain) if old else None
    asked = [("proposal", origin["proposal"]) for origin in row.facts["origins"]]
    return render(
        "plan/edition_measure.html",
        edition=found,
        before=old,
        row=row,
        text=text,
        parts=PARTS,
        earlier=earlier,
        diff=word_diff(said(earlier[2], text.language), said(words, text.language)) if earlier else (),
        clusters=queries.names(found, "clusters", chain),
        proposals=public_names(session, asked, chain),
    )


@bp.get("/plan/editions/<int:number>/data.json")
def edition_data(number: int) -> Response:
    """The frozen document itself; its SHA-256 is the edition's check sum."""
    found = edition_or_404(number)
    guard.require(permissions.see_edition, found)
    parts = queries.whole(guard.database(), found)
    answer = streams.whole(parts, "application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-edition-{number}.json"'
    if found.state is not EditionState.DRAFT:
        answer.headers["Cache-Control"] = f"public, max-age={SECONDS}, immutable"
        answer.set_etag(found.sha256)
    return answer


@bp.get("/desk/editions")
def editions_desk() -> str:
    guard.require(permissions.make_edition)
    return render("plan/editions_desk.html", editions=queries.editions(guard.database(), drafts=True))


@bp.post("/desk/editions")
def make_edition() -> Any:
    guard.require(permissions.make_edition)
    need_token()
    made = operations.make(guard.database(), by=voice(), now=guard.now())
    guard.say("success", N_("The plan is frozen as a draft. Please look at it before you publish it."))
    return redirect(url_for("plan.publish_edition", number=made.number), 303)


@bp.route("/desk/editions/<int:number>/publish", methods=["GET", "POST"])
def publish_edition(number: int) -> Any:
    found = edition_or_404(number)
    guard.require(permissions.publish_edition, found)
    form = EditionForm()
    if form.validate_on_submit():
        try:
            operations.publish(guard.database(), edition=found, by=voice(), now=guard.now())
            guard.say("success", N_("The edition is published."))
            return redirect(url_for("plan.edition", number=number), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("plan/publish_edition.html", edition=found, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/desk/editions/<int:number>/discard")
def discard_edition(number: int) -> Any:
    found = edition_or_404(number)
    guard.require(permissions.publish_edition, found)
    need_token()
    operations.discard(guard.database(), edition=found, by=voice(), now=guard.now())
    guard.say("success", N_("The draft is thrown away."))
    return redirect(url_for("plan.editions_desk"), 303)


def said(words: Any, language: str) -> str:
    """All that a measure said in a language, as one text to be compared."""
    own = words.get(language)
    return everything(Words(own["title"], own["body"], own["extra"])) if own else ""


def edition_or_404(number: int) -> Edition:
    return queries.edition(guard.database(), number) or abort(404)


def voice() -> Voice:
    return guard.signed_in().as_role(Role.PLAN_OWNER)


def need_token() -> None:
    if not EditionForm().validate_on_submit():
        abort(422, description=RELOAD)
