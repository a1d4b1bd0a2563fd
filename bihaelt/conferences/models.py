"""Series and conferences, with mandate and calendar."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bihaelt.conferences.domain import AgendaKind
from bihaelt.extensions import closed_set, db
from bihaelt.texts.models import Text
from bihaelt.topics.models import Cluster


class Series(db.Model):
    """A recurring conference (R48)."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id))
    rhythm_months: Mapped[int]


class Conference(db.Model):
    """One conference. The deadlines are exclusive ends, UTC; ``held_on`` is the day of the meeting.

    ``text_id``: title and description, extra ``access`` = more about how to get there and take part.
    ``mandate_text_id``: body = what was ordered, extra ``open`` = what is open, ``not_open`` = what is not
    (Beteiligungsspielraum). ``access`` is a stored ``domain.Access``. ``nonce`` makes a form create one only.
    """

    __tablename__ = "conference"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "number"),
        sa.CheckConstraint(
            "call_opens < call_closes AND call_closes <= screening_until AND screening_until <= vote_opens "
            "AND vote_opens <= vote_closes AND vote_closes <= decision_by AND decision_by <= report_by",
            name="calendar",
        ),
        sa.CheckConstraint(
            "opened_at IS NULL OR (mandate_body <> '' AND mandate_on IS NOT NULL AND mandate_paper <> '' "
            "AND mandate_text_id IS NOT NULL)",
            name="mandate",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(sa.ForeignKey(Series.id))
    number: Mapped[int]
    predecessor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("conference.id"), unique=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id))
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    held_on: Mapped[date]
    capacity: Mapped[int | None]
    access: Mapped[dict[str, Any]]
    mandate_body: Mapped[str] = mapped_column(sa.String(160), default="")
    mandate_on: Mapped[date | None]
    mandate_paper: Mapped[str] = mapped_column(sa.String(40), default="")
    mandate_text_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Text.id))
    call_opens: Mapped[datetime]
    call_closes: Mapped[datetime]
    screening_until: Mapped[datetime]
    vote_opens: Mapped[datetime]
    vote_closes: Mapped[datetime]
    decision_by: Mapped[datetime]
    report_by: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    series: Mapped[Series] = relationship()


class ConferenceCluster(db.Model):
    """A cluster that a conference asks about."""

    __tablename__ = "conference_cluster"

    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey(Cluster.id), primary_key=True)


class AgendaItem(db.Model):
    """A part of the conference day, in order; ``minutes`` is its length."""

    __tablename__ = "agenda_item"
    __table_args__ = (sa.CheckConstraint("minutes > 0", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(sa.ForeignKey(Conference.id), index=True)
    position: Mapped[int]
    minutes: Mapped[int]
    kind: Mapped[AgendaKind] = mapped_column(closed_set(AgendaKind, "kind"))
    text_id: Mapped[int] = mapped_column(sa.ForeignKey(Text.id))
