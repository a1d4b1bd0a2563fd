"""Who speaks in whose name: associations, and the offices of the city."""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from bihaelt.accounts.domain.names import BadName, check_letters, official, tidy_name
from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled


class OrganisationState(StrEnum):
    REQUESTED = "requested"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    REFUSED = "refused"


labelled(
    {
        OrganisationState.REQUESTED: N_("Waiting to be verified"),
        OrganisationState.VERIFIED: N_("Verified"),
        OrganisationState.SUSPENDED: N_("Suspended"),
        OrganisationState.REFUSED: N_("Not verified"),
    }
)
TRANSITIONS: Mapping[OrganisationState, frozenset[OrganisationState]] = {
    OrganisationState.REQUESTED: frozenset({OrganisationState.VERIFIED, OrganisationState.REFUSED}),
    OrganisationState.VERIFIED: frozenset({OrganisationState.SUSPENDED}),
    OrganisationState.SUSPENDED: frozenset({OrganisationState.VERIFIED}),
    OrganisationState.REFUSED: frozenset({OrganisationState.VERIFIED}),
}


class Kind(StrEnum):
    """Kinds of organisations, as the demo city's plan names them (R8–R11)."""

    UMBRELLA = "umbrella"
    ASSOCIATION = "association"
    WELFARE = "welfare"
    CLUB = "club"
    MIGRANT = "migrant"
    PROVIDER = "provider"
    MUNICIPAL = "municipal"
    COMPANY = "company"


labelled(
    {
        Kind.UMBRELLA: N_("Umbrella association"),
        Kind.ASSOCIATION: N_("Association"),
        Kind.WELFARE: N_("Welfare association"),
        Kind.CLUB: N_("Club"),
        Kind.MIGRANT: N_("Migrant organisation"),
        Kind.PROVIDER: N_("Independent provider"),
        Kind.MUNICIPAL: N_("Municipal company"),
        Kind.COMPANY: N_("Company"),
    }
)


class GroupKind(StrEnum):
    EXISTING = "existing"
    FIELD = "field"
    NEW = "new"


labelled(
    {
        GroupKind.EXISTING: N_("Existing structure"),
        GroupKind.FIELD: N_("Group of a field of action"),
        GroupKind.NEW: N_("New group"),
    }
)


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


labelled(
    {
        InvitationState.OPEN: N_("Invited"),
        InvitationState.ACCEPTED: N_("Accepted"),
        InvitationState.DECLINED: N_("Declined"),
        InvitationState.WITHDRAWN: N_("Withdrawn"),
    }
)
INVITATION_TRANSITIONS: Mapping[InvitationState, frozenset[InvitationState]] = {
    InvitationState.OPEN: frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.WITHDRAWN}),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.DECLINED: frozenset(),
    InvitationState.WITHDRAWN: frozenset(),
}
INVITED_FOR = timedelta(days=28)
VERIFY_WITHIN = 10
"""Working days that the office has to verify an organisation."""
LETTERS_PER_ADDRESS = 3
LETTERS_WITHIN = timedelta(hours=6)
REQUESTS_AT_ONCE = 3
MOST_SEATS = 99
LONGEST_NAME = 160

name_acts(
    {
        "organisation.registered": N_("Organisation registered"),
        "organisation.verified": N_("Organisation verified"),
        "organisation.refused": N_("Organisation not verified"),
        "organisation.suspended": N_("Organisation suspended"),
        "organisation.restored": N_("Organisation restored"),
        "organisation.arranged": N_("Organisation's entry changed by the office"),
        "organisation.described": N_("Organisation described itself anew"),
        "organisation.invited": N_("Invitation sent"),
        "organisation.invitation_withdrawn": N_("Invitation withdrawn"),
        "organisation.invitation_declined": N_("Invitation declined"),
        "organisation.delegate_appointed": N_("Delegate appointed"),
        "organisation.delegate_changed": N_("Delegate's role changed"),
        "organisation.delegation_ended": N_("Delegation ended"),
    }
)
name_details(
    {
        "public_title": Detail(N_("Title")),
        "former_name": Detail(N_("Former name")),
        "organisation_kind": Detail(N_("Kind"), enum=Kind),
        "umbrella": Detail(N_("Umbrella")),
        "seats": Detail(N_("Voting seats"), As.NUMBER),
    }
)

NAME_TAKEN = N_("There is already an organisation or office whose name looks like this one.")
LAST_ADMIN = N_("An organisation needs somebody who administers it. Please appoint another person first.")
SEATS_TAKEN = N_("All voting seats of the organisation are taken (%(seats)s).")
ALREADY_SPEAKS = N_("This person already speaks for the organisation.")
CIRCLE = N_("An organisation cannot be its own umbrella, not even through others.")


def organisation_name(name: str, *, by_office: bool = False) -> str:
    """The tidied name of an organisation; raises BadName.

    The rules are those for people's names, except that an organisation's may be longer; and the office itself may
    enter a name that sounds official.
    """
    if any(unicodedata.category(letter) in ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp") for letter in name):
        raise BadName(N_("Please remove invisible control characters."))
    name = tidy_name(name)
    if not (2 <= len(name) <= LONGEST_NAME and any(letter.isalpha() for letter in name)):
        raise BadName(N_("The name of an organisation has 2 to 160 characters, with a letter among them."))
    check_letters(name)
    if not by_office and official(name):
        raise BadName(N_("This name sounds like an official one. Please choose another."))
    return name


def sort_key(name: str) -> str:
    """Where a name stands in a list, and what a search looks in: small letters without accents."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))[:LONGEST_NAME]


def last_admin_leaves(permanent_admins: int, *, was: bool, stays: bool) -> bool:
    """Whether an act takes away the last administrator of unlimited term.

    ``permanent_admins`` counts them before the act; ``was`` and ``stays`` say if the person is one before and after it.
    """
    return was and not stays and permanent_admins <= 1


def makes_circle(umbrellas: Mapping[int, int | None], organisation_id: int, umbrella_id: int | None) -> bool:
    """Whether ``organisation_id`` under ``umbrella_id`` would become its own umbrella; ``umbrellas``: the others'."""
    above, seen = umbrella_id, set[int]()
    while above is not None and above not in seen:
        if above == organisation_id:
            return True
        seen.add(above)
        above = umbrellas.get(above)
    return False
