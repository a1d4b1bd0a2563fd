"""Counting requests for interpreters, quickly."""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.forms import BaseForm
from bihaelt.i18n import gettext, local
from bihaelt.interpreting import operations, queries
from bihaelt.interpreting.forms import KEPT, CountForm
from bihaelt.interpreting.views.blueprint import bp
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.permissions.interpreting import COUNTERS
from bihaelt.rendering import render
from bihaelt.topics import queries as topics
from bihaelt.verdicts import DomainError

CITY = N_("The city as a whole")


def voices() -> Sequence[tuple[str, str]]:
    """In whose name a person may count: their offices (all of them for the plan's owner), their organisations."""
    person = guard.signed_in()
    found = [(f"organisation-{seat.organisation_id}", seat.organisation_name) for seat in person.seats]
    if person.has(*COUNTERS):
        offices = topics.office_choices(guard.database())
        mine = [(key, name) for key, name in offices if not person.office_ids or key in person.office_ids]
        found = [*((f"office-{key}", name) for key, name in mine), *found]
        if not person.office_ids:
            found.append(("office-0", gettext(CITY)))
    return found


def voice_of(chosen: str) -> tuple[Voice, int | None]:
    """Who speaks, and the office if it is one."""
    kind, _, number = chosen.partition("-")
    if kind == "organisation":
        return guard.voice_for(int(number)), None
    return guard.signed_in().as_role(*COUNTERS), int(number) or None


@bp.route("/desk/interpreting", methods=["GET", "POST"])
def count() -> Any:
    guard.require(permissions.count_requests)
    session, today = guard.database(), local(guard.now()).date()
    form = CountForm.of(voices(), today, {name: request.args.get(name, "") for name in KEPT})
    if form.validate_on_submit():
        try:
            by, office_id = voice_of(form.voice.data)
            operations.count(
                session, counted=form.counted(), office_id=office_id, nonce=guard.nonce(), by=by, now=guard.now(),
                today=today,
            )  # fmt: skip
            guard.say("success", N_("Counted. The next entry begins with the same details."))
            kept = {name: request.form.get(name, "") for name in KEPT}
            return redirect(url_for("interpreting.count", **kept), 303)  # type: ignore[arg-type]
        except DomainError as error:
            form.refuse(error)
    entries = queries.own_entries(session, guard.signed_in().id)
    return render("interpreting/count.html", form=form, entries=entries), 422 if form.is_submitted() else 200


@bp.post("/desk/interpreting/<int:request_id>/remove")
def remove(request_id: int) -> Response:
    entry = queries.entry(guard.database(), request_id) or abort(404)
    guard.require(permissions.remove_request, entry)
    if BaseForm().validate_on_submit():
        seat = f"organisation-{entry.organisation_id}" if entry.organisation_id else "office-0"
        operations.remove(guard.database(), entry=entry, by=voice_of(seat)[0], now=guard.now())
        guard.say("success", N_("The entry is removed."))
    return redirect(url_for("interpreting.count"), 303)
