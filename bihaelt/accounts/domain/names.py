"""Which names people may carry: no two alike to the eye, none that sounds official, none that hides something.

``skeleton`` follows the idea of Unicode's report on security (UTS 39): names with the same skeleton look the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from confusable_homoglyphs import categories
from confusable_homoglyphs.confusables import confusables_data

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError

SHORTEST, LONGEST = 2, 60
MARKS_IN_A_ROW = 2
PUNCTUATION = frozenset(" '’ʼ-‐–.·,()&_")
NEUTRAL = frozenset({"COMMON", "INHERITED", "UNKNOWN"})
# Scripts that one word may mix, because their languages do.
TOGETHER = (frozenset({"HAN", "HIRAGANA", "KATAKANA"}), frozenset({"HAN", "HANGUL"}), frozenset({"HAN", "BOPOMOFO"}))
# Letters and digits that one eye takes for another, after casefold; the small l stands for all strokes.
STROKES = {"i": "l", "1": "l", "|": "l", "ı": "l", "0": "o"}
# A dot between small letters makes mail programs draw a link.
ADDRESS = re.compile(r"[^\W\d_]\.[a-z]{2,}")

# Beginnings of words that only the city may carry, in the languages of the house.
OFFICIAL_STEMS = (
    "admin", "administrator", "moderator", "moderation", "moderatör", "moderatorka", "bihaelt",
    "stadtverwaltung", "stadtrat", "stadtkämmer", "stadtbielefeld", "verwaltung", "oberbürgermeister",
    "oberbuergermeister", "bürgermeister", "buergermeister", "bürgerbüro", "bürgeramt", "ordnungsamt", "rathaus",
    "dezernent", "dezernat", "gemeinderat", "stadtvorstand", "systemadmin", "webmaster", "postmaster", "hostmaster",
    "mayor", "municipal", "cityofbielefeld", "citycouncil", "cityadmin", "townhall", "cityhall",
    "belediye", "yönetici", "valilik", "kaymakam",
    "مدير", "المدير", "مشرف", "المشرف", "بلدية", "البلدية", "عمدة", "العمدة", "إدارة", "الإدارة",
    "rêveber", "şaredar", "şaredarî",
    "админ", "модератор", "мэр", "бургомистр", "обербургомистр", "администрация",
    "адмін", "мер", "бургомістр", "обербургомістр", "адміністрація",
    "burmistrz", "nadburmistrz", "prezydentmiasta", "urządmiasta", "ratusz", "administracja",
)  # fmt: skip
# Names that nobody may carry as a whole, or as their first word.
OFFICIAL_WORDS = ("stadt", "city of", "support", "root", "system", "redaktion", "official", "offiziell", "team bihaelt")
# Stems that begin ordinary names too, and so must be the whole word.
WHOLE_WORDS = frozenset({"мер", "мэр", "mayor", "municipal"})


class BadName(DomainError):
    """A name that cannot be shown to others; the reason says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, field="name")


def tidy_name(name: str) -> str:
    """A name in Unicode's composed form, with single blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).strip()


def skeleton(name: str) -> str:
    """What a name looks like: equal for names that a reader would take for the same. At most 120 characters."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(look(letter) for letter in folded)
    kept = (letter for letter in unicodedata.normalize("NFD", letters) if unicodedata.category(letter)[0] in "LMN")
    return "".join(kept)[:120]


@cache
def look(letter: str) -> str:
    """The plainest letter that looks like ``letter``: a small Latin one where there is one."""
    if letter in STROKES:
        return STROKES[letter]
    if letter.isascii():
        return letter
    alike: list[str] = [row["c"] for row in confusables_data.get(letter, ())]
    plain = sorted(twin for twin in alike if twin.isascii() and twin.isalnum())
    if not plain:
        return min([letter, *(twin for twin in alike if len(twin) == 1 and twin.isalpha())])
    return "".join(STROKES.get(twin, twin) for twin in plain[0].casefold())


def check_name(name: str, reserved: Iterable[str] = ()) -> str:
    """The tidied name; raises BadName. ``reserved`` are further names that nobody may carry (roles, the city)."""
    if any(unicodedata.category(letter) in ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp") for letter in name):
        raise BadName(N_("Please remove invisible control characters."))
    name = tidy_name(name)
    check_length(name)
    check_letters(name)
    if official(name, reserved):
        raise BadName(N_("This name sounds like an official one. Please choose another."))
    return name


def check_length(name: str) -> None:
    one_ideograph = len(name) == 1 and script(name) == "HAN"
    if not (SHORTEST <= len(name) <= LONGEST or one_ideograph):
        raise BadName(N_("A name has 2 to 60 characters."))
    if not any(letter.isalpha() for letter in name):
        raise BadName(N_("A name needs at least one letter."))


def check_letters(name: str) -> None:
    marks = 0
    for letter in unicodedata.normalize("NFD", name):
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind[0] == "M" else 0
        if marks > MARKS_IN_A_ROW or not (kind[0] in "LM" or kind == "Nd" or letter in PUNCTUATION):
            raise BadName(N_("A name may hold letters, digits, blanks, hyphens, dots and apostrophes."))
    if ADDRESS.search(name):
        raise BadName(N_("A name must not look like an internet address."))
    if any(mixed(word) for word in re.split(r"[^\w]+", unicodedata.normalize("NFKC", name))):
        raise BadName(N_("Please write each word of your name in one script only, not Latin and Cyrillic mixed."))


def mixed(word: str) -> bool:
    """Whether a word mixes scripts that no language mixes."""
    scripts = {script(letter) for letter in word} - NEUTRAL
    return len(scripts) > 1 and not any(scripts <= family for family in TOGETHER)


def script(letter: str) -> str:
    found: str = categories.alias(letter)
    return found


def official(name: str, reserved: Iterable[str] = ()) -> bool:
    """Whether a name could be taken for the city, one of its officers or a role on this platform."""
    # Capitals look like others than their small letters do (Greek Μ), so the name is read both ways.
    capitals = "".join(look(letter) for letter in unicodedata.normalize("NFKC", name))
    return any(reads_official(reading, reserved) for reading in (name, capitals))


def reads_official(name: str, reserved: Iterable[str]) -> bool:
    words = [plain(word) for word in re.split(r"[^\w]+", name) if word]
    whole = "".join(words)
    if any(plain(word) == whole for word in (*reserved, *OFFICIAL_WORDS)):
        return True
    if words[0] == plain("stadt"):
        return True
    return any(sounds_official(word) for word in [*words, whole])


def sounds_official(word: str) -> bool:
    return any(word == stem if whole else word.startswith(stem) for stem, whole in official_stems())


@cache
def official_stems() -> tuple[tuple[str, bool], ...]:
    """The stems as they look, each with whether a word must equal it."""
    return tuple((plain(stem), stem in WHOLE_WORDS) for stem in OFFICIAL_STEMS)


def plain(word: str) -> str:
    """The skeleton without accents, and with ue, oe, ae like ü, ö, ä."""
    bare = "".join(letter for letter in skeleton(word) if unicodedata.category(letter)[0] != "M")
    return bare.replace("ue", "u").replace("oe", "o").replace("ae", "a")
