"""Paper ballots at the desk: printed in every language, typed in by two people, settled by a third, and counted."""

import io
import json
import re

import pypdf
import pytest

from bihaelt.accounts.domain import Role
from bihaelt.extensions import db
from bihaelt.i18n import BY_BABEL
from bihaelt.votes.domain import Channel, Method
from bihaelt.votes.domain.ballots import CountRule, PaperState
from bihaelt.votes.models import CodeBatch, Paper, PaperEntry, Question, VotingCode
from bihaelt.votes.operations import codes as operations
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.factories import NOW, add, make_account
from tests.votes.ballot_stage import STAFF, make_ballot, make_draft, ring_of

CODE = re.compile(r"[2-9B-DF-HJKMNP-TV-Z]{4}(?:-[2-9B-DF-HJKMNP-TV-Z]{4}){2}")


@pytest.fixture
def ballot(app, session):
    return make_ballot(session, app)


@pytest.fixture
def typists(app, session):
    """Three people at three desks."""
    return [app.test_client().sign_in(make_account(session, Role.COUNCIL_CLERK)) for _ in range(3)]


@pytest.fixture
def made(app, session, ballot):
    """``made(count)``: codes of sheets that were printed before; printing each anew would take most of the time."""

    def make(count=1, of=None, **values):
        defaults = {"channel": Channel.PAPER, "on_sheets": True, "name": "Rathaus", "by": STAFF, "now": NOW}
        return list(
            operations.make_codes(
                session, ring=ring_of(app), ballot=of or ballot, count=count, **(defaults | values)
            ).codes
        )

    return make


def printed(desk, ballot, count=1, language="de", name="Rathaus", channel="paper"):
    fields = {"name": name, "language": language, "count": str(count), "channel": channel}
    answer = desk.post(f"/en/desk/ballots/{ballot.id}/sheets", fields)
    assert answer.status_code == 200, words(answer)
    pdf = pypdf.PdfReader(io.BytesIO(answer.data))
    text = "".join(re.sub("[\u202a-\u202e]", "", page.extract_text()) for page in pdf.pages)  # pypdf marks directions
    codes = list(dict.fromkeys(CODE.findall(text)))
    return pdf, codes


def keys(session, ballot):
    return [(question.key, [option.key for option in question.options]) for question in questions(session, ballot)]


def typed(desk, ballot, code, *lines, settles=None):
    names = [question.key for question in questions(db.session(), ballot)]
    fields = {"code": code} | {f"question-{key}": line for key, line in zip(names, lines, strict=False)}
    page = "settle" if settles is not None else "entry"
    if settles:
        fields["settles"] = "yes"
    return desk.post(f"/en/desk/ballots/{ballot.id}/sheets/{page}", fields)


def facts(page) -> dict[str, str]:
    """The page's figures by what they are called."""
    root = tree(page)
    return {key.text_content(): key.getnext().text_content() for key in root.xpath("//main//dl/dt")}


def cast(session, ballot):
    """The choices in the urn by question key."""
    session.expire_all()
    by_id = {question.id: question.key for question in session.query(Question).filter_by(ballot_id=ballot.id)}
    papers = session.query(Paper).filter(Paper.state == PaperState.CAST, Paper.question_id.in_(by_id)).all()
    assert all(paper.channel is Channel.PAPER for paper in papers)
    return {by_id[paper.question_id]: json.loads(paper.choice) for paper in papers}


# Every language goes through the press in test_printing; these differ at the desk: by size of type, and by direction.
@pytest.mark.parametrize(
    "language", [BY_BABEL[name] for name in ("de", "de@simple", "ar", "en")], ids=lambda language: language.url
)
def test_sheets_are_printed_in_the_language_that_was_chosen(session, ballot, typists, language):
    pdf, codes = printed(typists[0], ballot, count=2, language=language.babel)
    assert len(codes) == 2
    assert pdf.trailer["/Root"]["/Lang"] == language.tag.partition("-")[0]
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    batch = session.query(CodeBatch).one()
    assert (batch.channel, batch.codes) == (Channel.PAPER, 2)


