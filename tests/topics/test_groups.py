"""Working groups: founded and ended with a reason, members, meetings and minutes that only grow."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.models import JournalEntry
from bihaelt.organisations.domain import GroupKind
from bihaelt.organisations.models import WorkingGroup
from bihaelt.topics import operations, queries
from bihaelt.topics.domain import MinutesContent, Point
from bihaelt.topics.models import GroupMember, Meeting, Minutes, MinutesPoint, MinutesPresence
from bihaelt.topics.queries.working_groups import coming, groups_on
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import (
    NOW,
    make_account,
    make_cluster,
    make_field,
    make_group,
    make_measure,
    make_office,
    make_organisation,
)
from tests.topics.group_stage import BY, TODAY, led_group, meet, write

DESK = "/de/desk/working-groups"


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def owner(client, cast):
    return client.sign_in(cast.plan_owner)


def acts(session):
    return [row.act for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))]


def end(session, group, reason="Die Arbeit ist getan.", measures=0):
    operations.end_group(session, group=group, reason=reason, measures=measures, by=BY, now=NOW, today=TODAY)


# --- founding and ending -------------------------------------------------------------------------------------------


def test_a_new_group_is_founded_with_a_reason_that_everybody_reads(session, owner):
    old, cluster, field = make_group(session, "Leitungsteam"), make_cluster(session), make_field(session)
    page = owner.get(f"{DESK}/new")
    assert "Leitungsteam" in words(page), "existing groups come first"
    office = make_office(session)
    data = {"name": "AG Wärme", "reason": "Keine Gruppe kennt sich aus.", "lead": office.id,
            "clusters": [cluster.id], "fields_of_action": [field.id]}  # fmt: skip
    assert owner.post(f"{DESK}/new", data).status_code == 303
    group = session.scalars(sa.select(WorkingGroup).where(WorkingGroup.id != old.id)).one()
    assert (group.kind, group.lead_office_id) == (GroupKind.NEW, office.id)
    assert "Keine Gruppe kennt sich aus." in words(owner.sign_out().get(f"/de/topics/working-groups/{group.id}"))
    assert acts(session) == ["working_group.added"]


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("reason", " "), ("name", "Leitungsteam"), ("lead", "99")])
def test_a_group_that_cannot_be_founded_is_said_at_its_field(session, owner, field, value):
    make_group(session, "Leitungsteam")
    data = {"name": "AG Wärme", "reason": "Deshalb.", "lead": ""} | {field: value}
    answer = owner.post(f"{DESK}/new", data)
    assert answer.status_code == 422
    assert tree(answer).xpath(f"//*[@id='{field}-error']")


def test_a_group_ends_with_a_reason_once_no_measure_lives_in_it(session, owner):
    group = make_group(session, "AG Alt")
    measure = make_measure(session, working_group_id=group.id)
    answer = owner.post(f"{DESK}/{group.id}/end", {"reason": "Fertig."})
    assert answer.status_code == 422
    assert "Measures are worked on" not in words(owner.get(f"/en/desk/working-groups/{group.id}"))
    measure.working_group_id = None
    assert owner.post(f"{DESK}/{group.id}/end", {"reason": ""}).status_code == 422
    assert owner.post(f"{DESK}/{group.id}/end", {"reason": "Fertig."}).status_code == 303
    assert (group.ended_on, group.end_reason) == (TODAY, "Fertig.")
    assert "Fertig." in words(owner.get(f"/de/topics/working-groups/{group.id}"))
    assert "AG Alt" in words(owner.get(DESK))
    assert owner.get(f"{DESK}/{group.id}").status_code == 200
    assert owner.post(f"{DESK}/{group.id}/restart").status_code == 303
    assert (group.ended_on, group.end_reason) == (None, "")
    assert acts(session) == ["working_group.retired", "working_group.restored"]
    assert owner.post(f"{DESK}/{group.id}/restart", token=False).status_code == 422


def test_the_desk_of_the_catalogues_leads_to_the_end_with_a_reason(session, owner):
    group = make_group(session)
    page = tree(owner.get(f"/de/desk/catalogues/working-groups/{group.id}"))
    assert page.xpath(f"//a[contains(@href, '{DESK}/{group.id}/end')]")
    assert owner.post(f"/de/desk/catalogues/working-groups/{group.id}/retire").status_code == 409
    assert group.ended_on is None


@pytest.mark.parametrize(("reason", "measures"), [(" ", 0), ("Fertig.", 1)])
def test_no_group_ends_without_a_reason_or_with_measures(session, reason, measures):
    group = make_group(session)
    with pytest.raises(DomainError):
        end(session, group, reason, measures)


def test_an_ended_group_takes_nothing_more(session):
    group = make_group(session)
    end(session, group)
    for act in (
        lambda: end(session, group),
        lambda: meet(session, group),
        lambda: operations.add_member(
            session, group=group, office_id=make_office(session).id, by=BY, now=NOW, today=TODAY
        ),
        lambda: operations.arrange_topics(session, group=group, cluster_ids=[], field_ids=[], by=BY, now=NOW),
    ):
        with pytest.raises(Conflict):
            act()


# --- topics and members --------------------------------------------------------------------------------------------


def test_what_a_group_works_on_is_chosen_and_changed(session, owner):
    group, one, other = make_group(session), make_cluster(session, "Sport"), make_cluster(session, "Kultur")
    field = make_field(session, "Schule")
    path = f"{DESK}/{group.id}/topics"
    assert owner.post(path, {"clusters": [one.id], "fields_of_action": [field.id]}).status_code == 303
    assert owner.post(path, {"clusters": [other.id], "fields_of_action": [field.id]}).status_code == 303
    assert owner.post(path, {"clusters": [other.id], "fields_of_action": [field.id]}).status_code == 303
    found = queries.topics_of_group(session, group.id, ["de"])
    assert (found.cluster_ids, found.field_ids) == ({other.id}, {field.id})
    assert acts(session) == ["working_group.changed"] * 2, "nothing is recorded where nothing changed"
    assert [row.id for row in groups_on(session, cluster_id=other.id)] == [group.id]
    assert [row.id for row in groups_on(session, field_id=field.id)] == [group.id]
    assert groups_on(session, cluster_id=one.id) == []
    assert owner.get(path).status_code == 200
    assert owner.post(path, {"clusters": ["99999"]}).status_code == 422


def test_offices_and_organisations_join_and_leave(session, owner):
    group, office, club = (
        make_group(session),
        make_office(session, "Sportamt"),
        make_organisation(session, "Turnverein"),
    )
    add = f"{DESK}/{group.id}/members"
    assert owner.post(add, {"member-office": office.id}).status_code == 303
    assert owner.post(add, {"member-organisation": club.id}).status_code == 303
    for data in ({"member-office": office.id}, {"member-organisation": club.id}, {},
                 {"member-office": office.id, "member-organisation": club.id}, {"member-office": "x"}):  # fmt: skip
        assert owner.post(add, data).status_code == 422
    assert [row.name for row in queries.members(session, group.id)] == ["Sportamt", "Turnverein"]
    assert [row.id for row in queries.groups_of(session, office_id=office.id)] == [group.id]
    assert [row.id for row in queries.groups_of(session, organisation_id=club.id)] == [group.id]
    page = words(owner.get(f"/de/topics/working-groups/{group.id}"))
    assert "Sportamt" in page
    assert "Turnverein" in page
    first, second = session.scalars(sa.select(GroupMember).order_by(GroupMember.id)).all()
    assert owner.post(f"{add}/{first.id}/remove").status_code == 303
    assert owner.post(f"{add}/{second.id}/remove").status_code == 303
    assert owner.post(f"{add}/{first.id}/remove").status_code == 404
    other = operations.add_member(session, group=make_group(session), office_id=office.id, by=BY, now=NOW, today=TODAY)
    assert owner.post(f"{add}/{other.id}/remove").status_code == 404, "a member of another group"
    details = [row.details["member"] for row in session.scalars(sa.select(JournalEntry)) if "member" in row.details]
    assert details == ["Sportamt", "Turnverein", "Sportamt", "Turnverein", "Sportamt"]


# --- meetings and minutes ------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_shown_with_its_agenda_and_cancelled(session, owner):
    group = make_group(session)
    plan = f"{DESK}/{group.id}/meetings"
    data = {"meeting-held_on": (TODAY + timedelta(days=5)).isoformat(), "meeting-place": "Rathaus"}
    assert owner.post(plan, data).status_code == 303
    assert owner.post(plan, data).status_code == 422, "one meeting a day"
    assert owner.post(plan, {"meeting-held_on": "bald"}).status_code == 422
    meeting = session.scalars(sa.select(Meeting)).one()
    assert [(found.id, whose.id) for found, whose in coming(session, TODAY)] == [(meeting.id, group.id)]
    address = f"/de/topics/working-groups/{group.id}/meetings/{meeting.id}"
    assert "Rathaus" in words(owner.get(address))
    assert owner.get(f"{DESK}/{group.id}").status_code == 200
    cancel = f"{plan}/{meeting.id}/cancel"
    assert owner.get(cancel).status_code == 200
    assert owner.post(cancel, {"reason": ""}).status_code == 422
    assert owner.post(cancel, {"reason": "Der Raum fehlt."}).status_code == 303
    assert owner.post(cancel, {"reason": "Noch einmal."}).status_code == 422
    assert "Der Raum fehlt." in words(owner.get(address))
    assert owner.post(plan, data).status_code == 303, "planned anew"
    assert session.scalars(sa.select(Meeting)).one().cancel_reason == ""


def test_a_meeting_is_cancelled_with_a_reason_and_before_its_minutes(session):
    meeting = meet(session, make_group(session))
    with pytest.raises(DomainError):
        operations.cancel_meeting(session, meeting=meeting, reason=" ", by=BY, now=NOW)
    write(session, meeting, "Eröffnung")
    with pytest.raises(Conflict):
        operations.cancel_meeting(session, meeting=meeting, reason="Zu spät", by=BY, now=NOW)


def minutes_typed(office, **more):
    return {"count": "2", "seen": "0", "offices": [office.id], "title_1": "Ferienspiele", "result_1": "Es geht los.",
            "who_1": "Jugendamt", "until_1": "2026-12-24", "publish": "yes"} | more  # fmt: skip


def test_minutes_begin_as_a_draft_of_the_desk_and_are_published(session, client, owner, cast):
    group, office = led_group(session)
    measure, meeting = make_measure(session, "Straßenfußball", working_group_id=group.id), meet(session, group)
    path, address = (
        f"{DESK}/{group.id}/meetings/{meeting.id}/minutes",
        f"/de/topics/working-groups/{group.id}/meetings/{meeting.id}",
    )
    assert owner.get(path).status_code == 200
    data = minutes_typed(office, measure_1=measure.number)
    del data["publish"]
    assert owner.post(path, data | {"draft": "yes"}).status_code == 303
    assert "Es geht los." in words(owner.get(address))
    assert "Es geht los." not in words(client.sign_out().get(address))
    client.sign_in(cast.plan_owner)
    assert "Es geht los." in owner.get(path).text, "the next version begins with the last one"
    assert owner.post(path, data | {"seen": "1", "publish": "yes"}).status_code == 303
    page = owner.sign_out().get(address)
    assert "Es geht los." in words(page)
    assert tree(page).xpath(f"//a[contains(@href, '/measures/{measure.id}')]")
    assert [row.public for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))][-2:] == [
        False,
        True,
    ]
    said = words(client.get(f"/de/measures/{measure.id}"))
    assert "Es geht los." in said


def test_published_minutes_change_only_by_a_new_version_with_a_reason(session, owner):
    group, office = led_group(session)
    meeting = meet(session, group)
    write(session, meeting, Point("Raum", "Zimmer 5"))
    path, address = (
        f"{DESK}/{group.id}/meetings/{meeting.id}/minutes",
        f"/de/topics/working-groups/{group.id}/meetings/{meeting.id}",
    )
    data = minutes_typed(office, seen="1", title_1="Raum", result_1="Zimmer 6")
    refused = owner.post(path, data)
    assert refused.status_code == 422
    assert tree(refused).xpath("//*[@id='reason-error']")
    assert owner.post(path, data | {"reason": "Das Zimmer war falsch."}).status_code == 303
    owner.sign_out()
    now, before = words(owner.get(address)), words(owner.get(f"{address}?version=1"))
    assert "Zimmer 6" in now
    assert "Das Zimmer war falsch." in now
    assert "Zimmer 5" in before
    assert owner.get(f"{address}?version=7").status_code == 404
    assert [row.number for row in queries.versions(session, meeting.id)] == [2, 1]


@pytest.mark.parametrize("model", [Minutes, MinutesPoint, MinutesPresence])
def test_the_database_keeps_every_version_of_the_minutes(session, model):
    write(session, meet(session, make_group(session)), "Eins")
    row = session.scalars(sa.select(model)).first()
    for statement in (sa.delete(model), sa.update(model).values(id=row.id + 1)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(statement)


def test_a_draft_between_two_versions_stays_at_the_desk(session, client):
    meeting = meet(session, make_group(session))
    write(session, meeting, "Eins")
    write(session, meeting, "Zwei", public=False, reason="Probe", seen=1)
    assert queries.minutes(session, meeting.id).number == 1
    assert queries.minutes(session, meeting.id, drafts=True).number == 2
    address = f"/de/topics/working-groups/{meeting.group_id}/meetings/{meeting.id}"
    assert client.get(f"{address}?version=2").status_code == 404
    rows = queries.meetings(session, meeting.group_id), queries.meetings(session, meeting.group_id, drafts=True)
    assert [row.version for each in rows for row in each] == [1, 2]


def test_more_points_are_added_without_saving(session, owner):
    group, office = led_group(session)
    meeting = meet(session, group)
    path = f"{DESK}/{group.id}/meetings/{meeting.id}/minutes"
    answer = owner.post(path, minutes_typed(office, more="yes"))
    assert answer.status_code == 200
    page = tree(answer)
    assert len(page.xpath("//fieldset//input[starts-with(@name, 'title_')]")) == 5
    assert "Es geht los." in answer.text
    assert session.scalars(sa.select(Minutes)).all() == []
    for count in ("0", "900", "x", "9999"):
        assert owner.post(path, minutes_typed(office, more="yes", count=count)).status_code == 200


@pytest.mark.parametrize(("change", "field"), [
    ({"title_1": "", "result_1": "", "who_1": "", "until_1": ""}, "title_1"), ({"title_1": ""}, "title_1"),
    ({"result_1": ""}, "result_1"), ({"offices": []}, "offices"), ({"until_1": "bald"}, "until_1"),
    ({"measure_1": "M999"}, "measure_1"),
])  # fmt: skip
def test_minutes_that_cannot_be_published_are_said_at_their_field(session, owner, change, field):
    group, office = led_group(session)
    meeting = meet(session, group)
    answer = owner.post(f"{DESK}/{group.id}/meetings/{meeting.id}/minutes", minutes_typed(office, **change))
    assert answer.status_code == 422
    assert tree(answer).xpath(f"//*[@id='{field}-error']")


@pytest.mark.parametrize("seen", ["7", "x", ""])
def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(session, owner, seen):
    group, office = led_group(session)
    meeting = meet(session, group)
    write(session, meeting, "Eins")
    path = f"{DESK}/{group.id}/meetings/{meeting.id}/minutes"
    assert owner.post(path, minutes_typed(office, seen=seen, reason="Anders")).status_code == 422
    assert len(session.scalars(sa.select(Minutes)).all()) == 1


def test_no_minutes_of_a_meeting_to_come_or_of_a_cancelled_one(session):
    group = make_group(session)
    later, dropped = meet(session, group, days=2), meet(session, group, days=-1)
    with pytest.raises(DomainError):
        write(session, later, "Zu früh")
    operations.cancel_meeting(session, meeting=dropped, reason="Krank", by=BY, now=NOW)
    with pytest.raises(Conflict):
        write(session, dropped, "Gab es nicht")


def test_organisations_may_have_been_there(session):
    club, meeting = make_organisation(session, "Sportbund"), meet(session, make_group(session))
    content = MinutesContent(frozenset(), frozenset({club.id}), [Point("Eröffnung", "Begrüßt.")])
    operations.write_minutes(
        session, meeting=meeting, content=content, public=True, reason="", seen=0, by=BY, now=NOW, today=TODAY
    )
    assert [row.name for row in queries.minutes(session, meeting.id).present] == ["Sportbund"]


def test_the_form_of_a_later_version_keeps_a_measure_that_left_the_group(session, owner):
    group, _ = led_group(session)
    meeting = meet(session, group)
    write(session, meeting, Point("Umzug", "Ja.", measure_number="M900"))
    page = tree(owner.get(f"{DESK}/{group.id}/meetings/{meeting.id}/minutes"))
    assert page.xpath("//select[@name='measure_1']/option[@selected]/@value") == ["M900"]
    assert "M900" in words(owner.get(f"/de/topics/working-groups/{group.id}/meetings/{meeting.id}"))


# --- who may -------------------------------------------------------------------------------------------------------


def test_the_leading_office_keeps_the_group_and_only_the_plan_owner_founds_and_ends(session, client, cast):
    group, office = led_group(session)
    other = make_group(session, "Fremde Gruppe", lead_office_id=make_office(session).id)
    editor = make_account(session, Role.OFFICE_EDITOR, office=office)
    client.sign_in(editor)
    assert client.get(f"{DESK}/{group.id}").status_code == 200
    assert client.get(f"{DESK}/{other.id}").status_code == 403
    listed = tree(client.get(DESK))
    assert listed.xpath(f"//a[contains(@href, '/desk/working-groups/{group.id}')]")
    assert not listed.xpath(f"//a[contains(@href, '/desk/working-groups/{other.id}')]")
    assert client.get(f"{DESK}/new").status_code == 403
    assert client.get(f"{DESK}/{group.id}/end").status_code == 403
    client.sign_in(cast.editor)
    assert client.get(f"{DESK}/{other.id}").status_code == 200, "an editor without an office looks after all"
    for person in (cast.citizen, cast.moderator, cast.translator):
        assert client.sign_in(person).get(f"{DESK}/{group.id}").status_code == 403
    assert client.sign_out().get(DESK).status_code == 302


def test_unknown_groups_and_meetings_are_404(session, owner):
    group, meeting = make_group(session), meet(session, make_group(session))
    for path in (f"{DESK}/99999", f"{DESK}/{group.id}/meetings/{meeting.id}/minutes",
                 f"/de/topics/working-groups/{group.id}/meetings/{meeting.id}"):  # fmt: skip
        assert owner.get(path).status_code == 404


def test_the_pages_of_a_group_take_the_same_statements_at_any_length(session, client, owner, count_queries):
    group = make_group(session)
    counts, made = [], 0
    for upto in (1, 3, 50):
        for number in range(made, upto):
            make_measure(session, working_group_id=group.id, office_id=make_office(session).id)
            write(session, meet(session, group, days=-1 - number), "Punkt")
            operations.add_member(session, group=group, office_id=make_office(session).id, by=BY, now=NOW, today=TODAY)
        made = upto
        session.commit()
        with count_queries() as seen:
            assert client.get(f"/de/topics/working-groups/{group.id}").status_code == 200
            assert client.get(f"{DESK}/{group.id}").status_code == 200
            assert client.get(DESK).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
