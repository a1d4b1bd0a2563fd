"""What a vote promises and what it cannot: the page and the two documents say the same, in the same order."""

import re
from pathlib import Path

import pytest

from bihaelt.votes.domain.ballots import SMALL
from tests.browser import tree

DOCS = Path(__file__).parent.parent.parent / "docs"


def sections(text: str) -> dict[str, str]:
    """What stands below each heading of the second level."""
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


@pytest.mark.parametrize(("document", "language"), [("versprechen.md", "de"), ("promises.md", "en")])
def test_page_and_document_name_the_same_promises_and_the_same_limits(client, document, language):
    main = tree(client.get(f"/{language}/ballots/promises")).xpath("//main")[0]
    text = (DOCS / document).read_text("utf-8")
    assert text.startswith(f"# {main.xpath('.//h1')[0].text_content().strip()}\n")
    below = sections(text)
    for section in main.xpath(".//section[.//li/h3]"):
        (heading,) = section.xpath("./h2")
        said = [each.text_content().rstrip(".") for each in section.xpath(".//h3")]
        written = re.findall(r"^- \*\*(.+?)\.\*\*", below[heading.text_content()], re.MULTILINE)
        assert written == said
    (ways,) = main.xpath(".//section[ol]")
    assert len(re.findall(r"^\d\. ", below[ways.xpath("./h2")[0].text_content()], re.MULTILINE)) == len(
        ways.xpath("./ol/li")
    )
    for place in (text, main.text_content()):
        assert str(SMALL) in place


def test_both_documents_have_the_same_parts():
    shapes = []
    for name in ("versprechen.md", "promises.md"):
        text = (DOCS / name).read_text("utf-8")
        shapes.append([line.partition(" ")[0] for line in text.splitlines() if line[:1] in {"#", "|", "-"}])
    assert shapes[0] == shapes[1]
