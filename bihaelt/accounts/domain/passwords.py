"""Passwords: which are good enough, and how they are kept (Argon2id)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

SHORTEST, MOST_BYTES = 8, 1024
# At least 19 MiB and two rounds (OWASP's floor); more would let a few sign-ins fill a small server.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
LONGEST_DATE = 10  # digits alone are a birthday or a telephone number
FEW = 3  # different signs
DECORATION = 6  # digits and signs around a common word
PART = 4  # parts of a name or address that are shorter are no secret and no hint
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertzuiopü",
    "qwertyuiop",
    "asdfghjklöä",
    "yxcvbnm",
    "zxcvbnm",
)
# The kernels of the passwords that are tried first everywhere; digits and signs around them do not help.
COMMON = frozenset(
    """password passwort passwords passwd kennwort geheim geheimnis hallo hello welcome willkommen letmein iloveyou
    ichliebedich liebe loveyou princess prinzessin sunshine sonnenschein schatz schatzi sommer winter fruehling frühling
    herbst summer autumn spring dragon monkey football fussball fußball baseball basketball superman batman master
    shadow michael jennifer jordan daniel thomas andreas stefan stephan alexander sebastian christian martina sabine
    julia nicole jessica ashley charlie freedom whatever trustno starwars pokemon computer internet samsung iphone
    google facebook arminia bielefelder deutschland germany berlin hamburg muenchen münchen schalke dortmund bayern
    borussia ficken fuckyou arschloch asdf asdfgh asdfjkl qwert qwertz qwerty qwertzui qwertyui qazwsx qweasd zaqwsx
    abcd abcdef abcdefg abcdefgh admin administrator root test testtest tester testen changeme default secret access
    login user username benutzer guest gast mustermann maxmustermann hallohallo halloduda mausmaus mausi katze hund
    blumen blume schmetterling butterfly flower cookie chocolate schokolade pepper ginger killer hunter harley ranger
    soccer hockey tigger purple orange silver golden diamond crystal phoenix corvette ferrari mercedes porsche
    merhaba sifre şifre parola seviyorum galatasaray fenerbahce besiktas istanbul türkiye turkiye ankara canim askim
    пароль привет любовь россия наташа солнышко йцукен йцукенг марина максим максимка андрей qwaszx parool haslo hasło
    polska kochanie misiek kasia bartek mateusz monika karolina agnieszka matrix zxcvbn zxcvbnm yxcvbnm passw
    azerty motdepasse lovelove babygirl superstar angel engel jesus allah bismillah mohammed muhammad muhammed ahmad
    ronaldo messi neymar barcelona realmadrid liverpool chelsea arsenal naruto minecraft fortnite roblox spiderman
    snoopy garfield simpson hannover bremen köln koeln stuttgart leipzig dresden""".split()
)
LEET = str.maketrans("013457@$!", "oleastasi")


class WeakPassword(DomainError):
    """A password that would be guessed early; the reason says what to change."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, field="password")


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Raises WeakPassword. ``about`` are the person's name and address and the city: no password may hold them."""
    if len(password.encode("utf-8", "replace")) > MOST_BYTES:
        raise WeakPassword(N_("This password is too long."))
    if len(password) < SHORTEST:
        raise WeakPassword(N_("A password has at least 8 characters."))
    folded = unicodedata.normalize("NFKC", password).casefold()
    if any(part in folded for part in parts([*about, "bihaelt"])):
        raise WeakPassword(N_("The password must not hold your name, your address or the city's name."))
    if common(folded):
        raise WeakPassword(N_("This password is tried first by anybody who guesses. Please choose another."))


def parts(about: Iterable[str]) -> set[str]:
    words = (word for text in about for word in re.split(r"[^\w]+", text.casefold()))
    return {word for word in words if len(word) >= PART}


def common(folded: str) -> bool:
    """Whether a casefolded password is one of those that guessers begin with."""
    if (folded.isdigit() and len(folded) <= LONGEST_DATE) or len(set(folded)) <= FEW:
        return True
    if any(folded in line or folded[::-1] in line for line in RUNS):
        return True
    half = folded[: len(folded) // 2]
    bare = re.sub(r"[\W\d_]+$", "", folded)
    kernels = {re.sub(r"^[\W\d_]+", "", bare), bare.translate(LEET), folded.translate(LEET)}
    decorated = any(kernel in COMMON and len(folded) - len(kernel) <= DECORATION for kernel in kernels)
    return decorated or folded == half * 2


def tidy(password: str) -> str:
    """One form for the same letters, whichever device they were typed on."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return HASHER.hash(tidy(password))


@cache
def dummy_hash() -> str:
    """What an unknown address is checked against, so that it takes as long as a known one."""
    return HASHER.hash("nobody has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long without a hash as with one."""
    try:
        return HASHER.verify(password_hash or dummy_hash(), tidy(password)) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Whether a hash was made with older settings and should be made anew at the next sign-in."""
    return HASHER.check_needs_rehash(password_hash)
