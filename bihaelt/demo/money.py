"""Money of the demo city: budgets, pools, and each booking that leads to the figures of the plan; then the six transfers.

What the files say of planned, committed and spent money is the state before the transfers. Granted money is bound and
spent first, the city's own money last (R38).
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.demo.words import read
from bihaelt.funding import queries as funding
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures.models import Measure
from bihaelt.money.domain import (
    BookingKind,
    BudgetState,
    CommitmentState,
    MoneyKind,
    PoolKind,
    RequestKind,
    Step,
    TransferState,
)
from bihaelt.money.models import Approval, ClusterBudget, Commitment, MoneyAccount, Pool, Transfer
from bihaelt.money.operations import Line, locked, write

Row = dict[str, Any]
DECISION = "Rat, Drucksache 3955/2025-2030"
PAYMENTS = 3
RULES = {"T1": "B3", "T2": "B12", "T3": "B5", "T4": "B6", "T5": "B4", "T6": "B4"}
REQUESTED = {"T1": -70, "T2": -62, "T3": -5, "T4": -44, "T5": -38, "T6": -31}


def make(session: Session, scene: Scene) -> None:
    """Budgets first, then the money of each measure, then what was moved and what was refused."""
    rows = [row for row in read("city")["measures"] if row["cat"] != "C"]
    make_budgets(session, scene, {(row["cluster"], year_of(scene, row)) for row in rows})
    make_pools(session, scene)
    for row in rows:
        make_account(session, scene, row)
    for row in read("city")["budget_transfers"]:
        make_transfer(session, scene, row)
    session.flush()


def year_of(scene: Scene, row: Row) -> int:
    """The year from whose budget a measure is paid: that of its beginning."""
    started = scene.month(row["start"])
    return started.year if started else scene.now.year


def make_budgets(session: Session, scene: Scene, needed: set[tuple[str, int]]) -> None:
    """This year and the next for all clusters, and older years where measures have money."""
    years = {scene.now.year, scene.now.year + 1}
    for position, row in enumerate(read("city")["clusters"], 1):
        for year in sorted(years | {year for key, year in needed if key == row["key"]}):
            state = BudgetState.RELEASED if year <= scene.now.year else BudgetState.PLANNED
            session.add(
                ClusterBudget(
                    cluster_id=scene.clusters[row["key"]].id, year=year, cents=row["budget"] * 100, state=state,
                    kind=MoneyKind.CONSUMPTIVE, product_group=f"05.{position:02}.01",
                )
            )  # fmt: skip
    session.flush()


def make_pools(session: Session, scene: Scene) -> None:
    first = scene.now.year - 6
    for row in read("city")["clusters"]:
        cluster_id = scene.clusters[row["key"]].id
        session.add(
            Pool(
                kind=PoolKind.MUTUAL,
                from_cluster_id=cluster_id,
                to_cluster_id=cluster_id,
                first_year=first,
                note=DECISION,
            )
        )
    for row in read("city")["budget_rules"]["pools"]:
        if row["kind"] == "one_way":
            source, target = scene.clusters[row["from"]].id, scene.clusters[row["to"]].id
            session.add(
                Pool(
                    kind=PoolKind.ONE_WAY, from_cluster_id=source, to_cluster_id=target, first_year=first, note=row["note"]
                )
            )  # fmt: skip
    session.flush()


def make_account(session: Session, scene: Scene, row: Row) -> None:
    """Allocations, contracts and payments of a measure, until they add up to the figures of the file."""
    measure, year = scene.measures[row["id"]], year_of(scene, row)
    account = locked(session, [measure], year)[measure.id]
    grants = [(each.id, each.counted) for each in funding.grants(session, measure.id)]
    planned, bound, spent = (row[name] * 100 for name in ("planned", "committed", "actual"))
    started = max(measure.starts_on or date(year, 1, 1), date(year, 1, 1))
    sources: list[tuple[int | None, int]] = [*grants, (None, planned - sum(cents for _id, cents in grants))]
    for number, (funding_id, cents) in enumerate(sources, 1):
        line = line_of(scene, "u_budget", started, funding_id=funding_id, reason=DECISION)
        if cents:
            write(session, account, BookingKind.ALLOCATION, cents, line)
        part = min(bound, cents)
        paid = min(spent, part)
        if part:
            make_contract(session, scene, account, started, number, funding_id, part, paid)
        bound, spent = bound - part, spent - paid


def line_of(scene: Scene, who: str, on: date, **more: Any) -> Line:
    """A line on a day of the past: never later than yesterday, so that the demo's present is empty of bookings."""
    day = min(on, (scene.now - timedelta(days=1)).date())
    at = datetime(day.year, day.month, day.day, 10, tzinfo=scene.now.tzinfo)
    role = "budget_holder" if who == "u_budget" else "office_editor"
    return Line(on=day, by=Voice(scene.people[who].id, role), now=at, **more)


