"""The people of every permission test, by what they are to the city."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account
from bihaelt.organisations.models import Organisation
from tests.factories import make_account, make_delegate, make_organisation


@dataclass(frozen=True)
class Cast:
    citizen: Account
    stranger: Account
    organisation: Organisation
    delegate: Account
    organisation_admin: Account
    foreign_delegate: Account
    moderator: Account
    other_moderator: Account
    translator: Account
    editor: Account
    budget_holder: Account
    treasury: Account
    council_clerk: Account
    plan_owner: Account
    admin: Account
    blocked: Account


def make_cast(session: Session) -> Cast:
    organisation = make_organisation(session, "Jugendring")
    other = make_organisation(session, "Sportbund")
    return Cast(
        citizen=make_account(session, name="Bürgerin"),
        stranger=make_account(session, name="Fremder"),
        organisation=organisation,
        delegate=make_delegate(session, organisation, title="Geschäftsführung"),
        organisation_admin=make_delegate(session, organisation, title="Vorsitz", is_admin=True),
        foreign_delegate=make_delegate(session, other),
        moderator=make_account(session, Role.MODERATOR, name="Moderation"),
        other_moderator=make_account(session, Role.MODERATOR, name="Moderation 2"),
        translator=make_account(session, Role.TRANSLATOR, name="Übersetzung"),
        editor=make_account(session, Role.OFFICE_EDITOR, name="Sachbearbeitung"),
        budget_holder=make_account(session, Role.BUDGET_HOLDER, name="Budget"),
        treasury=make_account(session, Role.TREASURY, name="Kämmerei"),
        council_clerk=make_account(session, Role.COUNCIL_CLERK, name="Gremienbüro"),
        plan_owner=make_account(session, Role.PLAN_OWNER, name="Planverantwortung"),
        admin=make_account(session, Role.ADMIN, name="Administration"),
        blocked=make_account(session, name="Gesperrt", state=AccountState.BLOCKED),
    )
