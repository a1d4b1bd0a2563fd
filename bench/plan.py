"""The plan of a large city: 500 measures, 20,000 bookings, five years; its pages against the floor, bookings side by side."""

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench import city
from bench.floor import floor_app
from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Category, FundingCheck, Light
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BookingKind, BudgetState, MoneyKind
from bihaelt.money.models import Booking, ClusterBudget, MoneyAccount
from bihaelt.money.operations import expense
from bihaelt.texts.domain import Status
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster

MEASURES, YEARS, PER_ACCOUNT = 500, 5, 8
BATCH = 2_000
# With nothing kept, as a process draws a page first; when an act has cleared the pieces; and when nothing has happened.
WHEN = ("drawn anew", "after an act", "between two acts")
ROUNDS = 60
BOOKINGS = 160
WRITERS = 16
EURO = 100


def measured(folder: Path, database: str) -> list[str]:
    """Lines for the report: pages as ratios to the floor, and bookings by 16 writers against one."""
    url = city.make(folder, database, MEASURES)
    app, floor = city.application(url), floor_app(url)
    with app.app_context():
        period, cluster = filled(datetime.now(UTC))
    notes = [f"{MEASURES} measures, {MEASURES * YEARS * PER_ACCOUNT:,} bookings, {YEARS} years, {database}:"]
    for name, path in (
        ("plan board", "/de/plan"), ("plan board of one cluster", f"/de/plan?cluster={cluster}"),
        ("controlling report", f"/de/plan/reports/{period}"),
        ("its measures of one cluster", f"/de/plan/reports/{period}/clusters/{cluster}"),
    ):  # fmt: skip
        notes += [f"- {name}, {when}: {against(app, floor, path, when)}" for when in WHEN]
    return [*notes, contended(app)]


def against(app: Flask, floor: Flask, path: str, when: str) -> str:
    pairs = []
    with city.nothing_kept(app) if when == WHEN[0] else nullcontext():
        for _ in range(5):
            clock(app, path), clock(floor, "/")
        for _ in range(ROUNDS):
            if when == WHEN[1]:
                app.extensions["pieces"].values.clear()
            pairs.append((clock(app, path), clock(floor, "/")))
    ratio = statistics.median(ours / bare for ours, bare in pairs)
    return f"{statistics.median(ours for ours, _ in pairs):.2f} ms, {ratio:.2f} × floor"


def clock(app: Flask, path: str) -> float:
    """Milliseconds of one request, past the page cache."""
    with app.test_request_context(path, base_url="http://localhost"):
        start = time.perf_counter()
        answer = app.full_dispatch_request()
        spent = (time.perf_counter() - start) * 1000
    assert answer.status_code == 200, (path, answer.status_code)
    return spent


def filled(now: datetime) -> tuple[str, int]:
    """Money and reports for every invented measure; the period of the last round and a cluster."""
    session = db.session()
    session.connection(execution_options={"writing": True})
    session.execute(
        sa.update(Measure)
        .where(Measure.number.like("S%"))
        .values(category=Category.B, funding_check=FundingCheck.UNSUITABLE, starts_on=date(now.year, 1, 1))
    )
    measures = session.execute(
        sa.select(Measure.id, Measure.cluster_id).where(Measure.number.like("S%")).order_by(Measure.id)
    ).all()
    clusters = session.scalars(sa.select(Cluster.id).order_by(Cluster.id)).all()
    years = range(now.year - YEARS + 1, now.year + 1)
    for year in years:
        for cluster_id in clusters:
            budget(session, cluster_id, year)
    accounts = [(measure_id, cluster_id, year) for measure_id, cluster_id in measures for year in years]
    first = (session.scalar(sa.select(sa.func.max(MoneyAccount.id))) or 0) + 1
    insert(session, MoneyAccount, (account(first + n, *row) for n, row in enumerate(accounts)))
    insert(session, Booking, (line for n, row in enumerate(accounts) for line in lines(first + n, row[2], now)))
    period = reports(session, [row.id for row in measures], now)
    session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()
    return period, clusters[0]


def budget(session: sa.orm.Session, cluster_id: int, year: int) -> None:
    found = session.scalar(
        sa.select(ClusterBudget).where(ClusterBudget.cluster_id == cluster_id, ClusterBudget.year == year)
    )
    if found is None:
        found = ClusterBudget(cluster_id=cluster_id, year=year, cents=0)
        session.add(found)
    found.cents, found.state = 100_000_000 * EURO, BudgetState.RELEASED
    session.flush()


