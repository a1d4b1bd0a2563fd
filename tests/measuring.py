"""Notes which lines and branches of bihaelt the tests reach: `pytest -n 2 -p tests.measuring`, with MEASURED as the file's name.

coverage.py watches every line that Python runs, of all libraries too, which doubles the time of the tests on Python 3.11.
SlipCover puts its marks into our own modules when they are imported (ten seconds per process) and costs next to nothing then.
scripts/coverage_gate.py judges the files.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import slipcover
from slipcover.importer import SlipcoverLoader

# Read by type checkers only, or unreachable by proof. (`pragma: no cover` is known to SlipCover itself.)
EXCLUDED = ["if TYPE_CHECKING:", r"assert_never\(", "@overload", r"^\s*\.\.\.$"]
WORKER = os.environ.get("PYTEST_XDIST_WORKER")  # the process that only hands out the tests need not be measured
# Marks that have done their work could be taken out again; looking for them costs more than it saves.
NEVER = sys.maxsize

marks = slipcover.Slipcover(branch=True, source=["bihaelt"], exclude_also=EXCLUDED, d_miss_threshold=NEVER)


class Marked:
    """Finds the modules of bihaelt as Python does, and has them marked."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] != "bihaelt":
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None and spec.origin is not None:
            spec.loader = SlipcoverLoader(marks, spec.loader, spec.origin)
        return spec


if WORKER:
    assert "bihaelt" not in sys.modules
    sys.meta_path.insert(0, Marked)  # type: ignore[arg-type]


def pytest_sessionfinish() -> None:
    if WORKER:
        Path(f"{os.environ['MEASURED']}.{WORKER}.json").write_text(json.dumps(marks.get_coverage()))
