"""A large invented city, for measuring: proposals, supports and measures in bulk, the same for the same seed."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from tqdm import tqdm

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.conferences.models import Conference
from bihaelt.conferences.queries import collecting
from bihaelt.measures.domain import Category, FundingCheck, Light, MeasureState, Need, ServiceCheck
from bihaelt.measures.models import Measure
from bihaelt.proposals.domain import Round, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.texts.domain import Status
from bihaelt.texts.models import Text, TextVersion
from bihaelt.topics.models import Cluster, District
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support

BATCH = 2_000
WHAT = (
    "Bänke",
    "Bäume",
    "Lesestunden",
    "Fahrradständer",
    "Sprachtreffs",
    "Spielgeräte",
    "Sportkurse",
    "Beete",
    "Sprechstunden",
)
WHERE = ("im Park", "an der Schule", "im Quartier", "am Bahnhof", "in der Bibliothek", "am Markt", "im Jugendzentrum")
WHY = (
    "Viele Menschen wünschen sich das.",
    "Bisher fehlt so etwas.",
    "Das hilft Familien.",
    "Ältere kommen dann besser hin.",
)
LANGUAGES = ("de", "de", "de", "de", "tr", "ar", "ru", "uk", "pl", "ku")


def grow(
    session: Session, *, now: datetime, proposals: int, measures: int, supports: int, seed: int, show: bool = True
) -> None:
    """Add so many of each to a loaded city. Counters stay exact. Raises LookupError without a collecting conference."""
    dice = random.Random(seed)
    conference = collecting(session, now)
    if conference is None:
        raise LookupError("load the demo city first: no conference is collecting")
    author = invented(session, "synthetic-author", now)
    base = (session.scalar(sa.select(sa.func.max(Text.id))) or 0) + 1
    shares = spread(supports, proposals, dice)
    clusters, districts = session.scalars(sa.select(Cluster.id)).all(), session.scalars(sa.select(District.id)).all()
    rows = (
        proposal_row(base + n, n, conference, author, dice, clusters, districts, now, shares[n] if shares else 0)
        for n in range(proposals)
    )
    insert_all(session, rows, proposals, "proposals", show)
    if shares:
        make_supports(session, conference, shares, base, now, show)
    base += proposals
    insert_all(
        session,
        (measure_row(base + n, n, dice, clusters, districts, now) for n in range(measures)),
        measures,
        "measures",
        show,
    )
    session.commit()
    align_sequences(session)
    session.execute(sa.text("ANALYZE"))
    session.commit()


def invented(session: Session, key: str, now: datetime) -> int:
    account = Account(
        email=f"{key}@demo.bihaelt.example", display_name=f"Demo {key}", name_key=f"demo {key}", language="de",
        state=AccountState.ACTIVE, created_at=now, confirmed_at=now, consented_at=now, letters=False, demo=True,
    )  # fmt: skip
    known = session.scalar(sa.select(Account.id).where(Account.email == account.email))
    if known is None:
        session.add(account)
        session.flush()
        known = account.id
    return known


def spread(supports: int, proposals: int, dice: random.Random) -> list[int]:
    """How many supports each proposal gets: a few get many, most get few."""
    if not supports or not proposals:
        return []
    weights = [dice.paretovariate(1.2) for _ in range(proposals)]
    total = sum(weights)
    return [int(supports * weight / total) for weight in weights]


Rows = Mapping[type, Mapping[str, Any]]


def proposal_row(
    key: int, n: int, conference: Conference, author: int, dice: random.Random, clusters: Any, districts: Any, now: datetime, supports: int
) -> Rows:  # fmt: skip
    language = LANGUAGES[n % len(LANGUAGES)]
    at = now - timedelta(seconds=30 * (n % 80_000) + n / 1_000_000 + 60)
    title = f"{dice.choice(WHAT)} {dice.choice(WHERE)} ({n + 1})"
    return {
        Text: {"id": key, "source_language": language},
        TextVersion: version(key, language, title, " ".join(dice.choice(WHY) for _ in range(6)), at),
        Proposal: {
            "id": key, "text_id": key, "author_id": author, "conference_id": conference.id, "cluster_id": dice.choice(clusters),
            "district_id": dice.choice(districts), "cost_cents": dice.randrange(1, 500) * 10_000, "state": State.PUBLISHED,
            "created_at": at, "submitted_at": at, "published_at": at, "supports_people": supports,
            "supports_organisations": 0, "comments": 0, "title_of_author": "",
        },
        ProposalRound: {"proposal_id": key, "conference_id": conference.id, "result": Round.OPEN},
    }  # fmt: skip


def version(key: int, language: str, title: str, body: str, at: datetime) -> Mapping[str, Any]:
    return {
        "text_id": key, "language": language, "number": 1, "title": title, "body": body, "extra": {"need": "", "gender": ""},
        "status": Status.ORIGINAL, "is_current": True, "created_at": at, "reason": "",
    }  # fmt: skip


def measure_row(key: int, n: int, dice: random.Random, clusters: Any, districts: Any, now: datetime) -> Rows:
    category = dice.choice(tuple(Category))
    planned = dice.randrange(5, 80) * 100_000
    spent = 0 if category is Category.C else planned // 4
    return {
        Text: {"id": key, "source_language": "de"},
        TextVersion: version(key, "de", f"{dice.choice(WHAT)} {dice.choice(WHERE)} ({n + 1})", dice.choice(WHY), now),
        Measure: {
            "number": f"S{n + 1:06}", "text_id": key, "category": category, "state": MeasureState.DRAFT,
            "cluster_id": dice.choice(clusters), "district_id": dice.choice(districts), "planned_cents": planned,
            "committed_cents": spent, "spent_cents": spent, "need": Need.OPEN, "service_check": ServiceCheck.OPEN,
            "funding_check": FundingCheck.OPEN, "funding_note": "", "gender_checked": False, "light": Light.GREY,
            "ad_hoc": False, "created_at": now, "changed_at": now,
        },
    }  # fmt: skip


def insert_all(session: Session, rows: Iterable[Rows], total: int, name: str, show: bool) -> None:
    if not total:
        return
    with tqdm(total=total, desc=name, disable=not show) as bar:
        for batch in batches(rows):
            for table in batch[0]:
                session.execute(sa.insert(table), [row[table] for row in batch])
            bar.update(len(batch))


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def make_supports(
    session: Session, conference: Conference, shares: list[int], base: int, now: datetime, show: bool
) -> None:
    """Supports of accounts that were erased since: counted, linked to nobody."""
    rows = (
        {
            "proposal_id": base + n, "conference_id": conference.id, "electorate": Electorate.PEOPLE, "account_id": None,
            "organisation_id": None, "language": "de", "created_at": now,
        }
        for n, share in enumerate(shares)
        for _ in range(share)
    )  # fmt: skip
    with tqdm(total=sum(shares), desc="supports", disable=not show) as bar:
        for batch in batches(rows):
            session.execute(sa.insert(Support), batch)
            bar.update(len(batch))


def align_sequences(session: Session) -> None:
    """PostgreSQL's counters do not notice ids that were given by hand."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (Text, Proposal):
        name = table.__tablename__
        session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))  # noqa: S608
    session.commit()
