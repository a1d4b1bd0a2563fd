"""Goals, indicators and coverage in the browser: what everybody reads, and a year of an office's work at the desk."""

from datetime import date

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.goals import queries
from bihaelt.goals.domain import Quantity, ValueState
from bihaelt.goals.models import Goal, GoalMeasure, Implements, Indicator, IndicatorValue
from bihaelt.measures.domain import Category, MeasureState
from tests.factories import (
    add,
    make_account,
    make_cluster,
    make_district,
    make_field,
    make_measure,
    make_office,
    make_principle,
)
from tests.goals.stage import make_goal, make_indicator, make_recommendation, make_value


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def editor(session, office):
    return make_account(session, Role.OFFICE_EDITOR, office=office)


def test_everybody_reads_the_goals_with_their_indicators(client, session):
    cluster, field = make_cluster(session, "Freizeit"), make_field(session, "Sport")
    goal = make_goal(session, "Mehr Kinder", cluster_id=cluster.id, field_id=field.id, source="Konzept 2010")
    make_goal(session, "Weniger Einsamkeit", field_id=field.id)
    measure = make_measure(session)
    add(session, GoalMeasure(goal_id=goal.id, measure_id=measure.id))
    indicator = make_indicator(session, goal_id=goal.id, measure_id=measure.id, office_id=make_office(session).id)
    make_value(session, indicator)
    words = client.get("/de/goals").text
    assert words.count("Mehr Kinder") == 2  # in both frameworks
    assert "Weniger Einsamkeit" in words
    words = client.get(f"/de/goals/{goal.id}").text
    assert all(part in words for part in ("Freizeit", "Sport", "Konzept 2010", measure.number, "310"))
    assert "310" in client.get(f"/de/measures/{measure.id}").text
    assert client.get("/de/goals?all=yes").status_code == 200
    assert client.get("/de/goals/999").status_code == client.get("/de/indicators/999").status_code == 404


def test_without_goals_the_page_says_so(client, session):
    assert 'class="empty"' in client.get("/en/goals").text


def test_an_indicator_shows_the_total_first_and_hides_small_groups(client, session):
    district = make_district(session, "Jöllenbeck")
    indicator = make_indicator(session, breakdowns=["gender", "district"], baseline=5, target=None)
    make_value(
        session, indicator, version=2, reason="Nachmeldung", note="=SUM(A1)",
        breakdown={"gender": {"w": [148, None], "m": [159, None], "na": [3, None]},
                   "district": {str(district.id): [308, None], "na": [2, None]}},
    )  # fmt: skip
    make_value(session, indicator, total=296, state=ValueState.REPLACED)
    make_value(session, indicator, "2025-H2", 17, breakdown={"gender": {"w": [17, None]}}, provisional=True)
    words = client.get(f"/de/indicators/{indicator.id}").text
    assert "148" in words
    assert "159" not in words
    assert "308" not in words
    assert "Nachmeldung" in words
    assert "296" in words
    assert "Jöllenbeck" not in words  # withheld as a whole
    assert "17" in client.get(f"/de/indicators/{indicator.id}?period=2025-H2").text
    table = client.get(f"/de/indicators.csv?indicator={indicator.id}").get_data(as_text=True)
    lines = table.splitlines()
    assert lines[0].startswith('\ufeff"indicator_id";"indicator"')
    assert len(lines) == 1 + 1 + 1 + 1 + 3 + 2
    assert '"\'=SUM(A1)"' in table
    assert '"159"' not in table
    assert '"148"' in table
    assert client.get("/de/indicators.csv").get_data(as_text=True) == table
    assert client.get("/de/indicators.csv?indicator=999").status_code == 404


@pytest.mark.parametrize(
    ("lang", "cumulative", "points"),
    [
        ("de", False, "0.0,150.0 560.0,100.0"),
        ("de", True, "0.0,150.0 560.0,50.0"),
        ("ar", True, "560.0,150.0 0.0,50.0"),
    ],
)
def test_two_values_make_a_line_that_follows_the_reading_direction(client, session, lang, cumulative, points):
    indicator = make_indicator(session, target_on=date(2026, 12, 31), target=400, cumulative=cumulative)
    make_value(session, indicator, "2025-H2", 100)
    page = f"/{lang}/indicators/{indicator.id}"
    assert 'class="line"' not in client.get(page).text
    make_value(session, indicator, "2026-H1", 200)
    words = client.get(page).text
    assert f'points="{points}"' in words
    assert 'class="line__target" d="M0 0.0H560"' in words


def test_a_gap_between_groups_is_said_in_words(client, session):
    indicator = make_indicator(session, quantity=Quantity.SHARE, decimals=1, breakdowns=["gender", "language", "age"])
    make_value(
        session, indicator, total=270, base=200,
        breakdown={"gender": {"w": [400, 100], "m": [140, 100]}, "language": {"ar": [270, 200]},
                   "age": {"6-13": [270, 200]}},
    )  # fmt: skip
    words = client.get(f"/en/indicators/{indicator.id}").text
    assert "26" in words
    assert "Arabic" in words


