"""What changed between two versions of a text, word by word."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

MOST_WORDS = 6_000
PIECES = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)


def word_diff(old: str, new: str) -> Sequence[tuple[str, str]]:
    """The pieces of both texts in order, each ``same``, ``del`` (only in the old) or ``add`` (only in the new).

    Beyond ``MOST_WORDS`` pieces it compares line by line, so that a hostile text costs little.
    """
    before, after = _pieces(old), _pieces(new)
    parts: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=len(before) > 500).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            parts.append(("del", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(("add", "".join(after[j1:j2])))
    return parts


def _pieces(text: str) -> list[str]:
    words = PIECES.findall(text)
    return words if len(words) <= MOST_WORDS else text.splitlines(keepends=True)
