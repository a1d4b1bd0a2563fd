"""What the city talks about: clusters, fields of action, districts, target groups. All are data of the city."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.extensions import db
from bihaelt.organisations.models import NEVER_AGAIN, Office, RegularService, WorkingGroup
from bihaelt.texts.models import Text
from bihaelt.topics.domain import Catalogue


class Topic:
    """What three catalogues have in common: a key that stays, a place in the order, words, and whether one can choose it."""

    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    position: Mapped[int]
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id))
    active: Mapped[bool] = mapped_column(default=True)


class Cluster(Topic, db.Model):
    """A focus topic of the action plan (R31); ``position`` is its number in the plan."""

    __tablename__ = "cluster"


class Field(Topic, db.Model):
    """A field of action of the integration concept (R58, R68)."""

    __tablename__ = "field"


class Recommendation(db.Model):
    """A recommendation for action within a field (R68)."""

    __tablename__ = "recommendation"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(sa.ForeignKey(Field.id), index=True)
    position: Mapped[int]
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id))
    active: Mapped[bool] = mapped_column(default=True)
    field: Mapped[Field] = relationship()


class District(db.Model):
    """A Stadtbezirk; its name is a proper name, the same in every language."""

    __tablename__ = "district"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class TargetGroup(Topic, db.Model):
    """Whom something is for: a tag and filter, never a tree and never an attribute of a person (R33, R53)."""

    __tablename__ = "target_group"


class GuidingPrinciple(Topic, db.Model):
    """A principle of the city's Leitbild (R62): measures conform to it, or say why they do not."""

    __tablename__ = "guiding_principle"


# The tables behind the city's catalogues; those of the offices belong to an earlier chapter.
MODELS: Mapping[Catalogue, Any] = {
    Catalogue.CLUSTERS: Cluster,
    Catalogue.FIELDS: Field,
    Catalogue.RECOMMENDATIONS: Recommendation,
    Catalogue.DISTRICTS: District,
    Catalogue.TARGET_GROUPS: TargetGroup,
    Catalogue.PRINCIPLES: GuidingPrinciple,
    Catalogue.OFFICES: Office,
    Catalogue.WORKING_GROUPS: WorkingGroup,
    Catalogue.SERVICES: RegularService,
}
