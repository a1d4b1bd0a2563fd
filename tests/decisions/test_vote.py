"""The vote and the decision: who decides otherwise says why, and everybody can read what the vote said."""

import pytest

from bihaelt.decisions.domain import Against, Ranked, against_order, against_vote
from bihaelt.decisions.operations import publish_all
from bihaelt.journal.domain import Voice
from bihaelt.proposals.domain import Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.texts.queries import shown
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.decisions.stage import checked, editor, owner, prepared
from tests.factories import make_cluster, make_conference, make_proposal
from tests.votes.ballot_stage import make_ballot
from tests.votes.result_stage import close, count, make_counted

PEOPLE = [["a", "b"]] * 30
FORM = {"outcome": "accepted", "reason": "fits", "plain": "Weil es fehlt.", "body": "Rat", "decided_on": "2026-11-20"}


@pytest.fixture
def voted(session, app):
    """A deciding conference whose vote has the winners a and b, and the losers c and d; nobody voted for the latter."""
    conference = make_conference(session, "voting")
    ballot = make_counted(session, app, PEOPLE, [["c"]], clusters=1, options=4, conference=conference)
    late = make_conference(session, "deciding")
    for name in ("call_opens", "call_closes", "screening_until", "vote_opens", "vote_closes", "decision_by"):
        setattr(conference, name, getattr(late, name))
    session.flush()
    return ballot


def proposals(session, ballot):
    return [session.get_one(Proposal, option.proposal_id) for option in questions(session, ballot)[0].options]


@pytest.mark.parametrize(
    ("won", "outcome", "expected"),
    [
        (True, Outcome.ACCEPTED, None), (True, Outcome.PARTLY, None), (True, Outcome.REJECTED, Against.WINNER),
        (True, Outcome.FORWARDED, Against.WINNER), (True, Outcome.MERGED, Against.WINNER), (True, None, None),
        (False, Outcome.REJECTED, None), (False, Outcome.ACCEPTED, Against.LOSER), (False, Outcome.PARTLY, Against.LOSER),
        (False, Outcome.EXISTS, None), (None, Outcome.REJECTED, None), (None, Outcome.ACCEPTED, None),
    ],
)  # fmt: skip
def test_a_decision_goes_against_the_vote(won, outcome, expected):
    assert against_vote(won, outcome) is expected


def test_supports_say_nothing_about_a_proposal_that_was_put_to_the_vote():
    rows = [Ranked(1, 1, 100, 0, Outcome.REJECTED, won=False), Ranked(2, 1, 3, 0, Outcome.ACCEPTED, won=True)]
    assert against_order(rows) == {}
    assert against_order([Ranked(3, 1, 100, 0, Outcome.REJECTED), *rows]).keys() == {3}


def test_a_winner_is_rejected_and_a_loser_accepted_only_with_a_reason(session, voted):
    winner, _, loser, _ = proposals(session, voted)
    for proposal, outcome in ((winner, Outcome.REJECTED), (loser, Outcome.ACCEPTED)):
        with pytest.raises(DomainError) as refusal:
            prepared(session, proposal, outcome)
        assert refusal.value.field == "against_vote"
        prepared(session, proposal, outcome, against_vote="Der Platz ist schon vergeben.")


def test_a_reason_without_need_is_dropped(session, voted):
    winner = proposals(session, voted)[0]
    decision = prepared(session, winner, Outcome.ACCEPTED, against_vote="Überflüssig")
    assert shown(session, [decision.text_id], ["de"])[decision.text_id].extra["against_vote"] == ""


def test_the_desk_shows_the_vote_with_its_figures_beside_the_form(client, session, voted):
    winner, _, loser, _ = proposals(session, voted)
    client.sign_in(editor(session))
    desk = words(client.get(f"/en/desk/decisions/{voted.conference_id}"))
    assert "The vote" in desk
    assert "not won" in desk
    page = client.get(f"/en/desk/decisions/proposal/{winner.id}/answer")
    assert "30 of 30 chose it" in words(page)
    assert "0 of 30 chose it" in words(client.get(f"/en/desk/decisions/proposal/{loser.id}"))
    path = f"/en/desk/decisions/proposal/{loser.id}/answer"
    answer = client.post(path, FORM)
    assert answer.status_code == 422
    assert "This goes against the result of the vote." in words(answer)
    assert client.post(path, FORM | {"against_vote": "Stiftung zahlt."}).status_code == 303
    assert "Against the vote" in words(client.get(f"/en/desk/decisions/{voted.conference_id}"))


def test_a_desk_without_a_vote_has_no_column_for_it(client, session):
    proposal = make_proposal(session, conference=make_conference(session, "deciding"))
    client.sign_in(editor(session))
    assert "The vote" not in words(client.get(f"/en/desk/decisions/{proposal.conference_id}"))
    assert "The vote" not in words(client.get(f"/en/desk/decisions/proposal/{proposal.id}/answer"))


def test_the_public_answer_and_the_proposal_say_what_the_vote_said(client, session, voted, now):
    winner, second, loser, last = proposals(session, voted)
    page = words(client.get(f"/en/proposals/{loser.id}"))
    assert "The vote not won" in page
    assert "Why it did not win" in page
    for proposal in (winner, second):
        checked(session, proposal)
    checked(session, loser, Outcome.ACCEPTED, against_vote="Eine Stiftung zahlt es.")
    checked(session, last, Outcome.REJECTED)
    publish(session, voted, now)
    page = client.get(f"/en/proposals/{loser.id}")
    assert "In the vote: not won" in words(page)
    assert "Eine Stiftung zahlt es." in words(page)
    question = questions(session, voted)[0]
    link = f"/en/ballots/{voted.id}/results/{question.id}#{question.options[2].key}"
    assert link in tree(page).xpath("//section[@id='answer']//a/@href")
    assert loser.state is State.DECIDED
    assert "In the vote: won" in words(client.get(f"/en/proposals/{winner.id}"))
    assert "Eine Stiftung zahlt es." in words(client.get(f"/en/decisions/{voted.conference_id}"))


def test_nothing_is_published_while_somebody_decides_against_the_vote_in_silence(session, voted, now):
    everything = proposals(session, voted)
    for proposal in everything:
        won = proposal in everything[:2]
        checked(session, proposal, Outcome.ACCEPTED if won else Outcome.REJECTED)
    count(session, voted, [["c", "d"]] * 25)  # papers were taken out, and the next run has other winners
    with pytest.raises(DomainError) as refusal:
        publish(session, voted, now)
    assert "against the result" in refusal.value.reason


def test_nothing_is_published_before_the_vote_has_its_signed_result(session, app, now):
    conference = make_conference(session, "voting", clusters=())
    ballot = make_ballot(session, app, clusters=1, conference=conference)
    close(session, app, ballot)
    with pytest.raises(DomainError) as refusal:
        publish(session, ballot, now)
    assert "not been signed" in refusal.value.reason
    assert ballot.state is BallotState.CLOSED


def test_the_report_has_the_turnout_and_leads_to_the_results(client, session, voted):
    page = client.get(f"/en/conferences/{voted.conference_id}/report")
    assert "Proposals that won: 2 of 4" in words(page)
    assert f"/en/ballots/{voted.id}/results" in tree(page).xpath("//a/@href")
    other = make_conference(session, "deciding", clusters=(make_cluster(session),))
    assert "Proposals that won" not in words(client.get(f"/en/conferences/{other.id}/report"))


def publish(session, ballot, now):
    publish_all(session, conference=ballot.conference, by=Voice(owner(session).id, "plan_owner"), now=now)
