"""What people do in the tests of moderation."""

import sqlalchemy as sa

from bihaelt.comments.domain import Ground, Stance
from bihaelt.comments.operations import write_comment
from bihaelt.journal.domain import Voice
from bihaelt.moderation import operations
from bihaelt.moderation.models import Appeal
from bihaelt.outbox.models import Letter
from tests.factories import NOW

CANARY = "Nachtigall-Kanari"
VALID = {"ground": "insult", "body": "Das beleidigt Menschen.", "honest": "y"}


def say(session, proposal, author, body=f"{CANARY}: ein böser Satz", parent=None):
    return write_comment(
        session,
        proposal=proposal,
        body=body,
        stance=Stance.NOTE,
        language="de",
        by=Voice(author.id),
        now=NOW,
        parent=parent,
    )


def voice(account):
    return Voice(account.id, "moderator")


def hide(session, comment, moderator, **values):
    given = {"ground": Ground.INSULT, "reason": "Das Wort X verletzt Regel 2."} | values
    return operations.hide_comment(session, comment=comment, by=voice(moderator), now=NOW, **given)


def report(client, comment, **fields):
    return client.post(f"/de/comments/{comment.id}/report", VALID | fields)


def letters(session, kind):
    return session.scalars(sa.select(Letter).where(Letter.kind == kind).order_by(Letter.id)).all()


def decide(client, comment, act, **fields):
    return client.post(
        f"/de/desk/reports/{comment.id}/{act}", {f"{act}-{name}": value for name, value in fields.items()}
    )


def appeal(client, hiding, body="Das war Satire."):
    return client.post(f"/de/my/moderation/{hiding.id}", {"body": body})


def judge(client, found, decision="granted", answer="Beim zweiten Blick in Ordnung."):
    return client.post(f"/de/desk/appeals/{found.id}", {"decision": decision, "answer": answer})


def only_appeal(session):
    return session.scalars(sa.select(Appeal)).one()
