"""Co-signatures, bodies, decisions and the changes of what was decided."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.models import JournalEntry
from bihaelt.measures import queries
from bihaelt.measures.domain import (
    Advice,
    Category,
    Gap,
    MeasureState,
    Need,
    PartnerRole,
    RevisionState,
    Signature,
    Take,
    Takes,
)
from bihaelt.measures.models import Cosignature
from bihaelt.measures.operations import (
    HeldBack,
    Incomplete,
    add_partner,
    advise,
    answer,
    ask,
    begin_change,
    decide,
    fill,
    link,
    refuse,
    remind_cosigners,
    revise,
    schedule,
    set_change_state,
    set_state,
)
from bihaelt.organisations.models import Office
from bihaelt.outbox.models import Letter
from bihaelt.paging import Cursor
from bihaelt.rendering import render_letter
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import make_account, make_measure, make_office, make_organisation
from tests.measures.stage import (
    accepted,
    change,
    co_signed,
    completed,
    decidable,
    decided,
    full_sheet,
    keeper,
    on_agenda,
    running,
    said,
    sheet_of,
)

IN_TIME = date(2026, 12, 6)


@pytest.fixture
def measure(session, now):
    return decidable(session, make_measure(session), now)


def kinds(session):
    return [letter.kind for letter in session.scalars(sa.select(Letter).order_by(Letter.id))]


def acts(session):
    return [row.act for row in session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))]


def asked(session, measure, now, *offices, due_on=IN_TIME, revision=None):
    ids = [office.id for office in offices or (make_office(session),)]
    return ask(
        session, measure=measure, revision=revision, office_ids=ids, due_on=due_on, by=keeper(session), now=now
    )  # fmt: skip


def test_touched_offices_are_asked_by_letter_and_sign_or_object(app, session, now, measure):
    ours, other = make_office(session), make_office(session, "Gesundheitsamt")
    make_account(session, Role.OFFICE_EDITOR, office=ours)
    make_account(session, Role.OFFICE_EDITOR, office=other, language="ar")
    make_account(session, Role.OFFICE_EDITOR, office=session.get_one(Office, measure.office_id))
    first, second = asked(session, measure, now, ours, other)
    assert measure.state is MeasureState.CO_SIGNING
    assert kinds(session) == ["measure_cosign", "measure_cosign"]
    by = keeper(session)
    answer(session, cosignature=first, signs=True, reason="", by=by, now=now)
    with pytest.raises(DomainError) as refusal:
        answer(session, cosignature=second, signs=False, reason=" ", by=by, now=now)
    assert refusal.value.field == "reason"
    answer(session, cosignature=second, signs=False, reason="Zu teuer", by=by, now=now)
    assert (first.state, second.state) == (Signature.SIGNED, Signature.OBJECTED)
    with pytest.raises(Conflict):
        answer(session, cosignature=first, signs=False, reason="Doch nicht", by=by, now=now)
    assert kinds(session)[-1] == "measure_objected"
    assert acts(session)[-2:] == ["measure.cosigned", "measure.objected"]
    for letter in session.scalars(sa.select(Letter)):
        with app.test_request_context():
            text = render_letter(f"letters/{letter.kind}.txt", BY_BABEL[letter.language], **letter.context)
        assert measure.number in text.splitlines()[0]


def test_an_objection_to_a_measure_of_nobody_writes_to_nobody(session, now):
    measure = make_measure(session)
    (row,) = asked(session, measure, now)
    answer(session, cosignature=row, signs=False, reason="Nein", by=keeper(session), now=now)
    assert kinds(session) == []


@pytest.mark.parametrize(
    ("offices", "due_on", "field"), [((), IN_TIME, "offices"), ("own", IN_TIME, "offices"), ("new", None, "due_on")]
)
def test_nobody_is_asked_for_nothing_about_their_own_or_too_late(session, now, measure, offices, due_on, field):
    ids = {"own": [measure.office_id], "new": [make_office(session).id]}.get(offices, [])
    with pytest.raises(DomainError) as refusal:
        ask(
            session, measure=measure, office_ids=ids, due_on=due_on or date(2026, 11, 21), by=keeper(session), now=now
        )  # fmt: skip
    assert refusal.value.field == field
    assert measure.state is MeasureState.DRAFT


def test_offices_are_reminded_three_days_before_the_end_and_then_every_week(session, now, measure):
    office = make_office(session)
    make_account(session, Role.OFFICE_EDITOR, office=office)
    (row,) = asked(session, measure, now, office)
    found = [remind_cosigners(session, now=now + timedelta(days=day)) for day in (1, 11, 12, 17, 18)]
    assert found == [0, 1, 0, 0, 1]
    assert (row.reminders, row.reminded_on) == (2, date(2026, 12, 10))
    last = session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first()
    assert (last.kind, last.context["overdue"]) == ("measure_cosign_reminder", True)
    set_state(session, measure=measure, state=MeasureState.DRAFT, reason="Neu", by=keeper(session), now=now)
    assert remind_cosigners(session, now=now + timedelta(days=40)) == 0
    session.refresh(row)
    with pytest.raises(Conflict):
        answer(session, cosignature=row, signs=True, reason="", by=keeper(session), now=now)


def test_the_text_stands_still_while_offices_and_bodies_look_at_it(session, now, measure):
    asked(session, measure, now)
    by = keeper(session)
    with pytest.raises(DomainError):
        fill(session, measure=measure, change=said(goal="Anders"), by=by, now=now)
    access = sheet_of(session, measure).access
    fill(session, measure=measure, change=change(access=type(access)(childcare=True)), by=by, now=now)
    assert sheet_of(session, measure).access.childcare


def test_nothing_goes_to_a_body_before_every_office_has_answered_or_is_late(session, now, measure):
    asked(session, measure, now)
    with pytest.raises(DomainError) as refusal:
        on_agenda(session, measure, now, reason="Eilig")
    assert refusal.value.values == {"date": IN_TIME}
    later = now + timedelta(days=20)
    with pytest.raises(DomainError) as refusal:
        on_agenda(session, measure, later)
    assert refusal.value.field == "reason"
    on_agenda(session, measure, later, reason="Das Amt hat nicht geantwortet.")
    assert measure.state is MeasureState.IN_COMMITTEE
    assert session.scalars(sa.select(Cosignature)).one().closed


def test_without_a_touched_office_a_reason_is_enough(session, now, measure):
    with pytest.raises(DomainError):
        on_agenda(session, measure, now)
    on_agenda(session, measure, now, reason="Kein anderes Amt ist berührt.")
    assert measure.state is MeasureState.IN_COMMITTEE


@pytest.mark.parametrize(
    ("field", "value"), [("body", " "), ("paper", "4711"), ("paper", "123456/2025-2030"), ("paper", "1/2025-2030/x")]
)
def test_a_meeting_needs_its_body_and_a_paper_of_the_council(session, now, measure, field, value):
    with pytest.raises(DomainError) as refusal:
        on_agenda(session, measure, now, **{field: value, "reason": "Los"})
    assert refusal.value.field == field


def test_only_a_complete_sheet_goes_to_a_body(session, now):
    measure = completed(session, make_measure(session))
    with pytest.raises(Incomplete) as refusal:
        on_agenda(session, measure, now, reason="Los")
    assert list(refusal.value.gaps) == [Gap.CARRIER]
    add_partner(
        session, measure=measure, organisation_id=None, office_id=measure.office_id, role=PartnerRole.CARRIER,
        by=keeper(session), now=now,
    )  # fmt: skip
    twin = make_measure(session, "Ferienspiele", cluster_id=measure.cluster_id)
    with pytest.raises(HeldBack) as refusal:
        on_agenda(session, measure, now, reason="Los")
    assert [held.other_id for held in refusal.value.held] == [twin.id]


def test_bodies_discuss_in_turn_and_the_last_one_decides(session, now, measure):
    co_signed(session, measure, now)
    by = keeper(session)
    committee = on_agenda(session, measure, now, body="Jugendhilfeausschuss")
    council = on_agenda(session, measure, now, meeting_on=date(2026, 11, 22))
    for advice in (Advice.DECIDED, Advice.OPEN):
        with pytest.raises(DomainError):
            advise(session, consultation=committee, advice=advice, note="", by=by, now=now)
    advise(session, consultation=committee, advice=Advice.RECOMMENDED, note="Einstimmig", by=by, now=now)
    with pytest.raises(Conflict):
        advise(session, consultation=committee, advice=Advice.DEFERRED, note="", by=by, now=now)
    decide(session, consultation=council, note="Wie vorgeschlagen", by=by, now=now)
    assert (measure.state, measure.decided_body) == (MeasureState.DECIDED, "Rat der Stadt")
    assert (measure.decided_paper, measure.decided_on) == ("4711/2025-2030", date(2026, 11, 22))
    assert [version.decided for version in queries.versions(session, measure.id)][-1]
    assert acts(session)[-1] == "measure.decided"
    assert queries.bodies(session) == ["Jugendhilfeausschuss", "Rat der Stadt"]


def test_a_meeting_that_was_not_held_has_no_result(session, now, measure):
    meeting = on_agenda(session, measure, now, meeting_on=date(2026, 12, 24), reason="Los")
    with pytest.raises(DomainError):
        decide(session, consultation=meeting, note="", by=keeper(session), now=now)
    set_state(session, measure=measure, state=MeasureState.DRAFT, reason="Zurück", by=keeper(session), now=now)
    assert meeting.advice is Advice.WITHDRAWN


def test_a_body_may_say_no_with_a_reason(session, now, measure):
    meeting = on_agenda(session, measure, now, reason="Los")
    with pytest.raises(DomainError) as refusal:
        refuse(session, consultation=meeting, note=" ", by=keeper(session), now=now)
    assert refusal.value.field == "note"
    refuse(session, consultation=meeting, note="Zu teuer", by=keeper(session), now=now)
    assert measure.state is MeasureState.REJECTED
    set_state(session, measure=measure, state=MeasureState.IDEA, reason="Noch einmal", by=keeper(session), now=now)


def test_the_authors_of_the_proposals_read_what_was_decided(session, now, measure):

    proposal = accepted(session, cluster_id=measure.cluster_id)
    link(session, measure=measure, take=Take(proposal.id, Takes.FULLY), by=keeper(session), now=now)
    decided(session, measure, now)
    assert kinds(session)[-1] == "measure_decided"


def test_states_need_their_pages_and_their_reasons(session, now, measure):
    by = keeper(session)
    for state in (MeasureState.COMPLETED, MeasureState.DECIDED, MeasureState.CO_SIGNING):
        with pytest.raises(Conflict):
            set_state(session, measure=measure, state=state, reason="Los", by=by, now=now)
    with pytest.raises(DomainError):
        set_state(session, measure=measure, state=MeasureState.ENDED, reason="", by=by, now=now)
    with pytest.raises(DomainError):
        set_state(session, measure=measure, state=MeasureState.RUNNING, reason="Los", by=by, now=now)
    running(session, measure, now)
    set_state(session, measure=measure, state=MeasureState.COMPLETED, reason="Fertig", by=by, now=now)
    with pytest.raises(DomainError) as refusal:
        set_state(session, measure=measure, state=MeasureState.HANDED_OVER, reason="Weiter", by=by, now=now)
    assert refusal.value.field == "to"


def test_a_body_rejects_what_is_in_committee_not_a_clerk(session, now, measure):
    on_agenda(session, measure, now, reason="Los")
    with pytest.raises(Conflict):
        set_state(session, measure=measure, state=MeasureState.REJECTED, reason="x", by=keeper(session), now=now)


def test_a_decision_is_void_when_a_measure_goes_back_to_the_draft(session, now, measure):
    decided(session, measure, now)
    set_state(session, measure=measure, state=MeasureState.DRAFT, reason="Neu", by=keeper(session), now=now)
    assert (measure.decided_on, measure.decided_paper) == (None, "")
    fill(session, measure=measure, change=said(goal="Anders"), by=keeper(session), now=now)


# --- set going at once


def hasty(session, measure, now):
    by = keeper(session)
    fill(session, measure=measure, change=change(ad_hoc=True, confirm_by=date(2026, 12, 31)), by=by, now=now)
    set_state(session, measure=measure, state=MeasureState.RUNNING, reason="Eilt", by=by, now=now)
    return measure


def test_what_is_set_going_at_once_runs_and_is_confirmed_later(session, now, measure):
    hasty(session, measure, now)
    by = keeper(session)
    assert not queries.unconfirmed(measure, date(2026, 12, 31))
    assert queries.unconfirmed(measure, date(2027, 1, 1))
    with pytest.raises(DomainError) as refusal:
        fill(session, measure=measure, change=change(ad_hoc=False), by=by, now=now)
    assert refusal.value.field == "ad_hoc"
    meeting = on_agenda(session, measure, now)
    assert measure.state is MeasureState.RUNNING
    decide(session, consultation=meeting, note="", by=by, now=now)
    assert (measure.state, measure.decided_paper) == (MeasureState.RUNNING, "4711/2025-2030")
    assert not queries.unconfirmed(measure, date(2027, 1, 1))
    assert acts(session)[-1] == "measure.confirmed"


@pytest.mark.parametrize(
    ("before", "after"), [(MeasureState.RUNNING, MeasureState.ENDED), (MeasureState.COMPLETED, MeasureState.COMPLETED)]
)
def test_what_is_not_confirmed_ends(session, now, measure, before, after):
    hasty(session, measure, now)
    measure.state = before
    session.flush()
    meeting = on_agenda(session, measure, now)
    refuse(session, consultation=meeting, note="Kein Bedarf", by=keeper(session), now=now)
    assert measure.state is after


# --- changes of what was decided


def begun(session, measure, now):
    return begin_change(session, measure=measure, reason="Mehr Nachfrage", by=keeper(session), now=now)


def test_what_is_decided_changes_by_a_new_decision_only(session, now, measure):
    running(session, measure, now)
    by = keeper(session)
    with pytest.raises(DomainError):
        fill(session, measure=measure, change=said(goal="Mehr"), by=by, now=now)
    with pytest.raises(DomainError):
        begin_change(session, measure=measure, reason=" ", by=by, now=now)
    revision = begun(session, measure, now)
    with pytest.raises(Conflict):
        begun(session, measure, now)
    before = sheet_of(session, measure)
    revise(session, revision=revision, change=said(goal="Mehr"), by=by, now=now)
    revise(session, revision=revision, change=change(planned_cents=20_000_00), by=by, now=now)
    revise(session, revision=revision, change=lambda sheet: sheet, by=by, now=now)
    assert sheet_of(session, measure) == before
    assert queries.revised(session, before, revision).part("goal") == "Mehr"
    co_signed(session, measure, now, revision)
    with pytest.raises(DomainError):
        revise(session, revision=revision, change=said(goal="Noch mehr"), by=by, now=now)
    assert measure.state is MeasureState.RUNNING
    meeting = on_agenda(session, measure, now, revision, paper="4712/2025-2030")
    decide(session, consultation=meeting, note="", by=by, now=now)
    after = sheet_of(session, measure)
    assert (after.part("goal"), after.planned_cents, measure.decided_paper) == ("Mehr", 20_000_00, "4712/2025-2030")
    assert (revision.state, measure.state) == (RevisionState.DECIDED, MeasureState.RUNNING)
    assert queries.open_revision(session, measure.id) is None
    assert [row.number for row in queries.revisions(session, measure.id)] == [1]
    assert begun(session, measure, now).number == 2


def test_a_change_keeps_what_a_decision_does_not_lock(session, now, measure):
    decided(session, measure, now)
    revision = begun(session, measure, now)
    access = sheet_of(session, measure).access
    fill(
        session, measure=measure, change=change(access=type(access)(outreach=True)), by=keeper(session), now=now
    )  # fmt: skip
    revise(session, revision=revision, change=said(goal="Mehr"), by=keeper(session), now=now)
    decide(
        session, consultation=on_agenda(session, measure, now, revision, reason="Los"), note="", by=keeper(session),
        now=now,
    )  # fmt: skip
    assert sheet_of(session, measure).access.outreach


def test_a_change_can_be_taken_back_withdrawn_or_refused(session, now, measure):
    decided(session, measure, now)
    by = keeper(session)
    revision = begun(session, measure, now)
    co_signed(session, measure, now, revision)
    for state in (RevisionState.DECIDED, RevisionState.CO_SIGNING):
        with pytest.raises(Conflict):
            set_change_state(session, revision=revision, state=state, reason="x", by=by, now=now)
    with pytest.raises(DomainError):
        set_change_state(session, revision=revision, state=RevisionState.DRAFT, reason="", by=by, now=now)
    set_change_state(session, revision=revision, state=RevisionState.DRAFT, reason="Nacharbeit", by=by, now=now)
    with pytest.raises(DomainError):
        set_state(session, measure=measure, state=MeasureState.ENDED, reason="Schluss", by=by, now=now)
    set_change_state(session, revision=revision, state=RevisionState.WITHDRAWN, reason="Doch nicht", by=by, now=now)
    assert revision.ended_at == now
    again = begun(session, measure, now)
    meeting = on_agenda(session, measure, now, again, reason="Los")
    refuse(session, consultation=meeting, note="Nein", by=by, now=now)
    assert again.state is RevisionState.REJECTED
    assert measure.decided_on is not None


def test_a_change_does_not_plan_less_than_is_committed(session, now, measure):
    decided(session, measure, now)
    measure.category, measure.committed_cents = Category.B, 9_000_00
    session.flush()
    revision = begun(session, measure, now)
    with pytest.raises(DomainError) as refusal:
        revise(session, revision=revision, change=change(planned_cents=1), by=keeper(session), now=now)
    assert refusal.value.field == "planned"


def test_only_a_decided_measure_is_changed_by_a_decision(session, now, measure):
    with pytest.raises(DomainError):
        begun(session, measure, now)


def test_a_section_may_stay_incomplete_where_it_was(session, now):
    measure = make_measure(session, category=Category.B)
    fill(session, measure=measure, change=said(risks="Wetter"), by=keeper(session), now=now)
    assert sheet_of(session, measure).part("risks") == "Wetter"
    sheet = full_sheet(measure.cluster_id, make_office(session).id, None)
    fill(session, measure=measure, change=lambda _before: sheet, by=keeper(session), now=now)
    with pytest.raises(Incomplete):
        fill(session, measure=measure, change=change(need=Need.OPEN), by=keeper(session), now=now)


def test_the_desk_of_co_signatures_shows_what_waits_for_an_office(session, now, measure):
    ours = make_office(session)
    (row, _other) = asked(session, measure, now, ours, make_office(session))
    page = queries.to_sign(session, ["de"], office_ids=[ours.id])
    assert [each.cosignature.id for each in page.rows] == [row.id]
    assert queries.to_sign_count(session, [ours.id]) == 1
    first = queries.to_sign(session, ["de"], size=1)
    second = queries.to_sign(session, ["de"], cursor=queries.sign_cursor(first.older), size=1)
    back = queries.to_sign(session, ["de"], cursor=queries.sign_cursor(second.newer), size=1)
    assert [page.rows[0].cosignature.id for page in (first, second, back)] == [row.id, row.id + 1, row.id]
    assert queries.sign_cursor("kaputt") is None
    assert queries.sign_cursor(None) is None
    assert queries.sign_cursor(Cursor(("2026-13-01", 1)).encode()) is None


def test_a_second_carrier_and_the_schedule_of_a_measure_without_office(session, now):
    measure = make_measure(session)
    for _ in range(2):
        add_partner(
            session, measure=measure, organisation_id=make_organisation(session).id, office_id=None,
            role=PartnerRole.CARRIER, by=keeper(session), now=now,
        )  # fmt: skip
    with pytest.raises(Incomplete):
        schedule(
            session, measure=measure, body="Rat", meeting_on=IN_TIME, paper="1/2025-2030", by=keeper(session), now=now,
            reason="Los",
        )  # fmt: skip
