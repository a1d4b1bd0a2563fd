"""Reading requests for money: transfers, allocations above the plan, carry-forwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account, Grant
from bihaelt.accounts.queries import running_on
from bihaelt.measures.models import Measure
from bihaelt.money.domain import APPROVERS, RequestKind, Step, TransferState
from bihaelt.money.models import Approval, Pool, Transfer
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list. ``source`` None: the money comes from the cluster's budget."""

    id: int
    kind: RequestKind
    year: int
    cents: int
    state: TransferState
    next_step: Step | None
    due_on: date
    requested_at: datetime
    source: str | None
    target: str
    target_title: Shown
    reason: str


def request(session: Session, transfer_id: int) -> Transfer | None:
    return session.get(Transfer, transfer_id)


def requests(
    session: Session, chain: Sequence[str], *, kind: RequestKind | None = None, state: TransferState | None = None,
    steps: Collection[Step] | None = None, clusters: Collection[int] | None = None, measure_id: int | None = None, year: int | None = None,
    cursor: Cursor | None = None, size: int = 50,
) -> Page[RequestRow]:  # fmt: skip
    """Requests, the newest first; with ``steps`` those that wait for one of them. Two statements.

    ``clusters``: of those that wait for a budget holder only the ones that ask for one of these.
    """
    source, target = aliased(Measure), aliased(Measure)
    query = (
        sa.select(Transfer, source.number.label("source"), target.number.label("target"), target.text_id)
        .outerjoin(source, source.id == Transfer.from_id)
        .join(target, target.id == Transfer.to_id)
    )
    for column, wanted in ((Transfer.kind, kind), (Transfer.state, state), (Transfer.year, year)):
        if wanted is not None:
            query = query.where(column == wanted)
    if steps is not None:
        query = query.where(Transfer.next_step.in_(sorted(steps)))
    if clusters is not None:
        query = query.where(sa.or_(Transfer.next_step.not_in((Step.HOLDER, Step.OTHER_HOLDER)), asks_for(clusters)))
    if measure_id is not None:
        query = query.where(sa.or_(Transfer.from_id == measure_id, Transfer.to_id == measure_id))
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(Transfer.id > cursor.keys[0] if back else Transfer.id < cursor.keys[0])
    found = session.execute(query.order_by(Transfer.id.asc() if back else Transfer.id.desc()).limit(size + 1)).all()
    words = shown(session, {row.text_id for row in found}, chain)
    rows = [
        RequestRow(
            row.Transfer.id, row.Transfer.kind, row.Transfer.year, row.Transfer.cents, row.Transfer.state,
            row.Transfer.next_step, row.Transfer.due_on, row.Transfer.requested_at, row.source, row.target,
            words[row.text_id], row.Transfer.reason,
        )
        for row in found
    ]  # fmt: skip
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.id,))


def asks_for(clusters: Collection[int]) -> sa.ColumnElement[bool]:
    """That a request waits for the budget holder of one of these clusters (as ``Transfer.asked_cluster_id`` says it)."""

    def cluster_of(measure_id: Any) -> Any:
        return sa.select(Measure.cluster_id).where(Measure.id == measure_id).scalar_subquery()

    giving = cluster_of(sa.func.coalesce(Transfer.from_id, Transfer.to_id))
    asked = sa.case((Transfer.next_step == Step.HOLDER, giving), else_=cluster_of(Transfer.to_id))
    return asked.in_(sorted(clusters))


def eyes(session: Session, transfer_id: int) -> Sequence[Approval]:
    """Who has said yes so far, in order. One statement."""
    return session.scalars(sa.select(Approval).where(Approval.transfer_id == transfer_id).order_by(Approval.id)).all()


def holders_of(
    session: Session, step: Step, today: date, *, cluster_id: int | None, without: Collection[int]
) -> Sequence[Account]:
    """The active accounts that may take a step of a request's way, for the cluster that is asked. One statement."""
    roles = sa.select(Grant.account_id).where(
        Grant.role == APPROVERS[step], running_on(Grant, today),
        sa.or_(Grant.cluster_id.is_(None), Grant.cluster_id == cluster_id),
    )  # fmt: skip
    return session.scalars(
        sa.select(Account)
        .where(Account.id.in_(roles), Account.id.not_in(without), Account.state == AccountState.ACTIVE)
        .order_by(Account.id)
    ).all()


def pools(session: Session) -> Sequence[Pool]:
    """All pools, the running ones first. One statement."""
    return session.scalars(
        sa.select(Pool).order_by(Pool.last_year.is_not(None), Pool.from_cluster_id, Pool.to_cluster_id, Pool.first_year)
    ).all()


def pool(session: Session, pool_id: int) -> Pool | None:
    return session.get(Pool, pool_id)
