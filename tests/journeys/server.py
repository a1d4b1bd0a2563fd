"""The demo city on a real server, in a folder of its own, for journeys and screenshots."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent.parent


class DemoServer:
    """Migrates and loads the demo city, serves it with the production server; letters lie in ``mail``."""

    def __init__(self) -> None:
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
        }
        self.process: subprocess.Popen[bytes] | None = None

    def flask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def __enter__(self) -> "DemoServer":
        self.flask("db", "upgrade")
        self.flask("demo")
        self.process = subprocess.Popen([sys.executable, "-m", "scripts.serve"], cwd=ROOT, env=self.env)
        for _ in range(120):
            if self.answers():
                return self
            time.sleep(0.25)
        self.stop()
        raise RuntimeError("the demo server did not answer within 30 seconds")

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
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=15)
        self.folder.cleanup()

    def letters(self, to: str) -> list[EmailMessage]:
        """All letters to an address, oldest first, after delivering what waits."""
        self.flask("deliver")
        files = sorted(self.mail.glob("*.eml"), key=lambda file: int(file.stem.rpartition("-")[2]))
        read = (message_from_bytes(file.read_bytes(), policy=default) for file in files)
        return [letter for letter in read if to in str(letter["To"])]  # type: ignore[misc]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
