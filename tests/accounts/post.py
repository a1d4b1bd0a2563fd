"""Reading the letters that a test caused."""

import sqlalchemy as sa

from bihaelt.outbox.models import Letter


def letters(session, kind=None):
    """The waiting letters (of a kind), the oldest first."""
    query = sa.select(Letter).order_by(Letter.id)
    return session.scalars(query if kind is None else query.where(Letter.kind == kind)).all()


def last(session, kind):
    """What the newest letter of a kind tells its template."""
    return letters(session, kind)[-1].context
