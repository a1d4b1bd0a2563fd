"""The addresses without a language."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from bihaelt.i18n import LANGUAGES
from tests.browser import words
from tests.factories import NOW


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "de"), ("tr", "tr"), ("fr", "de"), ("fr, ar;q=0.5, tr;q=0.8", "tr"), ("kmr-Latn", "ku"), ("uk-UA, ru;q=0.9", "uk"),
        ("de-CH", "de"), ("en;q=0", "de"), ("*", "de"), ("de-simple", "de"), ("a" * 5000, "de"),
    ],
)  # fmt: skip
def test_the_first_page_is_in_the_best_language(client, accepted, language):
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_an_unknown_language_is_a_404_page_in_the_best_one(client):
    answer = client.get("/fr/conferences", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This page does not exist" in words(answer)


def test_robots_are_led_to_the_sitemap_and_away_from_the_desks(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /de/desk/" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def test_the_sitemap_names_every_language_with_all_others(client):
    answer = client.get("/sitemap.xml")
    root = etree.fromstring(answer.data)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    assert root.xpath("//s:loc/text()", namespaces=space) == [f"http://localhost/{each.url}/" for each in LANGUAGES]
    assert set(root.xpath("//x:link/@hreflang", namespaces=space)) == {each.tag for each in LANGUAGES}
    assert len(root.xpath("//x:link", namespaces=space)) == len(LANGUAGES) ** 2


def test_security_txt_says_whom_to_write_to_and_runs_out_within_a_year(client):
    answer = client.get("/.well-known/security.txt")
    fields = dict(
        line.split(": ", 1) for line in answer.text.strip().splitlines() if not line.startswith("Contact: http")
    )
    assert answer.mimetype == "text/plain"
    assert fields["Contact"].startswith("mailto:")
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert NOW < expires < NOW + timedelta(days=365)


def test_health_is_asked_of_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "ok\n", "no-store")
