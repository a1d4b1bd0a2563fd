"""Casting: one paper per voter and question, nothing half done, and nobody beside their choice."""

import json

import pytest
import sqlalchemy as sa

from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Channel, Kind, Method, PaperState, Voter
from bihaelt.votes.domain.ballots import CountRule
from bihaelt.votes.domain.electorates import CodeUse
from bihaelt.votes.domain.keys import MissingKeys
from bihaelt.votes.domain.protocol.commitments import commitment
from bihaelt.votes.domain.protocol.notes import Key, Note
from bihaelt.votes.domain.supports import Electorate
from bihaelt.votes.models import Paper, PendingLeaf, Replaced, TurnoutHour, Unfinished
from bihaelt.votes.operations import casting
from bihaelt.votes.queries import ballots, papers
from tests.factories import NOW, make_account, make_delegate, make_organisation
from tests.votes.ballot_stage import make_ballot, make_code, make_verified, ring_of, voter


@pytest.fixture
def ballot(session, app):
    return make_ballot(session, app)


@pytest.fixture
def booth(session, app, ballot):
    """Casts for a voter, by the places of questions and options: ``cast(who, {0: [1, 2]})``."""
    return Booth(session, ring_of(app), ballot)


class Booth:
    def __init__(self, session, ring, ballot):
        self.session, self.ring, self.ballot = session, ring, ballot
        self.questions = ballots.questions(session, ballot)

    def named(self, choices):
        if choices is None:
            return None
        return {
            self.questions[place].key: [self.questions[place].options[n].key for n in ticks]
            for place, ticks in choices.items()
        }

    def cast(self, who, places=None, **values):
        defaults = {"by": Voice(None), "now": NOW, "choices": self.named(places)}
        return casting.cast(self.session, ring=self.ring, ballot=self.ballot, voter=who, **(defaults | values))

    def tick(self, who, choices):
        self.save(who, self.named(choices))

    def save(self, who, choices):
        casting.save_draft(self.session, ring=self.ring, ballot=self.ballot, voter=who, choices=choices, now=NOW)

    def own(self, who):
        secret = papers.pepper(self.ring, self.ballot)
        found = papers.own_papers(self.session, secret, who, self.questions)
        return [found.get(question.id) for question in self.questions]


def rows(session, model):
    return session.scalars(sa.select(model).execution_options(populate_existing=True)).all()


def turnout(session):
    found = session.execute(
        sa.select(
            TurnoutHour.electorate, TurnoutHour.channel, sa.func.sum(TurnoutHour.voters), sa.func.sum(TurnoutHour.casts)
        )
        .group_by(TurnoutHour.electorate, TurnoutHour.channel)
        .order_by(TurnoutHour.electorate, TurnoutHour.channel)
    )
    return [tuple(row) for row in found]


def fingerprint(session):
    return [
        sorted(str(tuple(row)) for row in session.execute(sa.select(*model.__table__.columns)))
        for model in (Paper, PendingLeaf, Replaced, TurnoutHour, Unfinished)
    ]


def test_a_person_casts_and_gets_a_receipt_that_opens(session, ballot, booth):
    who = voter(session)
    receipt = booth.cast(who, {0: [2, 0], 1: [1]}, network="203.0.113.0/24")
    found = rows(session, Paper)
    assert {paper.state for paper in found} == {PaperState.CAST}
    assert len({paper.pseudonym for paper in found}) == 2
    for paper in found:
        question = next(each for each in booth.questions if each.id == paper.question_id)
        opened = commitment(
            ballot=ballot.key, question=question.key, electorate=Electorate.PEOPLE, nonce=bytes.fromhex(paper.nonce),
            choice=json.loads(paper.choice),
        )  # fmt: skip
        assert opened == paper.commitment == receipt.commitments[question.key]
    assert Note.parse(receipt.note).signers([Key.parse(ballot.public_key)]) == {ballot.origin}
    assert {row.commitment for row in rows(session, PendingLeaf)} == set(receipt.commitments.values())
    assert turnout(session) == [(Electorate.PEOPLE, Channel.ONLINE, 1, 1)]
    assert [len(row.network) for row in rows(session, TurnoutHour)] == [16]


