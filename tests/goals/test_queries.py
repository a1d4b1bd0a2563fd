"""What is read of goals: a fixed number of statements, hidden groups, lights, coverage, open data."""

from datetime import date

import pytest

from bihaelt.goals import queries
from bihaelt.goals.domain import Cover, Dimension, Quantity, ValueState
from bihaelt.goals.models import GoalMeasure, Implements
from bihaelt.measures.domain import Category, Light, MeasureState
from tests.factories import add, make_cluster, make_district, make_field, make_measure, make_office
from tests.goals.stage import TODAY, make_goal, make_indicator, make_recommendation, make_value

DE = ("de",)


def filled(session, count, **values):
    for n in range(count):
        goal = make_goal(session, f"Ziel {n}", **values)
        measure = make_measure(session)
        add(session, GoalMeasure(goal_id=goal.id, measure_id=measure.id))
        indicator = make_indicator(
            session, goal_id=goal.id, measure_id=measure.id, target=700, target_on=date(2026, 12, 31), cumulative=True
        )
        make_value(session, indicator, breakdown={"gender": {"w": [150, None], "m": [160, None]}})
        add(session, Implements(measure_id=measure.id, recommendation_id=make_recommendation(session).id))
    return goal, measure, indicator


@pytest.mark.parametrize("count", [1, 3, 50])
def test_lists_take_the_same_number_of_statements_however_long_they_are(session, count_queries, count):
    goal, measure, indicator = filled(session, count)
    session.expire_all()
    for most, read in (
        (5, lambda: queries.goals(session, DE, TODAY)),
        (3, lambda: queries.indicators(session, DE)),
        (3, lambda: queries.coverage(session, DE)),
        (9, lambda: queries.of_measure(session, measure.id, DE)),
        (2, lambda: list(queries.values_waiting(session, DE))),
        (5, lambda: queries.options(session, DE)),
        (3, lambda: list(queries.open_data(session, DE))),
    ):
        session.expire_all()
        measure_id = measure.id
        with count_queries() as seen:
            read()
        assert measure_id
        assert len(seen) <= most + (1 if most == 9 else 0), seen
    assert len(queries.goals(session, DE, TODAY)) == count
    assert goal.id
    assert indicator.id


def test_an_indicator_shows_its_newest_value_what_counts_and_its_light(session):
    _, measure, indicator = filled(session, 1)
    make_value(session, indicator, "2025-H2", 99)
    make_value(session, indicator, "2026-H2", 40, ValueState.ENTERED)
    (row,) = queries.indicators_of(session, measure.id, DE)
    assert (row.period, row.value.exact, row.reached.exact, row.target.exact, row.baseline) == (
        "2026-H1", 310, 310, 700, None
    )  # fmt: skip
    assert row.light is Light.YELLOW
    indicator.ended_on = TODAY
    assert queries.indicators_of(session, measure.id, DE) == []
    assert [one.id for one in queries.indicators_of_goal(session, indicator.goal_id, DE)] == [indicator.id]


def test_goals_are_found_by_framework_and_validity(session):
    cluster, field = make_cluster(session), make_field(session)
    both = make_goal(session, cluster_id=cluster.id, field_id=field.id)
    old = make_goal(session, field_id=field.id, valid_until=date(2026, 6, 30))
    make_goal(session)
    found = queries.goals(session, DE, TODAY, field_id=field.id)
    assert [row.goal.id for row in found] == [both.id]
    assert found[0].cluster is not None
    assert found[0].field is not None
    assert [row.goal.id for row in queries.goals(session, DE, TODAY, cluster_id=cluster.id)] == [both.id]
    assert old.id in [row.goal.id for row in queries.goals(session, DE, TODAY, all_=True)]
    assert queries.goals(session, DE, TODAY, cluster_id=10_000) == []
    assert queries.goal(session, old.id) is old


def test_a_measure_serves_its_goals(session):
    goal, measure, _ = filled(session, 1)
    assert [row.goal.id for row in queries.goals_of(session, measure.id, DE)] == [goal.id]
    serves = queries.of_measure(session, measure.id, DE)
    assert (len(serves.goals), len(serves.indicators), len(serves.recommendations), serves.principles) == (1, 1, 1, [])
    other = queries.of_measure(session, make_measure(session).id, DE)
    assert (other.goals, other.indicators, other.recommendations) == ([], [], [])


def test_a_value_comes_with_its_tables_and_what_few_people_stand_behind_is_hidden(session):
    district = make_district(session, "Mitte")
    indicator = make_indicator(session, breakdowns=["gender", "district"])
    make_value(
        session, indicator,
        breakdown={"district": {"na": [4, None], str(district.id): [306, None]},
                   "gender": {"na": [7, None], "m": [155, None], "w": [148, None]}},
    )  # fmt: skip
    make_value(session, indicator, "2025-H2", 10, breakdown={"gender": {"w": [8, None], "m": [2, None]}})
    newest, older = queries.published(session, indicator)
    gender, by_district = newest.tables
    assert [(key, number.exact) for key, number in gender.cells] == [("w", 148), ("m", 155), ("na", 7)]
    assert (gender.dimension, gender.gap, gender.withheld) == (Dimension.GENDER, None, False)
    assert by_district.cells == [(str(district.id), None), ("na", None)]
    assert by_district.withheld
    assert older.tables == ()
    _, chosen = queries.published(session, indicator, chosen="2025-H2")
    assert [number for _, number in chosen.tables[0].cells] == [None, None]
    assert queries.published(session, indicator, chosen="1999")[0].tables
    assert queries.district_names(session) == {str(district.id): "Mitte"}


