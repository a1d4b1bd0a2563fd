"""Pabulib's .pb format: reading any file, and writing ours (https://pabulib.org/format; voting.md, section 2)."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.counting.instance import Group, Instance, Option, Papers, group
from bihaelt.votes.domain.supports import Electorate

WITH_POINTS = ("cumulative", "scoring")
VOTE_TYPES = ("approval", "choose-1", *WITH_POINTS, "ordinal")


class BadFile(DomainError):
    """A file that cannot be counted. ``row``: its line, from 1; ``problem``: what is wrong there, in plain English."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(N_("Row %(row)s: %(problem)s"), row=row, problem=problem)
        self.row = row
        self.problem = problem

    def __str__(self) -> str:
        return f"row {self.row}: {self.problem}"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read. Amounts are whole units of its currency (cents of it are cut off, as Pabulib's checker does).

    ``instance``: its papers as papers of people; a file does not say whose they are. ``rankings``: of ordinal files,
    numbers of options, best first, and how many papers say so. ``selected``: the official winners; None: not stated.
    ``names``: titles of the projects by key.
    """

    meta: Mapping[str, str]
    instance: Instance
    vote_type: str
    selected: frozenset[str] | None
    names: Mapping[str, str] = field(default_factory=dict)
    rankings: Mapping[tuple[int, ...], int] = field(default_factory=dict)


def read(text: str, seed: str = "") -> File:
    """Read a whole file. Raises BadFile at the first row that does not fit. ``seed``: of the public lot."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    head = _head(lines)
    meta = head.meta
    vote_type = meta.get("vote_type", "")
    if vote_type not in VOTE_TYPES:
        raise BadFile(head.rows.get("vote_type", 1), f"the vote_type must be one of {', '.join(VOTE_TYPES)}")
    if "budget" not in meta:
        raise BadFile(1, "META does not state the budget")
    budget = _amount(meta["budget"], head.rows["budget"], "budget")
    number = {option.key: place for place, option in enumerate(head.options)}
    papers, rankings = _votes(lines, head.votes_at, vote_type, number)
    instance = Instance(budget, tuple(head.options), {Electorate.PEOPLE: papers}, seed)
    return File(meta, instance, vote_type, head.selected, head.names, rankings)


@dataclass(slots=True)
class _Head:
    """META and PROJECTS. ``rows``: where a key of META stands. ``votes_at``: lines before the header of VOTES."""

    meta: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    selected: frozenset[str] | None = None
    votes_at: int = 0


def _head(lines: Sequence[str]) -> _Head:
    head, section, rows = _Head(), "", _rows(lines, 0)
    columns: dict[str, int] = {}
    chosen: list[str] = []
    for at, row in rows:
        if len(row) == 1 and row[0].strip().upper() in ("META", "PROJECTS", "VOTES"):
            section = row[0].strip().upper()
            if section == "VOTES":
                head.votes_at = at
                break
            columns = _columns(rows, at, ("key", "value") if section == "META" else ("project_id", "cost"))
        elif section == "META":
            head.meta[row[0].strip()] = row[1].strip() if len(row) > 1 else ""
            head.rows[row[0].strip()] = at
        elif section == "PROJECTS":
            _project(head, chosen, row, columns, at)
        else:
            raise BadFile(at, "the file must begin with META")
    if not head.votes_at:
        raise BadFile(len(lines), "the section VOTES is missing")
    if not head.options:
        raise BadFile(head.votes_at, "there are no projects before VOTES")
    head.selected = frozenset(chosen) if "selected" in columns else None
    return head


def _rows(lines: Sequence[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """The rows from line ``start`` (from 0) on that are not empty, each with the number of its last line (from 1)."""
    reader = csv.reader((line + "\n" for line in lines[start:]), delimiter=";", strict=True)
    try:
        for row in reader:
            if row:
                yield start + reader.line_num, row
    except csv.Error as error:
        raise BadFile(start + reader.line_num, f"the quotes do not close ({error})") from None


def _columns(rows: Iterator[tuple[int, list[str]]], at: int, wanted: Sequence[str]) -> dict[str, int]:
    at, header = next(rows, (at + 1, []))
    columns = {name.strip().lower(): place for place, name in enumerate(header)}
    if missing := [name for name in wanted if name not in columns]:
        raise BadFile(at, f"the column {missing[0]} is missing")
    return columns


def _project(head: _Head, chosen: list[str], row: Sequence[str], columns: Mapping[str, int], at: int) -> None:
    if len(row) <= max(columns["project_id"], columns["cost"]):
        raise BadFile(at, "the project has no cost")
    key = row[columns["project_id"]].strip()
    if not key or "," in key:
        raise BadFile(at, "the project_id must not be empty and must not have a comma")
    if any(option.key == key for option in head.options):
        raise BadFile(at, f"the project_id {key} stands twice")
    head.options.append(Option(key, _amount(row[columns["cost"]], at, "cost")))
    cells = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
    head.names[key] = cells.get("name", "")
    if cells.get("selected") == "1":
        chosen.append(key)


def _amount(text: str, at: int, what: str) -> int:
    """Whole units of currency, more than 0. Digits after the point are cut off: no float decides anything."""
    whole, _, rest = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit())) and int(whole)):
        raise BadFile(at, f"the {what} must be a number above 0, not {text.strip()!r}")
    return int(whole)


