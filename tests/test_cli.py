"""The operator's commands."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from bihaelt import worker
from bihaelt.accounts.domain import Role
from bihaelt.accounts.models import Grant
from bihaelt.demo import synthetic
from bihaelt.extensions import db
from bihaelt.measures.models import Measure
from bihaelt.outbox.models import Letter
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import State
from bihaelt.proposals.models import Proposal
from bihaelt.votes.models import Support
from tests.conftest import NOW
from tests.factories import make_account, make_cluster, make_conference, make_district, make_proposal


def run(app: Flask, *arguments: str):
    return app.test_cli_runner().invoke(args=list(arguments))


def test_grant_makes_the_first_administrator(app, session):
    account = make_account(session, email="chefin@example.org")
    session.commit()
    done = run(app, "grant", "admin", "Chefin@Example.org")
    assert done.exit_code == 0, done.output
    assert session.scalars(sa.select(Grant.role).where(Grant.account_id == account.id)).all() == [Role.ADMIN]


def test_grant_says_when_nobody_has_that_address(app, session):
    done = run(app, "grant", "admin", "niemand@example.org")
    assert done.exit_code == 1
    assert "There is no account with niemand@example.org" in done.output


def test_deliver_sends_what_is_due(app, session):
    enqueue(session, kind="account_erased", email="a@example.org", language="de", now=datetime(2020, 1, 1, tzinfo=UTC))
    session.commit()
    assert run(app, "deliver").output == "1 sent, 0 not sent, 0 expired\n"


def test_recount_puts_a_wrong_counter_right(app, session):
    proposal = make_proposal(session, supports_people=7)
    session.commit()
    assert run(app, "recount").output == "supports corrected: 1, comments corrected: 0\n"
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).supports_people == 0


def test_demo_prints_one_sign_in_per_role(app, session):
    lines = run(app, "demo", "--sign-ins").output.splitlines()
    assert "password for all" in lines[0]
    assert len(lines) == 17


def test_the_demo_city_is_refused_in_production(app, session):
    app.config["PRODUCTION"] = True
    try:
        done = run(app, "demo")
    finally:
        app.config["PRODUCTION"] = False
    assert done.exit_code == 1
    assert "not in production" in done.output


def findings(app):
    return {row["what"]: row for row in json.loads(run(app, "doctor", "--json").stdout)}


def test_the_doctor_looks_at_everything(app, session):
    found = findings(app)
    assert {"database", "migrations", "translations", "letters", "time zone", "demo accounts", "public address"} <= set(
        found
    )
    assert found["migrations"]["ok"]
    assert found["time zone"]["found"].startswith("Europe/Berlin")


def test_the_doctor_names_demo_accounts_and_letters_that_failed(app, session):
    make_account(session, Role.ADMIN, demo=True)
    letter = enqueue(session, kind="account_erased", email="a@example.org", language="de", now=NOW)
    letter.failed_at = datetime.now(UTC)
    session.commit()
    found = findings(app)
    assert found["demo accounts"]["found"] == "1, exempt from the second factor"
    assert not found["letters that could not be sent in the last week"]["ok"]
    assert found["letters that could not be sent in the last week"]["found"] == "1"
    assert run(app, "doctor").exit_code == 1


@pytest.mark.parametrize(
    ("sender", "url", "ok"),
    [
        ("city@example.org", "smtp://u:p@mail:587", True), ("city@bihaelt.example", "smtp://u:p@mail:587", False),
        ("city@example.org", "file:/tmp/mail", False),
    ],
)  # fmt: skip
def test_the_doctor_knows_letters_that_lead_nowhere(app, session, sender, url, ok):
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, environment="production", mail_from=sender, mail_url=url)
    try:
        assert findings(app)["letters"]["ok"] is ok
    finally:
        app.config["SETTINGS"] = settings


def test_the_doctor_says_that_letters_came_too_late(app, session):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    enqueue(session, kind="account_erased", email="a@example.org", language="de", now=long_ago, expires_at=long_ago)
    session.commit()
    assert run(app, "deliver").output == "0 sent, 0 not sent, 1 expired\n"
    assert findings(app)["letters that expired unsent in the last week"]["found"] == "1"


def test_the_nightly_jobs_run_one_by_one(app, session):
    proposal = make_proposal(session, supports_people=3)
    session.commit()
    worker.run_nightly(app, NOW)
    session.expire_all()
    assert session.get_one(Proposal, proposal.id).supports_people == 0


def test_the_bell_wakes_the_worker_and_its_job_delivers(app, session):
    enqueue(session, kind="account_erased", email="a@example.org", language="de", now=datetime(2020, 1, 1, tzinfo=UTC))
    session.commit()
    jobs = worker.jobs_of(app)
    jobs.storage.flush_queue()
    worker.nudge(app)
    task = jobs.dequeue()
    assert task.name == "deliver"
    jobs.execute(task)
    assert session.scalars(sa.select(Letter.sent_at)).one() is not None


@pytest.mark.parametrize("again", [False, True])
def test_a_large_invented_city_is_the_same_for_the_same_seed(app, session, again):
    make_cluster(session), make_district(session), make_conference(session, "collecting")
    session.commit()
    synthetic.grow(session, now=NOW, proposals=30, measures=20, supports=300, seed=5, show=False)
    counted = session.execute(
        sa.select(sa.func.count(), sa.func.sum(Proposal.supports_people)).where(Proposal.state == State.PUBLISHED)
    ).one()
    rows = session.scalar(sa.select(sa.func.count()).select_from(Support))
    assert counted[0] == 30
    assert counted[1] == rows
    assert session.scalar(sa.select(sa.func.count()).select_from(Measure)) == 20
    if again:
        synthetic.grow(session, now=NOW, proposals=5, measures=0, supports=0, seed=6, show=False)
        assert session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 35


def test_a_large_city_needs_the_demo_city_first(app, session):
    with pytest.raises(LookupError, match="load the demo city first"):
        synthetic.grow(db.session(), now=NOW, proposals=1, measures=0, supports=0, seed=1, show=False)
