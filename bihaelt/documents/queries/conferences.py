"""The report of a conference as a document: "You said it – this is what became of it"."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bihaelt.conferences import queries as conferences
from bihaelt.documents.domain.blocks import Block, Document, Heading, Paragraph, Words, alone, joined, said
from bihaelt.documents.queries import words
from bihaelt.documents.queries.words import body_of, day, facts, grid, label, section, title_of, word
from bihaelt.i18n import BY_BABEL, current, format_number, format_percent
from bihaelt.marks import N_
from bihaelt.reports import queries as reports
from bihaelt.reports.domain import Figures
from bihaelt.reports.queries.outcomes import Outline
from bihaelt.texts.domain import Shown
from bihaelt.topics.models import Cluster
from bihaelt.topics.queries import topics
from bihaelt.votes.domain import Tally

ALL = 5000  # proposals of one conference in its report
PEOPLE, ORGANISATIONS = N_("People"), N_("Organisations")


def conference_document(session: Session, conference_id: int, city: str) -> Document | None:
    """The whole report of a conference in the current language; None without such a conference."""
    found = conferences.conference(session, conference_id)
    if found is None:
        return None
    chain = current().chain
    title, mandate = conferences.words(session, found, chain)
    figures = reports.figures(session, found.id)
    names = {topic.id: topic.name for topic in topics(session, Cluster, chain, all_=True)}
    taken = reports.taken(session, found.id, chain, None, ALL).rows
    rest = reports.not_taken(session, found.id, chain, None, ALL).rows
    blocks: list[Block] = [
        facts(
            [
                (N_("Conference"), title_of(title)),
                (N_("Held on"), day(found.held_on)),
                (N_("Place"), alone(found.place)),
            ]
        ),
        *(section(N_("Mandate"), body_of(mandate), 2) if mandate else ()),
        *section(N_("In figures"), _figures(figures, names), 2),
        *section(N_("What was taken up"), _outlines(taken), 2),
        *section(N_("What was not taken up, and why"), _outlines(rest), 2),
    ]
    heading = word(N_("You said it – this is what became of it"))
    return words.frame(N_("Report of a conference"), heading, found.decided_at or found.held_on, city, blocks)


def _figures(figures: Figures, names: Mapping[int, Shown]) -> Sequence[Block]:
    share = figures.share_in_time
    speed = figures.speed.median_days
    both = [
        (word(N_("Who made proposals")), *_pair(figures.proposers)),
        (word(N_("Proposals")), *_pair(figures.proposals)),
        (word(N_("Supports given")), *_pair(figures.supports)),
    ]
    fates = [(label(fate), *_pair(counted)) for fate, counted in figures.fates]
    topic_rows = [
        (title_of(name), *_pair(figures.clusters[key][0]), *_pair(figures.clusters[key][1]))
        for key, name in names.items()
        if key in figures.clusters
    ]
    spoken = [(_language(babel), *_pair(counted)) for babel, counted in figures.languages]
    by_topic = (
        N_("Topic"),
        N_("Proposals: people"),
        N_("Proposals: organisations"),
        N_("Taken up: people"),
        N_("Taken up: organisations"),
    )
    return [
        Paragraph(word(N_("People and organisations are counted side by side and never added up."))),
        grid(N_("In figures"), (N_("Figure"), PEOPLE, ORGANISATIONS), both, (1, 2)),
        Heading(word(N_("What became of the proposals")), 3),
        grid(
            N_("What became of the proposals"),
            (N_("Outcome"), N_("From people"), N_("From organisations")),
            fates,
            (1, 2),
        ),
        facts(
            [
                (N_("answered in time"), said("–") if share is None else alone(format_percent(share))),
                (
                    N_("days from handing in to the answer, in the median"),
                    said("–") if speed is None else alone(format_number(speed)),
                ),
            ]
        ),
        Heading(word(N_("By topic")), 3),
        grid(N_("By topic"), by_topic, topic_rows, (1, 2, 3, 4)),
        Heading(word(N_("By the language in which they were written")), 3),
        grid(N_("Language"), (N_("Language"), N_("From people"), N_("From organisations")), spoken, (1, 2)),
    ]


def _language(babel: str) -> Words:
    return alone(BY_BABEL[babel].name)


def _pair(counted: Tally) -> tuple[Words, Words]:
    return alone(format_number(counted.people)), alone(format_number(counted.organisations))


def _outlines(rows: Sequence[Outline]) -> Sequence[Block]:
    blocks: list[Block] = []
    for row in rows:
        blocks.append(Heading(title_of(row.title), 3))
        supports = [
            joined([word(PEOPLE), alone(format_number(row.supports.people))], ": "),
            joined([word(ORGANISATIONS), alone(format_number(row.supports.organisations))], ": "),
        ]
        told = [label(row.outcome)] if row.outcome else []
        blocks.append(Paragraph(joined([*told, *supports], " · ")))
        if row.text is not None:
            blocks += [block for part in ("body", "taken", "not_taken") for block in body_of(row.text, part)]
        elif row.closed_because:
            blocks.append(Paragraph(alone(row.closed_because)))
        if row.forwarded_to:
            blocks.append(Paragraph(joined([word(N_("Forwarded to")), alone(row.forwarded_to)], ": ")))
        measures = [
            joined([alone(each.number), title_of(each.title), label(each.takes)], " · ") for each in row.measures
        ]
        blocks += [Paragraph(joined([word(N_("Measure")), each], ": ")) for each in measures]
    return blocks
