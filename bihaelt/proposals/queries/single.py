"""One proposal with all that belongs to it. Whether a person may see it is asked by the caller (see_proposal)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.domain import PUBLIC, Round, Sheet
from bihaelt.proposals.models import CoAuthor, Proposal, ProposalField, ProposalRound, ProposalTargetGroup
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown, Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster, District, Field, TargetGroup

# Built once, as EVERYTHING below: putting a statement together costs more than to run it.
ONE = (
    sa.select(Proposal)
    .where(Proposal.id == sa.bindparam("number", type_=sa.Integer))
    .options(
        joinedload(Proposal.author).load_only(Account.display_name, Account.state),
        joinedload(Proposal.organisation).load_only(Organisation.name),
        joinedload(Proposal.conference),
    )
)


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    """A proposal in any state, with conference, and the names of author and organisation. One statement."""
    return session.scalar(ONE, {"number": proposal_id})


@dataclass(frozen=True, slots=True)
class Passage:
    """A proposal's way through one conference."""

    conference_id: int
    conference: Shown
    result: Round
    reason: str
    supports_people: int
    supports_organisations: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CoVoice:
    """The author of a proposal that was merged into this one."""

    from_proposal_id: int
    author: str | None
    organisation: str | None
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a proposal's page beside the acts of later chapters.

    ``changed`` counts the versions since it became public; ``merged_into`` is the title of the proposal it went into.
    """

    words: Shown
    cluster: Shown | None
    fields: tuple[Shown, ...]
    target_groups: tuple[Shown, ...]
    district: str | None
    passages: tuple[Passage, ...]
    co_authors: tuple[CoVoice, ...]
    changed: int
    merged_into: Shown | None


def facts(session: Session, proposal: Proposal, chain: Sequence[str], *, original: bool = False) -> Facts:
    """All words and topics of a proposal, in the reader's languages; with ``original`` as they were written.

    One statement: the parts of the page, joined to their current words.
    """
    parts: dict[tuple[str, int], list[Any]] = {}
    for row in columns(session, EVERYTHING, {"number": proposal.id, "chain": chain}):
        parts.setdefault((row.kind, row.position or 0), []).append(row)
    kinds: dict[str, list[tuple[Any, Shown | None]]] = {}
    for (kind, _), versions in sorted(parts.items(), key=lambda part: part[0]):
        languages = () if original and kind == "self" else chain
        kinds.setdefault(kind, []).append((versions[0], _best(versions, languages)))
    named = {kind: [words for _, words in found if words is not None] for kind, found in kinds.items()}
    return Facts(
        words=named["self"][0],
        cluster=next(iter(named.get("cluster", ())), None),
        fields=tuple(named.get("field", ())),
        target_groups=tuple(named.get("target_group", ())),
        district=next((row.name for row, _ in kinds.get("district", ())), None),
        passages=tuple(_passage(row, words) for row, words in kinds.get("round", ()) if words is not None),
        co_authors=tuple(CoVoice(row.id, row.name or None, row.words, row.a) for row, _ in kinds.get("co_author", ())),
        changed=kinds["changed"][0][0].a,
        merged_into=next(iter(named.get("merged_into", ())), None),
    )


def _with_words() -> sa.Select[*tuple[Any, ...]]:
    parts = _everything().subquery("part")
    version = TextVersion
    chain: sa.BindParameter[Any] = sa.bindparam("chain", expanding=True)
    return (
        sa.select(
            *parts.c, version.id.label("version_id"), version.title, version.body, version.extra, version.language,
            version.status, version.made_from_id, Text.source_language,
        )
        .outerjoin(Text, Text.id == parts.c.text_id)
        .outerjoin(
            version,
            sa.and_(
                version.text_id == Text.id,
                version.is_current,
                sa.or_(version.language.in_(chain), version.language == Text.source_language),
            ),
        )
    )  # fmt: skip


def _best(versions: Sequence[Any], chain: Sequence[str]) -> Shown | None:
    """The version in the first language of ``chain``, else the original; None for a part without a text."""
    rank = {language: place for place, language in enumerate(chain)}
    there = [row for row in versions if row.version_id is not None]
    if not there:
        return None
    original = next((row.version_id for row in there if row.made_from_id is None), None)
    row = min(there, key=lambda row: (rank.get(row.language, 99), row.made_from_id is not None))
    stale = row.made_from_id is not None and row.made_from_id != original
    return Shown(
        row.text_id, row.title, row.body, row.extra, row.language, row.source_language, row.status, stale=stale
    )


def _passage(row: Any, conference: Shown) -> Passage:
    return Passage(row.id, conference, Round(row.name), row.words, row.a, row.b, row.at)


def _everything() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Rows of (kind, id, text_id, name, words, a, b, at, position) of proposal ``:number``; kind and position name a part."""
    mine = Proposal.id == sa.bindparam("number", type_=sa.Integer)
    target = aliased(Proposal)
    version = TextVersion
    return sa.union_all(
        _row("self", Proposal.id, Proposal.text_id).where(mine),
        _row("cluster", Cluster.id, Cluster.text_id).join(Proposal, Proposal.cluster_id == Cluster.id).where(mine),
        _row("district", District.id, name=District.name)
        .join(Proposal, Proposal.district_id == District.id)
        .where(mine),
        _row("merged_into", target.id, target.text_id)
        .join(Proposal, Proposal.merged_into_id == target.id)
        .where(mine, target.state.in_(sorted(PUBLIC))),
        _row("field", Field.id, Field.text_id, position=Field.position)
        .join(ProposalField, ProposalField.field_id == Field.id)
        .where(ProposalField.proposal_id == sa.bindparam("number", type_=sa.Integer)),
        _row("target_group", TargetGroup.id, TargetGroup.text_id, position=TargetGroup.position)
        .join(ProposalTargetGroup, ProposalTargetGroup.target_group_id == TargetGroup.id)
        .where(ProposalTargetGroup.proposal_id == sa.bindparam("number", type_=sa.Integer)),
        _row(
            "round", Conference.id, Conference.text_id, name=ProposalRound.result, words=ProposalRound.reason,
            a=ProposalRound.supports_people, b=ProposalRound.supports_organisations, at=ProposalRound.ended_at,
            position=ProposalRound.id,
        )
        .select_from(ProposalRound)
        .join(Conference, Conference.id == ProposalRound.conference_id)
        .where(ProposalRound.proposal_id == sa.bindparam("number", type_=sa.Integer)),
        _row(
            "co_author", CoAuthor.from_proposal_id, name=Account.display_name, words=Organisation.name,
            a=CoAuthor.organisation_id, position=CoAuthor.id,
        )
        .select_from(CoAuthor)
        .outerjoin(Account, Account.id == CoAuthor.account_id)
        .outerjoin(Organisation, Organisation.id == CoAuthor.organisation_id)
        .where(CoAuthor.proposal_id == sa.bindparam("number", type_=sa.Integer)),
        _row("changed", a=sa.func.count(version.id))
        .select_from(Proposal)
        .join(version, sa.and_(version.text_id == Proposal.text_id, version.created_at > Proposal.published_at))
        .where(mine, version.made_from_id.is_(None)),
    )  # fmt: skip