def test_the_plan_owner_sets_a_goal_and_says_how_it_is_measured(client, session, owner, office):
    cluster, measure = make_cluster(session), make_measure(session)
    client.sign_in(owner)
    assert client.get("/de/desk/goals/new").status_code == 200
    data = {"title": "Mehr Kinder", "cluster": str(cluster.id), "valid_from": "2026-01-01", "measures": "M9999"}
    answer = client.post("/de/desk/goals/new", data)
    assert answer.status_code == 422
    assert "M9999" in answer.text
    assert client.post("/de/desk/goals/new", data | {"cluster": "", "measures": ""}).status_code == 422
    data["measures"] = measure.number.lower()
    assert client.post("/de/desk/goals/new", data).status_code == 303
    goal = session.query(Goal).one()
    assert client.get(f"/de/goals/{goal.id}").status_code == 200
    page = client.get(f"/de/desk/goals/{goal.id}/edit").text
    assert measure.number in page
    stale = data | {"seen": "2020-01-01T00:00:00+00:00"}
    assert client.post(f"/de/desk/goals/{goal.id}/edit", stale).status_code == 422
    assert client.post(f"/de/desk/goals/{goal.id}/edit", data | {"seen": "gestern"}).status_code == 422
    fresh = data | {"seen": goal.changed_at.isoformat(), "title": "Alle Kinder"}
    assert client.post(f"/de/desk/goals/{goal.id}/edit", fresh).status_code == 303

    assert client.get(f"/de/desk/indicators/new?goal={goal.id}").status_code == 200
    data = {
        "title": "Kinder", "goal": str(goal.id), "measure": measure.number, "office": str(office.id), "kind": "output",
        "quantity": "share", "unit": "Prozent", "formula": "a/b", "source": "Liste", "direction": "up",
        "rhythm": "half", "decimals": "1", "baseline": "5,5", "baseline_on": "2026-01-01", "target": "8",
        "target_on": "2026-12-31", "breakdowns": ["gender", "district"],
    }  # fmt: skip
    for wrong in ({"target": "acht"}, {"measure": "X"}, {"target": ""}, {"baseline": "5,55"}):
        assert client.post("/de/desk/indicators/new", data | wrong).status_code == 422
    assert client.post("/de/desk/indicators/new", data).status_code == 303
    indicator = session.query(Indicator).one()
    assert (indicator.baseline, indicator.target, indicator.measure_id) == (55, 80, measure.id)
    page = client.get(f"/de/desk/indicators/{indicator.id}/edit").text
    assert "5,5" in page
    data["seen"] = indicator.changed_at.isoformat()
    assert client.post(f"/de/desk/indicators/{indicator.id}/edit", data | {"target": "9"}).status_code == 303
    assert client.post(f"/de/desk/indicators/{indicator.id}/edit", data | {"seen": ""}).status_code == 422
    session.refresh(indicator)
    assert indicator.target == 90


def test_a_value_with_its_table_goes_its_way_to_the_public(client, session, owner, editor, office):
    district = make_district(session, "Mitte")
    indicator = make_indicator(session, office_id=office.id, breakdowns=["gender", "district"])
    client.sign_in(editor)
    path = f"/de/desk/indicators/{indicator.id}/value"
    assert client.get(path).status_code == 200
    data = {"period": "2026-H1", "total": "1.310", "gender_w": "648", "gender_m": "655"}
    answer = client.post(path, data)
    assert answer.status_code == 422
    assert "1303" in answer.text
    assert client.post(path, data | {"gender_w": "viele"}).status_code == 422
    assert client.post(path, data | {"total": ""}).status_code == 422
    data |= {"gender_na": "7", f"district_{district.id}": "1310"}
    assert client.post(path, data).status_code == 303
    value = session.query(IndicatorValue).one()
    assert value.breakdown["gender"] == {"w": [648, None], "m": [655, None], "d": [0, None], "na": [7, None]}
    change = f"/de/desk/values/{value.id}"
    assert "648" in client.get(change).text
    seen = {"seen": value.changed_at.isoformat()}
    assert client.post(change, data | seen | {"gender_na": "8"}).status_code == 422
    assert client.post(change, data | seen | {"note": "Stichtag 30. Juni"}).status_code == 303
    session.refresh(value)
    seen = {"seen": value.changed_at.isoformat()}
    assert "/confirm" in client.get("/de/desk/goals").text
    assert client.post(f"{change}/agree", seen).status_code == 403
    assert client.post(f"{change}/confirm", {"seen": ""}).status_code == 409
    assert client.post(f"{change}/confirm", seen).status_code == 303

    client.sign_in(owner)
    assert client.get(f"{change}/return").status_code == 200
    assert client.post(f"{change}/return", seen).status_code == 422
    assert client.post(f"{change}/return", {"reason": "Bitte prüfen", "seen": ""}).status_code == 422
    assert client.post(f"{change}/return", seen | {"reason": "Bitte prüfen"}).status_code == 303
    assert client.post(f"{change}/confirm", seen).status_code == 403
    client.sign_in(editor)
    assert client.post(f"{change}/confirm", seen).status_code == 303
    client.sign_in(owner)
    assert "/agree" in client.get("/de/desk/goals").text
    assert client.post(f"{change}/agree", seen).status_code == 303
    assert "/publish" in client.get("/de/desk/goals").text
    assert client.post(f"{change}/publish", seen).status_code == 303
    assert "648" in client.get(f"/de/indicators/{indicator.id}").text

    correction = f"{path}?period=2026-H1"
    assert "648" in client.get(correction).text
    assert client.post(correction, data | {"gender_na": "7", "gender_d": "0"}).status_code == 422
    assert client.post(correction, data | {"reason": "Doppelt gezählt"}).status_code == 303
    assert [row.value.version for row in queries.values_waiting(session, ["de"])] == [2]


