"""Web servers side by side on our own pages: speed, slow visitors, and a stop while people read."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import city, pages
from bihaelt.settings import ROOT

PORT, PROXY_PORT = 8766, 8767
PROCESSES, THREADS = 2, 4
ROUNDS = 3
SLOW = 6  # visitors who send a form of 900 bytes, one byte every half second: fewer than there are threads
MANY_SLOW = 60  # and as many as only a proxy in front keeps away
GUNICORN = ("gunicorn", "--preload", "-w", str(PROCESSES), "-b", f"127.0.0.1:{PORT}", "--log-level", "warning")
SERVERS = {
    "granian": (sys.executable, "-m", "scripts.serve", "--workers", str(PROCESSES)),
    "gunicorn, threads": (sys.executable, "-m", *GUNICORN, "-k", "gthread", "--threads", str(THREADS), "bihaelt.web:create_app()"),
    "gunicorn, one at a time": (sys.executable, "-m", *GUNICORN, "-k", "sync", "bihaelt.web:create_app()"),
}  # fmt: skip


def measured(folder: Path, database: str) -> list[str]:
    """A table as Markdown: each server in turn, ``ROUNDS`` times, medians."""
    url = city.make(folder, database, 100)
    app = city.application(url)
    found = {name: path for name, path, _ in pages.of(app)}
    cookie = next(headers["Cookie"] for name, _, headers in pages.of(app) if name.endswith("signed in"))
    path = found["proposals, newest first"]
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name, command in SERVERS.items():
            rows[name].append(tried(command, url, folder, path, cookie))
    lines = [
        "| Server | signed-in list, requests/s | slowest of a hundred, ms | stored page, requests/s | beside slow visitors | "
        "MB a process | broken off by a stop |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, tries in rows.items():
        made, slowest, stored, beside, memory, broken = (
            statistics.median(column) for column in zip(*tries, strict=True)
        )
        lines.append(
            f"| {name} | {made:,.0f} | {slowest:.0f} | {stored:,.0f} | {beside:,.0f} | {memory:.0f} | {broken:.0f} |"
        )
    return [*lines, "", *behind_nginx(url, folder, path)]


def behind_nginx(url: str, folder: Path, path: str) -> list[str]:
    """The same with our own docs/nginx.conf in front."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        return ["- Behind nginx: not measured, nginx is not installed."]
    with serving(SERVERS["granian"], url, folder), proxy(nginx, folder):
        address = f"http://127.0.0.1:{PROXY_PORT}{path}"
        stored, _ = load(address, 5)
        with slow_visitors(path, PROXY_PORT, MANY_SLOW):
            beside, _ = load(f"{address}?order=supported", 5)
    return [
        f"- Behind nginx with its micro-cache: {stored:,.0f} stored pages/s; beside {MANY_SLOW} slow visitors {beside:,.0f}"
    ]


@contextlib.contextmanager
def proxy(nginx: str, folder: Path) -> Iterator[None]:
    """nginx with the site of docs/nginx.conf, its addresses and folders moved to ours."""
    site = (ROOT / "docs" / "nginx.conf").read_text("utf-8")
    for ours, here in (
        ("server web:8000;", f"server 127.0.0.1:{PORT};"), ("listen 80;", f"listen 127.0.0.1:{PROXY_PORT};"),
        ("/var/cache/nginx/bihaelt", str(folder / "nginx-cache")),
    ):  # fmt: skip
        if ours not in site:
            raise RuntimeError(f"docs/nginx.conf has no {ours!r} any more")
        site = site.replace(ours, here)
    kept = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"worker_processes {PROCESSES}; daemon off; pid {folder / 'nginx.pid'}; error_log {folder / 'nginx.log'};\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{kept}\n{site}\n}}\n",
        "utf-8",
    )
    running = subprocess.Popen([nginx, "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(config)])
    try:
        until_ready(PROXY_PORT)
        yield
    finally:
        running.terminate()
        running.wait()


def tried(command: tuple[str, ...], url: str, folder: Path, path: str, cookie: str) -> tuple[float, ...]:
    with serving(command, url, folder) as server:
        address = f"http://127.0.0.1:{PORT}{path}"
        load(address, 2, cookie)
        made, slowest = load(address, 8, cookie)
        stored, _ = load(address, 4)
        memory = max(p.memory_full_info().pss for p in psutil.Process(server.pid).children(recursive=True)) / 2**20
        with slow_visitors(path):
            beside, _ = load(address, 6)
        return made, slowest, stored, beside, memory, broken_by_stop(server, path, cookie)


@contextlib.contextmanager
def serving(command: tuple[str, ...], url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ, "PORT": str(PORT), "DATABASE_URL": url, "MAIL_URL": f"file:{folder / 'mail'}", "SECRET_KEY": "bench" * 8,
        "JOBS_URL": f"sqlite:///{folder / 'jobs.db'}", "BALLOT_KEYS": str(folder / "ballot-keys"), "BASE_URL": "http://localhost",
    }  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until_ready()
        yield server
    finally:
        server.terminate()  # not killed: its processes would live on, and take connections from the next one
        server.wait(timeout=30)
        time.sleep(1)


def until_ready(port: int = PORT) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def load(address: str, seconds: int, cookie: str = "") -> tuple[float, float]:
    """(requests a second, milliseconds of the slowest of a hundred) with 16 connections."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("the program wrk is not installed")
    header = ["-H", f"Cookie: {cookie}"] if cookie else []
    said = subprocess.run(
        [wrk, "-t2", "-c16", f"-d{seconds}s", "--timeout", "20s", "--latency", *header, address],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
    return (float(rate[1]) if rate else 0.0), (float(late[1]) * unit[late[2]] if late else 0.0)


@contextlib.contextmanager
def slow_visitors(path: str, port: int = PORT, number: int = SLOW) -> Iterator[None]:
    """People on a bad line who send a form while others read."""
    lang = path.split("/")[1]
    head = (
        f"POST /{lang}/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 900\r\n\r\n"
    )
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(number)]
    over = threading.Event()

    def drip() -> None:
        for line in lines:
            line.sendall(head.encode())
        while not over.wait(0.5):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        over.set()
        thread.join()
        for line in lines:
            line.close()


def broken_by_stop(server: subprocess.Popen[bytes], path: str, cookie: str) -> int:
    """Requests that were taken and not answered whole when the server was told to stop while eight people read."""
    broken: list[int] = []

    def read() -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
            try:
                connection.connect()
            except OSError:
                return  # nobody listens any more: a proxy would ask elsewhere
            try:
                connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                broken.append(1)
            finally:
                connection.close()

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    time.sleep(2)
    server.send_signal(signal.SIGTERM)
    for reader in readers:
        reader.join()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=20)
    return len(broken)
