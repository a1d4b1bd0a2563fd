"""The controlling report of a period as a document (requirements §3.4)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bihaelt.controlling import queries as controlling
from bihaelt.controlling.queries import ClusterLine, MeasureLine, PeriodReport
from bihaelt.documents.domain.blocks import Block, Document, Heading, Listing, Paragraph, Words, alone, joined
from bihaelt.documents.queries import words
from bihaelt.documents.queries.words import body_of, day, facts, grid, label, money, section, title_of, word
from bihaelt.i18n import current, format_number
from bihaelt.marks import N_

ALL = 5000
COUNTED = {
    "proposals": N_("Proposals"), "supports": N_("Supports"), "comments": N_("Comments and statements"),
}  # fmt: skip


def controlling_document(session: Session, period: str, today: date, city: str) -> Document | None:
    """The report of a period in the current language, with what is published of it; None without such a round."""
    chain = current().chain
    found = controlling.report_of(session, chain, period, today)
    if found is None:
        return None
    lines = controlling.lines(session, chain, period, today, size=ALL).rows
    blocks = [
        facts([(N_("Period"), _span(found.first, found.last)), (N_("Reports due on"), day(found.due_on))]),
        *section(N_("Money of the clusters"), [_clusters(found.clusters)], 2),
        *section(N_("Measures"), [_lights(lines)] if lines else [], 2),
        *section(N_("How it goes"), _told(lines), 2),
        *section(N_("Transfers"), _transfers(found), 2),
        *section(N_("Deadlines"), _deadlines(found), 2),
        *section(N_("Changes of category"), _changes(found), 2),
        *section(N_("Participation"), _participation(found), 2),
    ]
    title = joined([word(N_("Controlling report")), alone(period)], " ")
    return words.frame(N_("Controlling report"), title, found.closed_at or found.last, city, blocks)


def _span(first: date, last: date) -> Words:
    return joined([day(first), day(last)], " – ")


def _clusters(lines: Sequence[ClusterLine]) -> Block:
    heads = (
        N_("Cluster"), N_("Budget"), N_("Allocated"), N_("Committed"), N_("Spent"), N_("Available"), N_("Forecast"),
    )  # fmt: skip
    names = ("budget", "allocated", "committed", "actual", "available", "forecast")
    rows = [(title_of(line.name), *(money(getattr(line, name)) for name in names)) for line in lines]
    total = [money(sum(getattr(line, name) for line in lines), strong=True) for name in names]
    return grid(N_("Money of the clusters"), heads, [*rows, (word(N_("Together")), *total)], range(1, 7))


def _lights(lines: Sequence[MeasureLine]) -> Block:
    rows = [
        (
            joined([alone(line.number), title_of(line.title)], " "), alone(line.category.value),
            *(map(label, line.lights) if line.lights else (_without(line),) * 3),
        )
        for line in lines
    ]  # fmt: skip
    heads = (N_("Measure"), N_("Category"), N_("Time"), N_("Cost"), N_("Goal"))
    return grid(N_("Measures"), heads, rows)


def _without(line: MeasureLine) -> Words:
    return word(N_("The report is missing")) if line.missing else label(line.report_state)


def _told(lines: Sequence[MeasureLine]) -> Sequence[Block]:
    blocks: list[Block] = []
    for line in lines:
        if line.text is None:
            continue
        blocks.append(Heading(joined([alone(line.number), title_of(line.title)], ": "), 3))
        blocks += body_of(line.text)
        blocks += [Paragraph(alone(reason)) for reason in line.reasons.values() if reason]
        following = body_of(line.text, "next")
        blocks += [Paragraph(word(N_("Next step"))), *following] if following else []
    return blocks


def _transfers(found: PeriodReport) -> Sequence[Block]:
    rows = [
        (day(each.at), alone(each.from_number), alone(each.to_number), alone(each.reason), money(each.cents))
        for each in found.transfers
    ]
    heads = (N_("Date"), N_("From"), N_("To"), N_("Reason"), N_("Amount"))
    return [grid(N_("Transfers"), heads, rows, (4,)) if rows else _none()]


def _deadlines(found: PeriodReport) -> Sequence[Block]:
    rows = [
        (
            day(each.on), alone(each.programme),
            joined([alone(each.number), title_of(each.title)], " ") if each.title else word(N_("Deadline of the programme")),
        )
        for each in found.deadlines
    ]  # fmt: skip
    return [grid(N_("Deadlines"), (N_("Due"), N_("Funding programme"), N_("Measure")), rows) if rows else _none()]


def _changes(found: PeriodReport) -> Sequence[Block]:
    items = [
        joined(
            [
                day(each.at), joined([alone(each.number), title_of(each.title)], " "),
                joined([alone(each.old.value), alone(each.new.value)], " → "), alone(each.reason),
            ],
            " · ",
        )
        for each in found.changes
    ]  # fmt: skip
    return [Listing(tuple(items)) if items else _none()]


def _participation(found: PeriodReport) -> Sequence[Block]:
    rows = [
        (word(COUNTED[each.act]), alone(format_number(each.people)), alone(format_number(each.organisations)))
        for each in found.participation
    ]
    heads = (N_("In this period"), N_("People"), N_("Organisations"))
    return [grid(N_("People and organisations are never added up"), heads, rows, (1, 2))]


def _none() -> Paragraph:
    return Paragraph(word(N_("None in this period.")))
