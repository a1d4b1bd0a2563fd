"""Full text search over titles and bodies in all languages, on the index that the database keeps (migration 0003).

One index for all languages: no stemming, every word matches as a beginning, accents do not matter in SQLite.
Drafts stand in the index too, so every function here joins its hits to what is public.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.measures.models import Measure
from bihaelt.proposals.models import Proposal
from bihaelt.proposals.queries import PUBLICLY, titles
from bihaelt.reading import columns
from bihaelt.texts.domain import Shown
from bihaelt.texts.models import TextVersion

WORD = re.compile(r"[^\W_]+")
MAX_TYPED = 200
MAX_WORDS = 8
NEWEST_HITS = 2_000  # ranking a common word over a large city costs too much: the newest hits are enough
SIMILAR_FROM = 600  # characters of a body that are looked at for similar proposals
Joint = Literal["&", "|"]


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: ``kind`` is proposal or measure, ``label`` a measure's number, ``title.body`` an excerpt."""

    kind: str
    id: int
    label: str
    title: Shown


@dataclass(frozen=True, slots=True)
class Results:
    """The best hits of each kind; ``more_…`` says that there are others."""

    proposals: Sequence[Found] = ()
    measures: Sequence[Found] = ()
    more_proposals: bool = False
    more_measures: bool = False


def words_in(typed: str) -> list[str]:
    """The words to look for: letters and digits only, so that no operator of any engine is left."""
    return list(dict.fromkeys(WORD.findall(unicodedata.normalize("NFC", typed[:MAX_TYPED]))))[:MAX_WORDS]


def matching(session: Session, typed: str) -> sa.Select[int] | None:
    """Selects the ids of texts that have every word (the newest 2,000 hits), for a list's filter; None without words.

    Public or not is up to the list that it filters.
    """
    words = words_in(typed)
    if not words:
        return None
    hits = _hits(session, [_beginning(word) for word in words], "&")
    return sa.select(TextVersion.text_id).join(hits, hits.c.version_id == TextVersion.id)


def results(session: Session, typed: str, chain: Sequence[str], *, size: int = 20) -> Results:
    """Public proposals and measures that have every word, the best first. Two statements, none without words."""
    words = words_in(typed)
    if not words:
        return Results()
    best = _best(_hits(session, [_beginning(word) for word in words], "&"))
    query = sa.union_all(
        sa.select(_found("proposal", best, Proposal, sa.null(), size).where(PUBLICLY).subquery()),
        sa.select(_found("measure", best, Measure, Measure.number, size).subquery()),
    )
    rows = columns(session, query.order_by("score", sa.desc("id")), {}).all()
    proposals, measures = ([row for row in rows if row.kind == kind] for kind in ("proposal", "measure"))
    found = _dress(session, chain, [*proposals[:size], *measures[:size]])
    return Results(
        [hit for hit in found if hit.kind == "proposal"], [hit for hit in found if hit.kind == "measure"],
        more_proposals=len(proposals) > size, more_measures=len(measures) > size,
    )  # fmt: skip


def similar(
    session: Session, title: str, body: str, chain: Sequence[str], *, but: int | None = None, size: int = 5
) -> Sequence[Found]:
    """Public proposals that share rare words with a title and the beginning of a body. Two statements.

    ``but`` is the text that is being written itself. Works across languages as far as there are translations.
    """
    words = telling_words(title, body)
    if not words:
        return []
    best = _best(_hits(session, [_stem(word) for word in words], "|"))
    query = _found("proposal", best, Proposal, sa.null(), size - 1).where(PUBLICLY)
    if but is not None:
        query = query.where(Proposal.text_id != but)
    return _dress(session, chain, columns(session, query, {}).all())


def telling_words(title: str, body: str) -> list[str]:
    """The longest words of the title, then of the body: in every language they are the rare ones."""
    found: list[str] = []
    for text, most in ((title[:MAX_TYPED], 5), (body[:SIMILAR_FROM], MAX_WORDS)):
        words = dict.fromkeys(word for word in WORD.findall(unicodedata.normalize("NFC", text)) if len(word) > 3)
        new = [word for word in sorted(words, key=len, reverse=True) if word not in found]
        found += new[: most - len(found)]
    return found


def _beginning(word: str) -> tuple[str, bool]:
    return word, len(word) > 1


def _stem(word: str) -> tuple[str, bool]:
    """Without the endings of most languages: Spielplätze and Spielplatz meet."""
    return (word[:-2], True) if len(word) > 6 else (word, True)


def _hits(session: Session, words: Sequence[tuple[str, bool]], joint: Joint) -> sa.Subquery:
    """The newest versions of texts with these words, and a score (the less, the better). Words: (word, open end)."""
    most = sa.bindparam("most", NEWEST_HITS, sa.Integer, unique=True)
    found = (sa.column("version_id", sa.Integer), sa.column("score", sa.Float))
    if session.connection().dialect.name == "postgresql":
        typed = f" {joint} ".join(f"'{word}'" + (":*" if is_open else "") for word, is_open in words)
        statement = sa.text(
            "SELECT version_id, -ts_rank(words, wanted) AS score FROM text_search, "
            "to_tsquery('simple', :typed) AS wanted WHERE words @@ wanted ORDER BY version_id DESC LIMIT :most"
        )
    else:
        glue = " OR " if joint == "|" else " "
        typed = glue.join(f'"{word}"' + ("*" if is_open else "") for word, is_open in words)
        statement = sa.text(
            "SELECT rowid AS version_id, bm25(text_search, 6.0, 1.0) AS score FROM text_search "
            "WHERE text_search MATCH :typed ORDER BY rowid DESC LIMIT :most"
        )
    return statement.bindparams(sa.bindparam("typed", typed, unique=True), most).columns(*found).subquery("hit")


def _best(hits: sa.Subquery) -> sa.CTE:
    """Each text once, with the score of its best version. The hits are ranked once, however often this is asked."""
    return (
        sa.select(TextVersion.text_id, sa.func.min(hits.c.score).label("score"))
        .join(hits, hits.c.version_id == TextVersion.id)
        .group_by(TextVersion.text_id)
        .cte("best")
    )


def _found(kind: str, best: sa.CTE, model: Any, label: Any, size: int) -> sa.Select[*tuple[Any, ...]]:
    """Objects with these texts, the best first; one more than asked for, to know whether there are others."""
    return (
        sa.select(
            sa.literal(kind).label("kind"), model.id, model.text_id, sa.cast(label, sa.String).label("label"), best.c.score
        )
        .join(best, best.c.text_id == model.text_id)
        .order_by(best.c.score, model.id.desc())
        .limit(size + 1)
    )  # fmt: skip


def _dress(session: Session, chain: Sequence[str], rows: Sequence[Any]) -> list[Found]:
    words = titles(session, {row.text_id for row in rows}, chain)
    return [Found(row.kind, row.id, row.label or "", words[row.text_id]) for row in rows]
