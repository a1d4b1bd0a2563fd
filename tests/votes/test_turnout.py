"""The turnout of an open vote: counts that stand side by side, and what stands out among them."""

from datetime import timedelta

from bihaelt.votes.domain import Channel, Electorate
from bihaelt.votes.domain.figures import BUSY_LEAST, NetworkDay
from bihaelt.votes.models import TurnoutHour
from bihaelt.votes.queries.turnout import turnout, voters
from tests.factories import NOW, add
from tests.votes.ballot_stage import make_ballot

PEOPLE, ORGANISATIONS = Electorate.PEOPLE, Electorate.ORGANISATIONS
HOUR = NOW.replace(minute=0)


def hour(
    session, ballot, casts, *, electorate=PEOPLE, channel=Channel.ONLINE, at=HOUR, age="older", network="", shard=0
):
    row = {"electorate": electorate, "channel": channel, "hour": at, "account_age": age, "network": network}
    return add(session, TurnoutHour(ballot_id=ballot.id, shard=shard, voters=casts, casts=casts, **row))


def test_networks_are_counted_by_day_and_the_busy_ones_stand_out(session, app):
    ballot = make_ballot(session, app, clusters=1)
    for shard, casts in enumerate((BUSY_LEAST - 1, 1)):
        hour(session, ballot, casts, network="a" * 16, shard=shard)
    hour(session, ballot, 3, network="b" * 16)
    hour(session, ballot, 2, network="a" * 16, at=HOUR - timedelta(days=1))
    hour(session, ballot, 5, channel=Channel.PAPER, age="")
    found = turnout(session, ballot.id)
    assert found.networks == [
        NetworkDay((HOUR - timedelta(days=1)).date(), 1, 2, 0), NetworkDay(HOUR.date(), 2, BUSY_LEAST, 1)
    ]  # fmt: skip
    assert found.ages == {"day": 0, "week": 0, "month": 0, "older": BUSY_LEAST + 5}
    assert found.of(PEOPLE) == BUSY_LEAST + 10


def test_ways_are_counted_for_each_electorate_and_whoever_took_everything_back_is_not_there(session, app):
    ballot = make_ballot(session, app, clusters=1)
    hour(session, ballot, 2)
    hour(session, ballot, 3, channel=Channel.DESK)
    hour(session, ballot, 1, channel=Channel.ROOM)
    hour(session, ballot, -1, channel=Channel.ROOM, at=HOUR + timedelta(hours=1))
    hour(session, ballot, 4, electorate=ORGANISATIONS)
    assert voters(session, ballot.id) == {
        PEOPLE: {Channel.DESK: 3, Channel.ONLINE: 2}, ORGANISATIONS: {Channel.ONLINE: 4}
    }  # fmt: skip
