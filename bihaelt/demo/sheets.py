"""The sheets of the demo city's measures: kinds, costs, milestones, partners, and their ways to a decision."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    Access,
    Advice,
    Brake,
    MeasureKind,
    MeasureState,
    OpenPointKind,
    PartnerRole,
    RevisionState,
    Signature,
    stored,
)
from bihaelt.measures.models import (
    Consultation,
    Cosignature,
    Measure,
    Milestone,
    OpenPoint,
    Override,
    Partner,
    Revision,
    SheetVersion,
    Succession,
    YearCost,
)
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, write

Row = dict[str, Any]


def make(session: Session, scene: Scene) -> None:
    city = {row["id"]: row for row in read("city")["measures"]}
    for key, measure in scene.measures.items():
        fill(session, scene, key, measure, city[key])
    session.flush()
    for before, after in read("sheets")["succession"]:
        session.add(Succession(predecessor_id=scene.measures[before].id, successor_id=scene.measures[after].id))
    for measure in scene.measures.values():
        first_version(session, measure)
    wait_for_signatures(session, scene)
    go_to_committee(session, scene)
    change_what_is_decided(session, scene)
    session.flush()


def fill(session: Session, scene: Scene, key: str, measure: Measure, row: Row) -> None:
    book = read("sheets")
    measure.kind = MeasureKind(book["kinds"][key])
    measure.product_group = book["product_groups"][row["cluster"]]
    measure.access = Access.read(book["access"].get(key, {})).stored()
    if key in book["reviews"]:
        measure.review_on = scene.day(book["reviews"][key]).date()
    if key in book["ad_hoc"]:
        measure.ad_hoc, measure.confirm_by = True, scene.day(book["ad_hoc"][key]).date()
    if key in book["unconfirmed"]:
        measure.decided_body, measure.decided_paper, measure.decided_on = "", "", None
    elif measure.decided_on is not None:
        discuss(session, scene, measure)
    if key in book["released"]:
        release(session, scene, measure, book["released"][key])
    for role, name in [["carrier", row["carrier"]], *book["partners"].get(key, ())]:
        take_part(session, scene, measure, PartnerRole(role), name)
    spread_costs(session, measure)
    make_steps(session, scene, measure)
    for kind in book["open_points"].get(key, ()):
        text = tell(session, Speech(book["points"][kind]), now=measure.created_at)
        session.add(
            OpenPoint(
                measure_id=measure.id, kind=OpenPointKind(kind), text_id=text.id, office_id=measure.office_id,
                who="" if measure.office_id else "REGE mbH",
                due_on=scene.day(35 if kind == "agree" else 70).date(),
            )
        )  # fmt: skip
    session.flush()


def take_part(session: Session, scene: Scene, measure: Measure, role: PartnerRole, name: str) -> None:
    """An organisation of that name, else an office."""
    organisation, office = scene.organisations.get(name), scene.offices.get(name)
    session.add(
        Partner(
            measure_id=measure.id, organisation_id=organisation.id if organisation else None,
            office_id=office.id if office and not organisation else None, role=role,
        )
    )  # fmt: skip


def spread_costs(session: Session, measure: Measure) -> None:
    """The planned amount over the years of the period, by their months; the last year takes the cents that are left."""
    if measure.starts_on is None:
        return
    end = measure.ends_on or date(measure.starts_on.year, 12, 31)
    months = {year: _months(measure.starts_on, end, year) for year in range(measure.starts_on.year, end.year + 1)}
    left, last = measure.planned_cents, end.year
    for year, count in months.items():
        cents = left if year == last else measure.planned_cents * count // sum(months.values()) // 100 * 100
        staff = cents * read("sheets")["staff_percent"] // 10_000 * 100
        session.add(YearCost(measure_id=measure.id, year=year, staff_cents=staff, material_cents=cents - staff))
        left -= cents


def _months(start: date, end: date, year: int) -> int:
    first = start.month if start.year == year else 1
    last = end.month if end.year == year else 12
    return last - first + 1


def make_steps(session: Session, scene: Scene, measure: Measure) -> None:
    """Milestones along the period; what lies before the day of loading is done, but for a late one of a red measure."""
    if measure.starts_on is None:
        return
    end = measure.ends_on or measure.starts_on + timedelta(days=365)
    today = scene.now.date()
    for step in read("sheets")["milestones"]:
        due = measure.starts_on + (end - measure.starts_on) * step["at"] // 100
        late = measure.light.value == "red" and due < today <= due + timedelta(days=200)
        text = tell(session, Speech(step["title"]), now=measure.created_at)
        session.add(
            Milestone(measure_id=measure.id, text_id=text.id, due_on=due, done_on=due if due < today and not late else None)
        )  # fmt: skip


def discuss(session: Session, scene: Scene, measure: Measure) -> None:
    """A committee has recommended what the council decided."""
    names = {body["key"]: body["name"] for body in read("city")["bodies"]}
    assert measure.decided_on is not None
    for body, day, advice in (
        (names[read("sheets")["advised_by"]], measure.decided_on - timedelta(days=8), Advice.RECOMMENDED),
        (measure.decided_body, measure.decided_on, Advice.DECIDED),
    ):
        session.add(
            Consultation(
                measure_id=measure.id, body=body, meeting_on=day, paper=measure.decided_paper, advice=advice,
                created_at=measure.created_at,
            )
        )  # fmt: skip


def release(session: Session, scene: Scene, measure: Measure, reason: str) -> None:
    owner, at = Voice(scene.people["u_plan"].id, "plan_owner"), scene.day(-30)
    session.add(Override(measure_id=measure.id, brake=Brake.END, reason=reason, at=at, by_id=owner.actor_id))
    record(session, act="measure.released", subject=measure, by=owner, now=at, reason=reason, brake=Brake.END.value)


def first_version(session: Session, measure: Measure) -> None:
    text = session.get_one(Text, measure.text_id)
    words = current_version(session, text.id, text.source_language)
    assert words is not None
    session.add(
        SheetVersion(
            measure_id=measure.id, number=1, version_id=words.id, facts=stored(queries.sheet(session, measure)),
            decided=measure.decided_on is not None, at=measure.created_at,
        )
    )  # fmt: skip


def wait_for_signatures(session: Session, scene: Scene) -> None:
    """One measure waits for offices: one has signed, one objects, one has time left."""
    row = read("sheets")["co_signing"]
    measure = scene.measures[row["measure"]]
    measure.state = MeasureState.CO_SIGNING
    ask(session, scene, measure, row)


def go_to_committee(session: Session, scene: Scene) -> None:
    """One measure has been recommended by a committee and waits for the council."""
    row, names = read("sheets")["in_committee"], {body["key"]: body["name"] for body in read("city")["bodies"]}
    measure = scene.measures[row["measure"]]
    measure.state = MeasureState.IN_COMMITTEE
    ask(session, scene, measure, row | {"asked": -40, "due": -26}, closed=True)
    for body, day, advice in row["meetings"]:
        session.add(
            Consultation(
                measure_id=measure.id, body=names[body], meeting_on=scene.day(day).date(), paper=row["paper"],
                advice=Advice(advice), created_at=scene.day(-20),
            )
        )  # fmt: skip


def change_what_is_decided(session: Session, scene: Scene) -> None:
    """A running measure shall grow: what is decided stands, and an office is late with its answer to the change."""
    row = read("sheets")["revision"]
    measure = scene.measures[row["measure"]]
    own = queries.sheet(session, measure)
    facts = stored(own) | {"planned_cents": row["planned"] * 100}
    first, *others = facts["costs"]
    facts["costs"] = [[first[0], first[1] + row["planned"] * 100 - own.planned_cents, first[2]], *others]
    words = Words(own.words.title, row["body"], dict(own.words.extra))
    revision = scene.add(
        session,
        Revision(
            measure_id=measure.id, number=1, text_id=write(session, language="de", words=words, now=scene.day(-18)).id,
            facts=facts, reason=row["reason"], state=RevisionState.CO_SIGNING, created_at=scene.day(-18),
            changed_at=scene.day(-16),
        ),
    )  # fmt: skip
    editor = Voice(scene.people["u_office500"].id, "office_editor")
    record(session, act="measure.revision", subject=measure, by=editor, now=scene.day(-18), reason=row["reason"])
    ask(session, scene, measure, row, revision=revision)


def ask(
    session: Session,
    scene: Scene,
    measure: Measure,
    row: Row,
    *,
    revision: Revision | None = None,
    closed: bool = False,
) -> None:
    asked, due = scene.day(row["asked"]), scene.day(row["due"]).date()
    for name, answer in row["answers"].items():
        state = Signature(answer)
        session.add(
            Cosignature(
                measure_id=measure.id, revision_id=revision.id if revision else None, round=1,
                office_id=scene.offices[name].id, state=state, due_on=due, asked_at=asked, closed=closed,
                answered_at=None if state is Signature.OPEN else asked + timedelta(days=4),
                reason=row["objection"] if state is Signature.OBJECTED else "",
            )
        )  # fmt: skip
    editor = Voice(scene.people["u_plan"].id, "plan_owner")
    names = ", ".join(scene.offices[name].name for name in row["answers"])
    record(
        session, act="measure.cosigning", subject=measure, by=editor, now=asked, until=due.isoformat(), office_names=names
    )  # fmt: skip
