"""Files in Pabulib's format: what is read, what is refused and in which row, and that the checker accepts what we write."""

import contextlib
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pabulib.checker import Checker

from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.counting import mes
from bihaelt.votes.domain.counting.instance import Option
from tests.votes.counting.votes import PEOPLE, vote, votes

ABOUT = pabulib.About("Vote", "Bielefeld", "2026", "Education, people", date(2026, 11, 1), date(2026, 11, 20))
FILE = """META
key;value
description;A vote
num_projects;3
budget;100.5
vote_type;approval
rule;equalshares/add1
PROJECTS
project_id;cost;votes;name;selected
a;60.0;2;Park;1
b;30;1;"A bench; with ""quotes""
in two lines";0
c;40;1;;1
VOTES
voter_id;vote;age
1;a,b;17
2;b,a;18
3;c;19
4;;20
"""


def changed(*pairs):
    text = FILE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_reading_ticks():
    file = pabulib.read("\ufeff" + FILE.replace("\n", "\r\n"), seed="7")
    assert file.instance.budget_eur == 100
    assert file.instance.options == (Option("a", 60), Option("b", 30), Option("c", 40))
    assert [*file.instance.papers[PEOPLE].groups()] == [((0, 1), (1, 1), 2), ((2,), (1,), 1)]
    assert file.instance.seed == "7"
    assert file.selected == {"a", "c"}
    assert file.names == {"a": "Park", "b": 'A bench; with "quotes"\nin two lines', "c": ""}
    assert file.meta["rule"] == "equalshares/add1"
    assert file.rankings == {}


def test_quotes_around_votes_change_nothing():
    assert pabulib.read(changed(("2;b,a;18", '2;"b,a";18'))) == pabulib.read(FILE)


def test_blanks_around_ids_are_forgiven():
    assert pabulib.read(changed(("2;b,a;18", "2;b, a;18"))) == pabulib.read(FILE)


def test_reading_points():
    points = changed(
        ("approval", "cumulative"), ("vote;age", "vote;points"), ("a,b;17", "a,b;3,1"), ("b,a;18", "b,a;1,3")
    )
    file = pabulib.read(points.replace("3;c;19", "3;c,a;10,0").replace("4;;20", "4;;"))
    assert [*file.instance.papers[PEOPLE].groups()] == [((0, 1), (3, 1), 2), ((2,), (10,), 1)]


def test_reading_orders_keeps_who_came_first():
    file = pabulib.read(changed(("approval", "ordinal")))
    assert file.rankings == {(0, 1): 1, (1, 0): 1, (2,): 1}
    assert [*file.instance.papers[PEOPLE].groups()] == [((0, 1), (1, 1), 2), ((2,), (1,), 1)]


def test_a_file_without_winners_does_not_state_them():
    assert (
        pabulib.read(changed((";selected", ""), (";1\nb", "\nb"), (";0\nc", "\nc"), ("c;40;1;;1", "c;40;1"))).selected
        is None
    )


POINTS = (("approval", "scoring"), ("vote;age", "vote;points"))


@pytest.mark.parametrize(
    ("pairs", "row", "problem"),
    [
        ([("META\n", "")], 1, "the file must begin with META"),
        ([("key;value", "key;values")], 2, "the column value is missing"),
        ([("budget;100.5\n", "")], 1, "META does not state the budget"),
        ([("100.5", "100,5")], 5, "the budget must be a number above 0, not '100,5'"),
        ([("100.5", "100.x")], 5, "the budget must be a number above 0, not '100.x'"),
        ([("100.5", "-1")], 5, "the budget must be a number above 0, not '-1'"),
        (
            [("vote_type;approval", "vote_type")],
            6,
            "the vote_type must be one of approval, choose-1, cumulative, scoring, ordinal",
        ),
        (
            [("vote_type;approval\n", "")],
            1,
            "the vote_type must be one of approval, choose-1, cumulative, scoring, ordinal",
        ),
        ([("project_id;cost", "project_id;costs")], 9, "the column cost is missing"),
        ([("a;60.0;2;Park;1", "a")], 10, "the project has no cost"),
        ([("a;60.0", "a;0")], 10, "the cost must be a number above 0, not '0'"),
        ([("a;60.0", "a,b;60")], 10, "the project_id must not be empty and must not have a comma"),
        ([("c;40", "a;40")], 13, "the project_id a stands twice"),
        ([('lines";0', "lines;0")], 20, "the quotes do not close (unexpected end of data)"),
        ([("VOTES\n", "")], 14, "the cost must be a number above 0, not 'vote'"),
        ([("voter_id;vote", "voter;vote")], 15, "the column voter_id is missing"),
        ([("2;b,a;18", "2;b,x;18")], 17, "the project 'x' is not listed under PROJECTS"),
        ([("2;b,a;18", "2;b,a,b;18")], 17, "a project stands twice in one vote"),
        ([("3;c;19", "3")], 18, "the row has too few cells"),
        ([("3;c;19", "2;c;19")], 18, "the voter_id 2 stands twice"),
        ([("3;c;19", '2;"c";19')], 18, "the voter_id 2 stands twice"),
        ([*POINTS, ("a,b;17", "a,b;17,x")], 16, "points must be whole numbers from 0 on, not 'x'"),
        ([*POINTS, ("a,b;17", "a,b;17")], 16, "2 projects, but 1 numbers of points"),
        (
            [*POINTS, ("a,b;17", "a,b;1,2"), ("b,a;18", "b,a;1,2"), ("3;c;19", "3;c;")],
            18,
            "1 projects, but 0 numbers of points",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_the_row_and_one_line(pairs, row, problem):
    with pytest.raises(pabulib.BadFile) as refused:
        pabulib.read(changed(*pairs))
    assert str(refused.value) == f"row {row}: {problem}"
    assert refused.value.values == {"row": row, "problem": problem}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "row 1: the section VOTES is missing"),
        ("META\nkey;value\n", "row 3: the section VOTES is missing"),
        ("META\nkey;value\nVOTES\nvoter_id;vote\n", "row 3: there are no projects before VOTES"),
        ("META", "row 2: the column key is missing"),
    ],
)
def test_half_a_file_is_refused(text, message):
    with pytest.raises(pabulib.BadFile, match=message):
        pabulib.read(text)


