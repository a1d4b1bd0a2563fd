"""One measure with everything that its sheet says, and the titles of several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.measures.domain import PARTS, Access, PartnerRole, Sheet, YearSum
from bihaelt.measures.models import Measure, MeasureCluster, MeasureField, Move, Partner
from bihaelt.measures.queries.rows import costs
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.operations import words_of
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field


def measure(session: Session, measure_id: int) -> Measure | None:
    """A measure with office, group, carrier and service. One statement."""
    return session.scalar(
        sa.select(Measure)
        .options(
            joinedload(Measure.office),
            joinedload(Measure.working_group),
            joinedload(Measure.carrier),
            joinedload(Measure.service),
        )
        .where(Measure.id == measure_id)
    )


def moves(session: Session, measure_id: int) -> Sequence[Move]:
    """A measure's way through the categories, oldest first. One statement."""
    return session.scalars(sa.select(Move).where(Move.measure_id == measure_id).order_by(Move.id)).all()


def field_ids(session: Session, measure_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(sa.select(MeasureField.field_id).where(MeasureField.measure_id == measure_id))
    )  # fmt: skip


def cluster_names(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[Shown]:
    """The further clusters of a measure. Two statements, one without any."""
    ids = session.scalars(
        sa.select(Cluster.text_id)
        .join(MeasureCluster, MeasureCluster.cluster_id == Cluster.id)
        .where(MeasureCluster.measure_id == measure_id)
        .order_by(Cluster.position)
    ).all()
    words = shown(session, ids, chain)
    return [words[text_id] for text_id in ids]


def by_number(session: Session, number: str) -> Measure | None:
    """A measure by the number that people call it by ("M007"). One statement."""
    return session.scalar(sa.select(Measure).where(Measure.number == number.strip().upper()))


def field_names(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[Shown]:
    """The fields of action of a measure. Two statements, one without fields."""
    ids = session.scalars(
        sa.select(Field.text_id)
        .join(MeasureField, MeasureField.field_id == Field.id)
        .where(MeasureField.measure_id == measure_id)
        .order_by(Field.position)
    ).all()
    words = shown(session, ids, chain)
    return [words[text_id] for text_id in ids]


def place(
    session: Session, found: Measure, chain: Sequence[str], *, original: bool = False
) -> tuple[Shown, Shown, str | None]:
    """A measure's own text, its cluster's name and its district's. Two statements, three for the original words."""
    row = session.execute(
        sa.select(Cluster.text_id, District.name)
        .select_from(Cluster)
        .outerjoin(District, District.id == found.district_id)
        .where(Cluster.id == found.cluster_id)
    ).one()
    words = shown(session, [found.text_id, row.text_id], chain)
    own = shown(session, [found.text_id], ()) if original else words
    return own[found.text_id], words[row.text_id], row.name


def sheet(session: Session, found: Measure) -> Sheet:
    """The whole sheet in its original words. Five statements."""
    further = session.scalars(sa.select(MeasureCluster.cluster_id).where(MeasureCluster.measure_id == found.id))
    return replace(
        sheet_of(found, original_words(session, found.text_id), field_ids(session, found.id)),
        cluster_ids=frozenset(further),
        costs=tuple(YearSum(row.year, row.staff_cents, row.material_cents) for row in costs(session, found.id)),
        carried=session.scalar(CARRIED, {"measure": found.id}) is not None,
    )


CARRIED = (
    sa.select(Partner.id)
    .where(Partner.measure_id == sa.bindparam("measure"), Partner.role == PartnerRole.CARRIER)
    .limit(1)
)


def original_words(session: Session, text_id: int) -> Words:
    """What a text says in its own language, every part of a sheet named. One statement."""
    version = session.scalars(
        sa.select(TextVersion)
        .join(Text, sa.and_(Text.id == TextVersion.text_id, Text.source_language == TextVersion.language))
        .where(TextVersion.text_id == text_id, TextVersion.is_current)
    ).one()
    words = words_of(version)
    return Words(words.title, words.body, {part: words.extra.get(part, "") for part in PARTS})


def sheet_of(found: Measure, words: Words, fields: frozenset[int] = frozenset()) -> Sheet:
    """The sheet as far as the measure's own row holds it: without further clusters and costs per year."""
    return Sheet(
        words=words,
        cluster_id=found.cluster_id,
        field_ids=fields,
        kind=found.kind,
        district_id=found.district_id,
        place=found.place,
        office_id=found.office_id,
        working_group_id=found.working_group_id,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        review_on=found.review_on,
        planned_cents=found.planned_cents,
        product_group=found.product_group,
        need=found.need,
        new_offer=found.new_offer,
        service_check=found.service_check,
        service_id=found.service_id,
        service_use=found.service_use,
        funding_check=found.funding_check,
        funding_note=found.funding_note,
        gender_checked=found.gender_checked,
        access=Access.read(found.access),
        ad_hoc=found.ad_hoc,
        confirm_by=found.confirm_by,
        carried=found.carrier_id is not None,
    )


def titles(session: Session, measure_ids: Iterable[int], chain: Sequence[str]) -> Mapping[int, Shown]:
    """The titles of some measures. Two statements, none without ids."""
    wanted = set(measure_ids)
    if not wanted:
        return {}
    rows = session.execute(sa.select(Measure.id, Measure.text_id).where(Measure.id.in_(wanted))).all()
    words = shown(session, [row.text_id for row in rows], chain)
    return {row.id: words[row.text_id] for row in rows}
