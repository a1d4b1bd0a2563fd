"""The people of every permission test, by what they are to the city."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account
from bihaelt.organisations.models import Organisation
from tests.factories import make_delegate, make_organisation, new_account, new_grant


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


ROLES = {
    "moderator": ("Moderation", Role.MODERATOR),
    "other_moderator": ("Moderation 2", Role.MODERATOR),
    "translator": ("Übersetzung", Role.TRANSLATOR),
    "editor": ("Sachbearbeitung", Role.OFFICE_EDITOR),
    "budget_holder": ("Budget", Role.BUDGET_HOLDER),
    "treasury": ("Kämmerei", Role.TREASURY),
    "council_clerk": ("Gremienbüro", Role.COUNCIL_CLERK),
    "plan_owner": ("Planverantwortung", Role.PLAN_OWNER),
    "admin": ("Administration", Role.ADMIN),
}


def make_cast(session: Session) -> Cast:
    organisation, other = make_organisation(session, "Jugendring"), make_organisation(session, "Sportbund")
    people = {
        "citizen": new_account("Bürgerin"),
        "stranger": new_account("Fremder"),
        "delegate": new_account(),
        "organisation_admin": new_account(),
        "foreign_delegate": new_account(),
        "blocked": new_account("Gesperrt", state=AccountState.BLOCKED),
        **{who: new_account(name) for who, (name, _) in ROLES.items()},
    }
    session.add_all(people.values())
    session.flush()
    session.add_all(new_grant(people[who], role) for who, (_, role) in ROLES.items())
    make_delegate(session, organisation, account=people["delegate"], title="Geschäftsführung")
    make_delegate(session, organisation, account=people["organisation_admin"], title="Vorsitz", is_admin=True)
    make_delegate(session, other, account=people["foreign_delegate"])
    return Cast(organisation=organisation, **people)
