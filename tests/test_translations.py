"""Catalogues: equal to the source, complete, with right plurals, and safe to put into a page."""

import re

import pytest
from babel.messages.pofile import read_po
from lxml import html

from bihaelt.i18n import LANGUAGES, catalogue
from scripts.catalogues import FOLDER, from_source, load, messages, untranslated

# Without the full stop or bracket behind it.
ADDRESS = r"https?://[\w./-]*\w"
CODES = [language.babel for language in LANGUAGES]


def names(found):
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages(found)}


@pytest.fixture(scope="module")
def source():
    return names(from_source())


def test_the_template_equals_the_source(source):
    with (FOLDER / "messages.pot").open("rb") as file:
        assert names(read_po(file)) == source


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_equals_the_source(code, source):
    assert names(load(code)) == source


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_is_complete(code):
    missing = [message.id for message in untranslated(load(code))]
    assert missing == []


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_fuzzy(code):
    assert [message.id for message in messages(load(code)) if message.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_placeholders_survive_translation(code):
    found = load(code)
    faults = []
    for message in messages(found):
        faults += [f"{error}: {message.id}" for error in message.check(found)]
        for original, text in pairs(message):
            if set(re.findall(r"%\(\w+\)s", text)) - set(re.findall(r"%\(\w+\)s", original)):
                faults.append(f"a placeholder too many: {text}")
    assert faults == []


def pairs(message):
    if not message.pluralizable:
        return [(message.id, message.string)]
    return [(" ".join(message.id), form) for form in message.string]


@pytest.mark.parametrize("code", CODES)
def test_no_translation_brings_markup_of_its_own(code):
    """Our words go into pages unescaped, so a translation may hold no tag, handler or address that the source has not."""
    faults = []
    for message in messages(load(code)):
        for original, text in pairs(message):
            if tags(text) != tags(original) or re.search(r"<script|on\w+\s*=|javascript:", text, re.IGNORECASE):
                faults.append(text)
            if set(re.findall(ADDRESS, text)) - set(re.findall(ADDRESS, original)):
                faults.append(text)
    assert faults == []


def tags(text):
    if "<" not in text:
        return []
    return sorted(element.tag for element in html.fragment_fromstring(text, create_parent="div").iter())


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("de", {0: 1, 1: 0, 2: 1, 21: 1, 100: 1}), ("de@simple", {0: 1, 1: 0, 5: 1}), ("en", {0: 1, 1: 0, 2: 1, 11: 1}),
        ("tr", {0: 0, 1: 0, 2: 0, 100: 0}), ("ku", {0: 1, 1: 0, 2: 1, 103: 1}),
        ("ar", {0: 0, 1: 1, 2: 2, 3: 3, 5: 3, 11: 5, 21: 5, 100: 4, 103: 3}),
        ("ru", {0: 2, 1: 0, 2: 1, 3: 1, 5: 2, 11: 2, 21: 0, 100: 2, 103: 1}),
        ("uk", {0: 2, 1: 0, 2: 1, 3: 1, 5: 2, 11: 2, 21: 0, 100: 2, 103: 1}),
        ("pl", {0: 2, 1: 0, 2: 1, 3: 1, 5: 2, 11: 2, 21: 2, 22: 1, 100: 2, 103: 1}),
    ],
)  # fmt: skip
def test_plurals_follow_each_catalogues_own_header(code, forms):
    """The slots are the catalogue's, not CLDR's: in Babel's Arabic header slot 4 is "other" (100) and 5 "many" (11)."""
    found = load(code)
    plurals = [message for message in messages(found) if message.pluralizable]
    assert plurals, "there is no plural message to test"
    words = catalogue(code)
    for message in plurals:
        for n, slot in forms.items():
            assert words.ngettext(*message.id, n) == message.string[slot], (code, n, message.id)
