"""The catalogues hold exactly the messages of the source, every one translated, with its placeholders."""

import pytest

from bihaelt.i18n import LANGUAGES
from scripts.catalogues import FOLDER, from_source, load, messages, po_file, read_po, untranslated

NAMES = [language.babel for language in LANGUAGES]


@pytest.fixture(scope="module")
def source():
    return {message.id for message in messages(from_source())}


def test_the_template_holds_the_messages_of_the_source(source):
    with (FOLDER / "messages.pot").open("rb") as file:
        template = read_po(file)
    assert {message.id for message in messages(template)} == source, "run `make catalogues`"


@pytest.mark.parametrize("language", NAMES)
def test_a_catalogue_holds_the_messages_of_the_source(language, source):
    assert po_file(language).is_file()
    assert {message.id for message in messages(load(language))} == source, "run `make catalogues`"


@pytest.mark.parametrize("language", NAMES)
def test_every_message_is_translated_and_no_translation_is_a_guess(language):
    catalogue = load(language)
    assert [message.id for message in untranslated(catalogue)] == []
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []


@pytest.mark.parametrize("language", NAMES)
def test_placeholders_survive_translation(language):
    catalogue = load(language)
    faults = [f"{message.id}: {error}" for message in messages(catalogue) for error in message.check(catalogue)]
    assert faults == []
