"""The rules of a proposal's life, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bihaelt.marks import label_of
from bihaelt.proposals.domain import (
    GIVEN_REASONS,
    NOT_PUBLIC,
    PUBLIC,
    TRANSITIONS,
    WITHDRAWABLE,
    Outcome,
    ReturnReason,
    Stage,
    State,
    answer_until,
    check_complete,
    due_after,
    due_after_answer,
    text_is_frozen,
    way,
)
from bihaelt.proposals.domain.diff import MOST_WORDS, word_diff
from bihaelt.proposals.domain.words import plain
from bihaelt.states import step
from bihaelt.texts.domain import Words
from bihaelt.verdicts import Conflict, DomainError


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_the_steps_in_the_table_are_possible(old, new):
    if new in TRANSITIONS[old]:
        assert step(TRANSITIONS, old, new) is new
    else:
        with pytest.raises(Conflict):
            step(TRANSITIONS, old, new)


def test_what_is_public_and_what_is_not_makes_up_all_states():
    assert set(State) == PUBLIC | NOT_PUBLIC
    assert not PUBLIC & NOT_PUBLIC
    assert State.PUBLISHED in WITHDRAWABLE
    assert State.DECIDED not in WITHDRAWABLE


def test_the_check_takes_ten_working_days_and_knows_the_holidays():
    assert due_after(date(2026, 11, 23)) == date(2026, 12, 7)
    # Christmas 2026: Friday and Saturday; New Year: Friday.
    assert due_after(date(2026, 12, 18)) == date(2027, 1, 5)
    # Corpus Christi (a Thursday in North Rhine-Westphalia) 2027-05-27, Ascension and Whit Monday before.
    assert due_after(date(2027, 5, 14)) == date(2027, 6, 1)


def test_the_clock_stands_still_while_a_question_is_open():
    due = due_after(date(2026, 11, 23))
    asked, answered = date(2026, 11, 27), date(2026, 12, 14)
    # Four of ten days were used; six are left: the 21st would be six working days after the 14th is the 22nd.
    assert due_after_answer(due, asked, answered) == date(2026, 12, 22)
    assert due_after_answer(due, asked, asked) == due


def test_after_an_answer_to_an_overdue_check_one_day_is_left():
    assert due_after_answer(date(2026, 11, 2), date(2026, 11, 20), date(2026, 11, 27)) == date(2026, 11, 30)


def test_an_author_has_21_days():
    assert answer_until(date(2026, 11, 22)) == date(2026, 12, 13)


def test_texts_freeze_with_the_beginning_of_the_vote():
    opens = datetime(2026, 11, 22, tzinfo=UTC)
    assert text_is_frozen(opens, opens)
    assert not text_is_frozen(opens, opens - timedelta(microseconds=1))


def test_a_proposal_needs_a_text_and_a_topic():
    check_complete(Words("T", "B"), 1)
    for words, cluster in ((Words("T", " "), 1), (Words("T", "B"), None)):
        with pytest.raises(DomainError):
            check_complete(words, cluster)


def test_moderators_choose_formal_reasons_only():
    assert ReturnReason.UNANSWERED not in GIVEN_REASONS
    assert all(label_of(reason) for reason in ReturnReason)


@pytest.mark.parametrize(
    ("state", "outcome", "deciding", "measure", "expected"),
    [
        (State.DRAFT, None, False, False, "c....."),
        (State.SUBMITTED, None, False, False, "dc...."),
        (State.NEEDS_INFO, None, False, False, "dc...."),
        (State.RETURNED, None, False, False, "c....."),
        (State.PUBLISHED, None, False, False, "ddc..."),
        (State.PUBLISHED, None, True, False, "dddc.."),
        (State.DECIDED, Outcome.ACCEPTED, True, False, "ddddc."),
        (State.DECIDED, Outcome.PARTLY, True, True, "dddddc"),
        (State.DECIDED, Outcome.REJECTED, True, False, "dddd"),
        (State.DECIDED, Outcome.MERGED, True, True, "dddddc"),
        (State.WITHDRAWN, None, False, False, ""),
        (State.CLOSED, None, False, False, ""),
    ],
)
def test_the_way_of_a_proposal(state, outcome, deciding, measure, expected):
    found = way(state, outcome, is_deciding=deciding, has_measure=measure)
    assert "".join({"done": "d", "current": "c", "next": "."}[each] for each in found.values()) == expected
    assert list(found) == list(Stage)[: len(found)]


def test_a_diff_names_words_that_came_and_went():
    assert word_diff("Mehr Bänke.", "Mehr Bänke.") == [("same", "Mehr Bänke.")]
    assert word_diff("", "neu") == [("add", "neu")]
    assert word_diff("alt", "") == [("del", "alt")]
    parts = word_diff("Mehr Bänke im Park.", "Mehr Lampen im Park!")
    assert ("del", "Bänke") in parts
    assert ("add", "Lampen") in parts
    assert "".join(text for op, text in parts if op != "add") == "Mehr Bänke im Park."
    assert "".join(text for op, text in parts if op != "del") == "Mehr Lampen im Park!"


def test_a_huge_text_is_compared_line_by_line():
    old = "a b\n" * MOST_WORDS
    assert word_diff(old, old + "c\n") == [("same", old), ("add", "c\n")]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Titel\n\n- **fett** und _schräg_", "Titel fett und schräg"),
        ("[Link](https://example.org) ![Bild](x.png)", "Link Bild"),
        ("1. eins\n2. zwei\n> Zitat", "eins zwei Zitat"),
        ("a\x00b\ufffe", "ab"),
        ("", ""),
    ],
)
def test_plain_words_have_no_marks(markdown, expected):
    assert plain(markdown) == expected


def test_plain_words_are_cut_at_a_word():
    assert plain("eins zwei drei", 10) == "eins zwei…"
    assert plain("x" * 50, 10) == "x" * 10 + "…"
