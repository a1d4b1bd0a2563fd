"""Offices, working groups, services and organisations of the demo city."""

from datetime import date

from sqlalchemy.orm import Session

from bihaelt.accounts.domain.names import skeleton
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.organisations.domain import GroupKind, Kind, OrganisationState
from bihaelt.organisations.models import Delegation, Office, Organisation, RegularService, WorkingGroup

KINDS = {
    "verband": Kind.ASSOCIATION, "dachverband": Kind.UMBRELLA, "traeger": Kind.PROVIDER, "stadttochter": Kind.MUNICIPAL,
    "wohlfahrt": Kind.WELFARE, "migrantenorganisation": Kind.MIGRANT, "verein": Kind.CLUB,
}  # fmt: skip
GROUP_KINDS = {"existing_structure": GroupKind.EXISTING, "field_group": GroupKind.FIELD}
DELEGATES = (
    ("u_delegate_agw", "agw", "Geschäftsführung", True),
    ("u_delegate_bjr", "jugendring", "Jugendpolitische Sprecherin", False),
    ("u_verein", "jugendring", "Vorsitz", True),
    ("u_delegate_ssb", "sportbund", "Geschäftsstelle", True),
)
ABOUT = "Ein Beispiel aus der Demo-Stadt. Die Organisation spricht hier durch ihre benannten Delegierten."


def make_offices(session: Session, scene: Scene) -> None:
    city = read("city")
    for position, row in enumerate(city["offices"], 1):
        parent = scene.offices.get(row["parent"] or "")
        scene.offices[row["key"]] = scene.add(
            session,
            Office(
                key=row["key"], number=row["number"] or "", name=row["name"], position=position,
                parent_id=parent.id if parent else None, contact=f"{row['key']}@demo.bihaelt.example",
            ),
        )  # fmt: skip
    for position, row in enumerate(city["working_groups"], 1):
        scene.groups[row["key"]] = scene.add(
            session,
            WorkingGroup(
                key=row["key"], name=row["name"], kind=GROUP_KINDS[row["kind"]], position=position,
                lead_office_id=scene.offices[row["lead"]].id,
            ),
        )  # fmt: skip


def make_organisations(session: Session, scene: Scene) -> None:
    """All organisations, verified long ago; one more waits to be verified, so that the desk has work."""
    founded = scene.day(-1750)
    for row in read("city")["organisations"]:
        text = tell(session, Speech("", ABOUT), now=founded)
        umbrella = scene.organisations.get(row.get("member_of", ""))
        scene.organisations[row["key"]] = scene.add(
            session,
            Organisation(
                name=row["name"], name_key=skeleton(row["name"]), kind=KINDS[row["kind"]],
                state=OrganisationState.VERIFIED, umbrella_id=umbrella.id if umbrella else None,
                seats=row["delegates"], text_id=text.id, requested_at=founded, verified_at=founded,
            ),
        )  # fmt: skip
    for key, organisation, title, is_admin in DELEGATES:
        session.add(
            Delegation(
                organisation_id=scene.organisations[organisation].id, account_id=scene.people[key].id, title=title,
                is_admin=is_admin, may_vote=True, starts_on=date(scene.now.year - 1, 1, 1),
            )
        )  # fmt: skip
    session.add(
        Organisation(
            name="Demo-Verein Fahrrad-Werkstatt (fiktiv)", name_key=skeleton("Demo-Verein Fahrrad-Werkstatt (fiktiv)"), kind=Kind.CLUB,
            state=OrganisationState.REQUESTED, requested_by_id=scene.people["u_buerger5"].id, requested_at=scene.day(-3),
            requester_title="Vorstand", due_on=scene.day(11).date(),
        )
    )  # fmt: skip
    session.flush()


def make_services(session: Session, scene: Scene) -> None:
    """The regular services that the measures name."""
    for row in read("city")["measures"]:
        name = row["regular_service"]
        if name not in scene.services:
            office = scene.offices.get(row["office"])
            scene.services[name] = scene.add(
                session,
                RegularService(
                    name=name, office_id=office.id if office else None, contact=office.contact if office else ""
                ),
            )
