"""The voting booth: who votes here, in whose name, and where its steps are. With an account, or with a code alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, make_response, request, url_for
from werkzeug.wrappers import Response

from bihaelt import guard, i18n, permissions
from bihaelt.journal.domain import Voice
from bihaelt.rendering import render
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Kind, Voter
from bihaelt.votes.domain.ballots import BallotState
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.networks import prefix
from bihaelt.votes.forms.voting import ActForm, PaperForm, marks_of, nonces_sent
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations import casting
from bihaelt.votes.queries import ballots, roll
from bihaelt.votes.queries.booth import Asked, Own, asked, held, own

Answer = str | Response | tuple[str, int]
# Where the steps are: with an account each page has an address of its own; with a code everything is in form fields.
WITH_ACCOUNT = {
    "fill": "votes.ballot_vote", "change": "votes.ballot_vote", "save": "votes.save_ticks", "review": "votes.review",
    "cast": "votes.cast", "withdraw": "votes.withdraw", "receipt": "votes.receipt",
}  # fmt: skip
WITH_CODE = {
    "fill": "votes.code_review", "change": "votes.code_paper", "save": "votes.code_save", "cast": "votes.code_cast",
    "withdraw": "votes.code_withdraw", "leave": "votes.code_leave",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Booth:
    """One voter before one ballot. ``organisation`` is the name of the organisation they vote for, empty for oneself.

    ``values`` stand in the addresses of the steps, ``fields`` (the ticket of a code) in every form.
    """

    ballot: Ballot
    voter: Voter
    voice: Voice
    organisation: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def with_code(self) -> bool:
        return self.voter.kind is Kind.CODE

    def address(self, step: str, **more: Any) -> str:
        return url_for((WITH_CODE if self.with_code else WITH_ACCOUNT)[step], **self.values, **more)

    def own(self) -> Own:
        return own(guard.database(), ring(), self.ballot, self.voter)

    def asked(self) -> list[Asked]:
        return list(asked(guard.database(), self.ballot, i18n.current().chain))

    def page(self, template: str, **context: Any) -> str:
        return render(f"ballots/{template}.html", booth=self, ballot=self.ballot, **context)


def ring() -> KeyRing:
    """The keys of all ballots."""
    return KeyRing(current_app.config["SETTINGS"].ballot_keys)


def known(ballot_id: int) -> Ballot:
    """A ballot that the public may know of. A draft does not exist: 404."""
    found = ballots.ballot(guard.database(), ballot_id)
    if found is None or found.state is BallotState.DRAFT:
        abort(404)
    return found


def acting_for() -> int | None:
    """The organisation in whose name the person votes; it stands in the address, so that nobody is in doubt."""
    number = request.args.get("acting_for", type=int)
    return number if number is not None and 0 < number < 2**31 else None


def with_account(ballot: Ballot) -> Booth:
    """The booth of the signed-in person, once the permission for the chosen voice was given."""
    organisation_id, actor = acting_for(), guard.actor()
    if organisation_id is not None:
        guard.require(permissions.vote_for, (ballot, organisation_id))
        return for_organisation(ballot, organisation_id)
    found = roll.entitled(guard.database(), ballot.id, actor.id) if actor else None
    guard.require(permissions.vote_as_person, (ballot, found.entitlement if found else None))
    return for_person(ballot, found or abort(403))


def for_organisation(ballot: Ballot, organisation_id: int) -> Booth:
    seat = guard.signed_in().seat(organisation_id)
    return Booth(
        ballot,
        Voter(Kind.ORGANISATION, organisation_id),
        guard.voice_for(organisation_id),
        organisation=seat.organisation_name if seat else "",
        values={"ballot_id": ballot.id, "acting_for": organisation_id},
    )


def for_person(ballot: Ballot, found: roll.Entitled) -> Booth:
    return Booth(ballot, found.voter, guard.voice_for(None), values={"ballot_id": ballot.id})


def paper_page(booth: Booth, form: PaperForm | None = None, questions: list[Asked] | None = None) -> str:
    """The paper to be filled in: with what was typed if it comes back, else with what is saved."""
    questions, mine, method = questions or booth.asked(), booth.own(), booth.ballot.method
    saved = {key: marks_of(paper.shown, method) for key, paper in mine.papers.items()}
    return booth.page(
        "vote",
        questions=questions,
        marks={**saved, **form.marks} if form else saved,
        form=form or ActForm(),
        wrong=form.wrong if form else {},
        own=mine,
    )


def keep(booth: Booth) -> tuple[PaperForm, list[Asked], bool]:
    """Save the ticks of this request as not cast yet. Papers that were taken out of the count stay as they are."""
    questions, mine = booth.asked(), booth.own()
    form = PaperForm((each.sheet for each in questions if each.key not in mine.taken_out), mine.taken_out)
    if not form.validate_on_submit():
        return form, questions, False
    # What is empty and always was needs no row.
    choices = {key: given for key, given in form.choices.items() if given or key in mine.papers}
    try:
        casting.save_draft(
            guard.database(), ring=ring(), ballot=booth.ballot, voter=booth.voter, choices=choices, now=guard.now()
        )
    except DomainError as error:
        form.refuse(error)
        return form, questions, False
    return form, questions, True


def saved_answer(booth: Booth) -> Response:
    """The answer to a tick: that it is saved and how far the voter is, or at which question something is wrong."""
    form, _, kept = keep(booth)
    if kept:
        return make_response({"progress": booth.own().progress, "fields": booth.fields})
    return make_response({"wrong": form.wrong, "message": " ".join(map(str, form.form_errors))}, 422)


def review_page(booth: Booth, form: ActForm | None = None) -> str:
    """The whole paper before it is cast."""
    questions, mine = booth.asked(), booth.own()
    choices = {key: paper.shown for key, paper in mine.papers.items() if key not in mine.taken_out}
    return booth.page(
        "review",
        questions=questions,
        choices=choices,
        marks={key: marks_of(choice, booth.ballot.method) for key, choice in choices.items()},
        own=mine,
        form=form or ActForm(),
    )


def cast(booth: Booth) -> ActForm | None:
    """Cast all saved ticks. None when it is done, else the form that says why not; then nothing was changed."""
    return _done(
        lambda: casting.cast(
            guard.database(), ring=ring(), ballot=booth.ballot, voter=booth.voter, by=booth.voice, now=guard.now(),
            nonces=nonces_sent(_keys(booth)), network=prefix(request.remote_addr or ""),
        )
    )  # fmt: skip


def withdraw(booth: Booth) -> ActForm | None:
    """Take everything back; None when it is done."""
    return _done(
        lambda: casting.withdraw(
            guard.database(), ring=ring(), ballot=booth.ballot, voter=booth.voter, by=booth.voice, now=guard.now()
        )
    )


def receipt_page(booth: Booth, template: str = "receipt", **more: Any) -> str:
    """What the voter takes along."""
    receipt = held(guard.database(), ring(), booth.ballot, booth.voter)
    return booth.page(template, receipt=receipt, titles={each.key: each.title for each in booth.asked()}, **more)


def _keys(booth: Booth) -> Iterable[str]:
    return [question.key for question in ballots.questions(guard.database(), booth.ballot)]


def _done(act: Any) -> ActForm | None:
    form = ActForm()
    if not form.validate_on_submit():
        return form
    try:
        act()
    except DomainError as error:
        form.refuse(error)
        return form
    return None
