"""A proposal to talk about."""

import pytest

from tests.factories import make_proposal


@pytest.fixture
def proposal(session):
    return make_proposal(session)