def make_contract(
    session: Session, scene: Scene, account: MoneyAccount, started: date, number: int, funding_id: int | None, cents: int,
    paid: int,
) -> None:  # fmt: skip
    """One contract, and what was paid of it so far, in three parts."""
    contract = f"Demo-Vertrag {account.year}-{account.measure_id:03}-{number}"
    at = line_of(scene, "u_office510", started + timedelta(days=14)).now
    state = CommitmentState.SETTLED if paid == cents else CommitmentState.BOUND
    commitment = Commitment(
        measure_id=account.measure_id, year=account.year, funding_id=funding_id, cents=cents, settled_cents=paid,
        contract=contract, state=state, created_at=at, changed_at=at,
    )  # fmt: skip
    session.add(commitment)
    session.flush()
    known = {"funding_id": funding_id, "commitment_id": commitment.id}
    line = line_of(scene, "u_office510", started + timedelta(days=14), reference=contract, **known)
    write(session, account, BookingKind.COMMITMENT, cents, line)
    for part in range(PAYMENTS if paid else 0):
        amount = paid // PAYMENTS + (paid % PAYMENTS if part == 0 else 0)
        receipt = f"Demo-Beleg {account.year}-{commitment.id:03}-{part + 1}"
        on = min(started + timedelta(days=30 + 21 * part), date(account.year, 12, 31))
        line = line_of(scene, "u_office510", on, reference=receipt, **known)
        booking = write(session, account, BookingKind.ACTUAL, amount, line)
        settled = line_of(scene, "u_office510", on, reference=receipt, part_of_id=booking.id, **known)
        write(session, account, BookingKind.SETTLEMENT, amount, settled)


def make_transfer(session: Session, scene: Scene, row: Row) -> None:
    """A transfer as it came out: booked, refused by a rule, or still waiting for three pairs of eyes."""
    source, target = scene.measures[row["from"]], scene.measures[row["to"]]
    source_row = next(each for each in read("city")["measures"] if each["id"] == row["from"])
    year, at, state = year_of(scene, source_row), scene.day(REQUESTED[row["id"]]), state_of(row)
    way = [Step.HOLDER, Step.OTHER_HOLDER, Step.TREASURY] if RULES[row["id"]] == "B5" else [Step.HOLDER]
    refused = state is TransferState.REFUSED
    transfer = scene.add(
        session,
        Transfer(
            kind=RequestKind.TRANSFER, year=year, from_id=source.id, to_id=target.id, cents=row["amount"] * 100,
            reason=row["reason"], rule=RULES[row["id"]], state=state, way=" ".join(way),
            next_step=way[0] if state is TransferState.REQUESTED else None,
            requested_by_id=scene.people["u_office500"].id, requested_at=at, due_on=scene.day(REQUESTED[row["id"]] + 14).date(),
            refused_at=at if refused else None, refusal=row["reason"] if refused else "",
            booked_at=at + timedelta(days=2) if state is TransferState.BOOKED else None,
        ),
    )  # fmt: skip
    note(session, scene, transfer, "money.requested", at)
    if refused:
        note(session, scene, transfer, "money.refused", at, who=None)
    elif state is TransferState.BOOKED:
        book(session, scene, transfer, source, target)


def state_of(row: Row) -> TransferState:
    return {"approved": TransferState.BOOKED, "refused": TransferState.REFUSED}.get(
        row["state"], TransferState.REQUESTED
    )


def book(session: Session, scene: Scene, transfer: Transfer, source: Measure, target: Measure) -> None:
    at = transfer.requested_at + timedelta(days=2)
    holder = scene.people["u_budget"].id
    session.add(Approval(transfer_id=transfer.id, step=Step.HOLDER, by_id=holder, at=at, note=""))
    accounts = locked(session, [source, target], transfer.year)
    line = Line(
        on=at.date(), by=Voice(holder, "budget_holder"), now=at, transfer_id=transfer.id, reason=transfer.reason
    )
    write(session, accounts[source.id], BookingKind.TRANSFER, -transfer.cents, line)
    write(session, accounts[target.id], BookingKind.TRANSFER, transfer.cents, line)
    note(session, scene, transfer, "money.approved", at, who="u_budget")


def note(
    session: Session, scene: Scene, transfer: Transfer, act: str, at: datetime, *, who: str | None = "u_office500"
) -> None:
    """The entries in the records of both measures; what a rule refuses is refused automatically."""
    roles = {"u_budget": "budget_holder", "u_office500": "office_editor"}
    by = Voice(scene.people[who].id, roles[who]) if who else Voice(None, "system")
    source = transfer.from_measure
    for measure in (source, transfer.to_measure):
        if measure is not None:
            record(
                session, act=act, subject=measure, by=by, now=at, reason=transfer.reason, request=transfer.kind.value,
                year=str(transfer.year), cents=transfer.cents, from_measure=source.number if source else "",
                to_measure=transfer.to_measure.number,
            )  # fmt: skip
