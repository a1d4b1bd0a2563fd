"""Supporting a proposal: one per person and one per organisation, in its time, counted apart."""

import pytest
import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.proposals.domain import Outcome, State
from bihaelt.verdicts import DomainError
from bihaelt.votes import operations, queries
from bihaelt.votes.domain import Standing, Tally
from bihaelt.votes.models import Support
from tests.cast import make_cast
from tests.factories import make_account, make_conference, make_delegate, make_organisation, make_proposal


@pytest.fixture
def proposal(session):
    return make_proposal(session)


def support(client, proposal, **fields):
    return client.post(f"/de/proposals/{proposal.id}/support", fields)


def unsupport(client, proposal, **fields):
    return client.post(f"/de/proposals/{proposal.id}/unsupport", fields)


def tally(session, proposal):
    session.expire_all()
    return queries.tallies(session, [proposal.id])[proposal.id]


def test_a_person_supports_and_withdraws(session, client, proposal):
    person = make_account(session)
    client.sign_in(person)
    answer = support(client, proposal)
    assert (answer.status_code, answer.location) == (303, f"/de/proposals/{proposal.id}#support")
    assert tally(session, proposal) == Tally(people=1, organisations=0)
    assert queries.standing(session, proposal.id, proposal.conference_id, person.id) == Standing(person=True)
    assert unsupport(client, proposal).status_code == 303
    assert tally(session, proposal) == Tally()


def test_a_second_click_changes_nothing(session, client, proposal):
    client.sign_in(make_account(session))
    for _ in range(3):
        assert support(client, proposal).status_code == 303
    assert tally(session, proposal) == Tally(people=1)
    for _ in range(3):
        assert unsupport(client, proposal).status_code == 303
    assert tally(session, proposal) == Tally()


def test_a_delegate_has_two_voices_that_are_counted_apart(session, client, proposal):
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation))
    support(client, proposal)
    support(client, proposal, acting_for=organisation.id)
    assert tally(session, proposal) == Tally(people=1, organisations=1)
    unsupport(client, proposal)
    assert tally(session, proposal) == Tally(people=0, organisations=1)


def test_two_delegates_of_one_organisation_give_one_support(session, client, proposal):
    organisation = make_organisation(session)
    first, second = make_delegate(session, organisation), make_delegate(session, organisation)
    support(client.sign_in(first), proposal, acting_for=organisation.id)
    support(client.sign_in(second), proposal, acting_for=organisation.id)
    assert tally(session, proposal) == Tally(organisations=1)
    unsupport(client, proposal, acting_for=organisation.id)
    assert tally(session, proposal) == Tally()


def test_a_delegate_without_a_vote_may_not_support_for_the_organisation(session, client, proposal):
    organisation = make_organisation(session)
    client.sign_in(make_delegate(session, organisation, may_vote=False))
    assert support(client, proposal, acting_for=organisation.id).status_code == 403
    assert support(client, proposal).status_code == 303
    assert tally(session, proposal) == Tally(people=1)


def test_nobody_supports_for_an_organisation_of_others(session, client, proposal):
    cast = make_cast(session)
    for person in (cast.citizen, cast.foreign_delegate, cast.moderator, cast.admin):
        assert support(client.sign_in(person), proposal, acting_for=cast.organisation.id).status_code == 403
    assert tally(session, proposal) == Tally()


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        ("planned", 403), ("collecting", 303), ("screening", 303), ("voting", 403), ("deciding", 403),
        ("reporting", 403), ("done", 403),
    ],
)  # fmt: skip
def test_supports_have_their_time(session, client, phase, status):
    proposal = make_proposal(session, conference=make_conference(session, phase))
    cast = make_cast(session)
    everybody = (cast.citizen, cast.delegate, cast.moderator, cast.translator, cast.plan_owner, cast.admin)
    for person in everybody:
        assert support(client.sign_in(person), proposal).status_code == status
    assert support(client.sign_in(cast.delegate), proposal, acting_for=cast.organisation.id).status_code == status
    assert support(client.sign_in(cast.blocked), proposal).status_code == 403
    assert support(client.sign_out(), proposal).status_code == 403
    expected = Tally(people=len(everybody), organisations=1) if status == 303 else Tally()
    assert tally(session, proposal) == expected


def test_the_reason_says_until_when(session, client):
    proposal = make_proposal(session, conference=make_conference(session, "voting"))
    answer = client.sign_in(make_account(session)).post(f"/en/proposals/{proposal.id}/support")
    assert "Supporting ended on 16 Nov 2026, 12:00" in answer.text
    planned = make_proposal(session, conference=make_conference(session, "planned"))
    assert "Supporting begins on 2 Dec 2026" in client.post(f"/en/proposals/{planned.id}/support").text


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.NEEDS_INFO, State.WITHDRAWN])
def test_what_is_not_public_is_not_there(session, client, state):
    proposal = make_proposal(session, state=state)
    assert support(client.sign_in(make_account(session)), proposal).status_code == 404


