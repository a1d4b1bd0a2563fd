"""Expenses from the finance system, and bookings for it: a file is shown, confirmed, and can be taken back."""

from typing import Any

from flask import Response, abort, redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.journal import queries as journal
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.money import operations, queries
from bihaelt.money.domain.finance_csv import EXPORTS, ImportState
from bihaelt.money.forms import ExportForm, FileForm, RowFilter, UndoForm
from bihaelt.money.models import FinanceImport
from bihaelt.money.views.blueprint import asked_year, attempt, bp
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.tables import as_csv
from bihaelt.verdicts import DomainError


def import_or_404(import_id: int) -> FinanceImport:
    return queries.finance_import(guard.database(), import_id) or abort(404)


def holder() -> Voice:
    return guard.signed_in().as_role(*permissions.money.HOLDERS)


def to_import(found: FinanceImport, kind: str, message: str) -> Any:
    guard.say(kind, message)
    return redirect(url_for("money.finance_import", import_id=found.id), 303)


@bp.route("/desk/money/finance", methods=["GET", "POST"])
def finance() -> Any:
    guard.require(permissions.import_expenses)
    form, session = FileForm(), guard.database()
    if form.validate_on_submit():
        try:
            found = operations.preview(
                session, file_name=form.file_name(), data=form.content(), by=holder(), now=guard.now()
            )
            return redirect(url_for("money.finance_import", import_id=found.id), 303)
        except DomainError as error:
            form.refuse(error)
    page = queries.finance_imports(session, cursor=Cursor.decode(request.args.get("after"), (int,)))
    shown = render(
        "money/finance.html",
        form=form,
        page=page,
        exports=ExportForm(year=str(asked_year())),
        newer_url=url_for("money.finance", after=page.newer) if page.newer else None,
        older_url=url_for("money.finance", after=page.older) if page.older else None,
    )
    return shown, 422 if form.is_submitted() else 200


@bp.get("/desk/money/finance/<int:import_id>")
def finance_import(import_id: int) -> str:
    guard.require(permissions.import_expenses)
    found, session, filters = import_or_404(import_id), guard.database(), RowFilter()
    state = filters.chosen().get("state")
    cursor = Cursor.decode(request.args.get("after"), (int,))
    page = queries.rows_of(session, found.id, state=state, cursor=cursor)
    here: dict[str, Any] = {"import_id": found.id, "state": state}
    return render(
        "money/finance_import.html",
        found=found,
        filters=filters,
        page=page,
        verdict_of=queries.verdict_of,
        sums=queries.measure_sums(session, found.id, i18n.current().chain),
        same=queries.same_file(session, found) if found.state is ImportState.PREVIEW else None,
        entries=journal.entries(session, "finance_import", found.id),
        newer_url=url_for("money.finance_import", after=page.newer, **here) if page.newer else None,
        older_url=url_for("money.finance_import", after=page.older, **here) if page.older else None,
    )


@bp.post("/desk/money/finance/<int:import_id>/book")
def book_import(import_id: int) -> Any:
    guard.require(permissions.import_expenses)
    found = import_or_404(import_id)
    if operations.book(guard.database(), found=found, by=holder(), now=guard.now()):
        return to_import(found, "success", N_("The expenses are booked."))
    return to_import(
        found, "warning", N_("Nothing was booked: something has changed since the file was read. See the rows.")
    )


@bp.post("/desk/money/finance/<int:import_id>/discard")
def discard_import(import_id: int) -> Any:
    guard.require(permissions.import_expenses)
    operations.discard(guard.database(), found=import_or_404(import_id))
    guard.say("success", N_("The file is forgotten. Nothing was booked."))
    return redirect(url_for("money.finance"), 303)


@bp.route("/desk/money/finance/<int:import_id>/undo", methods=["GET", "POST"])
def undo_import(import_id: int) -> Any:
    guard.require(permissions.import_expenses)
    found, form = import_or_404(import_id), UndoForm()
    if attempt(
        form,
        lambda: operations.undo(
            guard.database(), found=found, reason=form.reason.data, by=holder(), now=guard.now()
        ),
    ):  # fmt: skip
        return to_import(found, "success", N_("The import is taken back by counter entries."))
    return render("money/finance_undo.html", found=found, form=form), 422 if form.is_submitted() else 200


@bp.get("/desk/money/finance/export")
def finance_export() -> Response:
    guard.require(permissions.see_money)
    year, form = asked_year(), ExportForm()
    name = form.kind.data if form.kind.data in EXPORTS else "all"
    table = queries.exchange_table(year, queries.exported(guard.database(), year, EXPORTS[name]))
    answer = Response(as_csv(table), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="finance-{year}-{name}.csv"'
    return answer