def _votes(
    lines: Sequence[str], start: int, vote_type: str, number: Mapping[str, int]
) -> tuple[Papers, Mapping[tuple[int, ...], int]]:
    """Equal votes are put together as text first: most are read once only, however many people cast them."""
    cells = _Cells(lines, start, vote_type in WITH_POINTS)
    if vote_type == "ordinal":
        ranked = Counter[tuple[int, ...]]()
        for vote, count in cells.counted.items():
            ranked[cells.parse(vote, number)[0]] += count
        ranked.pop((), None)
        groups = [(tuple(sorted(order)), (1,) * len(order)) for order in ranked]
        return group(groups, ranked.values()), ranked
    if vote_type in WITH_POINTS:
        found = [_sorted(*cells.parse(vote, number)) for vote in cells.counted]
        return group(found, cells.counted.values()), {}
    return _ticks(cells, number), {}


def _ticks(cells: "_Cells", number: Mapping[str, int]) -> Papers:
    """The same as ``parse`` and ``group``, in the shortest way: most of the time of a count is spent here."""
    counted: dict[tuple[int, ...], int] = {}
    of = number.__getitem__
    for vote, count in cells.counted.items():
        try:
            choice = tuple(sorted(map(of, vote.split(","))))
        except KeyError:
            choice = tuple(sorted(cells.parse(vote, number)[0]))
        if len(set(choice)) != len(choice):
            cells.parse(vote, number)
        counted[choice] = counted.get(choice, 0) + count
    counted.pop((), None)
    return Papers([*counted], [*counted.values()])


def _sorted(options: tuple[int, ...], points: tuple[int, ...]) -> Group:
    """In the order of the options; options with 0 points are left out."""
    if not points:
        return tuple(sorted(options)), (1,) * len(options)
    pairs = sorted(pair for pair in zip(options, points, strict=True) if pair[1])
    return tuple(option for option, _ in pairs), tuple(point for _, point in pairs)


