"""The catalogue of funding programmes."""

from bihaelt import guard, i18n, permissions
from bihaelt.funding import queries
from bihaelt.funding.views.blueprint import bp
from bihaelt.rendering import render


@bp.get("/plan/programmes")
def programmes() -> str:
    guard.require(permissions.public)
    rows = queries.programmes(guard.database(), i18n.current().chain)
    return render("funding/programmes.html", rows=rows)