def complaints(text):
    """What the checker of Pabulib finds wrong; it prints while it works."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = Checker().process_files([text])
    return found[1]["results"]["errors"]


def written(instance, count, points):
    rule = "unknown" if points else mes.outside_rule(count)
    comments = () if rule != "unknown" else ("counted by the rule mes-add1-eur/1",)
    about = replace(ABOUT, rule=rule, comments=comments)
    return pabulib.write(instance, PEOPLE, about=about, winners=count.winners, names={}, points=points)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes())
def test_the_checker_accepts_what_we_write_and_finds_the_same_winners(instance):
    with_points = instance.papers[PEOPLE].points is not None
    count = mes.count(instance)
    text = written(instance, count, with_points)
    assert complaints(text) == {}
    again = pabulib.read(text, instance.seed)
    assert again.selected == set(count.winners)
    assert mes.count(again.instance).winners == count.winners


def test_a_written_file_row_by_row():
    instance = vote(100, {"a": 60, "b": 30, "c": 40}, ["c", "b a", "a b", "a", "", "c"], seed="1")
    about = pabulib.About(
        "Vote\non\u2028clusters", "Bielefeld", "2026", "Education; people", date(2026, 11, 1), date(2026, 11, 20),
        rule="unknown", most=10, comments=("first", "second"),
    )  # fmt: skip
    text = pabulib.write(
        instance, PEOPLE, about=about, winners=["a", "c"], names={"a": ' The "Park";\x0b old ', "b": ""}
    )
    assert text == (
        "META\nkey;value\ndescription;Vote on clusters\ncountry;Germany\nunit;Bielefeld\n"
        'subunit;"Education; people"\ninstance;2026\nnum_projects;3\nnum_votes;5\nbudget;100\nvote_type;approval\n'
        "rule;unknown\ndate_begin;01.11.2026\ndate_end;20.11.2026\nmax_length;3\nlanguage;de\ncurrency;EUR\n"
        "comment;#1: first #2: second\n"
        "PROJECTS\nproject_id;cost;votes;name;selected\n"
        'a;60;3;"The ""Park""; old";1\nb;30;2;b;0\nc;40;2;c;1\n'
        "VOTES\nvoter_id;vote\n1;a\n2;a,b\n3;a,b\n4;c\n5;c\n"
    )


def test_points_stand_in_falling_order_and_everything_that_fits_is_said_to():
    instance = vote(100, {"a": 60, "b": 30}, ["a:1 b:5", "b:2"])
    text = pabulib.write(instance, PEOPLE, about=ABOUT, winners=["a", "b"], names={}, points=True)
    assert "max_sum_points;6\n" in text
    assert "fully_funded;1\n" in text
    assert text.endswith("PROJECTS\nproject_id;cost;votes;score;name;selected\nb;30;2;7;b;1\na;60;1;1;a;1\n"
                         "VOTES\nvoter_id;vote;points\n1;b;2\n2;b,a;5,1\n")  # fmt: skip


@given(st.text())
def test_a_cleaned_text_stays_in_its_row(text):
    assert len(pabulib.clean(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("costs", "papers", "budget", "rule"),
    [
        # Documented example: step 14 decides, no lot.
        ({"park": 60, "bench": 30, "tree": 40}, "park,park,park bench,bench tree,tree", 100, "equalshares/add1"),
        ({"a": 10}, "a", 100, "unknown"),  # everything fits
        ({"a": 60, "b": 60}, "a,b", 100, "unknown"),  # the lot decides
        # 100 / 3 = 33 at step 0: 99 of 100. Exactly 33 1/3 pays a; at step 1 as well, so step 1 decides.
        ({"a": 100, "b": 90}, "a,a,a b", 100, "equalshares/add1"),
        # 10 / 4 = 2 at step 0, 2.5 exactly: then b (5 of two) is paid, and at step 1 a too (6 of two): 11 > 10.
        ({"a": 6, "b": 5}, "a,a,b,b", 10, "unknown"),
    ],
)
def test_programs_of_others_are_named_only_where_they_find_the_same(costs, papers, budget, rule):
    count = mes.count(vote(budget, costs, papers.split(",")))
    assert mes.outside_rule(count) == rule