def test_a_share_is_entered_with_the_cases_behind_it(client, session, editor, office):
    indicator = make_indicator(
        session, office_id=office.id, quantity=Quantity.SHARE, decimals=1, breakdowns=["gender", "language"]
    )
    client.sign_in(editor)
    path = f"/de/desk/indicators/{indicator.id}/value"
    data = {"period": "2026-H1", "total": "27,5 %", "base": "100", "gender_w": "20", "gender_w_base": "50",
            "gender_m": "35", "gender_m_base": "50"}  # fmt: skip
    assert client.post(path, data | {"base": ""}).status_code == 422
    assert client.post(path, data).status_code == 303
    value = session.query(IndicatorValue).one()
    assert (value.total, value.base, value.breakdown["gender"]["w"]) == (275, 100, [200, 50])
    assert "language" not in value.breakdown
    assert "35" in client.get(f"/de/desk/values/{value.id}").text


def test_an_office_sees_its_own_values_and_why_others_are_not_its_business(client, session, editor):
    foreign = make_indicator(session, "Fremdes", office_id=make_office(session).id)
    client.sign_in(editor)
    assert "Fremdes" not in client.get("/de/desk/goals").text
    assert client.get(f"/de/desk/indicators/{foreign.id}/value").status_code == 403
    assert client.get("/de/desk/goals/new").status_code == 403


def test_coverage_shows_gaps_by_words_and_can_be_filtered(client, session):
    field, other = make_field(session, "Schule"), make_field(session, "Sport")
    first = make_recommendation(session, field, "Lehrkräfte fortbilden")
    make_recommendation(session, other, "Eltern einbinden")
    measure = make_measure(session, category=Category.B, state=MeasureState.RUNNING)
    add(session, Implements(measure_id=measure.id, recommendation_id=first.id))
    words = client.get("/en/coverage").text
    assert "Gap: no measure yet" in words
    assert measure.number in words
    words = client.get("/en/coverage?gaps=yes").text
    assert "Eltern einbinden" in words
    assert "Lehrkräfte fortbilden" not in words
    assert "no gap here" in client.get(f"/en/coverage?gaps=yes&field={field.id}").text
    assert "Eltern einbinden" not in client.get(f"/en/coverage?field={field.id}").text


def test_without_recommendations_coverage_says_so(client, session):
    assert "There are no recommendations yet." in client.get("/en/coverage").text


def test_an_office_ticks_recommendations_and_takes_a_stance_on_principles(client, session, editor, office):
    measure = make_measure(session, office_id=office.id)
    one, other = make_recommendation(session), make_recommendation(session)
    principle = make_principle(session, "Teilhabe")
    client.sign_in(editor)
    path = f"/de/desk/measures/{measure.id}"
    assert client.get(f"{path}/recommendations").status_code == 200
    name = f"field_{queries.recommendation_choices(session, ['de'])[0][0].text_id}"
    assert client.post(f"{path}/recommendations", {name: "999"}).status_code == 422
    assert client.post(f"{path}/recommendations", {name: str(one.id)}).status_code == 303
    assert queries.implemented(session, measure.id) == {one.id}
    assert f'value="{one.id}" checked' in client.get(f"{path}/recommendations").text
    assert other.id

    assert client.get(f"{path}/principles").status_code == 200
    stance = {f"stance_{principle.id}": "conflict"}
    assert client.post(f"{path}/principles", stance).status_code == 422
    assert client.post(f"{path}/principles", stance | {f"note_{principle.id}": "Nur Deutsch"}).status_code == 303
    assert "Nur Deutsch" in client.get(f"/de/measures/{measure.id}").text
    assert client.get("/de/desk/measures/999/recommendations").status_code == 404
