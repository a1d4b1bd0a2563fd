"""minutes of working groups only grow: a version that was written is neither changed nor removed"""

from alembic import op

revision = "0007"
down_revision = "0006"

# Tables that only grow, with what the database says to whoever tries otherwise.
SAYS = "minutes are append-only"
GROWING = {"minutes": SAYS, "minutes_point": SAYS, "minutes_presence": SAYS}


def upgrade() -> None:
    for table, says in GROWING.items():
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{says}'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        # REPLACE removes the old row without asking the triggers above.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )


def downgrade() -> None:
    for table in GROWING:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION {table}_is_append_only()")
            continue
        for act in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
