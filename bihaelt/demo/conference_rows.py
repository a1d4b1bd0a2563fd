"""The demo city's conferences."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bihaelt.conferences.domain import Access
from bihaelt.conferences.models import AgendaItem, Conference, Series
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.workdays import end_of

ACCESS = Access(
    tuple(language.babel for language in LANGUAGES),
    childcare=True,
    step_free=True,
    sign_language=True,
    hearing_loop=True,
)
ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("call_opens", "call_closes", "screening_until", "vote_opens", "vote_closes", "decision_by", "report_by")


def make_conferences(session: Session, scene: Scene) -> None:
    series_row = read("city")["conference_series"]
    text = tell(session, Speech(series_row["title"]), now=scene.day(-1800))
    series = scene.add(
        session, Series(key=series_row["key"], text_id=text.id, rhythm_months=series_row["rhythm_months"])
    )
    others = {
        row["key"]: scene.add(
            session,
            Series(
                key=row["key"],
                text_id=tell(session, Speech(row["title"]), now=scene.day(-1800)).id,
                rhythm_months=row["rhythm_months"],
            ),
        )
        for row in read("conferences")["series"]
    }
    for row in read("conferences")["conferences"]:
        scene.conferences[row["key"]] = make_conference(session, scene, others.get(row.get("series"), series), row)


def make_conference(session: Session, scene: Scene, series: Series, row: dict[str, Any]) -> Conference:
    files, written = read("conferences"), scene.day(min(row["days"]["call_opens"] - 60, -20))
    title = tell(session, Speech(row["title"], row["body"], extra={"access": files["access"]["cost"]}), now=written)
    ordered = row["mandate_on"] is not None
    mandate = files["mandate"]
    words = Speech("", mandate["text"], extra={"open": mandate["open"], "not_open": mandate["not_open"]})
    conference: Conference = scene.add(
        session,
        Conference(
            series_id=series.id, number=row["number"], text_id=title.id,
            place=row["place"], held_on=scene.day(row["held"]).date(), access=ACCESS.stored(), capacity=200,
            mandate_body=mandate["body"] if ordered else "",
            mandate_on=scene.day(row["mandate_on"]).date() if ordered else None,
            mandate_paper=row["paper"],
            mandate_text_id=tell(session, words, now=written).id if ordered else None,
            opened_at=scene.day(row["days"]["call_opens"]) - timedelta(days=14) if ordered else None,
            decided_at=scene.day(row["days"]["decision_by"] - 5) if row["days"]["decision_by"] < 0 else None,
            **{name: end_of(scene.day(row["days"][name]).date(), ZONE) for name in DAYS},
        ),
    )  # fmt: skip
    for position, item in enumerate(read("city")["agenda_template"], 1):
        text = tell(session, Speech(item["de"]), now=written)
        session.add(
            AgendaItem(
                conference_id=conference.id, position=position, minutes=item["min"], kind=item["kind"], text_id=text.id
            )
        )
    owner = Voice(scene.people["u_plan"].id, "plan_owner")
    record(session, act="conference.created", subject=conference, by=owner, now=written)
    if conference.opened_at:
        record(session, act="conference.opened", subject=conference, by=owner, now=conference.opened_at)
    session.flush()
    return conference
