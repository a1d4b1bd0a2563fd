"""Taking over an existing plan: a table is read, its columns are given a meaning, and its rows become measures, together."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.i18n import local
from bihaelt.imports import queries
from bihaelt.imports.domain import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_ROWS,
    WORDY,
    Draft,
    ImportState,
    Note,
    Part,
    RowState,
    Wordlist,
    folded,
    guesses,
    heading_of,
    places,
    read_row,
    settled,
)
from bihaelt.imports.models import PlanImport, PlanRow
from bihaelt.imports.queries import Standing
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures.domain import Category, Other, Sheet, duplicates
from bihaelt.measures.models import Measure
from bihaelt.measures.operations import enter, take_out
from bihaelt.spreadsheets import Grid, read, wrong
from bihaelt.verdicts import Conflict, DomainError

MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")
KEPT_DAYS = 7  # for how long a file waits for its confirmation
# With these a file is understood; until each has a column, or a value for all rows, nothing is taken over.
NEEDED = (Part.TITLE, Part.BODY, Part.CLUSTER)


def upload(
    session: Session, *, file_name: str, data: bytes, table: str, language: str, by: Voice, now: datetime
) -> PlanImport:
    """Read a file and keep its rows; the meaning of the columns is guessed. ``table`` names one of several tables.

    Raises DomainError (field "file" or "table") where the file as a whole cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise wrong(N_("The file is too large. At most %(most)s kilobytes are read at once."), most=MOST_BYTES // 1024)
    grid = _chosen(read(data, most_rows=MOST_ROWS + 30), table)
    start = heading_of(grid.rows)
    headings, rows = grid.rows[start][1], grid.rows[start + 1 :]
    if not rows:
        raise wrong(N_("The file has a heading and no rows."))
    if len(rows) > MOST_ROWS:
        raise wrong(N_("The file has more than %(most)s rows. Split it."), most=MOST_ROWS)
    if sum(len(cell) for _line, cells in rows for cell in cells) > MOST_CHARACTERS:
        raise wrong(N_("The file holds too much text. Split it."))
    found = PlanImport(
        file_name=file_name.strip()[-200:] or "?", table_name=grid.name[:200], sha256=hashlib.sha256(data).hexdigest(),
        language=language, state=ImportState.PREVIEW, headings=[cell[:200] for cell in headings], defaults={}, words={},
        columns={str(column): place for column, place in guesses(headings).items()}, rows=len(rows),
        uploaded_at=now, uploaded_by_id=by.actor_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add_all(
        PlanRow(import_id=found.id, line=line, cells=list(cells), state=RowState.FAULT, faults=[], hints=[])
        for line, cells in rows
    )
    session.flush()
    return found


def _chosen(grids: Sequence[Grid], table: str) -> Grid:
    """The table of this name; without a name the one with the most rows."""
    if not table:
        return max(grids, key=lambda grid: len(grid.rows))
    for grid in grids:
        if folded(grid.name) == folded(table):
            return grid
    raise DomainError(
        N_("There is no such table. The file has: %(names)s."), field="table",
        names=", ".join(grid.name for grid in grids if grid.name) or "1",
    )  # fmt: skip


def arrange(
    session: Session, *, found: PlanImport, columns: Mapping[str, str], defaults: Mapping[str, str],
    offices: Collection[int] | None, now: datetime,
) -> None:  # fmt: skip
    """Say where the columns go, and what holds for rows that say nothing; then every row is judged.

    ``offices`` are those whose measures the person may enter, None for all. Raises DomainError where a needed part has
    no column, or a part has two; Conflict for a file that was taken over already.
    """
    _open(session, found)
    taken: dict[str, str] = {}
    for column, place in columns.items():
        if place in taken and Part(place.partition(":")[0]) not in WORDY:
            raise DomainError(N_("Two columns go to the same place."), field=f"column_{column}")
        taken[place] = column
    for part in NEEDED:
        if part.value not in taken and part.value not in defaults:
            raise DomainError(N_("Say in which column title, short description and cluster stand."))
    found.columns, found.defaults = dict(columns), dict(defaults)
    judge(session, found, queries.all_rows(session, found.id), offices, now)


def explain_words(
    session: Session, *, found: PlanImport, words: Mapping[Wordlist, Mapping[str, str]],
    offices: Collection[int] | None, now: datetime,
) -> None:  # fmt: skip
    """Say what words mean that nobody knows (list -> words -> value, or LEAVE_OUT); then every row is judged anew."""
    _open(session, found)
    merged = {key: dict(chosen) for key, chosen in found.words.items()}
    for wordlist, chosen in words.items():
        merged.setdefault(wordlist.value, {}).update({folded(said): value for said, value in chosen.items()})
    found.words = merged
    judge(session, found, queries.all_rows(session, found.id), offices, now)


def judge(
    session: Session, found: PlanImport, rows: Sequence[PlanRow], offices: Collection[int] | None, now: datetime
) -> Mapping[int, Draft]:
    """Say of each row what becomes of it, and count them; the drafts of those that can become a measure, by row id."""
    names, where, today = queries.names(session, found), places(found.columns), local(now).date()
    there = queries.standing(session)
    fresh: dict[int, Draft] = {}
    seen: dict[object, int] = {}
    others: list[Other] = []
    unknown: list[tuple[Wordlist, str]] = []
    for row in rows:
        draft = read_row(row.cells, where, defaults=found.defaults, names=names, today=today)
        unknown += draft.unknown
        state: RowState = RowState.FAULT
        notes: Sequence[Note] = draft.faults
        if draft.sheet is not None:
            state, notes = _among(draft, draft.sheet, there, seen, row.line, offices)
        if state is RowState.NEW and draft.sheet is not None:
            title = draft.sheet.words.title
            own = Other(-row.line, title, draft.sheet.cluster_id)
            # In category C nothing is held back, so that the measures that look alike need not be looked for.
            asks = draft.category is not Category.C or draft.decision is not None
            draft = settled(draft, today, duplicates(own, [*there.others, *others]) if asks else ())
            others.append(own)
            fresh[row.id] = draft
        _note(row, state, draft, notes, there)
    found.unknown = [[wordlist.value, said] for wordlist, said in queries.each_once(unknown)]
    states = [row.state for row in rows]
    found.fresh, found.known = states.count(RowState.NEW), states.count(RowState.KNOWN)
    found.faults = states.count(RowState.FAULT)
    session.flush()
    return fresh


def _among(
    draft: Draft, sheet: Sheet, there: Standing, seen: dict[object, int], line: int, offices: Collection[int] | None
) -> tuple[RowState, Sequence[Note]]:
    """Whether a row that can be read is new beside what there is, beside the rows above it, and for this person."""
    title = (sheet.cluster_id, folded(sheet.words.title))
    before = there.titles.get(title) or (draft.number if draft.number in there.numbers else "")
    if before:
        return RowState.KNOWN, [Note(N_("There is such a measure: %(number)s."), values={"number": before})]
    keys: list[object] = [title, *([draft.number] if draft.number else [])]
    twice = next((seen[key] for key in keys if key in seen), None)
    for key in keys:
        seen.setdefault(key, line)
    if twice is not None:
        return RowState.FAULT, [
            Note(N_("The same number or title stands in row %(line)s already."), values={"line": twice})
        ]
    if offices is not None and sheet.office_id not in offices:
        return RowState.FAULT, [Note(N_("You can enter measures of your own office only."), Part.OFFICE)]
    if offices is not None and draft.decision is not None:
        return RowState.FAULT, [Note(N_("Only the plan's owner takes over what was decided."), Part.DECIDED_PAPER)]
    return RowState.NEW, ()


def _note(row: PlanRow, state: RowState, draft: Draft, notes: Sequence[Note], there: Standing) -> None:
    row.state, row.measure_id = state, None
    if state is RowState.KNOWN:
        row.measure_id = there.numbers[str(notes[0].values["number"])]
    row.faults = [queries.packed(note) for note in notes]
    row.hints = [queries.packed(note) for note in draft.hints]
    row.number = draft.number
    row.title = draft.title
    row.category = draft.category.value if draft.sheet else ""


def take_over(
    session: Session, *, found: PlanImport, offices: Collection[int] | None, by: Voice, now: datetime,
    without_faults: bool = False,
) -> bool:  # fmt: skip
    """Make a measure of every new row, in one transaction. False where rows now have faults that they had not: they say so.

    Rows with faults hold all others back, unless ``without_faults`` says that they are left out. Raises DomainError where
    nothing is new, Conflict for what was taken over already.
    """
    _open(session, found)
    before = found.faults
    rows = queries.all_rows(session, found.id)
    fresh = judge(session, found, rows, offices, now)
    if found.faults > before or (found.faults and not without_faults):
        return False
    if not fresh:
        raise DomainError(N_("No row of this file is new."))
    for row in rows:
        if row.id in fresh:
            _enter(session, found, row, fresh[row.id], by, now)
    found.state, found.done_at, found.done_by_id = ImportState.DONE, now, by.actor_id
    session.flush()
    _record(session, found, "plan_import.done", by, now, measures=len(fresh))
    return True


def _enter(session: Session, found: PlanImport, row: PlanRow, draft: Draft, by: Voice, now: datetime) -> None:
    assert draft.sheet is not None  # a row with faults is no draft
    decision = draft.decision
    measure = enter(
        session, sheet=draft.sheet, language=found.language, source=found.file_name, by=by, now=now,
        number=draft.number, category=draft.category, state=draft.state, carriers=draft.carriers,
        decided=(decision.body, decision.paper, decision.on) if decision else None,
    )  # fmt: skip
    row.state, row.measure_id, row.number = RowState.DONE, measure.id, measure.number


def undo(session: Session, *, found: PlanImport, reason: str, by: Voice, now: datetime) -> tuple[int, int]:
    """Take out every measure of a file with which nobody has gone on; how many went, and how many stay.

    Raises DomainError without a reason, or where all of them were worked on; Conflict for what is undone already.
    """
    session.refresh(found, with_for_update=True)
    if found.state is not ImportState.DONE:
        raise Conflict(MEANWHILE)
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    gone = kept = 0
    for row in queries.all_rows(session, found.id):
        if row.state is not RowState.DONE:
            continue
        measure = session.get(Measure, row.measure_id) if row.measure_id else None
        if measure is not None and not take_out(session, measure=measure, reason=reason.strip(), by=by, now=now):
            row.state, kept = RowState.KEPT, kept + 1
        else:
            row.state, row.measure_id, gone = RowState.UNDONE, None, gone + 1
    if not gone:
        raise DomainError(N_("All these measures were worked on since. None is taken out."))
    found.state, found.undone_at, found.reason = ImportState.UNDONE, now, reason.strip()
    session.flush()
    _record(session, found, "plan_import.undone", by, now, measures=gone, kept=kept)
    return gone, kept


def discard(session: Session, *, found: PlanImport) -> None:
    """Forget a file that was not taken over."""
    _open(session, found)
    session.execute(sa.delete(PlanRow).where(PlanRow.import_id == found.id))
    session.delete(found)
    session.flush()


def forget_plans(session: Session, *, now: datetime) -> int:
    """Forget files that nobody has confirmed for a week; how many there were. For the nightly job."""
    old = session.scalars(
        sa.select(PlanImport).where(
            PlanImport.state == ImportState.PREVIEW, PlanImport.uploaded_at < now - timedelta(days=KEPT_DAYS)
        )
    ).all()
    for found in old:
        discard(session, found=found)
    return len(old)


def _open(session: Session, found: PlanImport) -> None:
    session.refresh(found, with_for_update=True)
    if found.state is not ImportState.PREVIEW:
        raise Conflict(MEANWHILE)


def _record(
    session: Session, found: PlanImport, act: str, by: Voice, now: datetime, *, measures: int, kept: int = 0
) -> None:
    record(
        session, act=act, subject=found, by=by, now=now, reason=found.reason, file_name=found.file_name,
        sha256=found.sha256, measures=measures, kept=kept,
    )  # fmt: skip
    session.flush()
