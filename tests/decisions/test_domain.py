"""What makes a decision complete, and when it goes against the order of supports."""

from datetime import date

import pytest

from bihaelt.decisions.domain import REASONS, Draft, Ranked, Reason, against_order, completed
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Electorate

DAY = date(2026, 11, 20)
PARTS = {
    "taken": "Die Bänke.",
    "not_taken": "Der Brunnen.",
    "against_order": "Kein Geld.",
    "against_vote": "Kein Platz.",
}


def draft(outcome=Outcome.ACCEPTED, reason=None, body="Weil es fehlt.", **values):
    reason = reason or sorted(REASONS[outcome])[0]
    extra = values.pop("extra", PARTS)
    defaults = {"body": "Rat der Stadt", "decided_on": DAY}
    return Draft(outcome=outcome, reason=reason, words=Words("", body, extra), **(defaults | values))


def test_every_outcome_has_its_reasons_and_every_reason_an_outcome():
    assert set(REASONS) == set(Outcome)
    assert set().union(*REASONS.values()) == set(Reason)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (draft(Outcome.ACCEPTED, Reason.COST), "reason"),
        (draft(Outcome.REJECTED, Reason.FITS), "reason"),
        (draft(body=""), "plain"),
        (Draft(Outcome.ACCEPTED, Reason.FITS, Words("", "x"), "", DAY), "body"),
        (draft(Outcome.PARTLY, extra={"taken": "", "not_taken": "x"}), "taken"),
        (draft(Outcome.PARTLY, extra={"taken": "x"}), "not_taken"),
        (draft(Outcome.FORWARDED), "forwarded_to"),
        (draft(Outcome.EXISTS), "service"),
        (draft(Outcome.MERGED), "merged_into"),
    ],
)
def test_an_answer_that_lacks_something_is_refused_at_that_field(given, field):
    with pytest.raises(DomainError) as refusal:
        completed(given)
    assert refusal.value.field == field


def test_a_complete_answer_keeps_only_what_belongs_to_its_outcome():
    everything = {"forwarded_to": "Bezirk", "service_id": 3, "merged_into_id": 4}
    kept = {
        outcome: completed(draft(outcome, **everything)) for outcome in Outcome
    }  # fmt: skip
    assert {outcome: row.forwarded_to for outcome, row in kept.items() if row.forwarded_to} == {
        Outcome.FORWARDED: "Bezirk"
    }
    assert {outcome: row.service_id for outcome, row in kept.items() if row.service_id} == {Outcome.EXISTS: 3}
    assert {outcome: row.merged_into_id for outcome, row in kept.items() if row.merged_into_id} == {Outcome.MERGED: 4}
    empty = {"taken": "", "not_taken": "", "against_order": "", "against_vote": "Kein Platz."}
    assert kept[Outcome.ACCEPTED].words.extra == empty
    assert kept[Outcome.PARTLY].words.extra == PARTS | {"against_order": ""}
    assert kept[Outcome.REJECTED].words.extra == empty | {"against_order": "Kein Geld."}


def ranked(*rows):
    return [
        Ranked(number, cluster, people, organisations, outcome)
        for number, cluster, people, organisations, outcome in rows
    ]


A, P, R, M = Outcome.ACCEPTED, Outcome.PARTLY, Outcome.REJECTED, Outcome.MERGED
PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, 1, 190, 2, R), (2, 1, 50, 5, A)], {1: [PEOPLE]}),
        ([(1, 1, 50, 9, R), (2, 1, 190, 5, P)], {1: [ORGANISATIONS]}),
        ([(1, 1, 190, 9, R), (2, 1, 50, 5, A)], {1: [PEOPLE, ORGANISATIONS]}),
        ([(1, 1, 50, 5, R), (2, 1, 190, 9, A)], {}),
        ([(1, 1, 50, 5, R), (2, 1, 50, 5, A)], {}),
        ([(1, 1, 190, 9, R), (2, 2, 50, 5, A)], {}),
        ([(1, 1, 190, 9, R), (2, 1, 50, 5, M), (3, 1, 1, 1, None)], {}),
        ([(1, 1, 190, 9, M), (2, 1, 50, 5, A)], {}),
        ([(1, 1, 190, 9, None), (2, 1, 50, 5, A)], {}),
        ([(1, None, 190, 0, R), (2, None, 50, 0, A)], {1: [PEOPLE]}),
        ([(1, 1, 30, 0, R), (2, 1, 40, 0, A), (3, 1, 20, 0, P), (4, 1, 10, 0, R)], {1: [PEOPLE]}),
        ([], {}),
    ],
)
def test_a_rejection_goes_against_the_order_where_fewer_supports_were_accepted(rows, expected):
    assert against_order(ranked(*rows)) == expected
