"""Reading conferences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.domain import AgendaKind, Phase, Readiness, phase_at
from bihaelt.conferences.models import AgendaItem, Conference, ConferenceCluster, Series
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import TextVersion
from bihaelt.texts.queries import shown


def conference(session: Session, conference_id: int) -> Conference | None:
    return session.get(Conference, conference_id)


def conferences(session: Session) -> Sequence[Conference]:
    """All conferences, the newest first; a city has dozens at most. One statement."""
    return session.scalars(sa.select(Conference).order_by(Conference.held_on.desc(), Conference.id.desc())).all()


COLLECTING = (
    sa.select(Conference)
    .where(
        Conference.opened_at.is_not(None),
        Conference.call_opens <= sa.bindparam("now"),
        Conference.call_closes > sa.bindparam("now"),
    )
    .order_by(Conference.call_closes)
    .limit(1)
)  # built once: it is asked on most pages


def collecting(session: Session, now: datetime) -> Conference | None:
    """The conference that takes proposals at ``now``: the one whose call closes first, or None."""
    return session.scalar(COLLECTING, {"now": now})


def current(session: Session, now: datetime) -> Conference | None:
    """The conference to show first: one that collects, else the one that is under way, else the last or the next."""
    found = collecting(session, now)
    if found is not None:
        return found
    by_phase: dict[Phase, Conference] = {}
    for candidate in conferences(session):
        by_phase.setdefault(phase_at(candidate, now), candidate)
    order = (Phase.VOTING, Phase.SCREENING, Phase.DECIDING, Phase.REPORTING, Phase.PLANNED, Phase.DONE)
    return next((by_phase[phase] for phase in order if phase in by_phase), None)


def last_decided(session: Session, now: datetime) -> Conference | None:
    """The conference whose decisions were published last, or None. One statement."""
    return session.scalar(
        sa.select(Conference)
        .where(Conference.decided_at.is_not(None), Conference.decided_at <= now)
        .order_by(Conference.decided_at.desc(), Conference.id.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """A conference in a list: the row itself, its name, and its phase."""

    conference: Conference
    title: Shown
    phase: Phase


def overview(session: Session, chain: Sequence[str], now: datetime) -> Sequence[Overview]:
    """All conferences with their names, the newest first. Two statements."""
    found = conferences(session)
    names = shown(session, [row.text_id for row in found], chain)
    return [Overview(row, names[row.text_id], phase_at(row, now)) for row in found]


def titles(session: Session, ids: Sequence[int], chain: Sequence[str]) -> Mapping[int, Shown]:
    """The names of some conferences by id. Two statements."""
    rows = session.execute(sa.select(Conference.id, Conference.text_id).where(Conference.id.in_(ids))).all()
    names = shown(session, [row.text_id for row in rows], chain)
    return {row.id: names[row.text_id] for row in rows}


def words(session: Session, found: Conference, chain: Sequence[str]) -> tuple[Shown, Shown | None]:
    """A conference's own text and that of its mandate (None without one). One statement."""
    texts = shown(session, [found.text_id, found.mandate_text_id], chain)
    return texts[found.text_id], texts.get(found.mandate_text_id or 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the conference day: ``starts`` are the minutes since its beginning."""

    id: int
    position: int
    kind: AgendaKind
    minutes: int
    starts: int
    text: Shown


def agenda(session: Session, conference_id: int, chain: Sequence[str]) -> Sequence[Part]:
    """The parts of the day in their order. Two statements."""
    rows = session.execute(
        sa.select(AgendaItem.id, AgendaItem.position, AgendaItem.kind, AgendaItem.minutes, AgendaItem.text_id)
        .where(AgendaItem.conference_id == conference_id)
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    texts = shown(session, [row.text_id for row in rows], chain)
    parts, starts = [], 0
    for row in rows:
        parts.append(Part(row.id, row.position, row.kind, row.minutes, starts, texts[row.text_id]))
        starts += row.minutes
    return parts


def agenda_item(session: Session, conference_id: int, item_id: int) -> AgendaItem | None:
    return session.scalar(
        sa.select(AgendaItem).where(AgendaItem.id == item_id, AgendaItem.conference_id == conference_id)
    )


def cluster_ids(session: Session, conference_id: int) -> frozenset[int]:
    query = sa.select(ConferenceCluster.cluster_id).where(ConferenceCluster.conference_id == conference_id)
    return frozenset(session.scalars(query))


def all_series(session: Session, chain: Sequence[str]) -> Sequence[tuple[int, Shown]]:
    """The series by name, the oldest first. Two statements."""
    rows = session.execute(sa.select(Series.id, Series.text_id).order_by(Series.id)).all()
    names = shown(session, [row.text_id for row in rows], chain)
    return [(row.id, names[row.text_id]) for row in rows]


def series(session: Session, series_id: int | None) -> Series | None:
    return None if series_id is None else session.get(Series, series_id)


def next_in_series(session: Session, found: Conference, now: datetime) -> Conference | None:
    """The first later conference of the series whose call is not over, if there is one already. One statement."""
    later: Conference | None = session.scalar(
        sa.select(Conference)
        .where(Conference.series_id == found.series_id, Conference.number > found.number, Conference.call_closes > now)
        .order_by(Conference.number)
        .limit(1)
    )
    return later


def readiness(session: Session, found: Conference) -> Readiness:
    """What the conference has towards its opening. Two statements."""
    version = session.scalar(
        sa.select(TextVersion).where(
            TextVersion.text_id == found.mandate_text_id, TextVersion.is_current, TextVersion.made_from_id.is_(None)
        )
    )
    return Readiness(
        mandate_body=found.mandate_body,
        mandate_on=found.mandate_on,
        mandate_paper=found.mandate_paper,
        ordered=version.body if version else "",
        open=version.extra.get("open", "") if version else "",
        not_open=version.extra.get("not_open", "") if version else "",
        clusters=len(cluster_ids(session, found.id)),
        call_closes=found.call_closes,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a conference that is to be had in every language: its ``name`` in forms, and what kind it is."""

    name: str
    text_id: int
    kind: str


def pieces(session: Session, found: Conference) -> Sequence[Piece]:
    """All texts of a conference: its own, its mandate's, and one per part of the agenda. One statement."""
    rows = session.execute(
        sa.select(AgendaItem.id, AgendaItem.text_id)
        .where(AgendaItem.conference_id == found.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    mandate = [Piece("mandate", found.mandate_text_id, "mandate")] if found.mandate_text_id else []
    return [
        Piece("conference", found.text_id, "conference"),
        *mandate,
        *(Piece(f"item{row.id}", row.text_id, "item") for row in rows),
    ]


def versions_of(session: Session, text_ids: Sequence[int]) -> Mapping[tuple[int, str], TextVersion]:
    """The current versions of some texts, by text and language. One statement."""
    rows = session.scalars(sa.select(TextVersion).where(TextVersion.text_id.in_(text_ids), TextVersion.is_current))
    return {(row.text_id, row.language): row for row in rows}


def coverage(session: Session, found: Conference) -> Mapping[str, tuple[int, int]]:
    """How many of the conference's texts each language has, and how many of these are out of date. Two statements."""
    rows = versions_of(session, [piece.text_id for piece in pieces(session, found)])
    originals = {row.text_id: row.id for row in rows.values() if row.made_from_id is None}
    counted: dict[str, tuple[int, int]] = {}
    for (text_id, language), row in rows.items():
        have, stale = counted.get(language, (0, 0))
        late = row.made_from_id is not None and row.made_from_id != originals[text_id]
        counted[language] = (have + 1, stale + late)
    return counted
