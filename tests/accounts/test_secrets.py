from datetime import UTC, datetime

import pyotp
import pytest

from bihaelt.accounts.domain.secrets import new_code, safe_next, spaced, totp_address, totp_step, typed_digits
from bihaelt.accounts.domain.senders import device_of, mailbox_key, masked, network_of, tidy_email

AT = datetime(2026, 11, 22, 11, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("path", ["/de", "/de/proposals/3", "/leicht/proposals?page=2&q=a%20b", "/ar/plan?x=/de/y"])
def test_one_may_be_sent_to_our_own_pages(path):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "/", "//evil.test", "/\\evil.test", "////evil.test", "\\evil.test", "https:evil.test", "https://evil.test",
        "/de/%0d%0aSet-Cookie:x=1", "/de/\r\nx", "javascript:alert(1)", "//host@evil.test", "/de//evil.test", "/%2fevil.test",
        "/de/sign-in?next=/de", "/tr/register", "/de/recover", "/de/sign-out", "/de/%5cevil", "http://bücher.test", "de/plan",
        "/de/" + "x" * 3000, "/.//evil", "/de/plan#//evil", "/DE/plan", "/de/x\x00", " /de", "/de\t/x",
    ],
)  # fmt: skip
def test_one_is_sent_nowhere_else(path):
    assert safe_next(path) is None


def test_a_code_is_eight_digits_and_read_in_fours():
    assert len(new_code()) == 8
    assert spaced("12345678") == "1234 5678"


def test_digits_are_read_as_they_are_typed_anywhere():
    assert typed_digits(" ١٢٣٤-5678 ") == "12345678"


def test_the_present_step_and_its_neighbours_fit():
    totp = pyotp.TOTP(SECRET)
    present = int(AT.timestamp()) // 30
    for step in (present - 1, present, present + 1):
        assert totp_step(SECRET, totp.generate_otp(step), AT, 0) == step
    for step in (present - 2, present + 2):
        assert totp_step(SECRET, totp.generate_otp(step), AT, 0) is None


def test_a_used_step_does_not_fit_again():
    present = int(AT.timestamp()) // 30
    code = pyotp.TOTP(SECRET).generate_otp(present)
    assert totp_step(SECRET, code, AT, present) is None
    assert totp_step(SECRET, "", AT, 0) is None


def test_the_picture_names_the_city_and_the_account():
    assert totp_address(SECRET, "a@example.org", "Bielefeld").startswith(
        "otpauth://totp/bihaelt%20Bielefeld:a%40example.org"
    )


def test_spellings_of_one_mailbox_are_one():
    assert mailbox_key("Max.Muster+bihaelt@GMail.com") == mailbox_key("maxmuster@googlemail.com")
    assert mailbox_key("max+1@example.org") == mailbox_key("MAX@example.org")
    assert mailbox_key("max.muster@example.org") != mailbox_key("maxmuster@example.org")
    assert tidy_email(" Max@Example.ORG ") == "max@example.org"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"), (None, "unknown"), ("nonsense", "unknown"),
    ],
)  # fmt: skip
def test_a_network_is_a_24_or_a_64(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_device_has_a_coarse_name(agent, device):
    assert device_of(agent) == device


def test_an_address_is_shown_to_others_without_its_middle():
    assert masked("zoe.kaefer@example.org") == "z…@example.org"
