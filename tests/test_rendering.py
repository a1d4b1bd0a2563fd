"""Rows that are drawn once for the same values: what they may show, and that they are never out of date."""

import re
from dataclasses import replace

import pytest
from flask import g
from jinja2 import meta

from bihaelt.i18n import BY_URL
from bihaelt.measures.domain import Category, Light, MeasureState
from bihaelt.money.queries import ClusterBar
from bihaelt.plan.queries import Card
from bihaelt.rendering import environment_of
from bihaelt.settings import ROOT
from bihaelt.texts.domain import Shown, Status

TEMPLATES = ROOT / "templates"
READERS = {
    "can", "person", "actor", "flashes", "form_token", "here", "request", "now", "current_language", "language", "city",
}  # fmt: skip
TITLE = Shown(1, "Ferienspiele", "", {}, "de", "de", Status.ORIGINAL, stale=False)
CARD = Card(3, "M-003", TITLE, Category.B, 1, MeasureState.RUNNING, Light.GREEN, 50_000)
BAR = ClusterBar(7, 1, replace(TITLE, title="Freizeit"), 100_000, 50_000, 20_000, 10_000)
CALL = '{{ once("plan/_cluster.html", "cluster", bar, row, 2026, kept) }}'


@pytest.fixture
def kept(app):
    app.config["PAGE_SECONDS"] = 5
    app.extensions.pop("rows", None)
    yield app
    app.config["PAGE_SECONDS"] = 0
    app.extensions.pop("rows", None)


def drawn(app, card, *, lang="de", bar=BAR, more=False, kept=()):
    with app.test_request_context(f"/{lang}/plan"):
        g.language = BY_URL[lang]
        return (
            environment_of(app, g.language)
            .from_string(CALL)
            .render(bar=bar, row=((Category.B, (card,), more),), kept=kept)
        )


@pytest.mark.parametrize(
    "change",
    [
        {"state": MeasureState.DRAFT}, {"light": Light.RED}, {"planned": 50_001}, {"number": "M-004"}, {"measure_id": 4},
        {"title": replace(TITLE, title="Ferien")}, {"title": replace(TITLE, language="tr")},
    ],
)  # fmt: skip
def test_a_row_is_drawn_anew_when_anything_in_it_changes(kept, change):
    before, after = drawn(kept, CARD), drawn(kept, replace(CARD, **change))
    assert before != after
    assert (drawn(kept, CARD), drawn(kept, replace(CARD, **change))) == (before, after)
    assert len(kept.extensions["rows"].values) == 2
    kept.config["PAGE_SECONDS"] = 0
    assert (drawn(kept, CARD), drawn(kept, replace(CARD, **change))) == (before, after)


@pytest.mark.parametrize(
    "given",
    [
        {"bar": replace(BAR, spent=10_001)}, {"bar": replace(BAR, budget=0)}, {"bar": replace(BAR, planned=1)},
        {"bar": replace(BAR, committed=1)}, {"more": True}, {"more": True, "kept": (("state", "draft"),)},
    ],
)  # fmt: skip
def test_the_money_of_a_cluster_is_drawn_anew_too(kept, given):
    assert drawn(kept, CARD) != drawn(kept, CARD, **given)
    assert ("state=draft" in drawn(kept, CARD, **given)) == ("kept" in given)


def test_parts_of_a_text_count_though_they_are_not_hashed(kept):
    assert replace(TITLE, extra={"need": "Sitzen"}) != TITLE
    drawn(kept, CARD), drawn(kept, replace(CARD, title=replace(TITLE, extra={"need": "Sitzen"})))
    assert len(kept.extensions["rows"].values) == 2


def test_each_language_has_rows_of_its_own(kept):
    pages = {lang: drawn(kept, CARD, lang=lang) for lang in BY_URL}
    assert len(set(pages.values())) == len(BY_URL)
    for lang, page in pages.items():
        assert f'href="/{lang}/measures/3"' in page
        assert drawn(kept, CARD, lang=lang) == page


def test_what_is_drawn_once_asks_for_nothing_but_what_it_is_given(app):
    asked = {name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'once\("([^"]+)"', path.read_text())}
    assert asked == {
        "_layout/_frame.html", "ballots/_bar.html", "controlling/_line.html", "decisions/_answer.html",
        "measures/_from_proposal.html", "plan/_cluster.html", "plan/_measure.html", "proposals/_card.html",
        "proposals/_facts.html", "proposals/_way.html",
    }  # fmt: skip
    seen: set[str] = set()
    while new := asked - seen:
        seen |= new
        for name in new:
            tree = app.jinja_env.parse((TEMPLATES / name).read_text())
            assert not meta.find_undeclared_variables(tree) & READERS, name
            asked |= {given for given in meta.find_referenced_templates(tree) if given}


WORDS = """{{ _("Passed on to: %(name)s", name=x) }}
{{ _("%(organisation)s, by %(title)s", title=x|upper, organisation="<i>") }}
{{ _("Proposals") }} {{ _("Passed on to: %(name)s", name=none) ~ "<" }} {{ _("Passed on to: %(name)s", name=3) }}"""


@pytest.mark.parametrize("lang", list(BY_URL))
@pytest.mark.parametrize("escaping", [True, False])
def test_words_in_a_template_are_what_they_are_when_they_are_looked_up(app, lang, escaping):
    with app.test_request_context(f"/{lang}/"):
        g.language = BY_URL[lang]
        bound = environment_of(app, g.language).overlay(autoescape=escaping)
        bound.language = g.language
        folded = bound.from_string(WORDS).render(x="<b>&")
        assert folded == app.jinja_env.overlay(autoescape=escaping).from_string(WORDS).render(x="<b>&")
        assert ("&lt;b&gt;&amp;" in folded) == escaping == ("<b>" not in folded)


def test_a_value_that_is_not_given_is_noticed_when_the_template_is_read(app):
    with app.test_request_context("/de/"), pytest.raises(KeyError, match="name"):
        environment_of(app, BY_URL["de"]).from_string('{{ _("Passed on to: %(name)s", other=1) }}')
