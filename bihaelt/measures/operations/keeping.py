"""Writing a sheet down: the words, the facts, the rows of its lists, and the version that everybody can look up."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.measures import queries
from bihaelt.measures.domain import Sheet, YearSum, stored
from bihaelt.measures.models import Measure, MeasureCluster, MeasureField, SheetVersion, YearCost
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite

LISTS = ("words", "field_ids", "cluster_ids", "costs", "carried", "access")
PLAIN = tuple(field.name for field in fields(Sheet) if field.name not in LISTS)  # what a sheet and a row have in common


def keep(
    session: Session, *, measure: Measure, before: Sheet, sheet: Sheet, by: Voice, now: datetime, reason: str = "",
    decided: bool = False,
) -> None:  # fmt: skip
    """Put ``sheet`` in the place of ``before``, and add a version of it."""
    first_version(session, measure=measure, sheet=before, by=by, now=measure.changed_at)
    if sheet.words != before.words:
        text = session.get_one(Text, measure.text_id)
        rewrite(session, text=text, words=sheet.words, now=now, author_id=by.actor_id, reason=reason)
    for name in PLAIN:
        setattr(measure, name, getattr(sheet, name))
    if sheet.access != before.access:
        measure.access = sheet.access.stored()
    measure.changed_at = now
    _keep_lists(session, measure, before, sheet)
    session.flush()
    add_version(session, measure=measure, sheet=sheet, by=by, now=now, reason=reason, decided=decided)


def set_down(session: Session, *, measure: Measure, sheet: Sheet) -> None:
    """Write the facts and lists of a sheet into a measure that has none yet."""
    for name in PLAIN:
        setattr(measure, name, getattr(sheet, name))
    measure.access = sheet.access.stored()
    _keep_lists(session, measure, Sheet(sheet.words, sheet.cluster_id), sheet)
    session.flush()


def first_version(session: Session, *, measure: Measure, sheet: Sheet, by: Voice, now: datetime) -> None:
    """The version that all others are compared with; nothing happens where there is one."""
    if queries.last_version(session, measure.id) is None:
        add_version(session, measure=measure, sheet=sheet, by=by, now=now)


def add_version(
    session: Session, *, measure: Measure, sheet: Sheet, by: Voice, now: datetime, reason: str = "",
    decided: bool = False,
) -> SheetVersion:  # fmt: skip
    """Note what the sheet says now, under the next number."""
    text = session.get_one(Text, measure.text_id)
    words = current_version(session, text.id, text.source_language)
    assert words is not None, "a text always has its original"
    last = queries.last_version(session, measure.id)
    version = SheetVersion(
        measure_id=measure.id, number=last.number + 1 if last else 1, version_id=words.id, facts=stored(sheet),
        reason=reason, decided=decided, at=now, by_id=by.actor_id,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _keep_lists(session: Session, measure: Measure, before: Sheet, sheet: Sheet) -> None:
    for gone in sorted(before.field_ids - sheet.field_ids):
        session.delete(session.get_one(MeasureField, (measure.id, gone)))
    for gone in sorted(before.cluster_ids - sheet.cluster_ids):
        session.delete(session.get_one(MeasureCluster, (measure.id, gone)))
    session.add_all(
        MeasureField(measure_id=measure.id, field_id=field_id) for field_id in sorted(sheet.field_ids - before.field_ids)
    )  # fmt: skip
    session.add_all(
        MeasureCluster(measure_id=measure.id, cluster_id=cluster_id)
        for cluster_id in sorted(sheet.cluster_ids - before.cluster_ids)
    )
    if sheet.costs != before.costs:
        _keep_costs(session, measure, before.costs, sheet.costs)


def _keep_costs(session: Session, measure: Measure, before: Sequence[YearSum], costs: Collection[YearSum]) -> None:
    session.execute(
        sa.delete(YearCost).where(
            YearCost.measure_id == measure.id, YearCost.year.not_in([row.year for row in costs])
        )
    )  # fmt: skip
    known = {row.year for row in before}
    for row in costs:
        if row.year in known:
            there = session.get_one(YearCost, (measure.id, row.year))
            there.staff_cents, there.material_cents = row.staff, row.material
        else:
            session.add(
                YearCost(measure_id=measure.id, year=row.year, staff_cents=row.staff, material_cents=row.material)
            )
