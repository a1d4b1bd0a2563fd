"""Serve the application with granian: one process per core.

    python -m scripts.serve [--host 127.0.0.1] [--workers N] [--access-log]

Everything else comes from the settings (docs/operate.md).
"""

import argparse
import gc
import importlib
import os
import sys
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server
from sqlalchemy.orm import configure_mappers

from bihaelt.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent
APPLICATION = "bihaelt.web"  # the module app would bring the operator's commands into every web process
STOP_SECONDS = 15  # for requests that are under way when the server is told to stop
# granian hands a request over before its body has come: with one thread, one visitor who sends a form slowly holds up
# a whole process. Four threads cost no measurable speed (pages made by templates: 7.5 to 8.4 thousand a second with
# one thread, 7.5 with four; stored pages 32 and 27 thousand, on two cores).
THREADS = 4


def cores() -> int:
    """The cores that this process may use, which is less than the machine has inside a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def preload() -> None:
    """Import the application before the workers are forked.

    They share its code and its mapped tables, and a new one is ready in a fraction of a second. What is there now stays to the
    end: the collector need not look through it while it is built, nor touch (and so copy) its pages in every worker.
    """
    gc.disable()
    importlib.import_module(APPLICATION)
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.enable()


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve bihaelt.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 inside a container")
    parser.add_argument("--workers", type=int, default=cores(), help="processes; default: one per core")
    parser.add_argument("--access-log", action="store_true", help="one line per request (off: it names addresses)")
    options = parser.parse_args()
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(f"serve: {error}", file=sys.stderr)
        return 2
    preload()
    Server(
        f"{APPLICATION}:create_app",
        factory=True,
        address=options.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=options.workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_access=options.access_log,
        working_dir=ROOT,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
