"""Reading imports of a plan: files and rows, what words of a file mean here, and which measures there are already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.i18n import catalogue
from bihaelt.imports.domain import ImportState, Names, Note, Part, Place, RowState, Wordlist, folded
from bihaelt.imports.models import PlanImport, PlanRow
from bihaelt.marks import label_of
from bihaelt.measures.domain import OVER, Category, FundingCheck, Gap, MeasureKind, MeasureState, Other
from bihaelt.measures.models import Measure
from bihaelt.measures.queries import Options, options
from bihaelt.organisations.domain import OrganisationState
from bihaelt.organisations.models import Office, Organisation, RegularService, WorkingGroup
from bihaelt.paging import Cursor, Page, page_by_id
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster, District, Field
from bihaelt.verdicts import Verdict

# Files are written in German or English; a member's own value counts too.
SPOKEN = ("de", "en")
MEMBERS: Mapping[Wordlist, type[StrEnum]] = {
    Wordlist.CATEGORY: Category,
    Wordlist.STATE: MeasureState,
    Wordlist.KIND: MeasureKind,
    Wordlist.FUNDING: FundingCheck,
}
MOST_UNKNOWN = 80  # so many words are asked for at once


@dataclass(frozen=True, slots=True)
class Standing:
    """The measures that there are: number -> id, (cluster, folded title) -> number, and all that are not over."""

    numbers: Mapping[str, int]
    titles: Mapping[tuple[int, str], str]
    others: Sequence[Other]


def plan_import(session: Session, import_id: int) -> PlanImport | None:
    return session.get(PlanImport, import_id)


def plan_imports(session: Session, *, cursor: Cursor | None = None, size: int = 25) -> Page[PlanImport]:
    """All files, the newest first. One statement."""
    return page_by_id(session, sa.select(PlanImport), PlanImport.id, cursor, size, newest=True)


def rows_of(
    session: Session, import_id: int, *, state: RowState | None = None, cursor: Cursor | None = None, size: int = 50
) -> Page[PlanRow]:
    """The rows of a file in its order, of one state if given. One statement."""
    query = sa.select(PlanRow).where(PlanRow.import_id == import_id)
    if state is not None:
        query = query.where(PlanRow.state == state)
    return page_by_id(session, query, PlanRow.id, cursor, size, newest=False)


def all_rows(session: Session, import_id: int) -> Sequence[PlanRow]:
    """Every row of a file in its order. One statement."""
    return session.scalars(sa.select(PlanRow).where(PlanRow.import_id == import_id).order_by(PlanRow.id)).all()


def same_file(session: Session, found: PlanImport) -> PlanImport | None:
    """An earlier import of the very same table that was taken over. One statement."""
    return session.scalar(
        sa.select(PlanImport)
        .where(
            PlanImport.sha256 == found.sha256,
            PlanImport.table_name == found.table_name,
            PlanImport.state == ImportState.DONE,
            PlanImport.id < found.id,
        )
        .order_by(PlanImport.id.desc())
        .limit(1)
    )


def samples(rows: Sequence[PlanRow], column: int, most: int = 3) -> Sequence[str]:
    """The first different cells of a column, as examples."""
    cells = dict.fromkeys(row.cells[column] for row in rows if column < len(row.cells) and row.cells[column])
    return list(cells)[:most]


def names(session: Session, found: PlanImport) -> Names:
    """What the words of a file mean: the city's lists in all their languages, and what somebody chose. Eight statements."""
    clusters = session.execute(sa.select(Cluster.id, Cluster.text_id, Cluster.key, Cluster.position)).all()
    fields = session.execute(sa.select(Field.id, Field.text_id, Field.key)).all()
    titles = _titles(session, [row.text_id for row in (*clusters, *fields)])
    offices = session.execute(
        sa.select(Office.id, Office.name, Office.number, Office.key).where(Office.ended_on.is_(None))
    )
    known: dict[Wordlist, Mapping[str, str]] = {
        Wordlist.CLUSTER: _meanings(
            (row.id, (*titles[row.text_id], row.key, str(row.position), f"Cluster {row.position}")) for row in clusters
        ),
        Wordlist.FIELD: _meanings((row.id, (*titles[row.text_id], row.key)) for row in fields),
        Wordlist.OFFICE: _meanings((row.id, _office(row)) for row in offices),
        Wordlist.DISTRICT: _named(session, District, District.active),
        Wordlist.GROUP: _named(session, WorkingGroup, WorkingGroup.ended_on.is_(None)),
        Wordlist.SERVICE: _named(session, RegularService, RegularService.ended_on.is_(None)),
        Wordlist.ORGANISATION: _named(session, Organisation, Organisation.state == OrganisationState.VERIFIED),
        **{wordlist: _members(kind) for wordlist, kind in MEMBERS.items()},
    }  # fmt: skip
    return Names(known, {Wordlist(key): chosen for key, chosen in found.words.items()})


