"""Letters to authors, in every language, with hostile words in them."""

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.mailer import message_of
from bihaelt.outbox.models import Letter
from bihaelt.proposals import operations
from bihaelt.proposals.domain import ReturnReason, State
from tests.factories import NOW, make_account, make_conference, make_proposal

TITLE = "[Klick](https://evil.example) <b>\r\nBcc: x@y.z"


@pytest.fixture
def letters(session, app):
    def read(language, kind):
        author = make_account(session, name="Fatma", language=language)
        moderator = Voice(make_account(session, Role.MODERATOR).id, "moderator")
        conference = make_conference(session)
        proposal = make_proposal(session, TITLE, conference=conference, author=author, state=State.SUBMITTED)
        if kind == "proposal_submitted":
            proposal.state = State.DRAFT
            session.flush()
            operations.submit(session, proposal=proposal, conference=conference, by=Voice(author.id), now=NOW)
        elif kind == "proposal_published":
            operations.publish(session, proposal=proposal, by=moderator, now=NOW)
        elif kind == "proposal_question":
            operations.ask(session, proposal=proposal, question="Wo genau?", by=moderator, now=NOW)
        else:
            operations.give_back(session, proposal=proposal, reason=ReturnReason.DOUBLE, words="Zweimal.", by=moderator,
                                 now=NOW)  # fmt: skip
        session.flush()
        letter = session.query(Letter).order_by(Letter.id.desc()).first()
        with app.test_request_context():
            return letter, message_of(letter, NOW)

    return read


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
@pytest.mark.parametrize("kind", ["proposal_submitted", "proposal_published", "proposal_question", "proposal_returned"])
def test_a_letter_is_written_in_the_language_of_the_account(letters, language, kind):
    letter, message = letters(language.babel, kind)
    assert (letter.kind, message["Content-Language"]) == (kind, language.tag)
    text = message.get_body(("plain",)).get_content()
    assert f"http://localhost/{language.url}/proposals/" in text
    assert "Bcc" not in message
    html = message.get_body(("html",)).get_content()
    assert "<b>" not in html
    assert 'href="https://evil.example' not in html
    assert kind != "proposal_question" or "Wo genau?" in text
    assert kind != "proposal_returned" or "Zweimal." in text