def test_changing_replaces_and_taking_back_counts_off_again(session, booth):
    who = voter(session)
    first = booth.cast(who, {0: [0], 1: [0]})
    key, other = (question.key for question in booth.questions)
    second = booth.cast(who, {0: [1]})
    assert second.commitments[other] == first.commitments[other]
    assert second.commitments[key] != first.commitments[key]
    assert [row.commitment for row in rows(session, Replaced)] == [first.commitments[key]]
    assert turnout(session) == [(Electorate.PEOPLE, Channel.ONLINE, 1, 2)]
    last = booth.cast(who, {0: [], 1: []})
    assert last.commitments == {}
    assert {paper.state for paper in rows(session, Paper)} == {PaperState.WITHDRAWN}
    assert len(rows(session, Replaced)) == len(rows(session, PendingLeaf)) == 3
    assert turnout(session) == [(Electorate.PEOPLE, Channel.ONLINE, 0, 3)]


def test_the_same_choice_again_changes_nothing(session, booth):
    who = voter(session)
    first = booth.cast(who, {0: [0, 1]})
    before = fingerprint(session)
    assert booth.cast(who, {0: [1, 0]}).commitments == first.commitments
    assert fingerprint(session) == before


def test_ticks_are_kept_shown_as_unfinished_and_cast_together(session, booth):
    who = voter(session)
    booth.tick(who, {0: [0]})
    booth.tick(who, {0: [0, 1], 1: [2]})
    assert [paper.state for paper in booth.own(who)] == [PaperState.DRAFT] * 2
    assert len(booth.own(who)[0].shown) == 2
    assert len(rows(session, Unfinished)) == 1
    assert rows(session, PendingLeaf) == []
    assert len(booth.cast(who).commitments) == 2
    assert rows(session, Unfinished) == []


def test_a_tick_after_casting_leaves_the_cast_paper_until_it_is_cast_again(session, booth):
    who = voter(session)
    booth.cast(who, {0: [0]})
    booth.tick(who, {0: [1]})
    own = booth.own(who)[0]
    assert own.state is PaperState.CAST
    assert own.choice != own.draft == own.shown
    assert len(rows(session, Unfinished)) == 1
    booth.tick(who, {0: [0]})
    assert booth.own(who)[0].draft is None
    assert rows(session, Unfinished) == []
    booth.tick(who, {0: []})
    booth.cast(who)
    assert booth.own(who)[0].state is PaperState.WITHDRAWN


def test_what_was_withdrawn_can_be_cast_again(session, booth):
    who = voter(session)
    booth.cast(who, {0: [0]})
    casting.withdraw(session, ring=booth.ring, ballot=booth.ballot, voter=who, by=Voice(None), now=NOW)
    assert len(booth.cast(who, {0: [0]}).commitments) == 1
    assert len(rows(session, Paper)) == 1


def test_a_nonce_of_the_browser_is_kept(session, booth):
    key = booth.questions[0].key
    booth.cast(voter(session), {0: [0]}, nonces={key: "ab" * 32})
    assert [paper.nonce for paper in rows(session, Paper)] == ["ab" * 32]


def test_nothing_to_cast_is_said(session, booth):
    with pytest.raises(DomainError, match="nothing to cast"):
        booth.cast(voter(session))


BAD = {
    Method.APPROVAL: [["nowhere"], ["A", "A"], "A", [1], [None], {"A": 1}, 7, ["A", "B", "C"], ["FOREIGN"]],
    Method.POINTS: [
        {"A": -1}, {"A": 4}, {"A": 2, "B": 2}, {"A": 10**30}, {"A": float("nan")}, {"A": 1e309}, {"A": 1.0}, {"A": True},
        {"A": "1e1"}, {"A": "²"}, {"A": None}, {"nowhere": 1}, [["A", 1], ["A", 1]], "A", [["A"]], {"FOREIGN": 1},
    ],
    Method.YES_NO_ABSTAIN: [{"A": "maybe"}, {"A": True}, {"nowhere": "yes"}, [["A", "yes"], ["A", "no"]], "yes"],
    Method.RANKING: [["A", "A"], ["nowhere"], "A", {"A": 1}],
}  # fmt: skip
RULES = {
    Method.APPROVAL: CountRule.EQUAL_SHARES, Method.POINTS: CountRule.POINTS, Method.YES_NO_ABSTAIN: CountRule.MAJORITY,
    Method.RANKING: CountRule.SCHULZE,
}  # fmt: skip


