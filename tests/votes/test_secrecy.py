"""Identity and choice never stand in one row, log line, journal entry or letter; and papers cannot be linked or ordered."""

import json
import logging

import sqlalchemy as sa

from bihaelt.extensions import db
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.electorates import pseudonym
from bihaelt.votes.models import Leaf, Paper, PaperEntry
from bihaelt.votes.operations import casting
from bihaelt.votes.queries import ballots
from tests.factories import NOW
from tests.votes.ballot_stage import make_ballot, make_verified, ring_of

PERSONS = {"account", "verification", "voting_code", "delegation"}
CHOOSING = {"choice", "draft", "choices", "commitment", "pseudonym"}
MOMENTS = {"_at", "_on", "since", "hour", "day"}
# Who typed a sheet in is staff; whose sheet it is, nobody knows.
STAFF = {("paper_entry", "typed_by_id")}


def referenced(column):
    return {key.column.table.name for key in column.foreign_keys}


def test_no_table_knows_a_person_and_a_choice(app):
    for table in db.metadata.tables.values():
        choosing = {column.name for column in table.columns} & CHOOSING
        persons = {
            column.name for column in table.columns
            if referenced(column) & PERSONS and (table.name, column.name) not in STAFF
        } | {column.name for column in table.columns if column.name in {"email", "person_hash", "subject_hash"}}  # fmt: skip
        assert not (choosing and persons), table.name


def test_no_table_with_peoples_papers_knows_a_time_or_an_order(app):
    for name in ("paper", "replaced", "pending_leaf", "leaf"):
        table = db.metadata.tables[name]
        assert not [c.name for c in table.columns if c.name.endswith(tuple(MOMENTS))], name
        assert not any(isinstance(column.type, sa.DateTime | sa.Date) for column in table.columns)
    for name in ("paper", "replaced", "pending_leaf"):
        assert db.metadata.tables[name].dialect_options["sqlite"]["with_rowid"] is False


def test_numbers_of_papers_do_not_say_who_came_first(session, app):
    ballot = make_ballot(session, app, clusters=1)
    asked = ballots.questions(session, ballot)[0]
    order = []
    for _ in range(12):
        who = Voter(Kind.VERIFICATION, make_verified(session).id)
        receipt = casting.cast(
            session, ring=ring_of(app), ballot=ballot, voter=who, by=Voice(None), now=NOW,
            choices={asked.key: [asked.options[0].key]},
        )  # fmt: skip
        order.append(receipt.commitments[asked.key])
    by_number = session.scalars(sa.select(Paper.commitment).order_by(Paper.question_id, Paper.pseudonym)).all()
    assert set(by_number) == set(order)
    assert list(by_number) != order


def test_a_voter_has_another_pseudonym_in_every_question_and_ballot():
    names = {
        pseudonym(pepper, Voter(kind, number), question)
        for pepper in (b"a" * 32, b"b" * 32) for kind in (Kind.VERIFICATION, Kind.CODE)
        for number in (1, 2, 11) for question in (1, 2, 11)
    }  # fmt: skip
    assert len(names) == 2 * 2 * 3 * 3


def test_nothing_that_is_written_or_said_links_a_person_to_a_choice(session, app, caplog):
    ballot = make_ballot(session, app)
    row = make_verified(session)
    who, asked = Voter(Kind.VERIFICATION, row.id), ballots.questions(session, ballot)
    choices = {question.key: [question.options[0].key] for question in asked}
    with caplog.at_level(logging.INFO, logger="bihaelt"):
        casting.save_draft(session, ring=ring_of(app), ballot=ballot, voter=who, choices=choices, now=NOW)
        casting.cast(session, ring=ring_of(app), ballot=ballot, voter=who, by=Voice(row.account_id), now=NOW)
    for entry in session.scalars(sa.select(JournalEntry)):
        assert entry.actor_id != row.account_id
        assert asked[0].options[0].key not in json.dumps(entry.details)
    assert session.scalars(sa.select(Letter).where(Letter.account_id == row.account_id)).all() == []
    assert all("voter" not in leaf.data for leaf in session.scalars(sa.select(Leaf)))
    assert caplog.text == ""
    assert session.scalar(sa.select(PaperEntry.id)) is None
