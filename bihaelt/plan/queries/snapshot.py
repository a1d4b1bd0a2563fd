"""The plan as it stands now, as the plain data of an edition: every measure, in every language, with its origins.

What a snapshot holds is public for ever. So it names proposals by their number only: what their authors wrote stays
in the authors' hands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import Conference
from bihaelt.funding.models import Funding, Programme
from bihaelt.goals.models import Goal, GoalMeasure
from bihaelt.measures.models import Measure, MeasureCluster, MeasureField, Origin, YearCost
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.plan.domain import FORMAT, digest
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster, District, Field

CHUNK = 500
PLAIN = (
    "number", "category", "state", "light", "need", "service_check", "funding_check", "gender_checked", "ad_hoc",
    "decided_body", "decided_paper",
)  # fmt: skip
DAYS = ("starts_on", "ends_on", "review_on", "decided_on")
MONEY = {"planned": "planned_cents", "committed": "committed_cents", "spent": "spent_cents"}


def head(session: Session, number: int, now: datetime) -> dict[str, Any]:
    """What an edition says besides its measures: clusters, fields, goals and conferences by name, in all languages.

    Five statements.
    """
    kinds: Mapping[str, Any] = {
        "clusters": sa.select(Cluster.id, Cluster.key, Cluster.text_id).order_by(Cluster.position, Cluster.id),
        "fields": sa.select(Field.id, Field.key, Field.text_id).order_by(Field.position, Field.id),
        "goals": sa.select(Goal.id, sa.null().label("key"), Goal.text_id).order_by(Goal.id),
        "conferences": sa.select(Conference.id, sa.null().label("key"), Conference.text_id)
        .where(Conference.opened_at.is_not(None))
        .order_by(Conference.id),
    }
    rows = {kind: session.execute(query).all() for kind, query in kinds.items()}
    words = all_words(session, [row.text_id for found in rows.values() for row in found])
    named = {
        kind: [
            {"id": row.id, "key": row.key, "source": words[row.text_id]["source"], "title": titles(words[row.text_id])}
            for row in found
        ]
        for kind, found in rows.items()
    }
    return {"as_of": now.isoformat(timespec="seconds"), "edition": number, "format": FORMAT, **named}


def measures(session: Session) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(facts, words) of every measure by cluster, category and number, read in pieces of 500 with seven statements each.

    Amounts are integer cents, days ISO 8601. ``words``: language -> title, body, extra, status, stale.
    """
    order = session.scalars(
        sa.select(Measure.id)
        .join(Cluster, Cluster.id == Measure.cluster_id)
        .order_by(Cluster.position, Cluster.id, Measure.category, Measure.id)
    ).all()
    for start in range(0, len(order), CHUNK):
        yield from _piece(session, order[start : start + CHUNK])


