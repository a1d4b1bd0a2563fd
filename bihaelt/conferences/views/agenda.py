"""The parts of the conference day."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.conferences import operations, queries
from bihaelt.conferences.forms import AgendaForm
from bihaelt.conferences.models import AgendaItem, Conference
from bihaelt.conferences.views.blueprint import bp
from bihaelt.conferences.views.desk import Page, load, status_of, voice
from bihaelt.forms import BaseForm
from bihaelt.i18n import current
from bihaelt.rendering import render
from bihaelt.texts.queries import shown


def back(conference: Conference) -> Response:
    return redirect(url_for("conferences.agenda", conference_id=conference.id), 303)


def item_of(conference: Conference, item_id: int) -> AgendaItem:
    return queries.agenda_item(guard.database(), conference.id, item_id) or abort(404)


@bp.route("/desk/conferences/<int:conference_id>/agenda", methods=["GET", "POST"])
def agenda(conference_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.arrange_conferences)
    session, form = guard.database(), AgendaForm()
    if form.validate_on_submit():
        operations.put_on_agenda(
            session, conference=found, kind=form.kind.data, minutes=form.minutes.data, language=current().babel,
            title=form.title.data, by=voice(), now=guard.now(),
        )  # fmt: skip
        return back(found)
    title, _ = queries.words(session, found, current().chain)
    parts = queries.agenda(session, found.id, current().chain)
    return render(
        "conferences/agenda.html", form=form, conference=found, title=title, parts=parts, item=None
    ), status_of(form)


@bp.route("/desk/conferences/<int:conference_id>/agenda/<int:item_id>", methods=["GET", "POST"])
def agenda_item(conference_id: int, item_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.arrange_conferences)
    session, item = guard.database(), item_of(found, item_id)
    original = shown(session, [item.text_id], ())[item.text_id]
    form = AgendaForm(title=original.title, kind=item.kind, minutes=item.minutes)
    if form.validate_on_submit():
        operations.change_item(
            session, conference=found, item=item, kind=form.kind.data, minutes=form.minutes.data,
            title=form.title.data, by=voice(), now=guard.now(),
        )  # fmt: skip
        return back(found)
    title, _ = queries.words(session, found, current().chain)
    return render("conferences/agenda.html", form=form, conference=found, title=title, parts=(), item=item), status_of(
        form
    )


@bp.post("/desk/conferences/<int:conference_id>/agenda/<int:item_id>/move")
def move_item(conference_id: int, item_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.arrange_conferences)
    item = item_of(found, item_id)
    if not BaseForm().validate_on_submit():
        abort(400)
    up = request.form.get("to") == "up"
    operations.move_item(guard.database(), conference=found, item=item, up=up, by=voice(), now=guard.now())
    return back(found)


@bp.post("/desk/conferences/<int:conference_id>/agenda/<int:item_id>/remove")
def remove_item(conference_id: int, item_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.arrange_conferences)
    item = item_of(found, item_id)
    if not BaseForm().validate_on_submit():
        abort(400)
    operations.take_off_agenda(guard.database(), conference=found, item=item, by=voice(), now=guard.now())
    return back(found)
