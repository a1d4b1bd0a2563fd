"""The rows of a sheet: milestones, open points, partners, predecessors and successors. A decision does not lock them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import OpenPointKind, PartnerRole, Section
from bihaelt.measures.models import Measure, Milestone, OpenPoint, Partner, Succession
from bihaelt.measures.operations.changing import today_of
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.verdicts import DomainError


def add_milestone(
    session: Session, *, measure: Measure, title: str, due_on: date, by: Voice, now: datetime
) -> Milestone:
    """A step with the day on which it is due, in the language of the sheet."""
    row = Milestone(measure_id=measure.id, text_id=_say(session, measure, title, by, now), due_on=due_on)
    session.add(row)
    _changed(session, measure, Section.MILESTONES, by, now)
    return row


def change_milestone(
    session: Session, *, milestone: Milestone, title: str, due_on: date, done_on: date | None, by: Voice, now: datetime
) -> None:
    """Another day or other words, or the day on which it was done (not in the future)."""
    _done(done_on, now)
    _say_anew(session, milestone.text_id, title, by, now)
    milestone.due_on, milestone.done_on = due_on, done_on
    _changed(session, session.get_one(Measure, milestone.measure_id), Section.MILESTONES, by, now)


def remove_milestone(session: Session, *, milestone: Milestone, by: Voice, now: datetime) -> None:
    _remove(session, milestone, Section.MILESTONES, by, now)


def add_point(
    session: Session, *, measure: Measure, kind: OpenPointKind, title: str, office_id: int | None, who: str,
    due_on: date, by: Voice, now: datetime,
) -> OpenPoint:  # fmt: skip
    """What is still to be settled, by an office or somebody else, until when (R23)."""
    _somebody(office_id, who)
    text_id = _say(session, measure, title, by, now)
    row = OpenPoint(
        measure_id=measure.id, kind=kind, text_id=text_id, office_id=office_id, who=who.strip(), due_on=due_on
    )
    session.add(row)
    _changed(session, measure, Section.POINTS, by, now)
    return row


def change_point(
    session: Session, *, point: OpenPoint, kind: OpenPointKind, title: str, office_id: int | None, who: str,
    due_on: date, done_on: date | None, by: Voice, now: datetime,
) -> None:  # fmt: skip
    """Other words, another day or somebody else, or the day on which it was settled (not in the future)."""
    _somebody(office_id, who)
    _done(done_on, now)
    _say_anew(session, point.text_id, title, by, now)
    point.kind, point.office_id, point.who, point.due_on, point.done_on = kind, office_id, who.strip(), due_on, done_on
    _changed(session, session.get_one(Measure, point.measure_id), Section.POINTS, by, now)


def remove_point(session: Session, *, point: OpenPoint, by: Voice, now: datetime) -> None:
    _remove(session, point, Section.POINTS, by, now)


def add_partner(
    session: Session, *, measure: Measure, organisation_id: int | None, office_id: int | None, role: PartnerRole,
    by: Voice, now: datetime,
) -> Partner:  # fmt: skip
    """An organisation or an office, one of both, in a role; DomainError when it has that role already."""
    session.refresh(measure, with_for_update=True)
    if (organisation_id is None) == (office_id is None):
        raise DomainError(N_("Choose an organisation or an office."), field="organisation")
    known = [(row.organisation_id, row.office_id, row.role) for row in queries.partners(session, measure.id)]
    if (organisation_id, office_id, role) in known:
        raise DomainError(N_("This part is named already."), field="role")
    row = Partner(measure_id=measure.id, organisation_id=organisation_id, office_id=office_id, role=role)
    session.add(row)
    session.flush()
    first_carrier(session, measure)
    _changed(session, measure, Section.PARTNERS, by, now)
    return row


def remove_partner(session: Session, *, partner: Partner, by: Voice, now: datetime) -> None:
    measure = session.get_one(Measure, partner.measure_id)
    session.refresh(measure, with_for_update=True)
    session.delete(partner)
    session.flush()
    first_carrier(session, measure)
    _changed(session, measure, Section.PARTNERS, by, now)


def join(session: Session, *, predecessor: Measure, successor: Measure, by: Voice, now: datetime) -> None:
    """One measure goes on where the other one stopped; DomainError for a ring or a measure after itself."""
    if predecessor.id == successor.id or predecessor.id in _after(session, successor.id):
        raise DomainError(N_("A measure cannot come after itself."), field="number")
    if session.get(Succession, (predecessor.id, successor.id)) is not None:
        raise DomainError(N_("This is said already."), field="number")
    session.add(Succession(predecessor_id=predecessor.id, successor_id=successor.id))
    for measure in (predecessor, successor):
        _changed(session, measure, Section.LINE, by, now)


def part(session: Session, *, predecessor_id: int, successor_id: int, by: Voice, now: datetime) -> None:
    """They have nothing to do with each other after all; nothing happens when it was not said."""
    there = session.get(Succession, (predecessor_id, successor_id))
    if there is None:
        return
    session.delete(there)
    for measure_id in (predecessor_id, successor_id):
        _changed(session, session.get_one(Measure, measure_id), Section.LINE, by, now)


def _after(session: Session, measure_id: int) -> frozenset[int]:
    """All measures that come after one, near and far."""
    seen: set[int] = set()
    edge = {measure_id}
    while edge:
        rows = session.scalars(sa.select(Succession.successor_id).where(Succession.predecessor_id.in_(sorted(edge))))
        edge = set(rows) - seen
        seen |= edge
    return frozenset(seen)


def _say(session: Session, measure: Measure, title: str, by: Voice, now: datetime) -> int:
    language = session.get_one(Text, measure.text_id).source_language
    return write(session, language=language, words=Words(_named(title)), now=now, author_id=by.actor_id).id


def _say_anew(session: Session, text_id: int, title: str, by: Voice, now: datetime) -> None:
    text = session.get_one(Text, text_id)
    rewrite(session, text=text, words=Words(_named(title)), now=now, author_id=by.actor_id)


def _named(title: str) -> str:
    if not title.strip():
        raise DomainError(N_("Enter a title."), field="title")
    return title.strip()


def _done(done_on: date | None, now: datetime) -> None:
    if done_on is not None and done_on > today_of(now):
        raise DomainError(N_("This day has not come yet."), field="done_on")


def _somebody(office_id: int | None, who: str) -> None:
    if office_id is None and not who.strip():
        raise DomainError(N_("Say who sees to it."), field="who")


def first_carrier(session: Session, measure: Measure) -> None:
    """The measure's own row names the first organisation that carries it out."""
    measure.carrier_id = session.scalar(
        sa.select(Partner.organisation_id)
        .where(
            Partner.measure_id == measure.id, Partner.role == PartnerRole.CARRIER, Partner.organisation_id.is_not(None)
        )
        .order_by(Partner.id)
        .limit(1)
    )  # fmt: skip


def _remove(session: Session, row: Milestone | OpenPoint, section: Section, by: Voice, now: datetime) -> None:
    text = session.get_one(Text, row.text_id)
    measure = session.get_one(Measure, row.measure_id)
    session.delete(row)
    session.flush()
    session.delete(text)
    _changed(session, measure, section, by, now)


def _changed(session: Session, measure: Measure, section: Section, by: Voice, now: datetime) -> None:
    measure.changed_at = now
    session.flush()
    record(session, act="measure.rows", subject=measure, by=by, now=now, section=section.value)
    session.flush()
