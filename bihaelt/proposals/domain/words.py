"""Markdown as a line of plain words, for lists, feeds and letters."""

import re

LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]+", re.MULTILINE)
LINK = re.compile(r"!?\[([^][\n]{0,200})\]\([^()\n]{0,500}\)")
# Emphasis and code, and what no XML document may hold.
DROPPED = dict.fromkeys(
    [*map(ord, "*_`~"), *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


def plain(markdown: str, length: int = 200) -> str:
    """The first ``length`` characters of a text without its marks, cut at a word; safe in XML as it is."""
    text = LINE_MARKS.sub("", markdown[: length * 8])
    if "](" in text:
        text = LINK.sub(r"\1", text)
    text = " ".join(text.translate(DROPPED).split())
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(" ", 1)[0]
    return f"{cut}…"
