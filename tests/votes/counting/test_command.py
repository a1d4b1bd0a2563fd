"""``flask --app app count FILE.pb``: what it prints, and what it says about a file that it cannot read."""

import json

import pytest

from tests.votes.counting.test_pabulib import FILE, changed

NO_WINNERS = changed((";selected", ""), (";1\nb", "\nb"), (";0\nc", "\nc"), ("c;40;1;;1", "c;40;1;"))


@pytest.fixture
def count(app, tmp_path):
    """The answer to the command for a file with this text."""

    def counting(text, *options):
        path = tmp_path / "vote.pb"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return app.test_cli_runner().invoke(args=["count", str(path), *options])

    return counting


def lines(answer):
    *shown, seconds = answer.output.splitlines()
    assert seconds.startswith("seconds: load 0.")
    return shown


def test_winners_in_order_with_cost_money_left_and_rounds(count):
    # 3 papers, 33 each. b (2 votes like a, but cheaper): 2 x 15. c: one paper, paid from 40 on. a: 2 x (share - 15), paid from
    # 45 on: 130, too much.
    assert lines(count(FILE)) == [
        "3 papers, 3 options, budget 100",
        '   1  b             30  A bench; with "quotes" in two lines',
        "   2  c             40",
        "mes-add1-eur/1: winners 2, cost 70, left 30 (runs 13, rounds 2, overrun)",
        "the file states other winners (rule equalshares/add1)",
    ]


def test_other_rules(count):
    # 33 1/3 each: b only.
    assert lines(
        count(changed((";1\nb", ";0\nb"), ('lines";0', 'lines";1'), (";1\nVOTES", ";0\nVOTES")), "--rule", "mes")
    )[2:] == [
        "mes/1: winners 1, cost 30, left 70 (runs 1, rounds 1, single)",
        "the file states the same winners (rule equalshares/add1)",
    ]
    shown = lines(count(NO_WINNERS, "--rule", "greedy"))
    assert shown[-1] == "greedy/1: winners 2, cost 90, left 10 (rounds 3)"


def test_the_trace_as_json(count):
    found = json.loads(count(FILE, "--json", "--seed", "7").output)
    assert set(found) == {"load_ms", "count_ms", "trace"}
    assert (found["trace"]["winners"], found["trace"]["rule"]) == (["b", "c"], "mes-add1-eur/1")
    assert json.loads(count(FILE, "--json", "--rule", "greedy").output)["trace"]["rule"] == "greedy/1"


POINTS = changed(
    ("approval", "cumulative"), ("vote;age", "vote;points"), ("a,b;17", "a,b;9,1"), ("b,a;18", "b,a;1,9"), ("3;c;19", "3;c;4"),
    ("4;;20", "4;;"),
)  # fmt: skip


def test_points_count_with_the_rule_for_points_only(count):
    # Ticks: b first, as above. Points: a has 18 of them, b only 2.
    assert lines(count(POINTS))[1].split()[1] == "b"
    assert lines(count(POINTS, "--rule", "points"))[1].split()[1] == "a"
    refused = count(FILE, "--rule", "points")
    assert (refused.exit_code, refused.output) == (1, "Error: vote.pb: its papers (approval) have no points\n")


def test_a_file_without_papers_has_no_winners(count):
    empty = FILE[: FILE.index("1;a,b;17")]
    assert lines(count(empty))[1] == "mes-add1-eur/1: winners 0, cost 0, left 100 (runs 0, rounds 0, no_papers)"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (changed(("2;b,a;18", "2;b,x;18")), "Error: vote.pb, row 17: the project 'x' is not listed under PROJECTS\n"),
        (FILE.encode().replace(b"Park", b"P\xe4rk"), "Error: vote.pb, row 10: this is not UTF-8\n"),
    ],
)
def test_a_malformed_file_gets_one_line_with_its_row(count, text, line):
    answer = count(text)
    assert (answer.exit_code, answer.output) == (1, line)
