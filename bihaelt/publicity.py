"""Which texts everybody may read: one rule for each kind of thing that a text can belong to.

Translations, histories, the record and lists of work go by this alone, so that no word becomes public by a side door.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment, Statement
from bihaelt.conferences.models import AgendaItem, Conference, Series
from bihaelt.controlling.models import StatusReport
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.documents.domain.papers import PUBLIC as ON_AGENDA
from bihaelt.documents.models import CouncilPaper
from bihaelt.extensions import UtcDateTime
from bihaelt.goals.models import Goal, Indicator
from bihaelt.measures.models import Measure, Milestone, OpenPoint, Revision
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.pages.models import CityPage
from bihaelt.proposals.domain import PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Kind, Shown
from bihaelt.texts.queries import Source, shown
from bihaelt.topics.models import Cluster, District, Field, GuidingPrinciple, Recommendation, TargetGroup

ALWAYS: Any = sa.cast(sa.null(), UtcDateTime())


def _source(
    kind: Kind,
    owner_id: InstrumentedAttribute[int],
    text_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    since: Any = ALWAYS,
) -> Source:
    """The texts of one kind: (kind, owner_id, text_id, since), see ``texts.domain.Owner``."""
    return sa.select(
        sa.literal(kind.value).label("kind"),
        owner_id.label("owner_id"),
        text_id.label("text_id"),
        sa.type_coerce(since, UtcDateTime()).label("since"),
    ).where(text_id.is_not(None))


def _of_public_proposal(source: Source, proposal_id: InstrumentedAttribute[int]) -> Source:
    return source.join(Proposal, Proposal.id == proposal_id).where(Proposal.state.in_(PUBLIC))


SOURCES: tuple[Source, ...] = (
    _source(Kind.PROPOSAL, Proposal.id, Proposal.text_id, Proposal.published_at).where(Proposal.state.in_(PUBLIC)),
    # What a comment said before it was corrected is nobody's business any more.
    _of_public_proposal(
        _source(Kind.COMMENT, Comment.id, Comment.text_id, sa.func.coalesce(Comment.edited_at, Comment.created_at)),
        Comment.proposal_id,
    ).where(Comment.state == CommentState.VISIBLE),
    _of_public_proposal(_source(Kind.STATEMENT, Statement.proposal_id, Statement.text_id), Statement.proposal_id),
    _source(Kind.DECISION, Decision.proposal_id, Decision.text_id, Decision.published_at).where(
        Decision.state == DecisionState.PUBLISHED
    ),
    # An idea is on the public board as well: category C is the vision on the horizon (R30).
    _source(Kind.MEASURE, Measure.id, Measure.text_id),
    _source(Kind.MILESTONE, Milestone.measure_id, Milestone.text_id),
    _source(Kind.OPEN_POINT, OpenPoint.measure_id, OpenPoint.text_id),
    # What a change says becomes the measure's own text when it is decided; before that it is the office's draft.
    _source(Kind.CHANGE, Revision.measure_id, Revision.text_id).where(sa.false()),
    _source(Kind.REPORT, StatusReport.measure_id, StatusReport.text_id, StatusReport.published_at).where(
        StatusReport.published_at.is_not(None)
    ),
    _source(Kind.PAPER, CouncilPaper.id, CouncilPaper.text_id, CouncilPaper.signed_at).where(
        CouncilPaper.state.in_(ON_AGENDA)
    ),
    _source(Kind.CONFERENCE, Conference.id, Conference.text_id, Conference.opened_at).where(
        Conference.opened_at.is_not(None)
    ),
    _source(Kind.MANDATE, Conference.id, Conference.mandate_text_id, Conference.opened_at).where(
        Conference.opened_at.is_not(None)
    ),
    _source(Kind.AGENDA, AgendaItem.conference_id, AgendaItem.text_id)
    .join(Conference, Conference.id == AgendaItem.conference_id)
    .where(Conference.opened_at.is_not(None)),
    _source(Kind.SERIES, Series.id, Series.text_id),
    _source(Kind.CLUSTER, Cluster.id, Cluster.text_id),
    _source(Kind.FIELD, Field.id, Field.text_id),
    _source(Kind.RECOMMENDATION, Recommendation.field_id, Recommendation.text_id),
    _source(Kind.PRINCIPLE, GuidingPrinciple.id, GuidingPrinciple.text_id),
    _source(Kind.GOAL, Goal.id, Goal.text_id),
    _source(Kind.INDICATOR, Indicator.id, Indicator.text_id),
    _source(Kind.TARGET_GROUP, TargetGroup.id, TargetGroup.text_id),
    _source(Kind.ORGANISATION, Organisation.id, Organisation.text_id).where(
        Organisation.state == OrganisationState.VERIFIED
    ),
    _source(Kind.SERVICE, RegularService.id, RegularService.text_id),
    _source(Kind.PAGE, CityPage.id, CityPage.text_id),
)


@dataclass(frozen=True, slots=True)
class Named:
    """What an object is called: its title as the reader knows it, or its proper name. ``page_id`` is the number of the
    page that it has, if it has one: that of a decision is its proposal's.
    """

    page_id: int
    title: Shown | None
    name: str


def _named(key: Any, words: Any, page_id: Any = None) -> sa.Select[Any]:
    """(id, page_id, text_id, name) of the objects of one kind; ``words`` is the column of their text or of their name."""
    told = words.key == "text_id"
    return sa.select(
        key.label("id"),
        (key if page_id is None else page_id).label("page_id"),
        (words if told else sa.cast(sa.null(), sa.Integer)).label("text_id"),
        (sa.cast(sa.null(), sa.String) if told else words).label("name"),
    )


# By the names of their tables, as the public record knows them. What is not here has no name of its own.
NAMED: Mapping[str, sa.Select[Any]] = {
    "proposal": _named(Proposal.id, Proposal.text_id).where(Proposal.state.in_(PUBLIC)),
    "decision": _named(Decision.id, Proposal.text_id, Proposal.id)
    .join(Proposal, Proposal.id == Decision.proposal_id)
    .where(Decision.state == DecisionState.PUBLISHED, Proposal.state.in_(PUBLIC)),
    "measure": _named(Measure.id, Measure.text_id),
    "goal": _named(Goal.id, Goal.text_id),
    "indicator": _named(Indicator.id, Indicator.text_id),
    "council_paper": _named(CouncilPaper.id, CouncilPaper.text_id).where(CouncilPaper.state.in_(ON_AGENDA)),
    "conference": _named(Conference.id, Conference.text_id).where(Conference.opened_at.is_not(None)),
    "organisation": _named(Organisation.id, Organisation.name).where(Organisation.state == OrganisationState.VERIFIED),
    "cluster": _named(Cluster.id, Cluster.text_id),
    "field": _named(Field.id, Field.text_id),
    "target_group": _named(TargetGroup.id, TargetGroup.text_id),
    "district": _named(District.id, District.name),
    "office": _named(Office.id, Office.name),
    "working_group": _named(WorkingGroup.id, WorkingGroup.name),
    "regular_service": _named(RegularService.id, RegularService.name),
}


def names(
    session: Session, objects: Iterable[tuple[str, int]], chain: tuple[str, ...]
) -> Mapping[tuple[str, int], Named]:
    """What the public objects among ``objects`` (table, id) are called. Two statements, however many there are."""
    wanted: dict[str, set[int]] = {}
    for kind, number in objects:
        if kind in NAMED:
            wanted.setdefault(kind, set()).add(number)
    if not wanted:
        return {}
    selects = []
    for kind, numbers in wanted.items():
        found = NAMED[kind].subquery()
        selects.append(sa.select(sa.literal(kind).label("kind"), found).where(found.c.id.in_(sorted(numbers))))
    rows = session.execute(sa.union_all(*selects)).all()
    titles = shown(session, [row.text_id for row in rows], chain)
    return {(row.kind, row.id): Named(row.page_id, titles.get(row.text_id), row.name or "") for row in rows}
