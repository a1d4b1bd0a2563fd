"""The measures of the demo city stand at every place of the way to a decision, and all their pages open."""

import sqlalchemy as sa

from bihaelt.accounts.models import Account
from bihaelt.demo.people import email_of
from bihaelt.extensions import db
from bihaelt.measures import queries
from bihaelt.measures.domain import MeasureState
from bihaelt.measures.models import Measure
from tests.browser import words
from tests.demo.conftest import LOADED

STATES = {"M10": MeasureState.CO_SIGNING, "M13": MeasureState.IN_COMMITTEE, "M02": MeasureState.RUNNING}


def measures():
    return {row.demo_key: row for row in db.session.scalars(sa.select(Measure))}


def test_one_waits_one_is_in_committee_one_changes_and_one_is_unconfirmed(city):
    with city.app_context():
        found = measures()
        assert {key: found[key].state for key in STATES} == STATES
        assert queries.open_revision(db.session(), found["M11"].id) is not None
        late = [key for key, row in found.items() if queries.unconfirmed(row, LOADED.date())]
        assert late == ["M02"]
        for row in found.values():
            costs = queries.costs(db.session(), row.id)
            assert sum(each.cents for each in costs) == row.planned_cents
            assert queries.milestones(db.session(), row.id, ["de"])
            assert queries.last_version(db.session(), row.id).number == 1


def test_every_sheet_opens_for_everybody_and_for_those_who_write_it(city):
    client = city.test_client()
    with city.app_context():
        ids = {key: row.id for key, row in measures().items()}
        owner = db.session.scalars(sa.select(Account).where(Account.email == email_of("u_plan"))).one()
        for number in ids.values():
            assert client.get(f"/de/measures/{number}").status_code == 200
        assert "Zwischenbilanz mit den Beteiligten" in words(client.get(f"/de/measures/{ids['M01']}"))
        client.sign_in(owner)
        for key in ("M01", "M10", "M11", "M13", "M16"):
            for page in ("sheet", "sheet/milestones", "sheet/money", "agenda"):
                assert client.get(f"/de/desk/measures/{ids[key]}/{page}").status_code == 200
        assert client.get(f"/ar/desk/measures/{ids['M11']}/change").status_code == 200
