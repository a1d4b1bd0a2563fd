"""The administrators' desk: accounts and their roles."""

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.accounts import operations, queries
from bihaelt.accounts.domain import Role
from bihaelt.accounts.forms import AccountFilter, GrantForm, ReasonForm
from bihaelt.accounts.models import Account
from bihaelt.accounts.views.blueprint import bp
from bihaelt.accounts.views.shared import pressed, today
from bihaelt.forms import named
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.organisations import queries as organisations
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.topics.models import Cluster
from bihaelt.topics.queries import Topic, topics
from bihaelt.verdicts import DomainError

Answer = str | Response | tuple[str, int]


@bp.get("/desk/accounts")
def desk() -> str:
    guard.require(permissions.administer)
    filters = AccountFilter()
    chosen = filters.chosen()
    page = queries.rows(
        guard.database(),
        search=chosen.get("q", ""),
        role=chosen.get("role"),
        today=today(),
        cursor=Cursor.decode(request.args.get("at"), (int,)),
    )
    kept = {key: str(value) for key, value in chosen.items()}
    return render("accounts/desk.html", filters=filters, page=page, kept=kept)


@bp.get("/desk/accounts/<int:account_id>")
def desk_account(account_id: int) -> Answer:
    guard.require(permissions.administer)
    return show(load(account_id))


def load(account_id: int) -> Account:
    account = queries.account(guard.database(), account_id)
    if account is None or account.email is None:
        abort(404)
    return account


def show(account: Account, grant_form: GrantForm | None = None, reason_form: ReasonForm | None = None) -> Answer:
    offices = organisations.offices(guard.database())
    body = render(
        "accounts/desk_account.html",
        account=account,
        grants=queries.grants(guard.database(), account.id),
        office_names={office.id: office.name for office in offices},
        cluster_names={row.id: row.name for row in clusters(all_=True)},
        grant_form=grant_form or new_grant_form(),
        reason_form=reason_form or ReasonForm(),
        today=today(),
    )
    return body, 422 if request.method == "POST" else 200


def new_grant_form() -> GrantForm:
    form = GrantForm(starts_on=today())
    offices = organisations.offices(guard.database())
    form.office.choices = named([(office.id, office.name) for office in offices], empty=N_("Whole city"))
    form.cluster.choices = named([(row.id, row.name.title) for row in clusters()], empty=N_("All"))
    return form


def clusters(*, all_: bool = False) -> Sequence[Topic]:
    return topics(guard.database(), Cluster, i18n.current().chain, all_=all_)


def voice() -> Voice:
    return guard.signed_in().as_role(Role.ADMIN)


def done(account: Account, message: str) -> Response:
    guard.say("success", message)
    return redirect(url_for("accounts.desk_account", account_id=account.id), 303)


@bp.post("/desk/accounts/<int:account_id>/roles")
def grant_role(account_id: int) -> Answer:
    guard.require(permissions.administer)
    account = load(account_id)
    guard.require(permissions.grant_role, account)
    form = new_grant_form()
    if form.validate_on_submit():
        try:
            operations.grant_role(
                guard.database(),
                account=account,
                role=form.role.data,
                office_id=form.office.data,
                cluster_id=form.cluster.data,
                starts_on=form.starts_on.data or today(),
                ends_on=form.ends_on.data,
                by=voice(),
                now=guard.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return done(account, N_("The role has been given."))
    return show(account, grant_form=form)


@bp.post("/desk/accounts/<int:account_id>/roles/<int:grant_id>/end")
def end_role(account_id: int, grant_id: int) -> Response:
    guard.require(permissions.administer)
    account = load(account_id)
    guard.require(permissions.end_role, account)
    pressed()
    grant = queries.grant(guard.database(), account.id, grant_id) or abort(404)
    operations.end_role(guard.database(), grant=grant, today=today(), by=voice(), now=guard.now())
    return done(account, N_("The role has ended."))


@bp.post("/desk/accounts/<int:account_id>/block")
def block(account_id: int) -> Answer:
    guard.require(permissions.administer)
    account = load(account_id)
    guard.require(permissions.block_account, account)
    form = ReasonForm()
    if form.validate_on_submit():
        operations.block(
            guard.database(), account=account, reason=form.reason.data, today=today(), by=voice(), now=guard.now()
        )
        return done(account, N_("The account is blocked."))
    return show(account, reason_form=form)


@bp.post("/desk/accounts/<int:account_id>/unblock")
def unblock(account_id: int) -> Answer:
    guard.require(permissions.administer)
    account = load(account_id)
    guard.require(permissions.unblock_account, account)
    form = ReasonForm()
    if form.validate_on_submit():
        operations.unblock(guard.database(), account=account, reason=form.reason.data, by=voice(), now=guard.now())
        return done(account, N_("The account is active again."))
    return show(account, reason_form=form)


@bp.post("/desk/accounts/<int:account_id>/second-factor/remove")
def remove_others_second_factor(account_id: int) -> Response:
    """For somebody who has lost telephone and paper; they set it up anew at their next sign-in."""
    guard.require(permissions.administer)
    account = load(account_id)
    guard.require(permissions.others_account, account)
    pressed()
    operations.remove_second_factor(guard.database(), account=account, by=voice(), now=guard.now())
    return done(account, N_("The second factor has been removed."))
