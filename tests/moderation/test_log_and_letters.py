"""The public log without names, the letters in every language, and the counters."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihaelt.comments import queries as comments
from bihaelt.comments.domain import CommentState, Ground
from bihaelt.comments.operations import withdraw_comment
from bihaelt.i18n import BY_BABEL, LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.moderation import operations
from bihaelt.moderation.domain import due_at
from bihaelt.moderation.models import Hiding
from bihaelt.rendering import render_letter
from bihaelt.verdicts import DomainError
from tests.browser import tree, words
from tests.factories import NOW, make_account
from tests.moderation.acts import CANARY, hide, say, voice


def test_the_public_log_has_counts_and_grounds_but_no_names_and_no_texts(session, client, comment, cast):
    hiding = hide(session, comment, cast.moderator, reason="Wegen des bösen Satzes.")
    found = operations.appeal_hiding(session, hiding=hiding, body="Einspruch!", by=Voice(cast.citizen.id), now=NOW)
    operations.decide_appeal(session, appeal=found, granted=True, answer="Ja.", by=voice(cast.other_moderator), now=NOW)
    page = client.get("/en/moderation")
    text = words(page)
    assert page.headers["Cache-Control"].startswith("public")
    assert text.count("Ground: Insult") == 2
    assert "11/2026" in text
    for secret in (
        CANARY,
        "bösen",
        "Einspruch!",
        cast.citizen.display_name,
        cast.other_moderator.display_name,
        "Mehr Bänke",
    ):
        assert secret not in text


def test_the_log_goes_on_after_its_first_page(session, client, proposal, cast):
    for _ in range(30):
        each = say(session, proposal, make_account(session))
        hide(session, each, cast.moderator)
        operations.restore_comment(session, comment=each, reason="x", by=voice(cast.moderator), now=NOW)
    first = client.get("/de/moderation")
    assert len(tree(first).xpath("//ul[@class='rows']/li")) == 50
    second = client.get(tree(first).xpath("//a[@rel='next']/@href")[0])
    assert len(tree(second).xpath("//ul[@class='rows']/li")) == 10
    assert len(tree(client.get(tree(second).xpath("//a[@rel='prev']/@href")[0])).xpath("//ul[@class='rows']/li")) == 50


CONTEXT = {
    "title": "<b>Mehr Bänke</b>", "reason": "Darum.", "answer": "Darum.", "ground": "Insult", "until": "2027-05-25",
    "hiding_id": 1, "visible": True, "comment_id": 1, "name": "Ayşe",
}  # fmt: skip


@pytest.mark.parametrize("language", [each.babel for each in LANGUAGES])
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("hidden", {}), ("restored", {}), ("receipt", {}), ("decided", {"hidden": True}), ("decided", {"hidden": False}),
        ("decided", {"hidden": False, "report_id": 1}), ("appeal", {"granted": True}), ("appeal", {"granted": False}),
        ("report_appeal", {"visible": True, "report_id": 1}), ("report_appeal", {"visible": False, "report_id": 1}),
        ("second_look", {"granted": True, "report_id": None}), ("second_look", {"granted": False, "report_id": None}),
        ("second_look", {"granted": True, "report_id": 1}),
    ],
)  # fmt: skip
def test_every_letter_can_be_written_in_every_language(app, session, kind, more, language):
    with app.test_request_context("/"):
        letter = render_letter(f"letters/moderation_{kind}.txt", BY_BABEL[language], **(CONTEXT | more))
    assert letter.startswith("Subject: ")
    assert "<b>Mehr Bänke</b>" in letter
    assert "%(" not in letter


def test_threats_come_first():
    assert due_at(Ground.THREAT, NOW) == NOW + timedelta(days=1)
    assert due_at(Ground.ADVERTISING, NOW) == NOW + timedelta(days=3)


ACTS = st.lists(
    st.tuples(st.sampled_from(["hide", "restore", "withdraw", "write", "answer"]), st.integers(0, 3)), max_size=15
)


@given(ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_moderation_does_the_counters_of_comments_stay_right(session, cast, proposal, acts):
    inner = session.begin_nested()
    written = [say(session, proposal, make_account(session))]
    for act, number in acts:
        each = written[number % len(written)]
        try:
            if act == "hide":
                hide(session, each, cast.moderator)
            elif act == "restore":
                operations.restore_comment(session, comment=each, reason="x", by=voice(cast.moderator), now=NOW)
            elif act == "withdraw":
                withdraw_comment(session, comment=each, by=Voice(each.author_id), now=NOW)
            else:
                written.append(say(session, proposal, make_account(session), parent=each if act == "answer" else None))
        except DomainError:
            continue
    assert comments.miscounted(session) == {}
    assert session.scalar(sa.select(sa.func.count(Hiding.id)).where(Hiding.ended_at.is_(None))) >= sum(
        each.state is CommentState.HIDDEN for each in written
    )
    inner.rollback()
