"""Alembic's entry: the connection comes from the caller (tests) or from the application's engine."""

from importlib import import_module
from pathlib import Path

from alembic import context

import bihaelt
from bihaelt.extensions import db

# Every table counts, whether or not a page uses it already.
for path in Path(bihaelt.__file__).parent.glob("*/models*"):
    import_module(f"bihaelt.{path.parent.name}.models")


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        compare_server_default=False,
        render_as_batch=False,
        user_module_prefix="sa.",
        render_item=plain_types,
        include_name=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def is_ours(name, kind, _parents):
    """The search index is made by its migration and kept by the database; no model describes it."""
    return kind != "table" or not name.startswith("text_search")


def plain_types(kind, item, _autogen):
    """Our own column types are written as what the database sees."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime()"
    return False


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect() as opened:
        run(opened)
        opened.commit()
