"""One proposal with all that belongs to it. Whether a person may see it is asked by the caller (see_proposal)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.organisations.models import Organisation
from bihaelt.proposals.domain import PUBLIC, Round
from bihaelt.proposals.models import CoAuthor, Proposal, ProposalField, ProposalRound, ProposalTargetGroup
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster, District, Field, TargetGroup


def proposal(session: Session, proposal_id: int) -> Proposal | None:
    """A proposal in any state, with author, organisation and conference. One statement."""
    return session.scalar(
        sa.select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(joinedload(Proposal.author), joinedload(Proposal.organisation), joinedload(Proposal.conference))
    )


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
    fields: Sequence[Shown]
    target_groups: Sequence[Shown]
    district: str | None
    passages: Sequence[Passage]
    co_authors: Sequence[CoVoice]
    changed: int
    merged_into: Shown | None


def facts(session: Session, proposal: Proposal, chain: Sequence[str], *, original: bool = False) -> Facts:
    """All words and topics of a proposal, in the reader's languages. Two statements (three with ``original``)."""
    found = session.execute(_everything(proposal)).all()
    words = dict(shown(session, [proposal.text_id, *(row.text_id for row in found)], chain))
    if original:
        words |= shown(session, [proposal.text_id], ())
    kinds: dict[str, list[Any]] = {}
    for row in found:
        kinds.setdefault(row.kind, []).append(row)
    named = {kind: [words[row.text_id] for row in group if row.text_id in words] for kind, group in kinds.items()}
    return Facts(
        words=words[proposal.text_id],
        cluster=next(iter(named.get("cluster", ())), None),
        fields=named.get("field", ()),
        target_groups=named.get("target_group", ()),
        district=next((row.name for row in kinds.get("district", ())), None),
        passages=[_passage(row, words[row.text_id]) for row in kinds.get("round", ())],
        co_authors=[CoVoice(row.id, row.name or None, row.words, row.a) for row in kinds.get("co_author", ())],
        changed=kinds["changed"][0].a,
        merged_into=next(iter(named.get("merged_into", ())), None),
    )


def _passage(row: Any, conference: Shown) -> Passage:
    return Passage(row.id, conference, Round(row.name), row.words, row.a, row.b, row.at)


def _everything(proposal: Proposal) -> sa.CompoundSelect[Any]:
    """Rows of (kind, id, text_id, name, words, a, b, at, position), one kind after the other."""
    number = proposal.id
    return sa.union_all(
        _row("cluster", Cluster.id, Cluster.text_id).where(Cluster.id == proposal.cluster_id),
        _row("district", District.id, name=District.name).where(District.id == proposal.district_id),
        _row("field", Field.id, Field.text_id, position=Field.position)
        .join(ProposalField, ProposalField.field_id == Field.id)
        .where(ProposalField.proposal_id == number),
        _row("target_group", TargetGroup.id, TargetGroup.text_id, position=TargetGroup.position)
        .join(ProposalTargetGroup, ProposalTargetGroup.target_group_id == TargetGroup.id)
        .where(ProposalTargetGroup.proposal_id == number),
        _row(
            "round", Conference.id, Conference.text_id, name=ProposalRound.result, words=ProposalRound.reason,
            a=ProposalRound.supports_people, b=ProposalRound.supports_organisations, at=ProposalRound.ended_at,
            position=ProposalRound.id,
        )
        .select_from(ProposalRound)
        .join(Conference, Conference.id == ProposalRound.conference_id)
        .where(ProposalRound.proposal_id == number),
        _row(
            "co_author", CoAuthor.from_proposal_id, name=Account.display_name, words=Organisation.name,
            a=CoAuthor.organisation_id, position=CoAuthor.id,
        )
        .select_from(CoAuthor)
        .outerjoin(Account, Account.id == CoAuthor.account_id)
        .outerjoin(Organisation, Organisation.id == CoAuthor.organisation_id)
        .where(CoAuthor.proposal_id == number),
        _row("changed", a=sa.func.count()).select_from(_versions(proposal, only_changes=True).subquery()),
        _row("merged_into", Proposal.id, Proposal.text_id).where(
            Proposal.id == proposal.merged_into_id, Proposal.state.in_(sorted(PUBLIC))
        ),
    ).order_by("kind", "position")  # fmt: skip


def _row(
    kind: str, id_: Any = None, text_id: Any = None, *, name: Any = None, words: Any = None, a: Any = None,
    b: Any = None, at: Any = None, position: Any = None,
) -> sa.Select[Any]:  # fmt: skip
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


def _versions(proposal: Proposal, *, private: bool = False, only_changes: bool = False) -> sa.Select[Any]:
    """Versions of the original; what was written before the publication is nobody else's business."""
    query = (
        sa.select(TextVersion.id, TextVersion.number, TextVersion.created_at, TextVersion.reason)
        .join(Text, Text.id == TextVersion.text_id)
        .where(TextVersion.text_id == proposal.text_id, TextVersion.language == Text.source_language)
    )
    if private or proposal.published_at is None:
        return query
    if only_changes:
        return query.where(TextVersion.created_at > proposal.published_at)
    first = sa.select(sa.func.max(TextVersion.number)).where(
        TextVersion.text_id == proposal.text_id,
        TextVersion.made_from_id.is_(None),
        TextVersion.created_at <= proposal.published_at,
    )
    return query.where(TextVersion.number >= sa.func.coalesce(first.scalar_subquery(), 1))


def topic_ids(session: Session, proposal_id: int) -> tuple[list[int], list[int]]:
    """The ids of a proposal's fields and target groups, for the form. One statement."""
    kind = sa.literal("field").label("kind")
    other = sa.literal("target_group").label("kind")
    query = sa.union_all(
        sa.select(kind, ProposalField.field_id.label("id")).where(ProposalField.proposal_id == proposal_id),
        sa.select(other, ProposalTargetGroup.target_group_id).where(ProposalTargetGroup.proposal_id == proposal_id),
    )
    found = session.execute(query).all()
    return [row.id for row in found if row.kind == "field"], [row.id for row in found if row.kind != "field"]
