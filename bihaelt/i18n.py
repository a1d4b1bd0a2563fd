"""Languages, on plain Babel: the table, the choice, the chain of fallbacks, and how dates, numbers and money look."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request
from werkzeug.routing import BaseConverter, ValidationError

from bihaelt.marks import N_
from bihaelt.settings import ROOT
from bihaelt.spoken import OTHER
from bihaelt.verdicts import Cents

TRANSLATIONS = ROOT / "translations"
log = logging.getLogger("bihaelt.i18n")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")  # letters of Hebrew, Arabic and their kin


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its place in the address, its Babel id (also the key in the database), its BCP 47 tag."""

    url: str
    babel: str
    tag: str
    dir: str
    name: str
    fallbacks: tuple[str, ...]
    locale: str

    @property
    def chain(self) -> tuple[str, ...]:
        """Babel ids in the order in which a missing word is looked for."""
        return (self.babel, *self.fallbacks)


LANGUAGES = (
    Language("de", "de", "de", "ltr", "Deutsch", ("en",), "de"),
    Language("leicht", "de@simple", "de-simple", "ltr", "Leichte Sprache", ("de", "en"), "de@simple"),
    Language("en", "en", "en", "ltr", "English", ("de",), "en_GB"),
    Language("tr", "tr", "tr", "ltr", "Türkçe", ("en", "de"), "tr"),
    Language("ar", "ar", "ar", "rtl", "العربية", ("en", "de"), "ar"),
    Language("ku", "ku", "ku-Latn", "ltr", "Kurmancî", ("en", "de"), "ku"),
    Language("ru", "ru", "ru", "ltr", "Русский", ("en", "de"), "ru"),
    Language("uk", "uk", "uk", "ltr", "Українська", ("en", "de"), "uk"),
    Language("pl", "pl", "pl", "ltr", "Polski", ("en", "de"), "pl"),
)
BY_URL = {language.url: language for language in LANGUAGES}
BY_BABEL = {language.babel: language for language in LANGUAGES}
DEFAULT = LANGUAGES[0]


class LanguageConverter(BaseConverter):
    """``<lang:lang>`` in an address: one of the nine, anything else is no page."""

    regex = "[a-z]{2,6}"

    def to_python(self, value: str) -> str:
        if value not in BY_URL:
            raise ValidationError
        return value


def negotiate(accepted: Iterable[tuple[str, float]]) -> Language:
    """The best language for an Accept-Language header; Leichte Sprache is never guessed: browsers cannot ask for it."""
    ranked = sorted(((tag.lower(), quality) for tag, quality in accepted), key=lambda pair: -pair[1])
    for tag, quality in ranked:
        primary = {"kmr": "ku"}.get(tag.split("-")[0], tag.split("-")[0])
        if quality > 0 and primary in BY_BABEL:
            return BY_BABEL[primary]
    return DEFAULT


def current() -> Language:
    """The language of this request or letter."""
    language: Language | None = g.get("language")
    if language is None:
        language = negotiate(request.accept_languages) if has_request_context() else DEFAULT
        g.language = language
    return language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say something in another language than the page, for example what is printed."""
    before = current()
    g.language = language
    try:
        yield
    finally:
        g.language = before


class Unknown(NullTranslations):
    """Stands behind every chain: a message that no catalogue has is shown as it is, remembered and reported once."""

    seen: set[str] = set()

    def gettext(self, message: str) -> str:
        self.note(message)
        return message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        self.note(singular)
        return singular if n == 1 else plural

    def note(self, message: str) -> None:
        if message not in self.seen:
            self.seen.add(message)
            log.warning("no catalogue has %r", message)


@cache
def catalogue(babel: str, folder: Path = TRANSLATIONS) -> NullTranslations:
    """The words of one language with its fallbacks behind it, read once per process."""
    chain = [Translations.load(folder, [key]) for key in BY_BABEL[babel].chain]
    for earlier, later in pairwise(chain):
        earlier.add_fallback(later)
    chain[-1].add_fallback(Unknown())
    return chain[0]


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the current language, its ``%(name)s`` filled; plain text, not HTML."""
    return translate(current(), message, **values)


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The right plural form for ``n``; give the number as it is to be shown in ``values``."""
    return catalogue(current().babel).ngettext(singular, plural, n) % values


def translate(language: Language, message: str, /, **values: object) -> str:
    text = catalogue(language.babel).gettext(message) if message else ""
    return text % values if values else text


def explain(reason: str, values: Mapping[str, object]) -> str:
    """Why something is not possible, in the current language; moments among the values as local date and time, ``Cents`` as euros."""
    return gettext(reason, **{key: _explained(value) for key, value in values.items()})


def _explained(value: object) -> object:
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_day(value)
    return format_money(value) if isinstance(value, Cents) else value


class Lazy:
    """A message that is translated when it is shown, for words that stand in classes."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, **values: object) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __mod__(self, values: Any) -> str:
        return str(self) % values

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def lazy_gettext(message: str, **values: object) -> Any:
    return Lazy(message, **values)


