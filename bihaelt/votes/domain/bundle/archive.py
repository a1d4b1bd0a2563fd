"""The ZIP itself, written in one way only.

Files are stored, sorted, with one fixed date and nothing else around them. So the ZIP's bytes follow from the files on every
machine, the verifier can check each single one of them, and a program that reads it has nothing to unpack that could explode.
Web servers may compress it on the way.
"""

import io
import stat
import zipfile
from collections.abc import Mapping
from typing import IO

DATE = (1980, 1, 1, 0, 0, 0)  # the first one that a ZIP can hold: it says nothing, on purpose
MODE = stat.S_IFREG | 0o644
UNIX = 3


def write(files: Mapping[str, bytes], target: IO[bytes]) -> None:
    """Write ``files`` (path to content) into ``target`` as a ZIP."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            archive.writestr(entry, files[name])


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The ZIP as bytes."""
    target = io.BytesIO()
    write(files, target)
    return target.getvalue()
