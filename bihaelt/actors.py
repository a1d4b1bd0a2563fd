"""Who is signed in: loads the session of a request with the person's roles and seats, in one statement."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app, request, session
from sqlalchemy.orm import Session

from bihaelt import guard
from bihaelt.accounts.domain import OF_CLUSTERS, AccountState, Actor, Role, Seat
from bihaelt.accounts.domain.secrets import hash_of
from bihaelt.accounts.models import Account, Grant, SignIn
from bihaelt.accounts.queries import running_on
from bihaelt.extensions import db, login_manager
from bihaelt.i18n import local
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Delegation, Organisation
from bihaelt.reading import columns

FRESH_FOR = timedelta(minutes=15)
IDLE_SECONDS = {True: 2 * 3600, False: 7 * 86400}
TOUCH_SECONDS = 300  # how often the cookie, and with an act the session's row, notes that somebody is there


def begin(token: str, now: datetime, *, stay: bool) -> None:
    """Hand the token of a new session to the browser; nothing of an earlier session survives in the cookie.

    Without ``stay`` the browser forgets it when it is closed.
    """
    session.clear()
    session["_user_id"] = token
    session["seen"] = int(now.timestamp())
    if stay:
        session.permanent = True


@login_manager.user_loader
def load(token: str) -> Actor | None:
    """The person behind the cookie, or None for an ended, idle, blocked or unknown session."""
    actor = read(db.session(), token, guard.now(), production=current_app.config["PRODUCTION"])
    if actor is None:
        return None
    seen, present = session.get("seen", 0), int(guard.now().timestamp())
    if not isinstance(seen, int) or present - seen > IDLE_SECONDS[actor.is_staff]:
        return None
    if present - seen > TOUCH_SECONDS:
        session["seen"] = present
    if request.method not in guard.SAFE and present - session.get("noted", 0) > TOUCH_SECONDS:
        session["noted"] = present
        db.session.execute(sa.update(SignIn).where(SignIn.id == actor.session_id).values(seen_at=guard.now()))
    return actor


def read(database: Session, token: str, now: datetime, *, production: bool) -> Actor | None:
    """The person of a running session; None where a second factor exists and was not given."""
    today = local(now).date()
    rows = columns(database, PERSON, {"token_hash": hash_of(token), "now": now, "today": today}).all()
    if not rows:
        return None
    found = rows[0]
    if found.totp_secret is not None and found.second_factor_at is None:
        return None
    roles, offices, clusters, seats = set(), set(), set(), []
    for row in rows:
        if row.role is not None:
            roles.add(Role(row.role))
            if row.office_id is not None:
                offices.add(row.office_id)
            if Role(row.role) in OF_CLUSTERS:
                clusters.add(row.cluster_id)
        elif row.organisation_id is not None:
            seats.append(Seat(row.organisation_id, row.name, row.title, bool(row.is_admin), bool(row.may_vote)))
    exempt = found.demo and not production
    return Actor(
        id=found.account_id,
        name=found.display_name,
        email=found.email or "",
        language=found.language,
        roles=frozenset(roles),
        office_ids=frozenset(offices),
        cluster_ids=None if None in clusters else frozenset(clusters),
        seats=tuple(seats),
        session_id=found.id,
        token=token,
        fresh=now - found.fresh_at < FRESH_FOR,
        trusted=not roles or found.second_factor_at is not None or exempt,
    )


def _powers() -> sa.Subquery:
    """The running roles and seats of who holds the token."""
    none, today = sa.null(), sa.bindparam("today", type_=sa.Date)
    account_id = sa.select(SignIn.account_id).where(SignIn.token_hash == TOKEN).scalar_subquery()
    roles = sa.select(
        sa.cast(Grant.role, sa.String).label("role"),
        Grant.office_id.label("office_id"),
        Grant.cluster_id.label("cluster_id"),
        sa.cast(none, sa.Integer).label("organisation_id"),
        sa.cast(none, sa.String).label("name"),
        sa.cast(none, sa.String).label("title"),
        sa.cast(none, sa.Boolean).label("is_admin"),
        sa.cast(none, sa.Boolean).label("may_vote"),
    ).where(running_on(Grant, today), Grant.account_id == account_id)
    seats = (
        sa.select(
            sa.cast(none, sa.String),
            sa.cast(none, sa.Integer),
            sa.cast(none, sa.Integer),
            Organisation.id,
            Organisation.name,
            Delegation.title,
            Delegation.is_admin,
            Delegation.may_vote,
        )
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .where(
            running_on(Delegation, today),
            Delegation.account_id == account_id,
            Organisation.state == OrganisationState.VERIFIED,
        )
    )
    return sa.union_all(roles, seats).subquery("power")


def _person() -> sa.Select[*tuple[Any, ...]]:
    """A running session and its account, once for each power, or once without any."""
    powers = _powers()
    return (
        sa.select(
            SignIn.id, SignIn.account_id, SignIn.fresh_at, SignIn.second_factor_at, Account.totp_secret, Account.demo,
            Account.display_name, Account.email, Account.language, *powers.c,
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(powers, sa.true())
        .where(SignIn.token_hash == TOKEN, SignIn.ends_at > sa.bindparam("now"), Account.state == AccountState.ACTIVE)
    )  # fmt: skip


# Built once, for every request of everybody who is signed in: putting it together costs more than to run it.
TOKEN = sa.bindparam("token_hash", type_=sa.String)
PERSON = _person()
