"""What stands on printed pages: letters with codes in German with a line in each other language, and ballot sheets."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, make_response, url_for
from werkzeug.wrappers import Response

from bihaelt import guard
from bihaelt.i18n import BY_BABEL, LANGUAGES, Language, format_moment, format_money, gettext, speaking
from bihaelt.marks import N_
from bihaelt.printing import Said
from bihaelt.rendering import absolute
from bihaelt.texts.domain import Shown
from bihaelt.votes.domain.address_list import Addressee
from bihaelt.votes.domain.ballots import Method
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations.codes import MadeCodes
from bihaelt.votes.operations.printing import (
    PrintedOption,
    PrintedQuestion,
    Sheet,
    ballot_sheets,
    letters,
)
from bihaelt.votes.queries.booth import asked

GERMAN = BY_BABEL["de"]
MARKS = {
    Method.APPROVAL: "box",
    Method.POINTS: "points",
    Method.YES_NO_ABSTAIN: "answers",
    Method.RANKING: "ranks",
}
POINTS, LARGE_POINTS = 10.5, 13
SHORT = N_("With this code you can vote until %(moment)s: %(address)s")


def letters_of(ballot: Ballot, made: MadeCodes, addressees: Sequence[Addressee], sender: str) -> bytes:
    """One letter for each code; people who need none get none."""
    sheets = letter_sheets(made, [each.lines for each in addressees] or [()] * len(made.codes))
    with speaking(GERMAN):
        words = _letter_words(ballot)
    others = [_short(language, ballot) for language in LANGUAGES if language is not GERMAN]
    return letters(sheets, words=words, others=others, sender=sender)


def letter_sheets(made: MadeCodes, windows: Sequence[Sequence[str]]) -> list[Sheet]:
    """Numbered as in the batch. The picture opens the page for codes; what stands behind # is sent to no server."""
    address = _address(GERMAN)
    return [
        Sheet(f"{made.batch.name} {number}", code, f"{address}#{code}", tuple(window))
        for number, (code, window) in enumerate(zip(made.codes, windows, strict=True), start=1)
        if code is not None
    ]


def _letter_words(ballot: Ballot) -> dict[str, Any]:
    return {
        **_shared(),
        "title": gettext(N_("Letters with voting codes")),
        "subject": gettext(N_("Your code for the vote")),
        "text": [
            gettext(N_("Good day,")),
            gettext(
                N_("the people of %(city)s vote on which proposals get money. You too can vote, whatever your passport, "
                   "from %(from)s until %(until)s."),
                **{"city": _city(), "from": format_moment(ballot.opens_at), "until": format_moment(ballot.closes_at)},
            ),
            gettext(N_("Scan the picture with your telephone, or open the address and type the code. You need no account.")),
        ],
        "code": gettext(N_("Your code")),
        "web": _bare(_address(GERMAN)),
        "after": [
            gettext(N_("The code is for one person. Please give it to nobody. If you have an account, you can enter the "
                       "code there once instead.")),
            gettext(N_("Nobody can see how you vote: the city keeps neither your address nor this code beside your paper.")),
        ],
    }  # fmt: skip


def _short(language: Language, ballot: Ballot) -> Said:
    with speaking(language):
        text = gettext(SHORT, moment=format_moment(ballot.closes_at), address=_bare(_address(language)))
    return Said(f"{language.name}: {text}", _lang(language), language.dir)


def sheets_of(ballot: Ballot, made: MadeCodes, language: Language) -> bytes:
    """One ballot sheet for each code. Its picture holds the code alone: it opens no page, staff scan it."""
    with speaking(language):
        sheets = [
            Sheet(f"{made.batch.name} {number}", code, code)
            for number, code in enumerate(made.codes, start=1)
            if code is not None
        ]
        questions = [
            PrintedQuestion(
                _said(question.title),
                gettext(N_("Budget: %(sum)s"), sum=format_money(question.budget)),
                tuple(
                    PrintedOption(number, _said(option.title), format_money(option.cost))
                    for number, option in enumerate(question.options, start=1)
                ),
            )
            for question in asked(guard.database(), ballot, language.chain)
        ]
        words = _sheet_words(ballot)
    size = LARGE_POINTS if language.babel == "de@simple" else POINTS
    about = {"lang": _lang(language), "dir": language.dir, "points": size}
    return ballot_sheets(sheets, words=words, questions=questions, marks=MARKS[ballot.method], language=about)


def _sheet_words(ballot: Ballot) -> dict[str, Any]:
    how = {
        Method.APPROVAL: gettext(
            N_("In each topic, tick the proposals that you are for: at most %(most)s."), most=ballot.max_choices
        ),
        Method.POINTS: gettext(N_("In each topic, share out up to %(most)s points."), most=ballot.max_points),
        Method.YES_NO_ABSTAIN: gettext(N_("Answer yes, no or abstain for each proposal.")),
        Method.RANKING: gettext(N_("Put the proposals of each topic in your order, the best first. One wins.")),
    }
    return {
        **_shared(),
        "title": gettext(N_("Ballot paper")),
        "text": [
            how[ballot.method],
            gettext(N_("Do not write your name on it. Please hand it in by %(moment)s."), moment=format_moment(ballot.closes_at)),
        ],
        "answers": [gettext(N_("yes")), gettext(N_("no")), gettext(N_("abstain"))],
        # The press fills in the numbers, which it alone knows.
        "page": gettext(N_("Page %(page)s of %(pages)s"), page="{page}", pages="{pages}"),
        "after": gettext(N_("A topic that you leave empty does not count.")),
    }  # fmt: skip


def _shared() -> dict[str, str]:
    return {
        "city": _city(),
        "number": gettext(N_("Number")),
        "picture": gettext(N_("Picture of the code for a camera")),
    }


def _address(language: Language) -> str:
    return absolute(url_for("votes.code_vote", lang=language.url))


def _city() -> str:
    name: str = current_app.config["CITY"].name
    return name


def _bare(address: str) -> str:
    return address.partition("://")[2]


def _lang(language: Language) -> str:
    """The bare language, as typst takes it."""
    return language.tag.partition("-")[0]


def _said(shown: Shown) -> Said:
    language = BY_BABEL[shown.language]
    return Said(shown.title, _lang(language), language.dir)


def pdf(body: bytes, name: str) -> Response:
    """A PDF to be saved; it holds codes, so no cache may keep it."""
    answer = make_response(body)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
