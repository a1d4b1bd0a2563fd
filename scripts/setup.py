"""Prepare a fresh checkout: virtual environment, locked packages, assets, catalogues. Does only what is missing.

Runs with the system's Python and its standard library alone. Writes nothing outside the checkout, except that
`--browser` installs Debian's chromium where there is none and we are root.

    python3 scripts/setup.py             what `make run` needs
    python3 scripts/setup.py --dev       with the tools of `make check` and `make test`
    python3 scripts/setup.py --browser   with a Chromium for the journeys
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Caches of the installers stay inside the checkout, or are not kept at all.
ENVIRONMENT = {
    **os.environ,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
    "npm_config_cache": str(ROOT / "build" / "npm"),
    "npm_config_update_notifier": "false",
}


class SetupError(Exception):
    """A step cannot be done; the text says why and what helps."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def make_environment() -> None:
    if PYTHON.exists():
        return
    say("creating the virtual environment .venv …")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if done.returncode != 0:
        hint = "On Debian and Ubuntu: apt install python3-venv" if "ensurepip" in done.stdout + done.stderr else ""
        raise SetupError(f"python -m venv failed. {hint}\n{done.stdout}{done.stderr}".rstrip())


def install(lock: Path) -> None:
    """Install a lock file once; its hash is kept in .venv, so that a changed lock installs anew."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{lock.name}"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    packages = sum("==" in line for line in lock.read_text().splitlines())
    say(f"installing {packages} packages of {lock.name} …")
    started = time.monotonic()
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--progress-bar", "off", "-r", str(lock)]
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    seen = 0
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if seen % 10 == 0:
                say(f"  {seen} of {packages}")
        elif line.startswith("Installing collected packages"):
            say("  unpacking …")
    if process.wait() != 0:
        raise SetupError(f"pip could not install {lock.name}:\n" + "".join(said[-15:]))
    stamp.write_text(digest)
    say(f"  done in {time.monotonic() - started:.0f} s")


def build_assets() -> None:
    done = subprocess.run([str(PYTHON), str(ROOT / "scripts" / "build_assets.py")], cwd=ROOT, env=ENVIRONMENT)
    if done.returncode != 0:
        raise SetupError("the assets could not be built (see above).")


def compile_catalogues() -> None:
    """Compile the translations whose source is newer than what was compiled from it."""
    catalogues = sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
    if all(is_newer(file.with_suffix(".mo"), file) for file in catalogues):
        return
    say(f"compiling {len(catalogues)} catalogues …")
    done = subprocess.run([str(PYTHON), "-m", "scripts.catalogues", "compile"], cwd=ROOT)
    if done.returncode != 0:
        raise SetupError("the catalogues could not be compiled (see above).")


def is_newer(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def find_browser() -> None:
    if any(shutil.which(name) for name in BROWSERS):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError(
            "the journeys need Chromium, and installing it needs root. On Debian and Ubuntu: "
            "sudo apt-get install chromium. Elsewhere: put a `chromium` on the PATH."
        )
    say("installing Debian's chromium through apt …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True)
        if done.returncode != 0:
            raise SetupError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"setup: this is Python {found}; bihaelt needs {OLDEST[0]}.{OLDEST[1]} or newer.", file=sys.stderr)
        print("setup: choose another one with `make run PYTHON=python3.13`.", file=sys.stderr)
        return 1
    try:
        make_environment()
        install(ROOT / ("requirements-dev.txt" if "--dev" in arguments else "requirements.txt"))
        build_assets()
        compile_catalogues()
        if "--browser" in arguments:
            find_browser()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; the next start goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
