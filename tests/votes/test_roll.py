"""The roll: nobody is entered twice, no field is kept, a code is good for one voter, a sheet strikes off the online roll."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain import Channel, Kind, Level, Person, Voter
from bihaelt.votes.domain.codes import code_hash, new_code, typed_code
from bihaelt.votes.domain.electorates import age_met
from bihaelt.votes.domain.networks import prefix
from bihaelt.votes.models import Ballot, CodeBatch, Strike, Unfinished, Verification, VotingCode
from bihaelt.votes.operations import casting, codes, roll
from bihaelt.votes.operations.codes import BadCode
from bihaelt.votes.queries import ballots as ballot_queries
from bihaelt.votes.queries import roll as queries
from tests.factories import NOW, make_account, make_delegate, make_organisation
from tests.votes.ballot_stage import STAFF, make_ballot, make_code, make_draft, make_verified, ring_of

ANNA = Person("Anna Maria", "Müller", date(1990, 5, 1), "Bielefeld")
BERT = Person("Bert", "Öztürk", date(1985, 1, 31), "İzmir")


class Desk:
    def __init__(self, session, app):
        self.session, self.ring = session, ring_of(app)

    def made(self, ballot, channel=Channel.CODE, **values):
        defaults = {"name": "Briefe", "by": STAFF, "now": NOW, "on_sheets": channel is Channel.PAPER}
        defaults |= {} if "people" in values else {"count": 3}
        return codes.make_codes(self.session, ring=self.ring, ballot=ballot, channel=channel, **(defaults | values))

    def by_code(self, account, code):
        return roll.verify_by_code(
            self.session, ring=self.ring, account=account, code=code, by=Voice(account.id), now=NOW
        )

    def in_person(self, account, person=ANNA):
        return roll.verify_at_desk(self.session, ring=self.ring, account=account, person=person, by=STAFF, now=NOW)

    def by_provider(self, account, subject="subject-1", born_on=date(1990, 5, 1), person=None):
        return roll.verify_by_provider(
            self.session, ring=self.ring, account=account, issuer="https://id.example", subject=subject, born_on=born_on,
            person=person, by=Voice(account.id), now=NOW,
        )  # fmt: skip

    def alone(self, code):
        return codes.enter_with_code(self.session, ring=self.ring, code=code, now=NOW)

    def hand_out(self, ballot, verification, channel=Channel.PAPER):
        codes.hand_out(
            self.session, ring=self.ring, ballot=ballot, verification=verification, channel=channel, by=STAFF, now=NOW
        )


@pytest.fixture
def desk(session, app):
    return Desk(session, app)


@pytest.fixture
def ballot(session, app):
    return make_ballot(session, app, clusters=1)


def everything(session):
    return " ".join(
        str(tuple(row))
        for model in (Verification, VotingCode, CodeBatch, Letter)
        for row in session.execute(sa.select(*model.__table__.columns))
    )


def test_a_letters_code_verifies_an_account_for_its_ballot(session, desk, ballot):
    made = desk.made(ballot)
    account = make_account(session)
    row = desk.by_code(account, made.codes[0].lower().replace("-", " "))
    assert (row.level, row.ballot_id, row.account_id) == (Level.LETTER, ballot.id, account.id)
    assert queries.entitled(session, ballot.id, account.id).voter == Voter(Kind.VERIFICATION, row.id)
    assert session.scalars(sa.select(Letter.kind)).all() == ["verification_done"]
    assert not any(code in everything(session) for code in made.codes)


def test_a_used_code_is_refused_everywhere_else(session, desk, ballot):
    first, second, third = desk.made(ballot).codes
    desk.by_code(make_account(session), first)
    with pytest.raises(BadCode):
        desk.by_code(make_account(session), first)
    with pytest.raises(BadCode):
        desk.alone(first)
    _, voter = desk.alone(second)
    assert voter == Voter(Kind.CODE, voter.id, Channel.CODE)
    assert desk.alone(second)[1] == voter
    with pytest.raises(BadCode):
        desk.by_code(make_account(session), second)
    batch = session.scalars(sa.select(CodeBatch)).one()
    assert codes.void_codes(session, batch=batch, first=1, last=9, by=STAFF, now=NOW) == 1
    for code in (third, "ABCD-EFGH-JKMN", "", "x" * 4000, new_code()):
        with pytest.raises(BadCode):
            desk.alone(code)


def test_a_code_for_the_hall_verifies_no_account_and_neither_does_one_of_a_vote_that_has_ended(session, desk, ballot):
    for code in (desk.made(ballot, Channel.ROOM).codes[0], desk.made(ballot, Channel.PAPER).codes[0]):
        with pytest.raises(DomainError, match="without an account"):
            desk.by_code(make_account(session), code)
    letter = desk.made(ballot).codes[0]
    ended(session)
    with pytest.raises(DomainError, match="without an account"):
        desk.by_code(make_account(session), letter)


def test_codes_that_are_used_or_void_stay_as_they_are(session, desk, ballot):
    made = desk.made(ballot)
    desk.alone(made.codes[0])
    void = {"batch": made.batch, "first": 1, "last": 3, "by": STAFF, "now": NOW}
    assert codes.void_codes(session, **void) == 2
    entries = session.scalars(sa.select(JournalEntry.id).where(JournalEntry.act == "ballot.codes_voided"))
    assert len(entries.all()) == 1
    assert codes.void_codes(session, **void) == 0
    assert len(session.scalars(sa.select(JournalEntry.id).where(JournalEntry.act == "ballot.codes_voided")).all()) == 1


def test_a_letter_made_in_the_moment_in_which_its_addressee_was_verified_opens_nothing(session, desk, ballot):
    desk.in_person(make_account(session))
    key, code = desk.ring.roll(), new_code()
    late = make_code(session, ballot, code_hash=code_hash(key, code), person_hash=ANNA.hash(key))
    with pytest.raises(BadCode):
        desk.alone(code)
    assert late.used_as is None


def test_a_second_letter_for_a_verified_account_stays_unused(session, desk, ballot):
    first, second, _ = desk.made(ballot).codes
    account = make_account(session)
    desk.by_code(account, first)
    with pytest.raises(DomainError, match="do not need"):
        desk.by_code(account, second)
    assert session.scalar(sa.select(sa.func.count()).where(VotingCode.used_as.is_not(None))) == 1


def test_a_code_opens_no_ballot_outside_of_its_time(session, desk):
    draft = make_draft(session, clusters=1)
    code = desk.made(draft).codes[0]
    with pytest.raises(DomainError, match="not open"):
        desk.alone(code)
    assert desk.by_code(make_account(session), code).ballot_id == draft.id
    with pytest.raises(Conflict):
        desk.made(draft, Channel.PAPER)


def test_the_desk_keeps_a_hash_and_enters_nobody_twice(session, desk):
    row = desk.in_person(make_account(session))
    assert (row.level, row.ballot_id, row.age_met) == (Level.DESK, None, 18)
    for same in (
        ANNA, Person("ANNA", "Mueller", date(1990, 5, 1), " bielefeld"), Person("Anna-Maria", "Muller", date(1990, 5, 1), "Bielefeld"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match="entered already"):
            desk.in_person(make_account(session), same)
        assert desk.in_person(None, same) is row
    assert desk.in_person(make_account(session), BERT) is not row
    # Whole words: a random hash may well hold the letters "1990" in its middle.
    assert re.search(r"\b(Müller|Anna|1990|Bielefeld|Öztürk)\b", everything(session)) is None


def test_the_desk_refuses_gaps_and_the_too_young(session, desk):
    for person in (
        Person("", "Müller", date(1990, 5, 1), "Bielefeld"), Person("Anna", "!", date(1990, 5, 1), "Bielefeld"),
        Person("Kind", "Müller", date(2020, 1, 1), "Bielefeld"),
    ):  # fmt: skip
        with pytest.raises(DomainError):
            desk.in_person(make_account(session), person)


def test_a_person_entered_on_paper_gets_their_account_later_and_keeps_their_number(session, desk):
    row = desk.in_person(None)
    account = make_account(session)
    assert desk.in_person(account) is row
    assert row.account_id == account.id


def test_an_erased_account_leaves_a_row_that_the_same_person_takes_up_again(session, desk):
    row = desk.in_person(make_account(session))
    row.account_id = None
    session.flush()
    account = make_account(session)
    assert desk.in_person(account) is row


def test_an_account_belongs_to_one_person(session, desk):
    account = make_account(session)
    desk.in_person(account)
    with pytest.raises(DomainError, match="another person"):
        desk.in_person(account, BERT)


def test_the_provider_verifies_once_per_subject_and_needs_an_age(session, desk):
    account = make_account(session)
    row = desk.by_provider(account)
    assert row.level is Level.PROVIDER
    assert desk.by_provider(account) is row
    with pytest.raises(DomainError, match="entered already"):
        desk.by_provider(make_account(session))
    with pytest.raises(DomainError, match="age"):
        desk.by_provider(make_account(session), "subject-2", born_on=None)
    with pytest.raises(DomainError, match="another person"):
        desk.by_provider(account, "subject-3")
    assert "subject-1" not in everything(session)


def test_a_higher_level_keeps_the_number_and_so_the_papers(session, desk, ballot):
    account = make_account(session)
    row = desk.by_code(account, desk.made(ballot).codes[0])
    assert desk.by_provider(account) is row
    assert (row.level, row.ballot_id) == (Level.PROVIDER, None)
    assert desk.in_person(account) is row
    assert row.level is Level.DESK
    assert desk.by_provider(account) is row
    assert row.level is Level.DESK


def test_a_letter_to_a_known_person_is_worth_nothing_once_they_are_verified_otherwise(session, desk, ballot):
    made = desk.made(ballot, people=[ANNA, BERT])
    desk.in_person(make_account(session))
    with pytest.raises(BadCode):
        desk.alone(made.codes[0])
    desk.alone(made.codes[1])
    with pytest.raises(DomainError, match="code of a letter"):
        desk.in_person(make_account(session), BERT)
    again = desk.made(ballot, people=[ANNA, BERT, Person("Cem", "Kaya", date(1970, 1, 1), "Herford")])
    assert [code is None for code in again.codes] == [True, True, False]
    with pytest.raises(DomainError, match="verified already"):
        desk.made(ballot, people=[ANNA])
    with pytest.raises(DomainError, match="twice"):
        desk.made(ballot, people=[ANNA, ANNA])


def test_a_second_letter_replaces_an_unused_first_one(session, desk, ballot):
    first = desk.made(ballot, people=[ANNA]).codes[0]
    second = desk.made(ballot, people=[ANNA]).codes[0]
    with pytest.raises(BadCode):
        desk.alone(first)
    account = make_account(session)
    desk.by_code(account, second)
    with pytest.raises(DomainError, match="entered already"):
        desk.in_person(make_account(session))


def test_a_letter_of_the_next_ballot_renews_the_verification_of_the_last_one(session, app, desk, ballot):
    account = make_account(session)
    row = desk.by_code(account, desk.made(ballot, people=[ANNA]).codes[0])
    ended(session)
    following = make_ballot(session, app, clusters=1)
    other = make_account(session)
    assert desk.by_code(other, desk.made(following, people=[ANNA]).codes[0]) is row
    assert (row.account_id, row.ballot_id) == (other.id, following.id)


def ended(session):
    session.execute(sa.update(Ballot).values(state="cancelled", cancelled_at=NOW, cancel_reason="x"))
    session.expire_all()


def test_a_letter_of_an_ended_vote_gives_its_account_free_for_the_person_whom_the_desk_knows(session, desk, ballot):
    account = make_account(session)
    stale = desk.by_code(account, desk.made(ballot).codes[0])
    known = desk.in_person(None)
    ended(session)
    assert desk.in_person(account) is known
    assert (stale.account_id, known.account_id) == (None, account.id)


def test_the_same_form_makes_codes_once(session, desk, ballot):
    desk.made(ballot, nonce="abc")
    with pytest.raises(Conflict):
        desk.made(ballot, nonce="abc")
    for values in ({"count": 0}, {"count": 50_001}, {"name": " "}, {"name": "x" * 81}):
        with pytest.raises(DomainError):
            desk.made(ballot, **values)
    for channel, on_sheets in (
        (Channel.ONLINE, False), (Channel.PAPER, False), (Channel.CODE, True), (Channel.DESK, True),
    ):  # fmt: skip
        with pytest.raises(DomainError, match="what the codes are for"):
            desk.made(ballot, channel, on_sheets=on_sheets)


def test_revoking_needs_a_reason_and_tells_the_person(session, desk):
    row = desk.in_person(make_account(session))
    with pytest.raises(DomainError):
        roll.revoke(session, verification=row, reason="", by=STAFF, now=NOW)
    roll.revoke(session, verification=row, reason="Falsche Angaben", by=STAFF, now=NOW)
    with pytest.raises(Conflict):
        roll.revoke(session, verification=row, reason="x", by=STAFF, now=NOW)
    with pytest.raises(DomainError, match="revoked"):
        desk.in_person(make_account(session))
    assert session.scalars(sa.select(Letter.kind)).all() == ["verification_done", "verification_revoked"]


def test_who_takes_a_sheet_is_struck_off_and_their_ticks_are_forgotten(session, desk, ballot):
    row = desk.in_person(make_account(session))
    voter, key = Voter(Kind.VERIFICATION, row.id), ballot_queries.questions(session, ballot)[0]
    ticks = {key.key: [key.options[0].key]}
    casting.save_draft(session, ring=desk.ring, ballot=ballot, voter=voter, choices=ticks, now=NOW)
    desk.hand_out(ballot, row)
    assert session.scalars(sa.select(Strike.channel)).all() == [Channel.PAPER]
    assert session.scalar(sa.select(Unfinished.id)) is None
    with pytest.raises(Conflict):
        desk.hand_out(ballot, row)
    with pytest.raises(DomainError, match="in person"):
        casting.cast(session, ring=desk.ring, ballot=ballot, voter=voter, choices=ticks, by=STAFF, now=NOW)


def test_who_has_voted_online_gets_no_sheet_until_they_take_it_back(session, desk, ballot):
    row = desk.in_person(make_account(session))
    voter, key = Voter(Kind.VERIFICATION, row.id), ballot_queries.questions(session, ballot)[0]
    act = {"ring": desk.ring, "ballot": ballot, "voter": voter, "by": STAFF, "now": NOW}
    casting.cast(session, choices={key.key: [key.options[0].key]}, **act)
    with pytest.raises(DomainError, match="voted online"):
        desk.hand_out(ballot, row)
    casting.withdraw(session, **act)
    desk.hand_out(ballot, row, Channel.ROOM)
    with pytest.raises(DomainError):
        desk.hand_out(ballot, desk.in_person(None, BERT), Channel.CODE)
    with pytest.raises(DomainError, match="years on vote"):
        desk.hand_out(ballot, make_verified(session, False, age_met=14))


def test_every_page_knows_open_ballots_in_one_statement(session, app, desk, ballot, count_queries):
    account, other = make_account(session), make_account(session)
    organisation = make_organisation(session)
    make_delegate(session, organisation, account=account)
    row = desk.in_person(account)
    key = ballot_queries.questions(session, ballot)[0]
    ticks = {key.key: [key.options[0].key]}
    for voter in (Voter(Kind.VERIFICATION, row.id), Voter(Kind.ORGANISATION, organisation.id)):
        casting.save_draft(session, ring=desk.ring, ballot=ballot, voter=voter, choices=ticks, now=NOW)
    with count_queries() as seen:
        found = queries.open_ballots(session, account.id, [organisation.id], NOW)
    assert len(seen) == 1
    assert [(each.ballot_id, each.level, each.struck, each.is_unfinished, each.organisations) for each in found] == [
        (ballot.id, Level.DESK, False, True, {organisation.id})
    ]
    foreign = queries.open_ballots(session, other.id, [], NOW)[0]
    assert (foreign.level, foreign.is_unfinished, foreign.organisations) == (None, False, frozenset())
    assert queries.open_ballots(session, account.id, [], NOW + timedelta(days=9)) == []


def test_batches_and_entitled_people_are_counted(session, desk, ballot):
    made = desk.made(ballot)
    desk.alone(made.codes[0])
    codes.void_codes(session, batch=made.batch, first=3, last=3, by=STAFF, now=NOW)
    row = queries.batches(session, ballot.id)[0]
    assert (row.codes, row.used, row.voided) == (3, 1, 1)
    desk.in_person(None)
    assert ballot_queries.census(session, ballot).people == 1 + 2


@pytest.mark.parametrize(
    ("born", "met"),
    [
        (date(2010, 11, 22), 16),
        (date(2010, 11, 23), 14),
        (date(1930, 1, 1), 18),
        (date(2024, 2, 29), 0),
        (date(2008, 2, 29), 18),
    ],
)
def test_only_a_voting_age_is_kept_of_a_birthday(born, met):
    assert age_met(born, date(2026, 11, 22)) == met


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"), ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/56"), ("", ""), ("nobody", ""),
    ],
)  # fmt: skip
def test_a_network_is_no_address(address, network):
    assert prefix(address) == network


def test_a_code_is_typed_as_people_type():
    code = new_code()
    assert (
        typed_code(f" {code.lower()} ")
        == typed_code(code.replace("-", "–"))
        == typed_code(code.replace("-", ""))
        == code
    )
