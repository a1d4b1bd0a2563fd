"""a full text index over the current versions of all texts that have a title, kept by the database itself"""

from alembic import op

revision = "0003"
down_revision = "0002"

# Comments and answers have no title and stay out. Who may see a hit is decided by the
# query, which joins it to its proposal or measure.
CURRENT = "is_current AND title <> ''"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER text_search_follow ON text_version")
        op.execute("DROP FUNCTION text_search_follow()")
        op.execute("DROP FUNCTION text_search_words(text, text)")
        op.execute("DROP TABLE text_search")
        return
    for act in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER text_search_{act}")
    op.execute("DROP TABLE text_search")


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE text_search USING fts5(title, body, content='text_version', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    add = "INSERT INTO text_search(rowid, title, body) "
    drop = "INSERT INTO text_search(text_search, rowid, title, body) SELECT 'delete', old.id, old.title, old.body "
    op.execute(add + f"SELECT id, title, body FROM text_version WHERE {CURRENT}")
    put, take = f"{add}SELECT new.id, new.title, new.body WHERE {_of('new')};", f"{drop}WHERE {_of('old')};"
    op.execute(f"CREATE TRIGGER text_search_insert AFTER INSERT ON text_version BEGIN {put} END")
    op.execute(f"CREATE TRIGGER text_search_delete AFTER DELETE ON text_version BEGIN {take} END")
    op.execute(
        "CREATE TRIGGER text_search_update AFTER UPDATE OF title, body, is_current ON text_version "
        f"BEGIN {take} {put} END"
    )


def _of(row: str) -> str:
    return f"{row}.is_current AND {row}.title <> ''"


def _postgresql() -> None:
    # Points and slashes part words here as in SQLite; PostgreSQL would otherwise keep host names and paths whole.
    op.execute(
        "CREATE FUNCTION text_search_words(title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$ "
        "SELECT setweight(to_tsvector('simple', translate(title, './@_:\\-', '       ')), 'A') || "
        "setweight(to_tsvector('simple', translate(body, './@_:\\-', '       ')), 'D') $$"
    )
    op.execute(
        "CREATE TABLE text_search (version_id integer PRIMARY KEY REFERENCES text_version (id) ON DELETE CASCADE, "
        "words tsvector NOT NULL)"
    )
    op.execute(f"INSERT INTO text_search SELECT id, text_search_words(title, body) FROM text_version WHERE {CURRENT}")
    op.execute("CREATE INDEX ix_text_search_words ON text_search USING gin (words)")
    op.execute(
        "CREATE FUNCTION text_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "DELETE FROM text_search WHERE version_id = NEW.id; "
        f"IF {_of('NEW')} THEN "
        "INSERT INTO text_search VALUES (NEW.id, text_search_words(NEW.title, NEW.body)); END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER text_search_follow AFTER INSERT OR UPDATE OF title, body, is_current ON text_version "
        "FOR EACH ROW EXECUTE FUNCTION text_search_follow()"
    )
