"""What the documents say is so: settings, commands, links, columns, and the words and addresses of the guides."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from babel.messages.pofile import read_po
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from bihaelt.i18n import LANGUAGES
from bihaelt.plan.queries import OpenRow
from bihaelt.plan.views.export import COLUMNS
from bihaelt.settings import NAMES, Settings
from scripts.screenshots import README as PICTURES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")])
# Guides for people who are no engineers, in pairs, with the language whose words and addresses they use.
GUIDES = {
    "moderate.md": "en",
    "decide-and-plan.md": "en",
    "hold-a-vote.md": "en",
    "moderieren.md": "de",
    "entscheiden-und-planen.md": "de",
    "abstimmen.md": "de",
}
DEFAULTS = Settings(secret_key="k" * 32)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
ADDRESS = re.compile(r"`(/[^`\s]*)`")


@pytest.fixture(scope="module")
def operating() -> str:
    return (DOCS / "operate.md").read_text()


def test_every_setting_is_documented(operating):
    rows = re.findall(r"^\| `([A-Z_]+)` \|", operating, re.MULTILINE)
    assert sorted(rows) == sorted(NAMES)


def test_every_command_of_ours_is_documented(app, operating):
    context = click.Context(app.cli)
    commands = {name: app.cli.get_command(context, name) for name in app.cli.list_commands(context)}
    ours = {name for name, command in commands.items() if command.callback.__module__.startswith("bihaelt.")}
    assert "demo" in ours
    missing = sorted(name for name in ours if f"`flask --app app {name}" not in operating)
    assert not missing


def test_every_documented_command_exists(app, operating):
    context = click.Context(app.cli)
    named = set(re.findall(r"`flask --app app ([a-z-]+)", operating))
    assert named <= set(app.cli.list_commands(context))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_to_a_file(page):
    targets = [target.partition("#")[0] for _, target in LINK.findall(page.read_text())]
    missing = [
        target for target in targets if target and "://" not in target and not (page.parent / target).resolve().exists()
    ]
    assert not missing


def test_every_picture_of_the_readme_is_one_that_the_script_takes():
    shown = [target for picture, target in LINK.findall((ROOT / "README.md").read_text()) if picture]
    assert sorted(shown) == sorted(f"docs/screenshots/{name}.png" for name in PICTURES)


def test_every_document_can_be_found_from_the_readme():
    linked = {target for _, target in LINK.findall((ROOT / "README.md").read_text())}
    assert {f"docs/{page.name}" for page in DOCS.glob("*.md")} <= linked


@pytest.mark.parametrize(("guide", "language"), GUIDES.items())
def test_bold_words_of_a_guide_stand_on_the_pages(guide, language):
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    forms = [message.string if language != "en" else message.id for message in catalogue if message.id]
    words = {" ".join(one.split()) for form in forms for one in ([form] if isinstance(form, str) else form)}
    bold = [" ".join(found.split()) for found in BOLD.findall((DOCS / guide).read_text())]
    explained = {"Bold words", "Fett gedruckte Wörter"}
    assert bold
    assert not [found for found in bold if found not in words | explained]


@pytest.mark.parametrize(("guide", "language"), GUIDES.items())
def test_addresses_of_a_guide_are_pages(app, guide, language):
    routes = app.url_map.bind("localhost")
    named = ADDRESS.findall((DOCS / guide).read_text())
    assert named
    unknown = []
    for address in named:
        assert address.startswith(f"/{language}/"), address
        try:
            routes.match(re.sub(r"NUMBER|NUMMER", "1", address))
        except RequestRedirect:
            pass
        except NotFound:
            unknown.append(address)
    assert not unknown


def test_the_guides_of_both_languages_name_the_same_pages():
    pairs = (
        ("moderate.md", "moderieren.md"), ("decide-and-plan.md", "entscheiden-und-planen.md"),
        ("hold-a-vote.md", "abstimmen.md"),
    )  # fmt: skip
    for english, german in pairs:
        one, other = (
            [re.sub(r"^/(en|de)/|NUMBER|NUMMER", "", found) for found in ADDRESS.findall((DOCS / name).read_text())]
            for name in (english, german)
        )
        assert one == other


def test_the_columns_of_the_table_are_those_of_the_file():
    text = (DOCS / "open-data.md").read_text()
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)) == COLUMNS


def test_the_keys_of_the_json_are_those_of_the_file():
    text = (DOCS / "open-data.md").read_text()
    block = text.partition("in this order:\n\n")[2].partition("\n\n")[0]
    assert re.findall(r"`([a-z_]+)`", block) == [*(each.name for each in fields(OpenRow)), "address"]


def test_publiccode_fits_the_code():
    facts = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert facts["localisation"]["availableLanguages"] == [language.tag for language in LANGUAGES]
    assert len(LANGUAGES) == 9
    assert facts["softwareVersion"] == project["version"]
    assert facts["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert facts["maintenance"]["contacts"][0]["email"] == DEFAULTS.mail_from
    for words in facts["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000


def test_the_licence_is_the_one_that_is_named():
    licence = (ROOT / "LICENSE").read_text()
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    articles = re.findall(r"^(\d+)\.[A-Z]", licence, re.MULTILINE)
    assert articles == [str(number) for number in range(1, 16)]
    assert licence.rstrip().endswith("require the production of a new EUPL version.")
    assert "EUPL-1.2" in (ROOT / "README.md").read_text()


def test_weaknesses_are_reported_to_the_address_of_the_settings(client):
    lines = client.get("/.well-known/security.txt").text.splitlines()
    assert f"Contact: mailto:{DEFAULTS.mail_from}" in lines
