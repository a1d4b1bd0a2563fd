"""What the city talks about, and the working groups that meet about it."""

from bihaelt.topics.models.catalogues import (
    MODELS,
    Cluster,
    District,
    Field,
    GuidingPrinciple,
    Recommendation,
    TargetGroup,
    Topic,
)
from bihaelt.topics.models.groups import (
    GroupCluster,
    GroupField,
    GroupMember,
    Meeting,
    Minutes,
    MinutesPoint,
    MinutesPresence,
)

__all__ = [
    "MODELS",
    "Cluster",
    "District",
    "Field",
    "GroupCluster",
    "GroupField",
    "GroupMember",
    "GuidingPrinciple",
    "Meeting",
    "Minutes",
    "MinutesPoint",
    "MinutesPresence",
    "Recommendation",
    "TargetGroup",
    "Topic",
]
