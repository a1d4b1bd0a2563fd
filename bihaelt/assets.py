"""Addresses of the built style sheets, scripts and icons; names carry a hash, so browsers may keep them for ever."""

import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"
MANIFEST = STATIC / "built" / "manifest.json"
STATIC_URL = "/static/"


class AssetsMissing(Exception):
    """The style sheet and scripts have not been built, or not that one."""


@cache
def manifest(path: Path = MANIFEST) -> dict[str, str]:
    """Name of an asset -> its path below the static folder; read once per process."""
    try:
        files: dict[str, str] = json.loads(path.read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        raise AssetsMissing("The style sheet and scripts are not built yet. Run `make assets`.") from None
    return files


def asset(name: str) -> str:
    """The address of an asset such as `app.css`, `app.rtl.css`, `app.js` or `favicon.svg`.

    Raises AssetsMissing with the command that helps.
    """
    files = manifest()
    if name not in files:
        raise AssetsMissing(f"There is no asset {name!r}, only {', '.join(sorted(files))}. Run `make assets`.")
    return STATIC_URL + files[name]
