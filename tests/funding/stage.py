"""Measures, programmes and applications on the stage of the tests."""

from datetime import date

from bihaelt.funding import operations
from bihaelt.funding.domain import Draft, Notice
from tests.factories import NOW, make_cluster, make_measure, make_programme
from tests.measures.stage import keeper

TODAY = date(2026, 11, 22)


def make_place(session, *, cost=100_000_00, starts=date(2026, 3, 1), ends=date(2026, 12, 31), **values):
    """A cluster, a measure in it that costs something, and a programme for it that wants 20 percent own share."""
    cluster = make_cluster(session, "Freizeit")
    measure = make_measure(session, cluster_id=cluster.id, planned_cents=cost, starts_on=starts, ends_on=ends)
    programme = make_programme(session, cluster, **({"own_share": 20, "key": "kim"} | values))
    return cluster, measure, programme


def planned(session, measure, programme, cents=60_000_00, **values):
    draft = Draft(**({"programme_id": programme.id, "cents": cents, "first_year": 2026, "last_year": 2026} | values))
    return operations.plan(session, measure=measure, draft=draft, by=keeper(session), now=NOW)


def applied(session, measure, programme, cents=60_000_00, **values):
    funding = planned(session, measure, programme, cents, **values)
    operations.apply(session, funding=funding, on=TODAY, allocated=10**12, by=keeper(session), now=NOW)
    return funding


NOTICE = Notice(60_000_00, "AZ 1/26", date(2026, 11, 20), date(2026, 1, 1), date(2026, 12, 31), "Nur für Kinder.")


def granted(session, measure, programme, notice=NOTICE, **values):
    funding = applied(session, measure, programme, **values)
    operations.grant(session, funding=funding, notice=notice, by=keeper(session), now=NOW)
    return funding
