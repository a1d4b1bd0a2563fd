"""Settings come from the environment alone, and a bad one refuses to start with one clear line."""

from pathlib import Path

import pytest

from bihaelt.settings import NAMES, Settings, SettingsError

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "BIHAELT_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "BASE_URL": "https://mitmachen.example.org",
    "DATABASE_URL": "postgresql://user:word@db/city",
    "MAIL_URL": "smtp://user:word@mail:587",
}


def test_a_local_run_needs_nothing(tmp_path):
    settings = Settings.from_env({}, instance=tmp_path)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/bihaelt.db"
    assert settings.mail_url == f"file:{tmp_path}/mail"
    assert settings.ballot_keys == tmp_path / "ballot-keys"
    assert settings.ballot_data == tmp_path / "ballot-data"
    assert settings.documents == tmp_path / "documents"
    assert not settings.production


def test_the_local_key_is_made_once_and_kept_private(tmp_path):
    first = Settings.from_env({}, instance=tmp_path).secret_key
    assert Settings.from_env({}, instance=tmp_path).secret_key == first
    assert len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_production_settings_are_read(tmp_path):
    settings = Settings.from_env(PRODUCTION | {"PORT": "9000", "TRUSTED_PROXIES": "1"}, instance=tmp_path)
    assert settings.production
    assert settings.port == 9000
    assert settings.trusted_proxies == 1
    assert settings.host == "mitmachen.example.org"
    assert settings.database_url == "postgresql+psycopg://user:word@db/city"


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL", "DATABASE_URL", "MAIL_URL"])
def test_production_refuses_to_start_without(name, tmp_path):
    env = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingsError, match=f"{name} is missing"):
        Settings.from_env(env, instance=tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"), ("PORT", "70000"), ("PORT", "8000.5"), ("PORT", "²"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "mitmachen.example.org"), ("BASE_URL", "https://a.example/path"), ("BASE_URL", "ftp://a.example"),
        ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "sqlite://"),
        ("MAIL_URL", "pigeon:post"), ("MAIL_FROM", "nobody"), ("MAIL_FROM", "a@b, c@d.de"),
        ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "9"),
        ("TIMEZONE", "Bielefeld"), ("TIMEZONE", "../etc"),
        ("BALLOT_KEYS", "keys"), ("BALLOT_KEYS", "/dev/null"),
        ("OIDC_ISSUER", "https://id.example.org"), ("OIDC_CLIENT_ID", "bihaelt"), ("OIDC_CLIENT_SECRET", "s"),
        ("JOBS_URL", "redis://x"), ("LIMITS_URL", "file:x"), ("BIHAELT_ENV", "test"), ("BIHAELT_DEBUG", "1"),
    ],
)  # fmt: skip
def test_a_bad_value_is_one_clear_line(name, value, tmp_path):
    with pytest.raises(SettingsError) as error:
        Settings.from_env({name: value}, instance=tmp_path)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


PROVIDER = {"OIDC_ISSUER": "https://id.example.org/realm", "OIDC_CLIENT_ID": "bihaelt", "OIDC_CLIENT_SECRET": "s"}


def test_a_provider_of_identities_is_read(tmp_path):
    settings = Settings.from_env(PROVIDER, instance=tmp_path)
    assert settings.oidc_issuer == "https://id.example.org/realm"
    assert settings.oidc_client_id == "bihaelt"
    assert settings.oidc_client_secret == "s"


@pytest.mark.parametrize(
    "issuer", ["id.example.org", "http://id.example.org", "https://id.example.org/?a=b", "https:///x"]
)
def test_a_provider_needs_a_safe_address(issuer, tmp_path):
    with pytest.raises(SettingsError, match="OIDC_ISSUER"):
        Settings.from_env(PROVIDER | {"OIDC_ISSUER": issuer}, instance=tmp_path)


def test_a_provider_on_this_machine_needs_no_tls(tmp_path):
    issuer = "http://127.0.0.1:9000"
    assert Settings.from_env(PROVIDER | {"OIDC_ISSUER": issuer}, instance=tmp_path).oidc_issuer == issuer


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
