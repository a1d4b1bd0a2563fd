"""Templates: one compiled set per language, with every fixed string already translated in it."""

import re
from collections.abc import Hashable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, urlsplit

import nh3
from flask import Flask, current_app, g, get_flashed_messages, request, session, url_for
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes, pass_eval_context
from jinja2.environment import Template, TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bihaelt import guard, i18n, permissions
from bihaelt.assets import asset
from bihaelt.i18n import LANGUAGES, Language
from bihaelt.marks import label_of
from bihaelt.memo import unchanged
from bihaelt.verdicts import Verdict

MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "maxNesting": 12}).disable(["image"])
TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a", "code", "pre", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
PLACES = re.compile(r"%\((\w+)\)s")
SHORT = 2_000  # characters of a text that is worth keeping
SHIFTED_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}


class Folding(NodeTransformer):
    """Puts the words themselves for ``_("words")`` and ``_("words with %(name)s", name=…)``: no look-up, and no filling in of
    values, is left for the time of the request.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        node = self.generic_visit(node)  # type: ignore[assignment]
        fixed = (
            isinstance(node.node, nodes.Name)
            and node.node.name == "_"
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and not (node.dyn_args or node.dyn_kwargs)
        )
        return self.folded(node) if fixed else node

    def folded(self, node: nodes.Call) -> nodes.Node:
        given = {pair.key: pair.value for pair in node.kwargs}
        words = i18n.translate(self.language, node.args[0].value)  # type: ignore[attr-defined]
        *parts, last = PLACES.split(words) if given else [words]
        if any(part.count("%") for part in (*parts[::2], last) if given):
            return node  # another way to write a value: left to Python
        found: list[nodes.Expr] = [self.safe(last, node)]
        for fixed, name in reversed(list(zip(parts[::2], parts[1::2], strict=True))):
            found[:0] = [self.safe(fixed, node), given[name]]
        return found[0] if len(found) == 1 else nodes.Concat(found, lineno=node.lineno)

    def safe(self, words: str, node: nodes.Call) -> nodes.Expr:
        return nodes.MarkSafeIfAutoescape(nodes.Const(words, lineno=node.lineno), lineno=node.lineno)


class PlainTemplate(Template):
    """A template whose imports are made once: our templates are rendered without globals of their own, so what
    ``{% from … import … %}`` gives is the same every time, and need not be compared with them at each import.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class LanguageEnvironment(Environment):
    """Flask's environment, bound to a language; without one it translates at run time."""

    language: Language | None = None
    template_class = PlainTemplate

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is None:
            return tree
        folded: nodes.Template = Folding(self.language).visit(tree)
        folded.set_environment(self)
        return folded


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.policies["ext.i18n.trimmed"] = True
    env.globals.update(
        _=template_gettext, ngettext=template_ngettext, languages=LANGUAGES, asset=asset,
        url_for=address, here=here,
        can=can, flashes=flashes, form_token=form_token, link=link, label=label, reason=reason, language_of=language_of,
        by_babel=i18n.BY_BABEL, person=guard.actor, current_language=i18n.current, spoken_name=i18n.spoken_name,
    )  # fmt: skip
    env.filters.update(
        date=i18n.format_day, datetime=i18n.format_moment, number=i18n.format_number, money=i18n.format_money,
        percent=i18n.format_percent, markdown=markdown, iso_date=iso_date, apart=i18n.apart, heading=i18n.heading,
    )  # fmt: skip
    env.globals.update({name: env.filters[name] for name in ("number", "money", "date", "datetime", "percent")})
    app.extensions["language_environments"] = {}


def environment_of(app: Flask, language: Language) -> LanguageEnvironment:
    """The template environment of ``language``, made at its first use in this process."""
    made: dict[str, LanguageEnvironment] = app.extensions["language_environments"]
    if language.babel not in made:
        overlay = app.jinja_env.overlay(cache_size=1000)
        overlay.language = language  # type: ignore[attr-defined]
        bind(overlay, language)
        made[language.babel] = overlay  # type: ignore[assignment]
    return made[language.babel]


def bind(env: Environment, language: Language) -> None:
    """What every row of a list asks for, bound to the language of ``env``: to look up which one it is costs more than to answer."""
    bound = {"money": partial(i18n.money, language), "number": partial(i18n.number, language)}
    env.filters = env.filters | bound
    env.globals = env.globals | bound | {
        "label": partial(label_in, language), "url_for": partial(address_in, language.url), "once": partial(once, language),
    }  # fmt: skip


def render(template: str, /, **context: Any) -> str:
    """A template in the current language, with what every page needs."""
    app = current_app
    language = i18n.current()
    values: dict[str, Any] = {
        "language": language,
        "actor": guard.actor(),
        "now": guard.now(),
        "city": app.config["CITY"],
        "request": request,
    }
    return environment_of(app, language).get_template(template).render(values | context)


def piece(template: str, /, **context: Any) -> Markup:
    """A part of a page that is drawn by itself, for example to be kept."""
    return Markup(render(template, **context))  # noqa: S704  our own templates escape what is not ours


