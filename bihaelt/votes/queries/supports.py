"""Reading supports. The counts on pages are the maintained counters; counting again is for the nightly check."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.proposals.domain import PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.reading import columns
from bihaelt.votes.domain import Electorate, Standing, Tally
from bihaelt.votes.models import Support

ONE = (
    sa.select(Proposal)
    .options(joinedload(Proposal.conference))
    .where(Proposal.id == sa.bindparam("number", type_=sa.Integer), Proposal.state.in_(sorted(PUBLIC)))
)  # built once, as STANDING below


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    """A public proposal with its conference. One statement."""
    return session.scalar(ONE, {"number": proposal_id})


STANDING = sa.select(Support.organisation_id).where(
    Support.proposal_id == sa.bindparam("proposal"),
    Support.conference_id == sa.bindparam("conference"),
    sa.or_(
        sa.and_(Support.organisation_id.is_(None), Support.account_id == sa.bindparam("account")),
        Support.organisation_id.in_(sa.bindparam("organisations", expanding=True)),
    ),
)  # built once: putting a statement together costs as much as to run it


def standing(
    session: Session,
    proposal_id: int,
    conference_id: int,
    account_id: int | None,
    organisation_ids: Collection[int] = (),
) -> Standing:
    """Which supports of a person, and of organisations, a proposal has. One statement; none for a visitor."""
    if account_id is None:
        return Standing()
    asked = {
        "proposal": proposal_id,
        "conference": conference_id,
        "account": account_id,
        "organisations": sorted(organisation_ids),
    }
    found = columns(session, STANDING, asked).scalars().all()
    return Standing(person=None in found, organisations=frozenset(each for each in found if each is not None))


def tallies(session: Session, proposal_ids: Iterable[int]) -> Mapping[int, Tally]:
    """The maintained counts of each proposal in its present conference. One statement, none without ids."""
    wanted = set(proposal_ids)
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(Proposal.id, Proposal.supports_people, Proposal.supports_organisations).where(Proposal.id.in_(wanted))
    )
    return {row.id: Tally(row.supports_people, row.supports_organisations) for row in rows}


def counted(session: Session, proposal_id: int, conference_id: int) -> Tally:
    """The supports of a proposal in one conference, counted from the rows themselves. One statement."""
    rows = session.execute(
        sa.select(Support.electorate, sa.func.count())
        .where(Support.proposal_id == proposal_id, Support.conference_id == conference_id)
        .group_by(Support.electorate)
    )
    found: dict[Electorate, int] = {row[0]: row[1] for row in rows}
    return Tally(found.get(Electorate.PEOPLE, 0), found.get(Electorate.ORGANISATIONS, 0))


def miscounted(session: Session) -> Mapping[int, Tally]:
    """The true counts of all proposals whose counters differ from them. One statement, for the nightly check."""
    real = (
        sa.select(
            Support.proposal_id,
            Support.conference_id,
            _number(Electorate.PEOPLE).label("people"),
            _number(Electorate.ORGANISATIONS).label("organisations"),
        )
        .group_by(Support.proposal_id, Support.conference_id)
        .subquery()
    )
    people, organisations = sa.func.coalesce(real.c.people, 0), sa.func.coalesce(real.c.organisations, 0)
    rows = session.execute(
        sa.select(Proposal.id, people.label("people"), organisations.label("organisations"))
        .outerjoin(real, sa.and_(real.c.proposal_id == Proposal.id, real.c.conference_id == Proposal.conference_id))
        .where(sa.or_(Proposal.supports_people != people, Proposal.supports_organisations != organisations))
        .order_by(Proposal.id)
    )
    return {row.id: Tally(row.people, row.organisations) for row in rows}


def _number(electorate: Electorate) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((Support.electorate == electorate, 1), else_=0))
