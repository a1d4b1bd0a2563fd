"""The desk of the conferences: made, changed, given a mandate, opened, extended."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.conferences.models import AgendaItem, Conference
from bihaelt.conferences.operations import open_conference
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.texts.queries import languages_of, shown
from bihaelt.verdicts import Conflict
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, make_cluster, make_conference, make_series


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def desk(client, cast):
    return client.sign_in(cast.plan_owner)


def a_form(**changes):
    day = NOW.date()
    ahead = {"call_opens": 10, "call_closes": 60, "screening_until": 70, "vote_opens": 80, "vote_closes": 90,
             "decision_by": 150, "report_by": 180}  # fmt: skip
    days = {name: (day + timedelta(days=count)).isoformat() for name, count in ahead.items()}
    return days | {
        "series": "", "series_title": "Zukunftskonferenz", "rhythm_months": "12", "title": "5. Konferenz",
        "body": "Worum es geht.", "held_on": (day + timedelta(days=80)).isoformat(), "place": "Rathaus",
        "languages": ["de", "tr"], "childcare": "y", "access": "Aufzug am Eingang",
    } | changes  # fmt: skip


MANDATE = {"body": "Rat der Stadt", "on": "2026-10-01", "paper": "2424/2025-2030", "ordered": "Der Rat beauftragt.",
           "open": "Welche Maßnahmen.", "not_open": "Das Budget."}  # fmt: skip


def made(session) -> Conference:
    return session.scalars(sa.select(Conference).order_by(Conference.id.desc())).first()


def acts(session, conference):
    rows = sa.select(JournalEntry.act).where(
        JournalEntry.subject_kind == "conference", JournalEntry.subject_id == conference.id
    )
    return list(session.scalars(rows.order_by(JournalEntry.id)))


def test_the_whole_way_to_an_open_conference(desk, session):
    cluster = make_cluster(session)
    answer = desk.post("/de/desk/conferences/new", a_form(clusters=[str(cluster.id)]))
    assert answer.status_code == 303
    conference = made(session)
    here = f"/de/desk/conferences/{conference.id}"
    assert desk.post(f"{here}/open").status_code == 409
    assert desk.post(f"{here}/mandate", MANDATE).status_code == 303
    assert desk.post(f"{here}/open").status_code == 303
    session.refresh(conference)
    assert conference.opened_at == NOW
    assert acts(session, conference) == ["conference.created", "conference.mandated", "conference.opened"]
    assert desk.get(here).status_code == 200


def test_the_days_entered_end_at_local_midnight(desk, session):
    desk.post("/de/desk/conferences/new", a_form(call_closes="2027-01-20", screening_until="2027-03-28",
              vote_opens="2027-03-29", vote_closes="2027-04-05", held_on="2027-03-29", decision_by="2027-10-31",
              report_by="2027-11-30"))  # fmt: skip
    conference = made(session)
    assert conference.call_closes.isoformat() == "2027-01-20T23:00:00+00:00"
    assert conference.screening_until.isoformat() == "2027-03-28T22:00:00+00:00"  # the clocks changed that day
    assert conference.decision_by.isoformat() == "2027-10-31T23:00:00+00:00"


def test_opening_without_a_mandate_lists_what_is_missing(desk, session):
    desk.post("/en/desk/conferences/new", a_form())
    answer = desk.post(f"/en/desk/conferences/{made(session).id}/open")
    assert answer.status_code == 409
    shown_words = words(answer)
    for part in ("the body that gave the mandate", "the number of the council paper", "at least one topic"):
        assert part in shown_words
    assert made(session).opened_at is None


def test_the_database_itself_refuses_an_open_conference_without_a_mandate(session):
    with pytest.raises(sa.exc.IntegrityError, match="mandate"):
        make_conference(session, mandate_body="")


def test_the_same_form_sent_twice_makes_one_conference(desk, session):
    token = desk.form_token()
    for _ in range(2):
        assert desk.post("/de/desk/conferences/new", a_form(form_token=token)).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Conference)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 161), ("held_on", "gestern"), ("call_closes", "2026-11-30"), ("capacity", "-1"),
        ("capacity", "9" * 30), ("clusters", ["99999"]), ("clusters", ["x"]), ("languages", ["fr"]), ("cost", "viel"),
        ("series_title", ""), ("rhythm_months", ""), ("series", "77"), ("vote_opens", "2026-12-05"), ("title", "a\u202eb"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_stored(desk, session, field, value):
    answer = desk.post("/en/desk/conferences/new", a_form(**{field: value}))
    assert answer.status_code == 422
    assert "Please check your entries" in words(answer)
    assert made(session) is None


@pytest.mark.parametrize(
    ("field", "value"), [("paper", "Drucksache 5"), ("on", "2026-12-24"), ("open", ""), ("not_open", ""), ("body", "")]
)
def test_a_mandate_that_cannot_be_is_refused(desk, session, field, value):
    conference = make_conference(session, "planned", opened_at=None)
    answer = desk.post(f"/de/desk/conferences/{conference.id}/mandate", MANDATE | {field: value})
    assert answer.status_code == 422


def test_a_mandate_can_be_corrected_before_the_opening(desk, session):
    conference = make_conference(session, "planned", opened_at=None)
    here = f"/de/desk/conferences/{conference.id}/mandate"
    assert desk.post(here, MANDATE | {"open": "Alles."}).status_code == 303
    assert shown(session, [conference.mandate_text_id], ())[conference.mandate_text_id].extra["open"] == "Alles."


def test_the_original_itself_can_be_written_before_the_opening(desk, session):
    conference = make_conference(session, "planned", opened_at=None)
    desk.post(f"/de/desk/conferences/{conference.id}/words/de", {"conference_title": "Anders"})
    assert shown(session, [conference.text_id], ())[conference.text_id].title == "Anders"


def test_an_opened_conference_is_closed_to_changes_also_below_the_page(session):
    with pytest.raises(Conflict):
        open_conference(session, conference=make_conference(session), by=Voice(None), now=NOW)


def test_a_conference_joins_a_series_that_there_is(desk, session):
    series = make_series(session)
    desk.post("/de/desk/conferences/new", a_form(series=str(series.id), series_title="", rhythm_months=""))
    assert made(session).series_id == series.id


def test_the_first_part_of_the_day_cannot_move_further_up(desk, session):
    conference = make_conference(session, "collecting")
    here = f"/de/desk/conferences/{conference.id}/agenda"
    desk.post(here, {"title": "Ankommen", "kind": "arrival", "minutes": "30"})
    item = session.scalars(sa.select(AgendaItem)).one()
    count = len(acts(session, conference))
    assert desk.post(f"{here}/{item.id}/move", {"to": "up"}).status_code == 303
    assert len(acts(session, conference)) == count
    for act in ("move", "remove"):
        assert desk.post(f"{here}/{item.id}/{act}", token=False).status_code == 400


def test_a_conference_can_be_changed_until_it_is_opened(desk, session):
    conference = make_conference(session, "planned", opened_at=None, series_id=make_series(session).id)
    here = f"/en/desk/conferences/{conference.id}"
    assert desk.get(f"{here}/edit").status_code == 200
    assert desk.post(f"{here}/edit", a_form(title="Neuer Name")).status_code == 303
    session.refresh(conference)
    assert shown(session, [conference.text_id], ())[conference.text_id].title == "Neuer Name"
    conference.opened_at = NOW
    session.commit()
    answer = desk.post(f"{here}/edit", a_form(title="Noch neuer"))
    assert answer.status_code == 403
    assert "Only its deadlines may still be extended" in words(answer)


def days_in(page):
    fields = tree(page).xpath("//main//form//input[@type='date']")
    return {field.get("name"): field.get("value") for field in fields}


def test_a_deadline_moves_to_a_later_day_with_a_reason(desk, session):
    conference = make_conference(session, "collecting")
    here, before = f"/en/desk/conferences/{conference.id}/extend", conference.call_opens
    days = days_in(desk.get(here))
    later = (date.fromisoformat(days["call_closes"]) + timedelta(days=7)).isoformat()
    assert desk.post(here, days | {"call_closes": later, "reason": "Ferien"}).status_code == 303
    session.refresh(conference)
    assert conference.call_opens == before
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "conference.extended")).one()
    assert (entry.reason, entry.details, entry.public) == ("Ferien", {"call_closes": later}, True)


@pytest.mark.parametrize(
    ("name", "shift", "field"),
    [
        ("call_closes", -3, "A deadline may only move to a later day."),
        ("call_opens", 3, "This day is over"),
        ("call_closes", 400, "before the end of the phase before it"),
        ("call_closes", 0, "Nothing has been changed."),
    ],
)
def test_no_other_move_of_a_deadline_is_possible(desk, session, name, shift, field):
    conference = make_conference(session, "collecting")
    here = f"/en/desk/conferences/{conference.id}/extend"
    days = days_in(desk.get(here))
    moved = (date.fromisoformat(days[name]) + timedelta(days=shift)).isoformat()
    answer = desk.post(here, days | {name: moved, "reason": "Ferien"})
    assert answer.status_code == 422
    assert field in words(answer)


def test_an_extension_needs_its_reason_and_an_open_conference(desk, session):
    conference = make_conference(session, "collecting")
    here = f"/en/desk/conferences/{conference.id}/extend"
    days = days_in(desk.get(here))
    assert desk.post(here, days | {"report_by": "2028-01-01", "reason": " "}).status_code == 422
    planned = make_conference(session, "planned", opened_at=None)
    assert desk.get(f"/en/desk/conferences/{planned.id}/extend").status_code == 403
    done = make_conference(session, "done")
    assert "is over" in words(desk.get(f"/en/desk/conferences/{done.id}/extend"))


def test_the_agenda_is_made_moved_and_cut(desk, session):
    conference = make_conference(session, "collecting")
    here = f"/de/desk/conferences/{conference.id}/agenda"
    for title in ("Ankommen", "Planen", "Abschied"):
        assert desk.post(here, {"title": title, "kind": "action", "minutes": "30"}).status_code == 303

    def titles():
        items = session.scalars(sa.select(AgendaItem).order_by(AgendaItem.position)).all()
        return [(item.id, shown(session, [item.text_id], ())[item.text_id].title) for item in items]

    first, second, third = (number for number, _ in titles())
    desk.post(f"{here}/{third}/move", {"to": "up"})
    desk.post(f"{here}/{first}/move", {"to": "up"})
    desk.post(f"{here}/{second}/remove")
    desk.post(f"{here}/{first}", {"title": "Begrüßung", "kind": "arrival", "minutes": "20"})
    assert [title for _, title in titles()] == ["Begrüßung", "Abschied"]
    assert desk.get(here).status_code == 200
    assert desk.get(f"{here}/{first}").status_code == 200
    assert desk.get(f"{here}/{second}").status_code == 404
    assert desk.post(here, {"title": "x", "kind": "dancing", "minutes": "0"}).status_code == 422


def test_all_texts_are_written_in_another_language_on_one_page(desk, session):
    conference = make_conference(session, "planned", opened_at=None)
    desk.post(f"/de/desk/conferences/{conference.id}/agenda", {"title": "Ankommen", "kind": "arrival", "minutes": "30"})
    item = session.scalars(sa.select(AgendaItem)).one()
    here = f"/de/desk/conferences/{conference.id}/words/tr"
    assert "Der Rat beauftragt" in words(desk.get(here))
    fields = {
        "conference_title": "Konferans",
        "conference_body": "Konu",
        "mandate_body": "Meclis",
        f"item{item.id}_title": "Varış",
    }
    assert desk.post(here, fields).status_code == 303
    assert [version.language for version in languages_of(session, conference.text_id)] == ["de", "tr"]
    assert shown(session, [item.text_id], ("tr",))[item.text_id].title == "Varış"
    count = len(acts(session, conference))
    desk.post(here, fields)
    assert len(acts(session, conference)) == count, "nothing new, no entry"
    assert desk.get(f"/de/desk/conferences/{conference.id}/words/xx").status_code == 404


def test_after_the_opening_the_originals_stand(desk, session):
    conference = make_conference(session, "collecting")
    here = f"/en/desk/conferences/{conference.id}/words/de"
    assert "its original texts stand" in words(desk.get(here))
    desk.post(here, {"conference_title": "Anders"})
    assert shown(session, [conference.text_id], ())[conference.text_id].title != "Anders"


@pytest.mark.parametrize(
    "path", ["", "/new", "/{}", "/{}/edit", "/{}/mandate", "/{}/extend", "/{}/agenda", "/{}/words/tr"]
)
def test_the_desk_is_for_the_plan_owner_and_the_admin_alone(client, session, cast, path):
    conference = make_conference(session, "planned", opened_at=None)
    path = "/de/desk/conferences" + path.format(conference.id)
    assert client.get(path).status_code == 302
    for person in (cast.citizen, cast.delegate, cast.moderator, cast.translator, cast.council_clerk):
        assert client.sign_in(person).get(path).status_code == 403
    client.sign_in(cast.admin)
    assert client.get(path).status_code == (403 if path.endswith("extend") else 200)
