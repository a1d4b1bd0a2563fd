"""Goals with their indicators and values; which recommendations and principles a measure serves."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.accounts.models import Account
from bihaelt.extensions import closed_set, db
from bihaelt.goals.domain import Direction, IndicatorKind, Quantity, Rhythm, Stance, ValueState
from bihaelt.measures.models import Measure
from bihaelt.organisations.models import NEVER_AGAIN, Office
from bihaelt.texts.models import Text
from bihaelt.topics.models import Cluster, Field, GuidingPrinciple, Recommendation


class Goal(db.Model):
    """A goal of the action plan (``cluster_id``), of the integration concept (``field_id``), or of both (R51, R66).

    ``text_id``: title and body. ``source`` names the older concept that a goal goes on from; both days are inclusive.
    """

    __tablename__ = "goal"
    __table_args__ = (
        sa.CheckConstraint("cluster_id IS NOT NULL OR field_id IS NOT NULL", name="framework"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Cluster.id), index=True)
    field_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Field.id), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(200), default="")
    changed_at: Mapped[datetime]
    demo_key: Mapped[str | None] = mapped_column(sa.String(20))


class GoalMeasure(db.Model):
    """A measure serves a goal."""

    __tablename__ = "goal_measure"

    goal_id: Mapped[int] = mapped_column(sa.ForeignKey(Goal.id, ondelete="CASCADE"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True, index=True)


class Indicator(db.Model):
    """What shows whether a goal is reached (R59). ``text_id``: title, body = why; extra ``unit``, ``formula``, ``source``.

    Numbers are integers: the value times ten to the power of ``decimals``. ``cumulative``: the values of the periods
    since ``baseline_on`` add up towards the target. ``breakdowns``: names of dimensions in the order of the tables.
    """

    __tablename__ = "indicator"
    __table_args__ = (
        sa.CheckConstraint("decimals BETWEEN 0 AND 3", name="decimals"),
        sa.CheckConstraint("quantity <> 'count' OR decimals = 0", name="whole"),
        sa.CheckConstraint("NOT cumulative OR quantity = 'count'", name="cumulative"),
        sa.CheckConstraint("(target IS NULL) = (target_on IS NULL)", name="target"),
        sa.CheckConstraint("target_on IS NULL OR target_on > baseline_on", name="span"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id), unique=True)
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey(Goal.id), index=True)
    measure_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Measure.id, ondelete="SET NULL"), index=True)
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Office.id), index=True)
    kind: Mapped[IndicatorKind] = mapped_column(closed_set(IndicatorKind, "kind"))
    quantity: Mapped[Quantity] = mapped_column(closed_set(Quantity, "quantity"))
    direction: Mapped[Direction] = mapped_column(closed_set(Direction, "direction"))
    rhythm: Mapped[Rhythm] = mapped_column(closed_set(Rhythm, "rhythm"))
    decimals: Mapped[int] = mapped_column(default=0)
    cumulative: Mapped[bool] = mapped_column(default=False)
    baseline: Mapped[int | None] = mapped_column(sa.BigInteger)
    baseline_on: Mapped[date]
    target: Mapped[int | None] = mapped_column(sa.BigInteger)
    target_on: Mapped[date | None]
    breakdowns: Mapped[list[str]] = mapped_column(sa.JSON)
    ended_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    demo_key: Mapped[str | None] = mapped_column(sa.String(20))
    goal: Mapped[Goal] = relationship()
    measure: Mapped[Measure | None] = relationship()
    office: Mapped[Office | None] = relationship()


class IndicatorValue(db.Model):
    """What an indicator was in a period such as "2026-H1". Corrected by a new version, never edited once published.

    ``breakdown``: dimension -> key -> [value, base]; ``base`` is the number of cases behind a share or a mean.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (
        sa.UniqueConstraint("indicator_id", "period", "version"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint("version = 1 OR reason <> ''", name="reason"),
        sa.CheckConstraint("base IS NULL OR base >= 0", name="base"),
        sa.CheckConstraint("(state IN ('published', 'replaced')) = (published_at IS NOT NULL)", name="published"),
        sa.Index(
            "ix_indicator_value_published", "indicator_id", "period", unique=True,
            sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"),
        ),
        sa.Index(
            "ix_indicator_value_open", "indicator_id", "period", unique=True,
            sqlite_where=sa.text("state IN ('entered', 'confirmed', 'agreed')"),
            postgresql_where=sa.text("state IN ('entered', 'confirmed', 'agreed')"),
        ),
        sa.Index("ix_indicator_value_state", "state", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey(Indicator.id, ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(sa.String(7))
    version: Mapped[int]
    state: Mapped[ValueState] = mapped_column(closed_set(ValueState, "state"))
    total: Mapped[int] = mapped_column(sa.BigInteger)
    base: Mapped[int | None] = mapped_column(sa.BigInteger)
    breakdown: Mapped[dict[str, Any]]
    provisional: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Account.id, ondelete="SET NULL"))
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    indicator: Mapped[Indicator] = relationship()


class Implements(db.Model):
    """A measure implements a recommendation of a field of action (R68)."""

    __tablename__ = "implements"

    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey(Recommendation.id), primary_key=True, index=True)


class PrincipleStance(db.Model):
    """How a measure stands to a guiding principle of the city (R62); a conflict says why."""

    __tablename__ = "principle_stance"
    __table_args__ = (sa.CheckConstraint("stance <> 'conflict' OR note <> ''", name="note"),)

    measure_id: Mapped[int] = mapped_column(sa.ForeignKey(Measure.id, ondelete="CASCADE"), primary_key=True)
    principle_id: Mapped[int] = mapped_column(sa.ForeignKey(GuidingPrinciple.id), primary_key=True, index=True)
    stance: Mapped[Stance] = mapped_column(closed_set(Stance, "stance"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
