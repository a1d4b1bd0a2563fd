"""The words of the program: collect them from the source, carry them into each language, compile them.

python -m scripts.catalogues update     messages.pot and every messages.po from the source, what is gone is dropped
python -m scripts.catalogues compile    every messages.mo
python -m scripts.catalogues missing    how many messages each language still lacks; fails if any does
"""

import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bihaelt.i18n import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
# Comments that begin so stand in the catalogues and explain a message to the translators.
HINT = "i18n:"
WIDTH = 110
HEADER = "# The words of bihaelt, collected by `make catalogues`. Licence: EUPL-1.2."
# Lines of the head that say nothing here, or change with every run.
EMPTY_HEADERS = (
    b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Project-Id-Version', b'"Report-Msgid-Bugs-To',
    b'"Last-Translator', b'"Language-Team',
)  # fmt: skip


def methods() -> list[tuple[str, str]]:
    """Which files are read and how, from pyproject.toml."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    return [(mapping["pattern"], mapping["method"]) for mapping in mappings]


def source_catalogue() -> Catalog:
    """Every message of the source, in the order of files and lines, with the files that use it."""
    catalogue = Catalog(charset="utf-8", fuzzy=False, header_comment=HEADER)
    options = {pattern: {"silent": "false"} for pattern, method in methods() if method == "jinja2"}
    found = extract_from_dir(
        ROOT,
        methods(),
        options,
        keywords=KEYWORDS,
        comment_tags=(HINT,),
        strip_comment_tags=True,
        directory_filter=lambda folder: Path(folder).name not in {".venv", "node_modules", "build", ".git", "instance"},
    )
    for file, _line, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalogue.add(message, None, [(file, None)], auto_comments=comments, context=context)
    return catalogue


def catalogues() -> Iterator[tuple[str, Path]]:
    """Every language that has a catalogue, by the name of its folder."""
    for file in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        yield file.parts[-3], file


def read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream)


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as it stands in the repository: no line numbers and no dates, so that only words make a change."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(EMPTY_HEADERS))


def begin_catalogues() -> None:
    """An empty catalogue for every language of the table that has none; the messages themselves are English."""
    for language in LANGUAGES:
        file = TRANSLATIONS / language.babel / "LC_MESSAGES" / "messages.po"
        if language.babel != "en" and not file.exists():
            file.parent.mkdir(parents=True)
            empty = Catalog(locale=language.locale, charset="utf-8", fuzzy=False, header_comment=HEADER)
            file.write_bytes(text_of(empty))


def update() -> int:
    source = source_catalogue()
    TRANSLATIONS.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(text_of(source))
    print(f"catalogues: {len(source)} messages in {TEMPLATE.relative_to(ROOT)}")
    begin_catalogues()
    for language, file in catalogues():
        catalogue = read(file)
        # No fuzzy guesses: a changed sentence is a new sentence, and a person translates it.
        catalogue.update(source, no_fuzzy_matching=True, update_header_comment=True, keep_user_comments=True)
        file.write_bytes(text_of(catalogue))
        print(f"catalogues: {language}: {len(missing_in(catalogue))} to translate")
    return 0


def compile_all() -> int:
    for language, file in catalogues():
        catalogue = read(file)
        fresh = file.with_suffix(".mo.new")
        with fresh.open("wb") as stream:
            write_mo(stream, catalogue)
        fresh.replace(file.with_suffix(".mo"))
        print(f"catalogues: {language}: {len(catalogue)} messages")
    return 0


def missing_in(catalogue: Catalog) -> list[str]:
    """The messages without a translation, or with one that is marked as a guess."""
    ids = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.id and (message.fuzzy or not all(strings)):
            ids.append(message.id if isinstance(message.id, str) else message.id[0])
    return ids


def missing() -> int:
    lacking = {language: missing_in(read(file)) for language, file in catalogues()}
    for language, ids in lacking.items():
        print(f"catalogues: {language}: {len(ids)} missing" + "".join(f"\n    {text!r}" for text in ids[:5]))
    return 1 if any(lacking.values()) else 0


def main(arguments: list[str]) -> int:
    verbs = {"update": update, "compile": compile_all, "missing": missing}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    return verbs[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
