"""The start page, the city's own pages and the feedback form: for everybody."""

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, limits, permissions
from bihaelt.accounts.domain.senders import network_of
from bihaelt.conferences import queries as conferences
from bihaelt.conferences.domain import days_left, phase_at, phase_line
from bihaelt.i18n import current, local, zone
from bihaelt.journal.domain import Voice
from bihaelt.memo import kept
from bihaelt.money.queries import cluster_bars
from bihaelt.pages import operations, queries
from bihaelt.pages.domain import PageName
from bihaelt.pages.forms import FeedbackForm
from bihaelt.pages.views.blueprints import bp
from bihaelt.rendering import render
from bihaelt.reports import queries as reports
from bihaelt.texts.queries import shown

STORIES = 3


@bp.get("/")
def start() -> str:
    guard.require(permissions.public)
    session, now, chain = guard.database(), guard.now(), current().chain
    conference = conferences.current(session, now)
    last = conferences.last_decided(session, now)
    words = shown(session, [found.text_id for found in (conference, last) if found], chain)
    year = local(now).year
    return render(
        "pages/start.html",
        conference=conference,
        title=words[conference.text_id] if conference else None,
        phase=phase_at(conference, now) if conference else None,
        steps=phase_line(conference, now, zone()) if conference else (),
        left=days_left(conference, now, zone()) if conference else None,
        last=last,
        last_title=words[last.text_id] if last else None,
        figures=kept(("figures", last.id), lambda: reports.figures(session, last.id)) if last else None,
        stories=kept(("stories", last.id, *chain), lambda: reports.stories(session, last.id, chain, STORIES))
        if last
        else (),
        bars=kept(("bars", year, *chain), lambda: cluster_bars(session, chain, year)),
        year=year,
    )


@bp.get("/about")
def about() -> str:
    guard.require(permissions.public)
    return render("pages/about.html", text=queries.page_text(guard.database(), PageName.ABOUT, current().chain))


@bp.get("/page/<any(imprint, privacy, accessibility, rules):name>")
def show(name: str) -> str:
    guard.require(permissions.public)
    page = PageName(name)
    return render("pages/show.html", page=page, text=queries.page_text(guard.database(), page, current().chain))


@bp.route("/feedback", methods=["GET", "POST"])
def feedback() -> str | tuple[str, int] | BaseResponse:
    guard.require(permissions.public)
    form = FeedbackForm(page=request.headers.get("Referer", "")[:300], kind="barrier")
    if form.validate_on_submit():
        limits.hit_or_refuse("feedback", network_of(request.remote_addr))
        person = guard.actor()
        made = operations.receive(
            guard.database(), kind=form.kind.data, body=form.body.data, page=form.page.data or "",
            email=form.email.data or "", language=current().babel, by=person.as_citizen() if person else Voice(None),
            today=local(guard.now()).date(), now=guard.now(), nonce=g.nonce,
        )  # fmt: skip
        return redirect(url_for("pages.received", number=made.number), 303)
    return render("pages/feedback.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/feedback/<number>")
def received(number: str) -> str:
    guard.require(permissions.public)
    found = queries.by_number(guard.database(), number) or abort(404)
    g.cacheable = False
    return render("pages/received.html", feedback=found, late=found.due_on < local(guard.now()).date())
