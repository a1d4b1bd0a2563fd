"""All versions of a text with what changed, and the translators' desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.i18n import BY_BABEL, BY_URL, LANGUAGES, Language
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.proposals.domain.diff import word_diff
from bihaelt.publicity import SOURCES
from bihaelt.rendering import render
from bihaelt.texts import operations, queries
from bihaelt.texts.domain import Kind, Owner, Status, Want, Words, everything, once_public, part_label
from bihaelt.texts.forms import EXTRA, TaskFilter, TranslationForm, translation_form
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import words_of
from bihaelt.verdicts import DomainError

bp = Blueprint("texts", __name__)
MOST_CHANGES = 30

# Where a reader finds what the text belongs to: the endpoint and the name of the number in its address.
PLACES = {
    Kind.PROPOSAL: ("proposals.show", "proposal_id"),
    Kind.COMMENT: ("comments.show", "comment_id"),
    Kind.STATEMENT: ("proposals.show", "proposal_id"),
    Kind.DECISION: ("proposals.show", "proposal_id"),
    Kind.MEASURE: ("measures.show", "measure_id"),
    Kind.MILESTONE: ("measures.show", "measure_id"),
    Kind.OPEN_POINT: ("measures.show", "measure_id"),
    Kind.CHANGE: ("measures.show", "measure_id"),
    Kind.REPORT: ("measures.show", "measure_id"),
    Kind.GOAL: ("goals.show", "goal_id"),
    Kind.INDICATOR: ("goals.indicator", "indicator_id"),
    Kind.PAPER: ("documents.paper", "paper_id"),
    Kind.CONFERENCE: ("conferences.show", "conference_id"),
    Kind.MANDATE: ("conferences.show", "conference_id"),
    Kind.AGENDA: ("conferences.show", "conference_id"),
    Kind.ORGANISATION: ("organisations.show", "organisation_id"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """One version in one language, and what it changed against the one before it (empty for the first)."""

    version: TextVersion
    changes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A text in one language: the present version, whether it is out of date, and its past, the newest first."""

    language: Language
    version: TextVersion
    stale: bool
    past: Sequence[Past]


@bp.get("/texts/<int:text_id>")
def history(text_id: int) -> str:
    guard.require(permissions.public)
    owner = _owner(text_id)
    versions = queries.versions(guard.database(), text_id)
    return render(
        "texts/history.html", owner=owner, place=_place(owner), languages_of=_by_language(versions, owner),
        open_languages=[each for each in LANGUAGES if each.babel != _original(versions).language],
    )  # fmt: skip


