import pytest

from tests.money.stage import make_stage


@pytest.fixture
def stage(session):
    return make_stage(session)
