"""What all documents share: words of people in their own language, amounts and days, the frame of a document."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from bihaelt.documents.domain.blocks import (
    Block,
    Document,
    Facts,
    Grid,
    Heading,
    Paragraph,
    Run,
    Words,
    alone,
    joined,
    prose,
    said,
)
from bihaelt.i18n import BY_BABEL, current, format_day, format_money, gettext
from bihaelt.marks import N_, label_of
from bihaelt.texts.domain import Shown

LARGE, NORMAL = 13.0, 10.0  # points; Leichte Sprache is set larger


def tag(babel: str) -> str:
    """The bare language, as PDF and the typesetter take it ("de@simple" is "de")."""
    return BY_BABEL[babel].tag.partition("-")[0]


def title_of(shown: Shown, *, strong: bool = False) -> Words:
    return (Run(shown.title, tag(shown.language), BY_BABEL[shown.language].dir, strong=strong, alone=True),)


def titles(shown: Iterable[Shown]) -> Words:
    return joined([title_of(each) for each in shown])


def body_of(shown: Shown, part: str = "body") -> tuple[Block, ...]:
    """A text, or a further part of it, in its own language; empty when it says nothing."""
    text = shown.body if part == "body" else shown.extra.get(part, "")
    return prose(text, tag(shown.language), BY_BABEL[shown.language].dir)


def word(message: str, **values: object) -> Words:
    return said(gettext(message, **values))


def label(member: StrEnum) -> Words:
    return said(gettext(label_of(member)))


def money(cents: int, *, strong: bool = False) -> Words:
    return alone(format_money(cents), strong=strong)


def day(value: date | None) -> Words:
    return alone(format_day(value)) if value else word(N_("still open"))


def heading(message: str, level: int) -> Heading:
    return Heading(word(message), level)


def section(message: str, blocks: Sequence[Block], level: int) -> tuple[Block, ...]:
    """A heading with what stands below it; nothing for an empty section."""
    return (heading(message, level), *blocks) if blocks else ()


def facts(rows: Iterable[tuple[str, Words]]) -> Facts:
    """Terms (msgids) with what is said to them; those without words are left out."""
    return Facts(tuple((word(term), fact) for term, fact in rows if fact))


def grid(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Words]],
    numbers: Sequence[int] = (),
    *,
    titled: bool = False,
) -> Grid:
    """A table with a caption and column headings (msgids)."""
    lines = tuple(tuple(row) for row in rows)
    return Grid(word(caption), tuple(word(head) for head in heads), lines, tuple(numbers), titled)


def note(shown: Shown) -> tuple[Block, ...]:
    """That a text is a translation, and of what kind."""
    if shown.is_original:
        return ()
    words = joined(
        [label(shown.status), *([word(N_("Out of date: the original has changed."))] if shown.stale else [])], ". "
    )
    return (Paragraph(words, small=True),)


def frame(sort: str, title: Words, as_of: datetime | date | None, city: str, blocks: Sequence[Block]) -> Document:
    """A document in the current language. ``sort`` is the msgid of what it is."""
    language = current()
    return Document(
        title=title,
        sort=gettext(sort),
        # Isolated (U+2068, U+2069): an Arabic line must not turn the parts of the day around.
        stamp=gettext(N_("As of %(date)s"), date=f"\u2068{format_day(as_of)}\u2069") if as_of else "",
        city=city,
        lang=tag(language.babel),
        dir=language.dir,
        # The press fills in the numbers, which it alone knows.
        page=gettext(N_("Page %(page)s of %(pages)s"), page="{page}", pages="{pages}"),
        blocks=tuple(blocks),
        points=LARGE if language.babel == "de@simple" else NORMAL,
    )
