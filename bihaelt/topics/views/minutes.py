"""Writing minutes: each time a new version, prefilled with the last one or with the agenda."""

from collections.abc import Sequence

from flask import redirect, request, url_for

from bihaelt import guard
from bihaelt.forms import named
from bihaelt.marks import N_
from bihaelt.organisations.queries import choices as organisation_choices
from bihaelt.plan.queries.agenda import due_of
from bihaelt.plan.queries.belonging import numbers_in
from bihaelt.rendering import render
from bihaelt.topics import operations, queries
from bihaelt.topics.domain import Point
from bihaelt.topics.forms import (
    BLANK,
    MOST_POINTS,
    MinutesForm,
    minutes_form,
    offer_measures,
    points_asked,
    prefilled,
)
from bihaelt.topics.models import Meeting
from bihaelt.topics.views.blueprint import bp, chain, meeting_or_404, today
from bihaelt.topics.views.group_desk import Answer, accepted, keeper, kept

FROM_AGENDA = 12


@bp.route("/desk/working-groups/<int:group_id>/meetings/<int:meeting_id>/minutes", methods=["GET", "POST"])
def write_minutes(group_id: int, meeting_id: int) -> Answer:
    group, meeting = kept(group_id), meeting_or_404(group_id, meeting_id)
    form, public = form_of(meeting), request.form.get("publish") == "yes"
    more = form.is_submitted() and request.form.get("more") == "yes"
    if not more and accepted(form, lambda: written(meeting, form, public=public)):
        guard.say("success", N_("The minutes are published.") if public else N_("The draft is saved."))
        return redirect(url_for(".meeting", group_id=group.id, meeting_id=meeting.id), 303)
    published = any(row.public for row in queries.versions(guard.database(), meeting.id))
    html = render(
        "topics/minutes_write.html", form=form, group=group, meeting=meeting, published=published, most=MOST_POINTS
    )
    return html, 422 if form.is_submitted() and not more else 200


def written(meeting: Meeting, form: MinutesForm, *, public: bool) -> None:
    operations.write_minutes(
        guard.database(), meeting=meeting, content=form.content(), public=public, reason=form.reason.data or "",
        seen=form.seen_number(), by=keeper(), now=guard.now(), today=today(),
    )  # fmt: skip


def form_of(meeting: Meeting) -> MinutesForm:
    """The form as it was sent (longer where more points are wanted), or filled with what is known."""
    database = guard.database()
    last = queries.minutes(database, meeting.id, drafts=True)
    if request.method == "POST":
        count = points_asked() + (BLANK if request.form.get("more") == "yes" else 0)
        points: Sequence[Point] = ()
    else:
        points = () if last else from_agenda(meeting)
        count = len(last.points if last else points) + BLANK
    count = min(count, MOST_POINTS)
    form = minutes_form(count)(**prefilled(last, points, count))
    form.offices.choices = named(queries.office_choices(database))
    form.organisations.choices = named(organisation_choices(database))
    offer_measures(form, numbers_in(database, meeting.group_id, chain()))
    return form


def from_agenda(meeting: Meeting) -> Sequence[Point]:
    """A point for each measure of which something is due."""
    due = due_of(guard.database(), ("de",), today(), group_id=meeting.group_id)
    measures = {row.number: row.measure.title for row in due}
    return [Point(title, measure_number=number) for number, title in list(measures.items())[:FROM_AGENDA]]
