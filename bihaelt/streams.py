"""Files of any size: read from the database as a whole before they are sent.

Nothing is read while a file is on its way: the request's session has ended by then, and what it would read with a late
statement stays locked for as long as nobody sweeps it up. On SQLite that alone keeps everybody from writing.
"""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response

IN_MEMORY = 1024 * 1024  # bytes of a file; what is larger lies on the disk until it has been sent
PIECE = 64 * 1024


def whole(parts: Iterable[str | bytes], content_type: str) -> Response:
    """All ``parts``, one after the other, as the body of an answer."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    for part in parts:
        file.write(part if isinstance(part, bytes) else part.encode())
    size = file.tell()
    file.seek(0)
    answer = Response(_pieces(file), content_type=content_type)
    answer.content_length = size
    answer.call_on_close(file.close)  # also where nobody reads it, as after a HEAD
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