def _piece(session: Session, ids: Sequence[int]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    found = {row.id: row for row in session.execute(_measures().where(Measure.id.in_(ids)))}
    words = all_words(session, [row.text_id for row in found.values()])
    several = {
        "fields": _grouped(session, sa.select(MeasureField.measure_id, MeasureField.field_id), MeasureField, ids),
        "more_clusters": _grouped(
            session, sa.select(MeasureCluster.measure_id, MeasureCluster.cluster_id), MeasureCluster, ids
        ),
        "goals": _grouped(session, sa.select(GoalMeasure.measure_id, GoalMeasure.goal_id), GoalMeasure, ids),
        "costs": _grouped(
            session, sa.select(YearCost.measure_id, YearCost.year, YearCost.staff_cents, YearCost.material_cents),
            YearCost, ids,
        ),
        "origins": _grouped(
            session,
            sa.select(Origin.measure_id, Origin.proposal_id, Proposal.conference_id, Origin.takes, Origin.part).join(
                Proposal, Proposal.id == Origin.proposal_id
            ),
            Origin, ids,
        ),
        "funding": _grouped(
            session,
            sa.select(
                Funding.measure_id, Programme.name, Funding.cents, Funding.granted_cents, Funding.state, Funding.id
            ).join(Programme, Programme.id == Funding.programme_id),
            Funding, ids,
        ),
    }  # fmt: skip
    for measure_id in ids:
        row = found[measure_id]
        texts = words[row.text_id]
        yield facts_of(row, texts, {name: rows[measure_id] for name, rows in several.items()}), texts["languages"]


def facts_of(row: Any, texts: Mapping[str, Any], several: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """All of a measure but its long texts; names that the city gave are proper names and stand in one language."""
    original = texts["languages"][texts["source"]]
    return {
        "id": row.id,
        **{name: plain(getattr(row, name)) for name in (*PLAIN, *DAYS)},
        **{name: getattr(row, column) for name, column in MONEY.items()},
        "cluster": row.cluster_id,
        "kind": plain(row.kind),
        "district": row.district,
        "office": row.office,
        "working_group": row.working_group,
        "carrier": row.carrier,
        "service": row.service,
        "source": texts["source"],
        "title": titles(texts),
        "digest": digest({"title": original["title"], "body": original["body"], **original["extra"]}),
        "fields": [each.field_id for each in several["fields"]],
        "more_clusters": [each.cluster_id for each in several["more_clusters"]],
        "goals": [each.goal_id for each in several["goals"]],
        "costs": [
            {"year": each.year, "staff": each.staff_cents, "material": each.material_cents}
            for each in several["costs"]
        ],
        "origins": [
            {
                "proposal": each.proposal_id, "conference": each.conference_id, "takes": plain(each.takes),
                "part": each.part,
            }
            for each in several["origins"]
        ],
        "funding": [
            {
                "programme": each.name, "amount": each.cents, "granted": each.granted_cents,
                "state": plain(each.state),
            }
            for each in several["funding"]
        ],
    }  # fmt: skip


def plain(value: Any) -> Any:
    """An enum as its value, a day as ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "value", value)


def titles(texts: Mapping[str, Any]) -> dict[str, str]:
    return {language: words["title"] for language, words in texts["languages"].items()}


def all_words(session: Session, text_ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """Every text in all its languages: text id -> source, languages. One statement."""
    rows = session.execute(
        sa.select(TextVersion, Text.source_language)
        .join(Text, Text.id == TextVersion.text_id)
        .where(TextVersion.text_id.in_(set(text_ids)), TextVersion.is_current)
        .order_by(TextVersion.text_id, TextVersion.language)
    ).all()
    originals = {version.text_id: version.id for version, source in rows if version.language == source}
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"languages": {}})
    for version, source in rows:
        found[version.text_id]["source"] = source
        found[version.text_id]["languages"][version.language] = {
            "title": version.title, "body": version.body, "status": version.status.value,
            "extra": {name: text for name, text in version.extra.items() if text},
            "stale": version.made_from_id is not None and version.made_from_id != originals[version.text_id],
        }  # fmt: skip
    return found


def _measures() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *Measure.__table__.c, District.name.label("district"), Office.name.label("office"),
            WorkingGroup.name.label("working_group"), Organisation.name.label("carrier"),
            RegularService.name.label("service"),
        )
        .select_from(Measure)
        .outerjoin(District, District.id == Measure.district_id)
        .outerjoin(Office, Office.id == Measure.office_id)
        .outerjoin(WorkingGroup, WorkingGroup.id == Measure.working_group_id)
        .outerjoin(Organisation, Organisation.id == Measure.carrier_id)
        .outerjoin(RegularService, RegularService.id == Measure.service_id)
    )  # fmt: skip


def _grouped(session: Session, query: Any, owner: Any, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Rows by measure, in the order of their keys."""
    keys = tuple(owner.__table__.primary_key)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query.where(owner.measure_id.in_(ids)).order_by(*keys)):
        found[row.measure_id].append(row)
    return found
