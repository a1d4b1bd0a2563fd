"""Voting codes: twelve characters that can be read aloud and typed on any keyboard, about 59 bits, hashed with a key."""

import re
import secrets
import unicodedata

from bihaelt.votes.domain.electorates import keyed

# Without 0 O, 1 I L, and without vowels, so that no code is a word.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
MOST_AT_ONCE = 50_000


def new_code() -> str:
    """A code as it is printed: three groups of four."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def typed_code(text: str) -> str:
    """What somebody typed or scanned, in the printed form; empty when it cannot be a code."""
    plain = re.sub(r"[\s\-‐-―]+", "", unicodedata.normalize("NFKC", text).upper())
    if len(plain) != LENGTH or any(letter not in LETTERS for letter in plain):
        return ""
    return "-".join(plain[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def code_hash(roll_key: bytes, code: str) -> str:
    """What is stored of a code in its printed form."""
    return keyed(roll_key, "code", code)
