"""A ballot, its questions and their options. Once it is open, the database itself refuses any change (migration 0004)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.extensions import closed_set, db
from bihaelt.proposals.models import Proposal
from bihaelt.topics.models import Cluster
from bihaelt.votes.domain.ballots import BallotState, CountRule, DecisionRule, Method, Settings

NOT_CANCELLED = "state <> 'cancelled'"


class Ballot(db.Model):
    """The vote held at a conference; a cancelled one may be followed by another.

    ``configuration`` is the canonical JSON whose hash is entry 0 of the public log, ``origin`` the log's name and
    ``public_key`` (name+hash+base64) the key that signs it; ``pepper_check`` tells a wrong pepper. ``verified_people``
    and ``verified_organisations`` were counted at the opening. ``closing_reason`` and ``closing_asked_by_id`` are of
    an early end that waits for, or had, its second person. ``run`` counts the counts.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        sa.Index(
            "uq_ballot_conference", "conference_id", unique=True,
            sqlite_where=sa.text(NOT_CANCELLED), postgresql_where=sa.text(NOT_CANCELLED),
        ),
        sa.Index("ix_ballot_state", "state", "closes_at"),
        sa.CheckConstraint("opens_at < closes_at", name="time"),
        sa.CheckConstraint("state = 'draft' OR state = 'cancelled' OR opened_at IS NOT NULL", name="opened"),
        sa.CheckConstraint(
            "opened_at IS NULL OR (configuration <> '' AND configuration_sha256 <> '' AND origin <> '' "
            "AND public_key <> '' AND pepper_check <> '')",
            name="frozen",
        ),
        sa.CheckConstraint("(state IN ('closed', 'counted', 'certified')) <= (closed_at IS NOT NULL)", name="closed"),
        sa.CheckConstraint("state <> 'certified' OR certified_at IS NOT NULL", name="certified"),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        sa.CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name="cancel_reason"),
        sa.CheckConstraint("(lots_seed = '') = (lots_at IS NULL)", name="lots"),
        sa.CheckConstraint("max_choices >= 1 AND encouraged_min BETWEEN 0 AND max_choices", name="choices"),
        sa.CheckConstraint("max_points >= 1", name="points"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        sa.CheckConstraint("people_per_mille BETWEEN 0 AND 1000", name="per_mille"),
        sa.CheckConstraint("objection_days >= 0 AND quorum >= 0", name="objection"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id))
    state: Mapped[BallotState] = mapped_column(closed_set(BallotState, "state"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    method: Mapped[Method] = mapped_column(closed_set(Method, "method"))
    count_rule: Mapped[CountRule] = mapped_column(closed_set(CountRule, "count_rule"))
    max_choices: Mapped[int]
    encouraged_min: Mapped[int]
    max_points: Mapped[int]
    decision_rule: Mapped[DecisionRule] = mapped_column(closed_set(DecisionRule, "decision_rule"))
    percent: Mapped[int]
    people_per_mille: Mapped[int]
    min_age: Mapped[int]
    lottery: Mapped[str] = mapped_column(sa.String(200), default="")
    lottery_on: Mapped[date | None]
    objection_days: Mapped[int]
    quorum: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    opened_at: Mapped[datetime | None]
    configuration: Mapped[str] = mapped_column(sa.Text, default="")
    configuration_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    origin: Mapped[str] = mapped_column(sa.String(200), default="")
    public_key: Mapped[str] = mapped_column(sa.String(300), default="")
    pepper_check: Mapped[str] = mapped_column(sa.String(16), default="")
    verified_people: Mapped[int] = mapped_column(default=0)
    verified_organisations: Mapped[int] = mapped_column(default=0)
    closing_asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    closing_reason: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    lots_seed: Mapped[str] = mapped_column(sa.String(500), default="")
    lots_at: Mapped[datetime | None]
    run: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    conference: Mapped[Conference] = relationship()

    @property
    def settings(self) -> Settings:
        return Settings(**{name: getattr(self, name) for name in SETTINGS})


SETTINGS = tuple(Settings.__dataclass_fields__)
# What may still change once a ballot is open; everything else is frozen (a test compares this with the triggers).
LIVING = frozenset(
    "state closing_asked_by_id closing_reason closed_at cancelled_at cancel_reason lots_seed lots_at run counted_at "
    "certified_at destroyed_at".split()
)


class Question(db.Model):
    """A cluster's budget put to the vote, in whole euros. ``carried_eur`` is the part that the last ballot left over."""

    __tablename__ = "ballot_question"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "key"),
        sa.UniqueConstraint("ballot_id", "cluster_id"),
        sa.CheckConstraint("budget_eur > 0", name="budget"),
        sa.CheckConstraint("carried_eur BETWEEN 0 AND budget_eur", name="carried"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey(Ballot.id))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id))
    key: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int]
    budget_eur: Mapped[int] = mapped_column(sa.BigInteger)
    carried_eur: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    ballot: Mapped[Ballot] = relationship()


class Option(db.Model):
    """A proposal in a question, with a cost in whole euros that holds for the vote."""

    __tablename__ = "ballot_option"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "key"),
        sa.UniqueConstraint("question_id", "proposal_id"),
        sa.CheckConstraint("cost_eur > 0", name="cost"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey(Question.id))
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id), index=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int]
    cost_eur: Mapped[int] = mapped_column(sa.BigInteger)
    question: Mapped[Question] = relationship()
    proposal: Mapped[Proposal] = relationship()
