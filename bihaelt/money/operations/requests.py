"""Requests for money and the four eyes that they need: requested, checked, approved or refused, booked."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bihaelt.funding.models import Funding
from bihaelt.i18n import local
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money import queries
from bihaelt.money.domain import (
    APPROVERS,
    DAYS_TO_ANSWER,
    DONE,
    NOT_OWN,
    OWN,
    TRANSFER_STEPS,
    TWICE,
    WAITING,
    BookingKind,
    BudgetState,
    RequestKind,
    Step,
    TransferState,
    way_of,
)
from bihaelt.money.domain.facts import Relation
from bihaelt.money.domain.rules import Finding, above_plan, allocating, b13, moving
from bihaelt.money.models import Approval, MoneyAccount, Transfer
from bihaelt.money.operations.booking import SAY_WHY, grant_or_none, positive
from bihaelt.money.operations.ledger import Line, judge, locked, write
from bihaelt.money.operations.letters import tell_asker, tell_next
from bihaelt.states import step
from bihaelt.verdicts import Conflict, DomainError


def request_transfer(
    session: Session, *, source: Measure, target: Measure, year: int, cents: int, reason: str, by: Voice, now: datetime,
    funding_id: int | None = None, seen: int | None = None,
) -> Transfer:  # fmt: skip
    """Ask for money of one measure for another. Raises Refused by the first rule that says no (B3, B4, B6, B10, B12)."""
    _sensible(cents, reason)
    if source.id == target.id:
        raise DomainError(N_("Choose another measure."), field="target")
    locked(session, [source, target], year)
    grant = grant_or_none(session, funding_id)
    relation = _judge_moving(session, source, target, year, cents, grant=grant, seen=seen)
    across = relation is Relation.ACROSS
    rule = {Relation.MUTUAL: "B3", Relation.ONE_WAY: "B4"}.get(relation, "B5")
    return _request(
        session, RequestKind.TRANSFER, year, source, target, cents, reason, rule, across=across, by=by, now=now
    )


def _judge_moving(
    session: Session, source: Measure, target: Measure, year: int, cents: int, *,
    grant: Funding | None = None, seen: int | None = None,
) -> Relation:  # fmt: skip
    facts = queries.moving_facts(
        session, source=source, target=target, year=year, cents=cents, grant=grant, seen=seen
    )  # fmt: skip
    judge(moving(facts), field="amount")
    return facts.relation


def request_allocation(
    session: Session, *, measure: Measure, year: int, cents: int, reason: str, by: Voice, now: datetime
) -> Transfer:
    """Ask for more of the cluster's budget than the sheet says that the measure costs. Raises Refused by a rule, and
    DomainError where nobody has to be asked because it is within the plan.
    """
    _sensible(cents, reason)
    account = locked(session, [measure], year)[measure.id]
    facts = queries.allocating_facts(
        session, measure=measure, year=year, cents=cents, grant=None, account=account
    )  # fmt: skip
    judge(allocating(facts), field="amount")
    if not above_plan(facts):
        raise DomainError(N_("This is within the plan. The budget holder can allocate it without a request."))
    return _request(session, RequestKind.ALLOCATION, year, None, measure, cents, reason, "B2", by=by, now=now)


def request_carry(
    session: Session, *, measure: Measure, year: int, cents: int, reason: str, by: Voice, now: datetime
) -> Transfer:
    """Ask to use what is left of ``year`` in the year after (B13)."""
    _sensible(cents, reason)
    account = locked(session, [measure], year)[measure.id]
    _judge_carry(session, account, cents, now)
    return _request(session, RequestKind.CARRY, year, measure, measure, cents, reason, "B13", by=by, now=now)


def _judge_carry(session: Session, account: MoneyAccount, cents: int, now: datetime) -> None:
    following = queries.budget_of(session, account.cluster_id, account.year + 1)
    verdict = b13(
        cents, queries.sums_of(account), year=account.year, today=local(now).date(),
        next_state=following.state if following else None,
    )  # fmt: skip
    judge([Finding("B13", verdict)], field="amount")
    own = queries.budget_of(session, account.cluster_id, account.year)
    if own is not None and own.state is BudgetState.CLOSED:
        raise DomainError(N_("The budget of %(year)s is closed."), year=account.year)


def _sensible(cents: int, reason: str) -> None:
    positive(cents)
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")


def _request(
    session: Session, kind: RequestKind, year: int, source: Measure | None, target: Measure, cents: int, reason: str,
    rule: str, *, by: Voice, now: datetime, across: bool = False,
) -> Transfer:  # fmt: skip
    way = way_of(kind, cents, across=across, thresholds=queries.thresholds(session))
    request = Transfer(
        kind=kind, year=year, from_id=source.id if source else None, to_id=target.id, cents=cents, reason=reason,
        rule=rule, state=TransferState.REQUESTED, way=" ".join(way), next_step=way[0], requested_by_id=by.actor_id,
        requested_at=now, due_on=local(now).date() + timedelta(days=DAYS_TO_ANSWER),
    )  # fmt: skip
    session.add(request)
    session.flush()
    _record(session, "money.requested", request, by, now, reason=reason)
    tell_next(session, request=request, step=way[0], now=now)
    return request


def approve(
    session: Session, *, request: Transfer, by: Voice, now: datetime, note: str = "", paper: str = ""
) -> TransferState:
    """One pair of eyes says yes. The last one books in the same transaction, after the rules were asked again (B15).

    Raises DomainError for one's own request, for a second yes of the same person, for a step that another role has to
    take, and without the council's paper number; Refused when a rule says no by now.
    """
    accounts = _locked(session, request)
    step_now = _due(session, request, by)
    if step_now is Step.COUNCIL and not paper.strip():
        raise DomainError(N_("Enter the number of the paper."), field="paper")
    session.add(
        Approval(
            transfer_id=request.id, step=step_now, by_id=by.actor_id, at=now, note=note,
            paper=paper if step_now is Step.COUNCIL else "",
        )
    )  # fmt: skip
    way = [Step(each) for each in request.way.split()]
    rest = way[way.index(step_now) + 1 :]
    _judge_again(session, request, accounts, now)
    if rest:
        request.state = step(TRANSFER_STEPS, request.state, TransferState.CHECKED)
        request.next_step, request.due_on = rest[0], local(now).date() + timedelta(days=DAYS_TO_ANSWER)
        session.flush()
        _record(session, "money.checked", request, by, now, taken=step_now, reason=note)
        tell_next(session, request=request, step=rest[0], now=now)
        return request.state
    request.state, request.next_step = step(TRANSFER_STEPS, request.state, TransferState.APPROVED), None
    _book(session, request, accounts, by, now, reference=paper)
    request.state, request.booked_at = step(TRANSFER_STEPS, request.state, TransferState.BOOKED), now
    session.flush()
    _record(session, "money.approved", request, by, now, taken=step_now, paper=paper, reason=note)
    tell_asker(session, request=request, now=now)
    return request.state


def refuse(session: Session, *, request: Transfer, reason: str, by: Voice, now: datetime) -> None:
    """Say no, with a reason that is published. Whoever may approve the step may refuse it."""
    _locked(session, request)
    step_now = _due(session, request, by)
    if not reason.strip():
        raise DomainError(SAY_WHY, field="reason")
    request.state = step(TRANSFER_STEPS, request.state, TransferState.REFUSED)
    request.next_step, request.refused_at, request.refusal = None, now, reason
    session.flush()
    _record(session, "money.refused", request, by, now, taken=step_now, reason=reason)
    tell_asker(session, request=request, now=now)


def withdraw(session: Session, *, request: Transfer, by: Voice, now: datetime) -> None:
    """Whoever has asked asks no longer; Conflict once it is answered, DomainError for somebody else's request."""
    _locked(session, request)
    if request.state not in WAITING:
        raise Conflict(DONE)
    if by.actor_id is None or by.actor_id != request.requested_by_id:
        raise DomainError(NOT_OWN)
    request.state = step(TRANSFER_STEPS, request.state, TransferState.WITHDRAWN)
    request.next_step = None
    session.flush()
    _record(session, "money.withdrawn", request, by, now, reason="")