def _office(row: Any) -> Sequence[str]:
    """An office by its name, its number ("095"; table programs make 95 of it), or both."""
    if not row.number:
        return row.name, row.key
    return row.name, row.key, row.number, row.number.lstrip("0"), f"{row.number} {row.name}", f"Amt {row.number}"


def _named(session: Session, model: Any, there: Any) -> Mapping[str, str]:
    return _meanings((row.id, (row.name,)) for row in session.execute(sa.select(model.id, model.name).where(there)))


def _titles(session: Session, text_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {text_id: [] for text_id in text_ids}
    query = sa.select(TextVersion.text_id, TextVersion.title).where(
        TextVersion.text_id.in_(text_ids), TextVersion.is_current
    )
    for row in session.execute(query):
        found[row.text_id].append(row.title)
    return found


def _meanings(rows: Iterable[tuple[int | str, Iterable[str]]]) -> Mapping[str, str]:
    """Folded words -> value; words that mean two things mean nothing."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for value, words in rows:
        for key in {folded(each) for each in words} - {""}:
            if found.setdefault(key, str(value)) != str(value):
                twice.add(key)
    return {key: value for key, value in found.items() if key not in twice}


def _members(kind: type[StrEnum]) -> Mapping[str, str]:
    spoken = [catalogue(babel) for babel in SPOKEN]
    return _meanings(
        (member.value, (member.value, *(words.gettext(label_of(member)) for words in spoken))) for member in kind
    )


def choices(session: Session, chain: Sequence[str]) -> Mapping[Wordlist, Sequence[tuple[int | str, str]]]:
    """What can be chosen for words that nobody knows; the members of closed lists as msgids. Eight statements."""
    found: Options = options(session, chain)
    return {
        Wordlist.CLUSTER: found.clusters,
        Wordlist.FIELD: found.fields,
        Wordlist.DISTRICT: found.districts,
        Wordlist.OFFICE: found.offices,
        Wordlist.GROUP: found.groups,
        Wordlist.ORGANISATION: found.carriers,
        Wordlist.SERVICE: found.services,
        **{wordlist: [(member.value, label_of(member)) for member in kind] for wordlist, kind in MEMBERS.items()},
    }


def each_once(words: Iterable[tuple[Wordlist, str]]) -> Sequence[tuple[Wordlist, str]]:
    """Words, each once, in the order of the lists and of the file; at most so many as one page can ask for."""
    found: dict[tuple[Wordlist, str], tuple[Wordlist, str]] = {}
    for wordlist, said in words:
        found.setdefault((wordlist, folded(said)), (wordlist, said))
    order = list(Wordlist)
    return sorted(found.values(), key=lambda each: order.index(each[0]))[:MOST_UNKNOWN]


def standing(session: Session) -> Standing:
    """The measures that there are. One statement."""
    rows = session.execute(
        sa.select(Measure.id, Measure.number, Measure.cluster_id, Measure.state, TextVersion.title)
        .join(Text, Text.id == Measure.text_id)
        .join(
            TextVersion,
            sa.and_(
                TextVersion.text_id == Text.id, TextVersion.language == Text.source_language, TextVersion.is_current
            ),
        )
        .order_by(Measure.id)
    ).all()
    return Standing(
        {row.number: row.id for row in rows},
        {(row.cluster_id, folded(row.title)): row.number for row in rows},
        [Other(row.id, row.title, row.cluster_id) for row in rows if row.state not in OVER],
    )


def packed(note: Note) -> dict[str, Any]:
    """A note as plain JSON."""
    return {
        "reason": note.reason,
        "part": note.part.value if note.part else "",
        "values": {key: value if isinstance(value, int) else str(value) for key, value in note.values.items()},
        "gaps": [gap.value for gap in note.gaps],
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A note ready to be shown in any language: which heading of the file it is about, what it says, what is missing."""

    heading: str
    part: Part | None
    verdict: Verdict
    gaps: Sequence[Gap]


def said(found: PlanImport, notes: Iterable[Mapping[str, Any]]) -> Sequence[Said]:
    headings = {Place.read(place).part: found.headings[int(column)] for column, place in found.columns.items()}
    return [_said(note, headings) for note in notes]


def _said(note: Mapping[str, Any], headings: Mapping[Part, str]) -> Said:
    part = Part(note["part"]) if note["part"] else None
    heading = headings.get(part, "") if part else ""
    return Said(heading, part, Verdict(note["reason"], **note["values"]), [Gap(gap) for gap in note["gaps"]])
