"""Reading the turnout: counts by electorate, way, hour, network and age of account. No paper is read here."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.votes.domain import Channel, Electorate
from bihaelt.votes.domain.figures import AGES, BUSY_LEAST, Hour, Turnout, busiest
from bihaelt.votes.domain.figures import NetworkDay as NetworkFigures
from bihaelt.votes.models import TurnoutHour


def turnout(session: Session, ballot_id: int) -> Turnout:
    """How many voted so far, by electorate and way, and what stands out. Two statements."""
    voters: dict[Electorate, dict[Channel, int]] = {}
    ages = dict.fromkeys(AGES, 0)
    hours: dict[tuple[Electorate, datetime], int] = {}
    rows = session.execute(
        sa.select(
            TurnoutHour.electorate, TurnoutHour.channel, TurnoutHour.hour, TurnoutHour.account_age,
            sa.func.sum(TurnoutHour.voters), sa.func.sum(TurnoutHour.casts),
        )
        .where(TurnoutHour.ballot_id == ballot_id)
        .group_by(TurnoutHour.electorate, TurnoutHour.channel, TurnoutHour.hour, TurnoutHour.account_age)
    )  # fmt: skip
    for electorate, channel, hour, age, number, casts in rows:
        # PostgreSQL adds integers up to a wider type.
        ways = voters.setdefault(electorate, {})
        ways[channel] = ways.get(channel, 0) + int(number)
        hours[electorate, hour] = hours.get((electorate, hour), 0) + int(casts)
        if age in ages and electorate is Electorate.PEOPLE:
            ages[age] += int(number)
    return Turnout(
        voters, ages, busiest(Hour(electorate, hour, casts) for (electorate, hour), casts in hours.items()),
        _networks(session, ballot_id),
    )  # fmt: skip


def voters(session: Session, ballot_id: int) -> dict[Electorate, dict[Channel, int]]:
    """How many have voted, by electorate and channel. One statement."""
    rows = session.execute(
        sa.select(TurnoutHour.electorate, TurnoutHour.channel, sa.func.sum(TurnoutHour.voters))
        .where(TurnoutHour.ballot_id == ballot_id)
        .group_by(TurnoutHour.electorate, TurnoutHour.channel)
        .order_by(TurnoutHour.electorate, TurnoutHour.channel)
    )
    found: dict[Electorate, dict[Channel, int]] = {electorate: {} for electorate in Electorate}
    for electorate, channel, number in rows:
        if number:
            found[electorate][channel] = int(number)
    return found


def _networks(session: Session, ballot_id: int) -> list[NetworkFigures]:
    """The days, each with how many networks there were and how many casts came from the busiest one."""
    rows = session.execute(
        sa.select(TurnoutHour.hour, TurnoutHour.network, sa.func.sum(TurnoutHour.casts))
        .where(TurnoutHour.ballot_id == ballot_id, TurnoutHour.network != "")
        .group_by(TurnoutHour.hour, TurnoutHour.network)
    )
    days: dict[date, dict[str, int]] = {}
    for hour, network, casts in rows:
        networks = days.setdefault(hour.date(), {})
        networks[network] = networks.get(network, 0) + int(casts)
    return [
        NetworkFigures(day, len(of), max(of.values()), sum(casts >= BUSY_LEAST for casts in of.values()))
        for day, of in sorted(days.items())
    ]