def test_sheets_for_the_hall_are_a_batch_of_their_own(session, ballot, typists):
    printed(typists[0], ballot, channel="room", name="Stadthalle")
    batch = session.query(CodeBatch).one()
    assert (batch.channel, batch.on_sheets) == (Channel.ROOM, True)
    assert "Stadthalle · In the room · 1 sheet" in words(typists[0].get(f"/en/desk/ballots/{ballot.id}/sheets"))


def test_a_sheet_says_what_can_be_chosen(ballot, typists):
    pdf, _ = printed(typists[0], ballot)
    page = pdf.pages[0].extract_text()
    assert page.count("Mehr Bänke") == 6
    assert "Rathaus 1" in page
    assert "2.500" in page
    assert "1.000" in page


def test_two_people_type_the_same_and_it_counts(session, ballot, typists):
    _, (code,) = printed(typists[0], ballot)
    (one, first), (two, second) = keys(session, ballot)
    assert typed(typists[0], ballot, code, "1, 3", "2").status_code == 303
    assert cast(session, ballot) == {}
    assert typed(typists[1], ballot, code.lower(), "3 1", "2").status_code == 303
    assert cast(session, ballot) == {one: sorted([first[0], first[2]]), two: [second[1]]}
    assert "Both entries are the same." in words(typists[1].get(f"/en/desk/ballots/{ballot.id}/sheets"))


def test_the_second_person_does_not_see_the_first_entry(ballot, typists, made):
    (code,) = made()
    typed(typists[0], ballot, code, "1 3", "2")
    page = tree(typists[1].get(f"/en/desk/ballots/{ballot.id}/sheets/entry"))
    assert set(page.xpath("//main//input[@type='text']/@value")) <= {""}
    refused = typed(typists[1], ballot, code, "", "", settles=False)
    assert refused.status_code == 422
    assert "was not typed in twice yet" in words(refused)


def test_nobody_types_the_same_sheet_twice(session, ballot, typists, made):
    (code,) = made()
    typed(typists[0], ballot, code, "1", "2")
    answer = typed(typists[0], ballot, code, "1", "2")
    assert answer.status_code == 422
    assert "Somebody else has to type this paper ballot in the second time." in words(answer)
    assert session.query(PaperEntry).count() == 1


def test_a_third_person_settles_a_difference(session, ballot, typists, made):
    (code,) = made()
    (one, first), (two, second) = keys(session, ballot)
    typed(typists[0], ballot, code, "1 3", "2")
    assert "differ" in words(typists[1].get(typed(typists[1], ballot, code, "1 2", "2").headers["Location"]))
    assert cast(session, ballot) == {}
    for desk in typists[:2]:
        answer = typed(desk, ballot, code, "1", "2", settles=True)
        assert answer.status_code == 422
        assert "A third person has to settle this." in words(answer)
    shown = typed(typists[2], ballot, code, settles=False)
    assert shown.status_code == 200
    assert "One entry: \u20661 3\u2069. The other: \u20661 2\u2069." in words(shown)
    assert tree(shown).xpath(f"string(//input[@name='question-{two}']/@value)") == "2"
    assert typed(typists[2], ballot, code, "1 3", "2", settles=True).status_code == 303
    assert cast(session, ballot) == {one: sorted([first[0], first[2]]), two: [second[1]]}


def test_a_settled_sheet_is_done(session, ballot, typists, made):
    (code,) = made()
    for desk, line in zip(typists[:2], ("1", "2"), strict=True):
        typed(desk, ballot, code, line, "")
    typed(typists[2], ballot, code, "1", "", settles=True)
    for settles in (None, False, True):
        assert typed(typists[2], ballot, code, "2", "", settles=settles).status_code == 422
    assert len(cast(session, ballot)) == 1


