"""The public record: who may read what, how it is worded, and that nothing in it can ever change."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bihaelt.accounts.domain import Role
from bihaelt.decisions.domain import DecisionState, Reason
from bihaelt.decisions.models import Decision
from bihaelt.journal import queries
from bihaelt.journal.domain import (
    OTHER,
    SUBJECTS,
    WHO,
    As,
    Detail,
    Fact,
    Voice,
    facts,
    name_acts,
    name_details,
    named_acts,
    subject_label,
)
from bihaelt.journal.models import JournalEntry
from bihaelt.journal.operations import record
from bihaelt.marks import label_of
from bihaelt.organisations.domain import OrganisationState
from bihaelt.paging import Cursor
from bihaelt.proposals.domain import Outcome, State
from bihaelt.texts.queries import shown
from tests.browser import tree, words
from tests.factories import (
    NOW,
    add,
    make_cluster,
    make_conference,
    make_measure,
    make_organisation,
    make_proposal,
    make_target_group,
    make_text,
)

CANARY = "KANARIENVOGEL"
OWNER = Voice(1, "plan_owner")


@pytest.fixture(autouse=True)
def named():
    name_acts({"test.done": "Something was done", "test.secret": "Something was done in private"})
    name_details(
        {
            "test_outcome": Detail("Outcome", enum=Outcome),
            "test_cents": Detail("Budget", As.MONEY),
            "test_day": Detail("Day", As.DAY),
            "test_number": Detail("Number", As.NUMBER),
            "test_text": Detail("Paper"),
        }
    )


@pytest.fixture
def measure(session):
    return make_measure(session)


def make_decision(session, proposal, state):
    return add(
        session,
        Decision(
            proposal_id=proposal.id, conference_id=proposal.conference_id, outcome=Outcome.ACCEPTED, reason=Reason.FITS,
            text_id=make_text(session, "", "Passt.").id, state=state, body="Rat", decided_on=date(2026, 11, 1),
            prepared_at=NOW, checked_at=NOW if state is DecisionState.PUBLISHED else None,
            published_at=NOW if state is DecisionState.PUBLISHED else None,
        ),
    )  # fmt: skip


def act(session, subject, now, by=OWNER, name="test.done", **values):
    entry = record(session, act=name, subject=subject, by=by, now=now, **values)
    session.flush()
    return entry


def test_each_role_of_the_city_is_called_the_same_in_the_journal():
    assert {role.value: label_of(role) for role in Role} == {key: WHO[key] for key in Role}


def test_every_act_that_a_chapter_names_has_words_and_a_chapter():
    acts = named_acts()
    assert {act for act, words in acts.items() if not words or act.count(".") != 1} == set()
    assert {"proposal.published", "decision.published", "measure.moved", "conference.opened"} <= acts.keys()


def test_a_kind_of_object_without_a_name_is_called_other():
    assert subject_label("measure") == "Measure"
    assert subject_label("something_new") == OTHER


def test_only_named_details_are_shown_in_the_order_of_the_record():
    found = facts(
        {"test_outcome": "partly", "secret": "x", "test_cents": 150, "test_text": "", "test_day": "2026-11-22"}
    )
    assert [(fact.label, fact.kind) for fact in found] == [
        ("Outcome", As.WORDS), ("Budget", As.MONEY), ("Day", As.DAY),
    ]  # fmt: skip
    assert found[1] == Fact("Budget", As.MONEY, 150)


def test_a_detail_that_is_no_plain_value_is_not_shown():
    assert facts({"test_text": ["a"]}) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET reason = 'other'",
        "UPDATE journal_entry SET id = id + 1",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_entry WHERE id > 0",
        "TRUNCATE journal_entry",
        "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry",
        "REPLACE INTO journal_entry SELECT * FROM journal_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(session, measure, now, statement):
    entry = act(session, measure, now, reason="first")
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(sa.text(statement))
    session.expire_all()
    assert session.get(JournalEntry, entry.id).reason == "first"


def test_the_entries_of_one_object_come_oldest_first_and_without_the_private_ones(session, measure, now):
    act(session, measure, now, reason="one")
    act(session, measure, now, name="test.secret", reason=CANARY, public=False)
    act(session, measure, now + timedelta(hours=1), reason="two")
    act(session, make_measure(session), now, reason="other measure")
    assert [entry.reason for entry in queries.entries(session, "measure", measure.id)] == ["one", "two"]
    everything = queries.entries(session, "measure", measure.id, private=True)
    assert [entry.reason for entry in everything] == ["one", CANARY, "two"]


def test_a_delegate_is_shown_as_organisation_and_title_and_nobody_by_name(session, measure, now):
    organisation = make_organisation(session, "Jugendring")
    act(session, measure, now, by=Voice(5, "delegate", organisation.id, "Vorsitz"))
    entry = queries.entries(session, "measure", measure.id)[0]
    assert (entry.organisation, entry.title, entry.who) == ("Jugendring", "Vorsitz", "A delegate")


def test_an_unknown_role_is_shown_as_other(session, measure, now):
    act(session, measure, now, by=Voice(5, "emperor"))
    assert queries.entries(session, "measure", measure.id)[0].who == OTHER


def test_the_public_record_pages_by_key_in_both_directions(session, measure, now):
    ids = [act(session, measure, now, reason=str(n)).id for n in range(5)]
    first = queries.page(session, size=2)
    assert [row.id for row in first.rows] == [ids[4], ids[3]]
    assert first.newer is None
    second = queries.page(session, size=2, cursor=Cursor.decode(first.older, (int,)))
    assert [row.id for row in second.rows] == [ids[2], ids[1]]
    back = queries.page(session, size=2, cursor=Cursor.decode(second.newer, (int,)))
    assert [row.id for row in back.rows] == [ids[4], ids[3]]


def test_the_public_record_can_be_narrowed_to_one_kind(session, measure, now):
    act(session, measure, now)
    proposal = make_proposal(session)
    act(session, proposal, now)
    assert [row.subject_id for row in queries.page(session, kind="proposal").rows] == [proposal.id]


def test_the_page_shows_act_role_reason_and_facts_and_hides_private_acts(client, session, measure, now):
    act(session, measure, now, reason="Weil es fehlt.", test_outcome="partly", test_cents=150000, test_number=1234)
    act(session, measure, now, test_text="2424/2025-2030", test_day="2026-11-22")
    act(session, measure, now, name="test.secret", reason=CANARY, public=False)
    for path in ("/en/journal", "/en/journal?kind=measure", f"/en/journal/measure/{measure.id}"):
        answer = client.get(path)
        text = words(answer)
        assert answer.status_code == 200
        assert "Something was done" in text
        assert "Plan owner" in text
        assert "Weil es fehlt." in text
        assert "Accepted in part" in text
        assert "€1,500" in text.replace("\u200f", "")
        assert "1,234" in text
        assert "2424/2025-2030" in text
        assert CANARY not in answer.text


@pytest.mark.parametrize("lang", ["de", "leicht", "ar"])
def test_the_pages_stand_in_every_direction(client, session, measure, now, lang):
    act(session, measure, now, by=Voice(5, "delegate", make_organisation(session, "Jugendring").id, "Vorsitz"))
    answer = client.get(f"/{lang}/journal/measure/{measure.id}")
    assert "Jugendring" in words(answer)


def test_an_object_without_public_acts_has_no_journal(client, session, measure, now):
    act(session, measure, now, name="test.secret", reason=CANARY, public=False)
    assert client.get(f"/de/journal/measure/{measure.id}").status_code == 404
    assert client.get("/de/journal/unicorn/1").status_code == 404
    target_group = make_target_group(session)
    act(session, target_group, now)
    assert "To the page" not in words(client.get(f"/en/journal/target_group/{target_group.id}"))
    assert client.get(f"/de/journal/measure/{2**70}").status_code == 404


def test_an_empty_journal_says_so_and_a_foreign_filter_or_cursor_is_ignored(client, session):
    answer = client.get("/en/journal?kind=unicorn&after=%00%ff")
    assert answer.status_code == 200
    assert "No official act yet." in words(answer)


def test_every_kind_can_be_chosen(client, session):
    chosen = tree(client.get("/en/journal")).xpath("//select[@name='kind']/option/@value")
    assert chosen == ["", *SUBJECTS]


def test_the_journal_needs_the_same_statements_however_long_it_is(client, session, measure, now, count_queries):
    counts, made = set(), 0
    for upto in (1, 3, 50):
        for _ in range(upto - made):
            act(session, make_measure(session), now)
        made = upto
        client.get("/de/journal")
        with count_queries() as seen:
            client.get("/de/journal")
        counts.add(len(seen))
    assert len(counts) == 1
    assert counts.pop() <= 4, seen


def test_what_is_public_is_called_by_its_title_with_a_link(client, session, measure, now):
    proposal, organisation = make_proposal(session, "Mehr Bänke"), make_organisation(session, "Radverein")
    decision = make_decision(session, make_proposal(session, "Trinkbrunnen"), state=DecisionState.PUBLISHED)
    cluster = make_cluster(session)
    for subject in (proposal, organisation, decision, cluster, measure, make_conference(session)):
        act(session, subject, now)
    page = tree(client.get("/de/journal"))
    links = {" ".join(link.text_content().split()): link.get("href") for link in page.xpath("//main//ol//a")}
    assert links["Mehr Bänke"] == f"/de/proposals/{proposal.id}"
    assert links["Radverein"] == f"/de/organisations/{organisation.id}"
    assert links["Trinkbrunnen"] == f"/de/proposals/{decision.proposal_id}"
    assert f"/de/measures/{measure.id}" in links.values()
    assert shown(session, [cluster.text_id], ("de",))[cluster.text_id].title in words(client.get("/de/journal"))
    of_one = client.get(f"/de/journal/decision/{decision.id}")
    assert "Trinkbrunnen" in words(of_one)
    assert f"/de/proposals/{decision.proposal_id}" in tree(of_one).xpath("//main//a/@href")


def test_what_is_not_public_stays_a_number_without_a_link(client, session, now):
    draft = make_proposal(session, CANARY, state=State.DRAFT)
    decision = make_decision(session, make_proposal(session, CANARY), state=DecisionState.PREPARED)
    organisation = make_organisation(session, CANARY, state=OrganisationState.SUSPENDED)
    for subject in (draft, decision, organisation):
        act(session, subject, now)
        kind = type(subject).__tablename__
        page = client.get(f"/en/journal/{kind}/{subject.id}")
        assert CANARY not in page.text
        assert "To the page" not in words(page)
    page = client.get("/en/journal")
    assert CANARY not in page.text
    assert f"Proposal no. {draft.id}" in words(page)
