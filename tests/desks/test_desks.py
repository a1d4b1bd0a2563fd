"""The start page of those who work here."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bihaelt.comments.domain import CommentState, Stance
from bihaelt.comments.models import Comment
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.desks import queries
from bihaelt.desks.queries import Queue, Waiting
from bihaelt.moderation.domain import AppealState, Ground, ReportState
from bihaelt.moderation.models import Appeal, Hiding, Report
from bihaelt.organisations.domain import OrganisationState
from bihaelt.pages.domain import FeedbackKind
from bihaelt.pages.models import Feedback
from bihaelt.proposals.domain import Outcome, State
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate
from bihaelt.votes.operations.closing import close
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import add, make_account, make_conference, make_organisation, make_proposal, make_text
from tests.votes.ballot_stage import STAFF, make_ballot, make_draft, ring_of

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.fixture
def cast(session):
    return make_cast(session)


def waiting(session, queue):
    return queries.waiting(session, [queue], NOW, TODAY)[queue]


def make_comment(session, **values):
    text = make_text(session, "", "Gut.")
    defaults = {
        "proposal_id": make_proposal(session).id,
        "text_id": text.id,
        "stance": Stance.FOR,
        "state": CommentState.VISIBLE,
    }
    return add(session, Comment(**(defaults | {"created_at": NOW} | values)))


def make_report(session, comment, ground=Ground.INSULT, **values):
    defaults = {"language": "de", "ground": ground, "state": ReportState.OPEN, "created_at": NOW - DAY}
    return add(session, Report(comment_id=comment.id, **(defaults | values)))


def test_proposals_to_check(session):
    for due in (TODAY - DAY, TODAY, TODAY + DAY):
        make_proposal(session, state=State.SUBMITTED, due_on=due)
    make_proposal(session, state=State.NEEDS_INFO, due_on=TODAY)
    assert waiting(session, Queue.PROPOSALS) == Waiting(3, 1, TODAY)


def test_organisations_to_verify(session):
    make_organisation(session, state=OrganisationState.REQUESTED, verified_at=None, due_on=TODAY - DAY)
    make_organisation(session, state=OrganisationState.REQUESTED, verified_at=None)
    make_organisation(session)
    assert waiting(session, Queue.ORGANISATIONS) == Waiting(2, 1, None)


def test_reported_comments_count_once_and_threats_are_due_sooner(session):
    twice = make_comment(session)
    make_report(session, twice, reporter_id=make_account(session).id)
    make_report(session, twice, reporter_id=make_account(session).id)
    make_report(session, make_comment(session), Ground.THREAT)
    make_report(session, make_comment(session), state=ReportState.DISMISSED, decided_at=NOW)
    assert waiting(session, Queue.REPORTS) == Waiting(2, 1, NOW + 2 * DAY)


def test_appeals(session):
    hiding = add(
        session, Hiding(comment_id=make_comment(session).id, ground=Ground.INSULT, reason="Weil.", created_at=NOW)
    )
    add(session, Appeal(hiding_id=hiding.id, body="Nein.", state=AppealState.OPEN, created_at=NOW))
    assert waiting(session, Queue.APPEALS) == Waiting(1, 0, None)


def make_decision(session, proposal, **values):
    text = make_text(session, "", "Weil.")
    defaults = {
        "outcome": Outcome.ACCEPTED, "reason": Reason.FITS, "text_id": text.id, "state": DecisionState.PREPARED,
        "body": "Rat", "decided_on": TODAY, "prepared_at": NOW,
    }  # fmt: skip
    return add(session, Decision(proposal_id=proposal.id, conference_id=proposal.conference_id, **(defaults | values)))


def test_decisions_to_prepare_and_to_check(session):
    deciding, late = make_conference(session, "deciding"), make_conference(session, "reporting")
    make_proposal(session, conference=deciding)
    make_decision(session, make_proposal(session, conference=deciding))
    make_proposal(session, conference=late)
    make_proposal(session, conference=make_conference(session, "voting"))
    assert waiting(session, Queue.PREPARE) == Waiting(2, 1, deciding.decision_by)
    assert waiting(session, Queue.CHECK) == Waiting(1, 0, deciding.decision_by)


def test_accepted_proposals_without_a_measure(session):
    make_proposal(session, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    make_proposal(session, state=State.DECIDED, outcome=Outcome.REJECTED)
    assert waiting(session, Queue.MEASURES) == Waiting(1, 0, None)


def test_translations_out_of_date(session):
    """Of what everybody can read: the words of a draft are nobody's work."""
    texts = [
        session.get_one(Text, make_proposal(session, state=state).text_id) for state in (State.PUBLISHED, State.DRAFT)
    ]
    unchanged = session.get_one(Text, make_proposal(session).text_id)
    for text in (*texts, unchanged):
        translate(
            session, text=text, language="en", words=Words("Old"), status=Status.HUMAN, now=NOW,
            made_from=current_version(session, text.id, "de"),
        )  # fmt: skip
        if text is not unchanged:
            rewrite(session, text=text, words=Words("Neu"), now=NOW)
    assert waiting(session, Queue.TRANSLATIONS) == Waiting(1, 0, None)


