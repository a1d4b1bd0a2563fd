"""`make bench`: our pages against the floor, interleaved in one run, at several sizes of the city.

python -m bench                         100, 10,000 and 100,000 proposals and measures on SQLite
python -m bench --sizes 100,10000       other sizes
python -m bench --database postgresql   on PostgreSQL
python -m bench --plan                  the plan of a large city only
python -m bench --counting [FILE.pb …]  counting only, beside pabutools (docs/counting.md)
python -m bench --casting               casts only, in a city of 100 proposals
python -m bench --servers               web servers side by side
python -m bench --write                 put the tables into docs/performance.md, or docs/counting.md
"""

import argparse
import gc
import json
import shutil
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench import casting, city, counting, crowd, pages, plan, servers, serving, starting
from bench.floor import floor_app
from bihaelt.extensions import db

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "bench"
DOCS = ROOT / "docs" / "performance.md"
COUNTING_DOCS = ROOT / "docs" / "counting.md"
ROUNDS = 60


@dataclass
class Row:
    """One page at one size: medians in milliseconds, the ratio to the floor pair by pair; ``anew`` with nothing kept."""

    page: str
    size: int
    ms: float
    ratio: float
    anew: float
    statements: int
    bytes: int
    compressed: int


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def call(app: Flask, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """One request straight through Flask, past the page cache."""
    environ = EnvironBuilder(path=path, base_url="http://localhost", headers=headers or {}).get_environ()
    body, status, _ = run_wsgi_app(lambda e, s: Flask.wsgi_app(app, e, s), environ)
    return int(status.split()[0]), b"".join(body)


def clock(app: Flask, path: str, headers: dict[str, str] | None = None) -> float:
    start = time.perf_counter()
    status, _ = call(app, path, headers)
    assert status == 200, (path, status)
    return (time.perf_counter() - start) * 1000


def statements_of(app: Flask, path: str, headers: dict[str, str]) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        call(app, path, headers)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return sum(not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for statement in seen)


def measure(app: Flask, floor: Flask, size: int, report: Report) -> None:
    for name, path, headers in pages.of(app):
        for _ in range(5):
            clock(app, path, headers), clock(floor, "/")
        gc.collect()
        pairs = [(clock(app, path, headers), clock(floor, "/")) for _ in range(ROUNDS)]
        with city.nothing_kept(app):
            anew = [(clock(app, path, headers), clock(floor, "/")) for _ in range(ROUNDS // 2)]
        _, body = call(app, path, headers)
        row = Row(
            name, size, statistics.median(ours for ours, _ in pairs),
            statistics.median(ours / bare for ours, bare in pairs), statistics.median(ours / bare for ours, bare in anew),
            statements_of(app, path, headers), len(body), len(brotli.compress(body, quality=4)),
        )  # fmt: skip
        report.rows.append(row)
        print(
            f"  {name:<34} {row.ms:8.2f} ms  {row.ratio:5.2f} × floor  {row.anew:5.2f} drawn anew  "
            f"{row.statements:3} statements  {row.compressed:6} B",
            flush=True,
        )


def table(report: Report) -> str:
    lines = [
        "| Page | Proposals | ms (median) | × floor | drawn anew | statements | bytes | compressed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.page} | {r.size:,} | {r.ms:.2f} | {r.ratio:.2f} | {r.anew:.2f} | {r.statements} | {r.bytes:,} | {r.compressed:,} |"
        for r in report.rows
    ]
    return "\n".join([*lines, "", *(f"- {note}" for note in report.notes)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--sizes", default="100,10000,100000")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--counting", nargs="*", type=Path, metavar="FILE.pb", help="counting only")
    parser.add_argument("--casting", action="store_true", help="casts only")
    parser.add_argument("--plan", action="store_true", help="the plan only")
    parser.add_argument("--servers", action="store_true", help="web servers only")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.casting:
        print("\n".join(measure_casts(options.database)))
        return
    if options.plan:
        print("\n".join(plan.measured(folder_for("plan"), options.database)))
        return
    if options.servers:
        print("\n".join(servers.measured(folder_for("servers"), options.database)))
        return
    if options.counting is None:
        put(DOCS, measure_pages(options.sizes, options.database), options.write)
    put(COUNTING_DOCS, "\n".join(counting.measure(ROOT, BUILD, options.counting or [])), options.write)


def put(docs: Path, text: str, write: bool) -> None:
    """Print a table, and with ``--write`` put it between the two marks of its document."""
    print("\n" + text)
    if write:
        head, _, rest = docs.read_text("utf-8").partition("<!-- measured -->")
        tail = rest.partition("<!-- end -->")[2]
        docs.write_text(f"{head}<!-- measured -->\n\n{text}\n\n<!-- end -->{tail}", "utf-8")


def measure_casts(database: str) -> list[str]:
    """Casts against bare rows, in a small city of their own."""
    return casting.casts(city.application(city.make(folder_for("casting"), database, 100)))


def folder_for(name: str) -> Path:
    """An empty place for a city of its own."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def measure_pages(sizes: str, database: str) -> str:
    """Our pages against the floor; the table as Markdown, and all figures in build/bench/bench.json."""
    report = Report()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    for size in (int(text) for text in sizes.split(",")):
        print(f"{size:,} proposals and measures on {database}", flush=True)
        url = city.make(BUILD / str(size), database, size)
        app, floor = city.application(url), floor_app(url)
        measure(app, floor, size, report)
        report.notes += serving.writes(app, size)
        report.notes += crowd.measured(app, url, size)
        report.notes += casting.casts(app)
        last = url
    report.notes += serving.strings(app)
    report.notes += starting.measured(last)
    report.notes += serving.cached(last, BUILD)
    report.notes += plan.measured(folder_for("plan"), database)
    (BUILD / "bench.json").write_text(json.dumps([row.__dict__ for row in report.rows], indent=1))
    return table(report)


if __name__ == "__main__":
    main()
