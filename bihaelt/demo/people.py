"""The demo city's people: one sign-in per role, all with one password, all marked as demo."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.domain.names import skeleton
from bihaelt.accounts.domain.passwords import hash_password
from bihaelt.accounts.models import Account, Grant
from bihaelt.demo.words import read

PASSWORD = "bielefeld-haelt-zusammen"  # noqa: S105  printed on every start of the demo city, refused in production
DOMAIN = "demo.bihaelt.example"
CROWD = 240
CROWD_LANGUAGES = ("de", "de", "de", "de", "tr", "ar", "ru", "uk", "pl", "ku", "en", "de@simple")
EXTRA = (
    {"key": "u_mod2", "display": "Demo-Moderation 2", "role": "moderator", "lang": "de"},
    {"key": "u_plan", "display": "Demo-Planverantwortung Dez. 5", "role": "plan_owner", "office": "dez5", "lang": "de"},
    {
        "key": "u_budget2",
        "cluster": "gleichstellung",
        "display": "Demo-Budgetverantwortung 2",
        "role": "budget_holder",
        "office": "dez5",
        "lang": "de",
    },
    {"key": "u_verein", "display": "Demo-Vorsitz Jugendring", "role": "delegate", "org": "jugendring", "lang": "de"},
)
SHOWN = (
    ("u_buerger5", "citizen, German"),
    ("u_buerger2", "citizen, Arabic"),
    ("u_simple", "citizen, Leichte Sprache"),
    ("u_delegate_agw", "delegate of the welfare associations"),
    ("u_verein", "administrator of an organisation (Jugendring)"),
    ("u_mod", "moderator"),
    ("u_mod2", "second moderator (decides appeals)"),
    ("u_trans", "translator"),
    ("u_office510", "office editor (Jugendamt)"),
    ("u_ki", "office editor (KI), the second pair of eyes"),
    ("u_budget", "budget holder"),
    ("u_budget2", "budget holder of one cluster"),
    ("u_kaemmerei", "treasury"),
    ("u_council", "council office"),
    ("u_plan", "plan owner"),
    ("u_admin", "administrator"),
)


def email_of(key: str) -> str:
    return f"{key.removeprefix('u_')}@{DOMAIN}"


def sign_ins() -> str:
    """The demo sign-ins as a table to print."""
    rows = "\n".join(f"  {email_of(key):<36} {what}" for key, what in SHOWN)
    return f"Demo sign-ins (demo city only), password for all: {PASSWORD}\n{rows}"


def settle(session: Session, offices: dict[str, Any], clusters: dict[str, Any], *, now: datetime) -> dict[str, Account]:
    """Make all demo accounts with their roles; returns them by key."""
    password = hash_password(PASSWORD)
    made: dict[str, Account] = {}
    for person in (*read("city")["demo_users"], *EXTRA):
        made[person["key"]] = account(session, person["key"], person["display"], person["lang"], now, password)
        if person["role"] in {role.value for role in Role}:
            office, cluster = offices.get(person.get("office", "")), clusters.get(person.get("cluster", ""))
            session.add(
                Grant(
                    account_id=made[person["key"]].id,
                    role=Role(person["role"]),
                    office_id=office.id if office else None,
                    cluster_id=cluster.id if cluster else None,
                    starts_on=date(now.year, 1, 1),
                )
            )
    for n in range(CROWD):
        language = CROWD_LANGUAGES[n % len(CROWD_LANGUAGES)]
        made[f"crowd{n}"] = account(session, f"crowd{n}", f"Demo-Konto {n + 1:03}", language, now, None)
    return made


def account(session: Session, key: str, name: str, language: str, now: datetime, password: str | None) -> Account:
    row = Account(
        email=email_of(key),
        display_name=name,
        name_key=skeleton(name),
        password_hash=password,
        language=language,
        state=AccountState.ACTIVE,
        created_at=now,
        consented_at=now,
        confirmed_at=now,
        letters=password is not None,
        demo=True,
    )
    session.add(row)
    session.flush()
    return row
