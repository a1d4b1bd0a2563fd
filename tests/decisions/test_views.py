"""The desk and the public list, as people use them; nothing unpublished is seen outside."""

import pytest
import sqlalchemy as sa

from bihaelt.decisions import queries
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.decisions.operations import publish_all
from bihaelt.journal.domain import Voice
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, State
from tests.browser import tree, words
from tests.cast import make_cast
from tests.decisions.stage import checked, editor, owner, prepared
from tests.factories import make_cluster, make_conference, make_measure, make_proposal, make_service

CANARY = "KANARIENVOGEL"
FORM = {"outcome": "accepted", "reason": "fits", "plain": "Weil es fehlt.", "body": "Rat", "decided_on": "2026-11-20"}


@pytest.fixture
def conference(session):
    return make_conference(session, "deciding")


@pytest.fixture
def proposal(session, conference):
    return make_proposal(session, conference=conference)


def publish(session, conference, now):
    publish_all(session, conference=conference, by=Voice(owner(session).id, "plan_owner"), now=now)


def test_the_whole_way_from_the_desk_to_the_public_list(client, session, conference, proposal):
    client.sign_in(editor(session))
    desk = client.get(f"/en/desk/decisions/{conference.id}")
    assert "Without an answer" in words(desk)
    assert client.get("/en/desk/decisions").status_code == 200
    assert client.get(f"/en/desk/decisions/proposal/{proposal.id}/answer").status_code == 200
    answer = client.post(f"/en/desk/decisions/proposal/{proposal.id}/answer", FORM)
    assert answer.status_code == 303, words(answer)
    assert "Somebody else has to check" in words(client.get(answer.location))
    decision = session.scalars(sa.select(Decision)).one()
    assert client.post(f"/en/desk/decisions/{decision.id}/check").status_code == 403
    client.sign_out()
    client.sign_in(owner(session))
    assert "Publish all decisions now?" not in client.get(f"/en/desk/decisions/{conference.id}").text
    assert client.post(f"/en/desk/decisions/{conference.id}/publish").status_code == 409
    assert client.post(f"/en/desk/decisions/{decision.id}/check").status_code == 303
    assert "Publish all decisions now?" in client.get(f"/en/desk/decisions/{conference.id}").text
    assert client.post(f"/en/desk/decisions/{conference.id}/publish").status_code == 303
    client.sign_out()
    listed = words(client.get(f"/en/decisions/{conference.id}"))
    assert "Mehr Bänke" in listed
    assert "Weil es fehlt." in listed


def test_an_answer_that_lacks_something_is_shown_again_with_what_was_typed(client, session, proposal):
    client.sign_in(editor(session))
    typed = FORM | {"outcome": "partly", "reason": "fits_partly", "taken": "Die Bänke."}
    answer = client.post(f"/en/desk/decisions/proposal/{proposal.id}/answer", typed)
    assert answer.status_code == 422
    assert "Say which part is not taken up." in words(answer)
    assert "Die Bänke." in answer.text
    bad = client.post(f"/en/desk/decisions/proposal/{proposal.id}/answer", FORM | {"merged_number": "x"})
    assert "Enter a number." in words(bad)
    assert queries.decision_on(session, proposal) is None


def test_a_merge_is_named_by_choice_or_by_number(client, session, conference, proposal):
    other = make_proposal(session, "Brunnen", conference=conference)
    client.sign_in(editor(session))
    path = f"/en/desk/decisions/proposal/{proposal.id}/answer"
    assert "Brunnen" in client.get(path).text
    merged = FORM | {"outcome": "merged", "reason": "double"}
    assert client.post(path, merged | {"merged_into": str(other.id)}).status_code == 303
    assert client.post(path, merged | {"merged_number": str(other.id)}).status_code == 303
    assert queries.decision_on(session, proposal).merged_into_id == other.id
    assert "Brunnen" in words(client.get(f"/en/desk/decisions/proposal/{proposal.id}"))


def test_a_merge_target_beyond_the_choice_is_kept_as_a_number(client, session, conference, proposal, monkeypatch):
    other = make_proposal(session, "Brunnen", conference=conference, cluster_id=make_cluster(session).id)
    make_proposal(session, "Nah", conference=conference, cluster_id=proposal.cluster_id)
    prepared(session, proposal, Outcome.MERGED, merged_into_id=other.id)
    monkeypatch.setattr(queries, "TARGETS", 1)
    client.sign_in(editor(session))
    page = tree(client.get(f"/en/desk/decisions/proposal/{proposal.id}/answer"))
    assert page.xpath("//input[@name='merged_number']/@value") == [str(other.id)]


