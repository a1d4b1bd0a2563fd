"""What the city talks about and who works on it, for everybody; and the desks where the city keeps it in order."""

from bihaelt.topics.views import desk, group_desk, groups, minutes, public, services
from bihaelt.topics.views.blueprint import bp

__all__ = ["bp", "desk", "group_desk", "groups", "minutes", "public", "services"]
