"""Making, changing, opening and extending conferences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.domain import DEADLINES, PAPER, Access, AgendaKind, Days, NotReady, missing, retimed
from bihaelt.conferences.models import AgendaItem, Conference, ConferenceCluster, Series
from bihaelt.conferences.queries import cluster_ids, readiness
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate, words_of, write
from bihaelt.verdicts import Conflict, DomainError


@dataclass(frozen=True, slots=True)
class Facts:
    """What a conference is, apart from its words: ``moments`` are its deadlines by name, in UTC."""

    held_on: date
    moments: Mapping[str, datetime]
    place: str = ""
    capacity: int | None = None
    access: Access = field(default_factory=Access)
    clusters: frozenset[int] = frozenset()


def start_series(session: Session, *, language: str, title: str, rhythm_months: int, now: datetime) -> Series:
    """A new series of conferences. Raises DomainError without a name or a rhythm."""
    if not title:
        raise DomainError(N_("Enter a name for the new series"), field="series_title")
    if rhythm_months < 1:
        raise DomainError(N_("Enter how many months lie between two conferences"), field="rhythm_months")
    text = write(session, language=language, words=Words(title), now=now)
    series = Series(key=f"series{text.id}", text_id=text.id, rhythm_months=rhythm_months)
    session.add(series)
    session.flush()
    return series


def made_by(session: Session, nonce: str) -> Conference | None:
    """The conference that a form has made before (double submit), or None."""
    known: Conference | None = session.scalar(sa.select(Conference).where(Conference.nonce == nonce))
    return known


def create(
    session: Session, *, series: Series, language: str, words: Words, facts: Facts, by: Voice, now: datetime,
    nonce: str | None = None,
) -> Conference:  # fmt: skip
    """A new conference, planned until it is opened. ``nonce`` is that of the form."""
    text = write(session, language=language, words=words, now=now, author_id=by.actor_id)
    return create_from(session, series=series, text=text, facts=facts, by=by, now=now, nonce=nonce)


def create_from(
    session: Session, *, series: Series, text: Text, facts: Facts, by: Voice, now: datetime, nonce: str | None = None,
    predecessor: Conference | None = None,
) -> Conference:  # fmt: skip
    """A new conference whose text is there already (in all its languages)."""
    last = session.scalar(sa.select(sa.func.max(Conference.number)).where(Conference.series_id == series.id))
    conference = Conference(
        series_id=series.id, number=(last or 0) + 1, text_id=text.id, place=facts.place, held_on=facts.held_on,
        capacity=facts.capacity, access=facts.access.stored(), nonce=nonce,
        predecessor_id=predecessor.id if predecessor else None, **facts.moments,
    )  # fmt: skip
    session.add(conference)
    session.flush()
    _ask_about(session, conference, facts.clusters)
    record(session, act="conference.created", subject=conference, by=by, now=now, number=conference.number)
    session.flush()
    return conference


def change(session: Session, *, conference: Conference, words: Words, facts: Facts, by: Voice, now: datetime) -> None:
    """Change a conference that has not been opened. Raises Conflict afterwards: then only deadlines may move."""
    _not_opened(conference)
    text = session.get_one(Text, conference.text_id)
    rewrite(session, text=text, words=words, now=now, author_id=by.actor_id)
    conference.place, conference.capacity, conference.held_on = facts.place, facts.capacity, facts.held_on
    conference.access = facts.access.stored()
    for name, moment in facts.moments.items():
        setattr(conference, name, moment)
    _ask_about(session, conference, facts.clusters)
    record(session, act="conference.changed", subject=conference, by=by, now=now)
    session.flush()


def give_mandate(
    session: Session, *, conference: Conference, body: str, on: date, paper: str, language: str, words: Words,
    by: Voice, now: datetime,
) -> None:  # fmt: skip
    """Record who ordered the conference (R3). ``words``: body = what was ordered, extra ``open`` and ``not_open``.

    Raises DomainError for a paper number or a date that cannot be, Conflict once the conference was opened.
    """
    _not_opened(conference)
    if not PAPER.fullmatch(paper):
        raise DomainError(N_("Enter a paper number like 2424/2025-2030."), field="paper")
    if on > now.date():
        raise DomainError(N_("This day has not come yet."), field="on")
    conference.mandate_body, conference.mandate_on, conference.mandate_paper = body, on, paper
    if conference.mandate_text_id is None:
        text = write(session, language=language, words=words, now=now, author_id=by.actor_id)
        conference.mandate_text_id = text.id
    else:
        text = session.get_one(Text, conference.mandate_text_id)
        rewrite(session, text=text, words=words, now=now, author_id=by.actor_id)
    session.flush()
    record(
        session,
        act="conference.mandated",
        subject=conference,
        by=by,
        now=now,
        body=body,
        on=on.isoformat(),
        paper=paper,
    )
    session.flush()


def open_conference(session: Session, *, conference: Conference, by: Voice, now: datetime) -> None:
    """Open a conference: from now on its phases follow from its dates. Raises NotReady with all that is missing."""
    _not_opened(conference)
    lacking = missing(readiness(session, conference), now)
    if lacking:
        raise NotReady(lacking)
    conference.opened_at = now
    record(session, act="conference.opened", subject=conference, by=by, now=now, paper=conference.mandate_paper)
    session.flush()


def extend(
    session: Session, *, conference: Conference, days: Days, zone: ZoneInfo, reason: str, by: Voice, now: datetime
) -> Sequence[str]:
    """Move deadlines of an open conference to a later day, never to an earlier one, and only while they are ahead.

    Returns the names of the deadlines that moved. Raises DomainError at the one that may not move so.
    """
    after = retimed(conference, days, zone)
    moved = [name for name in DEADLINES if after[name] != getattr(conference, name)]
    if not moved:
        raise DomainError(N_("Nothing has been changed."))
    for name in moved:
        if getattr(conference, name) <= now:
            raise DomainError(N_("This day is over; it cannot be changed any more."), field=name)
        if after[name] < getattr(conference, name):
            raise DomainError(N_("A deadline may only move to a later day."), field=name)
        setattr(conference, name, after[name])
    new = {name: getattr(days, name).isoformat() for name in moved}
    record(session, act="conference.extended", subject=conference, by=by, now=now, reason=reason, **new)
    session.flush()
    return moved


def put_on_agenda(
    session: Session, *, conference: Conference, kind: AgendaKind, minutes: int, language: str, title: str,
    by: Voice, now: datetime,
) -> AgendaItem:  # fmt: skip
    """A further part at the end of the conference day."""
    last = session.scalar(sa.select(sa.func.max(AgendaItem.position)).where(AgendaItem.conference_id == conference.id))
    text = write(session, language=language, words=Words(title), now=now, author_id=by.actor_id)
    item = AgendaItem(
        conference_id=conference.id, position=(last or 0) + 1, minutes=minutes, kind=kind, text_id=text.id
    )
    session.add(item)
    _agenda_changed(session, conference, by, now)
    return item


def change_item(
    session: Session, *, conference: Conference, item: AgendaItem, kind: AgendaKind, minutes: int, title: str,
    by: Voice, now: datetime,
) -> None:  # fmt: skip
    item.kind, item.minutes = kind, minutes
    text = session.get_one(Text, item.text_id)
    rewrite(session, text=text, words=Words(title), now=now, author_id=by.actor_id)
    _agenda_changed(session, conference, by, now)


def move_item(
    session: Session, *, conference: Conference, item: AgendaItem, up: bool, by: Voice, now: datetime
) -> None:
    """Change places with the part before (``up``) or after; at an end nothing moves."""
    items = list(
        session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.conference_id == conference.id)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    place = items.index(item)
    other = place - 1 if up else place + 1
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
        for position, each in enumerate(items, start=1):
            each.position = position
        _agenda_changed(session, conference, by, now)


def take_off_agenda(session: Session, *, conference: Conference, item: AgendaItem, by: Voice, now: datetime) -> None:
    session.delete(item)
    session.flush()
    session.delete(session.get_one(Text, item.text_id))
    _agenda_changed(session, conference, by, now)


def put_into_words(
    session: Session, *, conference: Conference, text_id: int, language: str, words: Words, by: Voice, now: datetime
) -> bool:
    """Write a text of the conference in ``language``: the original itself, or a translation made by hand.

    Returns whether anything changed.
    """
    text = session.get_one(Text, text_id)
    old = current_version(session, text_id, language)
    original = current_version(session, text_id, text.source_language)
    assert original is not None, "a text always has its original"
    if old is not None and words_of(old) == words and old.made_from_id in (None, original.id):
        return False
    if language == text.source_language:
        rewrite(session, text=text, words=words, now=now, author_id=by.actor_id)
    else:
        translate(
            session, text=text, language=language, words=words, status=Status.HUMAN, made_from=original, now=now,
            author_id=by.actor_id,
        )  # fmt: skip
    return True


def words_changed(
    session: Session, *, conference: Conference, language: str, count: int, by: Voice, now: datetime
) -> None:
    """Leave the journal's note on ``count`` texts that were written in ``language``."""
    record(session, act="conference.words", subject=conference, by=by, now=now, language=language, texts=count)
    session.flush()


def _ask_about(session: Session, conference: Conference, clusters: Iterable[int]) -> None:
    have, wanted = cluster_ids(session, conference.id), frozenset(clusters)
    session.execute(
        sa.delete(ConferenceCluster).where(
            ConferenceCluster.conference_id == conference.id, ConferenceCluster.cluster_id.in_(have - wanted)
        )
    )
    for cluster_id in sorted(wanted - have):
        session.add(ConferenceCluster(conference_id=conference.id, cluster_id=cluster_id))
    session.flush()


def _not_opened(conference: Conference) -> None:
    if conference.opened_at is not None:
        raise Conflict(N_("This conference has been opened. Only its deadlines may still be extended."))


def _agenda_changed(session: Session, conference: Conference, by: Voice, now: datetime) -> None:
    record(session, act="conference.agenda", subject=conference, by=by, now=now)
    session.flush()
