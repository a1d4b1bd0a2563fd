"""Which texts everybody may read: one rule for each kind of thing that a text can belong to.

Translations, histories and lists of work go by this alone, so that no word becomes public by a side door.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from bihaelt.comments.domain import CommentState
from bihaelt.comments.models import Comment, Statement
from bihaelt.conferences.models import AgendaItem, Conference, Series
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.extensions import UtcDateTime
from bihaelt.measures.models import Measure, StatusReport
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Organisation, RegularService
from bihaelt.pages.models import CityPage
from bihaelt.proposals.domain import PUBLIC
from bihaelt.proposals.models import Proposal
from bihaelt.texts.domain import Kind
from bihaelt.texts.queries import Source
from bihaelt.topics.models import Cluster, Field, Recommendation, TargetGroup

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
    _source(Kind.REPORT, StatusReport.measure_id, StatusReport.text_id),
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
    _source(Kind.TARGET_GROUP, TargetGroup.id, TargetGroup.text_id),
    _source(Kind.ORGANISATION, Organisation.id, Organisation.text_id).where(
        Organisation.state == OrganisationState.VERIFIED
    ),
    _source(Kind.SERVICE, RegularService.id, RegularService.text_id),
    _source(Kind.PAGE, CityPage.id, CityPage.text_id),
)