def _locked(session: Session, request: Transfer) -> dict[tuple[int, int], MoneyAccount]:
    """The request and its accounts, locked: budgets first, then accounts, the request last."""
    measures = [each for each in (request.from_measure, request.to_measure) if each is not None]
    years = (request.year, request.year + 1) if request.kind is RequestKind.CARRY else (request.year,)
    found = {
        (measure_id, year): account for year in years for measure_id, account in locked(session, measures, year).items()
    }
    session.refresh(request, with_for_update=True)
    return found


def _due(session: Session, request: Transfer, by: Voice) -> Step:
    """The step that ``by`` may take now."""
    if request.state not in WAITING or request.next_step is None:
        raise Conflict(DONE)
    if by.actor_id is not None and by.actor_id == request.requested_by_id:
        raise DomainError(OWN)
    if by.role != APPROVERS[request.next_step].value:
        raise Conflict(N_("Somebody else has to approve this step."))
    if by.actor_id in {approval.by_id for approval in queries.eyes(session, request.id)}:
        raise DomainError(TWICE)
    return request.next_step


def _judge_again(
    session: Session, request: Transfer, accounts: dict[tuple[int, int], MoneyAccount], now: datetime
) -> None:
    target = request.to_measure
    if request.kind is RequestKind.TRANSFER and request.from_measure is not None:
        _judge_moving(session, request.from_measure, target, request.year, request.cents)
    elif request.kind is RequestKind.CARRY:
        _judge_carry(session, accounts[target.id, request.year], request.cents, now)
    else:
        facts = queries.allocating_facts(
            session, measure=target, year=request.year, cents=request.cents, grant=None,
            account=accounts[target.id, request.year],
        )  # fmt: skip
        judge(allocating(facts))


def _book(
    session: Session, request: Transfer, accounts: dict[tuple[int, int], MoneyAccount], by: Voice, now: datetime, *,
    reference: str,
) -> None:  # fmt: skip
    line = Line(
        local(now).date(), by, now, transfer_id=request.id, reference=reference, reason=request.reason
    )  # fmt: skip
    target = accounts[request.to_id, request.year]
    if request.kind is RequestKind.ALLOCATION:
        write(session, target, BookingKind.ALLOCATION, request.cents, line)
    elif request.kind is RequestKind.CARRY:
        write(session, target, BookingKind.CARRY, -request.cents, line)
        write(session, accounts[request.to_id, request.year + 1], BookingKind.CARRY, request.cents, line)
    else:
        for (measure_id, _year), account in accounts.items():
            cents = request.cents if measure_id == request.to_id else -request.cents
            write(session, account, BookingKind.TRANSFER, cents, line)


def _record(
    session: Session, act: str, request: Transfer, by: Voice, now: datetime, *, reason: str, taken: Step | None = None,
    paper: str = "",
) -> None:  # fmt: skip
    """The act in the records of both measures."""
    source = request.from_measure
    both = {measure.id: measure for measure in (source, request.to_measure) if measure is not None}
    for measure in both.values():
        record(
            session, act=act, subject=measure, by=by, now=now, reason=reason, request=request.kind.value,
            year=str(request.year), cents=request.cents, from_measure=source.number if source else "",
            to_measure=request.to_measure.number, paper=paper, step=taken.value if taken else "",
        )  # fmt: skip
    session.flush()