def account(key: int, measure_id: int, cluster_id: int, year: int) -> dict[str, Any]:
    return {
        "id": key, "measure_id": measure_id, "cluster_id": cluster_id, "year": year, "kind": MoneyKind.CONSUMPTIVE,
        "allocated": 50_000 * EURO, "actual": 700 * EURO, "own_free": 49_300 * EURO,
    }  # fmt: skip


def lines(account_id: int, year: int, now: datetime) -> list[dict[str, Any]]:
    """One allocation and seven expenses."""
    common = {
        "account_id": account_id,
        "on": date(year, 6, 1),
        "at": now,
        "by_id": None,
        "reference": "",
        "reason": "Bench",
    }
    return [
        common | {"kind": BookingKind.ALLOCATION, "cents": 50_000 * EURO},
        *(common | {"kind": BookingKind.ACTUAL, "cents": 100 * EURO} for _ in range(PER_ACCOUNT - 1)),
    ]


def reports(session: sa.orm.Session, measure_ids: list[int], now: datetime) -> str:
    """A published report of each measure in a round of its own."""
    period = f"{now.year - 2}-H1"
    session.add(ReportingRound(period=period, due_on=date(now.year - 2, 7, 31), opened_at=now, closed_at=now))
    session.flush()
    base = (session.scalar(sa.select(sa.func.max(Text.id))) or 0) + 1
    insert(session, Text, ({"id": base + n, "source_language": "de"} for n in range(len(measure_ids))))
    insert(session, TextVersion, (words(base + n, now) for n in range(len(measure_ids))))
    insert(
        session,
        StatusReport,
        (
            {
                "measure_id": measure_id, "period": period, "state": ReportState.PUBLISHED, "text_id": base + n,
                "submitted_at": now, "checked_at": now, "published_at": now, "forecast_cents": 50_000 * EURO,
                **{f"{light}{kind}": Light.GREEN for light in ("time", "cost", "goal") for kind in ("", "_proposed")},
            }
            for n, measure_id in enumerate(measure_ids)
        ),
    )  # fmt: skip
    return period


def words(text_id: int, now: datetime) -> dict[str, Any]:
    return {
        "text_id": text_id, "language": "de", "number": 1, "title": "", "body": f"Läuft wie geplant ({text_id}).",
        "extra": {"next": "", "risk": "", "counter": ""}, "status": Status.ORIGINAL, "is_current": True, "created_at": now,
        "reason": "",
    }  # fmt: skip


def insert(session: sa.orm.Session, table: Any, rows: Any) -> None:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        session.execute(sa.insert(table), batch)


def contended(app: Flask) -> str:
    """Expenses of one cluster per second, by one writer and by sixteen at once."""
    one, many = rate(app, 1), rate(app, WRITERS)
    return f"- bookings in one cluster: {one:.0f} per second by one writer, {many:.0f} by {WRITERS} at once ({many / one:.0%})"


def rate(app: Flask, writers: int) -> float:
    with app.app_context():
        session = db.session()
        cluster = session.scalar(sa.select(sa.func.min(Measure.cluster_id)).where(Measure.number.like("S%")))
        ids = session.scalars(
            sa.select(Measure.id)
            .where(Measure.number.like("S%"), Measure.cluster_id == cluster)
            .order_by(Measure.id)
            .limit(WRITERS)
        ).all()
    share = BOOKINGS // writers
    threads = [threading.Thread(target=book, args=(app, ids[n % len(ids)], share)) for n in range(writers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return writers * share / (time.perf_counter() - start)


def book(app: Flask, measure_id: int, times: int) -> None:
    with app.app_context():
        for _ in range(times):
            in_one_transaction(lambda session, now: expense(
                session, measure=session.get_one(Measure, measure_id), year=now.year, cents=1, on=now.date(), by=Voice(None), now=now,
                reference="bench",
            ))  # fmt: skip


def in_one_transaction(act: Callable[[Any, datetime], Any]) -> None:
    session = db.session()
    session.connection(execution_options={"writing": True})
    act(session, datetime.now(UTC))
    session.commit()