def test_an_answer_is_translated_and_sent_back(client, session, proposal):
    decision = prepared(session, proposal, Outcome.PARTLY, taken="Die Bänke.", not_taken="Der Brunnen.")
    client.sign_in(owner(session))
    path = f"/en/desk/decisions/{decision.id}/translation/tr"
    page = client.get(path)
    assert tree(page).xpath("//textarea/@name") == ["plain", "taken", "not_taken"]
    assert client.post(path, {"plain": ""}).status_code == 422
    typed = {"plain": "Eksik.", "taken": "Banklar", "not_taken": "Çeşme", "status": "human"}
    assert client.post(path, typed).status_code == 303
    assert "Banklar" in client.get(path).text
    assert "Translated by hand" in words(client.get(f"/en/desk/decisions/proposal/{proposal.id}"))
    for wrong in ("de", "xx"):
        assert client.get(f"/en/desk/decisions/{decision.id}/translation/{wrong}").status_code == 404
    back = f"/en/desk/decisions/{decision.id}/send-back"
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "Zu kurz."}).status_code == 303
    assert "Zu kurz." in words(client.get(f"/en/desk/decisions/proposal/{proposal.id}"))


def test_unknown_things_are_404_and_a_missing_token_changes_nothing(client, session, conference, proposal):
    decision = prepared(session, proposal)
    client.sign_in(owner(session))
    for path in ("decisions/99999", "desk/decisions/99999", "desk/decisions/proposal/99999"):
        assert client.get(f"/en/{path}").status_code == 404
    assert client.post("/en/desk/decisions/99999/check").status_code == 404
    assert client.post("/en/desk/decisions/99999/publish").status_code == 404
    assert client.post(f"/en/desk/decisions/{decision.id}/check", token=False).status_code == 422
    session.refresh(decision)
    assert decision.state is DecisionState.PREPARED


def test_what_is_not_published_is_seen_nowhere_outside(client, session, conference, proposal, now):
    make_measure(session)
    checked(session, proposal, Outcome.REJECTED, plain=CANARY)
    other = make_proposal(session, "Brunnen", conference=conference)
    prepared(session, other, Outcome.FORWARDED, plain=CANARY, forwarded_to=CANARY)
    decision_id = queries.decision_on(session, proposal).id
    paths = [
        "journal", f"journal/proposal/{proposal.id}", f"journal/decision/{decision_id}", f"decisions/{conference.id}",
        f"decisions/{conference.id}?outcome=rejected", "plan", "plan/measures", "plan/export/csv", "plan/export/json",
        f"proposals/{proposal.id}", "proposals", f"search?q={CANARY}", f"conferences/{conference.id}", "",
        f"desk/decisions/{conference.id}", f"desk/decisions/proposal/{proposal.id}",
        f"desk/decisions/proposal/{proposal.id}/answer", f"desk/decisions/{decision_id}/translation/tr",
    ]  # fmt: skip
    cast = make_cast(session)
    for person in (None, cast.citizen, cast.delegate, cast.moderator, cast.translator, proposal.author):
        client.sign_out()
        if person is not None:
            client.sign_in(person)
        for path in paths:
            answer = client.get(f"/de/{path}")
            assert CANARY not in answer.text.replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "") or (
                "search" in path
            ), path
    assert queries.answer_to(session, proposal.id, ["de"]) is None
    assert queries.outcomes(session, conference.id) == {}
    assert queries.published(session, conference.id, ["de"]).rows == []


def test_the_published_answer_says_everything_that_belongs_to_it(session, conference, proposal, now):
    service = make_service(session, "Beratung", contact="0521 51-0", link="https://example.org")
    other = make_proposal(session, "Brunnen", conference=conference)
    third = make_proposal(session, "Weg", conference=conference)
    checked(session, proposal, Outcome.EXISTS, service_id=service.id, paper="2424/2025-2030")
    checked(session, other, Outcome.MERGED, merged_into_id=third.id)
    checked(session, third, Outcome.REJECTED)
    publish(session, conference, now)
    answer = queries.answer_to(session, proposal.id, ["de"])
    assert (answer.outcome, answer.text.body, answer.paper) == (Outcome.EXISTS, "Weil es fehlt.", "2424/2025-2030")
    assert (answer.service.name, answer.service.link) == ("Beratung", "https://example.org")
    merged = queries.answer_to(session, other.id, ["de"])
    assert (merged.merged_into_id, merged.merged_into.title) == (third.id, "Weg")
    assert queries.outcomes(session, conference.id) == {Outcome.REJECTED: 1, Outcome.MERGED: 1, Outcome.EXISTS: 1}


