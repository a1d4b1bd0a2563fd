"""What can be taken along as a table: the plan, a controlling report, indicators, bookings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from bihaelt.controlling import queries as controlling
from bihaelt.goals.domain import exact
from bihaelt.goals.queries.indicators import open_data as open_values
from bihaelt.i18n import current, gettext
from bihaelt.marks import N_, label_of
from bihaelt.measures.domain import Light, MeasureState
from bihaelt.money import queries as money
from bihaelt.paging import Cursor
from bihaelt.plan.queries import open_data
from bihaelt.tables import Column, Kind, Table
from bihaelt.topics.models import Cluster
from bihaelt.topics.queries import topics

CHUNK = 500
M, D, N = Kind.MONEY, Kind.DAY, Kind.NUMBER
PLAN = (
    (N_("Number"), Kind.TEXT, 9), (N_("Title"), Kind.TEXT, 40), (N_("Category"), Kind.TEXT, 9),
    (N_("State"), Kind.TEXT, 14), (N_("Cluster"), Kind.TEXT, 28), (N_("Fields of action"), Kind.TEXT, 28),
    (N_("District"), Kind.TEXT, 16), (N_("Responsible office"), Kind.TEXT, 28), (N_("Working group"), Kind.TEXT, 24),
    (N_("Carried out by"), Kind.TEXT, 24), (N_("First day"), D, 12), (N_("Last day"), D, 12), (N_("Planned"), M, 16),
    (N_("Committed"), M, 16), (N_("Spent"), M, 16), (N_("Light"), Kind.TEXT, 14), (N_("Need"), Kind.TEXT, 40),
    (N_("Goal"), Kind.TEXT, 40), (N_("Short description"), Kind.TEXT, 60), (N_("Regular service"), Kind.TEXT, 24),
)  # fmt: skip
CONTROLLING = (
    (N_("Number"), Kind.TEXT, 9), (N_("Measure"), Kind.TEXT, 40), (N_("Category"), Kind.TEXT, 9),
    (N_("State"), Kind.TEXT, 14), (N_("Cluster"), Kind.TEXT, 28), (N_("Responsible office"), Kind.TEXT, 28),
    (N_("Report"), Kind.TEXT, 16), (N_("Time"), Kind.TEXT, 14), (N_("Cost"), Kind.TEXT, 14), (N_("Goal"), Kind.TEXT, 14),
    (N_("Forecast"), M, 16), (N_("How it goes"), Kind.TEXT, 60), (N_("Next step"), Kind.TEXT, 40),
)  # fmt: skip
INDICATORS = (
    (N_("Goal"), Kind.TEXT, 40), (N_("Indicator"), Kind.TEXT, 40), (N_("Measure"), Kind.TEXT, 9),
    (N_("Period"), Kind.TEXT, 10), (N_("Value"), N, 12), (N_("Baseline"), N, 12), (N_("Target"), N, 12),
    (N_("until"), D, 12), (N_("Published on"), D, 12), (N_("Provisional"), Kind.TEXT, 10),
)  # fmt: skip
BOOKINGS = (
    (N_("Date"), D, 12), (N_("Year"), Kind.TEXT, 7), (N_("Kind"), Kind.TEXT, 20), (N_("Measure"), Kind.TEXT, 9),
    (N_("Title"), Kind.TEXT, 40), (N_("Amount"), M, 16), (N_("Paid from"), Kind.TEXT, 28),
    (N_("Reference"), Kind.TEXT, 24), (N_("Reason"), Kind.TEXT, 40), (N_("Corrected"), Kind.TEXT, 10),
)  # fmt: skip
Columns = Sequence[tuple[str, Kind, int]]


def plan_table(session: Session) -> Table:
    """All measures of the plan, read in pieces."""
    rows = (
        (
            row.number, row.title, row.category, gettext(label_of(MeasureState(row.state))), row.cluster,
            ", ".join(row.fields), row.district, row.office, row.working_group, row.carrier, row.starts_on, row.ends_on,
            row.planned_cents, row.committed_cents, row.spent_cents, gettext(label_of(Light(row.light))), row.need,
            row.goal, row.description, row.regular_service,
        )
        for row in open_data(session, current().chain)
    )  # fmt: skip
    return _table(gettext(N_("Action plan")), PLAN, rows)


def controlling_table(session: Session, period: str, today: date, *, size: int = CHUNK) -> Table | None:
    """The measures of a controlling report with their lights; None without such a round."""
    if controlling.round_of(session, period) is None:
        return None
    names = {topic.id: topic.name.title for topic in topics(session, Cluster, current().chain, all_=True)}
    title = f"{gettext(N_('Controlling report'))} {period}"
    return _table(title, CONTROLLING, _reported(session, period, today, names, size))


def _reported(
    session: Session, period: str, today: date, names: Mapping[int, str], size: int
) -> Iterator[Sequence[object]]:
    cursor: Cursor | None = None
    while True:
        page = controlling.lines(session, current().chain, period, today, cursor=cursor, size=size)
        for line in page.rows:
            lights = [gettext(label_of(each)) for each in line.lights] if line.lights else ["", "", ""]
            yield (
                line.number, line.title.title, line.category.value, gettext(label_of(line.state)),
                names[line.cluster_id], line.office, gettext(label_of(line.report_state)), *lights, line.forecast,
                line.text.body if line.text else "", line.text.extra.get("next", "") if line.text else "",
            )  # fmt: skip
        cursor = Cursor.decode(page.older, (int,))
        if cursor is None:
            return


def indicator_table(session: Session) -> Table:
    """Every published total of every indicator."""
    rows = (
        (
            each.goal.title, each.name.title, each.measure, each.value.period,
            exact(each.value.total, each.indicator.decimals), _exact(each.indicator.baseline, each.indicator.decimals),
            _exact(each.indicator.target, each.indicator.decimals), each.indicator.target_on, each.published_on,
            gettext(N_("yes")) if each.value.provisional else "",
        )
        for each in open_values(session, current().chain)
    )  # fmt: skip
    return _table(gettext(N_("Indicators")), INDICATORS, rows)


def _exact(value: int | None, decimals: int) -> object:
    return None if value is None else exact(value, decimals)


def booking_table(session: Session, year: int, *, size: int = CHUNK) -> Table:
    """All bookings of a year, the newest first, read in pieces."""
    return _table(f"{gettext(N_('Bookings'))} {year}", BOOKINGS, _booked(session, year, size))


def _booked(session: Session, year: int, size: int) -> Iterator[Sequence[object]]:
    cursor: Cursor | None = None
    while True:
        page = money.bookings(session, current().chain, year=year, cursor=cursor, size=size)
        for row in page.rows:
            yield (
                row.on, str(row.year), gettext(label_of(row.kind)), row.number, row.title.title, row.cents,
                row.programme or gettext(N_("the city's own money")), row.reference, row.reason,
                gettext(N_("yes")) if row.corrected else "",
            )  # fmt: skip
        cursor = Cursor.decode(page.older, (int,))
        if cursor is None:
            return


def _table(title: str, columns: Columns, rows: Iterator[Sequence[object]]) -> Table:
    heads = [Column(gettext(name), kind, width) for name, kind, width in columns]
    return Table(title, heads, rows, right_to_left=current().dir == "rtl")
