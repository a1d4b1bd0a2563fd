"""Who may do what with accounts."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import TRANSITIONS, AccountState, Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import SIGN_IN, holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.accounts.models import Account

# The error page turns this refusal into the question for the password (errors.py).
PROVE = N_("Please confirm first that it is you.")


def own_account(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The own account's page, sessions and sign-out: every signed-in person."""
    return ALLOWED if actor is not None else Verdict(SIGN_IN)


def change_sign_in(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Password, address, second factor: with a proof that is fresh."""
    if actor is None:
        return Verdict(SIGN_IN)
    return ALLOWED if actor.fresh else Verdict(PROVE)


def grant_role(actor: Actor | None, account: "Account", now: datetime) -> Verdict:
    """Administrators give roles to others, never to themselves."""
    verdict = others_account(actor, account, now)
    if verdict and account.state is not AccountState.ACTIVE:
        return Verdict(N_("Only active accounts can hold a role."))
    return verdict


def end_role(actor: Actor | None, _account: "Account", _now: datetime) -> Verdict:
    """Administrators end roles, the own one too (but never the last administrator's: the operation sees to it)."""
    return holds(actor, Role.ADMIN)


def block_account(actor: Actor | None, account: "Account", now: datetime) -> Verdict:
    verdict = others_account(actor, account, now)
    if verdict and AccountState.BLOCKED not in TRANSITIONS[account.state]:
        return Verdict(N_("This step is not possible any more. Please look at the current state."))
    return verdict


def unblock_account(actor: Actor | None, account: "Account", now: datetime) -> Verdict:
    verdict = others_account(actor, account, now)
    if verdict and account.state is not AccountState.BLOCKED:
        return Verdict(N_("This step is not possible any more. Please look at the current state."))
    return verdict


def others_account(actor: Actor | None, account: "Account", _now: datetime) -> Verdict:
    """What administrators do with the accounts of others, never with their own."""
    verdict = holds(actor, Role.ADMIN)
    if verdict and actor is not None and actor.id == account.id:
        return Verdict(N_("This is your own account: another administrator has to do this."))
    return verdict
