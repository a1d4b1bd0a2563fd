"""Every measure, for tables and programs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.models import Measure, MeasureField, Origin
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field

CHUNK = 500


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A measure as open data; the names of the fields are the columns of the files."""

    number: str
    title: str
    category: str
    state: str
    cluster: str
    fields: Sequence[str]
    district: str
    office: str
    working_group: str
    carrier: str
    starts_on: date | None
    ends_on: date | None
    planned_cents: int
    committed_cents: int
    spent_cents: int
    need: str
    goal: str
    description: str
    regular_service: str
    light: str
    proposals: Sequence[int] = field(default=())
    changed_at: datetime | None = None
    measure_id: int = 0


def open_data(session: Session, chain: Sequence[str]) -> Iterator[OpenRow]:
    """Every measure of the plan by number, read in pieces of 500 with four statements each."""
    last = 0
    while True:
        rows = session.execute(
            sa.select(
                *Measure.__table__.c, District.name.label("district"), Office.name.label("office"),
                WorkingGroup.name.label("working_group"), Organisation.name.label("carrier"),
                RegularService.name.label("service"), Cluster.text_id.label("cluster_text"),
            )
            .select_from(Measure)
            .join(Cluster, Cluster.id == Measure.cluster_id)
            .outerjoin(District, District.id == Measure.district_id)
            .outerjoin(Office, Office.id == Measure.office_id)
            .outerjoin(WorkingGroup, WorkingGroup.id == Measure.working_group_id)
            .outerjoin(Organisation, Organisation.id == Measure.carrier_id)
            .outerjoin(RegularService, RegularService.id == Measure.service_id)
            .where(Measure.id > last)
            .order_by(Measure.id)
            .limit(CHUNK)
        ).all()  # fmt: skip
        if not rows:
            return
        yield from _open_rows(session, rows, chain)
        last = rows[-1].id


def _open_rows(session: Session, rows: Sequence[Any], chain: Sequence[str]) -> Iterator[OpenRow]:
    ids = [row.id for row in rows]
    tagged = session.execute(
        sa.select(MeasureField.measure_id, Field.text_id)
        .join(Field, Field.id == MeasureField.field_id)
        .where(MeasureField.measure_id.in_(ids))
        .order_by(Field.position)
    ).all()
    came: dict[int, list[int]] = defaultdict(list)
    for origin in session.execute(
        sa.select(Origin.measure_id, Origin.proposal_id).where(Origin.measure_id.in_(ids)).order_by(Origin.id)
    ):
        came[origin.measure_id].append(origin.proposal_id)
    text_ids = {row.text_id for row in rows} | {row.cluster_text for row in rows}
    words = shown(session, text_ids | {row.text_id for row in tagged}, chain)
    fields: dict[int, list[str]] = defaultdict(list)
    for tag in tagged:
        fields[tag.measure_id].append(words[tag.text_id].title)
    for row in rows:
        text = words[row.text_id]
        yield OpenRow(
            number=row.number,
            title=text.title,
            category=row.category.value,
            state=row.state.value,
            cluster=words[row.cluster_text].title,
            fields=fields[row.id],
            district=row.district or "",
            office=row.office or "",
            working_group=row.working_group or "",
            carrier=row.carrier or "",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            planned_cents=row.planned_cents,
            committed_cents=row.committed_cents,
            spent_cents=row.spent_cents,
            need=text.extra.get("need", ""),
            goal=text.extra.get("goal", ""),
            description=text.body,
            regular_service=row.service or "",
            light=row.light.value,
            proposals=came[row.id],
            changed_at=row.changed_at,
            measure_id=row.id,
        )
