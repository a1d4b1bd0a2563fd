"""The cast of the tests of organisations."""

import pytest

from tests.cast import make_cast


@pytest.fixture
def cast(session):
    return make_cast(session)
