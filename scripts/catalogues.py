"""Keeps the catalogues: template from the source, each language in step with it, and what is still to translate.

python -m scripts.catalogues update             messages.pot from the source, every messages.po in step with it
python -m scripts.catalogues compile            messages.mo for every language
python -m scripts.catalogues todo LANGUAGE      what is missing, as YAML: message -> "" or a list of plural forms
python -m scripts.catalogues fill LANGUAGE FILE put the answers of such a file into the catalogue
"""

import fcntl
import sys
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bihaelt.i18n import LANGUAGES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "translations"
# Which files are read, and how.
MAPPINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
METHODS = [(mapping["pattern"], mapping["method"]) for mapping in MAPPINGS]
KEYWORDS = {"_": None, "gettext": None, "N_": None, "lazy_gettext": None, "ngettext": (1, 2)}


def from_source() -> Catalog:
    """The template: every marked message, in the order of the files, with the files that use it."""
    catalogue = Catalog(project="bihaelt", charset="utf-8", fuzzy=False)
    for folder in ("bihaelt", "templates"):
        methods = [
            (pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS if pattern.startswith(folder)
        ]
        # Babel passes over folders that begin with "_" unless told otherwise: _layout and _components hold words, too.
        found = extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS, directory_filter=lambda _folder: True)
        for path, _line, message, comments, _context in sorted(found, key=lambda entry: (entry[0], entry[1])):
            if message:
                catalogue.add(message, locations=[(f"{folder}/{path}", None)], auto_comments=comments)
    return catalogue


def po_file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, project="bihaelt", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, catalogue, width=120, sort_output=True, no_location=True, ignore_obsolete=True, omit_header=False
        )
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(NOISE)]
    path.write_text("\n".join(kept).rstrip() + "\n", "utf-8")


# Dates and tool versions change with every run and say nothing.
NOISE = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')


def update() -> None:
    template = from_source()
    template.header_comment = "# Messages of bihaelt."
    save(template, FOLDER / "messages.pot")
    for language in LANGUAGES:
        catalogue = load(language.babel)
        catalogue.update(deepcopy(template), no_fuzzy_matching=True)
        catalogue.header_comment = f"# Messages of bihaelt in {language.name}."
        if language.babel == "en":
            say_itself(catalogue)
        save(catalogue, po_file(language.babel))
        missing = sum(1 for _ in untranslated(catalogue))
        print(f"{language.babel:<10} {len(catalogue)} messages, {missing} to translate")


def say_itself(catalogue: Catalog) -> None:
    """English is the language of the source: each message is its own translation."""
    for message in messages(catalogue):
        message.string = message.id if message.pluralizable else str(message.id)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    for message in messages(catalogue):
        forms = message.string if message.pluralizable else (message.string,)
        wanted = catalogue.num_plurals if message.pluralizable else 1
        if len(forms) < wanted or not all(forms):
            yield message


def compile_all() -> None:
    for language in LANGUAGES:
        with po_file(language.babel).with_suffix(".mo").open("wb") as file:
            write_mo(file, load(language.babel))


def todo(language: str) -> None:
    catalogue = load(language)
    rows = {}
    for message in untranslated(catalogue):
        if message.pluralizable:
            rows[message.id[0]] = [f"plural: {message.id[1]}"] + [""] * (catalogue.num_plurals - 1)
        else:
            rows[message.id] = ""
    print(f"# {language}: {catalogue.num_plurals} plural forms, {catalogue.plural_expr}")
    print(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=10_000) if rows else "# nothing to do")


def fill(language: str, file: str) -> int:
    """Put translations in; returns 1 if a message is unknown, has the wrong number of forms or lost a placeholder."""
    catalogue, faults = load(language), []
    for words, answer in (yaml.safe_load(Path(file).read_text("utf-8")) or {}).items():
        message = catalogue.get(words)
        if message is None or not message.id:
            faults.append(f"unknown message: {words}")
            continue
        if message.pluralizable:
            if not isinstance(answer, list) or len(answer) != catalogue.num_plurals:
                faults.append(f"{catalogue.num_plurals} forms are needed: {words}")
                continue
            message.string = tuple(str(form) for form in answer)
        else:
            message.string = str(answer)
        faults += [f"{error}: {words}" for error in message.check(catalogue)]
    save(catalogue, po_file(language))
    print(f"{language}: {sum(1 for _ in untranslated(catalogue))} still to translate")
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


def main(arguments: list[str]) -> int:
    # One at a time: two people may fill two languages while a third brings the catalogues up to date.
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return run(arguments)


def run(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["todo", language]:
            todo(language)
        case ["fill", language, file]:
            return fill(language, file)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