def test_a_mistake_while_settling_loses_nothing(session, ballot, typists, made):
    (code,) = made()
    for desk, line in zip(typists[:2], ("1", "2"), strict=True):
        typed(desk, ballot, code, line, "")
    answer = typed(typists[2], ballot, code, "1 x", "3", settles=True)
    assert answer.status_code == 422
    (one, _), (two, _) = keys(session, ballot)
    page = tree(answer)
    assert page.xpath(f"string(//input[@name='question-{one}']/@value)") == "1 x"
    assert page.xpath(f"string(//input[@name='question-{two}']/@value)") == "3"
    assert cast(session, ballot) == {}


def test_an_empty_sheet_is_done_without_a_paper(session, ballot, typists, made):
    (code,) = made()
    for desk in typists[:2]:
        assert typed(desk, ballot, code, "", "").status_code == 303
    assert cast(session, ballot) == {}
    assert facts(typists[0].get(f"/en/desk/ballots/{ballot.id}/sheets"))["Done"] == "1"


@pytest.mark.parametrize("line", ["9", "0", "x", "1 1", "1 2 3 4", "-1", "1.5", "<b>", "1=2", "٣"])
def test_what_cannot_be_read_is_named_at_its_topic_and_stays(session, ballot, typists, line, made):
    (code,) = made()
    answer = typed(typists[0], ballot, code, line, "2")
    assert answer.status_code == 422
    (one, _), (two, _) = keys(session, ballot)
    page = tree(answer)
    assert page.xpath(f"string(//input[@name='question-{one}']/@value)") == line
    assert page.xpath(f"string(//input[@name='question-{one}']/@aria-invalid)") == "true"
    assert page.xpath(f"string(//input[@name='question-{two}']/@value)") == "2"
    assert page.xpath("string(//input[@name='code']/@value)") == code
    assert session.query(PaperEntry).count() == 0


@pytest.mark.parametrize("code", ["", "x", "BCDF-2345-GHJK", "<script>"])
def test_a_code_that_is_none_is_refused_and_the_numbers_stay(session, ballot, typists, code):
    answer = typed(typists[0], ballot, code, "1", "2")
    assert answer.status_code == 422
    (one, _), _ = keys(session, ballot)
    assert tree(answer).xpath(f"string(//input[@name='question-{one}']/@value)") == "1"
    assert session.query(PaperEntry).count() == 0


def test_a_sheet_of_another_vote_and_a_letters_code_are_none(app, session, ballot, typists, made):
    other = make_ballot(session, app)
    (foreign,) = made(of=other)
    (letter,) = made(channel=Channel.CODE, on_sheets=False)
    for each in (foreign, letter):
        assert typed(typists[0], ballot, each, "1", "2").status_code == 422


def test_a_sheets_code_opens_no_page(app, ballot, typists, made):
    (code,) = made()
    assert app.test_client().post("/en/vote", {"code": code}).status_code == 422


def test_a_void_sheet_cannot_be_typed_in(session, ballot, typists, made):
    (code,) = made()
    batch = session.query(CodeBatch).one()
    typists[0].post(f"/en/desk/ballots/{ballot.id}/codes/{batch.id}/void", {"first": "1", "last": "1"})
    assert typed(typists[0], ballot, code, "1", "2").status_code == 422


def test_the_progress_is_visible(session, ballot, typists, made):
    codes = made(5)
    typed(typists[0], ballot, codes[0], "1", "")
    for desk, line in zip(typists[:2], ("1", "2"), strict=True):
        typed(desk, ballot, codes[1], line, "")
        typed(desk, ballot, codes[2], "3", "")
    answer = typists[0].get(f"/en/desk/ballots/{ballot.id}/sheets")
    wanted = {"Printed": "5", "Handed out": "0", "Typed in once": "1", "Differing": "1", "Done": "1"}
    assert facts(answer) == wanted
    page = words(answer)
    assert "Rathaus 2 Differing You have typed this one in." in page
    assert "Rathaus 2 Differing Settle" in words(typists[2].get(f"/en/desk/ballots/{ballot.id}/sheets"))


