"""The demo city on a real server, in a folder of its own, for journeys and screenshots."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
KEYS = "ballot-keys"


class DemoServer:
    """Migrates and loads the demo city, serves it with the production server; the letter worker writes to ``mail``.

    ``like`` is the database of a city to start from instead of a new one, with the keys of its ballots beside it.
    ``prepare`` is SQL for the copy; ``then`` is called with this server before anybody is served. ``processes`` serve; a
    city with one visitor at a time needs no second one.
    """

    def __init__(
        self,
        like: Path | None = None,
        prepare: str = "",
        then: "Callable[[DemoServer], None] | None" = None,
        processes: int = 2,
    ) -> None:
        self.like, self.prepare, self.then, self.processes = like, prepare, then, processes
        self.folder = tempfile.TemporaryDirectory(prefix="bihaelt-demo-")
        path = Path(self.folder.name)
        self.mail = path / "mail"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "SECRET_KEY": "journey" * 6,
            "DATABASE_URL": f"sqlite:///{path / 'city.db'}",
            "JOBS_URL": f"sqlite:///{path / 'jobs.db'}",
            "MAIL_URL": f"file:{self.mail}",
            "BALLOT_KEYS": str(path / KEYS),
            "BALLOT_DATA": str(path / "ballot-data"),
            "DOCUMENTS": str(path / "documents"),
        }
        self.database = path / "city.db"
        self.signed_in: dict[str | None, Any] = {}  # the cookies of people who have signed in, by their key
        # Empty windows, to be used again: with scripts, without.
        self.windows: dict[bool, list[Any]] = {True: [], False: []}
        self.running: list[subprocess.Popen[bytes]] = []

    def flask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def found(self) -> Path:
        """Migrate and load the demo city; its database, which nobody has opened yet."""
        self.flask("db", "upgrade")
        self.flask("demo")
        return self.database

    def make(self) -> None:
        if self.like is None:
            self.found()
        else:
            copy_city(self.like, self.database)
        with closing(sqlite3.connect(self.database)) as ours:
            ours.executescript(self.prepare)
        if self.then is not None:
            self.then(self)

    def __enter__(self) -> "DemoServer":
        try:
            self.make()
        except BaseException:
            self.stop()
            raise
        for command in (["scripts.serve", "--workers", str(self.processes)], ["flask", "--app", "app", "worker"]):
            self.running.append(subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=self.env))
        for _ in range(480):
            if self.answers():
                return self
            time.sleep(0.25)
        self.stop()
        raise RuntimeError("the demo server did not answer within two minutes")

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.stop()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/de/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(timeout=30)
        self.folder.cleanup()

    def letters(self, to: str) -> list[EmailMessage]:
        """All letters to an address so far, oldest first."""
        files = sorted(self.mail.glob("*.eml"), key=lambda file: int(file.stem.rpartition("-")[2]))
        read = (message_from_bytes(file.read_bytes(), policy=default) for file in files)
        return [letter for letter in read if to in str(letter["To"])]  # type: ignore[misc]

    def letter(self, to: str, pattern: str, number: int = 1) -> EmailMessage:
        """The ``number``-th letter to an address whose plain text has the pattern; waits for it as long as a person would."""
        for _ in range(300):
            found = [letter for letter in self.letters(to) if re.search(pattern, words_of(letter), re.MULTILINE)]
            if len(found) >= number:
                return found[number - 1]
            time.sleep(0.1)
        raise AssertionError(f"no letter to {to} with {pattern}")


def copy_city(database: Path, to: Path) -> None:
    """Copy a city's database that nobody has open, and the keys of its ballots."""
    shutil.copy(database, to)
    keys = database.with_name(KEYS)
    if keys.exists():
        shutil.copytree(keys, to.with_name(KEYS), dirs_exist_ok=True)


def words_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    return "" if part is None else str(part.get_content())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
