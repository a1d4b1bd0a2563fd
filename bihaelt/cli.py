"""Commands for operators; they call operations only."""

import json
import sqlite3
from datetime import UTC, datetime

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import Migrate

from bihaelt import mailer, worker
from bihaelt.accounts.domain import Role
from bihaelt.accounts.models import Account
from bihaelt.accounts.operations import grant_role
from bihaelt.comments.operations import recount as recount_comments
from bihaelt.count_command import count
from bihaelt.demo import ballots, people, synthetic
from bihaelt.demo.load import load_demo
from bihaelt.extensions import SAFE_WAL, db
from bihaelt.i18n import LANGUAGES, TRANSLATIONS
from bihaelt.journal.domain import SYSTEM
from bihaelt.outbox import queries as outbox
from bihaelt.settings import ROOT, Settings
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.operations import recount as recount_supports


def add_commands(app: Flask) -> Flask:
    """``app`` with the operator's commands. A web process does without them: they know the demo city and Alembic."""
    Migrate(app, db, directory=str(ROOT / "migrations"))
    for command in (demo, run_worker, doctor, grant, deliver, recount, count):
        app.cli.add_command(command)
    return app


@click.command("demo")
@click.option("--sign-ins", is_flag=True, help="Only print the demo sign-ins.")
@click.option("--proposals", type=click.IntRange(0, 1_000_000), default=0, help="Add so many invented proposals.")
@click.option("--measures", type=click.IntRange(0, 1_000_000), default=0, help="Add so many invented measures.")
@click.option("--supports", type=click.IntRange(0, 10_000_000), default=0, help="Add so many invented supports.")
@click.option("--votes", type=click.IntRange(0, 90), default=0, help="Let so many people vote in the open ballot.")
@click.option("--seed", type=int, default=1, help="The same seed makes the same city.")
@with_appcontext
def demo(sign_ins: bool, proposals: int, measures: int, supports: int, votes: int, seed: int) -> None:
    """Load the demo city (does nothing if it is there), or add a large invented one."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("The demo city has sign-ins with a known password: not in production.")
    if sign_ins:
        click.echo(people.sign_ins())
        return
    now, ring = datetime.now(UTC), KeyRing(current_app.config["SETTINGS"].ballot_keys)
    if load_demo(db.session(), now, ring):
        click.echo("The demo city is loaded.")
    if proposals or measures or supports:
        synthetic.grow(db.session(), now=now, proposals=proposals, measures=measures, supports=supports, seed=seed)
    if votes:
        voted = ballots.vote_in_open(db.session(), ring, voters=votes, now=now, seed=seed)
        db.session.commit()
        click.echo(f"{voted} people have voted." if voted else "No ballot is open.")


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Deliver letters and run the nightly jobs until stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    mailer.deliver(app)
    worker.jobs_of(app).create_consumer(workers=2, periodic=True, max_delay=1.0).run()


@click.command("deliver")
@with_appcontext
def deliver() -> None:
    """Deliver all letters that are due, once."""
    done = mailer.deliver(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(f"{done.sent} sent, {done.failed} not sent, {done.expired} expired")


@click.command("recount")
@with_appcontext
def recount() -> None:
    """Compare the counters with what they count, and put right what differs."""
    session = db.session()
    session.connection(execution_options={"writing": True})
    supports = recount_supports(session, now=datetime.now(UTC))
    comments = recount_comments(session)
    session.commit()
    click.echo(f"supports corrected: {len(supports)}, comments corrected: {len(comments)}")


@click.command("grant")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("email")
@with_appcontext
def grant(role: str, email: str) -> None:
    """Give ROLE to the account with EMAIL, from today on, without an end."""
    session = db.session()
    session.connection(execution_options={"writing": True})
    account = session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))
    if account is None:
        raise click.ClickException(f"There is no account with {email}. The person registers first.")
    now = datetime.now(UTC)
    grant_role(
        session,
        account=account,
        role=Role(role),
        office_id=None,
        starts_on=now.date(),
        ends_on=None,
        by=SYSTEM,
        now=now,
    )
    session.commit()
    click.echo(f"{email} is now {role}.")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at everything that an operator should know; exit code 1 if something is wrong."""
    findings = examine()
    if as_json:
        click.echo(json.dumps([{"ok": ok, "what": what, "found": found} for ok, what, found in findings]))
    else:
        for ok, what, found in findings:
            click.echo(f"{'ok   ' if ok else 'LOOK '} {what}: {found}")
    if not all(ok for ok, _, _ in findings):
        raise SystemExit(1)


def examine() -> list[tuple[bool, str, str]]:
    """Each finding: whether it is fine, what was looked at, what was found."""
    settings: Settings = current_app.config["SETTINGS"]
    session = db.session()
    found = [*database_findings(session), migration_finding(session), *translation_findings()]
    kind = settings.mail_url.partition(":")[0]
    real = kind != "file" and not settings.mail_from.endswith(".example")
    found.append((not settings.production or real, "letters", f"by {kind} from {settings.mail_from}"))
    now = datetime.now(UTC)
    stuck, failed, expired = outbox.stuck(session, now), outbox.failed(session, now), outbox.expired(session, now)
    found.append((not stuck, "letters that never reported back", str(len(stuck))))
    found.append((not failed, "letters that could not be sent in the last week", str(len(failed))))
    found.append((not expired, "letters that expired unsent in the last week", str(len(expired))))
    found.append((True, "time zone", f"{settings.timezone}, now {now:%Y-%m-%d %H:%M} UTC"))
    demos = session.scalar(sa.select(sa.func.count()).select_from(Account).where(Account.demo)) or 0
    exempt = "exempt from the second factor" if not settings.production else "must not exist in production"
    found.append((not (demos and settings.production), "demo accounts", f"{demos}, {exempt}" if demos else "none"))
    secure = settings.base_url.startswith("https://")
    found.append((secure or not settings.production, "public address", settings.base_url))
    return found


def database_findings(session: sa.orm.Session) -> list[tuple[bool, str, str]]:
    name = session.get_bind().dialect.name
    if name == "sqlite":
        mode = str(session.scalar(sa.text("PRAGMA journal_mode")))
        keys = session.scalar(sa.text("PRAGMA foreign_keys"))
        safe = mode != "wal" or sqlite3.sqlite_version_info >= SAFE_WAL
        return [
            (safe, "database", f"SQLite {sqlite3.sqlite_version}, journal mode {mode}"),
            (keys == 1, "foreign keys", "on" if keys == 1 else "off"),
        ]
    version = session.scalar(sa.text("SHOW server_version"))
    return [(True, "database", f"PostgreSQL {version}")]


def migration_finding(session: sa.orm.Session) -> tuple[bool, str, str]:
    have = MigrationContext.configure(session.connection()).get_current_revision()
    want = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    return have == want, "migrations", f"at {have}, newest {want}"


def translation_findings() -> list[tuple[bool, str, str]]:
    missing = [
        language.name for language in LANGUAGES
        if not (TRANSLATIONS / language.babel / "LC_MESSAGES" / "messages.mo").exists()
    ]  # fmt: skip
    return [(not missing, "translations", f"not compiled: {', '.join(missing)}" if missing else "all nine compiled")]
