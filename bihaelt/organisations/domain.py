"""Who speaks in whose name: associations, and the offices of the city."""

from collections.abc import Mapping
from enum import StrEnum

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