def test_what_is_decided_takes_no_supports(session, client):
    proposal = make_proposal(session, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    assert support(client.sign_in(make_account(session)), proposal).status_code == 403


def test_a_form_without_a_token_stores_nothing(session, client, proposal):
    client.sign_in(make_account(session))
    for fields in ({}, {"form_token": "x"}, {"form_token": "\0"}):
        answer = client.post(f"/de/proposals/{proposal.id}/support", fields, token=False)
        assert answer.status_code == 422
    assert tally(session, proposal) == Tally()


@pytest.mark.parametrize("sent", ["abc", "-1", "1.5", "99999999999999999999", "1' OR 1=1", "\0", "\u202e1"])
def test_a_damaged_voice_stores_nothing(session, client, proposal, sent):
    client.sign_in(make_account(session))
    assert support(client, proposal, acting_for=sent).status_code in (403, 422)
    assert tally(session, proposal) == Tally()


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "x"])
def test_an_unknown_proposal_is_no_page(session, client, number):
    client.sign_in(make_account(session))
    assert client.post(f"/de/proposals/{number}/support").status_code == 404


def test_the_record_keeps_that_a_person_supported_but_not_who(session, client, proposal):
    organisation = make_organisation(session)
    person = make_delegate(session, organisation)
    client.sign_in(person)
    support(client, proposal)
    support(client, proposal)
    support(client, proposal, acting_for=organisation.id)
    unsupport(client, proposal)
    entries = session.scalars(
        sa.select(JournalEntry).where(JournalEntry.subject_kind == "proposal").order_by(JournalEntry.id)
    ).all()
    assert [(e.act, e.actor_id, e.organisation_id, e.public) for e in entries] == [
        ("proposal.supported", None, None, False),
        ("proposal.supported", person.id, organisation.id, True),
        ("proposal.support_withdrawn", None, None, False),
    ]


def test_a_support_keeps_the_language_of_its_page(session, client, proposal):
    client.sign_in(make_account(session))
    client.post(f"/ar/proposals/{proposal.id}/support")
    assert session.scalar(sa.select(Support.language)) == "ar"


def test_a_support_given_outside_its_time_is_refused_by_the_operation_too(session, now):
    proposal = make_proposal(session, conference=make_conference(session, "deciding"))
    person = make_account(session)
    voice = db.session().get_one(type(person), person.id)
    for act in (operations.support, operations.withdraw_support):
        extra = {"language": "de"} if act is operations.support else {}
        with pytest.raises(DomainError, match="Supporting ended"):
            act(session, proposal=proposal, by=Voice(voice.id), now=now, **extra)


def test_supports_stay_with_their_conference(session, client, proposal):
    person = make_account(session)
    support(client.sign_in(person), proposal)
    first, second = proposal.conference_id, make_conference(session).id
    session.refresh(proposal)
    proposal.conference_id, proposal.supports_people = second, 0
    session.flush()
    assert not queries.standing(session, proposal.id, second, person.id).person
    assert support(client, proposal).status_code == 303
    assert queries.counted(session, proposal.id, first) == queries.counted(session, proposal.id, second) == Tally(1, 0)
    assert queries.miscounted(session) == {}


def test_a_wrong_counter_is_found_and_put_right(session, client, proposal, now):
    support(client.sign_in(make_account(session)), proposal)
    make_proposal(session)
    session.refresh(proposal)
    proposal.supports_people, proposal.supports_organisations = 7, 3
    session.flush()
    assert operations.recount(session, now=now) == {proposal.id: Tally(1, 0)}
    assert tally(session, proposal) == Tally(1, 0)
    assert operations.recount(session, now=now) == {}


def test_a_visitor_has_no_standing_and_costs_no_statement(session, proposal, count_queries):
    with count_queries() as seen:
        assert queries.standing(session, proposal.id, 1, None) == Standing()
        assert queries.tallies(session, []) == {}
    assert seen == []


@pytest.mark.parametrize("number", [1, 3, 50])
def test_standing_and_tallies_are_one_statement_each(session, count_queries, number):
    proposals = [make_proposal(session) for _ in range(number)]
    organisations = [make_organisation(session).id for _ in range(number)]
    person = make_account(session)
    session.flush()
    with count_queries() as seen:
        queries.standing(session, proposals[0].id, proposals[0].conference_id, person.id, organisations)
        queries.tallies(session, [proposal.id for proposal in proposals])
    assert len(seen) == 2


@pytest.mark.parametrize("voices", [0, 3])
def test_one_support_costs_the_same_number_of_statements_whoever_gives_it(
    session, client, proposal, count_queries, voices
):
    person = make_account(session)
    for _ in range(voices):
        make_delegate(session, make_organisation(session), account=person)
    client.sign_in(person)
    with count_queries() as seen:
        assert support(client, proposal).status_code == 303
    assert len(seen) <= 8, seen
