"""Lists of public proposals: plain tuples, keyset paging, the same few statements at any length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference, ConferenceCluster
from bihaelt.organisations.models import Organisation
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.proposals.domain import NOT_PUBLIC, Order, Outcome, State, Voices
from bihaelt.proposals.domain.words import plain
from bihaelt.proposals.models import Proposal, ProposalField, ProposalTargetGroup
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.queries import READABLE
from bihaelt.topics.models import Cluster, District, Field, TargetGroup

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = 253_402_300_799_999_999  # the end of the year 9999 in microseconds
EXCERPT = 200
# Written as NOT IN: an index on the state would lead away from the order of the list.
PUBLICLY = Proposal.state.not_in(sorted(NOT_PUBLIC))
KINDS: Mapping[Order, tuple[type, ...]] = {
    Order.NEWEST: (int, int),
    Order.SUPPORTED: (int, int),
    Order.DISCUSSED: (int, int),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; ids of the city's own things, ``language`` a Babel id.

    ``among`` selects text ids (search.queries.matching) and stands for the words that were looked for.
    """

    conference: int | None = None
    cluster: int | None = None
    field: int | None = None
    district: int | None = None
    target_group: int | None = None
    state: State | None = None
    outcome: Outcome | None = None
    language: str | None = None
    organisation: int | None = None
    voices: Voices | None = None
    author: int | None = None
    among: sa.Select[int] | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal in a list. ``title.body`` is an excerpt of plain words; ``author`` is None for a deleted profile."""

    id: int
    title: Shown
    cluster: Shown | None
    author: str | None
    organisation: str | None
    organisation_id: int | None
    title_of_author: str
    district: str | None
    state: State
    outcome: Outcome | None
    published_at: datetime
    supports_people: int
    supports_organisations: int
    comments: int
    conference_id: int


def rows(
    session: Session,
    chain: Sequence[str],
    filters: Filters = NO_FILTERS,
    *,
    order: Order = Order.NEWEST,
    cursor: str | None = None,
    size: int = 20,
) -> Page[ProposalRow]:
    """One page of public proposals in the reader's languages. Two statements.

    ``cursor`` is taken from the address: anything that is no cursor of ours means the first page.
    """
    at = _cursor(cursor, order)
    back = at is not None and at.back
    query = _ordered(order, _named_in(filters), beyond=at is not None, back=back)
    if filters.among is not None:
        query = query.where(Proposal.text_id.in_(filters.among))
    first, second = _values(at, order) if at else (None, None)
    found = columns(session, query, _asked(filters) | {"most": size + 1, "first": first, "second": second}).all()
    page = page_of(found, size=size, cursor=at, keys=lambda row: _row_keys(row, order))
    return Page(_dress(session, page.rows, chain), newer=page.newer, older=page.older)


def newest(session: Session, chain: Sequence[str], size: int = 20) -> Sequence[ProposalRow]:
    """The newest public proposals, for the feed and the start page. Two statements."""
    return rows(session, chain, size=size).rows


def of_ids(session: Session, chain: Sequence[str], ids: Sequence[int]) -> Sequence[ProposalRow]:
    """These proposals as far as they are public, in the given order. Two statements, none without ids."""
    if not ids:
        return []
    found = session.execute(ROWS.where(Proposal.id.in_(ids))).all()
    by_id = {row.id: row for row in _dress(session, found, chain)}
    return [by_id[number] for number in ids if number in by_id]


def count_up_to(session: Session, filters: Filters, most: int = 100) -> int:
    """How many public proposals fit, counted no further than ``most + 1``. One statement."""
    query = _counted(_named_in(filters))
    if filters.among is not None:
        query = _count(_fitting(_named_in(filters)).where(Proposal.text_id.in_(filters.among)))
    return session.scalar(query, _asked(filters) | {"most": most + 1}) or 0


def _select() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Proposal.id, Proposal.text_id, Proposal.organisation_id, Proposal.title_of_author, Proposal.state,
            Proposal.outcome, Proposal.published_at, Proposal.supports_people, Proposal.supports_organisations,
            Proposal.comments, Proposal.conference_id, Account.display_name, Organisation.name.label("organisation"),
            Cluster.text_id.label("cluster_text_id"), District.name.label("district"),
        )
        .outerjoin(Account, Account.id == Proposal.author_id)
        .outerjoin(Organisation, Organisation.id == Proposal.organisation_id)
        .outerjoin(Cluster, Cluster.id == Proposal.cluster_id)
        .outerjoin(District, District.id == Proposal.district_id)
    )  # fmt: skip


ROWS = _select().where(PUBLICLY)


def _tagged(proposal_id: Any, column: Any, name: str) -> sa.ColumnElement[bool]:
    return Proposal.id.in_(sa.select(proposal_id).where(column == sa.bindparam(name, type_=sa.Integer)))


# Each filter as a condition on a value of its own name; `voices` and `among` have none.
CONDITIONS: Mapping[str, sa.ColumnElement[bool]] = {
    "conference": Proposal.conference_id == sa.bindparam("conference"),
    "cluster": Proposal.cluster_id == sa.bindparam("cluster"),
    "district": Proposal.district_id == sa.bindparam("district"),
    "state": Proposal.state == sa.bindparam("state"),
    "outcome": Proposal.outcome == sa.bindparam("outcome"),
    "organisation": Proposal.organisation_id == sa.bindparam("organisation"),
    "field": _tagged(ProposalField.proposal_id, ProposalField.field_id, "field"),
    "target_group": _tagged(ProposalTargetGroup.proposal_id, ProposalTargetGroup.target_group_id, "target_group"),
    "language": sa.select(Text.id)
    .where(Text.id == Proposal.text_id, Text.source_language == sa.bindparam("language"))
    .exists(),
    "author": sa.and_(Proposal.author_id == sa.bindparam("author"), Proposal.organisation_id.is_(None)),
    "people": Proposal.organisation_id.is_(None),
    "organisations": Proposal.organisation_id.is_not(None),
}


def _asked(filters: Filters) -> dict[str, Any]:
    """The chosen filters as values of a statement, by their names."""
    chosen = {
        each.name: getattr(filters, each.name) for each in fields(filters) if each.name not in ("voices", "among")
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _named_in(filters: Filters) -> tuple[str, ...]:
    """The names of the conditions that ``filters`` asks for."""
    return (*_asked(filters), *((filters.voices.value,) if filters.voices else ()))


@lru_cache(maxsize=256)
def _ordered(order: Order, conditions: tuple[str, ...], *, beyond: bool, back: bool) -> sa.Select[*tuple[Any, ...]]:
    """The statement of a page; it takes ``most`` rows and, ``beyond`` a place, the ``first`` and ``second`` key of it."""
    keys = _keys(order)
    query = ROWS.where(*(CONDITIONS[name] for name in conditions))
    if beyond:
        place = sa.tuple_(*(sa.bindparam(n, type_=key.type) for n, key in zip(("first", "second"), keys, strict=True)))
        query = query.where(sa.tuple_(*keys) > place if back else sa.tuple_(*keys) < place)
    ordered = query.order_by(*(key if back else key.desc() for key in keys))
    return ordered.limit(sa.bindparam("most", type_=sa.Integer))


@lru_cache(maxsize=256)
def _counted(conditions: tuple[str, ...]) -> sa.Select[int]:
    return _count(_fitting(conditions))


def _count(fitting: sa.Select[int]) -> sa.Select[int]:
    query: sa.Select[int] = sa.select(sa.func.count()).select_from(fitting.subquery())
    return query


def _fitting(conditions: tuple[str, ...]) -> sa.Select[int]:
    """At most ``most`` of the public proposals that fit."""
    return (
        sa.select(Proposal.id)
        .where(PUBLICLY, *(CONDITIONS[name] for name in conditions))
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _keys(order: Order) -> tuple[Any, ...]:
    first = {
        Order.NEWEST: Proposal.published_at,
        Order.SUPPORTED: Proposal.supports_people,
        Order.DISCUSSED: Proposal.comments,
    }
    return first[order], Proposal.id


def _row_keys(row: Any, order: Order) -> tuple[int, int]:
    if order is Order.NEWEST:
        return (row.published_at - EPOCH) // timedelta(microseconds=1), row.id
    return (row.supports_people if order is Order.SUPPORTED else row.comments), row.id


def _cursor(text: str | None, order: Order) -> Cursor | None:
    found = Cursor.decode(text, KINDS[order])
    if found is None or order is not Order.NEWEST:
        return found
    return found if 0 <= int(found.keys[0]) <= LAST_MOMENT else None


def _values(at: Cursor, order: Order) -> tuple[Any, ...]:
    if order is Order.NEWEST:
        return EPOCH + timedelta(microseconds=int(at.keys[0])), at.keys[1]
    return at.keys


def _dress(session: Session, found: Sequence[Any], chain: Sequence[str]) -> list[ProposalRow]:
    """Rows with their words: title and excerpt, and the name of the cluster. One statement."""
    wanted = {row.text_id for row in found} | {row.cluster_text_id for row in found}
    words = titles(session, wanted - {None}, chain)
    return [
        ProposalRow(
            id=row.id,
            title=words[row.text_id],
            cluster=words.get(row.cluster_text_id),
            author=row.display_name or None,
            organisation=row.organisation,
            organisation_id=row.organisation_id,
            title_of_author=row.title_of_author,
            district=row.district,
            state=row.state,
            outcome=row.outcome,
            published_at=row.published_at,
            supports_people=row.supports_people,
            supports_organisations=row.supports_organisations,
            comments=row.comments,
            conference_id=row.conference_id,
        )
        for row in found
    ]


# Built once: putting a statement together costs as much as to run it.
TITLES = (
    sa.select(
        TextVersion.id, TextVersion.text_id, TextVersion.title,
        sa.func.substr(TextVersion.body, 1, 2 * EXCERPT).label("start"),
        TextVersion.language, TextVersion.status, TextVersion.made_from_id, Text.source_language,
    )
    .join(Text, Text.id == TextVersion.text_id)
    .where(*READABLE)
)  # fmt: skip


def titles(session: Session, text_ids: set[int], chain: Sequence[str]) -> Mapping[int, Shown]:
    """Title and excerpt of each text in the first language of ``chain`` that it has, else in its original.

    As texts.queries.shown, without reading whole bodies of 10,000 characters for a list.
    """
    if not text_ids:
        return {}
    rank = {language: place for place, language in enumerate(chain)}
    best: dict[int, Any] = {}
    originals: dict[int, int] = {}
    for row in columns(session, TITLES, {"ids": sorted(text_ids), "chain": chain}):
        if row.made_from_id is None:
            originals[row.text_id] = row.id
        known = best.get(row.text_id)
        if known is None or rank.get(row.language, 99) < rank.get(known.language, 99):
            best[row.text_id] = row
    return {
        text_id: Shown(
            text_id, row.title, plain(row.start, EXCERPT), {}, row.language, row.source_language, row.status,
            stale=row.made_from_id is not None and row.made_from_id != originals.get(text_id),
        )
        for text_id, row in best.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be narrowed to, and what a form offers: (id, name) pairs in their order."""

    clusters: Sequence[tuple[int, str]]
    fields: Sequence[tuple[int, str]]
    districts: Sequence[tuple[int, str]]
    target_groups: Sequence[tuple[int, str]]
    conferences: Sequence[tuple[int, str]]


