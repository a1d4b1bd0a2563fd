"""Milestones, open points, partners, predecessors and successors; the brake; versions of the sheet."""

from datetime import date

import pytest

from bihaelt.measures import queries
from bihaelt.measures.domain import Brake, Category, Gap, Held, MeasureState, Need, OpenPointKind, PartnerRole, YearSum
from bihaelt.measures.operations import (
    HeldBack,
    add_milestone,
    add_partner,
    add_point,
    begin_change,
    change_milestone,
    change_point,
    fill,
    join,
    move,
    part,
    release,
    remove_milestone,
    remove_partner,
    remove_point,
    revise,
)
from bihaelt.measures.queries import Late
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import make_cluster, make_measure, make_office, make_organisation
from tests.measures.stage import change, completed, decidable, decided, keeper, said, sheet_of

DUE = date(2026, 12, 1)
TODAY = date(2026, 11, 22)


@pytest.fixture
def measure(session):
    return make_measure(session)


@pytest.fixture
def act(session, now):
    return {"by": keeper(session), "now": now}


def test_milestones_are_kept_by_day_and_done_once(session, measure, act):
    later = add_milestone(session, measure=measure, title="Ende", due_on=date(2027, 3, 1), **act)
    first = add_milestone(session, measure=measure, title=" Beginn ", due_on=DUE, **act)
    rows = queries.milestones(session, measure.id, ["de"])
    assert [row.title.title for row in rows] == ["Beginn", "Ende"]
    assert queries.next_milestone(session, measure.id).id == first.id
    assert rows[0].overdue(date(2026, 12, 2))
    change_milestone(session, milestone=first, title="Start", due_on=DUE, done_on=TODAY, **act)
    assert queries.next_milestone(session, measure.id).id == later.id
    assert not queries.milestones(session, measure.id, ["de"])[0].overdue(date(2030, 1, 1))
    for title, done_on, field in (("", None, "title"), ("Start", DUE, "done_on")):
        with pytest.raises(DomainError) as refusal:
            change_milestone(session, milestone=first, title=title, due_on=DUE, done_on=done_on, **act)
        assert refusal.value.field == field
    remove_milestone(session, milestone=first, **act)
    assert [row.id for row in queries.milestones(session, measure.id, ["de"])] == [later.id]


def test_an_open_point_says_who_sees_to_it_until_when(session, measure, act):
    office = make_office(session, "Jugendamt")
    values = {"kind": OpenPointKind.AGREE, "title": "Geld", "due_on": DUE} | act
    with pytest.raises(DomainError) as refusal:
        add_point(session, measure=measure, office_id=None, who=" ", **values)
    assert refusal.value.field == "who"
    point = add_point(session, measure=measure, office_id=office.id, who="", **values)
    other = add_point(session, measure=measure, office_id=None, who="AG Sport", **values)
    change_point(session, point=point, office_id=office.id, who="", done_on=TODAY, **values)
    rows = queries.open_points(session, measure.id, ["de"])
    assert [(row.id, row.office, row.who) for row in rows] == [(other.id, "", "AG Sport"), (point.id, "Jugendamt", "")]
    assert [row.overdue(date(2027, 1, 1)) for row in rows] == [True, False]
    remove_point(session, point=point, **act)
    assert len(queries.open_points(session, measure.id, ["de"])) == 1


def test_the_first_organisation_that_carries_a_measure_out_stands_in_its_row(session, measure, act):
    office, first, second = make_office(session), make_organisation(session), make_organisation(session)

    def partner(organisation=None, office=None, role=PartnerRole.CARRIER):
        return add_partner(
            session, measure=measure, organisation_id=organisation and organisation.id, office_id=office and office.id,
            role=role, **act,
        )  # fmt: skip

    partner(office=office)
    assert (measure.carrier_id, sheet_of(session, measure).carried) == (None, True)
    partner(second, role=PartnerRole.PARTNER)
    row = partner(first)
    partner(second)
    assert measure.carrier_id == first.id
    remove_partner(session, partner=row, **act)
    assert measure.carrier_id == second.id
    for wrong in ({}, {"organisation": first, "office": office}, {"office": office}):
        with pytest.raises(DomainError):
            partner(**wrong)
    assert [row.role for row in queries.partners(session, measure.id)] == ["carrier", "partner", "carrier"]


def test_measures_follow_each_other_but_never_in_a_ring(session, measure, act):
    second, third = make_measure(session), make_measure(session)
    join(session, predecessor=measure, successor=second, **act)
    join(session, predecessor=second, successor=third, **act)
    for before, after in ((measure, measure), (third, measure), (measure, second)):
        with pytest.raises(DomainError):
            join(session, predecessor=before, successor=after, **act)
    found = queries.line(session, second.id, ["de"])
    assert [row.measure_id for row in found.predecessors] == [measure.id]
    assert [row.measure_id for row in found.successors] == [third.id]
    part(session, predecessor_id=measure.id, successor_id=second.id, **act)
    part(session, predecessor_id=measure.id, successor_id=second.id, **act)
    assert queries.line(session, measure.id, ["de"]).successors == []
    assert queries.by_number(session, f" {second.number.lower()} ").id == second.id


