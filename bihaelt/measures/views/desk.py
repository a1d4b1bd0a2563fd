"""The desk of measures: the list, and drafts from proposals."""

from typing import Any

from flask import redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.forms import DeskFilter, draft_form
from bihaelt.measures.views.blueprint import bp, voice
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError

MOST = 20  # proposals in one draft


@bp.get("/desk/measures")
def desk() -> str:
    guard.require(permissions.see_measures)
    session, today = guard.database(), local(guard.now()).date()
    filters = DeskFilter(offices=queries.office_names(session))
    chosen = filters.chosen()
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.desk(
        session, i18n.current().chain, today, category=chosen.get("category"), state=chosen.get("state"),
        office_id=chosen.get("office"), overdue="overdue" in chosen, cursor=cursor,
    )  # fmt: skip
    kept: dict[str, Any] = {name: "y" if value is True else value for name, value in chosen.items()}
    return render(
        "measures/desk.html",
        filters=filters,
        page=page,
        newer_url=url_for("measures.desk", after=page.newer, **kept) if page.newer else None,
        older_url=url_for("measures.desk", after=page.older, **kept) if page.older else None,
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
            return redirect(url_for("measures.sheet", measure_id=measure.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("measures/draft.html", proposals=proposals, form=form)
    return page, 422 if form.is_submitted() else 200
