"""Reading whole measure sheets, one or all of them: the number of statements does not depend on how many there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.conferences.models import Conference
from bihaelt.funding.models import Funding
from bihaelt.goals.models import Indicator
from bihaelt.measures.models import (
    Measure,
    MeasureCluster,
    MeasureField,
    MeasureService,
    Milestone,
    Origin,
    Partner,
    YearCost,
)
from bihaelt.money.models import MoneyAccount
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field


@dataclass(frozen=True, slots=True)
class OriginLine:
    """A proposal that a measure took over, with the conference that it was made for."""

    title: Shown
    conference: Shown
    origin: Origin


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a printed measure sheet says."""

    measure: Measure
    text: Shown
    cluster: Shown
    clusters: Sequence[Shown]
    fields: Sequence[Shown]
    district: str
    partners: Sequence[Partner]
    services: Sequence[MeasureService]
    milestones: Sequence[tuple[Shown, Milestone]]
    costs: Sequence[YearCost]
    fundings: Sequence[Funding]
    accounts: Sequence[MoneyAccount]
    indicators: Sequence[tuple[Shown, Indicator]]
    origins: Sequence[OriginLine]


def sheets(
    session: Session, chain: Sequence[str], *, ids: Sequence[int] | None = None, cluster_id: int | None = None
) -> Sequence[Sheet]:
    """The sheets of ``ids`` in that order, of a cluster, or all of them in the order of the plan. Fifteen statements."""
    query = (
        sa.select(Measure)
        .join(Cluster, Cluster.id == Measure.cluster_id)
        .options(
            joinedload(Measure.office), joinedload(Measure.working_group), joinedload(Measure.carrier),
            joinedload(Measure.service),
        )
        .order_by(Cluster.position, Cluster.id, Measure.number, Measure.id)
    )  # fmt: skip
    if ids is not None:
        query = query.where(Measure.id.in_(ids))
    if cluster_id is not None:
        query = query.where(Measure.cluster_id == cluster_id)
    measures = list(session.scalars(query))
    if ids is not None:
        measures.sort(key=lambda row: ids.index(row.id))
    return _filled(session, measures, chain) if measures else []


def _filled(session: Session, measures: Sequence[Measure], chain: Sequence[str]) -> Sequence[Sheet]:
    ids = [row.id for row in measures]
    clusters = {row.id: row.text_id for row in session.execute(sa.select(Cluster.id, Cluster.text_id))}
    in_order = session.execute(sa.select(Field.id, Field.text_id).order_by(Field.position))
    fields = {row.id: row.text_id for row in in_order}
    districts = {row.id: row.name for row in session.execute(sa.select(District.id, District.name))}
    more = _rows(session, MeasureCluster, ids)
    in_fields = _rows(session, MeasureField, ids)
    partners = _rows(session, Partner, ids, joinedload(Partner.organisation), joinedload(Partner.office), by=Partner.id)
    services = _rows(session, MeasureService, ids, joinedload(MeasureService.service), by=MeasureService.id)
    milestones = _rows(session, Milestone, ids, by=Milestone.due_on)
    costs = _rows(session, YearCost, ids, by=YearCost.year)
    fundings = _rows(session, Funding, ids, joinedload(Funding.programme), by=Funding.id)
    accounts = _rows(session, MoneyAccount, ids, by=MoneyAccount.year)
    indicators = _rows(session, Indicator, ids, by=Indicator.id)
    origins = _origins(session, ids)
    wanted = {row.text_id for row in measures} | set(clusters.values()) | set(fields.values())
    wanted |= {row.text_id for rows in (*milestones.values(), *indicators.values()) for row in rows}
    wanted |= {text_id for rows in origins.values() for _, *text_ids in rows for text_id in text_ids}
    words = shown(session, wanted, chain)
    order = {field_id: place for place, field_id in enumerate(fields)}
    return [
        Sheet(
            measure=row,
            text=words[row.text_id],
            cluster=words[clusters[row.cluster_id]],
            clusters=[words[clusters[each.cluster_id]] for each in more[row.id]],
            fields=[
                words[fields[each.field_id]] for each in sorted(in_fields[row.id], key=lambda it: order[it.field_id])
            ],
            district=districts.get(row.district_id or 0, ""),
            partners=partners[row.id],
            services=services[row.id],
            milestones=[(words[each.text_id], each) for each in milestones[row.id]],
            costs=costs[row.id],
            fundings=fundings[row.id],
            accounts=accounts[row.id],
            indicators=[(words[each.text_id], each) for each in indicators[row.id] if each.ended_on is None],
            origins=[OriginLine(words[title], words[made], origin) for origin, title, made in origins[row.id]],
        )
        for row in measures
    ]


def _rows(session: Session, model: Any, ids: Sequence[int], *load: Any, by: Any = None) -> Mapping[int, list[Any]]:
    """The rows of ``model`` that belong to the measures, in the order of ``by``. One statement."""
    query = sa.select(model).options(*load).where(model.measure_id.in_(ids))
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(query if by is None else query.order_by(by)):
        found[row.measure_id].append(row)
    return found


def _origins(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[Origin, int, int]]]:
    """(origin, text of the proposal, text of its conference) by measure. One statement."""
    rows = session.execute(
        sa.select(Origin, Proposal.text_id, Conference.text_id)
        .join(Proposal, Proposal.id == Origin.proposal_id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(Origin.measure_id.in_(ids))
        .order_by(Origin.id)
    )
    found: dict[int, list[tuple[Origin, int, int]]] = defaultdict(list)
    for origin, title, conference in rows:
        found[origin.measure_id].append((origin, title, conference))
    return found
