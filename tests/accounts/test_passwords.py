import pytest

from bihaelt.accounts.domain import passwords
from bihaelt.accounts.domain.passwords import WeakPassword, check_password, hash_password, outdated, verify

ABOUT = ("Zoë Käfer", "zoe.kaefer", "Bielefeld")


@pytest.mark.parametrize(
    "password",
    [
        "sonne7b", "", "password", "Passwort1!", "p4ssw0rd", "12345678", "19840523", "qwertzui", "abcdefgh", "hgfedcba",
        "aaaaaaaa", "abababab", "abcdabcd", "iloveyou", "Fußball2026", "arminia1905", "пароль123", "hallohallo", "!!!passwort!!!",
        "bihaelt2026", "IchMagBielefeld!", "kaefer-im-wald", "xxBIELEFELDxx", "Admin2026!",
    ],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_refused(password):
    with pytest.raises(WeakPassword):
        check_password(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "rote Lampe am Fluss",
        "Xk9#qL2v",
        "  führt ins Grüne ",
        "🦉🦉 im Turm um drei",
        "x7" + "pq" * 60,
        "кот сидит на окне",
        "937460182736450",
    ],
)
def test_good_passwords_are_taken_as_they_are(password):
    check_password(password, ABOUT)


def test_more_than_a_kilobyte_is_refused_before_it_is_hashed():
    with pytest.raises(WeakPassword, match="too long"):
        check_password("ä" * 513)
    check_password("äxyz" * 203 + "q")


def test_short_parts_of_a_name_do_not_count():
    check_password("lila zoo wiese", ("Li Zoo",))


def test_the_hash_is_argon2id_with_at_least_19_mib_and_two_rounds():
    assert hash_password("rote Lampe").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_fits_in_either_unicode_form():
    assert verify(hash_password("Grüße an alle"), "Gru\u0308ße an alle")


@pytest.mark.parametrize("password_hash", [None, "", "broken"])
def test_nothing_fits_without_a_hash(password_hash):
    assert not verify(password_hash, "nobody has this password")


def test_a_hash_with_weaker_settings_is_outdated():
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("rote Lampe")
    assert outdated(weak)
    assert not outdated(hash_password("rote Lampe"))
