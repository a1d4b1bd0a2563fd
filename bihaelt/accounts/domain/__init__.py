"""People and their roles, in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihaelt.journal.domain import Voice, name_acts
from bihaelt.marks import N_, labelled


class Role(StrEnum):
    """What the city may entrust an account with. Everybody else is a citizen."""

    MODERATOR = "moderator"
    TRANSLATOR = "translator"
    OFFICE_EDITOR = "office_editor"
    BUDGET_HOLDER = "budget_holder"
    TREASURY = "treasury"
    COUNCIL_CLERK = "council_clerk"
    PLAN_OWNER = "plan_owner"
    ADMIN = "admin"


labelled(
    {
        Role.MODERATOR: N_("Moderator"),
        Role.TRANSLATOR: N_("Translator"),
        Role.OFFICE_EDITOR: N_("Office editor"),
        Role.BUDGET_HOLDER: N_("Budget holder"),
        Role.TREASURY: N_("Treasury"),
        Role.COUNCIL_CLERK: N_("Council office"),
        Role.PLAN_OWNER: N_("Plan owner"),
        Role.ADMIN: N_("Administrator"),
    }
)


# Roles that may be held in one office only; the others are held in the whole city.
SCOPED = frozenset({Role.OFFICE_EDITOR, Role.BUDGET_HOLDER})
# Roles that can be held for the budget of one cluster (requirements §2.4: the budget holder of the cluster).
OF_CLUSTERS = frozenset({Role.BUDGET_HOLDER})


class AccountState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    BLOCKED = "blocked"
    DELETED = "deleted"


labelled(
    {
        AccountState.UNCONFIRMED: N_("Not yet confirmed"),
        AccountState.ACTIVE: N_("Active"),
        AccountState.BLOCKED: N_("Blocked"),
        AccountState.DELETED: N_("Deleted profile"),
    }
)
TRANSITIONS: Mapping[AccountState, frozenset[AccountState]] = {
    AccountState.UNCONFIRMED: frozenset({AccountState.ACTIVE, AccountState.DELETED}),
    AccountState.ACTIVE: frozenset({AccountState.BLOCKED, AccountState.DELETED}),
    AccountState.BLOCKED: frozenset({AccountState.ACTIVE, AccountState.DELETED}),
    AccountState.DELETED: frozenset(),
}
UNCONFIRMED_DAYS = 14

name_acts(
    {
        "account.registered": N_("Account registered"),
        "account.confirmed": N_("Address confirmed"),
        "account.renamed": N_("Name changed"),
        "account.password_changed": N_("Password changed"),
        "account.email_changed": N_("E-mail address changed"),
        "account.second_factor_set": N_("Second factor set up"),
        "account.second_factor_removed": N_("Second factor removed"),
        "account.blocked": N_("Account blocked"),
        "account.unblocked": N_("Account unblocked"),
        "account.role_granted": N_("Role given"),
        "account.role_ended": N_("Role ended"),
    }
)


class Purpose(StrEnum):
    """What a code sent by letter is good for."""

    CONFIRM = "confirm"
    SIGN_IN = "sign_in"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"
    UNDO_EMAIL = "undo_email"


@dataclass(frozen=True, slots=True)
class Seat:
    """A running delegation: in which organisation a person speaks, under which title, with which rights."""

    organisation_id: int
    organisation_name: str
    title: str
    is_admin: bool
    may_vote: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person of a request. ``token_hash`` names the session, ``fresh`` a recent proof of the password.

    ``cluster_ids`` are the clusters whose budgets a budget holder answers for, None for all of them.
    ``trusted`` says that the second factor which staff need has been given (or is not asked for in the demo city).
    """

    id: int
    name: str
    email: str
    language: str
    roles: frozenset[Role] = frozenset()
    office_ids: frozenset[int] = frozenset()
    cluster_ids: frozenset[int] | None = None
    seats: tuple[Seat, ...] = field(default=())
    session_id: int = 0
    token: str = ""
    fresh: bool = False
    trusted: bool = True

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)

    def has(self, *roles: Role) -> bool:
        """Whether one of ``roles`` is held, with the second factor that staff need."""
        return self.trusted and not self.roles.isdisjoint(roles)

    def seat(self, organisation_id: int) -> Seat | None:
        return next((seat for seat in self.seats if seat.organisation_id == organisation_id), None)

    def as_citizen(self) -> Voice:
        return Voice(self.id)

    def as_role(self, *roles: Role) -> Voice:
        """The voice of the first of ``roles`` that is held, for official acts."""
        held = next((role for role in roles if role in self.roles), None)
        return Voice(self.id, held.value if held else "citizen")

    def as_delegate(self, organisation_id: int) -> Voice:
        """The voice of an organisation; KeyError when this person does not speak for it."""
        seat = self.seat(organisation_id)
        if seat is None:
            raise KeyError(organisation_id)
        return Voice(self.id, "delegate", organisation_id, seat.title)

    # What Flask-Login asks of a user.
    @property
    def is_authenticated(self) -> bool:
        return True

    is_active = is_authenticated

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        return self.token
