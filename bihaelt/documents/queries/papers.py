"""Reading council papers: the desk's list, one with everything that belongs to it, and the paper as a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from bihaelt.documents.domain.blocks import (
    Block,
    Boxed,
    Document,
    Listing,
    Paragraph,
    Run,
    Signature,
    Words,
    alone,
    joined,
    said,
)
from bihaelt.documents.domain.papers import (
    BOXES,
    PAPER_PARTS,
    PUBLIC,
    Consultation,
    PaperContent,
    PaperKind,
    PaperState,
)
from bihaelt.documents.models import CouncilPaper, PaperCosignature, PaperMeasure
from bihaelt.documents.queries import words
from bihaelt.documents.queries.words import day, facts, grid, label, money, section, title_of, word
from bihaelt.funding.domain import FundingState, Level
from bihaelt.funding.models import Funding, Programme
from bihaelt.i18n import BY_BABEL, current
from bihaelt.marks import N_
from bihaelt.measures.models import Measure
from bihaelt.money.domain import PoolKind
from bihaelt.money.models import Pool
from bihaelt.organisations.models import Office
from bihaelt.paging import Cursor, Page, page_of
from bihaelt.texts.domain import Shown
from bihaelt.texts.domain import Words as TextWords
from bihaelt.texts.models import Text, TextVersion
from bihaelt.texts.queries import shown
from bihaelt.topics.models import Cluster


@dataclass(frozen=True, slots=True)
class PaperRow:
    paper: CouncilPaper
    title: Shown


@dataclass(frozen=True, slots=True)
class PaperMeasureRow:
    """A measure of a paper, with its cluster and the shares of its cost in cents."""

    measure_id: int
    number: str
    title: Shown
    cluster_id: int
    cluster: Shown
    planned: int
    funded: int
    office_id: int | None

    @property
    def own(self) -> int:
        return max(0, self.planned - self.funded)


def paper(session: Session, paper_id: int) -> CouncilPaper | None:
    """A paper with its office and meetings. Two statements."""
    return session.scalar(
        sa.select(CouncilPaper)
        .options(joinedload(CouncilPaper.office), selectinload(CouncilPaper.meetings))
        .where(CouncilPaper.id == paper_id)
    )


def papers(
    session: Session, chain: Sequence[str], *, public: bool, state: PaperState | None = None, cursor: Cursor | None = None,
    size: int = 50,
) -> Page[PaperRow]:  # fmt: skip
    """Papers, the newest first; only those on an agenda for the public. Two statements."""
    query = sa.select(CouncilPaper).options(joinedload(CouncilPaper.office))
    if public:
        query = query.where(CouncilPaper.state.in_(sorted(PUBLIC)))
    if state is not None:
        query = query.where(CouncilPaper.state == state)
    back = cursor is not None and cursor.back
    if cursor is not None:
        query = query.where(CouncilPaper.id > cursor.keys[0] if back else CouncilPaper.id < cursor.keys[0])
    found = session.scalars(query.order_by(CouncilPaper.id if back else CouncilPaper.id.desc()).limit(size + 1)).all()
    titles = shown(session, [row.text_id for row in found], chain)
    rows = [PaperRow(row, titles[row.text_id]) for row in found]
    return page_of(rows, size=size, cursor=cursor, keys=lambda row: (row.paper.id,))


def papers_of(session: Session, measure_id: int, chain: Sequence[str]) -> Sequence[PaperRow]:
    """The public papers that put a measure to the decision, the newest first. Two statements, one without papers."""
    found = session.scalars(
        sa.select(CouncilPaper)
        .join(PaperMeasure, PaperMeasure.paper_id == CouncilPaper.id)
        .where(PaperMeasure.measure_id == measure_id, CouncilPaper.state.in_(sorted(PUBLIC)))
        .order_by(CouncilPaper.id.desc())
    ).all()
    titles = shown(session, [row.text_id for row in found], chain)
    return [PaperRow(row, titles[row.text_id]) for row in found]


def cosignatures(session: Session, paper_id: int) -> Sequence[PaperCosignature]:
    """Who is asked to co-sign, with their offices. One statement."""
    return session.scalars(
        sa.select(PaperCosignature)
        .options(joinedload(PaperCosignature.office))
        .where(PaperCosignature.paper_id == paper_id)
        .order_by(PaperCosignature.id)
    ).all()


def measures_of(session: Session, paper_id: int) -> Sequence[Measure]:
    """The measures of a paper in its order. One statement."""
    return session.scalars(
        sa.select(Measure)
        .join(PaperMeasure, PaperMeasure.measure_id == Measure.id)
        .where(PaperMeasure.paper_id == paper_id)
        .order_by(PaperMeasure.position)
    ).all()


def measures_in(session: Session, paper_id: int, chain: Sequence[str]) -> Sequence[PaperMeasureRow]:
    """The measures of a paper in its order, with what programmes give to each. Two statements."""
    granted = (
        sa.select(sa.func.coalesce(sa.func.sum(Funding.cents), 0))
        .join(Programme, Programme.id == Funding.programme_id)
        .where(
            Funding.measure_id == Measure.id,
            Funding.state != FundingState.REFUSED,
            # What the city itself sets aside is its own money.
            Programme.level != Level.CITY,
        )
        .correlate(Measure)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Measure.id, Measure.number, Measure.text_id, Measure.cluster_id, Cluster.text_id.label("cluster_text"),
            Measure.planned_cents, granted.label("funded"), Measure.office_id,
        )
        .join(PaperMeasure, PaperMeasure.measure_id == Measure.id)
        .join(Cluster, Cluster.id == Measure.cluster_id)
        .where(PaperMeasure.paper_id == paper_id)
        .order_by(PaperMeasure.position)
    ).all()  # fmt: skip
    titles = shown(session, {text for row in rows for text in (row.text_id, row.cluster_text)}, chain)
    return [_row(row, titles) for row in rows]


def _row(row: Any, titles: Mapping[int, Shown]) -> PaperMeasureRow:
    return PaperMeasureRow(
        row.id, row.number, titles[row.text_id], row.cluster_id, titles[row.cluster_text], row.planned_cents,
        int(row.funded), row.office_id,
    )  # fmt: skip


def content_of(session: Session, found: CouncilPaper) -> PaperContent:
    """What a paper says in its original words. Two statements, with the meetings already read."""
    version = session.scalars(
        sa.select(TextVersion)
        .join(Text, sa.and_(Text.id == TextVersion.text_id, Text.source_language == TextVersion.language))
        .where(TextVersion.text_id == found.text_id, TextVersion.is_current)
    ).one()
    ids = session.scalars(
        sa.select(PaperMeasure.measure_id).where(PaperMeasure.paper_id == found.id).order_by(PaperMeasure.position)
    ).all()
    return PaperContent(
        kind=found.kind,
        words=TextWords(version.title, version.body, version.extra),
        office_id=found.office_id,
        signed_as=found.signed_as,
        written_on=found.written_on,
        phone=found.phone,
        product_group=found.product_group,
        annexes=found.annexes,
        measure_ids=tuple(ids),
        consultations=tuple(Consultation(each.body, each.held_on, each.role, each.public) for each in found.meetings),
    )


def offices(session: Session) -> Sequence[tuple[int, str]]:
    """The offices that can write a paper: (id, name). One statement."""
    rows = session.execute(
        sa.select(Office.id, Office.name).where(Office.ended_on.is_(None)).order_by(Office.position, Office.id)
    )
    return [(row.id, row.name) for row in rows]


def measures_numbered(session: Session, numbers: Sequence[str]) -> Mapping[str, int]:
    """The measures with these numbers. One statement."""
    rows = session.execute(sa.select(Measure.number, Measure.id).where(Measure.number.in_(numbers)))
    return {row.number: row.id for row in rows}


def measure_numbers(session: Session, ids: Sequence[int]) -> Sequence[str]:
    """The numbers of measures, in the order of ``ids``. One statement."""
    found = {
        row.id: row.number for row in session.execute(sa.select(Measure.id, Measure.number).where(Measure.id.in_(ids)))
    }
    return [found[each] for each in ids]


def cosignature(session: Session, signature_id: int) -> PaperCosignature | None:
    return session.get(PaperCosignature, signature_id)


def desk_count(session: Session, _now: object) -> int:
    """How many papers are on their way to the agenda. One statement."""
    waiting = (PaperState.DRAFT, PaperState.CO_SIGNING, PaperState.SIGNED)
    return (
        session.scalar(sa.select(sa.func.count()).select_from(CouncilPaper).where(CouncilPaper.state.in_(waiting))) or 0
    )


# --- the paper as a document ------------------------------------------------------------------------------------------


def paper_document(session: Session, found: CouncilPaper, city: str) -> Document:
    """The paper in Bielefeld's form, in the current language: head, consultations, proposed decision, reasons, boxes."""
    chain = current().chain
    text = shown(session, [found.text_id], chain)[found.text_id]
    rows = measures_in(session, found.id, chain)
    decides = found.kind is PaperKind.DECISION
    blocks = [
        *words.note(text),
        _head(found, text),
        *_consultations(found),
        *(section(N_("Proposed decision"), _resolution(session, rows, text), 2) if decides else ()),
        *section(N_("Reasons") if decides else N_("What it is about"), words.body_of(text), 2),
        *([] if decides else _told_measures(rows)),
        *_boxes(text),
        Signature(alone(found.signed_as)),
        *section(N_("Annexes"), _annexes(found), 2),
    ]
    kind = (
        N_("Paper of the administration for decision") if decides else N_("Paper of the administration for information")
    )
    return words.frame(kind, title_of(text), found.written_on, city, blocks)


