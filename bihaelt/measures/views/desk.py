"""The desk of measures: the list, drafts from proposals, and the sheet."""

from typing import Any

from flask import redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.forms import DeskFilter, SheetForm, draft_form, explained
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, voice
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

MOST = 20  # proposals in one draft


@bp.get("/desk/measures")
def desk() -> str:
    guard.require(permissions.see_measures)
    filters = DeskFilter()
    category = filters.chosen().get("category")
    cursor = Cursor.decode(request.args.get("after"), (int,))
    today = local(guard.now()).date()
    page = queries.desk(guard.database(), i18n.current().chain, today, category=category, cursor=cursor)
    return render(
        "measures/desk.html",
        filters=filters,
        page=page,
        newer_url=url_for("measures.desk", category=category, after=page.newer) if page.newer else None,
        older_url=url_for("measures.desk", category=category, after=page.older) if page.older else None,
    )


@bp.get("/desk/measures/new")
def choose() -> str:
    guard.require(permissions.draft_measure)
    everything = request.args.get("all") == "yes"
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.accepted(
        guard.database(), i18n.current().chain, without_measure=not everything, cursor=cursor
    )  # fmt: skip
    kept: dict[str, Any] = {"all": "yes"} if everything else {}
    return render(
        "measures/choose.html",
        page=page,
        everything=everything,
        newer_url=url_for("measures.choose", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("measures.choose", after=page.older, **kept) if page.older else None,
    )


@bp.route("/desk/measures/draft", methods=["GET", "POST"])
def draft() -> Any:
    guard.require(permissions.draft_measure)
    session, chain = guard.database(), i18n.current().chain
    wanted = [int(n) for n in request.args.getlist("proposal")[:MOST] if n.isascii() and n.isdigit() and len(n) < 19]
    proposals = queries.candidates(session, wanted, chain)
    if not proposals:
        return redirect(url_for("measures.choose"), 303)
    form = draft_form([row.proposal_id for row in proposals])
    if form.validate_on_submit():
        try:
            measure = operations.draft(session, takes=form.takes(), by=voice(), now=guard.now())
            guard.say("success", N_("The measure is drafted. Please complete its sheet."))
            return redirect(url_for("measures.edit", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("measures/draft.html", proposals=proposals, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/measures/<int:measure_id>/edit", methods=["GET", "POST"])
def edit(measure_id: int) -> Any:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    session = guard.database()
    options = queries.options(session, i18n.current().chain)
    form = SheetForm.of(queries.sheet(session, measure), measure.changed_at.isoformat(), options)
    lacking: list[str] = []
    if form.validate_on_submit():
        try:
            operations.edit(
                session, measure=measure, sheet=form.sheet(), seen=form.moment(), by=voice(), now=guard.now(),
                reason=form.why.data or "",
            )  # fmt: skip
            guard.say("success", N_("The sheet is saved."))
            return redirect(url_for("measures.show", measure_id=measure.id), 303)
        except DomainError as error:
            lacking = explained(error) if isinstance(error, operations.Incomplete) else []
            form.refuse(error)
    return form_page("measures/edit.html", measure, form, lacking=lacking)
