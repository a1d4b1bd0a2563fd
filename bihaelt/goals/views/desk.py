"""The desk of goals and indicators: what waits, and what is measured."""

from typing import Any

from flask import redirect, request, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.accounts.domain import Role
from bihaelt.goals import operations, queries
from bihaelt.goals.forms import GoalForm, IndicatorForm
from bihaelt.goals.models import Goal, Indicator
from bihaelt.goals.views.blueprint import bp, goal_or_404, indicator_or_404, today, voice
from bihaelt.marks import N_
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError


@bp.get("/desk/goals")
def desk() -> str:
    guard.require(permissions.see_indicators)
    session, chain, person = guard.database(), i18n.current().chain, guard.signed_in()
    offices = None if person.has(Role.PLAN_OWNER) else person.office_ids
    return render(
        "goals/desk.html",
        waiting=queries.values_waiting(session, chain, office_ids=offices),
        indicators=queries.indicators(session, chain, office_ids=offices),
        goals=queries.goals(session, chain, today(), all_=True),
    )


def goal_page(goal: Goal | None, form: GoalForm) -> tuple[str, int]:
    return render("goals/edit_goal.html", goal=goal, form=form), 422 if form.is_submitted() else 200


@bp.route("/desk/goals/new", methods=["GET", "POST"])
def add_goal() -> Any:
    guard.require(permissions.arrange_goals)
    session = guard.database()
    form = GoalForm.of(
        queries.options(session, i18n.current().chain), queries.measure_ids(session), None, ""
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            goal = operations.add_goal(session, content=form.content(), by=voice(), now=guard.now())
            guard.say("success", N_("The goal is saved. Now say how it is measured."))
            return redirect(url_for("goals.show", goal_id=goal.id), 303)
        except DomainError as error:
            form.refuse(error)
    return goal_page(None, form)


@bp.route("/desk/goals/<int:goal_id>/edit", methods=["GET", "POST"])
def edit_goal(goal_id: int) -> Any:
    goal = goal_or_404(goal_id)
    guard.require(permissions.arrange_goals, goal)
    session = guard.database()
    form = GoalForm.of(
        queries.options(session, i18n.current().chain), queries.measure_ids(session),
        queries.goal_content(session, goal), goal.changed_at.isoformat(),
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            operations.change_goal(
                session, goal=goal, content=form.content(), seen=form.moment(), by=voice(), now=guard.now()
            )  # fmt: skip
            guard.say("success", N_("The goal is saved."))
            return redirect(url_for("goals.show", goal_id=goal.id), 303)
        except DomainError as error:
            form.refuse(error)
    return goal_page(goal, form)


def indicator_page(indicator: Indicator | None, form: IndicatorForm) -> tuple[str, int]:
    return render("goals/edit_indicator.html", indicator=indicator, form=form), 422 if form.is_submitted() else 200


@bp.route("/desk/indicators/new", methods=["GET", "POST"])
def add_indicator() -> Any:
    guard.require(permissions.arrange_goals)
    session, chain = guard.database(), i18n.current().chain
    form = IndicatorForm.of(
        queries.options(session, chain), queries.measure_ids(session), None, "", request.args.get("goal", type=int)
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            indicator = operations.add_indicator(session, content=form.content(), by=voice(), now=guard.now())
            guard.say("success", N_("The indicator is saved."))
            return redirect(url_for("goals.indicator", indicator_id=indicator.id), 303)
        except DomainError as error:
            form.refuse(error)
    return indicator_page(None, form)


@bp.route("/desk/indicators/<int:indicator_id>/edit", methods=["GET", "POST"])
def edit_indicator(indicator_id: int) -> Any:
    indicator = indicator_or_404(indicator_id)
    guard.require(permissions.arrange_goals, indicator)
    session, chain = guard.database(), i18n.current().chain
    form = IndicatorForm.of(
        queries.options(session, chain), queries.measure_ids(session), queries.indicator_content(session, indicator),
        indicator.changed_at.isoformat(), indicator.goal_id,
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            operations.change_indicator(
                session, indicator=indicator, content=form.content(), seen=form.moment(), by=voice(), now=guard.now()
            )  # fmt: skip
            guard.say("success", N_("The indicator is saved."))
            return redirect(url_for("goals.indicator", indicator_id=indicator.id), 303)
        except DomainError as error:
            form.refuse(error)
    return indicator_page(indicator, form)
