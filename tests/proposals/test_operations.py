"""Writing, handing in, checking and withdrawing, as acts on the database."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.proposals import operations, queries
from bihaelt.proposals.domain import ReturnReason, Round, Sheet, State
from bihaelt.proposals.models import Proposal, ProposalRound, Question
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text, TextVersion
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import (
    NOW,
    make_account,
    make_cluster,
    make_conference,
    make_delegate,
    make_field,
    make_organisation,
    make_proposal,
    make_target_group,
)

CHAIN = ("de",)


@pytest.fixture
def conference(session):
    return make_conference(session)


@pytest.fixture
def author(session):
    return make_account(session, name="Fatma", language="tr")


@pytest.fixture
def moderator(session):
    return Voice(make_account(session, Role.MODERATOR).id, "moderator")


def sheet(session, title="Bänke", body="Zu wenige.", language="de", **values):
    values.setdefault("cluster_id", make_cluster(session).id)
    return Sheet(language, Words(title, body, {"need": "", "gender": ""}), **values)


def written(session, conference, author, **values):
    return operations.write(
        session, sheet=sheet(session, **values), conference=conference, by=Voice(author.id), now=NOW
    )


def submitted(session, conference, author):
    proposal = written(session, conference, author)
    operations.submit(session, proposal=proposal, conference=conference, by=Voice(author.id), now=NOW)
    return proposal


def letters(session):
    return [(letter.kind, letter.language) for letter in session.scalars(sa.select(Letter).order_by(Letter.id))]


def acts(session, *, public=None):
    query = sa.select(JournalEntry).order_by(JournalEntry.id)
    return [e.act for e in session.scalars(query) if public is None or e.public is public]


def test_the_same_nonce_makes_one_draft(session, conference, author):
    first, second = (
        operations.write(session, sheet=sheet(session), conference=conference, by=Voice(author.id), now=NOW, nonce="n1")
        for _ in range(2)
    )
    assert first.id == second.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def test_somebody_elses_nonce_is_no_way_to_their_draft(session, conference, author):
    operations.write(session, sheet=sheet(session), conference=conference, by=Voice(author.id), now=NOW, nonce="n1")
    stranger = make_account(session)
    with pytest.raises(sa.exc.IntegrityError):
        operations.write(
            session, sheet=sheet(session), conference=conference, by=Voice(stranger.id), now=NOW, nonce="n1"
        )


def test_a_faster_double_click_wins(session, conference, author, monkeypatch):
    made = operations.write(
        session, sheet=sheet(session), conference=conference, by=Voice(author.id), now=NOW, nonce="n"
    )
    # One connection cannot race with itself: the first look-up is told that nobody was faster yet.
    answers = iter([None, made])
    monkeypatch.setattr("bihaelt.proposals.operations.writing._by_nonce", lambda *_: next(answers))
    again = operations.write(
        session, sheet=sheet(session), conference=conference, by=Voice(author.id), now=NOW, nonce="n"
    )
    assert again is made
    assert session.scalar(sa.select(sa.func.count()).select_from(Text)) == count_texts_of_one(session)


def count_texts_of_one(session):
    """Texts of the city's own things, and one of the proposal: nothing half stored."""
    of_proposals = session.scalar(sa.select(sa.func.count()).select_from(Proposal))
    others = sa.select(sa.func.count()).select_from(Text).where(Text.id.not_in(sa.select(Proposal.text_id)))
    return session.scalar(others) + of_proposals


def test_topics_are_kept_and_replaced(session, conference, author):
    field, group = make_field(session), make_target_group(session)
    proposal = written(session, conference, author, field_ids=frozenset({field.id}),
                       target_group_ids=frozenset({group.id}), cost_cents=5)  # fmt: skip
    found = queries.sheet(session, proposal)
    assert (found.field_ids, found.target_group_ids, found.cost_cents) == ({field.id}, {group.id}, 5)
    operations.change(session, proposal=proposal, sheet=sheet(session), by=Voice(author.id), now=NOW)
    found = queries.sheet(session, proposal)
    assert (found.field_ids, found.target_group_ids, found.cost_cents) == (set(), set(), None)


