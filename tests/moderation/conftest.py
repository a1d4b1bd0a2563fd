"""A cast, a proposal, and a bad comment on it."""

import pytest

from tests.cast import make_cast
from tests.factories import make_proposal
from tests.moderation.acts import say


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.fixture
def proposal(session):
    return make_proposal(session, "Mehr Bänke")


@pytest.fixture
def comment(session, proposal, cast):
    return say(session, proposal, cast.citizen)
