"""The desk's pages of paper ballots: printing, progress, typing in by two people, and settling by a third."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, limits, permissions
from bihaelt.i18n import BY_BABEL, current
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.forms.residence import ENTRY_HINTS, EntryForm, SettleForm, SheetsForm, typed_again
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import codes as code_operations
from bihaelt.votes.operations import sheets as operations
from bihaelt.votes.operations.codes import ON_SHEETS
from bihaelt.votes.operations.sheets import Typed
from bihaelt.votes.queries import residence as queries
from bihaelt.votes.queries import roll
from bihaelt.votes.queries.booth import Asked, asked
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import Answer, ring
from bihaelt.votes.views.codes import ROLES as PRINTERS
from bihaelt.votes.views.codes import load
from bihaelt.votes.views.printed import pdf, sheets_of
from bihaelt.votes.views.residents import voice
from bihaelt.votes.views.tickets import WRONG_CODES

SAID = {
    Typed.ONCE: N_("Typed in once. Somebody else has to type this paper ballot in the second time."),
    Typed.SAME: N_("Both entries are the same. The paper ballot counts."),
    Typed.DIFFERS: N_("The two entries differ. A third person has to settle this."),
    Typed.SETTLED: N_("Settled. The paper ballot counts."),
}


@bp.route("/desk/ballots/<int:ballot_id>/sheets", methods=["GET", "POST"])
def sheets(ballot_id: int) -> Answer:
    """How far they are; and printing more of them."""
    ballot = load(ballot_id)
    if request.method == "GET":
        guard.require(permissions.see_sheets, ballot)
        return overview(ballot, SheetsForm(language=current().babel, channel=ON_SHEETS[0], name=""))
    guard.require(permissions.print_sheets, ballot)
    form = SheetsForm()
    if form.validate_on_submit():
        try:
            return printed(ballot, form)
        except DomainError as error:
            guard.database().rollback()
            form.refuse(error)
    return overview(load(ballot_id), form), 422


def printed(ballot: Ballot, form: SheetsForm) -> Response:
    batch = code_operations.make_codes(
        guard.database(),
        ring=ring(),
        ballot=ballot,
        channel=form.channel.data,
        on_sheets=True,
        name=form.name.data,
        count=form.count.data,
        by=guard.signed_in().as_role(*PRINTERS),
        now=guard.now(),
        nonce=guard.nonce(),
    )
    language = BY_BABEL[form.language.data]
    return pdf(sheets_of(ballot, batch, language), f"sheets-{batch.batch.id}-{language.url}")


def overview(ballot: Ballot, form: SheetsForm) -> str:
    session = guard.database()
    return render(
        "ballots/sheets.html",
        ballot=ballot,
        form=form,
        progress=queries.progress(session, ballot.id),
        waiting=queries.waiting_sheets(session, ballot.id, guard.signed_in().id),
        batches=[row for row in roll.batches(session, ballot.id) if row.on_sheets],
    )


@bp.route("/desk/ballots/<int:ballot_id>/sheets/entry", methods=["GET", "POST"])
def type_sheet(ballot_id: int) -> Answer:
    """One paper ballot: the code, then the numbers of each topic, and Enter. The other person's entry is not shown."""
    ballot = load(ballot_id)
    guard.require(permissions.type_sheets, ballot)
    asked_now = questions(ballot)
    form = EntryForm(papers(asked_now))
    if form.validate_on_submit():
        try:
            typed = operations.type_in(guard.database(), **_entry(ballot, form))
        except DomainError as error:
            refuse(form, error)
        else:
            guard.say("warning" if typed is Typed.DIFFERS else "success", SAID[typed])
            return redirect(url_for("votes.type_sheet", ballot_id=ballot.id), 303)
    return entry_page("entry", ballot, form, asked_now), 422 if form.is_submitted() else 200


@bp.route("/desk/ballots/<int:ballot_id>/sheets/settle", methods=["GET", "POST"])
def settle_sheet(ballot_id: int) -> Answer:
    """The third person types the code, sees where the two differ, and decides with the paper in hand."""
    ballot = load(ballot_id)
    guard.require(permissions.type_sheets, ballot)
    asked_now = questions(ballot)
    form = SettleForm(papers(asked_now))
    differing: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            if form.settles.data:
                operations.settle(guard.database(), **_entry(ballot, form))
                guard.say("success", SAID[Typed.SETTLED])
                return redirect(url_for("votes.sheets", ballot_id=ballot.id), 303)
            differing = _differing(ballot, form, asked_now)
        except DomainError as error:
            refuse(form, error)
    if form.is_submitted() and form.settles.data and not form.code.errors:
        differing = _differing_again(ballot, form, asked_now)
    status = 422 if form.is_submitted() and (form.errors or form.form_errors or form.wrong) else 200
    return entry_page("settle", ballot, form, asked_now, differing=differing), status


def _differing(ballot: Ballot, form: SettleForm, asked_now: list[Asked]) -> dict[str, Any]:
    """Where the two entries differ, as they were typed; what they share is filled in. Raises DomainError."""
    pairs = operations.both(guard.database(), ring=ring(), ballot=ballot, code=form.code.data)
    if not form.settles.data:
        form.typed = {
            key: _again(one, key, ballot, asked_now) if one == other else "" for key, (one, other) in pairs.items()
        }
    return {
        key: (_again(one, key, ballot, asked_now), _again(other, key, ballot, asked_now))
        for key, (one, other) in pairs.items()
        if one != other
    }


def _differing_again(ballot: Ballot, form: SettleForm, asked_now: list[Asked]) -> dict[str, Any]:
    try:
        return _differing(ballot, form, asked_now)
    except DomainError:
        return {}


def _again(choice: Any, key: str, ballot: Ballot, asked_now: list[Asked]) -> str:
    keys = next([option.key for option in question.options] for question in asked_now if question.key == key)
    return typed_again(choice, ballot.method, keys)


def refuse(form: EntryForm, error: DomainError) -> None:
    """Codes that are none are counted: whoever sits here must not be able to try them out."""
    guard.database().rollback()
    if isinstance(error, code_operations.BadCode):
        key = str(guard.signed_in().id)
        limits.check(WRONG_CODES, "sheet-code", key)
        limits.hit(WRONG_CODES, "sheet-code", key)
    form.refuse(error)


def _entry(ballot: Ballot, form: EntryForm) -> dict[str, Any]:
    by: Voice = voice()
    return {
        "ring": ring(), "ballot": ballot, "code": form.code.data, "choices": form.choices, "by": by, "now": guard.now()
    }  # fmt: skip


def questions(ballot: Ballot) -> list[Asked]:
    return list(asked(guard.database(), ballot, current().chain))


def papers(asked_now: list[Asked]) -> list[Any]:
    """What the form needs of each question: what a paper allows, and its options in their order."""
    return [(question.sheet, [option.key for option in question.options]) for question in asked_now]


def entry_page(template: str, ballot: Ballot, form: EntryForm, asked_now: list[Asked], **more: Any) -> str:
    hint = ENTRY_HINTS[ballot.method]
    return render(f"ballots/sheets_{template}.html", ballot=ballot, form=form, questions=asked_now, hint=hint, **more)
