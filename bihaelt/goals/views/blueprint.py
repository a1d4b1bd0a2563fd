"""The blueprint of goals, and what its pages share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from flask import Blueprint, abort

from bihaelt import guard
from bihaelt.accounts.domain import Role
from bihaelt.goals import queries
from bihaelt.goals.domain import COMMON_LANGUAGES, GROUPS, NOT_SAID, NOT_SAID_LABEL, Dimension
from bihaelt.goals.models import Goal, Indicator, IndicatorValue
from bihaelt.i18n import gettext, local, spoken_name
from bihaelt.journal.domain import Voice

bp = Blueprint("goals", __name__)


def goal_or_404(goal_id: int) -> Goal:
    return queries.goal(guard.database(), goal_id) or abort(404)


def indicator_or_404(indicator_id: int) -> Indicator:
    return queries.indicator(guard.database(), indicator_id) or abort(404)


def value_or_404(value_id: int) -> IndicatorValue:
    return queries.value(guard.database(), value_id) or abort(404)


def voice() -> Voice:
    return guard.signed_in().as_role(Role.PLAN_OWNER, Role.OFFICE_EDITOR)


def today() -> date:
    return local(guard.now()).date()


def name_of_group(districts: Mapping[str, str], dimension: Dimension, key: str) -> str:
    """A group of a breakdown in the reader's words."""
    if key == NOT_SAID:
        return gettext(NOT_SAID_LABEL)
    if dimension is Dimension.DISTRICT:
        return districts.get(key, key)
    if dimension is Dimension.LANGUAGE:
        return spoken_name(key)
    return gettext(GROUPS[dimension].get(key, key))


def group_names() -> Callable[[Dimension, str], str]:
    """The function above, with the city's districts. One statement."""
    return partial(name_of_group, queries.district_names(guard.database()))


def groups_to_enter(indicator: Indicator) -> Mapping[Dimension, Sequence[tuple[str, str]]]:
    """(key, name) of the groups of each dimension that an indicator is broken down by; who did not say comes last."""
    districts = queries.district_names(guard.database())
    keys = {Dimension.DISTRICT: [*districts], Dimension.LANGUAGE: [*COMMON_LANGUAGES]}
    return {
        dimension: [
            (key, name_of_group(districts, dimension, key))
            for key in [*keys.get(dimension, GROUPS[dimension]), NOT_SAID]
        ]
        for dimension in Dimension
        if dimension in indicator.breakdowns
    }
