"""The desk of the working groups: founding and ending with a reason, topics, members and meetings."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from bihaelt import guard, permissions
from bihaelt.accounts.domain import Role
from bihaelt.forms import BaseForm, named
from bihaelt.journal.domain import Voice
from bihaelt.marks import N_
from bihaelt.organisations.models import WorkingGroup
from bihaelt.organisations.queries import choices as organisation_choices
from bihaelt.plan.queries.belonging import living_in
from bihaelt.rendering import render
from bihaelt.topics import operations, queries
from bihaelt.topics.forms import FoundForm, MeetingForm, MemberForm, ReasonForm, TopicsForm
from bihaelt.topics.models import GroupMember
from bihaelt.topics.views.blueprint import bp, chain, group_or_404, meeting_or_404, today
from bihaelt.verdicts import DomainError

Answer = str | tuple[str, int] | BaseResponse


def keeper() -> Voice:
    return guard.signed_in().as_role(Role.PLAN_OWNER, Role.OFFICE_EDITOR, Role.ADMIN)


def kept(group_id: int) -> WorkingGroup:
    """The group, if this person may keep it."""
    found = group_or_404(group_id)
    guard.require(permissions.keep_group, found)
    return found


def done(group_id: int, message: str) -> BaseResponse:
    guard.say("success", message)
    return redirect(url_for(".keep_group", group_id=group_id), 303)


def accepted(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was sent and the act succeeded; a refusal stands at its field afterwards."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def offer_topics(form: TopicsForm) -> None:
    database = guard.database()
    form.clusters.choices = named([(row.id, row.name.title) for row in queries.clusters(database, chain())])
    form.fields_of_action.choices = named([(row.id, row.name.title) for row in queries.fields(database, chain())])


@bp.get("/desk/working-groups")
def groups_desk() -> str:
    guard.require(permissions.keep_groups)
    return render("topics/groups_desk.html", groups=queries.group_list(guard.database(), today()), today=today())


@bp.route("/desk/working-groups/new", methods=["GET", "POST"])
def found_group() -> Answer:
    guard.require(permissions.arrange_city)
    database, form = guard.database(), FoundForm()
    offer_topics(form)
    form.lead.choices = named(queries.office_choices(database), N_("None"))
    made: list[WorkingGroup] = []

    def act() -> None:
        made.append(
            operations.found_group(
                database, name=form.name.data, reason=form.reason.data, lead_office_id=form.lead.data,
                cluster_ids=form.clusters.data, field_ids=form.fields_of_action.data, by=keeper(), now=guard.now(),
            )
        )  # fmt: skip

    if accepted(form, act):
        return done(made[0].id, N_("The group is founded. Its reason is public."))
    html = render("topics/group_found.html", form=form, groups=queries.groups(database))
    return html, 422 if form.is_submitted() else 200


@bp.get("/desk/working-groups/<int:group_id>")
def keep_group(group_id: int) -> str:
    return desk_of(kept(group_id), MemberForm(prefix="member-"), MeetingForm(prefix="meeting-"))


def desk_of(group: WorkingGroup, member: MemberForm, meeting: MeetingForm) -> str:
    database = guard.database()
    member.office.choices = named(queries.office_choices(database), N_("None"))
    member.organisation.choices = named(organisation_choices(database), N_("None"))
    return render(
        "topics/group_desk.html",
        group=group,
        works_on=queries.topics_of_group(database, group.id, chain()),
        members=queries.members(database, group.id),
        meetings=queries.meetings(database, group.id, drafts=True),
        member_form=member,
        meeting_form=meeting,
        living=living_in(database, group.id),
        today=today(),
    )


@bp.route("/desk/working-groups/<int:group_id>/topics", methods=["GET", "POST"])
def group_topics(group_id: int) -> Answer:
    group, database = kept(group_id), guard.database()
    now = queries.topics_of_group(database, group.id, chain())
    form = TopicsForm(clusters=sorted(now.cluster_ids), fields_of_action=sorted(now.field_ids))
    offer_topics(form)

    def act() -> None:
        operations.arrange_topics(
            database, group=group, cluster_ids=form.clusters.data, field_ids=form.fields_of_action.data, by=keeper(),
            now=guard.now(),
        )  # fmt: skip

    if accepted(form, act):
        return done(group.id, N_("Saved."))
    return render("topics/group_topics.html", form=form, group=group), 422 if form.is_submitted() else 200


@bp.route("/desk/working-groups/<int:group_id>/end", methods=["GET", "POST"])
def end_group(group_id: int) -> Answer:
    guard.require(permissions.arrange_city)
    group, database, form = group_or_404(group_id), guard.database(), ReasonForm()
    living = living_in(database, group.id)

    def act() -> None:
        operations.end_group(
            database, group=group, reason=form.reason.data, measures=living, by=keeper(), now=guard.now(), today=today()
        )

    if accepted(form, act):
        return done(group.id, N_("The group has ended. Its reason is public."))
    html = render("topics/group_end.html", form=form, group=group, living=living)
    return html, 422 if form.is_submitted() else 200


@bp.post("/desk/working-groups/<int:group_id>/restart")
def restart_group(group_id: int) -> BaseResponse:
    guard.require(permissions.arrange_city)
    group = group_or_404(group_id)
    pressed()
    operations.restart_group(guard.database(), group=group, by=keeper(), now=guard.now())
    return done(group.id, N_("The group works again."))


def pressed() -> None:
    """Go on if a lone button was pressed on a page of ours; a page that was open for too long ends in 422."""
    if not BaseForm().validate_on_submit():
        abort(422, description=N_("Please go back, reload the page and try again."))


@bp.post("/desk/working-groups/<int:group_id>/members")
def add_member(group_id: int) -> Answer:
    group, database = kept(group_id), guard.database()
    form = MemberForm(prefix="member-")
    form.office.choices = named(queries.office_choices(database), N_("None"))
    form.organisation.choices = named(organisation_choices(database), N_("None"))

    def act() -> None:
        operations.add_member(
            database, group=group, office_id=form.office.data, organisation_id=form.organisation.data, by=keeper(),
            now=guard.now(), today=today(),
        )  # fmt: skip

    if accepted(form, act):
        return done(group.id, N_("The member is added."))
    return desk_of(group, form, MeetingForm(prefix="meeting-")), 422


@bp.post("/desk/working-groups/<int:group_id>/members/<int:member_id>/remove")
def remove_member(group_id: int, member_id: int) -> BaseResponse:
    group, database = kept(group_id), guard.database()
    member: Any = database.get(GroupMember, member_id)
    if member is None or member.group_id != group.id:
        abort(404)
    pressed()
    operations.remove_member(database, group=group, member=member, by=keeper(), now=guard.now())
    return done(group.id, N_("The member is removed."))


@bp.post("/desk/working-groups/<int:group_id>/meetings")
def plan_meeting(group_id: int) -> Answer:
    group, form = kept(group_id), MeetingForm(prefix="meeting-")

    def act() -> None:
        operations.plan_meeting(
            guard.database(), group=group, held_on=form.held_on.data, place=form.place.data or "", by=keeper(),
            now=guard.now(),
        )  # fmt: skip

    if accepted(form, act):
        return done(group.id, N_("The meeting is planned."))
    return desk_of(group, MemberForm(prefix="member-"), form), 422


@bp.route("/desk/working-groups/<int:group_id>/meetings/<int:meeting_id>/cancel", methods=["GET", "POST"])
def cancel_meeting(group_id: int, meeting_id: int) -> Answer:
    group, meeting, form = kept(group_id), meeting_or_404(group_id, meeting_id), ReasonForm()

    def act() -> None:
        operations.cancel_meeting(
            guard.database(), meeting=meeting, reason=form.reason.data, by=keeper(), now=guard.now()
        )

    if accepted(form, act):
        return done(group.id, N_("The meeting is cancelled."))
    html = render("topics/meeting_cancel.html", form=form, group=group, meeting=meeting)
    return html, 422 if form.is_submitted() else 200
