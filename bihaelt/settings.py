"""Every setting, its type and its default. Nothing else reads os.environ."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
NAMES = {
    "PORT": "The port that the server listens on, 1 to 65535.",
    "DATABASE_URL": "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    "SECRET_KEY": "Signs sessions and form tokens; at least 32 characters.",
    "BASE_URL": "The address that people type, for all absolute links; other Host headers are refused.",
    "MAIL_URL": "file:FOLDER writes each letter as an .eml file; smtp://USER:PASSWORD@HOST:PORT sends it.",
    "MAIL_FROM": "The sender's address of all letters.",
    "TRUSTED_PROXIES": "How many reverse proxies stand in front and set X-Forwarded-*, 0 to 5.",
    "TIMEZONE": "The time zone in which people enter and read times.",
    "JOBS_URL": "sqlite:///FILE for background jobs.",
    "LIMITS_URL": "memory:// or valkey://HOST:PORT for counting attempts over several processes.",
    "BALLOT_KEYS": "The folder with the secret keys of ballots, outside of the database; shared by all processes.",
    "BALLOT_DATA": "The folder in which the open data of counted ballots are kept as files.",
    "DOCUMENTS": "The folder in which documents that were built are kept for some days.",
    "OIDC_ISSUER": "The city's OpenID Connect provider, which verifies residents: its issuer address. Empty: there is none.",
    "OIDC_CLIENT_ID": "Under which name this platform is known to the provider.",
    "OIDC_CLIENT_SECRET": "The secret that the provider gave out for that name.",
    "BIHAELT_ENV": "local, or production: then SECRET_KEY, BASE_URL, DATABASE_URL and MAIL_URL must be set.",
    "BIHAELT_CITY": "The city's name as it stands in the header.",
}


class SettingsError(Exception):
    """A setting is missing, unknown or has a bad value; the text is one clear line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    secret_key: str
    port: int = 8000
    database_url: str = f"sqlite:///{INSTANCE / 'bihaelt.db'}"
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = f"file:{INSTANCE / 'mail'}"
    mail_from: str = "beteiligung@bihaelt.example"
    trusted_proxies: int = 0
    timezone: str = "Europe/Berlin"
    jobs_url: str = f"sqlite:///{INSTANCE / 'jobs.db'}"
    limits_url: str = "memory://"
    ballot_keys: Path = INSTANCE / "ballot-keys"
    ballot_data: Path = INSTANCE / "ballot-data"
    documents: Path = INSTANCE / "documents"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    environment: str = "local"
    city: str = "Bielefeld"

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def host(self) -> str:
        """Host and port of the public address, as a Host header carries them."""
        return urlsplit(self.base_url).netloc

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ, *, instance: Path = INSTANCE) -> "Settings":
        """Read and check all settings.

        Raises SettingsError with one line that names the setting, what is wrong and what to do.
        """
        unknown = sorted(name for name in env if name.startswith("BIHAELT_") and name not in NAMES)
        if unknown:
            raise SettingsError(f"{unknown[0]} is not a setting. Known settings: {', '.join(NAMES)}.")
        given = {name: env[name].strip() for name in NAMES if env.get(name, "").strip()}
        environment = one_of("BIHAELT_ENV", given.get("BIHAELT_ENV", "local"), ("local", "production"))
        if environment == "production":
            required("SECRET_KEY BASE_URL DATABASE_URL MAIL_URL".split(), given)
        port = number("PORT", given.get("PORT", "8000"), 1, 65535)
        values = {
            "environment": environment,
            "port": port,
            "secret_key": secret(given.get("SECRET_KEY"), instance),
            "base_url": web_address("BASE_URL", given.get("BASE_URL", f"http://127.0.0.1:{port}")),
            "database_url": database_address(
                "DATABASE_URL", given.get("DATABASE_URL", f"sqlite:///{instance}/bihaelt.db")
            ),
            "jobs_url": file_database("JOBS_URL", given.get("JOBS_URL", f"sqlite:///{instance}/jobs.db")),
            "mail_url": scheme("MAIL_URL", given.get("MAIL_URL", f"file:{instance}/mail"), ("file", "smtp", "smtps")),
            "mail_from": mail_address("MAIL_FROM", given.get("MAIL_FROM", "beteiligung@bihaelt.example")),
            "limits_url": scheme("LIMITS_URL", given.get("LIMITS_URL", "memory://"), ("memory", "valkey", "redis")),
            "ballot_keys": folder("BALLOT_KEYS", given.get("BALLOT_KEYS", f"{instance}/ballot-keys")),
            "ballot_data": folder("BALLOT_DATA", given.get("BALLOT_DATA", f"{instance}/ballot-data")),
            "documents": folder("DOCUMENTS", given.get("DOCUMENTS", f"{instance}/documents")),
            **provider(given),
            "trusted_proxies": number("TRUSTED_PROXIES", given.get("TRUSTED_PROXIES", "0"), 0, 5),
            "timezone": time_zone("TIMEZONE", given.get("TIMEZONE", "Europe/Berlin")),
            "city": given.get("BIHAELT_CITY", "Bielefeld"),
        }
        assert values.keys() <= {field.name for field in fields(cls)}
        return cls(**values)  # type: ignore[arg-type]