@pytest.mark.parametrize(("method", "choice"), [(method, choice) for method, bad in BAD.items() for choice in bad])
@pytest.mark.parametrize("act", ["cast", "draft"])
def test_a_bad_choice_is_refused_with_its_question_and_changes_nothing(session, app, method, choice, act):
    ballot = make_ballot(
        session, app, method=method, count_rule=RULES[method], max_choices=2, encouraged_min=0, max_points=3
    )
    booth, who = Booth(session, ring_of(app), ballot), voter(session)
    question, other = booth.questions
    names = {"A": question.options[0].key, "B": question.options[1].key, "C": question.options[2].key}
    names["FOREIGN"] = other.options[0].key
    given = {question.key: renamed(choice, names), other.key: None}
    before = fingerprint(session)
    with pytest.raises(DomainError) as error:
        booth.cast(who, choices=given) if act == "cast" else booth.save(who, given)
    assert error.value.field == f"question-{question.key}"
    assert fingerprint(session) == before


def renamed(choice, names):
    if isinstance(choice, dict):
        return {names.get(key, key): value for key, value in choice.items()}
    if isinstance(choice, list):
        return [renamed(each, names) if isinstance(each, list) else names.get(each, each) for each in choice]
    return names.get(choice, choice)


@pytest.mark.parametrize(
    ("method", "given", "stored"),
    [
        (Method.POINTS, {"B": 2, "A": "1", "C": 0}, [["A", 1], ["B", 2]]),
        (Method.YES_NO_ABSTAIN, {"B": "no", "A": "yes"}, [["A", "yes"], ["B", "no"]]),
        (Method.RANKING, ["C", "A"], ["C", "A"]),
        (Method.APPROVAL, ["C", "A"], ["A", "C"]),
    ],
)
def test_each_method_stores_its_canonical_choice(session, app, method, given, stored):
    ballot = make_ballot(session, app, method=method, count_rule=RULES[method])
    booth, who = Booth(session, ring_of(app), ballot), voter(session)
    options = booth.questions[0].options
    names = {letter: option.key for letter, option in zip("ABC", options, strict=True)}
    booth.cast(who, choices={booth.questions[0].key: renamed(given, names)})
    assert booth.own(who)[0].choice == renamed(stored, names)


@pytest.mark.parametrize("method", [*Method])
def test_what_was_cast_can_be_taken_back_in_every_method(session, app, method):
    booth = Booth(session, ring_of(app), make_ballot(session, app, method=method, count_rule=RULES[method]))
    who, question = voter(session), booth.questions[0]
    one = question.options[0].key
    given = {Method.POINTS: {one: 2}, Method.YES_NO_ABSTAIN: {one: "no"}}.get(method, [one])
    booth.cast(who, choices={question.key: given})
    casting.withdraw(session, ring=booth.ring, ballot=booth.ballot, voter=who, by=Voice(None), now=NOW)
    assert [paper.state for paper in rows(session, Paper)] == [PaperState.WITHDRAWN]


def test_an_unknown_question_or_a_bad_nonce_is_refused(session, booth):
    who, key = voter(session), booth.questions[0].key
    good = booth.named({0: [0]})
    for choices, nonces in (({"nowhere": []}, {}), ("x", {}), (good, {key: "ab"}), (good, {key: "zz" * 32})):
        with pytest.raises(DomainError):
            booth.cast(who, choices=choices, nonces=nonces)
    assert rows(session, Paper) == []


