"""Preparing unseen, checking with four eyes, publishing all together or nothing."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt.accounts.domain import AccountState
from bihaelt.decisions import queries
from bihaelt.decisions.domain import DecisionState
from bihaelt.decisions.models import Decision
from bihaelt.decisions.operations import check, publish_all, send_back, translate, untold
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import Outcome, Round, State
from bihaelt.proposals.models import CoAuthor, ProposalRound
from bihaelt.rendering import render_letter
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.operations import current_version
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.models import Support
from tests.decisions.stage import checked, editor, owner, prepared, supported
from tests.factories import (
    make_account,
    make_cluster,
    make_conference,
    make_delegate,
    make_organisation,
    make_proposal,
    make_service,
)  # fmt: skip


@pytest.fixture
def conference(session):
    return make_conference(session, "deciding")


@pytest.fixture
def cluster(session):
    return make_cluster(session)


@pytest.fixture
def proposal(session, conference, cluster):
    return make_proposal(session, conference=conference, cluster_id=cluster.id)


@pytest.fixture
def other(session, conference, cluster):
    return make_proposal(session, "Brunnen", conference=conference, cluster_id=cluster.id)


@pytest.fixture
def voice(session):
    return Voice(owner(session).id, "plan_owner")


def publish(session, conference, voice, now):
    return publish_all(session, conference=conference, by=voice, now=now)


def letters(session):
    return {letter.email: letter for letter in session.scalars(sa.select(Letter))}


def acts(session, kind, subject_id):
    rows = sa.select(JournalEntry).where(JournalEntry.subject_kind == kind, JournalEntry.subject_id == subject_id)
    return [(row.act, row.public) for row in session.scalars(rows.order_by(JournalEntry.id))]


def test_a_prepared_decision_is_kept_with_its_words_and_a_private_entry(session, proposal, now):
    by = editor(session)
    decision = prepared(session, proposal, by=Voice(by.id, "office_editor"))
    assert (decision.state, decision.prepared_by_id, decision.checked_at) == (DecisionState.PREPARED, by.id, None)
    assert current_version(session, decision.text_id, "de").body == "Weil es fehlt."
    assert acts(session, "decision", decision.id) == [("decision.prepared", False)]
    assert acts(session, "proposal", proposal.id) == []


def test_preparing_again_rewrites_the_same_decision(session, proposal, now):
    first = prepared(session, proposal)
    second = prepared(session, proposal, Outcome.FORWARDED, plain="Anders.", forwarded_to="Bezirk Senne")
    assert (second.id, second.forwarded_to) == (first.id, "Bezirk Senne")
    assert current_version(session, first.text_id, "de").number == 2


def test_only_a_published_proposal_is_decided(session, conference):
    proposal = make_proposal(session, conference=conference, state=State.SUBMITTED)
    with pytest.raises(Conflict):
        prepared(session, proposal)


def test_a_checked_decision_is_not_rewritten(session, proposal):
    checked(session, proposal)
    with pytest.raises(Conflict):
        prepared(session, proposal)


def test_an_unknown_service_is_refused_and_a_known_one_kept(session, proposal):
    with pytest.raises(DomainError) as refusal:
        prepared(session, proposal, Outcome.EXISTS, service_id=99999)
    assert refusal.value.field == "service"
    service = make_service(session)
    assert prepared(session, proposal, Outcome.EXISTS, service_id=service.id).service_id == service.id


def test_a_merge_needs_another_open_proposal_of_the_same_conference(session, proposal, other):
    foreign = make_proposal(session)
    withdrawn = make_proposal(session, conference=proposal.conference, state=State.WITHDRAWN)
    for target in (proposal.id, foreign.id, withdrawn.id, 99999):
        with pytest.raises(DomainError) as refusal:
            prepared(session, proposal, Outcome.MERGED, merged_into_id=target)
        assert refusal.value.field == "merged_into"
    assert prepared(session, proposal, Outcome.MERGED, merged_into_id=other.id).merged_into_id == other.id


def test_merges_make_no_chains_and_no_rings(session, proposal, other):
    third = make_proposal(session, conference=proposal.conference)
    prepared(session, proposal, Outcome.MERGED, merged_into_id=other.id)
    with pytest.raises(DomainError) as chain:
        prepared(session, third, Outcome.MERGED, merged_into_id=proposal.id)
    assert chain.value.field == "merged_into"
    with pytest.raises(DomainError) as target:
        prepared(session, other, Outcome.MERGED, merged_into_id=third.id)
    assert target.value.field == "outcome"


def test_a_rejection_against_the_order_of_supports_needs_its_extra_reason(session, proposal, other):
    proposal.supports_people, other.supports_people = 190, 50
    prepared(session, other)
    with pytest.raises(DomainError) as refusal:
        prepared(session, proposal, Outcome.REJECTED)
    assert refusal.value.field == "against_order"
    decision = prepared(session, proposal, Outcome.REJECTED, against="Eine Investition passt nicht hinein.")
    assert decision.against_order


def test_the_order_is_asked_again_at_the_check_and_at_publication(session, conference, proposal, other, voice, now):
    proposal.supports_people, other.supports_people = 190, 50
    early = prepared(session, proposal, Outcome.REJECTED)
    checked(session, other)
    with pytest.raises(DomainError):
        check(session, decision=early, by=voice, now=now)
    session.refresh(early)
    other_decision = queries.decision_on(session, other)
    send_back(session, decision=other_decision, reason="Noch nicht.", by=voice, now=now)
    prepared(session, other, Outcome.REJECTED)
    check(session, decision=early, by=voice, now=now)
    checked(session, other)
    with pytest.raises(DomainError) as refusal:
        publish(session, conference, voice, now)
    assert refusal.value.values == {"numbers": str(proposal.id)}


def test_the_preparer_cannot_check_and_the_database_agrees(session, proposal, now):
    by = Voice(editor(session).id, "office_editor")
    decision = prepared(session, proposal, by=by)
    with pytest.raises(DomainError):
        check(session, decision=decision, by=by, now=now)
    session.expire(decision)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.update(Decision)
            .where(Decision.id == decision.id)
            .values(state=DecisionState.CHECKED, checked_by_id=by.actor_id, checked_at=now)
        )


def test_nobody_in_person_cannot_check(session, proposal, now):
    decision = prepared(session, proposal)
    with pytest.raises(DomainError):
        check(session, decision=decision, by=Voice(None, "system"), now=now)


def test_an_answer_must_be_readable_for_its_author_before_it_is_checked(session, conference, voice, now):
    proposal = make_proposal(session, "Daha çok bank", language="tr", conference=conference)
    decision = prepared(session, proposal)
    assert untold(session, decision) == "tr"
    with pytest.raises(DomainError) as refusal:
        check(session, decision=decision, by=voice, now=now)
    assert refusal.value.values == {"language": "Türkçe"}
    session.refresh(decision)
    words = Words("", "Eksik olduğu için.", {})
    translate(session, decision=decision, language="tr", words=words, status=Status.HUMAN, by=voice, now=now)
    assert untold(session, decision) is None
    prepared(session, proposal, plain="Neu gefasst.")
    assert untold(session, decision) == "tr"
    translate(session, decision=decision, language="tr", words=words, status=Status.HUMAN, by=voice, now=now)
    check(session, decision=decision, by=voice, now=now)
    assert decision.state is DecisionState.CHECKED
    with pytest.raises(Conflict):
        translate(session, decision=decision, language="ar", words=words, status=Status.HUMAN, by=voice, now=now)


def test_a_decision_goes_back_with_a_reason_and_only_before_it_is_public(session, conference, proposal, voice, now):
    decision = checked(session, proposal)
    with pytest.raises(DomainError):
        send_back(session, decision=decision, reason=" ", by=voice, now=now)
    send_back(session, decision=decision, reason="Zu kurz.", by=voice, now=now)
    assert (decision.state, decision.checked_by_id) == (DecisionState.PREPARED, None)
    checked(session, proposal)
    publish(session, conference, voice, now)
    with pytest.raises(Conflict):
        send_back(session, decision=decision, reason="Zu spät.", by=voice, now=now)


@pytest.mark.parametrize("state", ["without", "prepared"])
def test_one_missing_decision_keeps_all_of_them_back(session, conference, proposal, other, voice, now, state):
    decision = checked(session, proposal)
    if state == "prepared":
        prepared(session, other)
    with pytest.raises(DomainError) as refusal:
        publish(session, conference, voice, now)
    assert refusal.value.values == {"number": 1}
    assert (decision.state, proposal.state, conference.decided_at) == (DecisionState.CHECKED, State.PUBLISHED, None)
    assert queries.answer_to(session, proposal.id, ["de"]) is None
    assert letters(session) == {}


def test_a_conference_without_proposals_has_nothing_to_publish(session, conference, voice, now):
    with pytest.raises(Conflict):
        publish(session, conference, voice, now)


def test_publishing_decides_every_proposal_of_this_conference_only(session, conference, proposal, other, voice, now):
    proposal.supports_people, proposal.supports_organisations = 7, 2
    elsewhere = make_proposal(session, conference=make_conference(session, "deciding"))
    prepared(session, elsewhere)
    checked(session, proposal, Outcome.PARTLY, taken="Die Bänke.", not_taken="Der Brunnen.")
    checked(session, other, Outcome.REJECTED)
    make_proposal(session, conference=conference, state=State.WITHDRAWN)
    assert publish(session, conference, voice, now) == 2
    assert (proposal.state, proposal.outcome) == (State.DECIDED, Outcome.PARTLY)
    assert (other.state, other.outcome) == (State.DECIDED, Outcome.REJECTED)
    assert (elsewhere.state, conference.decided_at) == (State.PUBLISHED, now)
    passage = session.scalars(sa.select(ProposalRound).where(ProposalRound.proposal_id == proposal.id)).one()
    assert (passage.result, passage.supports_people, passage.supports_organisations) == (Round.DECIDED, 7, 2)
    assert passage.ended_at == now
    assert acts(session, "proposal", proposal.id) == [("decision.published", True)]
    assert acts(session, "conference", conference.id) == [("conference.decided", True)]
    with pytest.raises(Conflict):
        publish(session, conference, voice, now)


def test_a_merge_keeps_the_original_names_its_author_and_moves_no_support(
    session, conference, proposal, other, voice, now
):
    fan = make_account(session)
    supported(session, proposal, fan)
    checked(session, proposal, Outcome.MERGED, merged_into_id=other.id)
    checked(session, other)
    publish(session, conference, voice, now)
    assert (proposal.state, proposal.outcome, proposal.merged_into_id) == (State.DECIDED, Outcome.MERGED, other.id)
    assert current_version(session, proposal.text_id, "de").title == "Mehr Bänke"
    co = session.scalars(sa.select(CoAuthor)).one()
    assert (co.proposal_id, co.from_proposal_id, co.account_id) == (other.id, proposal.id, proposal.author_id)
    assert [row.proposal_id for row in session.scalars(sa.select(Support))] == [proposal.id]
    assert (proposal.supports_people, other.supports_people) == (1, 0)
    passage = session.scalars(sa.select(ProposalRound).where(ProposalRound.proposal_id == proposal.id)).one()
    assert passage.result is Round.MERGED
    letter = letters(session)[fan.email]
    assert letter.kind == "decision_merged"
    assert ("decision.merged", True) in acts(session, "proposal", other.id)


def test_a_merge_whose_target_is_gone_stops_the_publication(session, conference, proposal, other, voice, now):
    checked(session, proposal, Outcome.MERGED, merged_into_id=other.id)
    other.state = State.WITHDRAWN
    session.flush()
    with pytest.raises(DomainError) as refusal:
        publish(session, conference, voice, now)
    assert refusal.value.values == {"number": proposal.id}


def test_authors_and_supporters_get_one_letter_each_in_their_language(session, conference, proposal, voice, now):
    turkish = make_account(session, language="tr")
    silent = make_account(session, letters=False)
    blocked = make_account(session, state=AccountState.BLOCKED)
    delegate = make_delegate(session, make_organisation(session))
    earlier = make_account(session)
    older = make_proposal(session)
    session.add(CoAuthor(proposal_id=proposal.id, from_proposal_id=older.id, account_id=earlier.id))
    supported(session, proposal, turkish, silent, blocked, proposal.author)
    supported(session, proposal, delegate, organisation=make_organisation(session))
    decision = prepared(session, proposal)
    words = Words("", "Eksik olduğu için.", {})
    translate(session, decision=decision, language="tr", words=words, status=Status.CHECKED, by=voice, now=now)
    check(session, decision=decision, by=voice, now=now)
    publish(session, conference, voice, now)
    found = {email: (letter.kind, letter.language) for email, letter in letters(session).items()}
    assert found == {
        proposal.author.email: ("decision_author", "de"),
        earlier.email: ("decision_author", "de"),
        turkish.email: ("decision_supporter", "tr"),
        delegate.email: ("decision_supporter", "de"),
    }
    assert letters(session)[turkish.email].context["plain"] == "Eksik olduğu için."
    assert letters(session)[delegate.email].context["plain"] == "Weil es fehlt."


@pytest.mark.parametrize(
    ("outcome", "values", "said"),
    [
        (Outcome.ACCEPTED, {}, "Weil es fehlt."),
        (Outcome.PARTLY, {"taken": "Die Bänke.", "not_taken": "Der Brunnen."}, "Der Brunnen."),
        (Outcome.REJECTED, {}, "Weil es fehlt."),
        (Outcome.FORWARDED, {"forwarded_to": "Bezirksvertretung Senne"}, "Bezirksvertretung Senne"),
    ],
)
def test_the_letters_say_what_was_decided_and_why(
    app, session, conference, proposal, voice, now, outcome, values, said
):
    fan = make_account(session)
    supported(session, proposal, fan)
    checked(session, proposal, outcome, **values)
    publish(session, conference, voice, now)
    for letter in letters(session).values():
        for language in ("de", "de@simple", "ar"):
            with app.test_request_context():
                text = render_letter(f"letters/{letter.kind}.txt", BY_BABEL[language], **letter.context)
            assert "Mehr Bänke" in text.splitlines()[0]
            assert said in text
            assert "Rat der Stadt" in text
            assert "None" not in text


def test_the_letters_of_a_merge_and_of_a_regular_service_lead_to_them(
    app, session, conference, proposal, other, voice, now
):
    fan, third = make_account(session), make_proposal(session, "Beratung", conference=conference)
    supported(session, proposal, fan)
    service = make_service(session, "Sozialberatung", contact="beratung@example.org", link="https://example.org/rat")
    checked(session, proposal, Outcome.MERGED, merged_into_id=other.id)
    checked(session, other)
    checked(session, third, Outcome.EXISTS, service_id=service.id)
    publish(session, conference, voice, now)
    texts = {}
    for email, letter in letters(session).items():
        with app.test_request_context():
            texts[email] = render_letter(f"letters/{letter.kind}.txt", BY_BABEL["de"], **letter.context)
    assert "Brunnen" in texts[fan.email]
    assert "Brunnen" in texts[proposal.author.email]
    assert "Sozialberatung\nberatung@example.org\nhttps://example.org/rat" in texts[third.author.email]
