"""The desk of votes: drafted, looked at, opened, watched, ended, and never shown before the end."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.journal.models import JournalEntry
from bihaelt.money.models import ClusterBudget
from bihaelt.votes.domain import BallotState, Channel, Electorate, Method
from bihaelt.votes.domain.protocol.notes import Signer
from bihaelt.votes.models import Ballot, TurnoutHour, Witness
from bihaelt.votes.operations import ballots, closing
from bihaelt.votes.queries.ballots import questions
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import NOW, add, make_account, make_cluster, make_conference, make_proposal
from tests.votes.ballot_stage import STAFF, make_ballot, make_draft, make_verified, open_now, ring_of

KEY = str(Signer.generate("press").key)


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def desk(client, cast):
    return client.sign_in(cast.plan_owner)


@pytest.fixture
def stage(session):
    """A conference that votes, with two topics of two proposals each."""
    topics = [make_cluster(session, f"Thema {place}") for place in (1, 2)]
    conference = make_conference(session, "voting", clusters=tuple(topics))
    proposals = [
        make_proposal(session, conference=conference, cluster_id=topic.id, cost_cents=100_050)
        for topic in topics
        for _ in range(2)
    ]
    add(session, ClusterBudget(cluster_id=topics[0].id, year=conference.decision_by.year, cents=500_000))
    return conference, topics, proposals


def settings(**changes):
    return {
        "opens_at": "2026-11-21T12:00", "closes_at": "2026-11-28T18:00", "min_age": "16", "method": "approval",
        "count_rule": "mes-add1-eur/1", "max_choices": "10", "encouraged_min": "3", "max_points": "10",
        "decision_rule": "R0", "percent": "50", "people_percent": "90", "objection_days": "14", "quorum": "0",
    } | changes  # fmt: skip


def made(session) -> Ballot:
    return session.scalars(sa.select(Ballot).order_by(Ballot.id.desc())).first()


def test_an_empty_desk_says_what_to_do(desk, stage):
    conference, *_ = stage
    answer = desk.get("/en/desk/ballots")
    assert "There has been no vote yet." in words(answer)
    assert f"/en/desk/ballots/conference/{conference.id}" in answer.text


def test_the_form_proposes_topics_budgets_and_costs(desk, stage):
    conference, topics, proposals = stage
    page = tree(desk.get(f"/en/desk/ballots/conference/{conference.id}"))
    assert page.xpath(f"//input[@name='cluster-{topics[0].id}']/@value") == ["5000"]
    assert page.xpath(f"//input[@name='cluster-{topics[1].id}']/@value") == [""]
    assert page.xpath(f"//input[@name='cost-{proposals[0].id}']/@value") == ["1001"]
    assert "People decide, organisations advise" in page.text_content()


def test_a_draft_is_made_in_local_time_and_changed(desk, session, stage):
    conference, topics, proposals = stage
    sent = settings() | {
        f"cluster-{topics[0].id}": "5.000", f"cluster-{topics[1].id}": "",
        f"cost-{proposals[0].id}": "1.001", f"cost-{proposals[1].id}": "",
    }  # fmt: skip
    answer = desk.post(f"/en/desk/ballots/conference/{conference.id}", sent)
    assert answer.status_code == 303
    draft = made(session)
    assert draft.state is BallotState.DRAFT
    assert draft.opens_at.isoformat() == "2026-11-21T11:00:00+00:00"
    assert draft.people_per_mille == 900
    asked = questions(session, draft)
    assert [(question.budget_eur, len(question.options)) for question in asked] == [(5000, 1)]
    page = tree(desk.get(f"/en/desk/ballots/{draft.id}/edit"))
    assert page.xpath("//input[@name='closes_at']/@value") == ["2026-11-28T18:00"]
    assert page.xpath(f"//input[@name='cost-{proposals[1].id}']/@value") == [""]
    sent |= {f"cost-{proposals[1].id}": "900", "method": "points", "count_rule": "points/1"}
    assert desk.post(f"/en/desk/ballots/{draft.id}/edit", sent).status_code == 303
    session.expire_all()
    assert draft.method is Method.POINTS
    assert len(questions(session, draft)[0].options) == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"closes_at": "2026-11-21T11:00"}, "The vote must end after it begins."),
        ({"closes_at": "2030-01-01T10:00"}, "The vote of this conference ends on"),
        ({"closes_at": "morgen"}, "Not a valid"),
        ({"closes_at": "9999-12-31T23:59"}, "Not a valid date value."),
        ({"opens_at": ""}, "Enter day and time"),
        ({"count_rule": "schulze/1"}, "This way of counting needs other papers."),
        (
            {"decision_rule": "R2", "method": "ranking", "count_rule": "irv/1"},
            "This rule needs the Method of Equal Shares.",
        ),
        ({"max_choices": "0"}, "Number must be between 1 and 30."),
        ({"max_choices": "99999999999999999999"}, "Number must be between 1 and 30."),
        ({"encouraged_min": "11"}, "Not more than the largest number."),
        ({"lottery": "Lotto"}, "Name a public draw and its day."),
        ({"min_age": "3"}, "Not a valid choice."),
        ({"quorum": "-1"}, "Number must be between 0 and 20."),
        ({"COST": "9000"}, "This costs more than the whole budget of the topic."),
        ({"COST": "10,50"}, "Enter whole euros, without cents."),
        ({"COST": "0"}, "Enter the cost in whole euros."),
        ({"COST": "-5"}, "Enter an amount in euros"),
        ({"BUDGET": "x"}, "Enter an amount in euros"),
        ({"BUDGET": ""}, "A ballot asks at least one question"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(desk, session, stage, changes, says):
    conference, topics, proposals = stage
    names = {"COST": f"cost-{proposals[0].id}", "BUDGET": f"cluster-{topics[0].id}"}
    sent = settings() | {f"cluster-{topics[0].id}": "5000", f"cost-{proposals[0].id}": "1000"}
    sent |= {names.get(name, name): value for name, value in changes.items()}
    answer = desk.post(f"/en/desk/ballots/conference/{conference.id}", sent)
    assert answer.status_code == 422
    assert says in words(answer)
    assert made(session) is None
    for name, value in changes.items():
        field = tree(answer).xpath(f"//input[@name='{names.get(name, name)}' and not(@type='radio')]/@value")
        assert field in ([], [value])


def test_a_double_submit_makes_one_draft(desk, session, stage):
    conference, topics, proposals = stage
    sent = settings() | {f"cluster-{topics[0].id}": "5000", f"cost-{proposals[0].id}": "1000"}
    sent["form_token"] = desk.form_token()
    path = f"/en/desk/ballots/conference/{conference.id}"
    assert [desk.post(path, sent).status_code for _ in range(2)] == [303, 303]
    assert session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 1


@pytest.mark.parametrize("method", list(Method))
def test_the_preview_shows_the_paper_and_sends_nothing(desk, session, method):
    rule = {Method.YES_NO_ABSTAIN: "majority/1", Method.RANKING: "irv/1", Method.POINTS: "points/1"}
    draft = make_draft(session, method=method, count_rule=rule.get(method, "mes-add1-eur/1"))
    answer = desk.get(f"/en/desk/ballots/{draft.id}/preview")
    assert "Mehr Bänke" in words(answer)
    assert not tree(answer).xpath("//main//form")


def test_codes_can_be_made_before_the_opening_since_letters_take_days(desk, session):
    draft = make_draft(session)
    path = f"/en/desk/ballots/{draft.id}"
    assert tree(desk.get(path)).xpath(f"//main//a[@href='{path}/codes']")
    assert tree(desk.get(f"{path}/codes")).xpath(f"//main//form[@action='{path}/codes']")


def test_opening_says_first_that_nothing_can_be_changed(desk, session, cast):
    draft = make_draft(session)
    path = f"/en/desk/ballots/{draft.id}/open"
    assert "Nothing of this can be changed afterwards." in words(desk.get(path))
    assert desk.post(path, {}).status_code == 422
    assert draft.state is BallotState.DRAFT
    assert desk.post(path, {"understood": "y"}).status_code == 303
    session.expire_all()
    assert draft.state is BallotState.OPEN
    assert desk.get(f"/en/desk/ballots/{draft.id}/edit").status_code == 403
    assert desk.post(f"/en/desk/ballots/{draft.id}/discard").status_code == 403
    assert desk.post(path, {"understood": "y"}).status_code == 403
    assert "What can be done now" in words(desk.get(f"/en/desk/ballots/{draft.id}"))


def test_what_is_missing_for_the_opening_is_said(desk, session):
    conference = make_conference(session, "collecting", clusters=())
    draft = make_draft(session, conference=conference, opens_at=conference.vote_opens, closes_at=conference.vote_closes)
    answer = desk.post(f"/en/desk/ballots/{draft.id}/open", {"understood": "y"})
    assert answer.status_code == 422
    assert "The ballot can be opened from" in words(answer)


def test_a_draft_can_be_thrown_away(desk, session):
    draft = make_draft(session)
    assert desk.post(f"/en/desk/ballots/{draft.id}/discard").status_code == 303
    assert made(session) is None


def voted(session, ballot, electorate=Electorate.PEOPLE, channel=Channel.ONLINE, hour=NOW, number=1, age="older"):
    row = TurnoutHour(
        ballot_id=ballot.id, electorate=electorate, channel=channel, hour=hour, account_age=age, shard=0, voters=number,
        casts=number,
    )  # fmt: skip
    return add(session, row)


def test_turnout_is_shown_per_electorate_and_way_and_never_added(desk, session, app):
    ballot = make_ballot(session, app)
    voted(session, ballot, number=311)
    voted(session, ballot, channel=Channel.CODE, number=40, age="")
    voted(session, ballot, Electorate.ORGANISATIONS, number=7)
    answer = desk.get(f"/en/desk/ballots/{ballot.id}/turnout")
    cells = tree(answer).xpath("//table[1]//td/text()")
    assert "351" in cells
    assert "7" in cells
    assert "358" not in words(answer)


def test_an_hour_that_stands_out_is_marked(desk, session, app):
    ballot = make_ballot(session, app)
    for hours in range(5):
        voted(session, ballot, hour=NOW - timedelta(hours=hours + 1), number=3)
    voted(session, ballot, hour=NOW, number=60)
    assert words(desk.get(f"/en/desk/ballots/{ballot.id}/turnout")).count("Stands out") == 1


def test_no_desk_page_of_an_open_vote_knows_a_choice(desk, session, app, count_queries):
    ballot = make_ballot(session, app)
    with count_queries() as seen:
        for page in ("", "/turnout", "/invalidate", "/close", "/cancel"):
            desk.get(f"/en/desk/ballots/{ballot.id}{page}")
    assert not [statement for statement in seen if "choice" in statement.split("FROM")[0].replace("max_choices", "")]


def test_an_early_end_needs_two_people_and_a_public_reason(client, session, app, cast):
    ballot = make_ballot(session, app)
    desk = client.sign_in(cast.plan_owner)
    path = f"/en/desk/ballots/{ballot.id}/close"
    assert desk.post(path, {"reason": " "}).status_code == 422
    assert desk.post(path, {"reason": "Stromausfall"}).status_code == 303
    assert ballot.state is BallotState.OPEN
    assert "Somebody else has to agree" in words(desk.get(f"/en/desk/ballots/{ballot.id}"))
    assert desk.post(f"{path}/agree").status_code == 403
    other = app.test_client().sign_in(cast.admin)
    assert "Agree and close the vote" in words(other.get(f"/en/desk/ballots/{ballot.id}"))
    assert other.post(f"{path}/agree").status_code == 303
    session.expire_all()
    assert ballot.state is BallotState.CLOSED
    assert "Stromausfall" in words(app.test_client().get(f"/en/ballots/{ballot.id}"))


def test_the_request_for_an_early_end_can_be_taken_back(client, session, app, cast):
    ballot = make_ballot(session, app)
    desk = client.sign_in(cast.plan_owner)
    desk.post(f"/en/desk/ballots/{ballot.id}/close", {"reason": "Irrtum"})
    assert desk.post(f"/en/desk/ballots/{ballot.id}/close/refuse").status_code == 303
    session.expire_all()
    assert ballot.closing_reason == ""
    assert desk.post(f"/en/desk/ballots/{ballot.id}/close/agree").status_code == 403


def test_after_its_time_one_person_closes_it(desk, session, app):
    ballot = make_ballot(session, app)
    app.config["CLOCK"] = lambda: ballot.closes_at
    desk.sign_in(make_account(session, Role.ADMIN))
    assert "The time of the vote is over." in words(desk.get(f"/en/desk/ballots/{ballot.id}/close"))
    assert desk.post(f"/en/desk/ballots/{ballot.id}/close").status_code == 303
    session.expire_all()
    assert ballot.state is BallotState.CLOSED


def test_cancelling_asks_for_a_reason_that_everybody_reads(desk, session, app):
    ballot = make_ballot(session, app)
    path = f"/en/desk/ballots/{ballot.id}/cancel"
    assert desk.post(path, {"reason": ""}).status_code == 422
    assert desk.post(path, {"reason": "Ein Preis war falsch."}).status_code == 303
    session.expire_all()
    assert ballot.state is BallotState.CANCELLED
    assert desk.get(path).status_code == 403
    reasons = session.scalars(sa.select(JournalEntry.reason).where(JournalEntry.act == "ballot.cancelled")).all()
    assert reasons == ["Ein Preis war falsch."]


def closed(session, app, **values) -> Ballot:
    ballot = make_ballot(session, app, **values)
    closing.close(session, ring=ring_of(app), ballot=ballot, by=STAFF, now=ballot.closes_at)
    return ballot


def test_the_numbers_of_the_draw_are_entered_once(desk, session, app):
    day = (NOW + timedelta(days=3)).date()
    ballot = closed(session, app, lottery="Lotto 6 aus 49", lottery_on=day)
    path = f"/en/desk/ballots/{ballot.id}/lots"
    assert desk.post(path, {"seed": "3 11 17"}).status_code == 422
    app.config["CLOCK"] = lambda: ballot.closes_at + timedelta(days=1)
    desk.sign_in(make_account(session, Role.ADMIN))
    assert desk.post(path, {"seed": "  3 11   17 "}).status_code == 303
    session.expire_all()
    assert ballot.lots_seed == "3 11 17"
    assert desk.get(path).status_code == 403


def test_a_closed_vote_is_counted(desk, session, app):
    ballot = closed(session, app)
    assert "Method of Equal Shares" in words(desk.get(f"/en/desk/ballots/{ballot.id}/count"))
    assert desk.post(f"/en/desk/ballots/{ballot.id}/count").status_code == 303
    session.expire_all()
    assert (ballot.state, ballot.run) == (BallotState.COUNTED, 1)
    assert desk.post(f"/en/desk/ballots/{ballot.id}/count").status_code == 403


def test_after_the_count_the_desk_leads_to_the_results(desk, session, app):
    ballot = closed(session, app)
    counted(session, ballot)
    page = tree(desk.get(f"/en/desk/ballots/{ballot.id}"))
    assert page.xpath(f"//main//a[@href='/en/ballots/{ballot.id}/results']")
    assert not page.xpath(f"//main//a[@href='/en/desk/ballots/{ballot.id}/count']")


def test_the_draw_comes_before_the_count(desk, session, app):
    ballot = closed(session, app, lottery="Lotto 6 aus 49", lottery_on=(NOW + timedelta(days=4)).date())
    assert desk.post(f"/en/desk/ballots/{ballot.id}/count").status_code == 403
    page = words(desk.get(f"/en/desk/ballots/{ballot.id}"))
    assert "The numbers of the public draw have to be entered first." in page


def test_the_name_of_a_draw_keeps_its_direction_beside_the_date(desk, session, app):
    ballot = closed(session, app, lottery="Lotto 6 aus 49", lottery_on=(NOW + timedelta(days=4)).date())
    page = desk.get(f"/ar/desk/ballots/{ballot.id}")
    assert "\u2068Lotto 6 aus 49\u2069" in page.text, "else the 49 is read as part of the date"


def counted(session, ballot) -> None:
    ballot.state, ballot.run, ballot.counted_at = BallotState.COUNTED, 1, NOW
    session.flush()


def test_two_people_in_two_roles_certify(client, session, app, cast):
    ballot = closed(session, app)
    counted(session, ballot)
    path = f"/en/desk/ballots/{ballot.id}/certify"
    first = client.sign_in(cast.plan_owner)
    assert first.post(path).status_code == 303
    assert first.post(path).status_code == 422
    assert "Plan owner" in words(first.get(path))
    same_role = app.test_client().sign_in(make_account(session, Role.PLAN_OWNER))
    assert same_role.post(path).status_code == 422
    assert app.test_client().sign_in(cast.council_clerk).post(path).status_code == 303
    session.expire_all()
    assert ballot.state is BallotState.CERTIFIED


def test_votes_are_taken_out_by_two_people_only(client, session, app, cast):
    ballot = make_ballot(session, app)
    account = make_account(session, name="Zweimal Da")
    make_verified(session, account)
    path = f"/en/desk/ballots/{ballot.id}/invalidate"
    first = client.sign_in(cast.plan_owner)
    asked = {"email": account.email, "reason": "Zweimal abgestimmt"}
    assert first.post(path, asked | {"reason": ""}).status_code == 422
    assert first.post(path, asked | {"email": "nobody@example.org"}).status_code == 422
    assert first.post(path, {"reason": "Alle"}).status_code == 422
    assert first.post(path, asked).status_code == 303
    page = words(first.get(path))
    assert "Zweimal Da" in page
    assert "Somebody else has to agree" in page
    number = tree(app.test_client().sign_in(cast.admin).get(path)).xpath("//form/@action[contains(., '/agree')]")
    assert len(number) == 1
    assert first.post(number[0]).status_code == 403
    assert app.test_client().sign_in(cast.council_clerk).post(number[0]).status_code == 303
    assert "Zweimal Da" not in words(first.get(path))
    foreign = make_ballot(session, app)
    assert first.post(number[0].replace(f"/{ballot.id}/", f"/{foreign.id}/")).status_code == 404


def test_the_link_is_destroyed_after_the_objections_only(desk, session, app):
    ballot = closed(session, app)
    counted(session, ballot)
    ballot.state, ballot.certified_at = BallotState.CERTIFIED, NOW
    session.flush()
    path = f"/en/desk/ballots/{ballot.id}/destroy"
    assert "for objections" in words(desk.get(path))
    app.config["CLOCK"] = lambda: ballot.closed_at + timedelta(days=14)
    desk.sign_in(make_account(session, Role.ADMIN))
    assert desk.post(path).status_code == 303
    session.expire_all()
    assert ballot.destroyed_at is not None
    assert not (ring_of(app).folder / f"{ballot.key}.pepper").exists()


def test_witnesses_are_named_and_ended(desk, session):
    path = "/en/desk/ballots/witnesses"
    assert "Nobody has been named" in words(desk.get(path))
    assert desk.post(path, {"name": "Presse", "public_key": "x"}).status_code == 422
    assert desk.post(path, {"name": "Presse", "public_key": KEY}).status_code == 303
    witness = session.scalars(sa.select(Witness)).one()
    assert desk.post(f"{path}/{witness.id}/end").status_code == 303
    assert desk.post(f"{path}/{witness.id}/end").status_code == 409
    assert desk.post(f"{path}/999999/end").status_code == 404


@pytest.mark.parametrize("who", ["citizen", "delegate", "moderator", "translator", "editor"])
def test_the_desk_is_for_its_roles(client, session, cast, who):
    draft = make_draft(session)
    person = client.sign_in(getattr(cast, who))
    for page in ("", f"/{draft.id}", f"/{draft.id}/preview", f"/{draft.id}/edit", f"/{draft.id}/open", "/witnesses"):
        assert person.get(f"/en/desk/ballots{page}").status_code == 403


def test_the_council_office_sees_and_signs_but_arranges_nothing(client, session, cast):
    draft = make_draft(session)
    clerk = client.sign_in(cast.council_clerk)
    assert clerk.get(f"/en/desk/ballots/{draft.id}").status_code == 200
    assert clerk.get(f"/en/desk/ballots/{draft.id}/open").status_code == 403
    assert clerk.get("/en/desk/ballots").status_code == 200


def test_the_lists_of_the_desk_take_a_fixed_number_of_statements(desk, session, app, count_queries):
    counts = []
    for more in (1, 2, 47):
        for _ in range(more):
            draft = make_draft(session, clusters=1, options=1)
            open_now(session, app, draft)
            ballots.cancel(session, ballot=draft, reason="Probe", by=STAFF, now=NOW)
        with count_queries() as seen:
            desk.get("/de/desk/ballots")
        counts.append(len(seen))
    assert counts == [counts[0]] * 3


def test_local_times_follow_the_town_hall_clock(desk, session, stage):
    conference, topics, proposals = stage
    before = datetime.fromisoformat("2026-10-20T00:00:00+00:00")
    conference.call_closes = conference.screening_until = conference.vote_opens = before
    sent = settings(opens_at="2026-10-25T01:30", closes_at="2026-10-25T03:30")
    sent |= {f"cluster-{topics[0].id}": "5000", f"cost-{proposals[0].id}": "1000"}
    assert desk.post(f"/en/desk/ballots/conference/{conference.id}", sent).status_code == 303
    draft = made(session)
    assert draft.closes_at - draft.opens_at == timedelta(hours=3)  # the hour in between came twice