def test_costs_by_year_make_the_planned_amount(session, measure, act):
    further = make_cluster(session).id
    rows = (YearSum(2027, 5, 6), YearSum(2026, 1, 2), YearSum(2028))
    fill(session, measure=measure, change=change(costs=rows, cluster_ids=frozenset({further})), **act)
    assert measure.planned_cents == 14
    assert [(row.year, row.cents) for row in queries.costs(session, measure.id)] == [(2026, 3), (2027, 11)]
    assert [name.title for name in queries.cluster_names(session, measure.id, ["de"])]
    fill(session, measure=measure, change=change(costs=(YearSum(2027, 7, 6),), cluster_ids=frozenset()), **act)
    assert [(row.year, row.staff_cents) for row in queries.costs(session, measure.id)] == [(2027, 7)]
    assert sheet_of(session, measure).cluster_ids == frozenset()


def test_every_change_is_a_version_that_can_be_compared(session, measure, act):
    assert queries.version_pair(session, measure.id, 1) is None
    fill(session, measure=measure, change=said(goal="Mehr"), reason="Ziel", **act)
    fill(session, measure=measure, change=change(place="Park"), **act)
    assert [row.number for row in queries.versions(session, measure.id)] == [1, 2, 3]
    none, first = queries.version_pair(session, measure.id, 1)
    old, new = queries.version_pair(session, measure.id, 3)
    assert (none, first.number) == (None, 1)
    assert (old.facts["place"], new.facts["place"]) == ("", "Park")
    assert queries.version_pair(session, measure.id, 4) is None


# --- the brake


def test_a_brake_holds_a_measure_until_it_is_released_with_a_reason(session, act):
    measure = completed(session, make_measure(session), ends_on=None, new_offer=True)
    with pytest.raises(Exception) as refusal:  # noqa: PT011
        move(session, measure=measure, to=Category.B, reason="Los", **act)
    assert list(refusal.value.gaps) == [Gap.PERIOD]
    end, new = Held(Brake.END), Held(Brake.NEW_NEED)
    brakes = queries.brakes(session, measure, sheet_of(session, measure))
    assert list(brakes.held) == [new, end]
    with pytest.raises(DomainError):
        release(session, measure=measure, held=end, reason=" ", **act)
    release(session, measure=measure, held=end, reason="Feste Reihe", **act)
    with pytest.raises(Conflict):
        release(session, measure=measure, held=end, reason="Noch einmal", **act)
    with pytest.raises(HeldBack) as held:
        move(session, measure=measure, to=Category.B, reason="Los", **act)
    assert list(held.value.held) == [new]
    fill(session, measure=measure, change=said(new_need="Zählung 2026"), **act)
    move(session, measure=measure, to=Category.B, reason="Los", **act)
    assert [row.reason for row in queries.overrides(session, measure.id)] == ["Feste Reihe"]


def test_a_twin_holds_a_measure_until_somebody_says_what_is_different(session, act):
    measure = completed(session, make_measure(session))
    twin = make_measure(session, "Ferienspiele", cluster_id=measure.cluster_id)
    make_measure(session, "Ferienspiele")
    make_measure(session, "Ferienspiele", cluster_id=measure.cluster_id, state=MeasureState.REJECTED)
    earlier = make_measure(session, "Ferienspiele", cluster_id=measure.cluster_id)
    join(session, predecessor=earlier, successor=measure, **act)
    assert queries.similar(session, measure) == [twin.id]
    release(session, measure=measure, held=Held(Brake.DUPLICATE, twin.id), reason="Andere Kinder", **act)
    move(session, measure=measure, to=Category.B, reason="Los", **act)


def test_a_brake_of_a_change_is_released_too(session, now, act):
    measure = decided(session, decidable(session, make_measure(session), now), now)
    revision = begin_change(session, measure=measure, reason="Ohne Ende", **act)
    revise(session, revision=revision, change=change(ends_on=None), **act)
    release(session, measure=measure, held=Held(Brake.END), reason="Daueraufgabe", **act)
    assert queries.releases(session, [measure.id]) == {measure.id: [Brake.END]}


# --- what is overdue


def test_the_desk_finds_what_is_overdue_by_state_and_office(session, now, act):
    plain = completed(session, make_measure(session))
    late = make_measure(session, ad_hoc=True, confirm_by=date(2026, 11, 1), review_on=date(2026, 11, 1))
    add_milestone(session, measure=late, title="Beginn", due_on=date(2026, 11, 1), **act)
    rows = queries.desk(session, ["de"], TODAY, overdue=True).rows
    assert [(row.measure.id, list(row.late)) for row in rows] == [
        (late.id, [Late.CONFIRMATION, Late.MILESTONE, Late.REVIEW])
    ]
    assert [row.measure.id for row in queries.desk(session, ["de"], TODAY, office_id=plain.office_id).rows] == [
        plain.id
    ]
    assert queries.desk(session, ["de"], TODAY, state=MeasureState.RUNNING).rows == []
    assert dict(queries.office_names(session))[plain.office_id]


def test_a_need_that_is_released_opens_its_gate(session, act):
    measure = completed(session, make_measure(session), need=Need.OPEN)
    release(session, measure=measure, held=Held(Brake.NEED), reason="Auftrag des Rates", **act)
    move(session, measure=measure, to=Category.B, reason="Los", **act)