def _row(
    kind: str, id_: Any = None, text_id: Any = None, *, name: Any = None, words: Any = None, a: Any = None,
    b: Any = None, at: Any = None, position: Any = None,
) -> sa.Select[*tuple[Any, ...]]:  # fmt: skip
    def typed(value: Any, type_: Any, label: str) -> Any:
        return sa.cast(sa.null() if value is None else value, type_).label(label)

    return sa.select(
        sa.literal(kind).label("kind"),
        typed(id_, sa.Integer, "id"),
        typed(text_id, sa.Integer, "text_id"),
        typed(name, sa.String, "name"),
        typed(words, sa.Text, "words"),
        typed(a, sa.Integer, "a"),
        typed(b, sa.Integer, "b"),
        (sa.cast(sa.null(), Proposal.published_at.type) if at is None else at).label("at"),
        typed(position, sa.Integer, "position"),
    )


EVERYTHING = _with_words()


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a proposal's original; ``number`` counts from 1."""

    number: int
    at: datetime
    reason: str


def changes(session: Session, proposal: Proposal, *, private: bool = False) -> Sequence[Change]:
    """The versions of the original, newest first: since it became public, or all of them. One statement."""
    query = _versions(proposal, private=private).order_by(TextVersion.number.desc())
    return [Change(row.number, row.created_at, row.reason) for row in session.execute(query)]


def change(
    session: Session, proposal: Proposal, number: int, *, private: bool = False
) -> tuple[TextVersion, TextVersion] | None:
    """A version and the one before it, or None where there is no such change to be seen. One statement."""
    seen = _versions(proposal, private=private).subquery()
    found = session.scalars(
        sa.select(TextVersion)
        .join(seen, seen.c.id == TextVersion.id)
        .where(TextVersion.number.in_((number - 1, number)))
        .order_by(TextVersion.number)
    ).all()
    return (found[0], found[1]) if len(found) == 2 else None


def _versions(proposal: Proposal, *, private: bool = False) -> sa.Select[*tuple[Any, ...]]:
    """Versions of the original; what was written before the publication is nobody else's business."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(TextVersion.id, TextVersion.number, TextVersion.created_at, TextVersion.reason)
        .join(Text, Text.id == TextVersion.text_id)
        .where(TextVersion.text_id == proposal.text_id, TextVersion.language == Text.source_language)
    )
    if private or proposal.published_at is None:
        return query
    first = sa.select(sa.func.max(TextVersion.number)).where(
        TextVersion.text_id == proposal.text_id,
        TextVersion.made_from_id.is_(None),
        TextVersion.created_at <= proposal.published_at,
    )
    return query.where(TextVersion.number >= sa.func.coalesce(first.scalar_subquery(), 1))


def sheet(session: Session, proposal: Proposal) -> Sheet:
    """What the author wrote, as the form wants it. Two statements."""
    version = current_original(session, proposal)
    kind = sa.literal("field").label("kind")
    other = sa.literal("target_group").label("kind")
    tags = session.execute(
        sa.union_all(
            sa.select(kind, ProposalField.field_id.label("id")).where(ProposalField.proposal_id == proposal.id),
            sa.select(other, ProposalTargetGroup.target_group_id).where(ProposalTargetGroup.proposal_id == proposal.id),
        )
    ).all()
    return Sheet(
        language=version.language,
        words=Words(version.title, version.body, version.extra),
        cluster_id=proposal.cluster_id,
        field_ids=frozenset(row.id for row in tags if row.kind == "field"),
        target_group_ids=frozenset(row.id for row in tags if row.kind == "target_group"),
        district_id=proposal.district_id,
        cost_cents=proposal.cost_cents,
    )


def current_original(session: Session, proposal: Proposal) -> TextVersion:
    """The words as they stand now, in the language in which they were written. One statement."""
    return session.scalars(
        sa.select(TextVersion)
        .join(Text, Text.id == TextVersion.text_id)
        .where(
            TextVersion.text_id == proposal.text_id,
            TextVersion.language == Text.source_language,
            TextVersion.is_current,
        )
    ).one()


def next_call(session: Session, now: datetime) -> datetime | None:
    """When the next conference begins to collect, or None while none is planned. One statement."""
    return session.scalar(sa.select(sa.func.min(Conference.call_opens)).where(Conference.call_opens > now))
