"""The verifier's own Ed25519: vectors of RFC 8032, section 7.1, and agreement with the library that signs."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.records import VERIFIER

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (  # TEST SHA(abc)
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)) for number in range(4)]


def valid(public, message, signature):
    return VERIFIER.ed25519_valid(public, message, signature)


def by_library(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_published_signatures_are_valid(public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))
    assert by_library(public, message, signature)
    assert valid(public, message, signature)
    assert not valid(public, message + b"x", signature)
    for place in range(0, 64, 7):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not valid(public, message, bytes(changed))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(KEYS), st.binary(max_size=60), st.integers(0, 511))
def test_it_agrees_with_the_library_that_signs(private, message, bit):
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert valid(public, message, signature)
    changed = (int.from_bytes(signature, "little") ^ 1 << bit).to_bytes(64, "little")
    assert not valid(public, message, changed)


def test_a_signature_has_one_form():
    """S + L would verify the same way in a careless program: then one signature had two forms."""
    public, signature = KEYS[0].public_key().public_bytes_raw(), KEYS[0].sign(b"x")
    again = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not valid(public, b"x", again)


@pytest.mark.parametrize(
    "public",
    [
        b"",
        bytes(31),
        b"\xff" * 32,  # y is not below the field's prime
        (2).to_bytes(32, "little"),  # no x belongs to this y
        (1 | 1 << 255).to_bytes(32, "little"),  # x = 0 with a sign
    ],
)
def test_bytes_that_are_no_key_verify_nothing(public):
    assert not valid(public, b"x", KEYS[0].sign(b"x"))


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(65)])
def test_signatures_of_another_length_are_refused(signature):
    assert not valid(KEYS[0].public_key().public_bytes_raw(), b"x", signature)