@cache
def locale_of(language: Language) -> Locale:
    return Locale.parse(language.locale)


OUR_NAMES = {"gsg": N_("German Sign Language"), OTHER: N_("Another language")}


def spoken_name(code: str) -> str:
    """A language that people speak (bihaelt.spoken), in the words of the current language; CLDR knows most of them."""
    if code in OUR_NAMES:
        return gettext(OUR_NAMES[code])
    for locale in (locale_of(current()), locale_of(BY_BABEL["en"])):
        if code in locale.languages:
            return str(locale.languages[code])
    return code


def apart(words: str) -> str:
    """Words or a code set apart from the text around them: they may run the other way (FSI and PDI, UAX 9)."""
    return f"\u2068{words}\u2069"


def heading(words: str) -> str:
    """A heading that is a name in another script as a whole, set apart: its last sign would stand before its first."""
    foreign = current().dir == "rtl" and not RIGHT_TO_LEFT.search(words) and "\u2068" not in words
    return apart(words) if foreign else words


def zone() -> ZoneInfo:
    name: str = g.get("timezone", "Europe/Berlin")
    return ZoneInfo(name)


def local(moment: datetime) -> datetime:
    """An aware moment as the clock on the town hall shows it."""
    return moment.astimezone(zone())


def format_day(value: date | datetime, width: str = "medium") -> str:
    if isinstance(value, datetime):
        value = local(value).date()
    return _day(value, width, current().babel)


@lru_cache(maxsize=4000)
def _day(value: date, width: str, babel: str) -> str:
    return dates.format_date(value, width, locale=locale_of(BY_BABEL[babel]))


def format_moment(value: datetime, width: str = "medium") -> str:
    clock = dates.format_time(local(value), "short", locale=locale_of(current()), tzinfo=zone())
    return f"{format_day(value, width)}, {clock}"


def format_number(value: int | float | Decimal) -> str:
    return number(current(), value)


@lru_cache(maxsize=20_000, typed=True)
def number(language: Language, value: int | float | Decimal) -> str:
    return numbers.format_decimal(value, locale=locale_of(language))


def format_percent(share: float) -> str:
    """``share`` is a fraction: 0.25 is shown as 25 %."""
    return numbers.format_percent(share, locale=locale_of(current()))


def format_money(cents: int) -> str:
    """Integer cents as euros; whole euros without decimals."""
    return money(current(), cents)


@lru_cache(maxsize=20_000)
def money(language: Language, cents: int) -> str:
    pattern = _money_pattern(language, 0 if cents % 100 == 0 else 2)
    locale = locale_of(language)
    return numbers.format_currency(Decimal(cents) / 100, "EUR", locale=locale, currency_digits=False, format=pattern)


@cache
def _money_pattern(language: Language, digits: int) -> str:
    pattern: str = locale_of(language).currency_formats["standard"].pattern
    return pattern if digits else pattern.replace(".00", "")
