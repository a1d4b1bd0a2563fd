"""Orders for the printing press (press.py), which sets tagged PDF (PDF/UA-1) in a process of its own."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

log = logging.getLogger("bihaelt.printing")
PRESS = Path(__file__).with_name("press.py")
WAIT_SECONDS = 300


class NotPrinted(DomainError):
    """The press failed; nothing was written."""

    def __init__(self) -> None:
        super().__init__(N_("The pages could not be printed. Nothing was changed. Please try again."))


@dataclass(frozen=True, slots=True)
class Said:
    """A text in its own language and direction."""

    text: str
    lang: str
    dir: str


def press(template: Path, data: Mapping[str, Any], kind: str = "pdf") -> bytes:
    """What ``template`` (a Typst file) makes of ``data`` (plain JSON), as ``pdf`` or its first page as ``png``.

    Raises NotPrinted.
    """
    order = {"template": str(template), "data": data, "format": kind}
    try:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-P", str(PRESS)], input=json.dumps(order).encode(), capture_output=True, check=True,
            timeout=WAIT_SECONDS,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        log.error(
            "the printing press failed: %s", (getattr(error, "stderr", None) or b"").decode("utf-8", "replace")[-2000:]
        )
        raise NotPrinted from error
    return done.stdout