@bp.route("/texts/<int:text_id>/translate/<lang:target>", methods=["GET", "POST"])
def edit(text_id: int, target: str) -> Response | tuple[str, int]:
    owner = _owner(text_id)
    guard.require(permissions.translate, owner)
    session, language = guard.database(), BY_URL[target]
    present = {version.language: version for version in queries.languages_of(session, text_id)}
    original = _original(list(present.values()))
    if original.language == language.babel:
        abort(404)
    form = _form(original, present.get(language.babel))
    if form.validate_on_submit() and _publish(form, text_id, language.babel):
        guard.say("success", N_("The translation is published."))
        return redirect(url_for("texts.edit", text_id=text_id, target=target), 303)
    page = render(
        "texts/edit.html", owner=owner, place=_place(owner), form=form, original=original, target=language,
        translation=present.get(language.babel), pairs=_pairs(form, words_of(original)),
        changes=_changes_since(present.get(language.babel), original),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@bp.get("/desk/translations")
def desk() -> str:
    guard.require(permissions.translate)
    session = guard.database()
    filters: Any = TaskFilter()
    chosen = filters.chosen()
    language, want = chosen.get("language", i18n.current().babel), chosen.get("want", Want.MISSING)
    filters.language.data, filters.want.data = language, want
    filters.language.errors = filters.want.errors = ()
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.tasks(session, language, want, SOURCES, cursor=cursor)
    return render(
        "texts/desk.html", filters=filters, target=BY_BABEL[language], want=want, tasks=page.rows,
        pages={
            name: url_for("texts.desk", language=language, want=want.value, after=key) if key else None
            for name, key in (("newer_url", page.newer), ("older_url", page.older))
        },
        progress=queries.progress(session, [each.babel for each in LANGUAGES], SOURCES),
    )  # fmt: skip


def _owner(text_id: int) -> Owner:
    return queries.owner_of(guard.database(), text_id, SOURCES) or abort(404)


def _place(owner: Owner) -> str | None:
    if owner.kind not in PLACES:
        return None
    endpoint, name = PLACES[owner.kind]
    values: dict[str, Any] = {name: owner.owner_id}
    return url_for(endpoint, **values)


def _original(versions: Sequence[TextVersion]) -> TextVersion:
    return next(version for version in versions if version.status is Status.ORIGINAL and version.is_current)


def _by_language(versions: Sequence[TextVersion], owner: Owner) -> Sequence[InLanguage]:
    """The original first, then the translations in the order of the languages."""
    original = _original(versions)
    order = [original.language, *(each.babel for each in LANGUAGES if each.babel != original.language)]
    return [
        InLanguage(
            BY_BABEL[babel],
            mine[-1],
            stale=mine[-1].made_from_id not in (None, original.id),
            past=_past(mine, owner),
        )
        for babel in order
        if (mine := [version for version in versions if version.language == babel])
    ]


def _past(versions: Sequence[TextVersion], owner: Owner) -> Sequence[Past]:
    """Only what was public: the versions that were still valid when the text's owner became public, and later ones."""
    ends = [*(version.created_at for version in versions[1:]), None]
    public = [version for version, end in zip(versions, ends, strict=True) if once_public(end, owner.since)]
    befores = [None, *public]
    pairs = list(zip(befores, public, strict=False))[-MOST_CHANGES:]
    return [Past(version, _difference(before, version)) for before, version in reversed(pairs)]


def _difference(before: TextVersion | None, version: TextVersion) -> Sequence[tuple[str, str]]:
    return word_diff(everything(words_of(before)), everything(words_of(version))) if before else ()


def _form(original: TextVersion, translation: TextVersion | None) -> Any:
    """The form with the present translation in it. A field that the sender left out counts as seen: nothing."""
    now = words_of(translation) if translation else Words()
    return translation_form(words_of(original))(
        title=now.title, body=now.body, status=Status.HUMAN, made_from=original.id,
        replaces=translation.id if translation else None,
        **{f"{EXTRA}{part}": words for part, words in now.extra.items()},
    )  # fmt: skip


def _publish(form: TranslationForm, text_id: int, language: str) -> bool:
    """Whether the translation was taken; if the original moved on meanwhile, the form is ready for a second look."""
    session = guard.database()
    fields: Any = form
    try:
        operations.publish_translation(
            session, text=session.get_one(Text, text_id), language=language, words=form.words(),
            status=fields.status.data, made_from=fields.made_from.data, replaces=fields.replaces.data,
            by=guard.signed_in().as_role(Role.TRANSLATOR), now=guard.now(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        fields.made_from.data = fields.made_from.object_data
        fields.replaces.data = fields.replaces.object_data
        return False
    return True


def _pairs(form: Any, original: Words) -> Sequence[tuple[str, str, Any]]:
    """Side by side: the name of each part, what the original says, and the field for the translation."""
    sides = [(N_("Title"), original.title, "title"), (N_("Text"), original.body, "body")]
    sides += [(part_label(part), words, f"{EXTRA}{part}") for part, words in original.extra.items()]
    return [(label, words, form[name]) for label, words, name in sides if name in form]


def _changes_since(translation: TextVersion | None, original: TextVersion) -> Sequence[tuple[str, str]]:
    """What changed in the original since an outdated translation was made from it."""
    if translation is None or translation.made_from_id in (None, original.id):
        return ()
    session = guard.database()
    before = session.get(TextVersion, translation.made_from_id)
    return _difference(before, original)
