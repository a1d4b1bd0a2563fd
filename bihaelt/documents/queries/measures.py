"""The measure sheet (Maßnahmenblatt, requirements §3.4) as a document, and all of them as a booklet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.documents.domain.blocks import (
    Block,
    Contents,
    Document,
    Heading,
    Listing,
    NewPage,
    Paragraph,
    Words,
    alone,
    joined,
    said,
)
from bihaelt.documents.queries import words
from bihaelt.documents.queries.sheets import Sheet, sheets
from bihaelt.documents.queries.words import day, facts, grid, label, money, section, title_of, titles, word
from bihaelt.goals.domain import exact
from bihaelt.i18n import BY_BABEL, current, format_day, format_number
from bihaelt.marks import N_
from bihaelt.measures.domain import Access, Category, Cost, Entry
from bihaelt.measures.models import Measure

# What the further parts of a sheet are called, in its order.
PARTS: Mapping[str, str] = {
    "need": N_("Need, and what shows it"),
    "new_need": N_("What shows that the need is new"),
    "goal": N_("Goal"),
    "target_group": N_("Whom it is for"),
    "gender": N_("Gender aspect"),
    "access": N_("Access: languages, cost, childcare, barriers"),
    "steps": N_("Steps with dates"),
    "publicity": N_("Publicity"),
    "participation": N_("How people take part while it is done"),
    "risks": N_("Risks"),
    "handover": N_("How it becomes regular service, or ends"),
}


def sheet_document(session: Session, measure_id: int, city: str) -> Document | None:
    """One measure sheet in the current language; None if there is no such measure."""
    found = sheets(session, current().chain, ids=[measure_id])
    if not found:
        return None
    sheet = found[0]
    title = joined([alone(sheet.measure.number), title_of(sheet.text)], ": ")
    blocks = [*words.note(sheet.text), *sheet_blocks(sheet, 2)]
    return words.frame(N_("Measure sheet"), title, sheet.measure.changed_at, city, blocks)


def booklet(session: Session, city: str, *, cluster_id: int | None = None) -> Document:
    """All measures of the plan (or of a cluster) as they are now, by cluster, in the current language."""
    found = sheets(session, current().chain, cluster_id=cluster_id)
    blocks: list[Block] = [*_overview(found)]
    for _, group in groupby(found, key=lambda each: each.measure.cluster_id):
        rows = list(group)
        blocks += [NewPage(), Heading(title_of(rows[0].cluster), 2)]
        for number, sheet in enumerate(rows):
            mark = joined([alone(sheet.measure.number), title_of(sheet.text)], ": ")
            blocks += [
                *([NewPage()] if number else []),
                Heading(mark, 3, f"m{sheet.measure.id}"),
                *sheet_blocks(sheet, 4),
            ]
    title = title_of(found[0].cluster) if cluster_id is not None and found else word(N_("Action plan"))
    changed = max((sheet.measure.changed_at for sheet in found), default=None)
    return words.frame(N_("The measures of the action plan"), title, changed, city, blocks)


def changed_at(session: Session) -> datetime | None:
    """When a sheet of the plan was changed last. One statement."""
    return session.scalar(sa.select(sa.func.max(Measure.changed_at)))


def _overview(found: Sequence[Sheet]) -> Iterator[Block]:
    yield Contents(word(N_("Contents")))
    yield NewPage()
    heads = (N_("Measure"), N_("Category"), N_("State"), N_("Responsible office"), N_("Planned"))
    for _, group in groupby(found, key=lambda each: each.measure.cluster_id):
        rows = list(group)
        yield Paragraph(title_of(rows[0].cluster, strong=True))
        yield grid(N_("Measures"), heads, [_overview_row(sheet) for sheet in rows], (4,))


def _overview_row(sheet: Sheet) -> Sequence[Words]:
    measure = sheet.measure
    office = alone(measure.office.name) if measure.office else word(N_("still open"))
    title = joined([alone(measure.number), title_of(sheet.text)], " ")
    return (title, alone(measure.category.value), label(measure.state), office, money(measure.planned_cents))


def sheet_blocks(sheet: Sheet, level: int) -> Sequence[Block]:
    """The sheet in the order of the form; headings begin at ``level``."""
    measure, text = sheet.measure, sheet.text

    def told(part: str, *more: Block) -> Sequence[Block]:
        return section(PARTS[part], [*words.body_of(text, part), *more], level)

    checked = word(N_("Checked") if measure.gender_checked else N_("Not yet checked"))
    return [
        _at_a_glance(sheet),
        *section(N_("Short description"), words.body_of(text), level),
        *told("need", Paragraph(label(measure.need))),
        *told("new_need"),
        *told("goal"),
        *told("target_group"),
        *told("gender", Paragraph(checked)),
        *told("access", *_access(measure)),
        *section(N_("Regular service"), _services(sheet), level),
        *told("steps", *_milestones(sheet)),
        *section(N_("Money"), _money(sheet), level),
        *section(N_("Indicators"), _indicators(sheet), level),
        *told("publicity"),
        *told("participation"),
        *section(N_("Where it comes from"), _origins(sheet), level),
        *told("risks"),
        *told("handover"),
    ]


def _at_a_glance(sheet: Sheet) -> Block:
    measure, open_ = sheet.measure, word(N_("still open"))
    partners = [
        joined([alone(party.name), label(each.role)], ", ")
        for each in sheet.partners
        if (party := each.organisation or each.office) is not None
    ]
    place = alone(sheet.district) if sheet.district else word(N_("Whole city"))
    paper = [alone(measure.decided_body), alone(measure.decided_paper), day(measure.decided_on)]
    return facts(
        [
            (N_("Category"), joined([alone(measure.category.value), label(measure.category)], ": ")),
            (N_("State"), label(measure.state)),
            (N_("Cluster"), titles([sheet.cluster, *sheet.clusters])),
            (N_("Fields of action"), titles(sheet.fields)),
            (N_("District"), joined([place, *([alone(measure.place)] if measure.place else [])])),
            (N_("Responsible office"), alone(measure.office.name) if measure.office else open_),
            (N_("Carried out by"), alone(measure.carrier.name) if measure.carrier and not partners else ()),
            (N_("Carriers and partners"), joined(partners, "; ")),
            (N_("Working group"), alone(measure.working_group.name) if measure.working_group else open_),
            (N_("Type of measure"), label(measure.kind) if measure.kind else ()),
            (N_("Period"), _period(measure)),
            (N_("Product group"), alone(measure.product_group) if measure.product_group else ()),
            (N_("Decision"), joined(paper) if measure.decided_on else ()),
        ]
    )


def _period(measure: Measure) -> Words:
    if measure.starts_on and measure.ends_on:
        return joined([day(measure.starts_on), day(measure.ends_on)], " – ")
    return word(N_("from %(date)s"), date=format_day(measure.starts_on)) if measure.starts_on else day(None)


def _access(measure: Measure) -> Sequence[Block]:
    if not measure.access:
        return ()
    access = Access.read(measure.access)
    languages = [alone(BY_BABEL[each].name) for each in access.languages if each in BY_BABEL]
    items = [
        joined(languages) if languages else (),
        label(access.cost) if access.cost is not Cost.OPEN else (),
        alone(access.free_for) if access.free_for else (),
        label(access.entry) if access.entry is not Entry.OPEN else (),
        word(N_("With childcare")) if access.childcare else (),
        word(N_("Without barriers")) if access.barrier_free else (),
        word(N_("Goes to where people are")) if access.outreach else (),
    ]
    told = tuple(each for each in items if each)
    return [Listing(told)] if told else []


def _services(sheet: Sheet) -> Sequence[Block]:
    measure = sheet.measure
    rows = [
        joined([alone(each.service.name), label(each.use), *([alone(each.note)] if each.note else [])], ", ")
        for each in sheet.services
    ]
    if not rows and measure.service:
        rows = [alone(measure.service.name)]
    return [Listing(tuple(rows))] if rows else [Paragraph(label(measure.service_check))]


def _milestones(sheet: Sheet) -> Sequence[Block]:
    if not sheet.milestones:
        return ()
    rows = [
        (title_of(title), day(row.due_on), day(row.done_on) if row.done_on else said("–"))
        for title, row in sheet.milestones
    ]
    return [grid(N_("Milestones"), (N_("Milestone"), N_("Due"), N_("Done")), rows, titled=True)]


def _money(sheet: Sheet) -> Sequence[Block]:
    measure = sheet.measure
    blocks: list[Block] = []
    if measure.category is not Category.C or measure.planned_cents:
        rows = [
            (N_("Planned"), money(measure.planned_cents)),
            (N_("Committed"), money(measure.committed_cents)),
            (N_("Spent"), money(measure.spent_cents)),
        ]
        blocks.append(facts(rows))
    if sheet.costs:
        lines = [
            (alone(str(each.year)), money(each.staff_cents), money(each.material_cents), money(each.cents))
            for each in sheet.costs
        ]
        heads = (N_("Year"), N_("Staff"), N_("Material"), N_("Together"))
        blocks.append(grid(N_("Costs by year"), heads, lines, (1, 2, 3), titled=True))
    if sheet.fundings:
        shares = [(alone(each.programme.name), label(each.state), money(each.cents)) for each in sheet.fundings]
        blocks.append(
            grid(N_("Funding"), (N_("Funding programme"), N_("State"), N_("Amount")), shares, (2,), titled=True)
        )
    else:
        blocks.append(Paragraph(label(measure.funding_check)))
    if sheet.accounts:
        booked = [
            (
                alone(str(each.year)), money(each.allocated + each.transfers_in - each.transfers_out + each.carried),
                money(each.bound - each.settled), money(each.actual),
            )
            for each in sheet.accounts
        ]  # fmt: skip
        heads = (N_("Year"), N_("Allocated"), N_("Committed"), N_("Spent"))
        blocks.append(grid(N_("Accounts by year"), heads, booked, (1, 2, 3), titled=True))
    return blocks


def _indicators(sheet: Sheet) -> Sequence[Block]:
    if not sheet.indicators:
        return ()
    rows = [
        (title_of(title), _figure(row.baseline, row.decimals), _figure(row.target, row.decimals), day(row.target_on))
        for title, row in sheet.indicators
    ]
    heads = (N_("Indicator"), N_("Baseline"), N_("Target"), N_("until"))
    return [grid(N_("Indicators"), heads, rows, (1, 2))]


def _figure(value: int | None, decimals: int) -> Words:
    return said("–") if value is None else alone(format_number(exact(value, decimals)))


def _origins(sheet: Sheet) -> Sequence[Block]:
    if not sheet.origins:
        return [Paragraph(word(N_("This measure does not come from a proposal.")))]
    items = [
        joined(
            [
                title_of(each.title), title_of(each.conference), label(each.origin.takes),
                *([alone(each.origin.part)] if each.origin.part else []),
            ],
            " · ",
        )
        for each in sheet.origins
    ]  # fmt: skip
    return [Listing(tuple(items))]