def test_shares_show_the_gap_between_groups(session):
    indicator = make_indicator(session, quantity=Quantity.SHARE, decimals=1)
    make_value(session, indicator, total=500, base=200, breakdown={"gender": {"w": [400, 100], "m": [600, 100]}})
    (row,) = queries.published(session, indicator)
    (table,) = row.tables
    assert (table.gap.low, table.gap.high, str(table.gap_size.exact)) == ("w", "m", "20.0")
    assert row.total.percent


def test_the_series_of_an_indicator_is_what_a_picture_needs(session):
    indicator = make_indicator(session, baseline=5, target=700, target_on=date(2026, 12, 31))
    make_value(session, indicator, "2026-H1", 310)
    make_value(session, indicator, "2025-H2", 290, provisional=True)
    make_value(session, indicator, "2026-H2", 1, ValueState.AGREED)
    line = queries.series(session, indicator.id)
    assert [(point.period, point.value, point.provisional) for point in line.points] == [
        ("2025-H2", 290, True), ("2026-H1", 310, False),
    ]  # fmt: skip
    assert (line.points[1].starts_on, line.points[1].ends_on) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (line.decimals, line.baseline, line.target, line.target_on) == (0, 5, 700, date(2026, 12, 31))
    assert queries.series(session, 10_000) is None


def test_an_office_sees_what_waits_for_it_and_for_nobody_else(session):
    office = make_office(session)
    mine, free, foreign = (
        make_indicator(session, office_id=office.id), make_indicator(session),
        make_indicator(session, office_id=make_office(session).id),
    )  # fmt: skip
    for indicator in (mine, free, foreign):
        make_value(session, indicator, state=ValueState.CONFIRMED)
    make_value(session, mine, "2025-H2")
    offices = frozenset({office.id})
    assert [row.value.indicator_id for row in queries.values_waiting(session, DE, office_ids=offices)] == [
        mine.id, free.id,
    ]  # fmt: skip
    assert [row.id for row in queries.indicators(session, DE, office_ids=offices)] == [mine.id, free.id]
    assert len(queries.values_waiting(session, DE)) == 3
    assert queries.latest(session, mine.id, "2025-H2").period == "2025-H2"
    assert queries.latest(session, mine.id, "2026-H1") is None
    waiting = queries.values_waiting(session, DE)[0].value
    assert queries.value(session, waiting.id).indicator is mine
    assert queries.indicator(session, mine.id) is mine


def test_recommendations_are_covered_planned_or_a_gap(session):
    field = make_field(session, "Schule")
    covered, planned, gap, only_ended = (make_recommendation(session, field, f"R{n}", position=n) for n in range(1, 5))
    make_recommendation(session, field, "Alt", active=False)
    other = make_recommendation(session, make_field(session))
    for recommendation, category, state in (
        (covered, Category.B, MeasureState.RUNNING), (covered, Category.C, MeasureState.IDEA),
        (planned, Category.C, MeasureState.IDEA), (only_ended, Category.B, MeasureState.ENDED),
    ):  # fmt: skip
        measure = make_measure(session, category=category, state=state)
        add(session, Implements(measure_id=measure.id, recommendation_id=recommendation.id))
    (row,) = queries.coverage(session, DE, field_id=field.id)
    assert [(one.id, one.cover) for one in row.rows] == [
        (covered.id, Cover.COVERED), (planned.id, Cover.PLANNED), (gap.id, Cover.GAP), (only_ended.id, Cover.GAP),
    ]  # fmt: skip
    assert [row.count(cover) for cover in Cover] == [1, 1, 2]
    assert len(row.rows[0].measures) == 2
    assert [each.id for each in queries.coverage(session, DE)] == [field.id, other.field_id]
    choices = queries.recommendation_choices(session, DE)
    assert next((title.title, len(rows)) for title, rows in choices) == ("Schule", 4)


def test_measures_are_known_by_their_numbers(session):
    measure = make_measure(session)
    assert queries.measure_ids(session) == {measure.number: measure.id}


def test_open_data_names_every_public_value_once(session):
    _, measure, first = filled(session, 1)
    second = make_indicator(session, "Andere")
    make_value(session, second, "2025-H2", 5)
    make_value(session, second, "2026-H1", 6, ValueState.ENTERED)
    rows = list(queries.open_data(session, DE))
    assert [(row.name.title, row.value.period, row.measure) for row in rows] == [
        ("Teilnehmende Kinder", "2026-H1", measure.number), ("Andere", "2025-H2", ""),
    ]  # fmt: skip
    assert [row.indicator.id for row in queries.open_data(session, DE, first.id)] == [first.id]
