"""The pages that are measured, as a visitor and signed in."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask, url_for

from bihaelt.accounts.models import Account, SignIn
from bihaelt.actors import hash_of
from bihaelt.extensions import db
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal

Page = tuple[str, str, dict[str, str]]


def of(app: Flask) -> Iterator[Page]:
    """(name, path, headers) of each page."""
    with app.test_request_context("/de/"):
        session = db.session()
        newest, oldest = ends(session)
        with_answers = session.scalar(sa.select(sa.func.max(Proposal.id)).where(Proposal.state == State.DECIDED))
        conference = session.get_one(Proposal, newest).conference_id
        last = Cursor((int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()), 0), back=True).encode()
        paths = [
            ("start page", url_for("pages.start", lang="de")),
            ("proposals, newest first", url_for("proposals.index", lang="de")),
            ("proposals, filtered", url_for("proposals.index", lang="de", conference=conference)),
            ("proposals, last page", url_for("proposals.index", lang="de", cursor=last)),
            ("proposal", url_for("proposals.show", lang="de", proposal_id=oldest)),
            ("proposal with answer and measure", url_for("proposals.show", lang="de", proposal_id=with_answers)),
            ("plan board", url_for("plan.board", lang="de")),
            ("search", url_for("search.index", lang="de", q="Park")),
        ]
        cookie = signed_in(app, session)
        session.rollback()
    for name, path in paths:
        yield name, path, {}
    for name, path in paths[1:2] + paths[4:5]:
        yield f"{name}, signed in", path, {"Cookie": cookie}


def ends(session: sa.orm.Session) -> tuple[int, int]:
    ids = session.execute(
        sa.select(sa.func.max(Proposal.id), sa.func.min(Proposal.id)).where(Proposal.state == State.PUBLISHED)
    ).one()
    return int(ids[0]), int(ids[1])


def signed_in(app: Flask, session: sa.orm.Session) -> str:
    """The cookie of a real session of a demo citizen."""
    now, token = datetime.now(UTC), secrets.token_urlsafe(24)
    account = session.scalars(sa.select(Account).where(Account.email.like("buerger5@%"))).one()
    session.add(
        SignIn(
            account_id=account.id, token_hash=hash_of(token), created_at=now, seen_at=now, fresh_at=now,
            ends_at=now + timedelta(hours=8), device="bench",
        )
    )  # fmt: skip
    session.commit()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": token, "_fresh": True, "seen": int(now.timestamp())})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"