def _head(found: CouncilPaper, text: Shown) -> Block:
    office = [alone(found.office.number)] if found.office.number else []
    plans = {part: words.body_of(text, part) for part in ("result_plan", "finance_plan", "earlier")}
    return facts(
        [
            (N_("Office"), joined([*office, alone(found.office.name)], " ")),
            (N_("Date"), day(found.written_on)),
            (N_("Telephone"), alone(found.phone) if found.phone else ()),
            (N_("Paper number"), alone(found.number) if found.number else word(N_("not yet given"))),
            (N_("State"), joined([label(found.state), *([day(found.met_on)] if found.met_on else [])])),
            (N_("What was changed, or to whom it was referred"), alone(found.outcome) if found.outcome else ()),
            (N_("Product group concerned"), alone(found.product_group) if found.product_group else ()),
            *((PAPER_PARTS[part], _one_line(told)) for part, told in plans.items()),
        ]
    )


def _one_line(blocks: Sequence[Block]) -> Words:
    """The words of the paragraphs in a row, for a cell of the head."""
    return joined([block.words for block in blocks if isinstance(block, Paragraph)], " ")


def _consultations(found: CouncilPaper) -> Sequence[Block]:
    if not found.meetings:
        return ()
    rows = [
        (
            alone(each.body), day(each.held_on), label(each.role),
            word(N_("public")) if each.public else word(N_("not public")),
        )
        for each in found.meetings
    ]  # fmt: skip
    heads = (N_("Body"), N_("Meeting on"), N_("What it does"), N_("Consultation"))
    return section(N_("Order of consultation"), [grid(N_("Order of consultation"), heads, rows)], 2)


