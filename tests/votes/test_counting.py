"""Whatever people and delegates do in whatever order: the counters say what the rows say; and nothing adds electorates."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from bihaelt.journal.domain import Voice
from bihaelt.journal.queries import entries
from bihaelt.votes import operations, queries
from bihaelt.votes.domain import Electorate, Tally, electorate_of
from tests.factories import make_account, make_organisation, make_proposal

ROOT = Path(__file__).parent.parent.parent
toggles = st.lists(
    st.tuples(st.booleans(), st.integers(0, 2), st.one_of(st.none(), st.integers(0, 1)), st.integers(0, 1)), max_size=30
)


@pytest.fixture
def world(session):
    people = [make_account(session).id for _ in range(3)]
    organisations = [make_organisation(session).id for _ in range(2)]
    return people, organisations, [make_proposal(session) for _ in range(2)]


@given(toggles)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_toggles_leaves_the_counters_equal_to_a_recount(session, now, world, acts):
    people, organisations, proposals = world
    inner = session.begin_nested()
    held = set()
    for give, person, organisation, number in acts:
        proposal = proposals[number]
        seat = None if organisation is None else organisations[organisation]
        voice = Voice(people[person], "delegate" if seat else "citizen", seat)
        key = (proposal.id, people[person] if seat is None else f"organisation {seat}")
        if give:
            new = operations.support(session, proposal=proposal, language="de", by=voice, now=now)
            assert new == (key not in held)
            held.add(key)
        else:
            gone = operations.withdraw_support(session, proposal=proposal, by=voice, now=now)
            assert gone == (key in held)
            held.discard(key)
    assert queries.miscounted(session) == {}
    for proposal in proposals:
        tally = queries.tallies(session, [proposal.id])[proposal.id]
        assert tally == queries.counted(session, proposal.id, proposal.conference_id)
        ours = [whose for number, whose in held if number == proposal.id]
        groups = [whose for whose in ours if isinstance(whose, str)]
        assert (tally.people, tally.organisations) == (len(ours) - len(groups), len(groups))
        assert given_minus_withdrawn(session, proposal) == len(ours)
    inner.rollback()


def given_minus_withdrawn(session, proposal):
    """The journal tells the same story as the counters."""
    acts = [entry.act for entry in entries(session, "proposal", proposal.id, private=True)]
    return acts.count("Proposal supported") - acts.count("Support withdrawn")


def test_tallies_add_each_electorate_on_its_own():
    assert Tally(1, 2) + Tally(10, 20) == Tally(11, 22)
    assert sum([Tally(1, 2), Tally(3, 4)], Tally()) == Tally(4, 6)


def test_a_tally_is_no_number():
    for impossible in (
        lambda: sum(Tally(1, 2)),
        lambda: int(Tally(1, 2)),
        lambda: Tally(1, 2) + 3,
        lambda: [*Tally(1, 2)],
    ):
        with pytest.raises((TypeError, AttributeError)):
            impossible()


def test_the_voice_says_which_electorate_counts():
    assert electorate_of(Voice(1)) is Electorate.PEOPLE
    assert electorate_of(Voice(1, "delegate", 5)) is Electorate.ORGANISATIONS


def names_in(source: str) -> set[str]:
    return {word for word in ("people", "organisations") if re.search(rf"(?<![a-z]){word}(?![a-z])", source)}


def python_sums(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield node.lineno, names_in(ast.unparse(node.left).lower()), names_in(ast.unparse(node.right).lower())
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("sum", "sa.func.sum", "math.fsum"):
            words = names_in(" ".join(ast.unparse(each) for each in node.args).lower())
            yield node.lineno, words, words


def template_sums(path):
    for node in Environment(autoescape=True).parse(path.read_text()).find_all((nodes.Add, nodes.Filter)):
        if isinstance(node, nodes.Add):
            yield node.lineno, names_in(repr(node.left).lower()), names_in(repr(node.right).lower())
        elif node.name == "sum":
            words = names_in(repr(node.node).lower())
            yield node.lineno, words, words


@pytest.mark.parametrize("reader", [python_sums, template_sums])
def test_nobody_adds_people_to_organisations(reader):
    files = (ROOT / "bihaelt").rglob("*.py") if reader is python_sums else (ROOT / "templates").rglob("*.*")
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        for line, left, right in reader(path)
        if len(left | right) == 2 and left and right and (left != right or len(left) == 2)
    ]
    assert found == []


def test_the_search_for_sums_finds_one(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("n = p.supports_people + p.supports_organisations\nm = sum((t.people, t.organisations))\n")
    assert all(len(left | right) == 2 for _, left, right in python_sums(bad))
    page = tmp_path / "bad.html"
    page.write_text("{{ p.supports_people + p.supports_organisations }}{{ [t.people, t.organisations]|sum }}")
    assert [len(left | right) for _, left, right in template_sums(page)] == [2, 2]
