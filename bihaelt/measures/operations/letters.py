"""Letters to the people whose proposals a measure came from, and to the people of offices."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.queries import running_on
from bihaelt.i18n import BY_BABEL, DEFAULT, local
from bihaelt.marks import label_of
from bihaelt.measures.models import Measure, Origin
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.models import CoAuthor, Proposal
from bihaelt.texts.queries import shown


def tell_authors(
    session: Session,
    *,
    kind: str,
    measure: Measure,
    now: datetime,
    proposal_ids: Iterable[int] | None = None,
    reason: str = "",
) -> None:
    """Write to the authors and co-authors of the given proposals (of all that the measure came from), each once."""
    ids = (
        list(proposal_ids)
        if proposal_ids is not None
        else session.scalars(sa.select(Origin.proposal_id).where(Origin.measure_id == measure.id)).all()
    )
    own = sa.select(Proposal.author_id).where(Proposal.id.in_(ids))
    joined = sa.select(CoAuthor.account_id).where(CoAuthor.proposal_id.in_(ids))
    readers = session.scalars(
        sa.select(Account)
        .where(sa.or_(Account.id.in_(own), Account.id.in_(joined)), Account.state == AccountState.ACTIVE)
        .order_by(Account.id)
    ).all()
    titles = {
        language: shown(session, [measure.text_id], BY_BABEL.get(language, DEFAULT).chain)[measure.text_id].title
        for language in sorted({reader.language for reader in readers})
    }
    for reader in readers:
        enqueue(
            session,
            kind=kind,
            email=reader.email,
            language=reader.language,
            account_id=reader.id,
            now=now,
            name=reader.display_name,
            measure_id=measure.id,
            number=measure.number,
            title=titles[reader.language],
            category=measure.category.value,
            category_words=label_of(measure.category),
            reason=reason,
        )
    session.flush()


def tell_offices(
    session: Session, office_ids: Iterable[int], *, kind: str, measure: Measure, now: datetime, **context: Any
) -> None:
    """Write to everybody who holds a role in one of the offices today; dates in ``context`` as ISO days."""
    holders = sa.select(Grant.account_id).where(
        Grant.office_id.in_(sorted(office_ids)), running_on(Grant, local(now).date())
    )
    readers = session.scalars(
        sa.select(Account).where(Account.id.in_(holders), Account.state == AccountState.ACTIVE).order_by(Account.id)
    ).all()
    facts: dict[str, Any] = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in context.items()
    }
    for reader in readers:
        chain = BY_BABEL.get(reader.language, DEFAULT).chain
        enqueue(
            session, kind=kind, email=reader.email, language=reader.language, account_id=reader.id, now=now,
            name=reader.display_name, measure_id=measure.id, number=measure.number,
            title=shown(session, [measure.text_id], chain)[measure.text_id].title, **facts,
        )  # fmt: skip
    session.flush()