def test_the_public_list_is_filtered_and_paged(client, session, conference, now):
    for n in range(23):
        checked(
            session,
            make_proposal(session, f"Vorschlag {n}", conference=conference),
            Outcome.REJECTED if n else Outcome.ACCEPTED,
        )
    publish(session, conference, now)
    first = queries.published(session, conference.id, ["de"], size=10)
    second = queries.published(session, conference.id, ["de"], size=10, cursor=Cursor.decode(first.older, (int,)))
    back = queries.published(session, conference.id, ["de"], size=10, cursor=Cursor.decode(second.newer, (int,)))
    assert [row.title.title for row in second.rows] == [f"Vorschlag {n}" for n in range(10, 20)]
    assert back.rows == first.rows
    page = client.get(f"/ar/decisions/{conference.id}?outcome=accepted")
    assert "Vorschlag 0" in words(page)
    assert "Vorschlag 1" not in words(page)
    assert "after=" in client.get(f"/leicht/decisions/{conference.id}").text
    empty = client.get(f"/en/decisions/{conference.id}?outcome=merged")
    assert "No decision has this outcome." in words(empty)


def test_the_desk_is_filtered_paged_and_marks_what_goes_against_the_order(client, session, conference):
    cluster = make_cluster(session, "Freizeit")
    rows = [
        make_proposal(session, f"P{n}", conference=conference, cluster_id=cluster.id, supports_people=n % 3)
        for n in range(5)
    ]
    make_proposal(session, "Fremd", conference=conference)
    prepared(session, rows[2], Outcome.REJECTED)
    checked(session, rows[0])
    page = queries.desk(session, conference.id, ["de"], cluster_id=cluster.id, size=2)
    assert [row.title.title for row in page.rows] == ["P2", "P1"]
    second = queries.desk(
        session, conference.id, ["de"], cluster_id=cluster.id, size=2, cursor=Cursor.decode(page.older, (int, int))
    )
    assert [row.title.title for row in second.rows] == ["P4", "P0"]
    back = queries.desk(
        session, conference.id, ["de"], cluster_id=cluster.id, size=2, cursor=Cursor.decode(second.newer, (int, int))
    )
    assert back.rows == page.rows
    states = {key: len(queries.desk(session, conference.id, ["de"], state=key).rows) for key in ("without", "checked")}
    assert states == {"without": 4, "checked": 1}
    client.sign_in(owner(session))
    text = words(client.get(f"/en/desk/decisions/{conference.id}?cluster={cluster.id}"))
    assert "Against the order of supports People" in text
    assert "Fremd" not in text


def test_the_desk_counts_what_waits_after_the_vote(session, conference, proposal, now):
    make_proposal(session, conference=make_conference(session, "collecting"))
    make_proposal(session, conference=conference, state=State.WITHDRAWN)
    assert queries.desk_count(session, now) == 1


def test_titles_are_those_of_public_proposals_only(session, proposal):
    draft = make_proposal(session, state=State.DRAFT)
    assert queries.titles(session, [], ["de"]) == {}
    assert queries.titles(session, [proposal.id, draft.id], ["de"]).keys() == {proposal.id}


@pytest.mark.parametrize("number", [1, 3, 50])
def test_lists_cost_the_same_however_long_they_are(client, session, conference, now, count_queries, number):
    for n in range(number):
        checked(session, make_proposal(session, f"P{n}", conference=conference))
    client.sign_in(owner(session))
    client.get(f"/de/desk/decisions/{conference.id}")
    with count_queries() as desk:
        client.get(f"/de/desk/decisions/{conference.id}")
    publish(session, conference, now)
    client.sign_out()
    client.get(f"/de/decisions/{conference.id}")
    with count_queries() as public:
        client.get(f"/de/decisions/{conference.id}")
    assert len(public) == 6
    assert len(desk) == 11
