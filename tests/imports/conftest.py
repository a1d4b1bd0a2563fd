import pytest

from tests.imports.stage import Stage


@pytest.fixture
def stage(session):
    return Stage(session)