def once(language: Language, template: str, macro: str, /, *given: Hashable) -> Markup:
    """``{{ once("plan/_cell.html", "cell", cards) }}``: a macro of a template, drawn once for the same values.

    A macro knows nothing but what it is given: neither the reader nor the time. It must not ask for them by the global
    functions (``can``, ``person``, ``flashes``, ``form_token``, ``here``; a test sees to it).
    """
    drawn = getattr(environment_of(current_app, language).get_template(template).module, macro)
    return unchanged((drawn, request.root_path, given), lambda: drawn(*given))


def render_letter(template: str, language: Language, **context: Any) -> str:
    """A letter, outside of any request, in the reader's language."""
    g.language = language
    values: dict[str, Any] = {"language": language, "city": current_app.config["CITY"], "actor": None}
    return environment_of(current_app._get_current_object(), language).get_template(template).render(values | context)  # type: ignore[attr-defined]


@pass_eval_context
def template_gettext(context: EvalContext, message: object, /, **values: object) -> str:
    return _safe(context, i18n.gettext(str(message)), values)


@pass_eval_context
def template_ngettext(context: EvalContext, singular: str, plural: str, n: int, /, **values: object) -> str:
    words = i18n.catalogue(i18n.current().babel).ngettext(singular, plural, n)
    return _safe(context, words, values)


def _safe(context: EvalContext, words: str, values: Mapping[str, object]) -> str:
    """Our own words are safe HTML (a test sees to it), the values in them are escaped."""
    if not context.autoescape:
        return words % values if values else words
    filled = words % {name: escape(value) for name, value in values.items()} if values else words
    return Markup(filled)  # noqa: S704  words come from our catalogues


def label(member: StrEnum) -> str:
    return label_in(i18n.current(), member)


def label_in(language: Language, member: StrEnum) -> str:
    return i18n.translate(language, label_of(member))


def reason(verdict: Verdict) -> str:
    """Why a permission said no, in the reader's language; moments in it are shown as local dates."""
    return i18n.explain(verdict.reason, verdict.values)


def can(name: str, subject: object = None) -> Verdict:
    """The same question the server asks, for a button: ``can("support", proposal)``."""
    verdict: Verdict = getattr(permissions, name)(guard.actor(), subject, guard.now())
    return verdict


def language_of(babel: str) -> Language:
    return i18n.BY_BABEL[babel]


def form_token() -> str:
    g.token_given = True
    return guard.form_token()


def flashes() -> list[tuple[str, str]]:
    if not request.cookies or "_flashes" not in session:
        return []
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]


@lru_cache(maxsize=8192)
def _known_address(_root: str, _lang: str, endpoint: str, values: tuple[tuple[str, Hashable], ...]) -> str:
    given: dict[str, Any] = dict(values)
    return url_for(endpoint, **given)


def address(endpoint: str, /, **values: Any) -> str:
    """``url_for`` in templates: the same question in the same language has the same answer, so it is asked once.

    A list of twenty rows has about forty addresses, and to put one together costs as much as to draw a row.
    """
    return address_in(i18n.current().url, endpoint, **values)


def address_in(lang: str, endpoint: str, /, **values: Any) -> str:
    return _known_address(request.root_path, lang, endpoint, tuple(values.items()))


def here() -> str:
    """The address of this very page behind its language; that of the start page where it has none in other languages."""
    rule = request.url_rule
    if rule is None or "lang" not in rule.arguments or "GET" not in (rule.methods or ()):
        return ""
    path = request.path.split("/", 2)
    rest = quote(path[2], safe="/:@!$&'()*+,;=~") if len(path) > 2 else ""
    query = request.query_string.decode("latin-1") if request.method == "GET" else ""
    return f"{rest}?{query}" if query else rest


def absolute(path: str) -> str:
    """An absolute link on the public address, never on a Host header."""
    base: str = current_app.config["BASE_URL"]
    return base + urlsplit(path).path + (f"?{urlsplit(path).query}" if urlsplit(path).query else "")


def link(endpoint: str, **values: Any) -> str:
    """An absolute link for letters and feeds."""
    return absolute(url_for(endpoint, **values))


def iso_date(value: str) -> str:
    """A day that waited as ISO 8601 text (in a letter's context), as it is written in the reader's language."""
    return i18n.format_day(date.fromisoformat(value))


def markdown(source: str) -> Markup:
    """Plain Markdown as safe HTML: no images, no raw HTML, links without weight, headings below the page's own."""
    return _known_markdown(source) if len(source) <= SHORT else _markdown(source[:40_000])


def _markdown(source: str) -> Markup:
    tokens = MARKDOWN.parse(source)
    for token in tokens:
        token.tag = SHIFTED_HEADINGS.get(token.tag, token.tag)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return Markup(clean)  # noqa: S704  cleaned by nh3


# A list of fifty reports or comments has as many texts, and most of them stood on the page before: kept up to about 10 MB.
_known_markdown = lru_cache(maxsize=2_000)(_markdown)