class _Cells:
    """The cells of VOTES that are counted, equal ones once: of each row "vote", or "vote;points"."""

    def __init__(self, lines: Sequence[str], start: int, with_points: bool) -> None:
        self.lines, self.start, self.with_points = lines, start, with_points
        self.columns = _columns(_rows(lines, start), start, ("voter_id", "vote", *(["points"] if with_points else [])))
        self.body = list(lines[start + 1 :])
        while self.body and not self.body[-1]:
            self.body.pop()
        if any('"' in line for line in self.body) or not self._fast():
            self._check_voters()
            self.counted = Counter(self._slow())

    def _fast(self) -> bool:
        """Without quotes a row is a line, and cells lie between semicolons. False: a row is short, or a voter votes twice."""
        voter, vote, points = (self.columns.get(name, 0) for name in ("voter_id", "vote", "points"))
        most = max(voter, vote, points) + 1
        rows = [line.split(";", most) for line in self.body]
        try:
            names = {row[voter] for row in rows}
            cells = [f"{row[vote]};{row[points]}" if self.with_points else row[vote] for row in rows]
        except IndexError:
            return False
        self.counted = Counter(cells)
        return len(names) == len(rows)

    def _slow(self) -> Iterator[str]:
        for at, row in self._rows():
            wanted = [self.columns["vote"], *([self.columns["points"]] if self.with_points else [])]
            if len(row) <= max(wanted):
                raise BadFile(at, "the row has too few cells")
            yield ";".join(row[place] for place in wanted)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        rows = _rows(self.lines, self.start)
        next(rows)
        return rows

    def _check_voters(self) -> None:
        place = self.columns["voter_id"]
        seen: set[str] = set()
        for at, row in self._rows():
            if row[place] in seen:
                raise BadFile(at, f"the voter_id {row[place]} stands twice")
            seen.add(row[place])

    def parse(self, cell: str, number: Mapping[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Options in the order of the vote, and their points (none for votes without points)."""
        vote, _, given = cell.partition(";")
        keys = vote.split(",") if vote else []
        try:
            options = tuple(map(number.__getitem__, keys))
        except KeyError:
            options = tuple(self._known(key.strip(), number, cell) for key in keys)
        if len(set(options)) != len(options):
            raise self._bad(cell, "a project stands twice in one vote")
        if not self.with_points:
            return options, ()
        points = tuple(self._whole(point.strip(), cell) for point in given.split(",")) if given else ()
        if len(points) != len(options):
            raise self._bad(cell, f"{len(options)} projects, but {len(points)} numbers of points")
        return options, points

    def _known(self, key: str, number: Mapping[str, int], cell: str) -> int:
        if key not in number:
            raise self._bad(cell, f"the project {key!r} is not listed under PROJECTS")
        return number[key]

    def _whole(self, point: str, cell: str) -> int:
        if not (point.isascii() and point.isdigit()):
            raise self._bad(cell, f"points must be whole numbers from 0 on, not {point!r}")
        return int(point)

    def _bad(self, cell: str, problem: str) -> BadFile:
        """The problem with the first row that has this cell: only now is it worth looking for."""
        at = next(at for (at, _), found in zip(self._rows(), self._slow(), strict=True) if found == cell)
        return BadFile(at, problem)


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class About:
    """What the head of a file says. ``subunit``: cluster and electorate; ``rule``: Pabulib's word, see ``mes.outside_rule``.

    ``most``: ticks (or points) that a paper may have at most; 0: not said. ``comments`` are numbered by the writer.
    """

    description: str
    unit: str
    instance: str
    subunit: str
    begin: date
    end: date
    rule: str = "unknown"
    most: int = 0
    country: str = "Germany"
    currency: str = "EUR"
    language: str = "de"
    comments: tuple[str, ...] = ()


def write(
    instance: Instance,
    electorate: Electorate,
    *,
    about: About,
    winners: Collection[str],
    names: Mapping[str, str],
    points: bool = False,
) -> str:
    """One file: the papers of one electorate, sorted by what they say, so that their order tells nothing.

    ``names``: titles of the options by key. ``points``: as votes with points ("cumulative"), else as "approval".
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    votes = _written(instance, electorate, points)
    rows = _meta(instance, about, len(votes), points)
    writer.writerows([("META",), ("key", "value"), *((key, clean(value)) for key, value in rows)])
    totals = [votes_of[electorate] for votes_of in instance.votes()]
    scores = [points_of[electorate] for points_of in instance.points()]
    order = sorted(range(len(totals)), key=lambda n: (-scores[n] if points else -totals[n], n))
    writer.writerows(
        [("PROJECTS",), ("project_id", "cost", "votes", *(("score",) if points else ()), "name", "selected")]
    )
    for number in order:
        option = instance.options[number]
        figures = (totals[number], scores[number]) if points else (totals[number],)
        name = clean(names.get(option.key, "")) or option.key
        writer.writerow((option.key, option.cost_eur, *figures, name, int(option.key in winners)))
    writer.writerows([("VOTES",), ("voter_id", "vote", *(("points",) if points else ()))])
    writer.writerows((str(place), *vote) for place, vote in enumerate(votes, 1))
    return out.getvalue()


def clean(text: str) -> str:
    """Without control characters and line ends of any kind, which readers take for the end of a row; without outer blanks."""
    kept = (" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return " ".join("".join(kept).split())


def _meta(instance: Instance, about: About, votes: int, points: bool) -> list[tuple[str, str]]:
    limits = [("max_length", min(about.most, len(instance.options)))] if about.most else []
    if points:
        limits = [("max_sum_points", about.most or max(map(sum, _all_points(instance)), default=1))]
    rows: list[tuple[str, object]] = [
        ("description", about.description), ("country", about.country), ("unit", about.unit), ("subunit", about.subunit),
        ("instance", about.instance), ("num_projects", len(instance.options)), ("num_votes", votes),
        ("budget", instance.budget_eur), ("vote_type", "cumulative" if points else "approval"), ("rule", about.rule),
        ("date_begin", f"{about.begin:%d.%m.%Y}"), ("date_end", f"{about.end:%d.%m.%Y}"), *limits,
        ("language", about.language), ("currency", about.currency),
        *(("fully_funded", 1) for _ in range(sum(o.cost_eur for o in instance.options) <= instance.budget_eur)),
        *(("comment", text) for text in [" ".join(f"#{n}: {text}" for n, text in enumerate(about.comments, 1))] if text),
    ]  # fmt: skip
    return [(key, str(value)) for key, value in rows]


def _all_points(instance: Instance) -> list[Sequence[int]]:
    return [points for papers in instance.papers.values() for _, points, _ in papers.groups()]


def _written(instance: Instance, electorate: Electorate, points: bool) -> list[tuple[str, ...]]:
    keys = [option.key for option in instance.options]
    votes: list[tuple[str, ...]] = []
    for choice, given, count in instance.papers[electorate].groups():
        pairs = sorted(
            zip((keys[option] for option in choice), given, strict=True), key=lambda pair: (-pair[1], pair[0])
        )
        row = [",".join(key for key, _ in pairs)]
        if points:
            row.append(",".join(str(point) for _, point in pairs))
        votes += [tuple(row)] * count
    return sorted(votes)
