"""an open ballot is frozen, the public log only grows, votes are never removed, and each commitment waits for the log"""

from alembic import op

revision = "0004"
down_revision = "0003"

# Columns of a ballot that its opening freezes; the others follow its life (models.LIVING, compared by a test).
FROZEN = (
    "id", "key", "conference_id", "opens_at", "closes_at", "method", "count_rule", "max_choices", "encouraged_min",
    "max_points", "decision_rule", "percent", "people_per_mille", "min_age", "lottery", "lottery_on", "objection_days",
    "quorum", "created_at", "nonce", "opened_at", "configuration", "configuration_sha256", "origin", "public_key", "pepper_check",
    "verified_people", "verified_organisations",
)
# What a paper says; it stands still when the ballot has closed. Its state may still become invalidated.
SAID = ("question_id", "electorate", "organisation_id", "channel", "choice", "nonce", "commitment")
GROWING = ("leaf", "checkpoint", "replaced", "countersignature", "ballot_count")
KEYS = {
    "leaf": ("ballot_id", "position"), "checkpoint": ("id",), "replaced": ("ballot_id", "commitment"),
    "countersignature": ("checkpoint_id", "witness_id"), "ballot_count": ("id",),
}
ROWS = {  # what each table's ballot is called in a trigger
    "ballot_question": "(SELECT state FROM ballot WHERE id = {row}.ballot_id)",
    "ballot_option": "(SELECT b.state FROM ballot b JOIN ballot_question q ON q.ballot_id = b.id WHERE q.id = {row}.question_id)",
}
OF_PAPER = ROWS["ballot_option"]
FROZEN_SAYS = "an open ballot cannot be changed"
URN_SAYS = "this ballot takes no papers"
KEPT_SAYS = "a vote is never removed"
LOG_SAYS = "the log of a ballot is append-only"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("ballot", *ROWS, *GROWING):
            op.execute(f"DROP TRIGGER {table}_guard ON {table}")
        for name in ("paper_insert", "paper_update", "paper_delete"):
            op.execute(f"DROP TRIGGER {name} ON paper")
        for name in ("ballot", *ROWS, "paper_closed", "paper_kept", "log"):
            op.execute(f"DROP FUNCTION {name}_guard()")
        return
    for name in (
        "ballot_update", "ballot_delete", "ballot_replace", "paper_insert", "paper_update", "paper_delete", "paper_promised",
        "paper_replaced", "paper_promised_again",
    ):
        op.execute(f"DROP TRIGGER {name}")
    for table in ROWS:
        for act in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_{act}")
    for table in GROWING:
        for act in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_{act}")


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return "(" + " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in columns) + ")"


def _broken(differs: str) -> str:
    """A change of a frozen column, a way back to the draft, or a way on from an end."""
    return (
        f"OLD.state <> 'draft' AND ({_changed(FROZEN, differs)} OR NEW.state = 'draft' "
        "OR (OLD.state IN ('certified', 'cancelled') AND NEW.state <> OLD.state))"
    )


def _sqlite() -> None:
    _refuse("ballot_update", "BEFORE UPDATE ON ballot", _broken("IS NOT"), FROZEN_SAYS)
    _refuse("ballot_delete", "BEFORE DELETE ON ballot", "OLD.state <> 'draft'", FROZEN_SAYS)
    # REPLACE removes the old row without asking the triggers on DELETE.
    _refuse(
        "ballot_replace", "BEFORE INSERT ON ballot",
        "EXISTS (SELECT 1 FROM ballot WHERE id = NEW.id AND state <> 'draft')", FROZEN_SAYS,
    )
    for table, state in ROWS.items():
        old, new = state.format(row="OLD"), state.format(row="NEW")
        _refuse(f"{table}_insert", f"BEFORE INSERT ON {table}", f"{new} <> 'draft'", FROZEN_SAYS)
        _refuse(f"{table}_update", f"BEFORE UPDATE ON {table}", f"{old} <> 'draft' OR {new} <> 'draft'", FROZEN_SAYS)
        _refuse(f"{table}_delete", f"BEFORE DELETE ON {table}", f"{old} <> 'draft'", FROZEN_SAYS)
    new = OF_PAPER.format(row="NEW")
    _refuse("paper_insert", "BEFORE INSERT ON paper", f"{new} <> 'open'", URN_SAYS)
    _refuse(
        "paper_update", f"BEFORE UPDATE OF {', '.join(SAID)} ON paper",
        f"{_changed(SAID, 'IS NOT')} AND {new} <> 'open'", URN_SAYS,
    )
    _refuse("paper_delete", "BEFORE DELETE ON paper", "OLD.state <> 'draft'", KEPT_SAYS)
    # What a receipt promises waits for the log, and what counts no more for the close: with the paper, or not at all.
    mine = "FROM ballot_question q WHERE q.id = NEW.question_id"
    promise = f"INSERT INTO pending_leaf (ballot_id, commitment) SELECT q.ballot_id, NEW.commitment {mine};"
    replace = f"INSERT INTO replaced (ballot_id, commitment) SELECT q.ballot_id, OLD.commitment {mine};"
    other = "OLD.commitment IS NOT NEW.commitment"
    op.execute(
        f"CREATE TRIGGER paper_promised AFTER INSERT ON paper WHEN NEW.commitment IS NOT NULL BEGIN {promise} END"
    )
    op.execute(
        "CREATE TRIGGER paper_promised_again AFTER UPDATE OF commitment ON paper "
        f"WHEN {other} AND NEW.commitment IS NOT NULL BEGIN {promise} END"
    )
    op.execute(
        "CREATE TRIGGER paper_replaced AFTER UPDATE OF commitment ON paper "
        f"WHEN {other} AND OLD.commitment IS NOT NULL BEGIN {replace} END"
    )
    for table in GROWING:
        _refuse(f"{table}_update", f"BEFORE UPDATE ON {table}", "1", LOG_SAYS)
        _refuse(f"{table}_delete", f"BEFORE DELETE ON {table}", "1", LOG_SAYS)
        same = " AND ".join(f"{name} = NEW.{name}" for name in KEYS[table])
        _refuse(f"{table}_replace", f"BEFORE INSERT ON {table}", f"EXISTS (SELECT 1 FROM {table} WHERE {same})", LOG_SAYS)