def test_the_page_has_its_number_of_statements(session, ballot, typists, made, count_queries):
    made(50)
    seen = []
    for number in (1, 3, 50):
        for sheet in range(session.query(PaperEntry).count(), number):
            entry = {"sheet": f"{sheet:064x}", "number": f"Rathaus {sheet}", "part": "first", "choices": "{}"}
            add(session, PaperEntry(ballot_id=ballot.id, typed_at=NOW, **entry))
        with count_queries() as statements:
            typists[0].get(f"/en/desk/ballots/{ballot.id}/sheets")
        seen.append(len(statements))
    assert len(set(seen)) == 1, seen


@pytest.mark.parametrize("fields", [{"count": "0"}, {"count": "501"}, {"count": ""}, {"language": "xx"}, {"name": ""}])
def test_a_wrong_order_prints_nothing(session, ballot, typists, fields):
    given = {"name": "Rathaus", "language": "de", "count": "1"} | fields
    assert typists[0].post(f"/en/desk/ballots/{ballot.id}/sheets", given).status_code == 422
    assert session.query(VotingCode).count() == 0


def test_a_draft_has_no_sheets(session, typists):
    draft = make_draft(session)
    assert "has not been opened yet" in words(typists[0].get(f"/en/desk/ballots/{draft.id}/sheets"))
    assert typists[0].post(f"/en/desk/ballots/{draft.id}/sheets", {"count": "1"}).status_code == 403
    assert typists[0].get(f"/en/desk/ballots/{draft.id}/sheets/entry").status_code == 403


@pytest.mark.parametrize(
    ("method", "rule", "line", "other", "choice"),
    [
        (Method.POINTS, CountRule.POINTS, "3=2 1 = 5", "1=5, 3=2", lambda k: [[k[0], 5], [k[2], 2]]),
        (Method.YES_NO_ABSTAIN, CountRule.MAJORITY, "1+ 2- 3/", "1+2-3/", lambda k: [[k[0], "yes"], [k[1], "no"], [k[2], "abstain"]]),
        (Method.RANKING, CountRule.SCHULZE, "3 1", "3;1", lambda k: [k[2], k[0]]),
    ],
)  # fmt: skip
def test_every_method_can_be_typed_in(app, session, typists, method, rule, line, other, choice, made):
    ballot = make_ballot(session, app, method=method, count_rule=rule)
    codes = made(2, of=ballot)
    (one, options), _ = keys(session, ballot)
    for desk, given in zip(typists[:2], (line, other), strict=True):
        assert typed(desk, ballot, codes[0], given, "").status_code == 303
    assert cast(session, ballot) == {one: sorted(choice(options)) if method is not Method.RANKING else choice(options)}
    for desk, given in zip(typists[:2], (line, ""), strict=True):
        typed(desk, ballot, codes[1], given, "")
    shown = words(typed(typists[2], ballot, codes[1], settles=False))
    assert "The other: empty." in shown


@pytest.mark.parametrize("role", [None, Role.TRANSLATOR, Role.OFFICE_EDITOR])
def test_others_do_not_type_in(app, session, ballot, role):
    account = make_account(session, role) if role else make_account(session)
    desk = app.test_client().sign_in(account)
    for page in ("sheets", "sheets/entry", "sheets/settle"):
        assert desk.get(f"/en/desk/ballots/{ballot.id}/{page}").status_code == 403
        assert desk.post(f"/en/desk/ballots/{ballot.id}/{page}").status_code == 403


def test_moderators_type_in_but_print_nothing(app, session, ballot):
    desk = app.test_client().sign_in(make_account(session, Role.MODERATOR))
    assert desk.get(f"/en/desk/ballots/{ballot.id}/sheets").status_code == 200
    assert desk.post(f"/en/desk/ballots/{ballot.id}/sheets", {"count": "1"}).status_code == 403
