"""The migrations lead exactly to the models, in one line, and back to an empty database."""

import os

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bihaelt.extensions import db
from bihaelt.settings import ROOT
from tests.databases import fresh_database


@pytest.fixture
def config():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@pytest.fixture
def connection(tmp_path):
    engine = sa.create_engine(fresh_database(tmp_path, os.environ.get("TEST_DATABASE", "sqlite")))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def difference(connection):
    """What Alembic would write into a next migration; tables of the search index belong to the database itself."""
    options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or "search" not in name}
    return compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)


def test_there_is_one_line_of_numbered_migrations(config):
    script = ScriptDirectory.from_config(config)
    names = sorted(revision.revision for revision in script.walk_revisions())
    assert script.get_heads() == names[-1:]
    assert names == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_the_migrations_lead_to_the_models(config, connection):
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    assert difference(connection) == []


def test_every_migration_can_be_taken_back_and_made_again(config, connection):
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")
    assert difference(connection) == []
