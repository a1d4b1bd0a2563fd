"""What the tables hold: everything, in pieces, with real values."""

from datetime import date
from decimal import Decimal

from bihaelt.controlling.domain import ReportState
from bihaelt.controlling.models import ReportingRound, StatusReport
from bihaelt.documents import queries
from bihaelt.documents.domain.blocks import texts
from bihaelt.goals.domain import Quantity
from bihaelt.i18n import BY_BABEL, speaking
from bihaelt.measures.domain import Light
from bihaelt.money.domain import BookingKind, MoneyKind
from bihaelt.money.models import Booking, MoneyAccount
from bihaelt.tables import Kind
from tests.documents.stage import running, whole_measure
from tests.factories import NOW, add, make_measure, make_text
from tests.goals.stage import make_indicator, make_value

GERMAN, ARABIC = BY_BABEL["de"], BY_BABEL["ar"]
TODAY = date(2026, 11, 22)


def rows(table):
    return [list(row) for row in table.rows]


def test_the_plan_has_a_row_for_each_measure(session):
    measure, idea = whole_measure(session), make_measure(session)
    with speaking(GERMAN):
        table = queries.plan_table(session)
        found = rows(table)
    assert [row[0] for row in found] == sorted([measure.number, idea.number])
    assert all(len(row) == len(table.columns) for row in found)
    kinds = {column.label: column.kind for column in table.columns}
    assert kinds["Geplant"] is Kind.MONEY
    assert not table.right_to_left
    with speaking(ARABIC):
        assert queries.plan_table(session).right_to_left


def test_a_report_is_read_in_pieces(session):
    add(session, ReportingRound(period="2026-H1", due_on=date(2026, 7, 31), opened_at=NOW))
    measures = [running(session), make_measure(session), make_measure(session)]
    text = make_text(session, "", "Es läuft.", next="Weiter.")
    add(
        session,
        StatusReport(
            measure_id=measures[0].id, period="2026-H1", state=ReportState.PUBLISHED, text_id=text.id, time=Light.GREEN,
            cost=Light.GREEN, goal=Light.GREEN, time_proposed=Light.GREEN, cost_proposed=Light.GREEN,
            goal_proposed=Light.GREEN, submitted_at=NOW, checked_at=NOW, published_at=NOW, forecast_cents=500,
        ),
    )  # fmt: skip
    for measure in measures[1:]:
        add(session, StatusReport(measure_id=measure.id, period="2026-H1"))
    with speaking(GERMAN):
        found = rows(queries.controlling_table(session, "2026-H1", TODAY, size=1))
        assert queries.controlling_table(session, "2025-H1", TODAY) is None
    assert [row[0] for row in found] == [measure.number for measure in measures]
    assert found[0][-3:] == [500, "Es läuft.", "Weiter."]
    assert found[1][-3:] == [None, "", ""]


def test_bookings_of_a_year_are_read_in_pieces(session):
    measure = running(session)
    account = add(
        session,
        MoneyAccount(
            measure_id=measure.id, cluster_id=measure.cluster_id, year=2026, kind=MoneyKind.CONSUMPTIVE, allocated=300,
        ),
    )  # fmt: skip
    for number in range(3):
        add(
            session,
            Booking(
                account_id=account.id, kind=BookingKind.ALLOCATION, cents=100 + number, on=TODAY, at=NOW, reference="R",
                reason="Beschluss",
            ),
        )  # fmt: skip
    with speaking(GERMAN):
        found = rows(queries.booking_table(session, 2026, size=2))
        assert rows(queries.booking_table(session, 2025)) == []
    assert [row[5] for row in found] == [102, 101, 100]
    assert found[0][0] == TODAY


def test_indicators_are_exact_numbers(session):
    indicator = make_indicator(session, quantity=Quantity.MEAN, decimals=1, baseline=100, target=None)
    make_value(session, indicator, total=275, provisional=True)
    with speaking(GERMAN):
        (row,) = rows(queries.indicator_table(session))
    assert row[3:7] == ["2026-H1", Decimal("27.5"), Decimal("10.0"), None]
    assert row[-1] == "ja"


def test_a_sheet_shows_its_indicators(session):
    measure = make_measure(session)
    make_indicator(session, "Kinder im Programm", measure_id=measure.id, baseline=12, target=None)
    make_indicator(session, "Vorbei", measure_id=measure.id, ended_on=TODAY)
    with speaking(GERMAN):
        told = " | ".join(texts(queries.sheet_document(session, measure.id, "Bielefeld").blocks))
    assert "Kinder im Programm | 12 | –" in told
    assert "Vorbei" not in told
