"""Roles with scope and term, and blocking: what administrators do with accounts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain import OF_CLUSTERS, SCOPED, TRANSITIONS, AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.operations.letters import write_to
from bihaelt.accounts.operations.signing_in import end_other_sessions
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_, label_of
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError


def grant_role(
    session: Session,
    *,
    account: Account,
    role: Role,
    office_id: int | None,
    starts_on: date,
    ends_on: date | None,
    by: Voice,
    now: datetime,
    cluster_id: int | None = None,
) -> Grant:
    """Entrust an active account with a role, from ``starts_on`` until before ``ends_on``. Raises DomainError."""
    if by.actor_id == account.id:
        raise DomainError(N_("Nobody gives a role to themselves."))
    if account.state is not AccountState.ACTIVE:
        raise DomainError(N_("Only active accounts can hold a role."))
    if office_id is not None and role not in SCOPED:
        raise DomainError(N_("This role is held in the whole city, not in one office."), field="office")
    if cluster_id is not None and role not in OF_CLUSTERS:
        raise DomainError(N_("Only budget holders answer for the budget of one cluster."), field="cluster")
    if ends_on is not None and ends_on <= starts_on:
        raise DomainError(N_("The end must be after the beginning."), field="ends_on")
    if any(
        overlaps(held, starts_on, ends_on) for held in same_grants(session, account.id, role, office_id, cluster_id)
    ):
        raise DomainError(N_("This person already holds this role."), field="role")
    grant = Grant(
        account_id=account.id,
        role=role,
        office_id=office_id,
        cluster_id=cluster_id,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by_id=by.actor_id,
    )
    session.add(grant)
    session.flush()
    record(
        session, act="account.role_granted", subject=account, by=by, now=now, role_given=role.value, office_id=office_id,
        cluster_id=cluster_id,
    )  # fmt: skip
    write_to(session, account, "account_role", now, role=label_of(role), active=True, starts_on=starts_on.isoformat())
    return grant


def same_grants(
    session: Session, account_id: int, role: Role, office_id: int | None, cluster_id: int | None = None
) -> list[Grant]:
    scope = (role, office_id, cluster_id)
    found = queries.grants(session, account_id)
    return [grant for grant in found if (grant.role, grant.office_id, grant.cluster_id) == scope]


def overlaps(held: Grant, starts_on: date, ends_on: date | None) -> bool:
    return (held.ends_on is None or held.ends_on > starts_on) and (ends_on is None or held.starts_on < ends_on)


def end_role(session: Session, *, grant: Grant, today: date, by: Voice, now: datetime, reason: str = "") -> None:
    """The role ends today; one that has not begun before today is removed. Raises DomainError for the last admin."""
    if grant.ends_on is not None and grant.ends_on <= today:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    account = grant.account
    if grant.role is Role.ADMIN:
        keep_an_admin(session, but_for=account.id, today=today)
    role, office_id = grant.role, grant.office_id
    if grant.starts_on >= today:
        session.delete(grant)
    else:
        grant.ends_on = today
    session.flush()
    record(
        session,
        act="account.role_ended",
        subject=account,
        by=by,
        now=now,
        reason=reason,
        role_given=role.value,
        office_id=office_id,
    )
    write_to(session, account, "account_role", now, role=label_of(role), active=False, starts_on=today.isoformat())


def keep_an_admin(session: Session, *, but_for: int, today: date) -> None:
    """Raise DomainError unless somebody else than ``but_for`` is an administrator.

    The rows are locked in one order, so that two administrators who remove each other at the same moment wait for
    each other, and the second one is refused.
    """
    others = session.execute(
        sa.select(Grant.id, Grant.account_id)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == Role.ADMIN, queries.running_on(Grant, today), Account.state == AccountState.ACTIVE)
        .order_by(Grant.id)
        .with_for_update()
    ).all()
    holders = {row.account_id for row in others}
    if but_for in holders and holders == {but_for}:
        raise DomainError(N_("This is the last administrator. Please appoint another one first."))


def block(session: Session, *, account: Account, reason: str, today: date, by: Voice, now: datetime) -> None:
    """Nobody signs in to this account any more; running sessions end at once. Raises DomainError."""
    if by.actor_id == account.id:
        raise DomainError(N_("Nobody blocks themselves."))
    keep_an_admin(session, but_for=account.id, today=today)
    account.state = step(TRANSITIONS, account.state, AccountState.BLOCKED)
    end_other_sessions(session, account_id=account.id, keep=None)
    record(session, act="account.blocked", subject=account, by=by, now=now, reason=reason, public=False)
    write_to(session, account, "account_blocked", now, reason=reason)
    session.flush()


def unblock(session: Session, *, account: Account, reason: str, by: Voice, now: datetime) -> None:
    account.state = step(TRANSITIONS, account.state, AccountState.ACTIVE)
    record(session, act="account.unblocked", subject=account, by=by, now=now, reason=reason, public=False)
    write_to(session, account, "account_unblocked", now, reason=reason)
    session.flush()
