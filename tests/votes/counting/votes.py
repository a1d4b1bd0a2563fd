"""Small votes for the tests of counting: written by hand, or drawn by hypothesis with many ties."""

from hypothesis import strategies as st

from bihaelt.votes.domain.counting.instance import Instance, Option
from bihaelt.votes.domain.supports import Electorate

PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS


def vote(budget, costs, people=(), organisations=None, seed=""):
    """``vote(100, {"park": 60}, ["park", "park bench"])``: one text per paper, keys with blanks between."""
    ballots = {PEOPLE: [read(paper) for paper in people]}
    if organisations is not None:
        ballots[ORGANISATIONS] = [read(paper) for paper in organisations]
    return Instance.of(budget, [Option(key, cost) for key, cost in costs.items()], ballots, seed)


def read(paper):
    """``"park bench"``, or with points ``"park:3 bench:1"``."""
    words = [word.split(":") for word in paper.split()]
    return [[key, int(points[0])] if points else key for key, *points in words]


def same_options(instance, numbers):
    return [instance.options[number].key for number in numbers]


@st.composite
def papers_of(draw, keys, most, points):
    """Up to ``most`` papers over these keys; empty ones too."""
    chosen = st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))
    papers = draw(st.lists(chosen, max_size=most))
    if not points:
        return papers
    return [[[key, draw(st.integers(1, 4))] for key in paper] for paper in papers]


@st.composite
def votes(draw, both=False, points=None):
    """A vote with at least one paper: few round numbers, so that costs, votes and money behind an option are often equal."""
    budget = draw(st.sampled_from([10, 20, 30, 60, 100, 120]))
    keys = [f"p{number}" for number in range(draw(st.integers(1, 6)))]
    cost = st.sampled_from([1, 5, 10, 15, 20, 30, 40, 60]).map(lambda cost: min(cost, budget))
    options = [Option(key, draw(cost)) for key in keys]
    with_points = draw(st.booleans()) if points is None else points
    ballots = {PEOPLE: draw(papers_of(keys, 8, with_points))}
    if both:
        ballots[ORGANISATIONS] = draw(papers_of(keys, 4, with_points))
    if not any(ballots[PEOPLE]):
        ballots[PEOPLE].append([[keys[0], 1]] if with_points else [keys[0]])
    return Instance.of(budget, options, ballots, draw(st.sampled_from(["", "4 8 15", "16 23 42"])))
