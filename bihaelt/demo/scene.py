"""What the loader has made so far, by the keys of the demo files."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

REFERENCE = (2026, 11)


@dataclass(slots=True)
class Scene:
    """``now`` is the moment of loading. The dictionaries hold flushed models by their key in the demo files."""

    now: datetime
    clusters: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    districts: dict[str, Any] = field(default_factory=dict)
    target_groups: dict[str, Any] = field(default_factory=dict)
    offices: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    organisations: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    conferences: dict[str, Any] = field(default_factory=dict)
    proposals: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)

    def add(self, session: Session, row: Any) -> Any:
        session.add(row)
        session.flush()
        return row

    def day(self, days: int, hour: int = 9) -> datetime:
        """The given hour (UTC) of the day that lies ``days`` from the day of loading."""
        midnight = datetime(self.now.year, self.now.month, self.now.day, tzinfo=UTC)
        return midnight + timedelta(days=days, hours=hour)

    def month(self, value: str | None, *, last: bool = False) -> date | None:
        """The first (or last) day of a month "2026-03" of the files, moved by whole months to the present."""
        if value is None:
            return None
        year, month = (int(part) for part in str(value)[:7].split("-"))
        shift = (self.now.year - REFERENCE[0]) * 12 + self.now.month - REFERENCE[1]
        months = year * 12 + month - 1 + shift + (1 if last else 0)
        first = date(months // 12, months % 12 + 1, 1)
        return first - timedelta(days=1) if last else first
