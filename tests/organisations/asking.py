"""Organisations that ask to be verified."""

from datetime import date

import sqlalchemy as sa

from bihaelt.journal.models import JournalEntry
from bihaelt.organisations.domain import OrganisationState
from tests.factories import (
    make_organisation,
)

TODAY = date(2026, 11, 22)
ASK = {
    "name": "Fahrradwerkstatt e. V.", "kind": "club", "title": "Vorsitz", "description": "Wir reparieren **Räder**.",
    "website": "https://rad.example.org", "contact": "info@rad.example.org", "entitled": "y", "umbrella_id": "",
}  # fmt: skip


def asked(session, requester, **values):
    values = {
        "state": OrganisationState.REQUESTED,
        "verified_at": None,
        "due_on": TODAY,
        "requester_title": "Vorsitz",
    } | values
    return make_organisation(session, values.pop("name", "Radverein"), requested_by_id=requester.id, **values)


def acts(session):
    return [
        (row.act, row.role, row.public) for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))
    ]