def _refuse(name: str, when: str, condition: str, says: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {when} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END")


def _postgresql() -> None:
    broken = _broken("IS DISTINCT FROM")
    _function(
        "ballot",
        f"IF TG_OP = 'DELETE' THEN IF OLD.state <> 'draft' THEN RAISE EXCEPTION '{FROZEN_SAYS}'; END IF; RETURN OLD; END IF; "
        f"IF {broken} THEN RAISE EXCEPTION '{FROZEN_SAYS}'; END IF; RETURN NEW;",
    )
    op.execute(
        "CREATE TRIGGER ballot_guard BEFORE UPDATE OR DELETE ON ballot FOR EACH ROW EXECUTE FUNCTION ballot_guard()"
    )
    for table, state in ROWS.items():
        old, new = state.format(row="OLD"), state.format(row="NEW")
        _function(
            table,
            f"IF TG_OP <> 'INSERT' THEN IF {old} <> 'draft' THEN RAISE EXCEPTION '{FROZEN_SAYS}'; END IF; END IF; "
            f"IF TG_OP <> 'DELETE' THEN IF {new} <> 'draft' THEN RAISE EXCEPTION '{FROZEN_SAYS}'; END IF; RETURN NEW; END IF; "
            "RETURN OLD;",
        )
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
        )
    # What a receipt promises waits for the log, and what counts no more for the close: with the paper, or not at all.
    _function(
        "paper_closed",
        "SELECT b.id, b.state INTO ballot, state_now FROM ballot b JOIN ballot_question q ON q.ballot_id = b.id "
        f"WHERE q.id = NEW.question_id; IF state_now <> 'open' THEN RAISE EXCEPTION '{URN_SAYS}'; END IF; "
        "IF TG_OP = 'UPDATE' THEN IF OLD.commitment IS NOT DISTINCT FROM NEW.commitment THEN RETURN NEW; END IF; "
        "IF OLD.commitment IS NOT NULL THEN "
        "INSERT INTO replaced (ballot_id, commitment) VALUES (ballot, OLD.commitment); END IF; END IF; "
        "IF NEW.commitment IS NOT NULL THEN "
        "INSERT INTO pending_leaf (ballot_id, commitment) VALUES (ballot, NEW.commitment); END IF; RETURN NEW;",
        "DECLARE ballot integer; state_now text;",
    )
    _function("paper_kept", f"RAISE EXCEPTION '{KEPT_SAYS}';")
    op.execute("CREATE TRIGGER paper_insert BEFORE INSERT ON paper FOR EACH ROW EXECUTE FUNCTION paper_closed_guard()")
    op.execute(
        f"CREATE TRIGGER paper_update BEFORE UPDATE ON paper FOR EACH ROW WHEN {_changed(SAID, 'IS DISTINCT FROM')} "
        "EXECUTE FUNCTION paper_closed_guard()"
    )
    op.execute(
        "CREATE TRIGGER paper_delete BEFORE DELETE ON paper FOR EACH ROW WHEN (OLD.state <> 'draft') "
        "EXECUTE FUNCTION paper_kept_guard()"
    )
    _function("log", f"RAISE EXCEPTION '{LOG_SAYS}';")
    for table in GROWING:
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_guard()"
        )


def _function(name: str, body: str, declared: str = "") -> None:
    op.execute(f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ {declared} BEGIN {body} END $$")
