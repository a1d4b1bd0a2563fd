"""A document as a tree of blocks: the web page, the PDF and nothing else are made from it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one language and look. ``alone`` keeps names, codes and amounts apart in a text of another direction."""

    text: str
    lang: str = ""
    dir: str = ""
    strong: bool = False
    emphasis: bool = False
    alone: bool = False


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 2 is the first below the document's title. ``mark`` is where a link on the page leads to."""

    words: Words
    level: int = 2
    mark: str = ""
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words
    small: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Points, or numbered points that begin with ``start``."""

    items: tuple[Words, ...]
    numbered: bool = False
    start: int = 1
    kind: str = field(default="list", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with what is said to each of them."""

    rows: tuple[tuple[Words, Words], ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``numbers`` are the places of the columns with figures; the first cell of each row is its heading.

    ``titled``: the caption is seen, because no heading just above says the same.
    """

    caption: Words
    heads: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    numbers: tuple[int, ...] = ()
    titled: bool = False
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True, slots=True)
class Boxed:
    """A box with a heading of its own, as council papers have them."""

    title: Words
    blocks: tuple["Block", ...]
    kind: str = field(default="boxed", init=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, by role: never a name."""

    words: Words
    kind: str = field(default="signature", init=False)


@dataclass(frozen=True, slots=True)
class NewPage:
    kind: str = field(default="page", init=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of headings of a long document, down to ``depth``."""

    title: Words
    depth: int = 3
    kind: str = field(default="contents", init=False)


Block = Heading | Paragraph | Listing | Facts | Grid | Boxed | Signature | NewPage | Contents


@dataclass(frozen=True, slots=True)
class Document:
    """``sort`` says what it is ("Measure sheet"), ``stamp`` of when it is, ``lang``/``dir`` how the page runs.

    ``page`` holds {page} and {pages}, which the press alone knows; ``points`` is the size of the letters.
    """

    title: Words
    sort: str
    stamp: str
    city: str
    lang: str
    dir: str
    page: str
    blocks: tuple[Block, ...]
    points: float = 10.0

    @property
    def name(self) -> str:
        """The title as plain text."""
        return plain(self.title)

    def data(self) -> dict[str, object]:
        """What the press is given: plain JSON."""
        return asdict(self)

    def content_hash(self, template: bytes = b"") -> str:
        """The same for the same content set by the same template."""
        told = json.dumps(self.data(), ensure_ascii=False, sort_keys=True).encode()
        return hashlib.sha256(told + b"\0" + template).hexdigest()


def plain(words: Words) -> str:
    return "".join(run.text for run in words)


def said(text: str, lang: str = "", dir: str = "") -> Words:
    return (Run(text, lang, dir),)


def alone(text: str, *, strong: bool = False) -> Words:
    """A name, a code or an amount, which the direction of what stands around it must not touch."""
    return (Run(text, alone=True, strong=strong),)


def spans(words: Words) -> list[Words]:
    """The words in pieces of one language: a page keeps each piece together, or the pieces would change places."""
    return [tuple(group) for _, group in groupby(words, key=lambda run: (run.lang, run.dir, run.alone))]


def joined(parts: Iterable[Words], between: str = ", ") -> Words:
    out: list[Run] = []
    for place, part in enumerate(parts):
        if place:
            out.append(Run(between))
        out.extend(part)
    return tuple(out)


def prose(source: str, lang: str = "", dir: str = "") -> tuple[Block, ...]:
    """Plain Markdown as blocks: paragraphs and lists; headings become strong paragraphs, links their words."""
    blocks: list[Block] = []
    tokens = MARKDOWN.parse(source[:40_000])
    items: list[Words] = []
    depth, numbered, start, heading = 0, False, 1, False
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            if depth == 0:
                items, numbered = [], token.type == "ordered_list_open"
                start = int(token.attrs.get("start", 1))
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            if depth == 0:
                blocks.append(Listing(tuple(items), numbered, start))
        elif token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type in ("inline", "fence", "code_block"):
            words = _inline(token, lang, dir, strong=heading)
            if depth:
                items.append(words)
            else:
                blocks.append(Paragraph(words))
    return tuple(blocks)


def _inline(token: Token, lang: str, dir: str, *, strong: bool) -> Words:
    if token.type != "inline":
        return (Run(token.content.rstrip("\n"), lang, dir),)
    runs: list[Run] = []
    bold, slanted = strong, False
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold = strong or child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            slanted = child.type == "em_open"
        elif child.type in ("softbreak", "hardbreak"):
            runs.append(Run(" " if child.type == "softbreak" else "\n", lang, dir))
        elif child.content:
            runs.append(Run(child.content, lang, dir, bold, slanted))
    return tuple(runs)


def texts(blocks: Sequence[Block]) -> Iterable[str]:
    """Every word of the blocks, in reading order."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph | Signature):
            yield plain(block.words)
        elif isinstance(block, Listing):
            yield from map(plain, block.items)
        elif isinstance(block, Facts):
            for term, fact in block.rows:
                yield from (plain(term), plain(fact))
        elif isinstance(block, Grid):
            yield plain(block.caption)
            yield from map(plain, block.heads)
            for row in block.rows:
                yield from map(plain, row)
        elif isinstance(block, Boxed):
            yield plain(block.title)
            yield from texts(block.blocks)
        elif isinstance(block, Contents):
            yield plain(block.title)
