"""The whole suite, on SQLite with the journeys and on PostgreSQL without them; then the coverage of both together.

    python -m scripts.run_tests [pytest arguments]

With arguments (a folder, `-k word`, `-x`) only those tests run, on both databases, and coverage is not judged.
The last line counts all tests: `N passed, N failed, N skipped`.
"""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET  # our own pytest wrote the file
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "build" / "coverage"
REPORTS = ROOT / "build" / "tests"
PROCESSES = "2"
# What touches no database, or answers by the rules alone, runs once: files, fields, catalogues, rights by address, fuzzing.
ENGINELESS = (
    "tests/test_assets.py", "tests/test_pagecache.py", "tests/test_settings.py", "tests/test_forms.py", "tests/test_paging.py",
    "tests/test_i18n.py", "tests/test_translations.py", "tests/test_docs.py", "tests/test_routes.py", "tests/test_fuzz.py",
)  # fmt: skip
ONCE = [f"--ignore={file}" for file in ENGINELESS] + [
    "--ignore-glob=tests/*/test_domain*.py",
    "--ignore=tests/journeys",
    "--ignore=tests/verify",
    "--ignore=tests/votes/counting",
    "--ignore=tests/votes/protocol",
]
# Whole journeys, every address in every role, the crawl: they ask whether everything works together. What each line does is
# asked by the tests beside it, so these need not be measured. Those that live in the same city stay in one process.
TOGETHER = (
    "tests/journeys", "tests/demo", "tests/test_routes.py", "tests/test_fuzz.py", "tests/test_translations.py",
    "tests/test_assets.py", "tests/test_docs.py", "tests/verify",
)  # fmt: skip
# Where our code takes another branch on PostgreSQL: these are measured on both engines.
BRANCHING = ("tests/search", "tests/votes", "tests/comments/test_parallel.py", "tests/test_cli.py")


@dataclass(frozen=True)
class Run:
    """One call of pytest: on which engine, with which selection, and whether its branches are measured."""

    name: str
    database: str
    selection: Sequence[str]
    measured: bool


RUNS = (
    Run("sqlite", "sqlite", tuple(f"--ignore={path}" for path in TOGETHER), measured=True),
    Run(
        "postgresql", "postgresql",
        ("--dist", "loadgroup", "-m", "not browser", *ONCE, *(f"--ignore={path}" for path in BRANCHING)), measured=False,
    ),
    Run("postgresql-branches", "postgresql", ("-m", "not browser", *ONCE, *BRANCHING), measured=True),
)  # fmt: skip
# A journey waits half of its time, for pages and letters: it goes beside the others, and says what it found when they end.
BESIDE = Run("sqlite-together", "sqlite", ("--dist", "loadgroup", *TOGETHER), measured=False)
# With a selection of one's own: what it names, on each engine.
CHOSEN = (
    Run("sqlite", "sqlite", (), measured=False),
    Run("postgresql", "postgresql", ("-m", "not browser"), measured=False),
)
NO_TESTS = 5  # pytest's own code for "nothing was collected"


def start(each: Run, arguments: Sequence[str] = (), output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start pytest; what it prints goes to the terminal, or to ``output``."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", PROCESSES, f"--junit-xml={REPORTS / each.name}.xml"]
    if each.measured:
        command += ["-p", "tests.measuring"]
    environment = {**os.environ, "TEST_DATABASE": each.database, "MEASURED": str(COVERAGE / each.name)}
    return subprocess.Popen([*command, *each.selection, *arguments], cwd=ROOT, env=environment, stdout=output)


def run(each: Run, arguments: Sequence[str] = ()) -> int:
    print(f"test: the suite on {each.name} …", flush=True)
    return start(each, arguments).wait()


def run_all() -> list[int]:
    """The codes of all runs, and of the judgement on coverage."""
    said = REPORTS / f"{BESIDE.name}.txt"
    with said.open("wb") as output:
        beside = start(BESIDE, output=output)
        codes = [run(each) for each in RUNS]
        print(f"test: the suite on {BESIDE.name}, which ran beside the others …", flush=True)
        codes.append(beside.wait())
    print(said.read_text("utf-8"), end="", flush=True)
    return [*codes, judge_coverage()]


def counts(each: Run) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of one run; a run that died before its report counts as one failure."""
    try:
        suite = ET.parse(REPORTS / f"{each.name}.xml").getroot().find("testsuite")  # noqa: S314 - our own pytest wrote it
    except (OSError, ET.ParseError):
        suite = None
    if suite is None:
        return 0, 1, 0
    tests, skipped = int(suite.attrib["tests"]), int(suite.attrib["skipped"])
    failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    return max(0, tests - failed - skipped), failed, skipped


def judge_coverage() -> int:
    files = map(str, COVERAGE.glob("*.json"))
    return subprocess.run([sys.executable, "-m", "scripts.coverage_gate", *files], cwd=ROOT).returncode


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    for folder in (COVERAGE, REPORTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    if arguments:
        runs: Sequence[Run] = CHOSEN
        codes = [code for code in (run(each, arguments) for each in runs) if code != NO_TESTS]
    else:
        runs, codes = (*RUNS, BESIDE), run_all()
    passed, failed, skipped = (sum(column) for column in zip(*map(counts, runs), strict=True))
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"test: {minutes} min {seconds} s")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return max(codes, default=NO_TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
