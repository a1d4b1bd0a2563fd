"""Supporting a proposal, and taking it back. The database alone decides who was first: no look before the leap."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.journal.operations import record
from bihaelt.proposals.models import Proposal
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Electorate, Tally, electorate_of, supportable
from bihaelt.votes.models import Support
from bihaelt.votes.queries import supports as queries

COUNTERS: Mapping[Electorate, InstrumentedAttribute[int]] = {
    Electorate.PEOPLE: Proposal.supports_people,
    Electorate.ORGANISATIONS: Proposal.supports_organisations,
}


# Built once: in the few statements of a support, putting them together would cost as much as to run them.
INSERT: Mapping[str, Any] = {
    dialect: insert(Support.__table__).on_conflict_do_nothing().returning(Support.__table__.c.id)
    for dialect, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
COUNT: Mapping[Electorate, sa.Update] = {
    electorate: sa.update(Proposal.__table__)
    .where(Proposal.__table__.c.id == sa.bindparam("proposal"))
    .values({counter.key: Proposal.__table__.c[counter.key] + sa.bindparam("change")})
    for electorate, counter in COUNTERS.items()
}


def support(session: Session, *, proposal: Proposal, language: str, by: Voice, now: datetime) -> bool:
    """Support ``proposal`` in the voice ``by``; ``language`` is the Babel id of the page it was done on.

    Returns whether it is new: a second click, in the same moment or later, changes nothing. Raises DomainError
    outside of the time for supports.
    """
    _refuse_outside(proposal, now)
    electorate = electorate_of(by)
    row = {
        "proposal_id": proposal.id,
        "conference_id": proposal.conference_id,
        "electorate": electorate,
        "account_id": by.actor_id,
        "organisation_id": by.organisation_id,
        "language": language,
        "created_at": now,
    }
    inserted = session.scalar(INSERT[session.get_bind().dialect.name], row)
    if inserted is None:
        return False
    _count(session, proposal, electorate, 1)
    _record(session, "proposal.supported", proposal, by, now)
    session.flush()
    return True


def withdraw_support(session: Session, *, proposal: Proposal, by: Voice, now: datetime) -> bool:
    """Take the support of the voice ``by`` back. Returns whether there was one; raises DomainError as ``support``."""
    _refuse_outside(proposal, now)
    electorate = electorate_of(by)
    table: Any = Support.__table__
    mine = (
        sa.and_(table.c.organisation_id.is_(None), table.c.account_id == by.actor_id)
        if electorate is Electorate.PEOPLE
        else table.c.organisation_id == by.organisation_id
    )
    deleted = session.scalar(
        sa.delete(table)
        .where(table.c.proposal_id == proposal.id, table.c.conference_id == proposal.conference_id, mine)
        .returning(table.c.id)
    )
    if deleted is None:
        return False
    _count(session, proposal, electorate, -1)
    _record(session, "proposal.support_withdrawn", proposal, by, now)
    session.flush()
    return True


def recount(session: Session, *, now: datetime) -> Mapping[int, Tally]:
    """Put right every counter that differs from its rows; returns what was corrected, by proposal."""
    wrong = queries.miscounted(session)
    for proposal_id, tally in wrong.items():
        proposal = session.get_one(Proposal, proposal_id)
        before = Tally(proposal.supports_people, proposal.supports_organisations)
        proposal.supports_people, proposal.supports_organisations = tally.people, tally.organisations
        record(
            session, act="proposal.supports_recounted", subject=proposal, by=SYSTEM, now=now,
            people_before=before.people, organisations_before=before.organisations,
        )  # fmt: skip
    session.flush()
    return wrong


def _refuse_outside(proposal: Proposal, now: datetime) -> None:
    verdict = supportable(proposal.state, proposal.conference, now)
    if not verdict:
        raise DomainError(verdict.reason, field="", **verdict.values)


def _count(session: Session, proposal: Proposal, electorate: Electorate, change: int) -> None:
    session.connection().execute(COUNT[electorate], {"proposal": proposal.id, "change": change})
    session.expire(proposal, [COUNTERS[electorate].key])


def _record(session: Session, act: str, proposal: Proposal, by: Voice, now: datetime) -> None:
    """An organisation's support is public. Of a person's the record keeps only that there was one, not whose."""
    if electorate_of(by) is Electorate.PEOPLE:
        record(session, act=act, subject=proposal, by=Voice(None, by.role), now=now, public=False)
    else:
        record(session, act=act, subject=proposal, by=by, now=now)