def test_feedback_to_answer(session):
    for n, due in enumerate((TODAY - DAY, TODAY + DAY)):
        add(session, Feedback(
            number=f"F{n}", kind=next(iter(FeedbackKind)), body="Zu klein.", language="de", created_at=NOW, due_on=due
        ))  # fmt: skip
    assert waiting(session, Queue.FEEDBACK) == Waiting(2, 1, TODAY + DAY)


def test_votes_to_bring_to_an_end(session, app):
    running = make_ballot(session, app)
    late = make_ballot(session, app)
    assert waiting(session, Queue.BALLOTS) == Waiting(2, 0, running.closes_at)
    close(session, ring=ring_of(app), ballot=late, by=STAFF, now=late.closes_at)
    assert waiting(session, Queue.BALLOTS) == Waiting(2, 0, running.closes_at)
    make_draft(session)
    assert waiting(session, Queue.BALLOTS).open == 2


def test_no_queues_take_no_statement(session, count_queries):
    with count_queries() as seen:
        assert queries.waiting(session, [], NOW, TODAY) == {}
    assert seen == []


def test_all_queues_take_one_statement_at_any_length(session, client, cast, count_queries):
    client.sign_in(cast.admin)
    counts, made = [], 0
    for upto in (1, 3, 50):
        for _ in range(upto - made):
            make_proposal(session, state=State.SUBMITTED, due_on=TODAY)
            make_organisation(session, state=OrganisationState.REQUESTED, verified_at=None, due_on=TODAY)
        made = upto
        with count_queries() as seen:
            assert client.get("/de/desk/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 3


DESKS = {
    "moderator": {"proposals", "reports", "appeals", "organisations", "feedback"},
    "translator": {"translations", "documents"},
    "admin": {"organisations", "accounts", "catalogues", "pages"},
}


@pytest.mark.parametrize("role", DESKS)
def test_everybody_sees_the_desks_of_their_role_only(client, cast, role):
    client.sign_in(getattr(cast, role))
    page = client.get("/de/desk/")
    seen = {link.split("/desk/")[1] for link in tree(page).xpath("//main//a[contains(@href, '/desk/')]/@href")}
    assert seen >= DESKS[role]
    if role == "translator":
        assert seen == DESKS[role]


def test_every_role_finds_a_page_that_works(client, cast):
    for person in (cast.moderator, cast.translator, cast.editor, cast.council_clerk, cast.plan_owner, cast.admin):
        client.sign_in(person)
        assert client.get("/de/desk/").status_code == 200
        assert client.get("/ar/desk/").status_code == 200


def test_the_most_urgent_queue_comes_first(session, client, cast):
    make_organisation(session, state=OrganisationState.REQUESTED, verified_at=None, due_on=TODAY - DAY)
    make_proposal(session, state=State.SUBMITTED, due_on=TODAY)
    client.sign_in(cast.moderator)
    page = client.get("/en/desk/")
    first, second = tree(page).xpath("//main//ol/li/h2/a/@href")[:2]
    assert first.endswith("/desk/organisations")
    assert second.endswith("/desk/proposals")
    assert "1 overdue" in words(page)


def test_the_desks_are_for_staff(client, cast):
    assert client.get("/de/desk/").status_code == 302
    for person in (cast.citizen, cast.delegate, cast.organisation_admin):
        assert client.sign_in(person).get("/de/desk/").status_code == 403
    assert client.sign_in(cast.moderator, second_factor=False).get("/de/desk/").status_code in (302, 403)