@pytest.mark.parametrize("moment", ["before", "after", "closed", "cancelled"])
def test_outside_of_its_time_nothing_is_taken(session, app, booth, ballot, moment):
    who = voter(session)
    now = {"before": ballot.opens_at, "after": ballot.closes_at}.get(moment, NOW)
    if moment == "before":
        now = now.replace(year=now.year - 1)
    if moment == "closed":
        ballot.state, ballot.closed_at = "closed", NOW
    if moment == "cancelled":
        ballot.state, ballot.cancelled_at, ballot.cancel_reason = "cancelled", NOW, "Fehler"
    session.flush()
    session.expire(ballot)
    with pytest.raises(DomainError):
        booth.cast(who, {0: [0]}, now=now)
    assert rows(session, Paper) == []


def test_who_may_not_vote_is_told_why(session, ballot, booth):
    struck = make_verified(session, struck_in=ballot.id, struck_as=Channel.PAPER)
    for who, why in (
        (voter(session, age_met=14), "from"),
        (voter(session, revoked_at=NOW, revoke_reason="Betrug"), "revoked"),
        (Voter(Kind.VERIFICATION, struck.id), "paper"),
        (Voter(Kind.VERIFICATION, 999_999), "valid"),
        (Voter(Kind.CODE, make_code(session, ballot).id), "valid"),
        (Voter(Kind.CODE, make_code(session, ballot, used_as=CodeUse.ALONE, voided_at=NOW).id), "valid"),
        (Voter(Kind.ORGANISATION, make_organisation(session, state="requested", verified_at=None).id), "verified"),
    ):
        with pytest.raises(DomainError, match=why):
            booth.cast(who, {0: [0]})
    assert rows(session, Paper) == []


def test_a_code_votes_as_itself(session, ballot, booth):
    who = Voter(Kind.CODE, make_code(session, ballot, used_as=CodeUse.ALONE).id, Channel.CODE)
    booth.cast(who, {0: [0]})
    assert turnout(session) == [(Electorate.PEOPLE, Channel.CODE, 1, 1)]


def test_an_organisation_votes_once_and_by_name(session, booth):
    organisation = make_organisation(session)
    people = [make_delegate(session, organisation) for _ in range(2)]
    who = Voter(Kind.ORGANISATION, organisation.id)
    for person in people:
        booth.cast(
            who,
            {0: [0, 1] if person is people[0] else [2]},
            by=Voice(person.id, "delegate", organisation.id, "Vorstand"),
        )
    found = rows(session, Paper)
    assert [paper.organisation_id for paper in found] == [organisation.id]
    acts = session.scalars(sa.select(JournalEntry).where(JournalEntry.act == "ballot.cast_by_organisation")).all()
    assert [(act.public, act.organisation_id, act.details) for act in acts] == [(True, organisation.id, {})] * 2


def test_a_persons_cast_leaves_nothing_in_the_journal(session, booth):
    before = len(rows(session, JournalEntry))
    booth.cast(voter(session), {0: [0]})
    assert len(rows(session, JournalEntry)) == before


def test_without_the_right_keys_nobody_votes(session, app, booth, ballot):
    path = app.config["SETTINGS"].ballot_keys / f"{ballot.key}.pepper"
    kept = path.read_text()
    path.write_text("ab" * 32)
    with pytest.raises(MissingKeys):
        booth.cast(voter(session), {0: [0]})
    path.unlink()
    with pytest.raises(MissingKeys):
        booth.cast(voter(session), {0: [0]})
    path.write_text(kept)
    assert booth.cast(voter(session), {0: [0]}).commitments
    assert rows(session, Paper)


def test_casting_takes_a_handful_of_statements_however_much_is_asked(session, app, count_queries):
    counts = []
    for clusters in (1, 8):
        ballot = make_ballot(session, app, clusters=clusters)
        booth, who = Booth(session, ring_of(app), ballot), voter(session, make_account(session))
        everything = {place: [0, 1, 2] for place in range(clusters)}
        with count_queries() as seen:
            booth.cast(who, everything, network="203.0.113.0/24")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
