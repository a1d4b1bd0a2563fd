"""A whole ballot through the platform: cast, changed, withdrawn, taken out, closed, counted, published; the verifier agrees."""

import random

import pytest

from bihaelt.accounts.domain import Role
from bihaelt.journal.domain import Voice
from bihaelt.votes.domain import DecisionRule, Kind, Method, Voter
from bihaelt.votes.domain.ballots import CountRule
from bihaelt.votes.operations import casting, closing, counting, invalidating, log
from bihaelt.votes.operations.invalidating import Target
from bihaelt.votes.operations.records import kept_records
from bihaelt.votes.queries import ballots as queries
from tests.factories import NOW, make_account, make_organisation
from tests.verify.records import check
from tests.votes.ballot_stage import STAFF, make_ballot, make_verified, ring_of


class Vote:
    """A ballot with two questions; choices are drawn with a seed."""

    def __init__(self, session, app, seed=1, **values):
        self.session, self.ring, self.rng = session, ring_of(app), random.Random(seed)
        self.ballot = make_ballot(session, app, options=5, cost=7, budget=20, **values)
        self.questions = queries.questions(session, self.ballot)
        self.staff = [Voice(make_account(session).id, role.value) for role in (Role.COUNCIL_CLERK, Role.PLAN_OWNER)]

    def person(self):
        return make_verified(self.session, False).id

    def organisation(self):
        return Voter(Kind.ORGANISATION, make_organisation(self.session).id)

    def cast(self, who, questions=None):
        voter = who if isinstance(who, Voter) else Voter(Kind.VERIFICATION, who)
        choices = {question.key: self.choice(question) for question in questions or self.questions}
        return casting.cast(
            self.session, ring=self.ring, ballot=self.ballot, voter=voter, choices=choices, by=Voice(None), now=NOW
        )

    def choice(self, question):
        keys = [option.key for option in question.options]
        picked = self.rng.sample(keys, self.rng.randint(1, 3))
        if self.ballot.method in (Method.APPROVAL, Method.RANKING):
            return picked
        if self.ballot.method is Method.POINTS:
            return {key: self.rng.randint(1, 3) for key in picked}
        return {key: self.rng.choice(["yes", "no"]) for key in picked}

    def take_out(self, verification):
        asked = invalidating.ask(
            self.session, ballot=self.ballot, target=Target(verification_id=verification), reason="Gekauft", by=self.staff[0],
            now=NOW,
        )  # fmt: skip
        invalidating.answer(self.session, ring=self.ring, invalidation=asked, agree=True, by=self.staff[1], now=NOW)

    def close(self):
        closing.close(self.session, ring=self.ring, ballot=self.ballot, by=STAFF, now=self.ballot.closes_at)

    def count(self):
        counting.count(self.session, ballot=self.ballot, by=STAFF, now=self.ballot.closes_at)

    def published(self, folder):
        return kept_records(self.session, ring=self.ring, ballot=self.ballot, folder=folder, city="Bielefeld")


def is_in_order(path):
    answer = check(path)
    assert (answer.faults, answer.status) == ([], 0)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"count_rule": CountRule.GREEDY},
        {"decision_rule": DecisionRule.R1, "percent": 30},
        {"decision_rule": DecisionRule.R2, "people_per_mille": 800},
        {"decision_rule": DecisionRule.R3, "people_per_mille": 700},
        {"method": Method.POINTS, "count_rule": CountRule.POINTS},
        {"method": Method.YES_NO_ABSTAIN, "count_rule": CountRule.MAJORITY},
        {"method": Method.RANKING, "count_rule": CountRule.SCHULZE},
        {"method": Method.RANKING, "count_rule": CountRule.INSTANT_RUNOFF},
    ],
)
def test_what_the_platform_publishes_is_in_order(session, app, tmp_path, values):
    vote = Vote(session, app, **values)
    people = [vote.person() for _ in range(20)]
    for person in people:
        vote.cast(person, vote.questions[: vote.rng.randint(1, 2)])
    for person in people[:5]:
        vote.cast(person)
    for _ in range(4):
        vote.cast(vote.organisation())
    vote.close()
    vote.count()
    path = vote.published(tmp_path)
    is_in_order(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "changed.zip").write_bytes(data)
    assert check(tmp_path / "changed.zip").status == 1


def test_withdrawn_and_invalidated_papers_are_accounted_for_before_and_after_the_close(session, app, tmp_path):
    vote = Vote(session, app)
    people = [vote.person() for _ in range(27)]
    for person in people:
        vote.cast(person)
    casting.withdraw(
        session, ring=vote.ring, ballot=vote.ballot, voter=Voter(Kind.VERIFICATION, people[0]), by=Voice(None), now=NOW
    )
    log.batch(session, ring=vote.ring, ballot=vote.ballot, now=vote.ballot.closes_at)
    vote.take_out(people[1])
    vote.close()
    vote.take_out(people[2])
    vote.count()
    is_in_order(vote.published(tmp_path / "first"))
    vote.take_out(people[3])
    vote.count()
    is_in_order(vote.published(tmp_path / "second"))


def test_nobody_voted_and_that_is_in_order(session, app, tmp_path):
    vote = Vote(session, app)
    vote.close()
    vote.count()
    is_in_order(vote.published(tmp_path))


def test_few_people_are_protected_and_that_is_in_order(session, app, tmp_path):
    vote = Vote(session, app)
    for _ in range(5):
        vote.cast(vote.person())
    vote.close()
    vote.count()
    answer = check(vote.published(tmp_path))
    assert answer.faults == []
    assert answer.text.count('"withheld"') == 2
