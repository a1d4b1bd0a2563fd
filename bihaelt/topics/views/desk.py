"""The desk of all catalogues: one set of pages, whatever the catalogue holds."""

from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.forms import BaseForm, named
from bihaelt.i18n import current, local
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.topics import operations, queries
from bihaelt.topics.domain import SHAPES, Catalogue
from bihaelt.topics.forms import OFFICES, EntryForm, filled, offer_offices
from bihaelt.topics.views.blueprint import bp
from bihaelt.verdicts import DomainError

Answer = str | tuple[str, int] | BaseResponse
ONE = "/desk/catalogues/<any({}):name>".format(", ".join(f'"{catalogue}"' for catalogue in Catalogue))
DONE = {
    "up": N_("The order is changed."),
    "down": N_("The order is changed."),
    "retire": N_("The entry is retired. Everything that belongs to it stays."),
    "restore": N_("The entry can be chosen again."),
    "remove": N_("The entry is removed."),
}


def city() -> Voice:
    return guard.signed_in().as_role(Role.PLAN_OWNER, Role.ADMIN)


@bp.get("/desk/catalogues")
def catalogues() -> str:
    guard.require(permissions.arrange_city)
    return render("topics/catalogues.html", shapes=SHAPES)


@bp.get(ONE)
def catalogue(name: str) -> str:
    guard.require(permissions.arrange_city)
    kind = Catalogue(name)
    shape, database, chain = SHAPES[kind], guard.database(), current().chain
    outer = queries.entries(database, shape.within, chain) if shape.within else []
    return render(
        "topics/catalogue.html", kind=kind, shape=shape, rows=queries.entries(database, kind, chain),
        outer={row.id: row for row in outer},
    )  # fmt: skip


def found(name: str, entry_id: int) -> tuple[Catalogue, Any]:
    kind = Catalogue(name)
    return kind, queries.entry(guard.database(), kind, entry_id) or abort(404)


def offer(form: EntryForm, row: Any = None) -> None:
    """What can be chosen in the form: offices, and the entries that this one may belong to."""
    database, shape = guard.database(), SHAPES[form.catalogue]
    if any(part in OFFICES for part in shape.parts):
        kept = next((getattr(row, part) for part in shape.parts if row is not None and part in OFFICES), None)
        own = row.id if row is not None and form.catalogue is Catalogue.OFFICES else None
        offer_offices(form, queries.office_choices(database, without=own, keep=kept))
    if shape.within is not None and form._fields.get("within_id") is not None:
        outer = queries.entries(database, shape.within, current().chain)
        form._fields["within_id"].choices = named(
            [(entry.id, entry.title.title if entry.title else entry.name) for entry in outer], N_("Please choose")
        )


@bp.route(f"{ONE}/add", methods=["GET", "POST"])
def add(name: str) -> Answer:
    guard.require(permissions.arrange_city)
    kind = Catalogue(name)
    form = filled(kind)
    offer(form)
    if form.validate_on_submit() and added(kind, form):
        guard.say("success", N_("Saved."))
        return redirect(url_for(".catalogue", name=kind), 303)
    html = render("topics/entry.html", form=form, kind=kind, shape=SHAPES[kind], row=None)
    return html, 422 if form.is_submitted() else 200


def added(kind: Catalogue, form: EntryForm) -> bool:
    within = form._fields.get("within_id")
    try:
        operations.add(
            guard.database(), catalogue=kind, content=form.content(), within_id=within.data if within else None,
            by=city(), now=guard.now(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.route(f"{ONE}/<int:entry_id>", methods=["GET", "POST"])
def entry(name: str, entry_id: int) -> Answer:
    guard.require(permissions.arrange_city)
    kind, row = found(name, entry_id)
    words = queries.words_in_all(guard.database(), row.text_id) if SHAPES[kind].told else {}
    form = filled(kind, row, words)
    offer(form, row)
    if form.validate_on_submit() and changed(kind, row, form):
        guard.say("success", N_("Saved."))
        return redirect(url_for(".catalogue", name=kind), 303)
    html = render(
        "topics/entry.html", form=form, kind=kind, shape=SHAPES[kind], row=row,
        retired=operations.is_retired(kind, row),
    )  # fmt: skip
    return html, 422 if form.is_submitted() else 200


def changed(kind: Catalogue, row: Any, form: EntryForm) -> bool:
    try:
        operations.change(guard.database(), catalogue=kind, row=row, content=form.content(), by=city(), now=guard.now())
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.post(f"{ONE}/<int:entry_id>/<any(up, down, retire, restore, remove):act>")
def perform(name: str, entry_id: int, act: str) -> BaseResponse:
    guard.require(permissions.arrange_city)
    kind, row = found(name, entry_id)
    if not BaseForm().validate_on_submit():
        abort(422, description=N_("Please go back, reload the page and try again."))
    common: dict[str, Any] = {"catalogue": kind, "row": row, "by": city(), "now": guard.now()}
    if act in ("up", "down"):
        operations.move(guard.database(), up=act == "up", **common)
    elif act == "retire":
        operations.retire(guard.database(), today=local(guard.now()).date(), **common)
    elif act == "restore":
        operations.restore(guard.database(), **common)
    else:
        operations.remove(guard.database(), **common)
    guard.say("success", DONE[act])
    return redirect(url_for(".catalogue", name=kind, _anchor=None if act == "remove" else f"entry-{entry_id}"), 303)
