"""What people do in the tests of discussions."""

import sqlalchemy as sa

from bihaelt.comments import operations, queries
from bihaelt.comments.domain import Stance
from bihaelt.comments.models import Comment
from bihaelt.journal.domain import Voice
from tests.factories import NOW, make_account

CHAIN = ("de", "en")


def say(session, proposal, body="Gute Idee.", *, by=None, stance=Stance.FOR, now=NOW, **values):
    voice = by if isinstance(by, Voice) else Voice((by or make_account(session)).id)
    return operations.write_comment(
        session, proposal=proposal, body=body, stance=stance, language="de", by=voice, now=now, **values
    )


def write(client, proposal, body="Das fehlt in Sennestadt.", stance="for", **fields):
    return client.post(f"/de/proposals/{proposal.id}/comments", {"body": body, "stance": stance, **fields})


def discussion(session, proposal, **values):
    session.expire_all()
    return queries.discussion(session, proposal.id, CHAIN, **values)


def only(session):
    return session.scalars(sa.select(Comment)).one()
