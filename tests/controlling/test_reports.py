"""Status reports and the light that the newest one sets."""

import pytest

from bihaelt.controlling import queries
from bihaelt.controlling.operations import report
from bihaelt.measures.domain import Light
from bihaelt.verdicts import DomainError
from tests.factories import make_measure
from tests.measures.stage import keeper


def told(session, measure, period, now, time=Light.GREEN, cost=Light.GREEN, text="Gut."):
    return report(
        session, measure=measure, period=period, time=time, cost=cost, goal=Light.GREY, text=text, next_step="Weiter",
        by=keeper(session), now=now,
    )  # fmt: skip


def test_the_newest_report_sets_the_light(session, now):
    measure = make_measure(session)
    told(session, measure, "2026-H1", now, time=Light.YELLOW)
    assert measure.light is Light.YELLOW
    told(session, measure, "2025-H2", now, time=Light.RED)
    assert measure.light is Light.YELLOW
    told(session, measure, "2026-H2", now)
    assert measure.light is Light.GREEN
    assert [row.period for row in queries.reports(session, measure.id, ["de"])] == ["2026-H2", "2026-H1", "2025-H2"]
    with pytest.raises(DomainError) as refusal:
        told(session, measure, "2026-H1", now)
    assert refusal.value.field == "period"
    with pytest.raises(DomainError):
        told(session, measure, "2027-H1", now, text=" ")
