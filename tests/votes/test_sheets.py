"""Paper ballots: two people type them in, a third settles what differs, and each counts once, on paper's channel."""

import pytest
import sqlalchemy as sa

from bihaelt.journal.domain import Voice
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain import Channel, Electorate
from bihaelt.votes.models import Paper, PaperEntry
from bihaelt.votes.operations import closing, codes, sheets
from bihaelt.votes.operations.codes import BadCode
from bihaelt.votes.operations.sheets import Typed
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import turnout
from bihaelt.votes.queries.residence import progress, waiting_sheets
from tests.factories import NOW, make_account
from tests.votes.ballot_stage import STAFF, make_ballot, make_verified, ring_of


class Table:
    """Three people with a pile of sheets."""

    def __init__(self, session, app, channel=Channel.PAPER):
        self.session, self.ring = session, ring_of(app)
        self.ballot = make_ballot(session, app)
        self.people = [Voice(make_account(session).id, "moderator") for _ in range(3)]
        made = codes.make_codes(
            session, ring=self.ring, ballot=self.ballot, channel=channel, on_sheets=True, name="Bögen", count=3, by=STAFF,
            now=NOW,
        )  # fmt: skip
        self.sheets = made.codes
        for _ in range(3):
            row = make_verified(session, False)
            codes.hand_out(
                session, ring=self.ring, ballot=self.ballot, verification=row, channel=Channel.PAPER, by=STAFF, now=NOW
            )
        self.questions = queries.questions(session, self.ballot)

    def ticks(self, *places):
        asked = self.questions[0]
        return {asked.key: [asked.options[place].key for place in places]}

    def type_in(self, person, sheet, choices, act=sheets.type_in, now=NOW):
        return act(
            self.session, ring=self.ring, ballot=self.ballot, code=self.sheets[sheet], choices=choices,
            by=self.people[person], now=now,
        )  # fmt: skip


@pytest.fixture
def table(session, app):
    return Table(session, app)


def papers(session):
    return session.scalars(sa.select(Paper).execution_options(populate_existing=True)).all()


def test_two_equal_entries_cast_a_sheet_on_papers_channel(session, table):
    assert table.type_in(0, 0, table.ticks(0, 1)) is Typed.ONCE
    assert papers(session) == []
    assert table.type_in(1, 0, table.ticks(1, 0)) is Typed.SAME
    assert [paper.channel for paper in papers(session)] == [Channel.PAPER]
    assert turnout.voters(session, table.ballot.id)[Electorate.PEOPLE] == {Channel.PAPER: 1}
    for person in (0, 1, 2):
        with pytest.raises(Conflict):
            table.type_in(person, 0, table.ticks(0))
    assert len(papers(session)) == 1


def test_sheets_that_were_given_out_in_the_hall_count_as_the_room_and_wait_for_the_typing_as_others(session, app):
    table = Table(session, app, Channel.ROOM)
    with pytest.raises(BadCode):
        codes.enter_with_code(session, ring=table.ring, code=table.sheets[0], now=NOW)
    table.type_in(0, 0, table.ticks(0))
    assert table.type_in(1, 0, table.ticks(0)) is Typed.SAME
    assert turnout.voters(session, table.ballot.id)[Electorate.PEOPLE] == {Channel.ROOM: 1}
    assert progress(session, table.ballot.id).printed == 3
    assert queries.due_to_close(session, table.ballot.closes_at) == []


def test_nobody_types_the_same_sheet_twice(session, table):
    table.type_in(0, 0, table.ticks(0))
    with pytest.raises(Conflict, match="Somebody else"):
        table.type_in(0, 0, table.ticks(0))


def test_a_difference_waits_for_a_third_person(session, table):
    table.type_in(0, 0, table.ticks(0))
    assert table.type_in(1, 0, table.ticks(1)) is Typed.DIFFERS
    assert papers(session) == []
    key, option = table.questions[0].key, table.questions[0].options
    seen = sheets.differing(session, ring=table.ring, ballot=table.ballot, code=table.sheets[0])
    assert seen == {key: ([option[0].key], [option[1].key])}
    for person, mine in ((0, True), (1, True), (2, False)):
        waiting = waiting_sheets(session, table.ballot.id, table.people[person].actor_id)
        assert [(each.differs, each.mine) for each in waiting] == [(True, mine)]
    for person in (0, 1):
        with pytest.raises(Conflict, match="third"):
            table.type_in(person, 0, table.ticks(1), sheets.settle)
    with pytest.raises(Conflict, match="typed in twice already"):
        table.type_in(2, 0, table.ticks(1))
    assert table.type_in(2, 0, table.ticks(1), sheets.settle) is Typed.SETTLED
    assert len(papers(session)) == 1
    far = progress(session, table.ballot.id)
    assert (far.once, far.differing, far.done) == (0, 0, 1)


def test_an_empty_sheet_is_done_without_a_paper(session, table):
    table.type_in(0, 0, {})
    assert table.type_in(1, 0, {table.questions[0].key: []}) is Typed.SAME
    assert papers(session) == []
    assert progress(session, table.ballot.id).done == 1


def test_what_is_no_sheet_or_no_paper_is_refused(session, table):
    letters = codes.make_codes(
        session, ring=table.ring, ballot=table.ballot, channel=Channel.CODE, name="Briefe", count=1, by=STAFF, now=NOW
    )
    table.sheets = [*table.sheets, letters.codes[0], "nonsense"]
    for sheet in (3, 4):
        with pytest.raises(BadCode):
            table.type_in(0, sheet, table.ticks(0))
    with pytest.raises(DomainError):
        table.type_in(0, 0, {"nowhere": []})
    with pytest.raises(DomainError):
        table.type_in(0, 0, {table.questions[0].key: ["nowhere"]})
    with pytest.raises(Conflict):
        sheets.differing(session, ring=table.ring, ballot=table.ballot, code=table.sheets[0])
    with pytest.raises(Conflict):
        table.type_in(2, 0, table.ticks(0), sheets.settle)
    with pytest.raises(BadCode):
        codes.enter_with_code(session, ring=table.ring, code=table.sheets[0], now=NOW)
    assert session.scalar(sa.select(PaperEntry.id)) is None


def test_sheets_are_typed_in_after_the_end_and_before_the_close(session, table):
    late = table.ballot.closes_at.replace(microsecond=1)
    table.type_in(0, 0, table.ticks(0), now=late)
    assert queries.due_to_close(session, late) == []
    with pytest.raises(DomainError, match="typed in"):
        closing.close(session, ring=table.ring, ballot=table.ballot, by=STAFF, now=late)
    table.type_in(1, 0, table.ticks(0), now=late)
    closing.close(session, ring=table.ring, ballot=table.ballot, by=STAFF, now=late)
    with pytest.raises(Conflict):
        table.type_in(0, 1, table.ticks(0), now=late)
