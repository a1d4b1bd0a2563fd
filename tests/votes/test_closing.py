"""The end: the log gets all it was promised, two people end early, votes are taken out by four eyes, and the link goes."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import SYSTEM, Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.outbox.models import Letter
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.votes.domain import BallotState, Channel, DecisionRule, Electorate, Kind, Method, PaperState, Voter
from bihaelt.votes.domain.ballots import COUNT_RULES, SHARING, SPLITTING
from bihaelt.votes.domain.keys import MissingKeys
from bihaelt.votes.domain.protocol import checkpoints, merkle
from bihaelt.votes.domain.protocol.notes import Key, Signer
from bihaelt.votes.models import (
    Checkpoint,
    Count,
    Invalidation,
    Leaf,
    Paper,
    PendingLeaf,
    TurnoutHour,
    Unfinished,
    Verification,
    VotingCode,
)
from bihaelt.votes.operations import casting, certifying, closing, codes, counting, invalidating, log, reminding, roll
from bihaelt.votes.operations.invalidating import Target
from bihaelt.votes.queries import ballots as queries
from bihaelt.votes.queries import outcome, turnout
from bihaelt.votes.queries.papers import groups, openings
from bihaelt.votes.queries.results import unexplained
from tests.factories import NOW, add, make_account, make_delegate, make_organisation
from tests.votes.ballot_stage import STAFF, make_ballot, make_verified, ring_of, voter

FIRST, SECOND = Voice(101, Role.COUNCIL_CLERK.value), Voice(102, Role.PLAN_OWNER.value)


class Hall:
    def __init__(self, session, app, **values):
        self.session, self.ring = session, ring_of(app)
        self.ballot = make_ballot(session, app, **values)
        self.questions = queries.questions(session, self.ballot)
        self.late = self.ballot.closes_at
        self.people = [Voice(make_account(session).id, role.value) for role in (Role.COUNCIL_CLERK, Role.PLAN_OWNER)]

    def ticks(self, *places):
        return {question.key: [question.options[place].key for place in places] for question in self.questions}

    def cast(self, who, *places, **values):
        return casting.cast(
            self.session, ring=self.ring, ballot=self.ballot, voter=who, choices=self.ticks(*places), by=Voice(None), now=NOW,
            **values,
        )  # fmt: skip

    def close(self, now=None):
        closing.close(self.session, ring=self.ring, ballot=self.ballot, by=STAFF, now=now or self.late)

    def leaves(self):
        rows = self.session.scalars(sa.select(Leaf).where(Leaf.ballot_id == self.ballot.id).order_by(Leaf.position))
        return [json.loads(row.data) for row in rows]

    def kinds(self):
        return [leaf["type"] for leaf in self.leaves()]


@pytest.fixture
def hall(session, app):
    return Hall(session, app)


def test_closing_logs_everything_that_was_promised_then_what_was_replaced_then_the_figures(session, hall):
    people = [voter(session) for _ in range(3)]
    organisation = make_organisation(session)
    first = hall.cast(people[0], 0)
    hall.cast(people[0], 1)
    hall.cast(people[1], 0, 1)
    hall.cast(Voter(Kind.ORGANISATION, organisation.id), 2)
    casting.save_draft(session, ring=hall.ring, ballot=hall.ballot, voter=people[2], choices=hall.ticks(0), now=NOW)
    hall.close()
    assert hall.kinds() == ["configuration", *["cast"] * 8, "replaced", "closed", "lots"]
    found = hall.leaves()
    assert set(found[9]["commitments"]) == set(first.commitments.values())
    keys = [question.key for question in hall.questions]
    assert found[10]["electorates"] == {
        "people": {"verified": 3, "voters": 2, "papers": dict.fromkeys(keys, 2)},
        "organisations": {"verified": 1, "voters": 1, "papers": dict.fromkeys(keys, 1)},
    }
    assert session.scalar(sa.select(sa.func.count()).select_from(PendingLeaf)) == 0
    assert session.scalar(sa.select(sa.func.count()).where(Paper.state == PaperState.DRAFT)) == 0
    assert session.scalar(sa.select(Unfinished.id)) is None
    assert hall.ballot.state is BallotState.CLOSED
    with pytest.raises(Conflict):
        hall.close()


def test_the_checkpoints_are_signed_and_fit_the_leaves(session, hall):
    hall.cast(voter(session), 0)
    hall.close()
    lines = [row.data.encode() for row in session.scalars(sa.select(Leaf).order_by(Leaf.position))]
    tree, key = merkle.Tree(lines), Key.parse(hall.ballot.public_key)
    for row in session.scalars(sa.select(Checkpoint)):
        opened = checkpoints.opened(row.note, key)
        assert (opened.size, opened.root.hex()) == (row.size, row.root)
        assert opened.root == tree.root(row.size)


def test_before_its_time_a_ballot_is_closed_by_two_people_only(session, hall):
    with pytest.raises(DomainError, match="runs until"):
        hall.close(NOW)
    act = {"ballot": hall.ballot, "now": NOW}
    with pytest.raises(Conflict, match="Nobody"):
        closing.answer_early_end(session, ring=hall.ring, agree=True, by=hall.people[1], **act)
    with pytest.raises(DomainError, match="reason"):
        closing.ask_early_end(session, reason="", by=hall.people[0], **act)
    closing.ask_early_end(session, reason="Sturm", by=hall.people[0], **act)
    with pytest.raises(Conflict):
        closing.ask_early_end(session, reason="Sturm", by=hall.people[1], **act)
    with pytest.raises(DomainError, match="Somebody else"):
        closing.answer_early_end(session, ring=hall.ring, agree=True, by=hall.people[0], **act)
    closing.answer_early_end(session, ring=hall.ring, agree=False, by=hall.people[0], **act)
    assert hall.ballot.closing_reason == ""
    closing.ask_early_end(session, reason="Sturm", by=hall.people[0], **act)
    closing.answer_early_end(session, ring=hall.ring, agree=True, by=hall.people[1], **act)
    assert hall.ballot.state is BallotState.CLOSED
    assert session.scalars(sa.select(JournalEntry.reason).where(JournalEntry.act == "ballot.closed")).all() == ["Sturm"]


def test_what_is_over_or_closed_has_no_early_end(session, hall):
    act = {"ballot": hall.ballot, "by": hall.people[0]}
    with pytest.raises(Conflict, match="simply be closed"):
        closing.ask_early_end(session, reason="Sturm", now=hall.late, **act)
    hall.close()
    with pytest.raises(Conflict, match="not open"):
        closing.ask_early_end(session, reason="Sturm", now=hall.late, **act)


def test_a_ballot_with_more_voters_than_people_on_the_roll_is_not_closed(session, hall):
    known = make_verified(session)
    hall.cast(Voter(Kind.VERIFICATION, known.id), 0)
    roll.revoke(session, verification=known, reason="Falsche Angaben", by=STAFF, now=NOW)
    with pytest.raises(DomainError, match="look at the codes"):
        hall.close()
    assert hall.ballot.state is BallotState.OPEN


def test_the_job_closes_what_is_over(session, hall):
    act = {"ring": hall.ring, "ballot_id": hall.ballot.id}
    assert not closing.close_if_due(session, now=NOW, **act)
    assert closing.close_if_due(session, now=hall.late, **act)
    assert hall.ballot.state is BallotState.CLOSED


def test_the_numbers_of_a_named_draw_come_after_its_day(session, app):
    hall = Hall(session, app, lottery="Lotto 6 aus 49", lottery_on=date(2026, 11, 28))
    hall.close()
    assert hall.ballot.lots_seed == ""
    with pytest.raises(Conflict, match="numbers of the public draw"):
        counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late)
    act = {"ring": hall.ring, "ballot": hall.ballot, "by": STAFF}
    midnight = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # on the city's clocks
    with pytest.raises(DomainError, match="draw takes place"):
        closing.enter_lots(session, seed="1 2 3", now=midnight - timedelta(seconds=1), **act)
    after = midnight
    with pytest.raises(DomainError, match="one line"):
        closing.enter_lots(session, seed=" ", now=after, **act)
    closing.enter_lots(session, seed=" 3 11\t17 ", now=after, **act)
    assert hall.leaves()[-1] == {"v": 1, "type": "lots", "seed": "3 11 17"}
    with pytest.raises(Conflict):
        closing.enter_lots(session, seed="4", now=after, **act)


def test_batches_wait_for_enough_papers_and_for_half_an_hour(session, app):
    hall = Hall(session, app, clusters=1)
    for _ in range(9):
        hall.cast(voter(session), 0)
    later = NOW + timedelta(minutes=31)
    assert log.batch(session, ring=hall.ring, ballot=hall.ballot, now=later) == 0
    receipts = [hall.cast(voter(session), 0) for _ in range(2)]
    assert log.batch(session, ring=hall.ring, ballot=hall.ballot, now=NOW + timedelta(minutes=29)) == 0
    assert log.batch(session, ring=hall.ring, ballot=hall.ballot, now=later) == 11
    assert log.batch(session, ring=hall.ring, ballot=hall.ballot, now=later) == 0
    logged = set(session.scalars(sa.select(Leaf.commitment)))
    assert {digest for receipt in receipts for digest in receipt.commitments.values()} < logged


def ask(hall, reason="Erfundene Person", **target):
    return invalidating.ask(
        hall.session, ballot=hall.ballot, target=Target(**target), reason=reason, by=hall.people[0], now=NOW
    )


def answer(hall, asked, agree=True, person=1):
    return invalidating.answer(
        hall.session, ring=hall.ring, invalidation=asked, agree=agree, by=hall.people[person], now=NOW
    )


def test_votes_are_taken_out_by_four_eyes_and_nothing_says_whose_they_were(session, hall):
    kept, gone = make_verified(session), make_verified(session)
    for row in (kept, gone):
        hall.cast(Voter(Kind.VERIFICATION, row.id), 0)
    asked = ask(hall, verification_id=gone.id)
    with pytest.raises(DomainError, match="Somebody else"):
        answer(hall, asked, person=0)
    assert answer(hall, asked) == 2
    row = session.scalars(sa.select(Invalidation).execution_options(populate_existing=True)).one()
    assert (row.verification_id, row.papers, row.is_confirmed) == (None, 2, True)
    assert turnout.voters(session, hall.ballot.id)[Electorate.PEOPLE] == {Channel.ONLINE: 1}
    assert session.get_one(Verification, gone.id).revoked_at is not None
    assert "verification_revoked" in session.scalars(sa.select(Letter.kind)).all()
    with pytest.raises(Conflict):
        answer(hall, asked)
    with pytest.raises(DomainError):
        hall.cast(Voter(Kind.VERIFICATION, gone.id), 0)
    hall.close()
    assert hall.kinds().count("invalidated") == 2
    closed = next(leaf for leaf in hall.leaves() if leaf["type"] == "closed")
    assert closed["electorates"]["people"] == {
        "verified": 1, "voters": 1, "papers": dict.fromkeys((question.key for question in hall.questions), 1)
    }  # fmt: skip
    assert sum(group.papers for group in groups(session, hall.questions[0].id)) == 1
    assert len(openings(session, hall.questions[0].id)) == 1


def test_a_refused_request_changes_nothing_but_forgets_whose_votes_were_meant(session, hall):
    row = make_verified(session)
    hall.cast(Voter(Kind.VERIFICATION, row.id), 0)
    asked = ask(hall, verification_id=row.id)
    assert answer(hall, asked, agree=False) == 0
    assert asked.verification_id is None
    assert session.get_one(Verification, row.id).revoked_at is None
    for values in ({}, {"verification_id": 99_999}, {"organisation_id": 1}, {"verification_id": 1, "code_id": 1}):
        with pytest.raises(DomainError):
            ask(hall, **values)
    with pytest.raises(DomainError):
        ask(hall, reason="", verification_id=row.id)


def test_a_batch_of_stolen_codes_and_an_organisation_are_taken_out(session, hall):
    made = codes.make_codes(
        session, ring=hall.ring, ballot=hall.ballot, channel=Channel.CODE, name="Briefe", count=3, by=STAFF, now=NOW
    )
    for code in made.codes[:2]:
        hall.cast(codes.enter_with_code(session, ring=hall.ring, code=code, now=NOW)[1], 1)
    organisation = make_organisation(session)
    delegate = make_delegate(session, organisation)
    hall.cast(Voter(Kind.ORGANISATION, organisation.id), 2)
    assert answer(hall, ask(hall, batch_id=made.batch.id)) == 4
    assert answer(hall, ask(hall, organisation_id=organisation.id)) == 2
    assert turnout.voters(session, hall.ballot.id) == {Electorate.PEOPLE: {}, Electorate.ORGANISATIONS: {}}
    assert session.scalar(sa.select(sa.func.count()).where(VotingCode.voided_at.is_(None))) == 0
    with pytest.raises(Conflict):
        hall.cast(Voter(Kind.ORGANISATION, organisation.id), 0)
    assert delegate.id


def test_accounts_that_were_verified_with_stolen_codes_lose_their_verification_with_their_votes(session, hall):
    made = codes.make_codes(
        session, ring=hall.ring, ballot=hall.ballot, channel=Channel.CODE, name="Briefe", count=3, by=STAFF, now=NOW
    )
    rows = [by_code(session, hall, code) for code in made.codes]
    hall.cast(Voter(Kind.VERIFICATION, rows[0].id), 0)
    roll.revoke(session, verification=rows[1], reason="Umgezogen", by=STAFF, now=NOW)
    assert answer(hall, ask(hall, code_id=rows[2].code_id)) == 0
    answer(hall, ask(hall, batch_id=made.batch.id))
    assert [row.revoke_reason for row in rows] == ["Erfundene Person", "Umgezogen", "Erfundene Person"]
    again = ask(hall, verification_id=rows[1].id)
    assert answer(hall, again) == 0
    assert rows[1].revoke_reason == "Umgezogen"


def by_code(session, hall, code):
    account = make_account(session)
    return roll.verify_by_code(session, ring=hall.ring, account=account, code=code, by=Voice(account.id), now=NOW)


def test_whose_votes_a_request_means_is_said_until_it_is_answered(session, hall):
    account = make_account(session, name="Zweimal Da")
    club = make_organisation(session, "Verein")
    hall.cast(Voter(Kind.ORGANISATION, club.id), 0)
    made = codes.make_codes(
        session, ring=hall.ring, ballot=hall.ballot, channel=Channel.CODE, name="Briefe", count=3, by=STAFF, now=NOW
    )
    third = outcome.code_in(session, made.batch.id, 3)
    assert outcome.code_in(session, made.batch.id, 4) is None
    asked = [
        ask(hall, verification_id=make_verified(session, account).id), ask(hall, organisation_id=club.id),
        ask(hall, batch_id=made.batch.id), ask(hall, code_id=third),
    ]  # fmt: skip
    assert [(row.kind, row.name) for row in outcome.asked(session, hall.ballot.id)] == [
        (Kind.CODE, "Briefe, 3"), (Kind.CODE, "Briefe"), (Kind.ORGANISATION, "Verein"), (Kind.VERIFICATION, "Zweimal Da"),
    ]  # fmt: skip
    for each in asked:
        answer(hall, each)
    assert {(row.kind, row.name) for row in outcome.asked(session, hall.ballot.id)} == {(None, "")}


def test_after_the_count_it_is_counted_again(session, hall):
    row = make_verified(session)
    hall.cast(Voter(Kind.VERIFICATION, row.id), 0)
    hall.close()
    counted(session, hall)
    assert answer(hall, ask(hall, verification_id=row.id)) == 2
    assert hall.ballot.state is BallotState.CLOSED
    assert hall.kinds()[-2:] == ["invalidated"] * 2


def counted(session, hall):
    hall.ballot.run += 1
    for question in hall.questions:
        values = {"run": hall.ballot.run, "result": "{}", "spent_eur": 0, "left_eur": 0, "counted_at": NOW}
        add(session, Count(question_id=question.id, **values))
    hall.ballot.state, hall.ballot.counted_at = BallotState.COUNTED, NOW
    session.flush()


def test_two_people_of_two_roles_certify(session, hall):
    hall.close()
    act = {"ballot": hall.ballot, "now": hall.late}
    with pytest.raises(Conflict):
        certifying.certify(session, by=hall.people[0], **act)
    counted(session, hall)
    certifying.certify(session, by=hall.people[0], **act)
    same_role = Voice(make_account(session).id, Role.COUNCIL_CLERK.value)
    other_role = Voice(hall.people[0].actor_id, Role.ADMIN.value)
    for voice in (hall.people[0], same_role, other_role):
        with pytest.raises(DomainError):
            certifying.certify(session, by=voice, **act)
    assert hall.ballot.state is BallotState.COUNTED
    certifying.certify(session, by=hall.people[1], **act)
    assert hall.ballot.state is BallotState.CERTIFIED
    with pytest.raises(Conflict):
        ask(hall, verification_id=make_verified(session).id)


def test_a_result_waits_for_its_witnesses(session, app):
    witness, stranger = Signer.generate("presse"), Signer.generate("fremd")
    log.name_witness(session, name="Presse", public_key=str(witness.key), by=STAFF, now=NOW)
    hall = Hall(session, app, quorum=1)
    hall.close()
    counted(session, hall)
    with pytest.raises(DomainError, match="countersign"):
        certifying.certify(session, ballot=hall.ballot, by=hall.people[0], now=hall.late)
    last = log.latest(session, hall.ballot.id)
    text = checkpoints.opened(last.note, Key.parse(hall.ballot.public_key)).text
    act = {"ballot": hall.ballot, "witnesses": [witness.key], "now": hall.late}
    for line in (str(stranger.sign(text)), str(witness.sign(text + "x\n")), "nonsense", ""):
        with pytest.raises(DomainError):
            log.countersign(session, size=last.size, line=line, **act)
    with pytest.raises(DomainError):
        log.countersign(session, size=99, line=str(witness.sign(text)), **act)
    kept = log.countersign(session, size=last.size, line=str(witness.sign(text)), **act)
    assert log.countersign(session, size=last.size, line=str(witness.sign(text)), **act) is kept
    certifying.certify(session, ballot=hall.ballot, by=hall.people[0], now=hall.late)


def test_after_the_objections_the_link_is_destroyed(session, app):
    hall = Hall(session, app, clusters=1, objection_days=7)
    who = voter(session)
    hall.cast(who, 0, network="203.0.113.0/24")
    (name,) = session.scalars(sa.select(Paper.pseudonym)).all()
    hall.close()
    counted(session, hall)
    act = {"ring": hall.ring, "ballot": hall.ballot, "by": STAFF}
    with pytest.raises(Conflict):
        certifying.destroy_link(session, now=hall.late + timedelta(days=8), **act)
    for person in hall.people:
        certifying.certify(session, ballot=hall.ballot, by=person, now=hall.late)
    with pytest.raises(DomainError, match="objections"):
        certifying.destroy_link(session, now=hall.late + timedelta(days=6), **act)
    certifying.destroy_link(session, now=hall.late + timedelta(days=7), **act)
    (drawn,) = session.scalars(sa.select(Paper.pseudonym)).all()
    assert drawn != name
    assert re.fullmatch(r"[0-9a-f]{64}", drawn)
    assert session.execute(sa.select(TurnoutHour.network, TurnoutHour.voters)).all() == [("", 1)]
    assert hall.kinds()[-1] == "destroyed"
    with pytest.raises(MissingKeys):
        hall.ring.read(hall.ballot.key, hall.ballot.origin)
    assert hall.ring.signer(hall.ballot.key, hall.ballot.origin)
    with pytest.raises(Conflict):
        certifying.destroy_link(session, now=hall.late + timedelta(days=9), **act)


def test_one_letter_reminds_of_ticks_that_are_not_cast(session, hall):
    organisation = make_organisation(session)
    delegate = make_delegate(session, organisation)
    make_delegate(session, organisation, may_vote=False)
    row = make_verified(session)
    for who in (Voter(Kind.VERIFICATION, row.id), Voter(Kind.ORGANISATION, organisation.id)):
        casting.save_draft(session, ring=hall.ring, ballot=hall.ballot, voter=who, choices=hall.ticks(0), now=NOW)
    assert reminding.remind(session, now=NOW + timedelta(hours=23)) == 0
    assert reminding.remind(session, now=NOW + timedelta(hours=24)) == 2
    assert reminding.remind(session, now=NOW + timedelta(hours=30)) == 0
    letters = session.scalars(sa.select(Letter).where(Letter.kind == "ballot_unfinished")).all()
    assert {letter.account_id for letter in letters} == {row.account_id, delegate.id}
    assert {letter.context["last_day"] for letter in letters} == {"2026-11-25"}


def test_witnesses_are_named_once_and_leave(session):
    key = str(Signer.generate("rat").key)
    made = log.name_witness(session, name="Rat", public_key=key, by=STAFF, now=NOW)
    for name, public in (
        ("Rat", str(Signer.generate("x").key)),
        ("Andere", key),
        ("", str(Signer.generate("y").key)),
        ("Z", "x"),
    ):
        with pytest.raises(DomainError):
            log.name_witness(session, name=name, public_key=public, by=STAFF, now=NOW)
    log.end_witness(session, witness=made, by=STAFF, now=NOW)
    with pytest.raises(Conflict):
        log.end_witness(session, witness=made, by=STAFF, now=NOW)
    assert SYSTEM.actor_id is None


def test_a_closed_ballot_is_counted_and_counted_again_with_the_same_result(session, hall):
    for places in ((0, 1), (0,), (1,), (0, 2)):
        hall.cast(voter(session), *places)
    hall.cast(Voter(Kind.ORGANISATION, make_organisation(session).id), 2)
    with pytest.raises(Conflict):
        counting.count(session, ballot=hall.ballot, by=STAFF, now=NOW)
    hall.close()
    assert counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late) == 1
    row = session.scalars(sa.select(Count).where(Count.question_id == hall.questions[0].id)).one()
    found, options = json.loads(row.result), hall.questions[0].options
    assert found["decided"]["winners"] == [options[0].key, options[1].key]
    assert (row.spent_eur, row.left_eur) == (2000, 500)
    assert found["organisations"]["winners"] == [options[2].key]
    hall.ballot.state = BallotState.CLOSED
    session.flush()
    assert counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late) == 2
    again = session.scalars(sa.select(Count.result).where(Count.question_id == hall.questions[0].id)).all()
    assert len(set(again)) == 1


def test_the_reasons_of_a_large_vote_are_left_to_the_worker_and_come_before_the_signatures(session, hall, monkeypatch):
    monkeypatch.setattr(counting, "SMALL", 0)
    for places in ((0, 1), (0,), (1,), (0, 2)):
        hall.cast(voter(session), *places)
    hall.close()
    assert counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late) == 1
    with pytest.raises(DomainError, match="still being worked out"):
        certifying.certify(session, ballot=hall.ballot, by=Voice(None, Role.COUNCIL_CLERK), now=hall.late)
    assert list(unexplained(session)) == [hall.ballot]
    bare = session.scalars(sa.select(Count.result).where(Count.run == 1)).all()
    found = counting.explained(session, hall.ballot)
    given = {"ballot_id": hall.ballot.id, "found": found, "now": hall.late}
    counting.explain_later(session, run=7, **given)  # somebody has counted again meanwhile
    assert hall.ballot.run == 1
    for _ in range(2):
        counting.explain_later(session, run=1, **given)
        assert hall.ballot.run == 2
    assert not unexplained(session)
    full = session.scalars(sa.select(Count.result).where(Count.run == 2)).all()
    assert [json.loads(row)["decided"] for row in full] == [json.loads(row)["decided"] for row in bare]
    assert full != bare


@pytest.mark.parametrize("rule", list(DecisionRule))
@pytest.mark.parametrize(("method", "counted_by"), [(m, r) for m, rules in COUNT_RULES.items() for r in rules])
def test_every_method_and_rule_that_can_be_set_up_can_be_counted(session, app, method, counted_by, rule):
    values = {"method": method, "count_rule": counted_by, "decision_rule": rule, "clusters": 1}
    if rule in SPLITTING and counted_by not in SHARING:
        with pytest.raises(DomainError):
            make_ballot(session, app, **values)
        return
    hall = Hall(session, app, **values)
    asked = hall.questions[0]
    one, two, three = (option.key for option in asked.options)
    given = {
        Method.APPROVAL: [[one, two], [two]], Method.POINTS: [{one: 7, two: 3}, {two: 1}],
        Method.YES_NO_ABSTAIN: [{one: "yes", two: "no"}, {two: "yes", three: "abstain"}], Method.RANKING: [[one, two], [two, three]],
    }[method]  # fmt: skip
    people = [voter(session), voter(session), Voter(Kind.ORGANISATION, make_organisation(session).id)]
    for who, choice in zip(people, [*given, given[1]], strict=True):
        casting.cast(
            session, ring=hall.ring, ballot=hall.ballot, voter=who, choices={asked.key: choice}, by=Voice(None), now=NOW
        )
    hall.close()
    counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late)
    assert hall.ballot.state is BallotState.COUNTED


def test_a_ballot_without_papers_is_counted(session, hall):
    hall.close()
    counting.count(session, ballot=hall.ballot, by=STAFF, now=hall.late)
    assert {row.left_eur for row in session.scalars(sa.select(Count))} == {2500}
