"""the journal can only grow: the database refuses to change or remove an entry"""

from alembic import op

revision = "0002"
down_revision = "0001"



def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_entry_no_{act.lower()} BEFORE {act} ON journal_entry "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
    # REPLACE removes the old row without asking the triggers above.
    op.execute(
        "CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry "
        "WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER journal_entry_append_only ON journal_entry")
        op.execute("DROP FUNCTION journal_is_append_only()")
        return
    for act in ("UPDATE", "DELETE", "REPLACE"):
        op.execute(f"DROP TRIGGER journal_entry_no_{act.lower()}")
