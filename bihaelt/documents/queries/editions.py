"""An edition of the plan as a booklet: what was frozen, never what the plan says today."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.documents.domain.blocks import Block, Contents, Document, Heading, NewPage, Words, alone, joined
from bihaelt.documents.queries import words
from bihaelt.documents.queries.measures import PARTS
from bihaelt.documents.queries.words import body_of, day, facts, label, money, section, title_of, word
from bihaelt.i18n import current
from bihaelt.marks import N_
from bihaelt.plan.domain import EditionState, Facts, unpacked
from bihaelt.plan.models import EditionMeasure
from bihaelt.plan.queries.editions import Frozen, edition, line, names, worded
from bihaelt.texts.domain import Shown

Row = tuple[Frozen, Shown]


def edition_document(session: Session, number: int, city: str) -> Document | None:
    """All measures of a published edition by cluster, in the current language. Two statements."""
    found = edition(session, number)
    if found is None or found.state is EditionState.DRAFT:
        return None
    chain = current().chain
    clusters = names(found, "clusters", chain)
    rows = session.execute(
        sa.select(EditionMeasure.position, EditionMeasure.facts, EditionMeasure.words)
        .where(EditionMeasure.edition_id == found.id)
        .order_by(EditionMeasure.position)
    )
    frozen = [_read(position, unpacked(told), unpacked(said), chain) for position, told, said in rows]
    blocks: list[Block] = [Contents(word(N_("Contents")))]
    for cluster_id, group in groupby(frozen, key=lambda row: row[0].cluster_id):
        blocks += [NewPage(), Heading(title_of(clusters[cluster_id]), 2)]
        for place, row in enumerate(group):
            blocks += [*([NewPage()] if place else []), *_measure(row)]
    title = word(N_("Action plan, edition %(number)s"), number=found.number)
    return words.frame(N_("The measures of the action plan"), title, found.as_of, city, blocks)


def _read(position: int, told: Facts, said: Facts, chain: Sequence[str]) -> Row:
    return line(position, told, chain), worded(said, told["source"], chain)


def _measure(row: Row) -> Iterator[Block]:
    frozen, text = row
    told = frozen.facts
    yield Heading(joined([alone(frozen.number), title_of(frozen.title)], ": "), 3)
    yield facts(
        [
            (N_("Category"), joined([alone(frozen.category.value), label(frozen.category)], ": ")),
            (N_("State"), label(frozen.state)),
            (N_("District"), _name(told, "district")),
            (N_("Responsible office"), _name(told, "office")),
            (N_("Carried out by"), _name(told, "carrier")),
            (N_("Working group"), _name(told, "working_group")),
            (N_("Regular service"), _name(told, "service")),
            (N_("Period"), joined([_day(told["starts_on"]), _day(told["ends_on"])], " – ")),
            (N_("Planned"), money(told["planned"])),
            (N_("Committed"), money(told["committed"])),
            (N_("Spent"), money(told["spent"])),
        ]
    )
    yield from section(N_("Short description"), body_of(text), 4)
    for part, heading in PARTS.items():
        yield from section(heading, body_of(text, part), 4)


def _name(told: Facts, key: str) -> Words:
    return alone(str(told[key])) if told[key] else ()


def _day(value: str | None) -> Words:
    return day(date.fromisoformat(value) if value else None)