def required(names: list[str], given: Mapping[str, str]) -> None:
    for name in names:
        if name not in given:
            raise SettingsError(f"{name} is missing. In production it must be set: {NAMES[name]}")


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name}={value!r} is not one of {', '.join(allowed)}.")
    return value


def number(name: str, value: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not low <= int(value) <= high:
        raise SettingsError(f"{name}={value!r} is not a whole number from {low} to {high}.")
    return int(value)


def scheme(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if urlsplit(value).scheme not in allowed:
        raise SettingsError(f"{name} must begin with {' or '.join(f'{s}:' for s in allowed)}. {NAMES[name]}")
    return value


def web_address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        raise SettingsError(f"{name}={value!r} is not an address like https://mitmachen.example.org without a path.")
    return value.rstrip("/")


def file_database(name: str, value: str) -> str:
    if not re.fullmatch(r"sqlite:///.+", value):
        raise SettingsError(f"{name} must look like sqlite:///FILE.")
    return value


def folder(name: str, value: str) -> Path:
    path = Path(value)
    if not path.is_absolute() or (path.exists() and not path.is_dir()):
        raise SettingsError(f"{name}={value!r} is not the whole path of a folder. {NAMES[name]}")
    return path


def provider(given: Mapping[str, str]) -> dict[str, str]:
    """The three settings of the provider, or none of them. Without TLS it may only be on this very machine."""
    names = "OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET".split()
    missing = [name for name in names if name not in given]
    if len(missing) == len(names):
        return {}
    if missing:
        known = next(name for name in names if name in given)
        raise SettingsError(f"{missing[0]} is missing beside {known}: {NAMES[missing[0]]}")
    issuer = given["OIDC_ISSUER"]
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not (parts.scheme == "https" or local) or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(f"OIDC_ISSUER={issuer!r} is not an address that begins with https://.")
    return {name.lower(): given[name] for name in names}


def database_address(name: str, value: str) -> str:
    """SQLAlchemy's address; PostgreSQL is spoken to through psycopg 3."""
    if value.startswith("postgresql://"):
        return "postgresql+psycopg://" + value.removeprefix("postgresql://")
    if re.fullmatch(r"sqlite:///.+|postgresql\+psycopg://.+", value):
        return value
    raise SettingsError(f"{name} must be {NAMES[name]}")


def mail_address(name: str, value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,]+", value):
        raise SettingsError(f"{name}={value!r} is not a mail address.")
    return value


def time_zone(name: str, value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"{name}={value!r} is not a time zone such as Europe/Berlin.") from None
    return value


def secret(value: str | None, instance: Path) -> str:
    """The given key, or one that is made once and kept beside the local database."""
    if value is not None:
        if len(value) < 32:
            raise SettingsError("SECRET_KEY is too short: at least 32 characters, e.g. from `openssl rand -hex 32`.")
        return value
    kept = instance / "secret_key"
    if not kept.exists():
        instance.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(32))
    return kept.read_text().strip()
