"""The measures of an office, a group, an organisation, a programme, a district, a field, a cluster or a service."""

from datetime import date, timedelta

import pytest

from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.funding.domain import FundingState
from bihaelt.funding.models import Funding
from bihaelt.measures.domain import Category, Light, MeasureState, PartnerRole
from bihaelt.measures.models import (
    Cosignature,
    MeasureCluster,
    MeasureField,
    MeasureService,
    Milestone,
    OpenPoint,
    Partner,
)
from bihaelt.plan.queries.agenda import due_of, reports_due, waiting_for
from bihaelt.plan.queries.belonging import Of, actors_in, ids_of, living_in, measures_of, numbers_in, sums_of
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import ProposalField
from bihaelt.topics.domain.agenda import DueKind
from bihaelt.topics.models import GroupCluster, GroupField
from tests.browser import words
from tests.factories import (
    NOW,
    add,
    make_budget,
    make_cluster,
    make_conference,
    make_district,
    make_field,
    make_group,
    make_measure,
    make_office,
    make_organisation,
    make_programme,
    make_proposal,
    make_service,
    make_text,
)
from tests.goals.stage import make_goal, make_indicator

DE = ("de",)
TODAY = date(2026, 11, 22)


def linked(session, row):
    add(session, row)


OWNERS = {
    Of.OFFICE: (make_office, lambda s, owner: make_measure(s, office_id=owner.id)),
    Of.GROUP: (make_group, lambda s, owner: make_measure(s, working_group_id=owner.id)),
    Of.ORGANISATION: (make_organisation, lambda s, owner: make_measure(s, carrier_id=owner.id)),
    Of.DISTRICT: (make_district, lambda s, owner: make_measure(s, district_id=owner.id)),
    Of.CLUSTER: (make_cluster, lambda s, owner: make_measure(s, cluster_id=owner.id)),
    Of.FIELD: (make_field, lambda s, owner: _with(s, lambda m: MeasureField(measure_id=m.id, field_id=owner.id))),
    Of.PROGRAMME: (
        make_programme,
        lambda s, owner: _with(
            s,
            lambda m: Funding(
                measure_id=m.id,
                programme_id=owner.id,
                cents=100,
                state=FundingState.PLANNED,
                first_year=2026,
                last_year=2027,
                changed_at=NOW,
            ),
        ),
    ),
    Of.SERVICE: (make_service, lambda s, owner: _with(s, lambda m: check(m, owner))),
}


def check(measure, service, review_on=TODAY + timedelta(days=300)):
    return MeasureService(
        measure_id=measure.id,
        service_id=service.id,
        use="use",
        checked_on=review_on - timedelta(days=365),
        review_on=review_on,
    )


def _with(session, row):
    measure = make_measure(session)
    add(session, row(measure))
    return measure


@pytest.mark.parametrize("of", list(Of))
def test_each_finds_its_own_measures_page_by_page(session, of):
    make_owner, make_one = OWNERS[of]
    owner, other = make_owner(session), make_measure(session)
    mine = [make_one(session, owner) for _ in range(5)]
    first = measures_of(session, of, owner.id, DE, size=2)
    second = measures_of(session, of, owner.id, DE, size=2, cursor=first.older)
    third = measures_of(session, of, owner.id, DE, size=2, cursor=second.older)
    seen = [row.measure_id for page in (first, second, third) for row in page.rows]
    assert seen == [measure.id for measure in mine]
    assert other.id not in seen
    assert (third.older, first.newer) == (None, None)
    assert measures_of(session, of, owner.id, DE, size=2, cursor=second.newer).rows == first.rows
    assert sums_of(session, of, owner.id).measures == 5


def test_a_partner_and_a_further_cluster_count_too(session):
    club, cluster, measure = make_organisation(session), make_cluster(session), make_measure(session)
    add(session, Partner(measure_id=measure.id, organisation_id=club.id, role=PartnerRole.PARTNER))
    add(session, MeasureCluster(measure_id=measure.id, cluster_id=cluster.id))
    assert [row.measure_id for row in measures_of(session, Of.ORGANISATION, club.id, DE).rows] == [measure.id]
    assert [row.measure_id for row in measures_of(session, Of.CLUSTER, cluster.id, DE).rows] == [measure.id]


