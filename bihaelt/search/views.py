"""The search over proposals and measures, in all languages at once."""

from flask import Blueprint, request

from bihaelt import guard, i18n, permissions
from bihaelt.forms import CONTROL
from bihaelt.rendering import render
from bihaelt.search import queries

bp = Blueprint("search", __name__)


@bp.get("/search")
def index() -> str:
    guard.require(permissions.public)
    typed = CONTROL.sub(" ", request.args.get("q", "")[: queries.MAX_TYPED]).strip()
    return render(
        "search/index.html",
        typed=typed,
        words=queries.words_in(typed),
        found=queries.results(guard.database(), typed, i18n.current().chain),
    )