def choices(
    session: Session, chain: Sequence[str], *, conference_id: int | None = None, cluster_id: int | None = None
) -> Choices:
    """Everything a proposal can be sorted under, in the reader's languages. One statement.

    With ``conference_id`` only the clusters that this conference asks about (all, if it names none), and always
    ``cluster_id``.
    """
    query: sa.CompoundSelect[*tuple[Any, ...]] = sa.union_all(
        _named(sa.literal("clusters"), Cluster, Cluster.position, _offered(conference_id, cluster_id)),
        _named(sa.literal("fields"), Field, Field.position, Field.active),
        _named(sa.literal("target_groups"), TargetGroup, TargetGroup.position, TargetGroup.active),
        _named(sa.literal("conferences"), Conference, -Conference.number, Conference.opened_at.is_not(None)),
        sa.select(
            sa.literal("districts").label("kind"), District.id.label("id"), District.position.label("position"),
            District.name.label("name"), sa.literal("").label("language"), sa.literal("").label("source"),
        ).where(District.active),
    )  # fmt: skip
    rank = {language: place for place, language in enumerate(chain)}
    found: dict[str, dict[int, tuple[int, int, str]]] = {}
    for row in session.execute(query):
        place = rank.get(row.language, 99)
        if place == 99 and row.language != row.source:
            continue
        names = found.setdefault(row.kind, {})
        if row.id not in names or place < names[row.id][1]:
            names[row.id] = (row.position, place, row.name)
    return Choices(**{kind: _in_order(found.get(kind, {})) for kind in Choices.__dataclass_fields__})


def _offered(conference_id: int | None, cluster_id: int | None) -> sa.ColumnElement[bool]:
    if conference_id is None:
        return sa.and_(Cluster.active)
    asked = sa.select(ConferenceCluster.cluster_id).where(ConferenceCluster.conference_id == conference_id)
    return sa.or_(sa.and_(Cluster.active, sa.or_(Cluster.id.in_(asked), ~asked.exists())), Cluster.id == cluster_id)


def _named(kind: sa.ColumnElement[str], model: Any, position: Any, condition: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            kind.label("kind"), model.id.label("id"), position.label("position"), TextVersion.title.label("name"),
            TextVersion.language.label("language"), Text.source_language.label("source"),
        )
        .join(Text, Text.id == model.text_id)
        .join(TextVersion, sa.and_(TextVersion.text_id == model.text_id, TextVersion.is_current))
        .where(condition)
    )  # fmt: skip


def _in_order(names: Mapping[int, tuple[int, int, str]]) -> Sequence[tuple[int, str]]:
    return [(number, name) for _, number, name in sorted((at, number, name) for number, (at, _, name) in names.items())]
