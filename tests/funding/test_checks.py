"""Which programmes fit a measure, and that own money waits until somebody has said so."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import Role
from bihaelt.funding import queries
from bihaelt.funding.domain import OUTSIDE_PERIOD, OWN_MONEY, UNCHECKED, WRONG_PURPOSE, Level, own_money
from bihaelt.funding.models import Check
from bihaelt.funding.operations import check
from bihaelt.measures.domain import FundingCheck
from bihaelt.verdicts import DomainError
from tests.browser import words
from tests.factories import make_account, make_cluster, make_measure, make_office, make_programme
from tests.funding.stage import TODAY, make_place
from tests.measures.stage import keeper

OPEN, SUITABLE, UNSUITABLE = FundingCheck.OPEN, FundingCheck.SUITABLE, FundingCheck.UNSUITABLE


def checked(session, now, measure, programme, state, reason="Weil.", remind_on=None):
    return check(
        session, measure=measure, programme_id=programme.id if programme else None, state=state, reason=reason,
        remind_on=remind_on, by=keeper(session), now=now,
    )  # fmt: skip


def refused(session, now, measure, programme, state, **values):
    with pytest.raises(DomainError) as refusal:
        checked(session, now, measure, programme, state, **values)
    return refusal.value.reason


def test_a_measure_carries_the_sum_of_its_checks(session, now):
    _cluster, measure, programme = make_place(session)
    other = make_programme(session, name="Zweites", key="two")
    checked(session, now, measure, programme, OPEN, "")
    assert queries.check_state(session, measure.id) is OPEN
    checked(session, now, measure, other, UNSUITABLE)
    assert queries.check_state(session, measure.id) is OPEN
    checked(session, now, measure, programme, SUITABLE)
    assert queries.check_state(session, measure.id) is SUITABLE
    checked(session, now, measure, programme, UNSUITABLE)
    checked(session, now, measure, None, UNSUITABLE)
    assert queries.check_state(session, measure.id) is UNSUITABLE
    assert len(session.scalars(sa.select(Check)).all()) == 3
    checked(session, now, measure, None, OPEN)
    assert queries.check_state(session, measure.id) is OPEN


def test_an_open_check_has_a_day_and_a_done_one_a_reason(session, now):
    _, measure, programme = make_place(session)
    row = checked(session, now, measure, programme, OPEN, "")
    assert (row.remind_on, row.checked_on) == (TODAY + timedelta(days=28), None)
    assert checked(session, now, measure, programme, OPEN, remind_on=TODAY).remind_on == TODAY
    past = refused(session, now, measure, programme, OPEN, remind_on=TODAY - timedelta(days=1))
    assert past == "This day has passed."
    assert refused(session, now, measure, programme, SUITABLE, reason=" ") == "Say why."
    row = checked(session, now, measure, programme, SUITABLE, remind_on=TODAY)
    assert (row.remind_on, row.checked_on) == (None, TODAY)


def test_only_what_pays_for_the_measure_is_suitable(session, now):
    cluster, measure, _ = make_place(session)
    ended = make_programme(session, cluster, name="Aufholen", key="a", first_year=2021, last_year=2022)
    foreign = make_programme(session, make_cluster(session), name="Fremd", key="f")
    city = make_programme(session, name="Stadt", key="c", level=Level.CITY, own_share=100)
    assert refused(session, now, measure, ended, SUITABLE) == OUTSIDE_PERIOD
    assert refused(session, now, measure, foreign, SUITABLE) == WRONG_PURPOSE
    assert refused(session, now, measure, city, OPEN) == OWN_MONEY
    assert refused(session, now, measure, None, SUITABLE) == "Say which programme fits."
    checked(session, now, measure, ended, UNSUITABLE)
    with pytest.raises(DomainError):
        check(
            session, measure=measure, programme_id=99999, state=OPEN, reason="", remind_on=None, by=keeper(session),
            now=now,
        )  # fmt: skip
    undated = make_measure(session, cluster_id=cluster.id)
    assert checked(session, now, undated, ended, SUITABLE).state is SUITABLE


def test_what_fits_is_proposed_first_the_nearest_deadline_before_all(session, now):
    cluster, measure, kim = make_place(session)
    make_programme(session, cluster, name="Bald", key="b", deadline=date(2026, 12, 1))
    make_programme(session, cluster, name="Später", key="s", deadline=date(2027, 12, 1))
    make_programme(session, make_cluster(session), name="Fremd", key="f")
    make_programme(session, cluster, name="Alt", key="a", first_year=2021, last_year=2022)
    make_programme(session, name="Stadt", key="c", level=Level.CITY, own_share=100)
    make_programme(session, name="Beendet", key="e", ended_on=TODAY)
    checked(session, now, measure, kim, OPEN)
    rows = queries.candidates(session, measure)
    assert [row.name for row in rows] == ["Bald", "Später", "KIM", "Alt", "Fremd"]
    assert [bool(row.fit) for row in rows] == [True, True, True, False, False]
    assert [row.check.state if row.check else None for row in rows] == [None, None, OPEN, None, None]


def test_the_three_cases_of_the_demo_city_come_out(session, now):
    """demo.yaml, funding_checks_expected."""
    leisure, work = make_cluster(session), make_cluster(session)
    caught_up = make_programme(session, leisure, key="aufholen", first_year=2021, last_year=2022, own_share=0)
    state = make_programme(session, leisure, key="demo_land", first_year=2025, last_year=2027, own_share=20)
    football = make_measure(session, cluster_id=leisure.id, starts_on=date(2026, 8, 1), planned_cents=45_000_00)
    protection = make_measure(session, cluster_id=work.id, starts_on=date(2026, 3, 1), planned_cents=50_000_00)
    language = make_measure(session, cluster_id=leisure.id, starts_on=date(2026, 2, 1), planned_cents=40_000_00)
    assert refused(session, now, football, caught_up, SUITABLE) == OUTSIDE_PERIOD  # refused_outside_period
    assert refused(session, now, protection, state, SUITABLE) == WRONG_PURPOSE  # refused_purpose
    # warn_if_priority_funding_unchecked
    assert own_money(queries.check_state(session, language.id)).reason == UNCHECKED
    checked(session, now, language, state, SUITABLE)
    assert own_money(queries.check_state(session, language.id))


def test_checking_in_the_browser(client, session):
    office = make_office(session)
    cluster, measure, programme = make_place(session, note="Für Kinder", conditions="Kostenlos.")
    measure.office_id = office.id
    make_programme(session, cluster, name="Alt", key="a", first_year=2021, last_year=2022)
    client.sign_in(make_account(session, Role.OFFICE_EDITOR, office=office))
    page = f"/en/desk/measures/{measure.id}/funding"
    text = words(client.get(page))
    for said in ("Programmes that fit", "KIM", "Nothing was checked yet.", "comes last", "2021 to 2022 only"):
        assert said in text
    path = f"{page}/check?programme={programme.id}"
    assert "Kostenlos." in words(client.get(path))
    assert client.post(path, {"state": "suitable", "reason": ""}).status_code == 422
    assert client.post(path, {"state": "suitable", "reason": "Passt genau."}).status_code == 303
    text = words(client.get(page))
    assert "Passt genau." in text
    assert "comes last" not in text
    assert client.get(path).status_code == 200
    assert client.post(f"{page}/check", {"state": "open", "remind_on": "2026-12-01"}).status_code == 303
    assert "Remind on: 1 Dec 2026" in words(client.get(page))
    assert client.get(f"{page}/check?programme=99999").status_code == 404
    client.sign_out()
    text = words(client.get(f"/en/measures/{measure.id}"))
    assert "Passt genau." in text
    assert "The whole catalogue: Not yet checked" in text
    assert "Funding programme checked for the measure" in text
