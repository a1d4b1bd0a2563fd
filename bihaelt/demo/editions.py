"""Two editions of the demo city's plan: the one before the conference's measures came in, and the present one."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.plan import queries
from bihaelt.plan.domain import EditionState
from bihaelt.plan.models import Edition
from bihaelt.plan.operations import freeze

Snapshot = Iterator[tuple[dict[str, Any], dict[str, Any]]]
# What the plan had not yet, or otherwise, when the first edition was made.
NOT_YET = {"M004", "M005", "M014"}
EARLIER: dict[str, dict[str, Any]] = {
    "M001": {"planned": 60_000_00},
    "M003": {"category": "B"},
    "M006": {"category": "C", "planned": 40_000_00, "origins": []},
    "M011": {"light": "grey"},
}


def make(session: Session, scene: Scene) -> None:
    session.flush()
    first = publish(session, scene, 1, scene.day(-95), earlier(queries.measures(session)))
    first.state = EditionState.SUPERSEDED
    session.flush()
    publish(session, scene, 2, scene.day(-12), queries.measures(session))


def earlier(measures: Snapshot) -> Snapshot:
    for facts, words in measures:
        if facts["number"] not in NOT_YET:
            changed = EARLIER.get(facts["number"], {})
            yield facts | changed, words


def publish(session: Session, scene: Scene, number: int, at: datetime, measures: Snapshot) -> Edition:
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    head = queries.head(session, number, at)
    edition = freeze(session, number=number, as_of=at, head=head, measures=measures, by=owner)
    edition.state, edition.published_at = EditionState.PUBLISHED, at
    session.flush()
    record(
        session, act="edition.published", subject=edition, by=owner, now=at, edition=str(number), sha256=edition.sha256
    )
    return edition
