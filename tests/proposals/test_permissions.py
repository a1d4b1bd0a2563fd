"""Who may do what with a proposal: the cast, before, during and after each phase."""

from datetime import timedelta

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role, Seat
from bihaelt.permissions.base import SIGN_IN
from bihaelt.proposals.domain import EDITABLE, PUBLIC, Outcome, ReturnReason, State
from tests.cast import make_cast
from tests.factories import NOW, make_conference, make_proposal

PHASES = ("planned", "collecting", "screening", "voting", "deciding", "reporting", "done")
EVERYBODY = ("visitor", "citizen", "stranger", "delegate", "organisation_admin", "foreign_delegate", "moderator",
             "translator", "editor", "council_clerk", "plan_owner", "admin")  # fmt: skip
ROLES = {"moderator": Role.MODERATOR, "translator": Role.TRANSLATOR, "editor": Role.OFFICE_EDITOR,
         "council_clerk": Role.COUNCIL_CLERK, "plan_owner": Role.PLAN_OWNER, "admin": Role.ADMIN}  # fmt: skip


@pytest.fixture
def cast(session):
    return make_cast(session)


def actor(cast, who):
    if who == "visitor":
        return None
    account = getattr(cast, who)
    roles = frozenset({ROLES[who]}) if who in ROLES else frozenset()
    seats = {
        "delegate": (Seat(cast.organisation.id, "Jugendring", "Geschäftsführung", False, True),),
        "organisation_admin": (Seat(cast.organisation.id, "Jugendring", "Vorsitz", True, True),),
        "foreign_delegate": (Seat(cast.organisation.id + 1, "Sportbund", "Vorstand", False, True),),
    }.get(who, ())  # fmt: skip
    return Actor(account.id, account.display_name, account.email, "de", roles=roles, seats=seats)


def allowed(permission, cast, subject):
    return {who for who in EVERYBODY if permission(actor(cast, who), subject, NOW)}


def proposal_of(session, cast, state, *, organisation=False, phase="collecting"):
    values = {State.RETURNED: {"return_reason": ReturnReason.DOUBLE}, State.DECIDED: {"outcome": Outcome.ACCEPTED}}
    return make_proposal(
        session, conference=make_conference(session, phase), author=cast.delegate if organisation else cast.citizen,
        organisation_id=cast.organisation.id if organisation else None, state=state, **values.get(state, {}),
    )  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_who_sees_a_proposal(session, cast, state):
    own = proposal_of(session, cast, state)
    theirs = proposal_of(session, cast, state, organisation=True)
    moderators = set() if state is State.DRAFT else {"moderator"}
    if state is State.WITHDRAWN:
        own.submitted_at = theirs.submitted_at = NOW
    expected = (set(EVERYBODY),) * 2 if state in PUBLIC else (
        {"citizen"} | moderators, {"delegate", "organisation_admin"} | moderators
    )  # fmt: skip
    assert (allowed(permissions.see_proposal, cast, own), allowed(permissions.see_proposal, cast, theirs)) == expected


def test_a_deleted_draft_is_not_shown_to_moderators(session, cast):
    withdrawn = proposal_of(session, cast, State.WITHDRAWN)
    withdrawn.submitted_at = None
    assert allowed(permissions.see_proposal, cast, withdrawn) == {"citizen"}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("state", State)
def test_who_changes_and_withdraws_in_which_phase(session, cast, state, phase):
    proposal = proposal_of(session, cast, state, phase=phase)
    before_vote = phase in ("planned", "collecting", "screening")
    edit = state in EDITABLE and (state is not State.PUBLISHED or before_vote)
    assert allowed(permissions.edit_proposal, cast, proposal) == ({"citizen"} if edit else set())
    assert allowed(permissions.withdraw_proposal, cast, proposal) == ({"citizen"} if edit else set())
    theirs = proposal_of(session, cast, state, phase=phase, organisation=True)
    assert allowed(permissions.edit_proposal, cast, theirs) == ({"delegate", "organisation_admin"} if edit else set())


def test_the_text_freezes_at_the_very_beginning_of_the_vote(session, cast):
    proposal = proposal_of(session, cast, State.PUBLISHED)
    opens, person = proposal.conference.vote_opens, actor(cast, "citizen")
    assert permissions.edit_proposal(person, proposal, opens - timedelta(microseconds=1))
    assert not permissions.edit_proposal(person, proposal, opens)
    assert not permissions.withdraw_proposal(person, proposal, opens)


def test_everybody_with_an_account_may_write(cast):
    assert allowed(permissions.write_proposal, cast, None) == set(EVERYBODY) - {"visitor"}
    assert permissions.write_proposal(None, None, NOW).reason == SIGN_IN


@pytest.mark.parametrize("state", State)
def test_who_hands_in(session, cast, state):
    proposal = proposal_of(session, cast, state)
    collecting = make_conference(session)
    may = state in (State.DRAFT, State.RETURNED, State.SUBMITTED)
    assert allowed(permissions.submit_proposal, cast, (proposal, collecting, None)) == ({"citizen"} if may else set())
    assert allowed(permissions.submit_proposal, cast, (proposal, None, None)) == set()
    if may:
        closed = permissions.submit_proposal(actor(cast, "citizen"), (proposal, None, NOW), NOW)
        assert closed.values == {"moment": NOW}


@pytest.mark.parametrize("state", State)
def test_who_answers_a_question(session, cast, state):
    proposal = proposal_of(session, cast, state)
    expected = {"citizen"} if state is State.NEEDS_INFO else set()
    assert allowed(permissions.answer_question, cast, proposal) == expected


def test_moderators_check_and_never_their_own(session, cast):
    assert allowed(permissions.check_proposals, cast, None) == {"moderator"}
    assert allowed(permissions.check_proposal, cast, proposal_of(session, cast, State.SUBMITTED)) == {"moderator"}
    own = make_proposal(session, author=cast.moderator, state=State.SUBMITTED)
    assert not permissions.check_proposal(actor(cast, "moderator"), own, NOW)
    assert permissions.check_proposal(actor(cast, "moderator"), proposal_of(session, cast, State.DRAFT), NOW).reason


def test_earlier_versions_are_for_the_author_and_moderators(session, cast):
    proposal = proposal_of(session, cast, State.PUBLISHED)
    assert allowed(permissions.see_earlier_versions, cast, proposal) == {"citizen", "moderator"}


def test_a_moderator_without_a_second_factor_checks_nothing(session, cast):
    person = actor(cast, "moderator")
    half = Actor(person.id, person.name, person.email, "de", roles=person.roles, trusted=False)
    assert not permissions.check_proposals(half, None, NOW)
    assert not permissions.see_proposal(half, proposal_of(session, cast, State.SUBMITTED), NOW)
