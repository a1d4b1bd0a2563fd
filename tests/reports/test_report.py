"""The report of a conference: figures side by side, what was taken up, and what was not and why."""

from datetime import timedelta

import pytest

from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.measures.domain import Takes
from bihaelt.measures.models import Origin
from bihaelt.memo import Memo
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, Round, State
from bihaelt.reports.domain import fate_of, median
from bihaelt.reports.queries import figures, not_taken, stories, taken
from bihaelt.votes.domain import Tally
from tests.browser import words
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_measure,
    make_organisation,
    make_proposal,
    make_text,
)


@pytest.fixture
def conference(session):
    return make_conference(session, "done", decided_at=NOW - timedelta(days=60))


def decided(session, conference, outcome=Outcome.ACCEPTED, reason=Reason.FITS, text="Machen wir.", days=30, **values):
    submitted = NOW - timedelta(days=200)
    proposal = make_proposal(
        session, conference=conference, state=State.DECIDED, outcome=outcome, submitted_at=submitted, **values
    )
    at = submitted + timedelta(days=days)
    add(session, Decision(
        proposal_id=proposal.id, conference_id=conference.id, outcome=outcome, reason=reason,
        text_id=make_text(session, "", text, taken="", not_taken="").id, state=DecisionState.PUBLISHED, body="Rat",
        decided_on=at.date(), prepared_at=at, checked_at=at, published_at=at,
        forwarded_to="Bezirk" if outcome is Outcome.FORWARDED else "",
    ))  # fmt: skip
    return proposal


def test_people_and_organisations_are_counted_side_by_side(session, conference):
    person, club = make_account(session), make_organisation(session)
    for _ in range(2):
        decided(session, conference, author=person, supports_people=10, supports_organisations=1)
    decided(session, conference, Outcome.REJECTED, organisation_id=club.id, language="tr", supports_people=5)
    result = figures(session, conference.id)
    assert (result.proposals, result.proposers) == (Tally(2, 1), Tally(1, 1))
    assert (result.supports, result.taken) == (Tally(25, 2), Tally(2, 0))
    assert dict(result.fates) == {Outcome.ACCEPTED: Tally(2, 0), Outcome.REJECTED: Tally(0, 1)}
    assert dict(result.languages) == {"de": Tally(2, 0), "tr": Tally(0, 1)}


def test_the_speed_of_answers_is_a_share_and_a_median(session, conference):
    for days in (10, 20, 60):
        decided(session, conference, days=days)
    decided(session, conference, days=190)
    make_proposal(session, conference=conference)
    result = figures(session, conference.id)
    assert (result.speed.median_days, result.speed.answers, result.expected) == (40, 4, 5)
    assert result.share_in_time == pytest.approx(3 / 5) or conference.decision_by > NOW - timedelta(days=10)


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([(5, 1)], 5), ([(5, 1), (8, 1)], 6), ([(1, 1), (9, 3)], 9), ([(3, 2), (4, 2)], 3)]
)
def test_the_median_of_counted_days(days, middle):
    assert median(days) == middle


def test_what_was_never_public_or_withdrawn_is_not_in_the_figures(session, conference):
    make_proposal(session, conference=conference, state=State.SUBMITTED)
    make_proposal(session, conference=conference, state=State.DRAFT)
    make_proposal(session, conference=conference, state=State.WITHDRAWN, published_at=NOW - timedelta(days=90))
    result = figures(session, conference.id)
    assert (result.proposals, result.withdrawn, result.share_in_time) == (Tally(0, 0), 1, None)


def test_what_became_of_a_proposal_in_one_conference():
    assert fate_of(State.PUBLISHED, None, Round.CARRIED, still_here=False) is Round.CARRIED
    assert fate_of(State.DECIDED, Outcome.EXISTS, Round.DECIDED, still_here=True) is Outcome.EXISTS
    assert fate_of(State.CLOSED, None, Round.CLOSED, still_here=True) is Round.CLOSED
    assert fate_of(State.PUBLISHED, None, Round.OPEN, still_here=True) is Round.OPEN


def test_taken_and_not_taken_have_measures_and_reasons(session, conference):
    good = decided(session, conference)
    bad = decided(session, conference, Outcome.REJECTED, Reason.COST, "Zu teuer.")
    measure = make_measure(session, "Bänke für alle")
    add(session, Origin(measure_id=measure.id, proposal_id=good.id, takes=Takes.FULLY, created_at=NOW))
    (one,) = taken(session, conference.id, ("de",), None, 10).rows
    assert (one.proposal_id, [sheet.title.title for sheet in one.measures]) == (good.id, ["Bänke für alle"])
    (other,) = not_taken(session, conference.id, ("de",), None, 10).rows
    assert (other.proposal_id, other.reason, other.text.body) == (bad.id, Reason.COST, "Zu teuer.")
    assert [story.proposal_id for story in stories(session, conference.id, ("de",), 3)] == [good.id]


def test_the_page_says_all_of_it_in_words(client, session, conference):
    decided(session, conference, text="Wir bauen Bänke.")
    decided(session, conference, Outcome.REJECTED, Reason.COST, "Zu teuer.")
    decided(session, conference, Outcome.FORWARDED, Reason.NOT_RESPONSIBLE, "Weitergegeben.")
    answer = client.get(f"/en/conferences/{conference.id}/report")
    assert f'href="/en/conferences/{conference.id}/report/document"' in answer.text
    page = words(answer)
    for part in (
        "You said it", "Wir bauen Bänke.", "Zu teuer.", "It costs more than there is", "Passed on to: Bezirk",
        "never added up", "The measure is being drafted", "answered in time",
    ):  # fmt: skip
        assert part in page, part


def test_a_report_before_the_decisions_names_their_day(client, session):
    conference = make_conference(session, "deciding")
    assert "The decisions are not public yet" in words(client.get(f"/en/conferences/{conference.id}/report"))


def test_long_lists_go_on_by_key(session, conference):
    cluster = make_cluster(session)
    ids = [decided(session, conference, cluster_id=cluster.id).id for _ in range(5)]
    first = taken(session, conference.id, ("de",), None, 2)
    assert [row.proposal_id for row in first.rows] == ids[:2]
    second = taken(session, conference.id, ("de",), Cursor.decode(first.older, (int,)), 2)
    back = taken(session, conference.id, ("de",), Cursor.decode(second.newer, (int,)), 2)
    assert [row.proposal_id for row in second.rows] == ids[2:4]
    assert [row.proposal_id for row in back.rows] == ids[:2]


def test_figures_are_kept_for_a_while_and_then_counted_again():
    at, made = [0.0], []
    memo = Memo(1, most=2, clock=lambda: at[0])

    def make():
        made.append(1)
        return len(made)

    assert [memo.get("a", make), memo.get("a", make)] == [1, 1]
    at[0] = 1.0
    assert memo.get("a", make) == 2
    memo.get("b", make)
    memo.get("c", make)
    assert list(memo.values) == ["b", "c"]
