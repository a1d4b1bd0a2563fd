"""Counting, measured: one run on 100,000 papers x 200 options, and from a file to winners beside pabutools.

pabutools (GPL-3.0-or-later) lives in a virtual environment of its own, build/peer-venv, and runs as a process of its own:
it is never imported here and in none of our locks. Times are the processor's, so that other work on the machine counts less.
"""

import json
import random
import statistics
import subprocess
import sys
import time
import venv
from datetime import date
from pathlib import Path

from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.counting.instance import Instance, Option
from bihaelt.votes.domain.supports import Electorate

PEER_PACKAGES = ("numpy", "gmpy2", "natsort", "preflibtools", "prefsampling")
ROUNDS = 7
OURS = """
import json, sys, time
began = time.process_time()
from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.counting import mes
import bihaelt.votes.domain.counting.equal_shares
imported = time.process_time()
file = pabulib.read(open(sys.argv[1], encoding="utf-8").read())
counting = mes.Counting(file.instance)
counting.turn_round()
loaded = time.process_time()
found = counting.once()
counted = time.process_time()
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0"
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps({"import": imported - began, "load": loaded - imported, "count": counted - loaded, "mb": peak,
                  "winners": found.winners}))
"""
THEIRS = """
import json, sys, time
began = time.process_time()
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule
imported = time.process_time()
instance, profile = parse_pabulib(sys.argv[1])
loaded = time.process_time()
ties = TieBreakingRule(lambda i, prof, p: (p.cost, -prof.approval_score(p), p.name))
found = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
counted = time.process_time()
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0"
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps({"import": imported - began, "load": loaded - imported, "count": counted - loaded, "mb": peak,
                  "winners": [str(p.name) for p in found]}))
"""


def synthetic(folder: Path, papers: int = 100_000, options: int = 200, seed: int = 1) -> Path:
    """A drawn vote: dear options are rarer, some are far more popular, 1 to 10 ticks on a paper; the same each time."""
    dice = random.Random(seed)
    listed = [Option(f"p{n}", dice.choice([2, 5, 10, 20, 40, 80, 150]) * 1000) for n in range(options)]
    weights = [1 / (n + 5) for n in range(options)]
    dice.shuffle(weights)
    keys = [option.key for option in listed]
    ballots = [[*set(dice.choices(keys, weights, k=dice.randint(1, 10)))] for _ in range(papers)]
    instance = Instance.of(2_000_000, listed, {Electorate.PEOPLE: ballots})
    about = pabulib.About("Drawn", "Bielefeld", "bench", "people", date(2026, 1, 1), date(2026, 1, 31))
    path = folder / "drawn.pb"
    path.write_text(pabulib.write(instance, Electorate.PEOPLE, about=about, winners=[], names={}), "utf-8")
    return path


def peer(build: Path) -> Path | None:
    """The other program's Python, installed once; None if that is not possible here."""
    python = build / "peer-venv" / "bin" / "python"
    if not python.exists():
        venv.create(build / "peer-venv", with_pip=True)
    if subprocess.run([python, "-c", "import pabutools.rules"], capture_output=True).returncode:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for packages in (["--no-deps", "pabutools"], [*PEER_PACKAGES]):
            subprocess.run([*pip, *packages], capture_output=True)
    works = subprocess.run([python, "-c", "import pabutools.rules"], capture_output=True).returncode == 0
    return python if works else None


def once(python: str | Path, code: str, path: Path, root: Path) -> dict:
    done = subprocess.run([python, "-c", code, path], capture_output=True, text=True, check=True, cwd=root)
    return json.loads(done.stdout.splitlines()[-1])


def measure(root: Path, build: Path, paths: list[Path]) -> list[str]:
    """Rows of a table for docs/counting.md. Both programs count each file, one after the other, in one go."""
    build.mkdir(parents=True, exist_ok=True)
    other = peer(root / "build")
    if other is None:
        print("pabutools cannot be installed here: only our own figures", flush=True)
    rows = [
        "| Vote | load | one run | memory | pabutools: load | one run | memory | from file to winners | winners |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for path in paths or [synthetic(build)]:
        started = time.perf_counter()
        ours = [once(sys.executable, OURS, path, root) for _ in range(ROUNDS)]
        load, count = (statistics.median(run[name] for run in ours) for name in ("load", "count"))
        mine = f"| {path.stem} | {load:.3f} s | {1000 * count:.1f} ms | {ours[0]['mb']} MB "
        if other is None:
            rows.append(mine + "| – | – | – | – | – |")
        else:
            theirs = once(other, THEIRS, path, root)
            ratio = (theirs["load"] + theirs["count"]) / (load + count)
            same = "same" if theirs["winners"] == ours[0]["winners"] else "OTHER"
            rows.append(
                f"{mine}| {theirs['load']:.1f} s | {theirs['count']:.1f} s | {theirs['mb']:,} MB | {ratio:.0f} × faster | {same} |"
            )
        print(f"{rows[-1]}  ({time.perf_counter() - started:.0f} s)", flush=True)
    return rows
