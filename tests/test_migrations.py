"""The migrations lead exactly to the models, on each database, and back."""

import os

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bihaelt.extensions import db
from tests.conftest import ROOT
from tests.databases import fresh_database

KIND = os.environ.get("TEST_DATABASE", "sqlite")


@pytest.fixture
def connection(tmp_path):
    engine = sa.create_engine(fresh_database(tmp_path, KIND))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def config_for(connection):
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def ours(difference):
    """Whether a difference is about the models (the full-text index is made by SQL alone)."""
    entry = difference[0] if isinstance(difference, list) else difference
    return "text_search" not in repr(entry)


def test_migrations_lead_to_the_models_and_back(connection):
    config = config_for(connection)
    command.upgrade(config, "head")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert [difference for difference in compare_metadata(context, db.metadata) if ours(difference)] == []
    command.downgrade(config, "base")
    left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    assert left == set()


def test_there_is_one_numbered_head():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
