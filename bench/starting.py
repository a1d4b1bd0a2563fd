"""How long a web process needs to be ready, run as a program of its own: its import is what is measured.

python -m bench.starting          prints two figures: seconds to import and prepare everything, seconds of one more worker
"""

import multiprocessing
import os
import subprocess
import sys
import time

from scripts.serve import preload

if __name__ == "__main__":
    start = time.perf_counter()
    preload()
    imported = time.perf_counter() - start
    from bihaelt.web import create_app

    worker = multiprocessing.get_context("fork").Process(target=create_app)
    start = time.perf_counter()
    worker.start()
    worker.join()
    sys.stdout.write(f"{imported} {time.perf_counter() - start}\n")


def measured(url: str) -> list[str]:
    """Lines for the report."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.starting"], env={**os.environ, "DATABASE_URL": url}, check=True, capture_output=True, text=True
    ).stdout  # fmt: skip
    imported, ready = (float(word) for word in said.split())
    return [f"Start of the server: {imported:.2f} s until the application is loaded, then {ready:.2f} s a worker"]
