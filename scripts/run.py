"""Start a prepared checkout: database, demo city, server and letter worker; stop both together.

python -m scripts.run          (that is what `make run` does after scripts/setup.py)
"""

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bihaelt.settings import INSTANCE, ROOT, Settings, SettingsError

FLASK = [sys.executable, "-m", "flask", "--app", "app"]
SERVER = [sys.executable, "-m", "scripts.serve"]
READY = INSTANCE / "ready.json"  # what the database was last brought to, so that a second start need not ask
PATIENCE = 60.0  # seconds until the server must answer
STOP_SECONDS = 20.0  # seconds for a graceful stop
WORKER_PAUSE = 5.0  # seconds before a letter worker that has died is started again


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent a signal."""


class StartError(Exception):
    """The city cannot be started; the text says why and what helps."""


def say(text: str) -> None:
    print(f"run: {text}", flush=True)


def main() -> int:
    started = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        settings = Settings.from_env()
        refuse_taken_port(settings.port)
        prepare_database(settings)
        children["server"] = launch(SERVER)
        status = wait_until_it_answers(settings, children["server"])
        if status >= 500:
            say(f"the start page fails with {status}; the reason stands above.")
        say(f"the city answers at {settings.base_url} after {time.monotonic() - started:.1f} s. Ctrl-C stops it.")
        children["worker"] = launch([*FLASK, "worker"])
        if not settings.production:
            subprocess.run([*FLASK, "demo", "--sign-ins"], cwd=ROOT)
        return watch(children)
    except Stopped:
        return 0
    except (StartError, SettingsError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    finally:
        stop_all(children)


def stop(number: int, _frame: object) -> None:
    # Once is enough: the second Ctrl-C of an impatient person must not interrupt the graceful stop.
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StartError(f"port {port} is taken. Choose another one: PORT={port + 1} make run") from None


def prepare_database(settings: Settings) -> None:
    """Bring the tables up to date and, outside of production, load the demo city into an empty database."""
    state = database_state(settings)
    if state is not None and READY.is_file() and json.loads(READY.read_text()) == state:
        return
    say("bringing the database up to date …")
    order("db", "upgrade")
    if not settings.production:
        say("loading the demo city, unless there are data already …")
        order("demo")
    state = database_state(settings)
    if state is not None:
        READY.parent.mkdir(exist_ok=True)
        READY.write_text(json.dumps(state))


def database_state(settings: Settings) -> dict[str, object] | None:
    """The migrations and the very file that they were applied to; None for a database that is not a file of ours."""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    if not settings.database_url.startswith("sqlite:///") or not file.is_file():
        return None
    migrations = hashlib.sha256()
    for revision in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        migrations.update(revision.name.encode() + b"\0" + revision.read_bytes())
    # A database that was deleted and made anew by hand is another file, even under the same name.
    return {"file": str(file), "inode": file.stat().st_ino, "migrations": migrations.hexdigest()}


def order(*command: str) -> None:
    if subprocess.run([*FLASK, *command], cwd=ROOT).returncode != 0:
        raise StartError(f"`flask --app app {' '.join(command)}` failed (see above).")


def launch(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops each child once and in order.
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def wait_until_it_answers(settings: Settings, server: subprocess.Popen[bytes]) -> int:
    """The status of the first answer; the start page sends a visitor on to a language, so usually 302."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise StartError(f"the server ended with code {server.returncode} (see above).")
        connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/", headers={"Host": settings.host})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    raise StartError(f"the server did not answer within {PATIENCE:.0f} s.")


def watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Until the server ends. A letter worker that ends is started again: letters wait in the outbox meanwhile."""
    while True:
        time.sleep(0.5)
        code = children["server"].poll()
        if code is not None:
            say(f"the server ended with code {code}.")
            return code or 1
        if children["worker"].poll() is not None:
            say(f"the letter worker ended with code {children['worker'].returncode}; starting it again.")
            time.sleep(WORKER_PAUSE)
            children["worker"] = launch([*FLASK, "worker"])


def stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    running = [child for child in children.values() if child.poll() is None]
    if running:
        say("stopping …")
    for child in running:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in running:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
