"""Editions: frozen for ever, with a check sum, and what changed between two of them."""

import hashlib
import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bihaelt.accounts.domain import Role
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.goals.models import Goal, GoalMeasure
from bihaelt.i18n import LANGUAGES
from bihaelt.journal.models import JournalEntry
from bihaelt.measures.domain import Category, Light, Takes
from bihaelt.measures.models import MeasureCluster, MeasureField, Origin, YearCost
from bihaelt.paging import Cursor
from bihaelt.plan import operations, queries
from bihaelt.plan.domain import Change, EditionState, Kind, differences
from bihaelt.plan.models import Edition, EditionMeasure
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate
from bihaelt.verdicts import Conflict
from tests.browser import tree, words
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_district,
    make_field,
    make_measure,
    make_office,
    make_programme,
    make_text,
)
from tests.measures.stage import accepted, keeper


def made(session, now=NOW):
    return operations.make(session, by=keeper(session), now=now)


def published(session, now=NOW):
    edition = made(session, now)
    operations.publish(session, edition=edition, by=keeper(session), now=now)
    return edition


def document_of(session, edition):
    return b"".join(queries.whole(session, edition))


def say(session, measure, title, body="Kurzbeschreibung.", **extra):
    rewrite(session, text=session.get(Text, measure.text_id), words=Words(title, body, extra), now=NOW)


def test_an_edition_holds_everything_and_its_check_sum_fits(session):
    office, district, field = make_office(session, "Jugendamt"), make_district(session, "Mitte"), make_field(session)
    cluster, second = make_cluster(session, "Freizeit"), make_cluster(session, "Sprache")
    measure = make_measure(
        session, "Sportfest", Category.B, cluster_id=cluster.id, office_id=office.id, district_id=district.id,
        planned_cents=500_000, starts_on=date(2026, 3, 1), light=Light.YELLOW,
    )  # fmt: skip
    conference = make_conference(session)
    proposal = accepted(session, "Mehr Sport", conference=conference)
    add(session, MeasureField(measure_id=measure.id, field_id=field.id))
    add(session, MeasureCluster(measure_id=measure.id, cluster_id=second.id))
    add(session, YearCost(measure_id=measure.id, year=2026, staff_cents=1, material_cents=2))
    goal = add(
        session,
        Goal(
            text_id=make_text(session, "Mehr Bewegung").id, cluster_id=cluster.id, valid_from=date(2026, 1, 1),
            changed_at=NOW,
        ),
    )  # fmt: skip
    add(session, GoalMeasure(goal_id=goal.id, measure_id=measure.id))
    add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=NOW))
    add(
        session,
        Funding(
            measure_id=measure.id, programme_id=make_programme(session, name="KIM").id, cents=100_000,
            state=FundingState.PLANNED, first_year=2026, last_year=2026, changed_at=NOW,
        ),
    )  # fmt: skip
    edition = made(session)
    data = document_of(session, edition)
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (edition.sha256, edition.size)
    read = json.loads(data)
    assert json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == data
    assert (read["edition"], read["as_of"], read["format"]) == (1, "2026-11-22T11:00:00+00:00", "bihaelt-edition-1")
    assert [each["title"]["de"] for each in read["clusters"]] == [
        "Freizeit", "Sprache", *(each["title"]["de"] for each in read["clusters"][2:]),
    ]  # fmt: skip
    (found,) = read["measures"]
    facts = found["facts"]
    assert {name: facts[name] for name in ("number", "category", "light", "office", "district", "planned")} == {
        "number": measure.number, "category": "B", "light": "yellow", "office": "Jugendamt", "district": "Mitte",
        "planned": 500_000,
    }  # fmt: skip
    assert facts["origins"] == [
        {"proposal": proposal.id, "conference": conference.id, "takes": "fully", "part": ""}
    ]  # fmt: skip
    assert facts["costs"] == [{"year": 2026, "staff": 1, "material": 2}]
    assert facts["funding"][0]["programme"] == "KIM"
    assert (facts["fields"], facts["more_clusters"], facts["goals"]) == ([field.id], [second.id], [goal.id])
    assert found["words"]["de"]["body"] == "Kurzbeschreibung."
    assert "Mehr Sport" not in data.decode()


def test_the_same_plan_has_the_same_words_and_every_language_is_kept(session):
    measure = make_measure(session, "Sportfest")
    text = session.get(Text, measure.text_id)
    original = current_version(session, text.id, "de")
    translate(
        session, text=text, language="en", words=Words("Sports day", "Short.", {"need": "x"}), status=Status.MACHINE,
        made_from=original, now=NOW,
    )  # fmt: skip
    say(session, measure, "Sportfest 2")
    edition = made(session)
    row, text, languages = queries.one(session, edition, measure.number, ["en", "de"])
    assert (row.title.title, text.title, text.status, text.stale) == ("Sports day", "Sports day", Status.MACHINE, True)
    assert set(languages) == {"de", "en"}
    assert queries.one(session, edition, measure.number, ["tr"])[1].title == "Sportfest 2"
    assert queries.one(session, edition, "M999", ["de"]) is None


