"""Letters about requests for money: to those who approve next, and to the person who asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.i18n import local
from bihaelt.marks import label_of
from bihaelt.money import queries
from bihaelt.money.domain import Step
from bihaelt.money.models import Transfer
from bihaelt.outbox.operations import enqueue


def tell_next(session: Session, *, request: Transfer, step: Step, now: datetime) -> None:
    """Everybody who may take ``step`` gets a letter, but for whom that would be a second pair of the same eyes."""
    seen = {request.requested_by_id, *(approval.by_id for approval in queries.eyes(session, request.id))}
    without = [account_id for account_id in seen if account_id is not None]
    for person in queries.holders_of(
        session, step, local(now).date(), cluster_id=request.asked_cluster_id, without=without
    ):
        _send(session, "money_to_approve", person, request, now)
    session.flush()


def tell_asker(session: Session, *, request: Transfer, now: datetime) -> None:
    """The person who asked learns what was decided."""
    person = session.get(Account, request.requested_by_id) if request.requested_by_id else None
    if person is not None and person.state is AccountState.ACTIVE:
        _send(session, "money_answered", person, request, now)
    session.flush()


def _send(session: Session, kind: str, person: Account, request: Transfer, now: datetime) -> None:
    source = request.from_measure
    enqueue(
        session, kind=kind, email=person.email, language=person.language, account_id=person.id, now=now,
        name=person.display_name, transfer_id=request.id, request_words=label_of(request.kind), year=request.year,
        cents=request.cents, source=source.number if source else "", target=request.to_measure.number,
        reason=request.reason, due_on=request.due_on.isoformat(), state_words=label_of(request.state),
        refusal=request.refusal,
    )  # fmt: skip
