"""The page of a working group, which is its agenda; and the pages of its meetings."""

from flask import abort, request

from bihaelt import guard, permissions
from bihaelt.journal import queries as journal
from bihaelt.plan.queries.agenda import due_of, waiting_for
from bihaelt.plan.queries.belonging import Of, ids_of
from bihaelt.rendering import render
from bihaelt.topics import queries
from bihaelt.topics.views.blueprint import belonging, bp, chain, group_or_404, meeting_or_404, today


@bp.get("/topics/working-groups/<int:group_id>")
def group(group_id: int) -> str:
    guard.require(permissions.public)
    database, found = guard.database(), group_or_404(group_id)
    return render(
        "topics/group.html",
        group=found,
        works_on=queries.topics_of_group(database, found.id, chain()),
        members=queries.members(database, found.id),
        meetings=queries.meetings(database, found.id),
        due=due_of(database, chain(), today(), group_id=found.id),
        waiting=waiting_for(database, chain(), found.id, guard.now()),
        entries=journal.entries(database, "working_group", found.id),
        today=today(),
        **belonging(Of.GROUP, found.id, group_id=found.id),
    )


@bp.get("/topics/working-groups/<int:group_id>/meetings/<int:meeting_id>")
def meeting(group_id: int, meeting_id: int) -> str:
    """A meeting: before it, the agenda; after it, its minutes (an earlier version with ``?version=1``)."""
    guard.require(permissions.public)
    database, found = guard.database(), meeting_or_404(group_id, meeting_id)
    drafts = bool(permissions.see_drafts(guard.actor(), None, guard.now()))
    asked = request.args.get("version", type=int)
    minutes = queries.minutes(database, found.id, asked, drafts=drafts)
    if asked is not None and minutes is None:
        abort(404)
    points = minutes.points if minutes else ()
    return render(
        "topics/meeting.html",
        group=found.group,
        meeting=found,
        minutes=minutes,
        versions=queries.versions(database, found.id, drafts=drafts),
        measure_ids=ids_of(database, [point.measure_number for point in points]),
        due=[] if minutes else due_of(database, chain(), today(), group_id=group_id),
        waiting=[] if minutes else waiting_for(database, chain(), group_id, guard.now()),
        members=[] if minutes else queries.members(database, group_id),
        today=today(),
    )
