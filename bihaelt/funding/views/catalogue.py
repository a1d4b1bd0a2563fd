"""Keeping the catalogue of programmes."""

from typing import Any

from flask import redirect, url_for

from bihaelt import guard, permissions
from bihaelt.funding import operations, queries
from bihaelt.funding.forms import ProgrammeForm, ReasonForm
from bihaelt.funding.views.blueprint import bp, cluster_names, today, voice
from bihaelt.funding.views.programmes import programme_or_404
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


@bp.route("/desk/programmes/new", methods=["GET", "POST"])
def add() -> Any:
    guard.require(permissions.keep_programmes)
    form = ProgrammeForm.of(cluster_names())
    if form.validate_on_submit():
        try:
            made = operations.add_programme(guard.database(), entry=form.entry(), by=voice(), now=guard.now())
            guard.say("success", N_("The programme is in the catalogue."))
            return redirect(url_for("funding.programme", programme_id=made.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("funding/programme_form.html", form=form, programme=None)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/programmes/<int:programme_id>/edit", methods=["GET", "POST"])
def edit(programme_id: int) -> Any:
    guard.require(permissions.keep_programmes)
    session, programme = guard.database(), programme_or_404(programme_id)
    seen = programme.changed_at.isoformat() if programme.changed_at else ""
    form = ProgrammeForm.of(cluster_names(), queries.entry(session, programme), seen)
    if form.validate_on_submit():
        try:
            operations.edit_programme(
                session, programme=programme, entry=form.entry(), seen=form.moment(), by=voice(), now=guard.now(),
                reason=form.why.data or "",
            )  # fmt: skip
            guard.say("success", N_("The programme is saved."))
            return redirect(url_for("funding.programme", programme_id=programme.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("funding/programme_form.html", form=form, programme=programme)
    return page, 422 if form.is_submitted() else 200


@bp.route("/desk/programmes/<int:programme_id>/end", methods=["GET", "POST"])
def end(programme_id: int) -> Any:
    guard.require(permissions.keep_programmes)
    programme, form = programme_or_404(programme_id), ReasonForm()
    if form.validate_on_submit():
        try:
            operations.end_programme(
                guard.database(), programme=programme, on=today(), reason=form.reason.data, by=voice(), now=guard.now()
            )
            guard.say("success", N_("The programme has ended. What it granted goes on."))
            return redirect(url_for("funding.programme", programme_id=programme.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("funding/programme_end.html", form=form, programme=programme)
    return page, 422 if form.is_submitted() else 200
