"""Refuse a build that leaves decisions untested.

    python -m scripts.coverage_gate build/coverage/*.json

The files are those of tests/measuring.py, one of each process: what one of them has reached is reached. The plain core
(domain, operations, queries, permissions, settings) must be covered to every branch, the whole to 95 %.
Coverage is a floor, never the aim.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from slipcover import merge_coverage

CORE = re.compile(
    r"bihaelt/(?:\w+/(?:domain|operations|queries)(?:\.py|/.*\.py)|permissions(?:\.py|/.*\.py)|settings\.py|verdicts\.py)"
)
OVERALL = 95.0  # per cent of lines and branches


def verdicts(report: dict[str, Any]) -> list[str]:
    """One line for each thing that is not good enough; empty when all is well. ``report`` is SlipCover's JSON."""
    bad = []
    for name, file in sorted(report["files"].items()):
        lines, branches = file["missing_lines"], file["missing_branches"]
        jumps = [f"{start}->{end or 'exit'}" for start, end in branches if start not in lines]
        path = name.replace("\\", "/")
        if CORE.fullmatch(path) and (lines or jumps):
            bad.append(f"{name}: not reached: {', '.join([*map(str, lines), *jumps])}")
    total = report["summary"]["percent_covered"]
    if total < OVERALL:
        bad.append(f"overall: {total:.2f} % of lines and branches, {OVERALL:.0f} % are needed")
    return bad


def main(arguments: list[str]) -> int:
    report, *others = (json.loads(Path(file).read_text("utf-8")) for file in arguments)
    for other in others:
        merge_coverage(report, other)
    bad = verdicts(report)
    for line in bad:
        print(f"coverage: {line}")
    if not bad:
        print(f"coverage: every branch of the core, {report['summary']['percent_covered']:.1f} % overall")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
