"""The frozen configuration has one form and one hash, and nonsense does not get in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bihaelt.votes.domain.ballots import DecisionRule, Settings
from bihaelt.votes.domain.protocol.canonical import Malformed, read
from bihaelt.votes.domain.protocol.configuration import Configuration, OptionEntry, QuestionEntry, Witness
from bihaelt.votes.domain.protocol.notes import Signer
from bihaelt.votes.domain.supports import Electorate

LOG = Signer("city.example/jugend-2", bytes(32)).key
PRESS = Witness("Die Zeitung", Signer("press.example", bytes(range(32))).key)
SETTINGS = Settings(
    opens_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    closes_at=datetime(2026, 3, 15, 20, tzinfo=timezone(timedelta(hours=2))),
    lottery="Lotto am Samstag",
    lottery_on=date(2026, 3, 21),
)
KLIMA = QuestionEntry(
    "klima", {"de": "Klima"}, 1000, 50, (OptionEntry("p1", 1, {"de": "Bäume"}, 600), OptionEntry("p2", 2, {}, 1000))
)
CONFIGURATION = Configuration(
    ballot="jugend-2",
    conference="Jugendkonferenz 2",
    opened_at=datetime(2026, 3, 1, 8, 0, 5, 99, tzinfo=UTC),
    settings=SETTINGS,
    verified={Electorate.PEOPLE: 1200, Electorate.ORGANISATIONS: 20},
    log=LOG,
    witnesses=(PRESS,),
    quorum=1,
    questions=(KLIMA,),
)


def test_the_configuration_says_everything_a_recount_needs():
    assert read(CONFIGURATION.data) == {
        "v": 1,
        "ballot": "jugend-2",
        "conference": "Jugendkonferenz 2",
        "opened_at": "2026-03-01T08:00:05Z",
        "opens_at": "2026-03-01T08:00:00Z",
        "closes_at": "2026-03-15T18:00:00Z",
        "method": "approval",
        "max_choices": 10,
        "encouraged_min": 3,
        "max_points": 10,
        "rule": "mes-add1-eur/1",
        "decision_rule": "R0",
        "parameters": {},
        "tie_rule": "cost, votes, lot",
        "lots": {"draw": "Lotto am Samstag", "on": "2026-03-21"},
        "electorates": {"people": {"verified": 1200, "min_age": 16}, "organisations": {"verified": 20}},
        "small": 20,
        "public_key": str(LOG),
        "witnesses": [{"name": "Die Zeitung", "public_key": str(PRESS.key)}],
        "quorum": 1,
        "questions": [
            {
                "key": "klima",
                "title": {"de": "Klima"},
                "budget_eur": 1000,
                "carried_eur": 50,
                "options": [
                    {"key": "p1", "proposal": 1, "title": {"de": "Bäume"}, "cost_eur": 600},
                    {"key": "p2", "proposal": 2, "title": {}, "cost_eur": 1000},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("rule", "parameters"),
    [
        (DecisionRule.R0, {}),
        (DecisionRule.R1, {"percent": 50}),
        (DecisionRule.R2, {"people_per_mille": 500}),
        (DecisionRule.R3, {"people_per_mille": 500}),
    ],
)
def test_each_decision_rule_has_its_own_parameter(rule, parameters):
    document = read(replace(CONFIGURATION, settings=replace(SETTINGS, decision_rule=rule)).data)
    assert (document["decision_rule"], document["parameters"]) == (rule, parameters)


def test_without_a_public_draw_there_is_no_day_of_it():
    settings = replace(SETTINGS, lottery="", lottery_on=None)
    assert read(replace(CONFIGURATION, settings=settings).data)["lots"] == {"draw": "", "on": None}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ballot": "Jugend 2"}, "no key"),
        ({"questions": (KLIMA, KLIMA)}, "used twice"),
        ({"questions": (replace(KLIMA, key=""),)}, "no key"),
        ({"questions": (replace(KLIMA, options=(KLIMA.options[0], KLIMA.options[0])),)}, "used twice"),
        ({"questions": (replace(KLIMA, carried_eur=1001),)}, "part of the budget"),
        ({"questions": (replace(KLIMA, budget_eur=999),)}, "fits the budget"),
        ({"questions": (replace(KLIMA, options=(OptionEntry("p1", 1, {}, 0),)),)}, "more than nothing"),
        ({"witnesses": (PRESS, PRESS)}, "different names"),
        ({"quorum": 2}, "1 witnesses cannot give 2"),
    ],
)
def test_nonsense_is_refused(change, said):
    with pytest.raises(Malformed, match=said):
        _ = replace(CONFIGURATION, **change).data