def test_editions_follow_one_another_and_a_draft_comes_before(session):
    make_measure(session)
    first = made(session)
    with pytest.raises(Conflict):
        made(session)
    assert queries.editions(session) == []
    assert [row.state for row in queries.editions(session, drafts=True)] == [EditionState.DRAFT]
    operations.publish(session, edition=first, by=keeper(session), now=NOW)
    with pytest.raises(Conflict):
        operations.publish(session, edition=first, by=keeper(session), now=NOW)
    with pytest.raises(Conflict):
        operations.discard(session, edition=first, by=keeper(session), now=NOW)
    second = published(session, NOW + timedelta(days=1))
    assert [(row.number, row.state) for row in queries.editions(session)] == [
        (2, EditionState.PUBLISHED), (1, EditionState.SUPERSEDED),
    ]  # fmt: skip
    assert queries.before(session, second) is first
    assert queries.before(session, first) is None
    told = session.scalars(sa.select(JournalEntry).where(JournalEntry.public)).all()
    assert [(entry.act, entry.details["edition"]) for entry in told] == [
        ("edition.published", "1"), ("edition.published", "2"),
    ]  # fmt: skip


def test_a_draft_that_is_thrown_away_leaves_its_number_to_the_next(session):
    make_measure(session)
    operations.discard(session, edition=made(session), by=keeper(session), now=NOW)
    assert session.scalars(sa.select(EditionMeasure)).all() == []
    assert made(session).number == 1


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE edition SET sha256 = 'x'",
        "UPDATE edition SET size = size + 1",
        "UPDATE edition SET state = 'draft', published_at = NULL",
        "UPDATE edition SET published_at = '2020-01-01'",
        "DELETE FROM edition",
        "UPDATE edition_measure SET number = 'M1'",
        "DELETE FROM edition_measure",
        "INSERT INTO edition_measure SELECT edition_id, position + 1, 'M2', facts, words FROM edition_measure",
    ],
)
def test_the_database_refuses_to_change_a_published_edition(session, act):
    make_measure(session)
    published(session)
    with pytest.raises(DBAPIError, match="cannot be changed"), session.begin_nested():
        session.execute(sa.text(act))


def test_an_edition_outlives_the_account_of_its_maker(session):
    owner = make_account(session, Role.PLAN_OWNER)
    make_measure(session)
    edition = operations.make(session, by=keeper(session), now=NOW)
    edition.made_by_id = owner.id
    session.flush()
    operations.publish(session, edition=edition, by=keeper(session), now=NOW)
    session.execute(sa.update(Edition).values(made_by_id=None))


def test_an_edition_is_shown_as_it_was_and_not_as_the_plan_is_today(session, count_queries):
    cluster = make_cluster(session, "Freizeit")
    measures = [make_measure(session, f"Nr. {n}", cluster_id=cluster.id) for n in range(5)]
    edition = published(session)
    say(session, measures[0], "Ganz anders")
    measures[0].category = Category.B
    session.flush()
    session.refresh(edition)
    with count_queries() as found:
        page = queries.frozen(session, edition, ["de"], size=2)
    assert len(found) == 1
    assert [(row.title.title, row.category) for row in page.rows] == [("Nr. 0", Category.C), ("Nr. 1", Category.C)]
    onwards = queries.frozen(session, edition, ["de"], cursor=Cursor.decode(page.older, (int,)), size=2)
    back = queries.frozen(session, edition, ["de"], cursor=Cursor.decode(onwards.newer, (int,)), size=2)
    assert [row.number for row in back.rows] == [row.number for row in page.rows]
    assert queries.names(edition, "clusters", ["de"])[cluster.id].title == "Freizeit"


def test_the_differences_name_what_came_what_went_and_what_is_other(session):
    conference = make_conference(session)
    same, other = make_measure(session, "Gleich"), make_measure(session, "Anders", Category.B, planned_cents=100)
    gone = make_measure(session, "Weg")
    old = published(session)
    proposal = accepted(session, conference=conference)
    say(session, other, "Anders", "Neue Worte.", goal="Ein Ziel")
    other.category, other.planned_cents, other.light = Category.A, 250, Light.RED
    session.delete(gone)
    new_one = make_measure(session, "Neu")
    for measure in (other, new_one):
        add(session, Origin(measure_id=measure.id, proposal_id=proposal.id, takes=Takes.FULLY, created_at=NOW))
    new = published(session, NOW + timedelta(days=1))
    found = {each.facts["number"]: each for each in queries.changed(session, old, new)}
    assert same.number not in found
    assert found[other.number].changes == [
        Change(Kind.CATEGORY, Category.B, Category.A), Change(Kind.AMOUNT, 100, 250),
        Change(Kind.LIGHT, Light.GREY, Light.RED), Change(Kind.TEXT, parts=["body", "goal"]),
    ]  # fmt: skip
    assert found[other.number].because == [(proposal.id, conference.id)]
    assert found[new_one.number].because == [(proposal.id, conference.id)]
    assert [each.kind for each in found[new_one.number].changes] == [Kind.ADDED]
    assert [each.kind for each in found[gone.number].changes] == [Kind.REMOVED]
    assert differences([], []) == []