def test_the_sums_leave_ideas_out_and_count_the_lights(session):
    office = make_office(session)
    make_measure(session, office_id=office.id, category=Category.B, planned_cents=500_00, light=Light.GREEN)
    make_measure(session, office_id=office.id, category=Category.A, planned_cents=100_00, committed_cents=70_00,
                 spent_cents=20_00, light=Light.GREEN)  # fmt: skip
    make_measure(session, office_id=office.id, category=Category.C, planned_cents=900_00, light=Light.GREY)
    found = sums_of(session, Of.OFFICE, office.id)
    assert (found.planned, found.committed, found.spent) == (600_00, 70_00, 20_00)
    assert found.lights == {Light.GREEN: 2, Light.GREY: 1}
    assert sums_of(session, Of.OFFICE, make_office(session).id).measures == 0


def test_who_is_at_work_in_a_district(session):
    district, office, club = make_district(session), make_office(session, "Amt"), make_organisation(session, "Verein")
    for _ in range(2):
        make_measure(session, district_id=district.id, office_id=office.id)
    make_measure(session, district_id=district.id, carrier_id=club.id)
    assert [(row.name, row.measures) for row in actors_in(session, district.id)] == [("Amt", 2), ("Verein", 1)]


def test_what_lives_in_a_group_and_what_it_is_called(session):
    group = make_group(session)
    alive = make_measure(session, "Lebt", working_group_id=group.id)
    make_measure(session, "Vorbei", working_group_id=group.id, state=MeasureState.ENDED)
    assert living_in(session, group.id) == 1
    assert (alive.number, "Lebt") in numbers_in(session, group.id, DE)
    assert ids_of(session, [alive.number, "", "M98765"]) == {alive.number: alive.id}
    assert ids_of(session, [""]) == {}


# --- the agenda ----------------------------------------------------------------------------------------------------


def agenda_of(session, group):
    return [(row.kind, row.on) for row in due_of(session, DE, TODAY, group_id=group.id)]


def test_an_agenda_holds_what_is_overdue_or_due_in_sixty_days(session):
    group, office, service = make_group(session), make_office(session, "Sozialamt"), make_service(session, "Beratung")
    soon, late, far = TODAY + timedelta(days=60), TODAY - timedelta(days=9), TODAY + timedelta(days=61)
    measure = make_measure(session, working_group_id=group.id, review_on=soon, ends_on=far)
    for day, done in ((late, None), (soon, None), (far, None), (late, TODAY)):
        add(
            session,
            Milestone(measure_id=measure.id, text_id=make_text(session, "Plakate").id, due_on=day, done_on=done),
        )
    add(session, OpenPoint(measure_id=measure.id, kind="agree", text_id=make_text(session, "Ort").id, due_on=soon))
    add(session, check(measure, service, review_on=late))
    add(session, Cosignature(measure_id=measure.id, round=1, office_id=office.id, due_on=soon, asked_at=NOW))
    add(
        session,
        Cosignature(measure_id=measure.id, round=2, office_id=office.id, due_on=soon, asked_at=NOW, closed=True),
    )
    found = due_of(session, DE, TODAY, group_id=group.id)
    assert [row.on for row in found] == [late, late, soon, soon, soon, soon]
    assert {row.kind for row in found} == {
        DueKind.MILESTONE, DueKind.OPEN_POINT, DueKind.SERVICE, DueKind.SIGNATURE, DueKind.REVIEW
    }  # fmt: skip
    by_kind = {row.kind: row for row in found}
    assert by_kind[DueKind.SERVICE].name == "Beratung"
    assert by_kind[DueKind.SIGNATURE].name == "Sozialamt"
    assert by_kind[DueKind.OPEN_POINT].title.title == "Ort"
    assert by_kind[DueKind.SERVICE].overdue(TODAY)
    assert not by_kind[DueKind.REVIEW].overdue(TODAY)


def test_an_end_and_a_confirmation_are_on_the_agenda_while_the_measure_runs(session):
    group = make_group(session)
    make_measure(session, working_group_id=group.id, ends_on=TODAY, ad_hoc=True, confirm_by=TODAY + timedelta(days=3),
                 state=MeasureState.RUNNING, decided_on=None, decided_body="", decided_paper="")  # fmt: skip
    make_measure(session, working_group_id=group.id, review_on=TODAY, state=MeasureState.ENDED)
    assert agenda_of(session, group) == [(DueKind.END, TODAY), (DueKind.CONFIRM, TODAY + timedelta(days=3))]
    assert agenda_of(session, make_group(session)) == []


