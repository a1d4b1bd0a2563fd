"""A measure's way to a decision: co-signatures, meetings, changes, versions, and the brakes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.measures.domain import (
    OVER,
    Advice,
    Answer,
    Brake,
    Held,
    Other,
    Sheet,
    Signature,
    Takes,
    duplicates,
    holding,
    restored,
)
from bihaelt.measures.models import (
    Consultation,
    Cosignature,
    Measure,
    Origin,
    Override,
    Revision,
    SheetVersion,
    Succession,
)
from bihaelt.measures.queries.sheet import original_words
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.queries import shown


def open_revision(session: Session, measure_id: int) -> Revision | None:
    """The change of a decided measure that is under way. One statement."""
    return session.scalar(sa.select(Revision).where(Revision.measure_id == measure_id, Revision.ended_at.is_(None)))


def revisions(session: Session, measure_id: int) -> Sequence[Revision]:
    """All changes of a decided measure, the newest first. One statement."""
    return session.scalars(
        sa.select(Revision).where(Revision.measure_id == measure_id).order_by(Revision.number.desc())
    ).all()


def revised(session: Session, sheet: Sheet, revision: Revision) -> Sheet:
    """``sheet`` (the measure's own) as it shall be after the change. One statement."""
    return restored(sheet, original_words(session, revision.text_id), revision.facts)


def cosignatures(session: Session, measure_id: int) -> Sequence[Cosignature]:
    """Who was asked to co-sign and what they said, the last round first, with the offices. One statement."""
    return session.scalars(
        sa.select(Cosignature)
        .options(joinedload(Cosignature.office))
        .where(Cosignature.measure_id == measure_id)
        .order_by(Cosignature.round.desc(), Cosignature.id)
    ).all()


def cosignature(session: Session, cosignature_id: int) -> Cosignature | None:
    """A co-signature with its office and its measure. One statement."""
    return session.scalar(
        sa.select(Cosignature)
        .options(joinedload(Cosignature.office), joinedload(Cosignature.measure))
        .where(Cosignature.id == cosignature_id)
    )


def answers(session: Session, measure_id: int) -> Sequence[Answer]:
    """What the offices of the round that is not closed have said. One statement."""
    rows = session.execute(
        sa.select(Cosignature.state, Cosignature.due_on).where(
            Cosignature.measure_id == measure_id, ~Cosignature.closed
        )
    )  # fmt: skip
    return [Answer(row.state, row.due_on) for row in rows]


@dataclass(frozen=True, slots=True)
class ToSign:
    """A measure that waits for an office's co-signature."""

    cosignature: Cosignature
    number: str
    title: Shown


WAITING = sa.and_(Cosignature.state == Signature.OPEN, ~Cosignature.closed)


def to_sign(
    session: Session,
    chain: Sequence[str],
    *,
    office_ids: Iterable[int] | None = None,
    cursor: Cursor | None = None,
    size: int = 50,
) -> Page[ToSign]:
    """What waits to be co-signed, the first due first; by the given offices, or by all (None). Two statements."""
    query = (
        sa.select(Cosignature, Measure.number, Measure.text_id)
        .join(Measure, Measure.id == Cosignature.measure_id)
        .options(joinedload(Cosignature.office))
        .where(WAITING)
    )
    if office_ids is not None:
        query = query.where(Cosignature.office_id.in_(sorted(office_ids)))
    back = cursor is not None and cursor.back
    if cursor is not None:
        keys = sa.tuple_(Cosignature.due_on, Cosignature.id)
        edge = sa.tuple_(sa.literal(date.fromisoformat(str(cursor.keys[0])), sa.Date), sa.literal(cursor.keys[1]))
        query = query.where(keys < edge if back else keys > edge)
    order = (Cosignature.due_on.desc(), Cosignature.id.desc()) if back else (Cosignature.due_on, Cosignature.id)
    rows = session.execute(query.order_by(*order).limit(size + 1)).all()
    words = shown(session, [row.text_id for row in rows], chain)
    found = [ToSign(row.Cosignature, row.number, words[row.text_id]) for row in rows]
    return page_of(found, size=size, cursor=cursor, keys=_sign_keys)


def _sign_keys(row: ToSign) -> tuple[str, int]:
    return row.cosignature.due_on.isoformat(), row.cosignature.id


def sign_cursor(text: str | None) -> Cursor | None:
    """The cursor of ``to_sign`` in an address, or None for a damaged one."""
    found = Cursor.decode(text, (str, int))
    try:
        return found if found and date.fromisoformat(str(found.keys[0])) else None
    except ValueError:
        return None


def to_sign_count(session: Session, office_ids: Iterable[int]) -> int:
    """How many measures wait for the co-signature of these offices. One statement."""
    ids = sorted(office_ids)
    query = sa.select(sa.func.count()).select_from(Cosignature).where(WAITING, Cosignature.office_id.in_(ids))
    return session.scalar(query) or 0


def consultations(session: Session, measure_id: int) -> Sequence[Consultation]:
    """The meetings of bodies about a measure and its changes, oldest first. One statement."""
    return session.scalars(
        sa.select(Consultation)
        .where(Consultation.measure_id == measure_id)
        .order_by(Consultation.meeting_on, Consultation.id)
    ).all()


def bodies(session: Session) -> Sequence[str]:
    """The names of all bodies that have had a measure on their agenda, to choose from. One statement."""
    return session.scalars(sa.select(Consultation.body).distinct().order_by(Consultation.body)).all()


def versions(session: Session, measure_id: int) -> Sequence[SheetVersion]:
    """Everything that a sheet has said, oldest first, with the words. One statement."""
    return session.scalars(
        sa.select(SheetVersion)
        .options(joinedload(SheetVersion.version))
        .where(SheetVersion.measure_id == measure_id)
        .order_by(SheetVersion.number)
    ).all()


def version_pair(session: Session, measure_id: int, number: int) -> tuple[SheetVersion | None, SheetVersion] | None:
    """A version with the one before it (None: it is the first); None for a number that there is not. One statement."""
    rows = session.scalars(
        sa.select(SheetVersion)
        .options(joinedload(SheetVersion.version))
        .where(SheetVersion.measure_id == measure_id, SheetVersion.number.in_((number - 1, number)))
        .order_by(SheetVersion.number)
    ).all()
    if not rows or rows[-1].number != number:
        return None
    return (rows[0] if len(rows) > 1 else None, rows[-1])


def last_version(session: Session, measure_id: int) -> SheetVersion | None:
    """The version that a sheet stands at. One statement."""
    return session.scalar(
        sa.select(SheetVersion)
        .where(SheetVersion.measure_id == measure_id)
        .order_by(SheetVersion.number.desc())
        .limit(1)
    )


def overrides(session: Session, measure_id: int) -> Sequence[Override]:
    """The brakes of a measure that were released, with their reasons. One statement."""
    return session.scalars(sa.select(Override).where(Override.measure_id == measure_id).order_by(Override.id)).all()


def releases(session: Session, measure_ids: Iterable[int]) -> Mapping[int, Sequence[Brake]]:
    """Which brakes of some measures were released. One statement."""
    rows = session.execute(
        sa.select(Override.measure_id, Override.brake).where(Override.measure_id.in_(sorted(set(measure_ids))))
    )
    found: dict[int, list[Brake]] = {}
    for row in rows:
        found.setdefault(row.measure_id, []).append(row.brake)
    return found


def similar(session: Session, measure: Measure) -> Sequence[int]:
    """The measures that are probably the same as this one; its predecessors and successors are not. Three statements."""
    before = sa.select(Succession.predecessor_id).where(Succession.successor_id == measure.id)
    related = before.union(sa.select(Succession.successor_id).where(Succession.predecessor_id == measure.id))
    full = Origin.takes == Takes.FULLY
    mine = sa.select(Origin.proposal_id).where(Origin.measure_id == measure.id, full)
    shared = sa.select(Origin.measure_id).where(Origin.proposal_id.in_(mine), full)
    rows = session.execute(
        sa.select(Measure.id, Measure.cluster_id, TextVersion.title)
        .join(Text, Text.id == Measure.text_id)
        .join(
            TextVersion,
            sa.and_(
                TextVersion.text_id == Text.id, TextVersion.language == Text.source_language, TextVersion.is_current
            ),
        )
        .where(
            sa.or_(Measure.cluster_id == measure.cluster_id, Measure.id.in_(shared)),
            sa.or_(Measure.id == measure.id, Measure.state.not_in(sorted(OVER))),
            Measure.id.not_in(related),
        )
        .order_by(Measure.id)
    ).all()
    proposals: dict[int, set[int]] = {}
    for row in session.execute(
        sa.select(Origin.measure_id, Origin.proposal_id).where(Origin.proposal_id.in_(mine), full)
    ):
        proposals.setdefault(row.measure_id, set()).add(row.proposal_id)
    others = {
        row.id: Other(row.id, row.title, row.cluster_id, frozenset(proposals.get(row.id, ()))) for row in rows
    }  # fmt: skip
    return duplicates(others[measure.id], list(others.values()))


@dataclass(frozen=True, slots=True)
class Brakes:
    """What holds a measure now, and what was released."""

    held: Sequence[Held]
    released: Sequence[Override]

    @property
    def free(self) -> frozenset[Brake]:
        """The kinds of brakes that were released, as the gates ask for them."""
        return frozenset(row.brake for row in self.released)


def brakes(session: Session, measure: Measure, sheet: Sheet) -> Brakes:
    """The brakes of a measure whose sheet (or the change of it) is ``sheet``. Three statements."""
    released = overrides(session, measure.id)
    known = [Held(row.brake, row.other_id) for row in released]
    return Brakes(holding(sheet, similar(session, measure), known), released)


def on_agenda(session: Session, measure_id: int, paper: str) -> Consultation | None:
    """The meeting of a measure (or of a change to it) that waits for its result under a paper's number. One statement."""
    return session.scalar(
        sa.select(Consultation)
        .where(
            Consultation.measure_id == measure_id, Consultation.paper == paper, Consultation.advice == Advice.OPEN
        )
        .order_by(Consultation.id.desc())
        .limit(1)
    )  # fmt: skip


def unconfirmed(measure: Measure, today: date) -> bool:
    """Whether a measure that was set going at once should have been confirmed by a body before today."""
    return measure.decided_on is None and measure.confirm_by is not None and measure.confirm_by < today