def _resolution(session: Session, rows: Sequence[PaperMeasureRow], text: Shown) -> Sequence[Block]:
    """The numbered points: each measure with its amounts, the pools of the clusters, then what was written by hand."""
    points = [_measure_point(row) for row in rows]
    if rows:
        points.append(_pool_point(rows))
        points += [_one_way(pool, rows) for pool in _one_way_pools(session, rows)]
        points.append(
            joined([word(N_("The measures cost together")), money(sum(row.planned for row in rows), strong=True)], " ")
        )
    own = words.tag(text.language)
    lines = [line.strip() for line in text.extra.get("resolution", "").splitlines() if line.strip()]
    points += [said(line, own, BY_BABEL[text.language].dir) for line in lines]
    return [Listing(tuple(points), numbered=True)] if points else []


def _measure_point(row: PaperMeasureRow) -> Words:
    amounts = [joined([word(N_("in all")), money(row.planned, strong=True)], " ")]
    if row.funded:
        amounts.append(joined([word(N_("from programmes")), money(row.funded)], " "))
        amounts.append(joined([word(N_("the city's own money")), money(row.own)], " "))
    told = joined([alone(row.number, strong=True), title_of(row.title, strong=True)], " ")
    return joined([word(N_("The measure is carried out:")), told, said("–"), joined(amounts)], " ")


def _pool_point(rows: Sequence[PaperMeasureRow]) -> Words:
    clusters = {row.cluster_id: row.cluster for row in rows}
    names = joined([title_of(each) for each in clusters.values()], "; ")
    told = word(N_("The measures within the cluster cover each other mutually."))
    return (*told, Run(" ("), *names, Run(")"))


def _one_way_pools(session: Session, rows: Sequence[PaperMeasureRow]) -> Sequence[Pool]:
    ids = {row.cluster_id for row in rows}
    return session.scalars(
        sa.select(Pool)
        .where(Pool.kind == PoolKind.ONE_WAY, Pool.from_cluster_id.in_(ids), Pool.to_cluster_id.in_(ids))
        .order_by(Pool.id)
    ).all()


def _one_way(pool: Pool, rows: Sequence[PaperMeasureRow]) -> Words:
    names = {row.cluster_id: title_of(row.cluster) for row in rows}
    told = word(N_("Money may be moved in one direction:"))
    return joined([told, names[pool.from_cluster_id], said("→"), names[pool.to_cluster_id]], " ")


def _told_measures(rows: Sequence[PaperMeasureRow]) -> Sequence[Block]:
    lines = [(alone(row.number), title_of(row.title), title_of(row.cluster), money(row.planned)) for row in rows]
    heads = (N_("Number"), N_("Measure"), N_("Cluster"), N_("Planned"))
    return section(N_("Measures"), [grid(N_("Measures"), heads, lines, (3,))] if lines else [], 2)


def _boxes(text: Shown) -> Sequence[Block]:
    return [
        Boxed(word(PAPER_PARTS[part]), words.body_of(text, part) or (Paragraph(word(N_("Not touched"))),))
        for part in BOXES
    ]


def _annexes(found: CouncilPaper) -> Sequence[Block]:
    lines = [line.strip() for line in found.annexes.splitlines() if line.strip()]
    return [Listing(tuple(alone(line) for line in lines), numbered=True)] if lines else []