def test_many_measures_are_frozen_with_few_statements_and_kept_small(session, count_queries):
    """120 measures, more than one piece of the document that is read; the time is measured by the bench."""
    cluster = make_cluster(session)
    spoken = [language.babel for language in LANGUAGES if language.babel != "de"]
    for n in range(120):
        measure = make_measure(session, f"Maßnahme {n}", cluster_id=cluster.id)
        if n == 0:
            for language in spoken:
                translate(
                    session, text=session.get(Text, measure.text_id), language=language,
                    words=Words(f"{language} {n}", "Wort " * 100, {}), status=Status.MACHINE,
                    made_from=current_version(session, measure.text_id, "de"), now=NOW,
                )  # fmt: skip
    session.flush()
    with count_queries() as first:
        edition = made(session)
    assert len(first) < 30
    stored = session.scalar(sa.select(sa.func.sum(sa.func.length(EditionMeasure.words))))
    assert stored < edition.size / 2
    with count_queries() as read:
        document_of(session, edition)
    assert len(read) == 2


@pytest.fixture
def owner(session):
    return make_account(session, Role.PLAN_OWNER)


def test_the_plan_owner_makes_an_edition_looks_at_it_and_publishes_it(client, session, owner):
    make_measure(session, "Sportfest")
    client.sign_in(owner)
    assert "No edition is published yet." in words(client.get("/en/desk/editions"))
    assert client.post("/en/desk/editions", {}).location.endswith("/desk/editions/1/publish")
    assert client.post("/en/desk/editions", {}).status_code == 409
    assert "Look at the draft" in words(client.get("/en/desk/editions"))
    client.sign_out()
    assert client.get("/en/plan/editions/1").status_code in (302, 403)
    assert "No edition is published yet." in words(client.get("/en/plan/editions"))
    client.sign_in(owner)
    assert client.get("/en/desk/editions/1/publish").status_code == 200
    assert client.get("/en/plan/editions/1/data.json").headers["Cache-Control"] == "private, no-store"
    assert client.post("/en/desk/editions/1/discard", {}).status_code == 303
    client.post("/en/desk/editions", {})
    assert client.post("/en/desk/editions/1/publish", {}).location.endswith("/plan/editions/1")
    assert client.post("/en/desk/editions/1/publish", {}).status_code == 403
    assert client.post("/en/desk/editions/1/publish", {}, token=False).status_code in (400, 403)


def test_everybody_reads_an_edition_its_measures_its_changes_and_its_data(client, session):
    conference = make_conference(session)
    proposal = accepted(session, "Mehr Sport", conference=conference)
    hidden = accepted(session, "Geheim", conference=conference)
    office = make_office(session, "Jugendamt")
    measure = make_measure(
        session, "Sportfest", Category.B, planned_cents=100, office_id=office.id, starts_on=date(2026, 3, 1),
        ends_on=date(2026, 9, 30),
    )  # fmt: skip
    gone = make_measure(session, "Weg")
    published(session)
    session.delete(gone)
    for each in (proposal, hidden):
        add(session, Origin(measure_id=measure.id, proposal_id=each.id, takes=Takes.FULLY, created_at=NOW))
    hidden.state = "withdrawn"
    hidden.outcome = None
    measure.planned_cents, measure.category, measure.light = 900, Category.A, Light.GREEN
    say(session, measure, "Sportfest", "Mit Musik.", need="Bewegung")
    latest = published(session, NOW + timedelta(days=1))
    session.commit()
    assert "Edition 2" in words(client.get("/en/plan/editions"))
    assert "Edition 2" in words(client.get("/en/plan"))
    page = client.get("/en/plan/editions/2")
    assert latest.sha256 in words(page)
    assert "Sportfest" in words(page)
    own = words(client.get(f"/en/plan/editions/2/measures/{measure.number}"))
    assert "Mit Musik." in own
    assert "Mehr Sport" in own
    assert "Geheim" not in own
    changes = words(client.get("/en/plan/editions/2/changes"))
    assert "Because of the conference" in changes
    assert "Mehr Sport" in changes
    assert "Geheim" not in changes
    assert "No longer in the plan" in changes
    assert "This is the first edition" in words(client.get("/en/plan/editions/1/changes"))
    data = client.get("/en/plan/editions/2/data.json")
    assert hashlib.sha256(data.data).hexdigest() == latest.sha256
    assert "immutable" in data.headers["Cache-Control"]
    for path in ("3", "3/changes", "2/measures/M0", "3/data.json"):
        assert client.get(f"/en/plan/editions/{path}").status_code == 404
    assert tree(client.get("/ar/plan/editions/1")).get("dir") == "rtl"


def test_two_editions_of_the_same_plan_do_not_differ(client, session):
    make_measure(session)
    published(session)
    published(session, NOW + timedelta(days=1))
    session.commit()
    assert "Nothing has changed since edition 1." in words(client.get("/en/plan/editions/2/changes"))


def test_an_edition_may_be_empty(client, session):
    published(session)
    session.commit()
    assert "This edition has no measures." in words(client.get("/en/plan/editions/1"))
