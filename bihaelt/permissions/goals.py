"""Who may set goals, and who enters, confirms and publishes the values of indicators."""

from datetime import datetime
from typing import TYPE_CHECKING

from bihaelt.accounts.domain import Actor, Role
from bihaelt.goals.domain import OPEN, ValueState
from bihaelt.marks import N_
from bihaelt.permissions.base import holds
from bihaelt.verdicts import ALLOWED, Verdict

if TYPE_CHECKING:
    from bihaelt.goals.models import Indicator, IndicatorValue

OTHER_OFFICE = N_("Another office is responsible for this indicator.")
NOT_NEXT = N_("This step is not possible any more. Please look at the current state.")


def see_indicators(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """The desk of indicators: the plan's owner and the offices."""
    return holds(actor, Role.PLAN_OWNER, Role.OFFICE_EDITOR)


def arrange_goals(actor: Actor | None, _subject: object, _now: datetime) -> Verdict:
    """Add and change goals and indicators: the plan's owner."""
    return holds(actor, Role.PLAN_OWNER)


def enter_value(actor: Actor | None, indicator: "Indicator", _now: datetime) -> Verdict:
    """Enter, change and correct values: editors of the responsible office, and the plan's owner.

    An editor without an office of their own looks after all of them; an indicator without an office is everybody's.
    """
    verdict = holds(actor, Role.PLAN_OWNER, Role.OFFICE_EDITOR)
    if not verdict or actor is None or actor.has(Role.PLAN_OWNER):
        return verdict
    return _ours(actor, indicator)


def _ours(actor: Actor, indicator: "Indicator") -> Verdict:
    ours = not actor.office_ids or indicator.office_id is None or indicator.office_id in actor.office_ids
    return ALLOWED if ours else Verdict(OTHER_OFFICE)


def confirm_value(actor: Actor | None, value: "IndicatorValue", _now: datetime) -> Verdict:
    """The office stands by the value: only its editors, so that two different hands are behind each figure."""
    verdict = holds(actor, Role.OFFICE_EDITOR)
    if not verdict or actor is None:
        return verdict
    return _ours(actor, value.indicator) if value.state is ValueState.ENTERED else Verdict(NOT_NEXT)


def agree_value(actor: Actor | None, value: "IndicatorValue", _now: datetime) -> Verdict:
    """The plan's owner has looked at it too."""
    verdict = holds(actor, Role.PLAN_OWNER)
    if not verdict:
        return verdict
    return ALLOWED if value.state is ValueState.CONFIRMED else Verdict(NOT_NEXT)


def publish_value(actor: Actor | None, value: "IndicatorValue", _now: datetime) -> Verdict:
    """Make it public: the plan's owner, once both have confirmed it."""
    verdict = holds(actor, Role.PLAN_OWNER)
    if not verdict:
        return verdict
    return ALLOWED if value.state is ValueState.AGREED else Verdict(NOT_NEXT)


def return_value(actor: Actor | None, value: "IndicatorValue", now: datetime) -> Verdict:
    """Send it back to be changed, before it is published."""
    verdict = enter_value(actor, value.indicator, now)
    if not verdict:
        return verdict
    waits = value.state in OPEN and value.state is not ValueState.ENTERED
    return ALLOWED if waits else Verdict(NOT_NEXT)


def amend_value(actor: Actor | None, value: "IndicatorValue", now: datetime) -> Verdict:
    """Change it while nobody has confirmed it."""
    verdict = enter_value(actor, value.indicator, now)
    if not verdict:
        return verdict
    return ALLOWED if value.state is ValueState.ENTERED else Verdict(NOT_NEXT)
