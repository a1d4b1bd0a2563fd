"""Taking over an existing plan: a file is read, its columns are named, it is shown, confirmed, and can be undone."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.forms import BaseForm
from bihaelt.i18n import current, gettext, local, ngettext
from bihaelt.imports import operations, queries
from bihaelt.imports.domain import PARTS, ImportState, Part, Wordlist
from bihaelt.imports.domain.columns import HEADINGS, OF_A_YEAR, WORDY
from bihaelt.imports.forms import PlanFileForm, RowFilter, UndoForm, columns_form, words_form
from bihaelt.imports.models import PlanImport
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.opendocument import ods
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.tables import TYPES, Column, Table, as_csv, xlsx
from bihaelt.verdicts import DomainError

bp = Blueprint("imports", __name__)


def import_or_404(plan_import_id: int) -> PlanImport:
    return queries.plan_import(guard.database(), plan_import_id) or abort(404)


def kept(plan_import_id: int) -> PlanImport:
    """A file that this person may go on with."""
    found = import_or_404(plan_import_id)
    guard.require(permissions.keep_import, found)
    return found


def keeper() -> Voice:
    return guard.signed_in().as_role(*permissions.measures.KEEPERS)


def offices() -> frozenset[int] | None:
    return permissions.measures.offices_to_enter(guard.signed_in())


def shown(template: str, form: BaseForm, **values: Any) -> tuple[str, int]:
    return render(template, form=form, **values), 422 if form.is_submitted() else 200


def to(endpoint: str, found: PlanImport, kind: str = "", message: str = "") -> Any:
    if message:
        guard.say(kind, message)
    return redirect(url_for(endpoint, plan_import_id=found.id), 303)


@bp.route("/desk/plan-import", methods=["GET", "POST"])
def index() -> Any:
    guard.require(permissions.import_plan)
    form, session = PlanFileForm(), guard.database()
    if form.validate_on_submit():
        try:
            found = operations.upload(
                session, file_name=form.file_name(), data=form.content(), table=form.table.data or "",
                language=form.language.data, by=keeper(), now=guard.now(),
            )  # fmt: skip
            return to("imports.columns", found)
        except DomainError as error:
            form.refuse(error)
    page = queries.plan_imports(session, cursor=Cursor.decode(request.args.get("after"), (int,)))
    return shown(
        "imports/index.html",
        form,
        page=page,
        newer_url=url_for("imports.index", after=page.newer) if page.newer else None,
        older_url=url_for("imports.index", after=page.older) if page.older else None,
    )


@bp.get("/desk/plan-import/template.<any(xlsx, ods, csv):kind>")
def template(kind: str) -> Response:
    """An empty table with the headings that are understood without being told."""
    guard.require(permissions.import_plan)
    year = local(guard.now()).year
    costs = [f"{HEADINGS[part][0]} {year + after}" for after in (0, 1) for part in OF_A_YEAR]
    headings = [*(HEADINGS[part][0] for part in PARTS), *costs]
    table = Table(gettext(N_("Action plan")), [Column(heading, width=18) for heading in headings], ())
    body = as_csv(table) if kind == "csv" else xlsx(table) if kind == "xlsx" else ods(table)
    answer = Response(body, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="plan.{kind}"'
    return answer


@bp.route("/desk/plan-import/<int:plan_import_id>/columns", methods=["GET", "POST"])
def columns(plan_import_id: int) -> Any:
    found, session = kept(plan_import_id), guard.database()
    if found.state is not ImportState.PREVIEW:
        return to("imports.show", found)
    rows = queries.all_rows(session, found.id)
    form = columns_form(
        found.headings, [queries.samples(rows, place) for place in range(len(found.headings))], found.columns,
        found.defaults, queries.choices(session, current().chain), local(guard.now()).year,
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            operations.arrange(
                session,
                found=found,
                columns=form.columns(),
                defaults=form.defaults(),
                offices=offices(),
                now=guard.now(),
            )
            return to("imports.show", found)
        except DomainError as error:
            form.refuse(error)
    wordy = [part for part in Part if part in WORDY]
    return shown("imports/columns.html", form, found=found, wordy=wordy)


@bp.get("/desk/plan-import/<int:plan_import_id>")
def show(plan_import_id: int) -> str:
    guard.require(permissions.import_plan)
    found, session, filters = import_or_404(plan_import_id), guard.database(), RowFilter()
    state = filters.chosen().get("state")
    page = queries.rows_of(session, found.id, state=state, cursor=Cursor.decode(request.args.get("after"), (int,)))
    here: dict[str, Any] = {"plan_import_id": found.id, "state": state}
    waiting = found.state is ImportState.PREVIEW
    return render(
        "imports/show.html",
        found=found,
        filters=filters,
        page=page,
        said=lambda notes: queries.said(found, notes),
        same=queries.same_file(session, found) if waiting else None,
        entries=journal.entries(session, "plan_import", found.id),
        newer_url=url_for("imports.show", after=page.newer, **here) if page.newer else None,
        older_url=url_for("imports.show", after=page.older, **here) if page.older else None,
    )


@bp.route("/desk/plan-import/<int:plan_import_id>/words", methods=["GET", "POST"])
def words(plan_import_id: int) -> Any:
    found, session = kept(plan_import_id), guard.database()
    asked = [(Wordlist(wordlist), said) for wordlist, said in found.unknown]
    if not asked or found.state is not ImportState.PREVIEW:
        return to("imports.show", found)
    form = words_form(asked, queries.choices(session, current().chain))
    if form.validate_on_submit():
        operations.explain_words(session, found=found, words=form.chosen(), offices=offices(), now=guard.now())
        return to("imports.show", found)
    return shown("imports/words.html", form, found=found)


@bp.post("/desk/plan-import/<int:plan_import_id>/take-over")
def take_over(plan_import_id: int) -> Any:
    found = kept(plan_import_id)
    done = operations.take_over(
        guard.database(), found=found, offices=offices(), by=keeper(), now=guard.now(),
        without_faults=request.form.get("without_faults") == "yes",
    )  # fmt: skip
    if done:
        return to(
            "imports.show", found, "success", N_("The plan is taken over. Every measure can be opened and edited now.")
        )
    return to("imports.show", found, "warning", N_("Nothing was taken over: look at the rows that need correction."))


@bp.post("/desk/plan-import/<int:plan_import_id>/discard")
def discard(plan_import_id: int) -> Any:
    operations.discard(guard.database(), found=kept(plan_import_id))
    guard.say("success", N_("The file is forgotten. Nothing was taken over."))
    return redirect(url_for("imports.index"), 303)


@bp.route("/desk/plan-import/<int:plan_import_id>/undo", methods=["GET", "POST"])
def undo(plan_import_id: int) -> Any:
    found, form = kept(plan_import_id), UndoForm()
    if found.state is not ImportState.DONE:
        return to("imports.show", found)
    if form.validate_on_submit():
        try:
            gone, stay = operations.undo(
                guard.database(), found=found, reason=form.reason.data, by=keeper(), now=guard.now()
            )
        except DomainError as error:
            form.refuse(error)
        else:
            message = ngettext(
                "%(num)s measure is taken out.", "%(num)s measures are taken out.", gone, num=i18n.format_number(gone)
            )
            if stay:
                message += " " + ngettext(
                    "%(num)s was worked on since and stays.", "%(num)s were worked on since and stay.", stay,
                    num=i18n.format_number(stay),
                )  # fmt: skip
            return to("imports.show", found, "success", message)
    return shown("imports/undo.html", form, found=found)
