"""The rules of the lights, half-years, and what is owed and when it is missing."""

from datetime import date

import pytest

from bihaelt.controlling.domain import (
    Facts,
    Lights,
    ReportState,
    Told,
    cost_light,
    days_of,
    half_year,
    missing,
    overall,
    owes,
    proposed,
    reminder,
    settled,
    time_light,
)
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.verdicts import DomainError

G, Y, R, N = Light.GREEN, Light.YELLOW, Light.RED, Light.GREY
DUE = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("lights", "worst"),
    [((G, G, G), G), ((G, Y, G), Y), ((G, Y, R), R), ((N, N, N), N), ((N, G, N), G), ((), N), ((R, N, N), R)],
)
def test_the_light_of_a_measure_is_the_worst_that_has_data(lights, worst):
    assert overall(lights) is worst


@pytest.mark.parametrize("period", ["2026-H3", "2026", "1999-H1", "2026-H1\n", "", "2026-h1"])
def test_anything_but_a_half_year_is_refused(period):
    with pytest.raises(DomainError) as refusal:
        half_year(period)
    assert refusal.value.field == "period"


def test_a_half_year_reads_as_it_is_written():
    assert half_year("2026-H2") == "2026-H2"
    assert days_of("2026-H1") == (date(2026, 1, 1), date(2026, 6, 30))
    assert days_of("2026-H2") == (date(2026, 7, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("days", "light"), [(None, N), (-5, G), (0, G), (1, Y), (60, Y), (61, R)])
def test_time_turns_yellow_with_the_first_late_day_and_red_after_sixty(days, light):
    assert time_light(days) is light


@pytest.mark.parametrize(
    ("forecast", "planned", "light"),
    [(None, 100, N), (50, 0, N), (100, 100, G), (101, 100, Y), (110, 100, Y), (111, 100, R), (11_001, 10_000, R)],
)
def test_cost_turns_yellow_above_the_plan_and_red_above_a_tenth_more(forecast, planned, light):
    assert cost_light(forecast, planned) is light


def test_the_rules_propose_all_three_lights():
    assert proposed(Facts(3, 1_000, Light.RED), 900) == Lights(Y, G, R)
    assert proposed(Facts(), None) == Lights(N, N, N)


def test_another_light_than_the_rule_proposes_needs_a_reason():
    rules = Lights(R, G, N)
    told = Told("Läuft.", time=Light.GREEN)
    with pytest.raises(DomainError) as refusal:
        settled(told, rules)
    assert refusal.value.field == "time_reason"
    told = Told("Läuft.", time=Light.GREEN, reasons={"time": " Der Termin wurde verlegt. ", "cost": "egal"})
    assert settled(told, rules) == (Lights(G, G, N), {"time": "Der Termin wurde verlegt."})


def test_a_report_says_how_it_goes_and_what_is_done_when_it_does_not_go_well():
    with pytest.raises(DomainError) as refusal:
        settled(Told(" "), Lights(G, G, G))
    assert refusal.value.field == "text"
    with pytest.raises(DomainError) as refusal:
        settled(Told("Verzug."), Lights(Y, G, G))
    assert refusal.value.field == "counter"
    assert settled(Told("Verzug.", counter="Mehr Personal."), Lights(Y, G, G)) == (Lights(Y, G, G), {})


def test_reports_are_owed_on_what_is_decided_and_under_way():
    assert owes(Category.A, MeasureState.RUNNING)
    assert owes(Category.B, MeasureState.DECIDED)
    assert not owes(Category.C, MeasureState.RUNNING)
    assert not owes(Category.B, MeasureState.DRAFT)


def test_a_report_is_missing_from_the_day_after_the_due_day_on():
    assert not missing(ReportState.DUE, DUE, DUE)
    assert missing(ReportState.DUE, DUE, date(2026, 12, 1))
    assert not missing(ReportState.SUBMITTED, DUE, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("today", "which"),
    [
        (date(2026, 11, 22), ""), (date(2026, 11, 23), "soon"), (DUE, "soon"), (date(2026, 12, 1), "late-0"),
        (date(2026, 12, 14), "late-0"), (date(2026, 12, 15), "late-1"),
    ],
)  # fmt: skip
def test_a_letter_goes_out_a_week_before_and_every_two_weeks_after_the_due_day(today, which):
    assert reminder(DUE, today) == which
