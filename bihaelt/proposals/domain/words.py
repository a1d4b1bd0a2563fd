"""Markdown as a line of plain words, for lists, feeds and letters."""

import re

MARKS = re.compile(
    r"^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+|[*_`~]{1,3}|!?\[([^][\n]{0,200})\]\([^()\n]{0,500}\)", re.MULTILINE
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(markdown: str, length: int = 200) -> str:
    """The first ``length`` characters of a text without its marks, cut at a word; safe in XML as it is."""
    text = UNPRINTABLE.sub("", markdown[: length * 8])
    text = " ".join(MARKS.sub(lambda match: match[1] or "", text).split())
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(" ", 1)[0]
    return f"{cut}…"
