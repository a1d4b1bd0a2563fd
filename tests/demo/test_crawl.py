"""Every link of the demo city, followed by visitors in every language and by each of its people: no page is broken,
and nothing unpublished is seen by those who may not see it."""

import os
import re
from collections import deque

import pytest
import sqlalchemy as sa

from bihaelt.accounts.models import Account
from bihaelt.demo.people import email_of
from bihaelt.extensions import db
from bihaelt.i18n import LANGUAGES
from tests.browser import tree

CANARY = "Nachtigall-Kanari"
# In German every kind of page is met twice, with other numbers and cursors; elsewhere once.
PER_KIND = 2
MOST = 400
PEOPLE = (
    "u_buerger1",
    "u_delegate_ssb",
    "u_verein",
    "u_mod",
    "u_trans",
    "u_office510",
    "u_plan",
    "u_council",
    "u_admin",
    "u_budget",
)
# Those whose work it is to read what is not public yet.
INSIDERS = ("u_mod", "u_office510", "u_plan", "u_council", "u_admin")
# What a page says does not depend on the database: one language and two people are enough for the second engine.
SQLITE = os.environ.get("TEST_DATABASE", "sqlite") == "sqlite"
LANGUAGES_HERE = [language.url for language in LANGUAGES] if SQLITE else ["de"]
PEOPLE_HERE = PEOPLE if SQLITE else ("u_buerger1", "u_plan")


def kind_of(path):
    """An address without its numbers and parameters' values: pages of one kind look alike."""
    bare, _, query = path.partition("?")
    names = "&".join(sorted(part.partition("=")[0] for part in query.split("&") if part))
    return re.sub(r"/\d+", "/N", bare) + "?" + names


def crawl(client, start, per_kind=1):
    """(path, answer) of the pages that can be reached from ``start`` by links within its language, so many of each kind."""
    prefix = "/" + start.split("/")[1] + "/"
    queue, seen, kinds = deque([start]), {start}, {}
    while queue and len(seen) < MOST * 4:
        path = queue.popleft()
        if kinds.get(kind_of(path), 0) >= per_kind:
            continue
        kinds[kind_of(path)] = kinds.get(kind_of(path), 0) + 1
        answer = client.get(path)
        yield path, answer
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for link in tree(answer).xpath("//a/@href"):
            target = link.partition("#")[0]
            if target.startswith(prefix) and target not in seen:
                seen.add(target)
                queue.append(target)


def person(key):
    return db.session.scalars(sa.select(Account).where(Account.email == email_of(key))).one()


@pytest.mark.parametrize("language", LANGUAGES_HERE)
def test_a_visitor_finds_no_broken_link_and_nothing_unpublished(city, language):
    with city.app_context():
        client = city.test_client()
        pages = 0
        for path, answer in crawl(client, f"/{language}/", PER_KIND if language == "de" else 1):
            assert answer.status_code in (200, 302), (path, answer.status_code)
            assert CANARY.encode() not in answer.data, path
            assert "Set-Cookie" not in answer.headers, path
            pages += 1
        assert pages > 30


@pytest.mark.parametrize("key", PEOPLE_HERE)
def test_each_of_the_citys_people_finds_no_broken_link_and_nothing_they_may_not_read(city, key):
    with city.app_context():
        client = city.test_client().sign_in(person(key))
        for path, answer in crawl(client, "/de/"):
            assert answer.status_code in (200, 302, 303), (path, answer.status_code)
            assert answer.headers["Cache-Control"] == "private, no-store" or answer.mimetype != "text/html", path
            assert key in INSIDERS or CANARY.encode() not in answer.data, path


@pytest.mark.parametrize(
    "path", ["search?q=Nachtigall", "search?q=Kanari", "proposals/similar?title=Nachtigall-Kanari"]
)
def test_search_does_not_know_unpublished_words(city, path):
    with city.app_context():
        client = city.test_client().sign_in(person("u_buerger1"))
        assert CANARY not in re.sub(r'value="[^"]*"', "", client.get(f"/de/{path}").text).replace(
            "„Nachtigall-Kanari“", ""
        )
