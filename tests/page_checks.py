"""What every page of bihaelt keeps to, checked on each page that any test is shown."""

import re

from lxml import html
from markupever import HtmlOptions, Parser

from bihaelt.i18n import LANGUAGES

TAGS = {language.tag: language.dir for language in LANGUAGES}
# A bare msgid placeholder on a page means that a value was forgotten.
PLACEHOLDER = re.compile(r"%\(\w+\)s")


# A kind of page is given to the strict parser once per process; what differs between two pages of a kind are words and rows,
# which the same macros draw.
parsed: set[str] = set()
AROUND = "<!doctype html><title>A part of a page</title><body>%s</body>"


def html_errors(text: str) -> list[str]:
    """What the HTML Standard calls a parse error, found by html5ever; empty for a valid page."""
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(text)
    parser.finish()
    return parser.errors()


def check_page(text: str, *, kind: str = "", fragment: bool = False) -> None:
    """Check a page; ``kind`` says which pages are made alike."""
    if not kind or kind not in parsed:
        parsed.add(kind)
        errors = html_errors(AROUND % text if fragment else text)
        assert errors == [], errors[:3]
    root = html.fromstring(text)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids)), f"double ids: {sorted(i for i in set(ids) if ids.count(i) > 1)}"
    assert not PLACEHOLDER.search(root.text_content()), PLACEHOLDER.findall(root.text_content())
    check_fields(root, set(ids))
    for form in root.xpath("//form[not(@method='dialog')]"):
        assert form.get("action") is not None, "a form without an address"
        if form.get("method", "get").lower() == "post":
            assert form.xpath(".//input[@name='form_token']"), f"no token in the form to {form.get('action')}"
    assert not root.xpath("//*[@style]"), "inline style"
    assert not root.xpath("//script[not(@src)]"), "inline script"
    assert not root.xpath("//img[not(@alt)]"), "a picture without words"
    if not fragment:
        check_head(root)


def check_head(root: html.HtmlElement) -> None:
    assert root.tag == "html"
    assert TAGS.get(root.get("lang")) == root.get("dir"), (root.get("lang"), root.get("dir"))
    headings = root.xpath("//h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    title, heading = squeeze(root.xpath("string(//title)")), squeeze(headings[0].text_content())
    assert heading, "the h1 is empty"
    assert title.startswith(heading), f"title {title!r} does not begin with h1 {heading!r}"
    assert len(root.xpath("//main")) == 1


def check_fields(root: html.HtmlElement, ids: set[str]) -> None:
    labels = set(root.xpath("//label/@for"))
    for field in root.xpath("//input[not(@type='hidden' or @type='submit')]|//select|//textarea"):
        named = field.get("aria-label") or field.get("aria-labelledby") or field.xpath("ancestor::label")
        assert named or field.get("id") in labels, f"no label for {field.get('name')}"
    for name in ("aria-describedby", "aria-labelledby", "for"):
        for value in root.xpath(f"//@{name}"):
            missing = set(value.split()) - ids
            assert not missing, f"{name} points to nothing: {missing}"
    assert not root.xpath("//select//*[not(self::option or self::optgroup)]"), "a list of choices holds choices only"
    for button in root.xpath("//button|//a[@href]"):
        assert squeeze(button.text_content()) or button.get("aria-label") or button.xpath(".//@alt|.//title"), (
            f"nothing to read on {html.tostring(button)[:120]!r}"
        )


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
