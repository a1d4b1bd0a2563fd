"""Who makes editions of the plan, and who may read them."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.plan.domain import EditionState
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.plan.models import Edition

PUBLISHED = N_("This edition is published. It stays as it is, for ever.")


def make_edition(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of the editions: freeze the plan as it stands."""
    return holds(actor, Role.PLAN_OWNER)


def see_edition(actor: Actor | None, edition: "Edition", _now: datetime) -> Verdict:
    """Read an edition: a draft is for those who make it."""
    return holds(actor, Role.PLAN_OWNER) if edition.state is EditionState.DRAFT else ALLOWED


def publish_edition(actor: Actor | None, edition: "Edition", _now: datetime) -> Verdict:
    """Publish a draft, or throw it away."""
    verdict = holds(actor, Role.PLAN_OWNER)
    return Verdict(PUBLISHED) if verdict and edition.state is not EditionState.DRAFT else verdict
