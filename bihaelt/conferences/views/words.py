"""All texts of a conference in one language, beside their originals."""

from collections.abc import Sequence

from flask import abort
from werkzeug.wrappers import Response

from bihaelt import guard, permissions
from bihaelt.conferences import operations, queries
from bihaelt.conferences.forms import words_form, words_in
from bihaelt.conferences.models import Conference
from bihaelt.conferences.queries import Piece
from bihaelt.conferences.views.blueprint import bp
from bihaelt.conferences.views.desk import back_to, load, status_of, voice
from bihaelt.forms import BaseForm
from bihaelt.i18n import BY_URL, Language
from bihaelt.rendering import render
from bihaelt.texts.queries import shown


@bp.route("/desk/conferences/<int:conference_id>/words/<in_language>", methods=["GET", "POST"])
def words(conference_id: int, in_language: str) -> str | tuple[str, int] | Response:
    guard.require(permissions.arrange_conferences)
    found, to = load(conference_id), BY_URL.get(in_language) or abort(404)
    session = guard.database()
    pieces = queries.pieces(session, found)
    originals = shown(session, [piece.text_id for piece in pieces], ())
    # Once a conference has been opened, its originals stand; translations may still be added and corrected.
    free = [p for p in pieces if found.opened_at is None or originals[p.text_id].source != to.babel]
    have = queries.versions_of(session, [piece.text_id for piece in pieces])
    form = words_form(free, {text: version for (text, babel), version in have.items() if babel == to.babel})
    if form.validate_on_submit():
        _save(found, to, free, form)
        return back_to(found)
    title, _ = queries.words(session, found, ())
    html = render(
        "conferences/words.html", form=form, conference=found, title=title, to=to, pieces=free, originals=originals,
        fixed=len(pieces) - len(free),
    )  # fmt: skip
    return html, status_of(form)


def _save(conference: Conference, to: Language, pieces: Sequence[Piece], form: BaseForm) -> None:
    session, by, now = guard.database(), voice(), guard.now()
    typed = [(piece.text_id, words) for piece in pieces if (words := words_in(form, piece)) is not None]
    changed = sum(
        operations.put_into_words(
            session, conference=conference, text_id=text_id, language=to.babel, words=words, by=by, now=now
        )
        for text_id, words in typed
    )
    if changed:
        operations.words_changed(session, conference=conference, language=to.babel, count=changed, by=by, now=now)
