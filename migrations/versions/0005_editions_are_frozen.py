"""an edition of the plan is frozen when it is made: only its state goes on, and only a draft can be thrown away"""

from alembic import op

revision = "0005"
down_revision = "0004"

FROZEN = ("id", "number", "as_of", "head", "sha256", "size", "measures")
SAYS = "an edition of the plan cannot be changed"
STEPS = "('draft', 'published'), ('published', 'superseded')"
OF_DRAFT = "(SELECT state FROM edition WHERE id = {row}.edition_id) = 'draft'"


def _broken(differs: str) -> str:
    """A change of what is frozen, or a step of the state that does not lead on."""
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in FROZEN)
    return (
        f"{changed} OR (OLD.published_at IS NOT NULL AND OLD.published_at {differs} NEW.published_at) "
        f"OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (VALUES {STEPS}))"
    )


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("edition", "edition_measure"):
            op.execute(f"DROP TRIGGER {table}_guard ON {table}")
            op.execute(f"DROP TRIGGER {table}_whole ON {table}")
        for name in ("edition", "edition_measure", "edition_whole"):
            op.execute(f"DROP FUNCTION {name}_guard()")
        return
    for name in (
        "edition_insert", "edition_update", "edition_delete", "edition_measure_insert", "edition_measure_update",
        "edition_measure_delete",
    ):
        op.execute(f"DROP TRIGGER {name}")


def _sqlite() -> None:
    # REPLACE removes the old row without asking the triggers on DELETE: so a row that is there is never inserted again.
    _refuse("edition_insert", "INSERT ON edition", "EXISTS (SELECT 1 FROM edition WHERE id = NEW.id OR number = NEW.number)")
    _refuse("edition_update", "UPDATE ON edition", _broken("IS NOT"))
    _refuse("edition_delete", "DELETE ON edition", "OLD.state <> 'draft'")
    there = "EXISTS (SELECT 1 FROM edition_measure WHERE edition_id = NEW.edition_id AND position = NEW.position)"
    _refuse("edition_measure_insert", "INSERT ON edition_measure", f"NOT {OF_DRAFT.format(row='NEW')} OR {there}")
    _refuse("edition_measure_update", "UPDATE ON edition_measure", "1")
    _refuse("edition_measure_delete", "DELETE ON edition_measure", f"NOT {OF_DRAFT.format(row='OLD')}")


def _refuse(name: str, when: str, condition: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END")


def _postgresql() -> None:
    _function(
        "edition",
        f"IF TG_OP = 'DELETE' THEN IF OLD.state <> 'draft' THEN RAISE EXCEPTION '{SAYS}'; END IF; RETURN OLD; END IF; "
        f"IF {_broken('IS DISTINCT FROM')} THEN RAISE EXCEPTION '{SAYS}'; END IF; RETURN NEW;",
    )
    _function(
        "edition_measure",
        f"IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION '{SAYS}'; END IF; "
        f"IF TG_OP = 'DELETE' THEN IF NOT {OF_DRAFT.format(row='OLD')} THEN RAISE EXCEPTION '{SAYS}'; END IF; RETURN OLD; END IF; "
        f"IF NOT {OF_DRAFT.format(row='NEW')} THEN RAISE EXCEPTION '{SAYS}'; END IF; RETURN NEW;",
    )
    _function("edition_whole", f"RAISE EXCEPTION '{SAYS}';")
    for table, acts in (("edition", "UPDATE OR DELETE"), ("edition_measure", "INSERT OR UPDATE OR DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION edition_whole_guard()"
        )


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
