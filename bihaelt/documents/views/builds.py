"""Ordering long documents, and seeing how far they are."""

from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, permissions
from bihaelt.conferences import queries as conferences
from bihaelt.controlling.queries import rounds
from bihaelt.documents import operations, queries
from bihaelt.documents.domain.builds import BuildKind
from bihaelt.documents.forms import OrderForm
from bihaelt.documents.views.blueprint import bp
from bihaelt.i18n import current, gettext
from bihaelt.marks import N_, label_of
from bihaelt.plan.queries.editions import editions
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


@bp.route("/desk/documents", methods=["GET", "POST"])
def orders() -> Any:
    guard.require(permissions.order_document)
    session, actor = guard.database(), guard.signed_in()
    form = OrderForm.of(orderable(), current().babel)
    if form.validate_on_submit():
        kind, subject = form.order()
        try:
            build = operations.order(
                session, kind=kind, subject=subject, language=form.language.data, account_id=actor.id, now=guard.now()
            )
            return redirect(url_for("documents.order", build_id=build.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render("documents/orders.html", form=form, builds=queries.ordered_by(session, actor.id))
    return page, 422 if form.is_submitted() else 200


def orderable() -> list[tuple[str, str]]:
    """What can be ordered: "kind:subject" with its name."""
    session = guard.database()
    held = [found for found in conferences.conferences(session) if found.opened_at is not None]
    titles = conferences.titles(session, [found.id for found in held], current().chain)
    frozen = [
        (BuildKind.BOOKLET, str(row.number), gettext(N_("Edition %(number)s"), number=row.number))
        for row in editions(session)
    ]
    reports = [(BuildKind.CONTROLLING, row.period, row.period) for row in rounds(session)]
    reports += [(BuildKind.CONFERENCE, str(found.id), titles[found.id].title) for found in held]
    named = [(f"{kind}:{subject}", f"{gettext(label_of(kind))}: {name}") for kind, subject, name in (*frozen, *reports)]
    return [(f"{BuildKind.BOOKLET}:", gettext(label_of(BuildKind.BOOKLET))), *named]


@bp.get("/desk/documents/<int:build_id>")
def order(build_id: int) -> str:
    build = queries.build(guard.database(), build_id) or abort(404)
    guard.require(permissions.see_build, build)
    return render("documents/order.html", build=build)
