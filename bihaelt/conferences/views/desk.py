"""The desk of the conferences: make, change, mandate, open, extend."""

from collections.abc import Callable
from typing import Any

from flask import abort, g, redirect, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.conferences import operations, queries
from bihaelt.conferences.domain import NotReady, days_of, missing, phase_at, phase_line, retimed
from bihaelt.conferences.forms import (
    ConferenceForm,
    ExtendForm,
    MandateForm,
    NewConferenceForm,
    language_choices,
    moments_of,
    values_of,
)
from bihaelt.conferences.models import Conference
from bihaelt.conferences.views.blueprint import bp
from bihaelt.forms import BaseForm, named
from bihaelt.i18n import LANGUAGES, current, zone
from bihaelt.journal.domain import Voice
from bihaelt.journal.queries import entries
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.reports.queries import followed_by
from bihaelt.topics.queries import clusters
from bihaelt.verdicts import DomainError

ROLES = (Role.PLAN_OWNER, Role.ADMIN)
Page = str | tuple[str, int] | Response


def voice() -> Voice:
    return guard.signed_in().as_role(*ROLES)


def load(conference_id: int) -> Conference:
    return queries.conference(guard.database(), conference_id) or abort(404)


def attempt(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Whether ``act`` went through; a refusal is shown in the form."""
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def back_to(conference: Conference, message: str = N_("Saved.")) -> Response:
    guard.say("success", message)
    return redirect(url_for("conferences.arrange", conference_id=conference.id), 303)


def status_of(form: BaseForm) -> int:
    return 422 if form.is_submitted() else 200


@bp.get("/desk/conferences")
def desk() -> str:
    guard.require(permissions.arrange_conferences)
    return render("conferences/desk.html", rows=queries.overview(guard.database(), current().chain, guard.now()))


@bp.route("/desk/conferences/new", methods=["GET", "POST"])
def new() -> Page:
    guard.require(permissions.arrange_conferences)
    form = NewConferenceForm(languages=["de"], rhythm_months=12)
    _offer(form)
    if form.validate_on_submit() and attempt(form, lambda: _create(form)):
        made = operations.made_by(guard.database(), g.nonce) or abort(500)
        return back_to(made, N_("The conference has been made. Now it needs a mandate."))
    return render("conferences/new.html", form=form), status_of(form)


def _offer(form: ConferenceForm) -> None:
    session, chain = guard.database(), current().chain
    form.clusters.choices = named((topic.id, topic.name.title) for topic in clusters(session, chain))
    form.languages.choices = named(language_choices())
    if isinstance(form, NewConferenceForm):
        rows = [(number, name.title) for number, name in queries.all_series(session, chain)]
        form.series.choices = named(rows, N_("A new series"))


def _create(form: NewConferenceForm) -> None:
    session, now, language = guard.database(), guard.now(), current().babel
    if operations.made_by(session, g.nonce) is not None:
        return
    moments = moments_of(form, zone())
    series = queries.series(session, form.series.data)
    if series is None:
        series = operations.start_series(
            session, language=language, title=form.series_title.data or "",
            rhythm_months=form.rhythm_months.data or 0, now=now,
        )  # fmt: skip
    operations.create(
        session, series=series, language=language, words=form.words(), facts=form.facts(moments), by=voice(), now=now,
        nonce=g.nonce,
    )  # fmt: skip


@bp.get("/desk/conferences/<int:conference_id>")
def arrange(conference_id: int) -> str:
    guard.require(permissions.arrange_conferences)
    session, now, chain = guard.database(), guard.now(), current().chain
    found = load(conference_id)
    title, mandate = queries.words(session, found, chain)
    return render(
        "conferences/arrange.html",
        conference=found,
        title=title,
        mandate=mandate,
        phase=phase_at(found, now),
        steps=phase_line(found, now, zone()),
        lacking=missing(queries.readiness(session, found), now) if found.opened_at is None else (),
        coverage=queries.coverage(session, found),
        pieces=queries.pieces(session, found),
        to=LANGUAGES,
        followed_by=followed_by(session, found.id),
        entries=entries(session, "conference", found.id),
    )


@bp.route("/desk/conferences/<int:conference_id>/edit", methods=["GET", "POST"])
def edit(conference_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.edit_conference, found)
    session, days = guard.database(), days_of(found, zone())
    title, _ = queries.words(session, found, ())
    form = ConferenceForm(**values_of(found, title, days, queries.cluster_ids(session, found.id)))
    _offer(form)
    if form.validate_on_submit() and attempt(form, lambda: _change(found, form)):
        return back_to(found)
    return render("conferences/edit.html", form=form, conference=found, title=title), status_of(form)


def _change(conference: Conference, form: ConferenceForm) -> None:
    moments = retimed(conference, form.days(), zone())
    operations.change(
        guard.database(), conference=conference, words=form.words(), facts=form.facts(moments), by=voice(),
        now=guard.now(),
    )  # fmt: skip


@bp.route("/desk/conferences/<int:conference_id>/mandate", methods=["GET", "POST"])
def mandate(conference_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.edit_conference, found)
    title, text = queries.words(guard.database(), found, ())
    form = MandateForm(
        body=found.mandate_body, on=found.mandate_on, paper=found.mandate_paper,
        ordered=text.body if text else "", open=text.extra.get("open", "") if text else "",
        not_open=text.extra.get("not_open", "") if text else "",
    )  # fmt: skip
    if form.validate_on_submit() and attempt(form, lambda: _give_mandate(found, form)):
        return back_to(found, N_("The mandate has been recorded."))
    return render("conferences/mandate.html", form=form, conference=found, title=title), status_of(form)


def _give_mandate(conference: Conference, form: MandateForm) -> None:
    operations.give_mandate(
        guard.database(), conference=conference, body=form.body.data, on=form.on.data, paper=form.paper.data,
        language=current().babel, words=form.words(), by=voice(), now=guard.now(),
    )  # fmt: skip


@bp.post("/desk/conferences/<int:conference_id>/open")
def open_up(conference_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.edit_conference, found)
    form = BaseForm()
    lacking: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            operations.open_conference(guard.database(), conference=found, by=voice(), now=guard.now())
        except NotReady as error:
            lacking = tuple(error.missing)
        else:
            return back_to(found, N_("The conference has been opened."))
    return render("conferences/not_ready.html", form=form, conference=found, lacking=lacking), 409


@bp.route("/desk/conferences/<int:conference_id>/extend", methods=["GET", "POST"])
def extend(conference_id: int) -> Page:
    found = load(conference_id)
    guard.require(permissions.extend_conference, found)
    days = days_of(found, zone())
    form = ExtendForm(data={name: getattr(days, name) for name in days.__slots__})
    if form.validate_on_submit() and attempt(form, lambda: _extend(found, form)):
        return back_to(found, N_("The deadline has been extended."))
    title, _ = queries.words(guard.database(), found, current().chain)
    return render("conferences/extend.html", form=form, conference=found, title=title), status_of(form)


def _extend(conference: Conference, form: ExtendForm) -> None:
    operations.extend(
        guard.database(), conference=conference, days=form.days(), zone=zone(), reason=form.reason.data, by=voice(),
        now=guard.now(),
    )  # fmt: skip
