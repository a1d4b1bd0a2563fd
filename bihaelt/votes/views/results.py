"""What came out: results, the reason for every proposal, and the rounds. Pages read what was counted, nothing is counted here."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort

from bihaelt import guard, i18n, permissions
from bihaelt.conferences.queries import titles
from bihaelt.memo import kept
from bihaelt.rendering import render
from bihaelt.votes.domain.ballots import SMALL, SPENDING, Channel, Method
from bihaelt.votes.domain.results import Apart
from bihaelt.votes.domain.results.reasons import WITH_SHARES
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries import booth, results
from bihaelt.votes.queries.ballots import QuestionFacts, questions
from bihaelt.votes.queries.booth import Asked, AskedOption
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import known


@bp.get("/ballots/<int:ballot_id>/results", endpoint="results")
def all_results(ballot_id: int) -> str:
    guard.require(permissions.public)
    session, ballot = guard.database(), known(ballot_id)
    asked = booth.asked(session, ballot, i18n.current().chain)
    read = kept(("results", ballot.id, ballot.run, ballot.state), lambda: results.outcomes(session, ballot))
    taking = results.taking_part(session, ballot)
    return _page(
        "results",
        ballot,
        asked=asked,
        results={number: result for number, (result, _) in read.items()},
        verdicts={number: said for number, (_, said) in read.items()},
        options={question.id: _by_key(question) for question in asked},
        taking=taking,
        channels=_channels(taking),
        taken_out=results.taken_out(session, ballot.id) if taking else [],
    )


@bp.get("/ballots/<int:ballot_id>/results/<int:question_id>")
def result(ballot_id: int, question_id: int) -> str:
    guard.require(permissions.public)
    session, ballot = guard.database(), known(ballot_id)
    facts, shown = _question(ballot, question_id)
    key = ("result", question_id, ballot.run, ballot.state)
    found, said = kept(key, lambda: results.explained(session, ballot, facts)) or abort(404)
    return _page(
        "result",
        ballot,
        question=shown,
        options=_by_key(shown),
        result=found,
        verdicts=said,
        shares=ballot.count_rule in WITH_SHARES,
    )


@bp.get("/ballots/<int:ballot_id>/results/<int:question_id>/rounds")
def result_rounds(ballot_id: int, question_id: int) -> str:
    guard.require(permissions.public)
    session, ballot = guard.database(), known(ballot_id)
    facts, shown = _question(ballot, question_id)
    key = ("rounds", question_id, ballot.run, ballot.state)
    found, pictures = kept(key, lambda: results.in_rounds(session, ballot, facts)) or abort(404)
    return _page(
        "rounds",
        ballot,
        question=shown,
        options=_by_key(shown),
        result=found,
        pictures=pictures,
        traces=found.decided.counts,
    )


def _question(ballot: Ballot, question_id: int) -> tuple[QuestionFacts, Asked]:
    session = guard.database()
    facts = next((each for each in questions(session, ballot) if each.id == question_id), None) or abort(404)
    asked = booth.asked(session, ballot, i18n.current().chain)
    return facts, next(each for each in asked if each.id == question_id)


def _by_key(question: Asked) -> Mapping[str, AskedOption]:
    return {option.key: option for option in question.options}


def _channels(taking: Apart[results.Taking]) -> Sequence[Channel]:
    """The ways on which anybody voted."""
    used = {channel for _, each in taking.items() for channel, voters in each.ways.items() if voters}
    return [channel for channel in Channel if channel in used]


def _page(template: str, ballot: Ballot, **context: Any) -> str:
    names = titles(guard.database(), [ballot.conference_id], i18n.current().chain)
    return render(
        f"ballots/{template}.html",
        ballot=ballot,
        conference_title=names[ballot.conference_id],
        small=SMALL,
        spends=ballot.method in SPENDING or ballot.method is Method.YES_NO_ABSTAIN,
        **context,
    )
