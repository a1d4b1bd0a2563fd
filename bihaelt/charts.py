"""The geometry of pictures that are drawn on the server: flows, lines, spans of time. Plain numbers in, coordinates out.

Coordinates are drawing units with one decimal, x from the reader's side of the line: ``mirror`` turns a picture round for
scripts that run from right to left. The figures themselves stand in a table beside each picture; nothing is read off here.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

NODE = 12  # width of a node of a flow
GAP = 16  # between the nodes of a column: a line of words fits beside each


@dataclass(frozen=True, slots=True)
class Node:
    """One bar of a flow: ``key`` (unique in its column), its value, its corner and size."""

    key: Hashable
    value: int
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """What flows from one node to another; ``path`` is an SVG path."""

    start: Hashable
    end: Hashable
    value: int
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    columns: Sequence[Sequence[Node]]
    ribbons: Sequence[Ribbon]
    width: int
    height: int
    mirrored: bool


def flow(
    columns: Sequence[Sequence[Hashable]],
    links: Sequence[Mapping[tuple[Hashable, Hashable], int]],
    *,
    width: int,
    height: int,
    mirror: bool = False,
) -> Flow:
    """A flow through ``columns`` of keys, from the top in the order given; ``links[n]`` goes from column n to n + 1.

    A node is as high as what comes in or goes out of it, whichever is more; nodes without anything are left out.
    The tallest column fills the height, the others use the same scale.
    """
    sizes = [_sizes(keys, links, place) for place, keys in enumerate(columns)]
    tallest = max((sum(size.values()) for size in sizes), default=0)
    most = max((len(size) for size in sizes), default=0)
    scale = max(height - GAP * max(most - 1, 0), 1) / max(tallest, 1)
    step = (width - NODE) / max(len(columns) - 1, 1)
    found = [_column(size, place * step, scale) for place, size in enumerate(sizes)]
    ribbons = [
        ribbon
        for place, link in enumerate(links)
        for ribbon in _ribbons(found[place], found[place + 1], link, scale, width if mirror else 0)
    ]
    if mirror:
        found = [
            [Node(node.key, node.value, round(width - NODE - node.x, 1), node.y, node.height) for node in column]
            for column in found
        ]
    return Flow(found, ribbons, width, height, mirror)


def _sizes(
    keys: Sequence[Hashable], links: Sequence[Mapping[tuple[Hashable, Hashable], int]], place: int
) -> Mapping[Hashable, int]:
    """How much passes each node of a column, in its order."""
    into: Mapping[tuple[Hashable, Hashable], int] = links[place - 1] if place else {}
    out: Mapping[tuple[Hashable, Hashable], int] = links[place] if place < len(links) else {}
    sizes = {
        key: max(
            sum(value for (_, end), value in into.items() if end == key),
            sum(value for (start, _), value in out.items() if start == key),
        )
        for key in keys
    }
    return {key: size for key, size in sizes.items() if size}


def _column(sizes: Mapping[Hashable, int], x: float, scale: float) -> list[Node]:
    nodes, y = [], 0.0
    for key, size in sizes.items():
        height = size * scale
        nodes.append(Node(key, size, round(x, 1), round(y, 1), round(height, 1)))
        y += height + GAP
    return nodes


def _ribbons(
    left: Sequence[Node],
    right: Sequence[Node],
    link: Mapping[tuple[Hashable, Hashable], int],
    scale: float,
    mirror_at: int,
) -> list[Ribbon]:
    """The ribbons between two columns, stacked at both ends in the order of the nodes."""
    left_y, right_y = {node.key: node.y for node in left}, {node.key: node.y for node in right}
    found = []
    for start in left:
        for end in right:
            value = link.get((start.key, end.key), 0)
            if not value:
                continue
            thick = value * scale
            path = _band(start.x + NODE, end.x, left_y[start.key], right_y[end.key], thick, mirror_at)
            found.append(Ribbon(start.key, end.key, value, path))
            left_y[start.key] += thick
            right_y[end.key] += thick
    return found


def _band(x1: float, x2: float, y1: float, y2: float, thick: float, mirror_at: int) -> str:
    middle = (x1 + x2) / 2
    x1, middle, x2 = (round(mirror_at - x if mirror_at else x, 1) for x in (x1, middle, x2))
    tops, bottoms = (round(y1, 1), round(y2, 1)), (round(y1 + thick, 1), round(y2 + thick, 1))
    return (
        f"M{x1} {tops[0]}C{middle} {tops[0]} {middle} {tops[1]} {x2} {tops[1]}"
        f"V{bottoms[1]}C{middle} {bottoms[1]} {middle} {bottoms[0]} {x1} {bottoms[0]}z"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of values: SVG ``points``, the dots one by one (None: no value), and the height of the target."""

    points: str
    dots: Sequence[tuple[float, float] | None]
    target: float | None
    width: int
    height: int


def line(values: Sequence[int | None], *, target: int | None, width: int, height: int, mirror: bool = False) -> Line:
    """Values from left to right on one scale that holds the target too and begins at zero, or below it.

    A missing value leaves its place empty; the line joins its neighbours.
    """
    known = [value for value in (*values, target, 0) if value is not None]
    low, high = min(known), max(known)
    reach = (high - low) or 1
    step = width / max(len(values) - 1, 1)

    def up(value: int) -> float:
        return round(height - (value - low) * height / reach, 1)

    def along(place: int) -> float:
        x = place * step if len(values) > 1 else width / 2
        return round(width - x if mirror else x, 1)

    dots = [None if value is None else (along(place), up(value)) for place, value in enumerate(values)]
    points = " ".join(f"{dot[0]},{dot[1]}" for dot in dots if dot is not None)
    return Line(points, dots, None if target is None else up(target), width, height)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in percent of the whole, from the reader's side of the line; ``open`` has no end."""

    start: float
    length: float
    open: bool


def span(starts_on: date, ends_on: date | None, first: date, last: date) -> Span | None:
    """Where a time lies in the days from ``first`` to ``last``, both inclusive; None if it lies outside of them."""
    end = min(ends_on or last, last)
    begin = max(starts_on, first)
    if begin > end:
        return None
    whole = (last - first).days + 1
    return Span(
        round(100 * (begin - first).days / whole, 2), round(100 * ((end - begin).days + 1) / whole, 2), ends_on is None
    )
