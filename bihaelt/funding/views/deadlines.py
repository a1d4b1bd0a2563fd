"""The desk of deadlines: what is overdue, and what comes next."""

from flask import request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.funding import queries
from bihaelt.funding.forms import DeadlineFilter
from bihaelt.funding.views.blueprint import bp, today
from bihaelt.paging import Cursor
from bihaelt.rendering import render


@bp.get("/desk/funding")
def desk() -> str:
    guard.require(permissions.see_funding)
    person, filters = guard.signed_in(), DeadlineFilter()
    due = filters.chosen().get("due")
    cursor = Cursor.decode(request.args.get("after"), (str, str, int))
    # Whoever looks after one office sees that one; the others see all.
    offices = sorted(person.office_ids) if person.roles == {Role.OFFICE_EDITOR} else []
    page = queries.deadlines(
        guard.database(), i18n.current().chain, today(), due=due, office_ids=offices,
        cursor=cursor if cursor and queries.day_in(cursor.keys[0]) else None,
    )  # fmt: skip
    return render(
        "funding/desk.html",
        filters=filters,
        page=page,
        newer_url=url_for("funding.desk", due=due, after=page.newer) if page.newer else None,
        older_url=url_for("funding.desk", due=due, after=page.older) if page.older else None,
    )