def test_a_draft_is_written_over_and_may_change_its_language_and_voice(session, conference):
    organisation = make_organisation(session)
    delegate = make_delegate(session, organisation)
    proposal = written(session, conference, delegate)
    old = proposal.text_id
    by = Voice(delegate.id, "delegate", organisation.id, "Vorstand")
    operations.change(session, proposal=proposal, sheet=sheet(session, "Banklar", language="tr"), by=by, now=NOW)
    assert session.get(Text, old) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(TextVersion).where(TextVersion.text_id == old)) == 0
    assert queries.sheet(session, proposal).language == "tr"
    assert (proposal.organisation_id, proposal.title_of_author) == (organisation.id, "Vorstand")
    colleague = make_delegate(session, organisation)
    operations.change(session, proposal=proposal, sheet=sheet(session), by=Voice(colleague.id), now=NOW)
    assert proposal.organisation_id == organisation.id, "a colleague cannot take it over"


def test_a_public_proposal_gets_a_version_with_its_reason(session, conference, author):
    proposal = make_proposal(session, conference=conference, author=author)
    operations.change(session, proposal=proposal, sheet=sheet(session, body="Neu."), by=Voice(author.id), now=NOW,
                      reason="Genauer")  # fmt: skip
    assert [each.reason for each in queries.changes(session, proposal)] == ["Genauer", ""]
    assert acts(session, public=True) == ["proposal.changed"]


def test_what_was_handed_in_stays_complete(session, conference, author):
    proposal = submitted(session, conference, author)
    with pytest.raises(DomainError):
        operations.change(session, proposal=proposal, sheet=sheet(session, body=""), by=Voice(author.id), now=NOW)
    assert acts(session, public=True) == []


def test_texts_stand_still_from_the_vote_on(session, author):
    for phase in ("voting", "deciding", "done"):
        proposal = make_proposal(session, conference=make_conference(session, phase), author=author)
        with pytest.raises(DomainError):
            operations.change(session, proposal=proposal, sheet=sheet(session), by=Voice(author.id), now=NOW)
        with pytest.raises(DomainError):
            operations.withdraw(session, proposal=proposal, by=Voice(author.id), now=NOW)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.CLOSED])
def test_what_is_over_is_not_changed(session, conference, author, state):
    proposal = make_proposal(session, conference=conference, author=author, state=state)
    with pytest.raises(Conflict):
        operations.change(session, proposal=proposal, sheet=sheet(session), by=Voice(author.id), now=NOW)
    with pytest.raises(Conflict):
        operations.withdraw(session, proposal=proposal, by=Voice(author.id), now=NOW)


def test_handing_in_starts_the_clock_and_sends_a_receipt(session, conference, author):
    proposal = submitted(session, conference, author)
    assert (proposal.state, proposal.submitted_at) == (State.SUBMITTED, NOW)
    assert proposal.due_on == date(2026, 12, 4)
    assert letters(session) == [("proposal_submitted", "tr")]
    operations.submit(session, proposal=proposal, conference=conference, by=Voice(author.id), now=NOW)
    assert len(letters(session)) == 1
    assert acts(session) == ["proposal.submitted"]


def test_handing_in_needs_a_collecting_conference_and_a_whole_text(session, conference, author):
    gaps = written(session, conference, author, body="")
    with pytest.raises(DomainError):
        operations.submit(session, proposal=gaps, conference=conference, by=Voice(author.id), now=NOW)
    for phase in ("planned", "screening", "done"):
        whole = written(session, conference, author)
        other = make_conference(session, phase)
        with pytest.raises(DomainError):
            operations.submit(session, proposal=whole, conference=other, by=Voice(author.id), now=NOW)
        assert whole.state is State.DRAFT


def test_a_draft_is_handed_in_to_the_conference_that_collects(session, conference, author):
    earlier = make_conference(session, "done")
    proposal = written(session, earlier, author)
    operations.submit(session, proposal=proposal, conference=conference, by=Voice(author.id), now=NOW)
    assert proposal.conference_id == conference.id