def test_proposals_of_the_groups_clusters_and_fields_wait_once_their_vote_is_over(session):
    group, cluster, field = make_group(session), make_cluster(session), make_field(session)
    add(session, GroupCluster(group_id=group.id, cluster_id=cluster.id))
    add(session, GroupField(group_id=group.id, field_id=field.id))
    deciding, collecting = make_conference(session, "deciding"), make_conference(session, "collecting")
    one = make_proposal(session, "Im Cluster", conference=deciding, cluster_id=cluster.id)
    two = make_proposal(session, "Im Feld", conference=deciding, supports_people=3)
    add(session, ProposalField(proposal_id=two.id, field_id=field.id))
    make_proposal(session, "Noch nicht", conference=collecting, cluster_id=cluster.id)
    make_proposal(session, "Woanders", conference=deciding)
    make_proposal(session, "Entwurf", conference=deciding, cluster_id=cluster.id, state=State.DRAFT)
    found = waiting_for(session, DE, group.id, NOW)
    assert [row.proposal_id for row in found] == [two.id, one.id]


def test_the_agenda_takes_two_statements_at_any_length(session, count_queries):
    group, made, counts = make_group(session), 0, []
    for upto in (1, 3, 50):
        for _ in range(upto - made):
            measure = make_measure(session, working_group_id=group.id)
            add(session, Milestone(measure_id=measure.id, text_id=make_text(session, "Schritt").id, due_on=TODAY))
        made = upto
        with count_queries() as seen:
            assert len(due_of(session, DE, TODAY, group_id=group.id)) == upto
        counts.append(len(seen))
    assert counts == [2, 2, 2]


# --- pages ---------------------------------------------------------------------------------------------------------

PAGES = {
    Of.OFFICE: "/de/topics/offices/{}", Of.GROUP: "/de/topics/working-groups/{}", Of.DISTRICT: "/de/topics/districts/{}",
    Of.CLUSTER: "/de/topics/clusters/{}", Of.FIELD: "/de/topics/fields/{}", Of.SERVICE: "/de/topics/services/{}",
    Of.ORGANISATION: "/de/organisations/{}",
}  # fmt: skip


@pytest.mark.parametrize("of", list(PAGES))
def test_each_page_takes_the_same_statements_at_any_length_and_goes_on(session, client, count_queries, of):
    make_owner, make_one = OWNERS[of]
    owner, made, counts = make_owner(session), 0, []
    for upto in (1, 3, 50):
        measures = [make_one(session, owner) for _ in range(upto - made)]
        made = upto
        session.commit()
        with count_queries() as seen:
            page = client.get(PAGES[of].format(owner.id))
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]
    assert measures[-1].number not in words(page)
    second = measures_of(session, of, owner.id, DE)
    assert client.get(f"{PAGES[of].format(owner.id)}?after={second.older}").status_code == 200


def test_an_office_shows_the_reports_it_owes_and_its_indicators(session, client):
    office = make_office(session)
    add(session, ReportingRound(period="2026-H1", opened_at=NOW, due_on=TODAY - timedelta(days=3)))
    add(session, ReportingRound(period="2025-H2", opened_at=NOW, due_on=TODAY, closed_at=NOW))
    measure = make_measure(session, "Ferienspiele", office_id=office.id)
    for whose, period in ((measure, "2026-H1"), (measure, "2025-H2"), (make_measure(session), "2026-H1")):
        add(session, StatusReport(measure_id=whose.id, period=period))
    assert [(row.measure_id, row.period) for row in reports_due(session, DE, office.id)] == [(measure.id, "2026-H1")]
    make_indicator(session, "Kinder mit Platz", office_id=office.id)
    make_indicator(session, "Fremde Zahl", office_id=make_office(session).id)
    page = words(client.get(f"/de/topics/offices/{office.id}"))
    assert "Kinder mit Platz" in page
    assert "Fremde Zahl" not in page
    assert reports_due(session, DE, make_office(session).id) == []


def test_a_cluster_and_a_field_show_their_goals_and_the_cluster_its_money(session, client):
    cluster, field = make_cluster(session), make_field(session)
    make_goal(session, "Mehr Schwimmen", cluster_id=cluster.id)
    make_goal(session, "Mehr Sprache", cluster_id=None, field_id=field.id)
    make_budget(session, cluster, 123_456_00)
    page = words(client.get(f"/de/topics/clusters/{cluster.id}"))
    assert "Mehr Schwimmen" in page
    assert "123.456" in page
    assert "Mehr Sprache" in words(client.get(f"/de/topics/fields/{field.id}"))


def test_a_service_names_the_outcome_of_each_check(session, client):
    service, measure = make_service(session), make_measure(session)
    add(session, check(measure, service))
    assert "It is used" in words(client.get(f"/en/topics/services/{service.id}"))
