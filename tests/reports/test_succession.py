"""The next conference from the last one: whatever is open is carried, closed or merged, and none is left out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihaelt.conferences.domain import AgendaKind
from bihaelt.conferences.models import AgendaItem, Conference
from bihaelt.conferences.queries import agenda, cluster_ids
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, ReturnReason, Round, State
from bihaelt.proposals.models import CoAuthor, ProposalRound
from bihaelt.reports.domain import OPEN, Choice, Chosen, Plan, choices_for
from bihaelt.reports.queries import moved, open_counts, proof
from bihaelt.succession import Unfit, follow
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from bihaelt.texts.queries import shown
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_proposal,
    make_text,
)

BERLIN = ZoneInfo("Europe/Berlin")
BY = Voice(None, "plan_owner")
TODAY = NOW.date()


@pytest.fixture
def conference(session):
    return make_conference(session, "reporting", clusters=(make_cluster(session), make_cluster(session)))


def made(session, conference, plan=None, **chosen):
    plan = plan or Plan(language="de", body="Verwaltung", **chosen)
    return follow(session, conference=conference, plan=plan, zone=BERLIN, by=BY, now=NOW)


def round_of(session, proposal, conference):
    return session.scalars(
        sa.select(ProposalRound).where(
            ProposalRound.proposal_id == proposal.id, ProposalRound.conference_id == conference.id
        )
    ).one()


def test_texts_topics_agenda_access_and_place_are_copied(session, conference):
    conference.access = {"languages": ["de", "ku"], "childcare": True}
    text = session.get_one(Text, conference.text_id)
    original = current_version(session, text.id, "de")
    translate(
        session, text=text, language="tr", words=Words("Konferans"), status=Status.HUMAN, made_from=original, now=NOW
    )
    add(session, AgendaItem(conference_id=conference.id, position=1, minutes=45, kind=AgendaKind.PAST,
                            text_id=make_text(session, "Rückblick").id))  # fmt: skip
    new = made(session, conference)
    assert new.text_id != conference.text_id
    assert shown(session, [new.text_id], ("tr",))[new.text_id].title == "Konferans"
    assert [(part.minutes, part.kind, part.text.title) for part in agenda(session, new.id, ("de",))] == [
        (45, AgendaKind.PAST, "Rückblick")
    ]
    assert cluster_ids(session, new.id) == cluster_ids(session, conference.id)
    assert (new.place, new.access["languages"], new.number) == (conference.place, ["de", "ku"], conference.number + 1)
    assert new.predecessor_id == conference.id


def test_the_new_one_is_planned_without_a_mandate_and_its_call_lies_ahead(session, conference):
    new = made(session, conference)
    assert new.opened_at is None
    assert (new.mandate_body, new.mandate_text_id) == ("", None)
    assert new.call_closes > NOW


def test_a_later_conference_that_is_there_already_takes_the_open_ones(session, conference):
    proposal = make_proposal(session, conference=conference)
    later = make_conference(session, "collecting", series_id=conference.series_id)
    over = make_conference(session, "voting", series_id=conference.series_id)
    assert made(session, conference).id == later.id
    assert proposal.conference_id == later.id
    assert proof(session, conference.id).next_id == later.id
    assert over.id != later.id


def test_a_carried_proposal_keeps_everything_but_its_supports(session, conference):
    proposal = make_proposal(session, conference=conference, supports_people=7, supports_organisations=2, comments=3)
    new = made(session, conference)
    assert (proposal.conference_id, proposal.state, proposal.comments) == (new.id, State.PUBLISHED, 3)
    assert (proposal.supports_people, proposal.supports_organisations) == (0, 0)
    old_round = round_of(session, proposal, conference)
    assert (old_round.result, old_round.supports_people, old_round.supports_organisations) == (Round.CARRIED, 7, 2)
    assert round_of(session, proposal, new).result is Round.OPEN


def test_a_closed_proposal_has_its_reason_and_stays(session, conference):
    proposal = make_proposal(session, conference=conference)
    made(session, conference, chosen={proposal.id: Chosen(Choice.CLOSE, "Erledigt.")})
    assert (proposal.state, proposal.conference_id) == (State.CLOSED, conference.id)
    assert round_of(session, proposal, conference).reason == "Erledigt."


def test_a_merged_proposal_keeps_its_text_and_its_author_is_named_at_the_other(session, conference):
    proposal, target = (make_proposal(session, conference=conference) for _ in range(2))
    supporter = make_account(session, language="tr")
    add(session, Support(proposal_id=proposal.id, conference_id=conference.id, electorate=Electorate.PEOPLE,
                         account_id=supporter.id, language="tr", created_at=NOW))  # fmt: skip
    made(session, conference, chosen={proposal.id: Chosen(Choice.MERGE, "Dasselbe Ziel.", target.id)})
    assert (proposal.state, proposal.outcome, proposal.merged_into_id) == (State.DECIDED, Outcome.MERGED, target.id)
    joined = session.scalars(sa.select(CoAuthor)).one()
    assert (joined.proposal_id, joined.account_id) == (target.id, proposal.author_id)
    kinds = {letter.kind: letter.account_id for letter in session.scalars(sa.select(Letter))}
    assert kinds == {
        "conference_merged": proposal.author_id,
        "conference_merged_asked": supporter.id,
        "conference_carried": target.author_id,
    }
    assert session.scalars(sa.select(Support.proposal_id)).one() == proposal.id, "the support was not moved"
    answer = session.scalars(sa.select(Decision)).one()
    assert (answer.state, answer.merged_into_id) == (DecisionState.PUBLISHED, target.id)


def test_what_was_never_checked_can_only_be_carried(session, conference):
    proposal = make_proposal(session, conference=conference, state=State.SUBMITTED)
    with pytest.raises(Unfit):
        made(session, conference, chosen={proposal.id: Chosen(Choice.CLOSE, "Zu spät.")})
    new = made(session, conference, default=Chosen(Choice.CLOSE, "Zu spät."))
    assert (proposal.state, proposal.conference_id) == (State.SUBMITTED, new.id)


def test_a_question_that_was_not_answered_in_time_may_end_a_proposal(session, conference):
    late = make_proposal(session, conference=conference, state=State.NEEDS_INFO, answer_by=TODAY - timedelta(days=1))
    waiting = make_proposal(session, conference=conference, state=State.NEEDS_INFO, answer_by=TODAY)
    made(session, conference, default=Chosen(Choice.CLOSE, "Keine Antwort."))
    assert (late.state, late.return_reason) == (State.RETURNED, ReturnReason.UNANSWERED)
    assert waiting.state is State.NEEDS_INFO
    assert proof(session, conference.id).holds


def test_drafts_and_returned_ones_move_along_unseen(session, conference):
    draft = make_proposal(session, conference=conference, state=State.DRAFT)
    returned = make_proposal(
        session, conference=conference, state=State.RETURNED, return_reason=ReturnReason.ADVERTISING
    )
    new = made(session, conference)
    session.expire_all()
    assert {draft.conference_id, returned.conference_id} == {new.id}
    assert round_of(session, draft, new).result is Round.OPEN
    assert proof(session, conference.id).before == 0
    assert session.scalars(sa.select(Letter)).all() == []


def a_decision(session, proposal, state, **values):
    checked = None if state is DecisionState.PREPARED else NOW
    return add(session, Decision(
        proposal_id=proposal.id, conference_id=proposal.conference_id, outcome=Outcome.ACCEPTED, reason=Reason.FITS,
        text_id=make_text(session, "", "Gut.").id, state=state, body="Rat", decided_on=TODAY, prepared_at=NOW,
        checked_at=checked, published_at=NOW if state is DecisionState.PUBLISHED else None, **values,
    ))  # fmt: skip


def test_a_checked_decision_keeps_its_proposal_and_a_draft_of_one_is_dropped(session, conference):
    decided, drafted = (make_proposal(session, conference=conference) for _ in range(2))
    a_decision(session, decided, DecisionState.CHECKED)
    a_decision(session, drafted, DecisionState.PREPARED)
    assert open_counts(session, conference.id).checked == 1
    new = made(session, conference)
    assert (decided.conference_id, drafted.conference_id) == (conference.id, new.id)
    assert session.scalars(sa.select(Decision.proposal_id)).all() == [decided.id]
    assert proof(session, conference.id).holds


def test_decided_and_withdrawn_ones_stay_where_they_are(session, conference):
    proposal = make_proposal(session, conference=conference, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    gone = make_proposal(session, conference=conference, state=State.WITHDRAWN)
    made(session, conference)
    assert {proposal.conference_id, gone.conference_id} == {conference.id}


@pytest.mark.parametrize(
    ("fate", "target_fate"),
    [
        (Chosen(Choice.CLOSE, " "), None),
        (Chosen(Choice.MERGE, "", 0), None),
        (Chosen(Choice.MERGE, "Gleich.", 0), Chosen(Choice.CLOSE, "Weg.")),
        (Chosen(Choice.MERGE, "Gleich."), None),
        (Chosen(Choice.MERGE, "Gleich.", 987654), None),
    ],
)
def test_a_choice_that_does_not_fit_changes_nothing(session, conference, fate, target_fate):
    proposal, target = (make_proposal(session, conference=conference) for _ in range(2))
    chosen = {proposal.id: Chosen(fate.choice, fate.reason, target.id if fate.target_id == 0 else fate.target_id)}
    if target_fate:
        chosen[target.id] = target_fate
    with pytest.raises(Unfit) as error:
        made(session, conference, chosen=chosen)
    assert error.value.proposal_id == proposal.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Conference)) == 1
    assert {proposal.state, target.state} == {State.PUBLISHED}


def test_a_proposal_cannot_be_merged_with_itself(session, conference):
    proposal = make_proposal(session, conference=conference)
    with pytest.raises(Unfit):
        made(session, conference, chosen={proposal.id: Chosen(Choice.MERGE, "Gleich.", proposal.id)})


def test_every_act_leaves_its_entry_and_unpublished_ones_stay_private(session, conference):
    public = make_proposal(session, conference=conference)
    private = make_proposal(session, conference=conference, state=State.SUBMITTED)
    made(session, conference)
    entries = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "proposal.carried")).all()
    assert {(entry.subject_id, entry.public) for entry in entries} == {(public.id, True), (private.id, False)}
    followed = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "conference.followed")).one()
    assert (followed.details["open"], followed.details["carried"]) == (2, 2)


def test_a_second_act_gives_the_same_conference(session, conference):
    make_proposal(session, conference=conference)
    assert made(session, conference).id == made(session, conference).id
    assert session.scalar(sa.select(sa.func.count()).select_from(Conference)) == 2


def test_an_old_conference_is_followed_by_one_whose_call_lies_ahead(session):
    conference = make_conference(session, "done", **{
        name: getattr(make_conference(session, "done"), name) - timedelta(days=1200)
        for name in ("call_opens", "call_closes", "screening_until", "vote_opens", "vote_closes", "decision_by", "report_by")
    })  # fmt: skip
    assert made(session, conference).call_closes > NOW


def test_nobody_is_written_to_who_is_gone_or_wants_no_letters(session, conference):
    gone = make_proposal(session, conference=conference, author_id=None)
    gone.author_id = None
    merged, target = (make_proposal(session, conference=conference) for _ in range(2))
    quiet = make_account(session, letters=False)
    for account_id in (quiet.id, merged.author_id):
        add(session, Support(proposal_id=merged.id, conference_id=conference.id, electorate=Electorate.PEOPLE,
                             account_id=account_id, language="de", created_at=NOW))  # fmt: skip
    made(session, conference, chosen={merged.id: Chosen(Choice.MERGE, "Gleich.", target.id)})
    readers = sorted(letter.account_id for letter in session.scalars(sa.select(Letter)))
    assert readers == sorted([merged.author_id, target.author_id])


def test_a_proposal_without_its_round_gets_one(session, conference):
    proposal = make_proposal(session, conference=conference)
    session.delete(round_of(session, proposal, conference))
    session.flush()
    made(session, conference)
    assert round_of(session, proposal, conference).result is Round.CARRIED


def test_the_proof_goes_on_by_key_both_ways(session, conference):
    ids = [make_proposal(session, conference=conference).id for _ in range(5)]
    made(session, conference)
    first = moved(session, conference.id, NOW, ("de",), None, 2)
    second = moved(session, conference.id, NOW, ("de",), Cursor.decode(first.older, (int,)), 2)
    assert [row.proposal_id for row in (*first.rows, *second.rows)] == ids[:4]
    back = moved(session, conference.id, NOW, ("de",), Cursor.decode(second.newer, (int,)), 2)
    assert [row.proposal_id for row in back.rows] == ids[:2]


STATES = st.sampled_from([*State])
CHOICES = st.sampled_from([None, Choice.CARRY, Choice.CLOSE, Choice.MERGE])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    proposals=st.lists(st.tuples(STATES, CHOICES, st.integers(0, 30), st.booleans()), max_size=12),
    default=st.sampled_from([Choice.CARRY, Choice.CLOSE]),
)
def test_no_open_proposal_is_ever_left_out(session, proposals, default):
    conference = make_conference(session, "done")
    author, rows = make_account(session), []
    cluster = make_cluster(session)
    for state, choice, supports, late in proposals:
        values = {"supports_people": supports} if state is State.PUBLISHED else {}
        if state is State.DECIDED:
            values["outcome"] = Outcome.REJECTED
        if state is State.RETURNED:
            values["return_reason"] = ReturnReason.DOUBLE
        if state is State.NEEDS_INFO:
            values["answer_by"] = TODAY - timedelta(days=1 if late else -1)
        row = make_proposal(session, conference=conference, author=author, state=state, cluster_id=cluster.id, **values)
        rows.append((row, choice))
    open_before = [row for row, _ in rows if row.state in OPEN]
    targets = [row for row, choice in rows if row.state is State.PUBLISHED and choice is Choice.CARRY]
    chosen = {}
    for row, choice in rows:
        if choice is None or row.state not in OPEN or choice not in choices_for(row.state, row.answer_by, TODAY):
            continue
        target = targets[0].id if targets else None
        if choice is Choice.MERGE and target is None:
            continue
        chosen[row.id] = Chosen(choice, "Grund.", target if choice is Choice.MERGE else None)
    new = made(session, conference, default=Chosen(default, "Grund."), chosen=chosen)
    session.expire_all()
    proven = proof(session, conference.id)
    assert proven.holds
    assert proven.before == len(open_before) == proven.carried + proven.closed + proven.merged
    for row in open_before:
        moved = row.conference_id == new.id
        assert moved or row.state in (State.CLOSED, State.RETURNED, State.DECIDED)
        assert round_of(session, row, conference).result is not Round.OPEN
    assert open_counts(session, conference.id).open == 0


# --- the screen and the proof ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [0, 1, 50])
def test_the_screen_makes_the_next_conference_for_any_number(client, session, count):
    conference = make_conference(session, "done")
    cluster, author = make_cluster(session), make_account(session)
    for _ in range(count):
        make_proposal(session, conference=conference, author=author, cluster_id=cluster.id)
    client.sign_in(make_cast(session).plan_owner)
    here = f"/en/desk/conferences/{conference.id}/next"
    page = client.get(here)
    assert len(tree(page).xpath("//select[starts-with(@name, 'proposal-')]")) == count
    form = {"default": "carry", "body": "Verwaltung", "form_token": client.form_token()}
    for _ in range(2):
        assert client.post(here, form).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Conference)) == 2
    proof_page = words(client.get(f"/en/conferences/{conference.id}/next"))
    assert f"The count is right: {count} + 0 + 0 = {count}" in proof_page


def test_each_row_has_its_own_choice(client, session):
    conference = make_conference(session, "done")
    one, two, three = (make_proposal(session, f"Nummer {n}", conference=conference) for n in "123")
    hidden = make_proposal(session, "Kanarienvogel", conference=conference, state=State.SUBMITTED)
    client.sign_in(make_cast(session).plan_owner)
    here = f"/en/desk/conferences/{conference.id}/next"
    form = {
        "default": "carry", "body": "Verwaltung", f"proposal-{one.id}": "close", f"reason-{one.id}": "Schon da.",
        f"proposal-{two.id}": "merge", f"target-{two.id}": str(three.id), f"reason-{two.id}": "Gleich.",
    }  # fmt: skip
    assert client.post(here, form).status_code == 303
    client.sign_out()
    page = words(client.get(f"/en/conferences/{conference.id}/next"))
    for part in ("Schon da.", "Gleich.", "Nummer 3", "2 + 1 + 1 = 4", "not been published"):
        assert part in page
    assert "Kanarienvogel" not in page
    session.refresh(hidden)
    assert hidden.conference_id != conference.id


def test_a_wrong_choice_comes_back_with_everything_typed(client, session):
    conference = make_conference(session, "done")
    one = make_proposal(session, conference=conference)
    client.sign_in(make_cast(session).plan_owner)
    form = {"default": "carry", "body": "Amt 5", f"proposal-{one.id}": "close", f"reason-{one.id}": ""}
    answer = client.post(f"/en/desk/conferences/{conference.id}/next", form)
    assert answer.status_code == 422
    assert "Give a reason" in words(answer)
    assert tree(answer).xpath("//input[@name='body']/@value") == ["Amt 5"]


@pytest.mark.parametrize("phase", ["planned", "collecting", "screening", "voting", "deciding"])
def test_before_the_decisions_there_is_no_next_conference(client, session, phase):
    conference = make_conference(session, phase)
    client.sign_in(make_cast(session).plan_owner)
    answer = client.get(f"/en/desk/conferences/{conference.id}/next")
    assert answer.status_code == 403
    assert "once the decisions of this one have been published" in words(answer)


def test_published_decisions_open_the_way_before_their_deadline(client, session):
    conference = make_conference(session, "deciding", decided_at=NOW)
    client.sign_in(make_cast(session).admin)
    assert client.get(f"/en/desk/conferences/{conference.id}/next").status_code == 200


def test_others_may_not(client, session):
    conference, cast = make_conference(session, "done"), make_cast(session)
    path = f"/de/desk/conferences/{conference.id}/next"
    assert client.get(path).status_code == 302
    for person in (cast.citizen, cast.delegate, cast.moderator, cast.council_clerk):
        assert client.sign_in(person).get(path).status_code == 403
        assert client.post(path, {"default": "carry", "body": "x"}).status_code == 403


def test_there_is_no_proof_before_there_is_a_next_one(client, session):
    assert client.get(f"/de/conferences/{make_conference(session, 'done').id}/next").status_code == 404