def test_publishing_opens_a_round_and_tells_the_author(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    operations.publish(session, proposal=proposal, by=moderator, now=NOW)
    assert (proposal.state, proposal.published_at, proposal.due_on) == (State.PUBLISHED, NOW, None)
    passage = session.scalars(sa.select(ProposalRound)).one()
    assert (passage.conference_id, passage.result) == (conference.id, Round.OPEN)
    assert letters(session)[-1] == ("proposal_published", "tr")
    assert acts(session, public=True) == ["proposal.published"]


def test_the_second_of_two_moderators_is_told(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    operations.publish(session, proposal=proposal, by=moderator, now=NOW)
    for act in (
        lambda: operations.publish(session, proposal=proposal, by=moderator, now=NOW),
        lambda: operations.ask(session, proposal=proposal, question="?", by=moderator, now=NOW),
        lambda: operations.give_back(session, proposal=proposal, reason=ReturnReason.DOUBLE, words="x", by=moderator, now=NOW),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            act()
    assert proposal.state is State.PUBLISHED


def test_a_moderator_decides_on_what_they_have_read(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    read = queries.current_original(session, proposal).id
    operations.change(session, proposal=proposal, sheet=sheet(session, body="Anders."), by=Voice(author.id), now=NOW)
    with pytest.raises(Conflict):
        operations.publish(session, proposal=proposal, by=moderator, now=NOW, seen=read)
    operations.publish(session, proposal=proposal, by=moderator, now=NOW,
                       seen=queries.current_original(session, proposal).id)  # fmt: skip


def test_a_late_check_leads_to_the_next_conference(session, author, moderator):
    over = make_conference(session, "done")
    proposal = make_proposal(session, conference=over, author=author, state=State.SUBMITTED)
    operations.publish(session, proposal=proposal, by=moderator, now=NOW)
    assert proposal.conference_id == over.id, "there is no other one yet"
    late = make_proposal(session, conference=over, author=author, state=State.SUBMITTED)
    collecting = make_conference(session)
    operations.publish(session, proposal=late, by=moderator, now=NOW)
    assert late.conference_id == collecting.id


def test_a_question_stops_the_clock_and_an_answer_starts_it_again(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    due = proposal.due_on
    operations.ask(session, proposal=proposal, question="Wo?", by=moderator, now=NOW)
    assert (proposal.state, proposal.answer_by) == (State.NEEDS_INFO, date(2026, 12, 13))
    assert letters(session)[-1] == ("proposal_question", "tr")
    later = NOW + timedelta(days=14)
    operations.answer(session, proposal=proposal, answer="Im Park.", by=Voice(author.id), now=later)
    assert (proposal.state, proposal.answer_by) == (State.SUBMITTED, None)
    assert proposal.due_on > due
    question = queries.questions(session, proposal.id)[0]
    assert (question.body, question.answer, question.answered_at) == ("Wo?", "Im Park.", later)
    with pytest.raises(Conflict):
        operations.answer(session, proposal=proposal, answer="?", by=Voice(author.id), now=later)


def test_an_answer_without_a_recorded_question_brings_it_back_all_the_same(session, conference, author):
    proposal = make_proposal(session, conference=conference, author=author, state=State.NEEDS_INFO)
    operations.answer(session, proposal=proposal, answer="Ja.", by=Voice(author.id), now=NOW)
    assert proposal.state is State.SUBMITTED


def test_a_returned_proposal_can_be_handed_in_again(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    operations.give_back(session, proposal=proposal, reason=ReturnReason.PERSONAL_DATA, words="Ein Name steht darin.",
                         by=moderator, now=NOW)  # fmt: skip
    assert (proposal.return_reason, proposal.return_words) == (ReturnReason.PERSONAL_DATA, "Ein Name steht darin.")
    assert letters(session)[-1] == ("proposal_returned", "tr")
    assert acts(session, public=True) == []
    operations.submit(session, proposal=proposal, conference=conference, by=Voice(author.id), now=NOW)
    assert (proposal.state, proposal.return_reason, proposal.return_words) == (State.SUBMITTED, None, "")


def test_unanswered_questions_end_after_their_last_day(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    operations.ask(session, proposal=proposal, question="Wo?", by=moderator, now=NOW)
    # The last day is the 13th: until midnight in Bielefeld nothing happens.
    assert operations.return_unanswered(session, now=NOW + timedelta(days=21)) == 0
    assert operations.return_unanswered(session, now=NOW + timedelta(days=22)) == 1
    assert (proposal.state, proposal.return_reason) == (State.RETURNED, ReturnReason.UNANSWERED)
    assert letters(session)[-1] == ("proposal_returned", "tr")
    assert operations.return_unanswered(session, now=NOW + timedelta(days=23)) == 0


def test_a_withdrawn_proposal_closes_its_round(session, conference, author):
    proposal = make_proposal(session, conference=conference, author=author, supports_people=3)
    operations.withdraw(session, proposal=proposal, by=Voice(author.id), now=NOW)
    passage = session.scalars(sa.select(ProposalRound).execution_options(populate_existing=True)).one()
    assert proposal.state is State.WITHDRAWN
    assert (passage.result, passage.supports_people, passage.ended_at) == (Round.CLOSED, 3, NOW)
    assert acts(session, public=True) == ["proposal.withdrawn"]


def test_what_was_never_public_is_withdrawn_in_silence(session, conference, author):
    operations.withdraw(session, proposal=submitted(session, conference, author), by=Voice(author.id), now=NOW)
    assert acts(session, public=True) == []


def test_a_draft_is_deleted_for_good(session, conference, author):
    proposal = written(session, conference, author)
    number, text = proposal.id, proposal.text_id
    operations.withdraw(session, proposal=proposal, by=Voice(author.id), now=NOW)
    assert session.get(Proposal, number) is None
    assert session.get(Text, text) is None
    assert acts(session) == []


@pytest.mark.parametrize("state", [AccountState.BLOCKED, None])
def test_nobody_is_written_to_who_cannot_read_it(session, conference, moderator, author, state):
    proposal = submitted(session, conference, author)
    if state is None:
        proposal.author_id = None
    else:
        author.state = state
    session.flush()
    operations.publish(session, proposal=proposal, by=moderator, now=NOW)
    assert letters(session) == [("proposal_submitted", "tr")]


def test_the_queue_is_sorted_by_its_due_date_and_can_be_paged(session, conference, author):
    days = [date(2026, 11, 30), date(2026, 11, 20), date(2026, 11, 25), None, date(2026, 11, 25)]
    made = [make_proposal(session, f"V{i}", conference=conference, author=author, state=State.SUBMITTED, due_on=day)
            for i, day in enumerate(days)]  # fmt: skip
    order = [1, 2, 4, 0, 3]
    assert [row.id for row in queries.queue(session, CHAIN).rows] == [made[i].id for i in order]
    seen, cursor, pages = [], None, []
    while True:
        page = queries.queue(session, CHAIN, cursor=cursor, size=2)
        seen += [row.id for row in page.rows]
        pages.append([row.id for row in page.rows])
        cursor = page.older
        if cursor is None:
            break
    assert seen == [made[i].id for i in order]
    back = queries.queue(session, CHAIN, cursor=page.newer, size=2)
    assert [row.id for row in back.rows] == pages[-2]
    for cursor in ("WyJmYWxzZSIsMV0", "W2ZhbHNlLCJ4IiwxXQ", "x"):
        assert len(queries.queue(session, CHAIN, cursor=cursor).rows) == 5
    assert queries.desk_count(session, NOW) == 5
    assert queries.next_in_queue(session) == made[1].id
    assert queries.next_in_queue(session, made[2]) == made[4].id
    assert queries.next_in_queue(session, made[0]) == made[3].id
    assert queries.next_in_queue(session, made[3]) == made[1].id


def test_waiting_proposals_have_a_list_of_their_own(session, conference, author):
    proposal = make_proposal(
        session, conference=conference, author=author, state=State.NEEDS_INFO, answer_by=date(2026, 12, 1)
    )
    assert [row.id for row in queries.waiting(session, CHAIN).rows] == [proposal.id]
    assert queries.queue(session, CHAIN).rows == []


def test_ones_own_proposals_are_paged(session, conference, author):
    made = [make_proposal(session, f"V{i}", conference=conference, author=author).id for i in range(5)]
    first = queries.own(session, CHAIN, account_id=author.id, organisation_ids=[], size=3)
    assert [row.id for row in first.rows] == made[:1:-1]
    second = queries.own(session, CHAIN, account_id=author.id, organisation_ids=[], size=3, cursor=first.older)
    assert [row.id for row in second.rows] == made[1::-1]
    back = queries.own(session, CHAIN, account_id=author.id, organisation_ids=[], size=3, cursor=second.newer)
    assert [row.id for row in back.rows] == made[:1:-1]


@pytest.mark.parametrize("n", [1, 3, 50])
def test_desk_lists_take_two_statements_at_any_length(session, conference, author, count_queries, n):
    for _ in range(n):
        make_proposal(session, conference=conference, author=author, state=State.SUBMITTED, due_on=date(2026, 12, 1))
    me = author.id
    session.expire_all()
    with count_queries() as seen:
        queries.queue(session, CHAIN)
        queries.own(session, CHAIN, account_id=me, organisation_ids=[1])
    assert len(seen) == 4


def test_a_question_is_kept_with_its_moderator(session, conference, author, moderator):
    proposal = submitted(session, conference, author)
    operations.ask(session, proposal=proposal, question="Wo?", by=moderator, now=NOW)
    assert session.scalars(sa.select(Question)).one().asked_by_id == moderator.actor_id


def test_the_next_call_is_the_earliest_that_has_not_begun(session):
    assert queries.next_call(session, NOW) is None
    planned = make_conference(session, "planned")
    assert queries.next_call(session, NOW) == planned.call_opens
