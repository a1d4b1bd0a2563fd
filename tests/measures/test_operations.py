"""From proposals to drafts, sheets, moves, money and reports; each act leaves its trace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.models import JournalEntry
from bihaelt.measures import queries
from bihaelt.measures.domain import Category, Gap, MeasureState, Need, Take, Takes
from bihaelt.measures.models import Measure, Move, Origin
from bihaelt.measures.operations import Incomplete, draft, drafting, edit, link, move, unlink
from bihaelt.outbox.models import Letter
from bihaelt.proposals.domain import Outcome
from bihaelt.proposals.models import CoAuthor, ProposalField, ProposalTargetGroup
from bihaelt.rendering import render_letter
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from bihaelt.verdicts import Conflict, DomainError
from tests.factories import (
    add,
    make_account,
    make_cluster,
    make_district,
    make_field,
    make_measure,
    make_proposal,
    make_target_group,
)  # fmt: skip
from tests.measures.stage import accepted, completed, decidable, full_sheet, keeper, running


def full(proposal):
    return Take(proposal.id, Takes.FULLY)


def drafted(session, *proposals, now, **values):
    return draft(session, takes=[full(each) for each in proposals], by=keeper(session), now=now, **values)


def acts(session, subject):
    rows = sa.select(JournalEntry).where(
        JournalEntry.subject_kind == subject.__tablename__, JournalEntry.subject_id == subject.id
    )
    return [row.act for row in session.scalars(rows.order_by(JournalEntry.id))]


def letters(session):
    return [(letter.kind, letter.email) for letter in session.scalars(sa.select(Letter).order_by(Letter.id))]


def test_one_proposal_fills_the_sheet_of_a_draft_in_c(session, now):
    cluster, district, field = make_cluster(session), make_district(session), make_field(session)
    proposal = accepted(session, cluster_id=cluster.id, district_id=district.id, cost_cents=18_000_00)
    add(session, ProposalField(proposal_id=proposal.id, field_id=field.id))
    add(session, ProposalTargetGroup(proposal_id=proposal.id, target_group_id=make_target_group(session, "Kinder").id))
    measure = drafted(session, proposal, now=now)
    sheet = queries.sheet(session, measure)
    assert (measure.category, measure.state, measure.number) == (Category.C, MeasureState.DRAFT, "M001")
    assert (sheet.words.title, sheet.words.body) == ("Mehr Bänke", "Es gibt zu wenige.")
    assert sheet.words.extra["target_group"] == "Kinder"
    assert (sheet.cluster_id, sheet.district_id, sheet.field_ids) == (cluster.id, district.id, {field.id})
    assert sheet.planned_cents == 18_000_00
    assert acts(session, measure) == ["measure.drafted"]
    assert acts(session, proposal) == ["measure.linked"]
    assert letters(session) == [("measure_drafted", proposal.author.email)]


def test_several_proposals_become_one_draft(session, now):
    first = accepted(session, "Bänke", cost_cents=100, district_id=make_district(session).id)
    second = accepted(session, "Brunnen", Outcome.PARTLY, cost_cents=250)
    takes = [full(first), Take(second.id, Takes.PART, "Nur der Trinkbrunnen")]
    measure = draft(session, takes=takes, by=keeper(session), now=now)
    assert (measure.planned_cents, measure.district_id, measure.cluster_id) == (350, None, first.cluster_id)
    rows = queries.origins(session, measure.id, ["de"])
    assert [(row.proposal_id, row.takes, row.part) for row in rows] == [
        (first.id, Takes.FULLY, ""), (second.id, Takes.PART, "Nur der Trinkbrunnen"),
    ]  # fmt: skip
    assert queries.takes_of(session, measure.id) == takes


def test_one_proposal_becomes_several_measures_with_numbers_in_order(session, now):
    proposal = accepted(session)
    assert [drafted(session, proposal, now=now).number for _ in range(3)] == ["M001", "M002", "M003"]
    taken = queries.measures_from(session, proposal.id, ["de"])
    assert [row.number for row in taken] == ["M001", "M002", "M003"]


def test_two_drafts_at_once_get_two_numbers(session, now, monkeypatch):
    proposal = accepted(session)
    drafted(session, proposal, now=now)
    given = iter(["M001", "M001", "M002"])
    monkeypatch.setattr(drafting, "next_number", lambda _last: next(given))
    assert drafted(session, proposal, now=now).number == "M002"
    monkeypatch.setattr(drafting, "next_number", lambda _last: "M001")
    with pytest.raises(Conflict):
        drafted(session, proposal, now=now)


def test_translations_of_a_single_proposal_come_along(session, now):
    proposal = accepted(session)
    original = current_version(session, proposal.text_id, "de")
    text = session.get(Text, proposal.text_id)
    translate(
        session, text=text, language="tr", words=Words("Banklar", "Az.", {}), status=Status.CHECKED,
        made_from=original, now=now,
    )  # fmt: skip
    measure = drafted(session, proposal, now=now)
    version = current_version(session, measure.text_id, "tr")
    assert (version.title, version.status) == ("Banklar", Status.CHECKED)
    turkish = accepted(session, "Daha çok bank", language="tr")
    german = Words("Mehr Bänke", "Wenige.", {})
    translate(
        session, text=session.get(Text, turkish.text_id), language="de", words=german, status=Status.MACHINE,
        made_from=current_version(session, turkish.text_id, "tr"), now=now,
    )  # fmt: skip
    measure = drafted(session, turkish, now=now)
    assert current_version(session, measure.text_id, "de").title == "Mehr Bänke"
    assert current_version(session, measure.text_id, "tr").status is Status.HUMAN


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.FORWARDED])
def test_what_was_not_accepted_becomes_no_measure(session, now, outcome):
    with pytest.raises(DomainError):
        drafted(session, accepted(session, outcome=outcome), now=now)
    with pytest.raises(DomainError):
        draft(session, takes=[], by=keeper(session), now=now)
    with pytest.raises(DomainError):
        draft(session, takes=[Take(99999, Takes.FULLY)], by=keeper(session), now=now)
    assert session.scalars(sa.select(Measure)).all() == []


def test_a_measure_needs_a_cluster(session, now):
    proposal = accepted(session)
    proposal.cluster_id = None
    with pytest.raises(DomainError) as refusal:
        drafted(session, proposal, now=now)
    assert refusal.value.field == "cluster"
    cluster = make_cluster(session)
    assert drafted(session, proposal, now=now, cluster_id=cluster.id).cluster_id == cluster.id


def test_links_are_added_changed_and_taken_back_with_a_reason(session, now):
    measure, proposal, by = make_measure(session), accepted(session), keeper(session)
    link(session, measure=measure, take=full(proposal), by=by, now=now)
    link(session, measure=measure, take=Take(proposal.id, Takes.PART, "Die Bänke"), by=by, now=now)
    row = session.scalars(sa.select(Origin)).one()
    assert (row.takes, row.part) == (Takes.PART, "Die Bänke")
    assert letters(session) == [("measure_drafted", proposal.author.email)]
    with pytest.raises(DomainError):
        unlink(session, measure=measure, proposal_id=proposal.id, reason=" ", by=by, now=now)
    unlink(session, measure=measure, proposal_id=proposal.id, reason="Verwechselt", by=by, now=now)
    assert acts(session, measure) == ["measure.linked", "measure.linked", "measure.unlinked"]
    with pytest.raises(Conflict):
        unlink(session, measure=measure, proposal_id=proposal.id, reason="Noch einmal", by=by, now=now)


def test_editing_makes_a_version_and_says_what_changed(session, now):
    measure = make_measure(session)
    fields = frozenset({make_field(session).id, make_field(session).id})
    completed(session, measure, field_ids=fields)
    assert queries.sheet(session, measure).field_ids == fields
    kept = frozenset({min(fields)})
    sheet = replace(queries.sheet(session, measure), field_ids=kept, planned_cents=5)
    later = now + timedelta(hours=1)
    edit(
        session, measure=measure, sheet=sheet, seen=measure.changed_at, by=keeper(session), now=later, reason="Gekürzt"
    )
    assert queries.sheet(session, measure) == sheet
    entry = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.act, entry.reason, entry.details) == (
        "measure.changed", "Gekürzt", {"changed": ["field_ids", "planned_cents"]},
    )  # fmt: skip
    assert current_version(session, measure.text_id, "de").number == 2
    edit(session, measure=measure, sheet=sheet, seen=later, by=keeper(session), now=later + timedelta(hours=1))
    assert measure.changed_at == later


def test_an_edit_of_an_old_page_is_refused(session, now):
    measure = make_measure(session)
    with pytest.raises(Conflict):
        edit(
            session, measure=measure, sheet=full_sheet(measure.cluster_id, None, None),
            seen=now - timedelta(seconds=1), by=keeper(session), now=now,
        )  # fmt: skip


def test_a_measure_in_b_cannot_lose_what_its_gate_wants(session, now):
    measure = completed(session, make_measure(session))
    by = keeper(session)
    move(session, measure=measure, to=Category.B, reason="Fertig", by=by, now=now)
    sheet = replace(queries.sheet(session, measure), need=Need.OPEN)
    with pytest.raises(Incomplete) as refusal:
        edit(session, measure=measure, sheet=sheet, seen=measure.changed_at, by=by, now=now)
    assert refusal.value.gaps == [Gap.NEED]


def test_the_plan_stays_above_what_is_committed(session, now):
    measure = completed(session, make_measure(session))
    by = keeper(session)
    move(session, measure=measure, to=Category.B, reason="Fertig", by=by, now=now)
    measure.committed_cents = 5_000_00
    session.flush()
    sheet = replace(queries.sheet(session, measure), planned_cents=4_999_99)
    with pytest.raises(DomainError) as refusal:
        edit(session, measure=measure, sheet=sheet, seen=measure.changed_at, by=by, now=now)
    assert refusal.value.field == "planned"


def test_a_measure_goes_through_both_gates_and_back_with_reasons(session, now):
    proposal = accepted(session)
    co = make_account(session)
    gone = make_account(session, state=AccountState.BLOCKED)
    for person in (co, gone):
        other = make_proposal(session)
        add(session, CoAuthor(proposal_id=proposal.id, from_proposal_id=other.id, account_id=person.id))
    measure = drafted(session, proposal, now=now)
    by = keeper(session)
    with pytest.raises(Incomplete) as refusal:
        move(session, measure=measure, to=Category.B, reason="Los", by=by, now=now)
    assert Gap.OFFICE in refusal.value.gaps
    decidable(session, measure, now)
    with pytest.raises(Conflict):
        move(session, measure=measure, to=Category.A, reason="Los", by=by, now=now)
    with pytest.raises(Conflict):
        move(session, measure=measure, to=Category.C, reason="Los", by=by, now=now)
    with pytest.raises(DomainError):
        move(session, measure=measure, to=Category.B, reason=" ", by=by, now=now)
    move(session, measure=measure, to=Category.B, reason="Ausgereift", by=by, now=now)
    with pytest.raises(Incomplete) as refusal:
        move(session, measure=measure, to=Category.A, reason="Läuft", by=by, now=now)
    assert list(refusal.value.gaps) == [Gap.RUNNING]
    running(session, measure, now)
    move(session, measure=measure, to=Category.A, reason="Läuft", by=by, now=now)
    move(session, measure=measure, to=Category.B, reason="Doch nicht", by=by, now=now)
    move(session, measure=measure, to=Category.C, reason="Zurück", by=by, now=now)
    assert [(row.old, row.new, row.reason) for row in queries.moves(session, measure.id)] == [
        ("C", "B", "Ausgereift"), ("B", "A", "Läuft"), ("A", "B", "Doch nicht"), ("B", "C", "Zurück"),
    ]  # fmt: skip
    moved = [email for kind, email in letters(session) if kind == "measure_moved"]
    assert sorted(moved) == sorted([proposal.author.email, co.email] * 4)
    assert acts(session, measure).count("measure.moved") == 4


def test_money_keeps_a_measure_out_of_c(session, now):
    measure = completed(session, make_measure(session))
    by = keeper(session)
    move(session, measure=measure, to=Category.B, reason="Fertig", by=by, now=now)
    measure.committed_cents, measure.spent_cents = 10_000_00, 123_45
    session.flush()
    with pytest.raises(DomainError):
        move(session, measure=measure, to=Category.C, reason="Zurück", by=by, now=now)
    assert session.scalar(sa.select(sa.func.count()).select_from(Move)) == 1


def test_the_letters_name_the_measure_in_the_readers_language(app, session, now):
    proposal = accepted(session, author=make_account(session, language="ar"))
    measure = completed(session, drafted(session, proposal, now=now))
    move(session, measure=measure, to=Category.B, reason="Ausgereift", by=keeper(session), now=now)
    for letter in session.scalars(sa.select(Letter)):
        with app.test_request_context():
            text = render_letter(f"letters/{letter.kind}.txt", BY_BABEL[letter.language], **letter.context)
        assert f"/ar/measures/{measure.id}" in text
        assert "M001" in text.splitlines()[0]


def test_the_desk_says_what_each_measure_lacks(session, now):
    measure = completed(session, make_measure(session))
    idea = make_measure(session, starts_on=date(2026, 1, 1))
    running = make_measure(session, category=Category.A)
    rows = queries.desk(session, ["de"], date(2026, 11, 22)).rows
    assert [(row.measure.id, row.next, len(row.gaps)) for row in rows] == [
        (measure.id, Category.B, 0), (idea.id, Category.B, 9), (running.id, None, 0),
    ]  # fmt: skip
    assert [row.measure.id for row in queries.desk(session, ["de"], date.today(), category=Category.A).rows] == [
        running.id
    ]


def test_accepted_proposals_without_a_measure_are_counted_and_listed(session, now):
    waiting, done = accepted(session, "Offen"), accepted(session, "Fertig")
    accepted(session, "Abgelehnt", Outcome.REJECTED)
    drafted(session, done, now=now)
    assert queries.desk_count(session, now) == 1
    assert [row.proposal_id for row in queries.accepted(session, ["de"], without_measure=True).rows] == [waiting.id]
    everything = queries.accepted(session, ["de"]).rows
    assert [(row.proposal_id, row.measures) for row in everything] == [(done.id, 1), (waiting.id, 0)]
    assert queries.titles(session, [], ["de"]) == {}
