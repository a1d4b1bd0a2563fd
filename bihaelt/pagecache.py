"""Whole public pages, kept in memory for a few seconds; every other answer is compressed as it passes.

A visitor without an account gets the same page as any other (there is no cookie), so one rendering can serve all.
Each process has a store of its own: a new proposal is seen by visitors after `seconds` at the latest, everywhere.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import (
    parse_accept_header,
    parse_cache_control_header,
    parse_options_header,
    parse_set_header,
    unquote_etag,
)
from werkzeug.sansio.http import is_resource_modified

SMALL = 500  # bytes: below this, compressing costs more than it saves
LARGE = 2 * 1024 * 1024  # bytes: a longer answer is streamed as it comes, neither kept nor compressed
ENTRY = 1024  # bytes: what a stored page costs besides its bodies (headers, key, objects); an estimate
WAIT = 10.0  # seconds for which a request waits while another one makes the same page
KINDS = frozenset(
    "text/html text/css text/csv text/plain text/calendar text/javascript text/xml image/svg+xml "
    "application/javascript application/json application/ld+json application/manifest+json "
    "application/xml application/atom+xml application/rss+xml".split()
)
# Without the cookie that names a person, an answer that varies by cookie is the same for all.
HARMLESS_VARY = frozenset({"accept-encoding", "cookie"})
KEPT_IN_304 = ("Cache-Control", "Content-Location", "ETag", "Expires", "Last-Modified", "Vary")
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=4),
    "gzip": lambda body: gzip.compress(body, 4, mtime=0),
}

Key = tuple[str, str, str]  # host, path, query
Lines = list[tuple[str, str]]


def close(body: Iterable[bytes]) -> None:
    """Tell a WSGI body that nobody will read on; a plain list need not know."""
    if hasattr(body, "close"):
        body.close()


class Answer:
    """What the application said: status line, headers, and a body that is still to be read."""

    def __init__(self, status: str, headers: Lines, chunks: Iterable[bytes]) -> None:
        self.status = status
        self.headers = Headers(headers)
        self.chunks = chunks

    def close(self) -> None:
        close(self.chunks)

    def read(self) -> bytes:
        try:
            return b"".join(self.chunks)
        finally:
            self.close()

    def read_at_most(self, limit: int) -> bytes | None:
        """The whole body, or None when it is longer; then it can still be streamed from its beginning."""
        found: list[bytes] = []
        rest = iter(self.chunks)
        size = 0
        for chunk in rest:
            found.append(chunk)
            size += len(chunk)
            if size > limit:
                self.chunks = Resumed(found, rest, self.chunks)
                return None
        self.close()
        return b"".join(found)


class Resumed:
    """A body of which the beginning has been read already; closing it closes the original."""

    def __init__(self, found: list[bytes], rest: Iterable[bytes], original: Iterable[bytes]) -> None:
        self._chunks = chain(found, rest)
        self._original = original

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        close(self._original)


class Variant(NamedTuple):
    """One body as it goes over the line, with the headers that belong to it."""

    lines: Lines
    body: bytes


class Page:
    """A stored answer: one body, and what it becomes in each encoding that somebody has asked for."""

    def __init__(self, headers: Headers, body: bytes, *, born: float, dies: float) -> None:
        self.born = born
        self.dies = dies
        self.body = body
        self.headers = headers
        own, _ = unquote_etag(headers.get("ETag"))
        self.headers["ETag"] = f'W/"{own or hashlib.blake2s(body, digest_size=16).hexdigest()}"'
        self.headers.remove("Content-Length")
        self.headers.remove("Age")
        vary_by_encoding(self.headers)
        self.variants: dict[str, Variant] = {}

    def encoded(self, encoding: str) -> Variant:
        headers = self.headers.copy()
        body = self.body
        if encoding != "identity":
            body = ENCODERS[encoding](body)
            headers["Content-Encoding"] = encoding
        headers["Content-Length"] = str(len(body))
        return Variant(list(headers), body)

    @property
    def size(self) -> int:
        compressed = sum(len(variant.body) for name, variant in self.variants.items() if name != "identity")
        return ENTRY + len(self.body) + compressed


class PageCache:
    """WSGI middleware around the whole application; only ProxyFix may stand outside of it.

    Stored are answers to GET with status 200, `Cache-Control: public`, no Set-Cookie and a text type, for requests
    without the cookie `cookie_name`, Authorization or Range. `seconds` is the longest life of a page (a smaller
    `s-maxage` wins; 0 stores nothing), `limit_bytes` the size of the store, from which the least recently used page
    leaves first. `clock` returns seconds that never run backwards.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        cookie_name: str,
        seconds: float = 5,
        limit_bytes: int = 32 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._cookie = cookie_name
        self._seconds = seconds
        self._limit = limit_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._bytes = 0
        self._making: dict[Key, threading.Event] = {}
        self._generation = 0

    @property
    def stored_bytes(self) -> int:
        return self._bytes

    def invalidate(self) -> None:
        """Forget every page; one that is being made right now will be shown once, but not kept."""
        with self._lock:
            self._generation += 1
            self._pages.clear()
            self._sizes.clear()
            self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or self._seconds <= 0 or self._personal(environ):
            return forward(ask(self._app, environ), environ, start_response)
        key = (
            environ.get("HTTP_HOST", ""),
            environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
        )
        found = self._find(key) or self._wait_or_make(key, environ)
        if isinstance(found, Page):
            return self._serve(key, found, environ, start_response)
        if found.status.startswith("200") and unchanged(environ, found.headers):
            found.close()
            return not_modified(found.headers, start_response)
        return forward(found, environ, start_response)

    def _personal(self, environ: WSGIEnvironment) -> bool:
        if "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
            return True
        cookies = environ.get("HTTP_COOKIE")
        if not cookies:
            return False
        return any(cookie.partition("=")[0].strip() == self._cookie for cookie in cookies.split(";"))

    def _find(self, key: Key) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if self._clock() >= page.dies:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def _wait_or_make(self, key: Key, environ: WSGIEnvironment) -> Page | Answer:
        """One request makes the page; others for the same page wait for it, and help themselves if it was private."""
        with self._lock:
            others = self._making.get(key)
            if others is None:
                mine = self._making[key] = threading.Event()
        if others is not None:
            others.wait(WAIT)
            return self._find(key) or self._make(key, environ)
        try:
            return self._make(key, environ)
        finally:
            with self._lock:
                del self._making[key]
            mine.set()

    def _make(self, key: Key, environ: WSGIEnvironment) -> Page | Answer:
        generation = self._generation
        # The age counts from before the database is read: nobody sees anything older than `seconds`.
        born = self._clock()
        # Asked for as a whole, so that a HEAD or a conditional request can be answered from it, and the next one too.
        whole = {**environ, "REQUEST_METHOD": "GET"}
        whole.pop("HTTP_IF_NONE_MATCH", None)
        whole.pop("HTTP_IF_MODIFIED_SINCE", None)
        answer = ask(self._app, whole)
        seconds = min(self._seconds, lifetime(answer))
        body = answer.read_at_most(LARGE) if seconds > 0 else None
        if body is None:
            return answer
        page = Page(answer.headers, body, born=born, dies=born + seconds)
        with self._lock:
            if generation == self._generation:
                self._keep(key, page)
        return page

    def _serve(self, key: Key, page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        now = self._clock()
        age = [("Age", str(max(0, int(now - page.born))))]
        if "HTTP_X_FORWARDED_FOR" in environ:
            # nginx does not read Age; told what is left, it never shows a page longer than we would ourselves.
            age.append(("X-Accel-Expires", str(max(0, int(page.dies - now)))))
        if unchanged(environ, page.headers):
            return not_modified(page.headers, start_response, *age)
        variant = self._variant(key, page, chosen_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
        start_response("200 OK", [*variant.lines, *age])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]

    def _variant(self, key: Key, page: Page, encoding: str) -> Variant:
        """The page in this encoding; made at the first request for it."""
        if len(page.body) < SMALL:
            encoding = "identity"
        variant = page.variants.get(encoding)
        if variant is None:
            variant = page.encoded(encoding)
            with self._lock:
                page.variants[encoding] = variant
                if self._pages.get(key) is page:
                    self._keep(key, page)
        return variant

    def _keep(self, key: Key, page: Page) -> None:
        """Store the page, or count it anew after it grew by a variant. The lock is held."""
        self._drop(key)
        size = page.size + sum(map(len, key))
        self._pages[key] = page
        self._sizes[key] = size
        self._bytes += size
        while self._bytes > self._limit:
            self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        """Forget one page, if it is there. The lock is held."""
        self._pages.pop(key, None)
        self._bytes -= self._sizes.pop(key, 0)


def ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Call the application; its headers are known afterwards, its body need not be."""
    started: list[tuple[str, Lines]] = []
    written: list[bytes] = []

    def start(status: str, headers: Lines, exc_info: object = None, /) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return written.append

    chunks = app(environ, start)
    if not started:  # a generator says its headers only when its first chunk is asked for
        rest = iter(chunks)
        chunks = Resumed([*written, next(rest, b"")], rest, chunks)
    elif written:
        chunks = Resumed(written, iter(chunks), chunks)
    return Answer(*started[0], chunks)


def forward(answer: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Pass an answer on that is not stored, compressed where that is possible."""
    if compressible(answer):
        vary_by_encoding(answer.headers)
        compress(answer, chosen_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")), environ["REQUEST_METHOD"])
    start_response(answer.status, list(answer.headers))
    if environ["REQUEST_METHOD"] == "HEAD":
        answer.close()
        return []
    return answer.chunks


def not_modified(headers: Headers, start_response: StartResponse, *more: tuple[str, str]) -> Iterable[bytes]:
    start_response("304 Not Modified", [*((name, headers[name]) for name in KEPT_IN_304 if name in headers), *more])
    return []


def compressible(answer: Answer) -> bool:
    headers = answer.headers
    length = headers.get("Content-Length", type=int)
    return (
        length is not None
        and SMALL <= length <= LARGE
        and content_kind(headers) in KINDS
        and "Content-Encoding" not in headers
        and "Content-Range" not in headers
        and "no-transform" not in headers.get("Cache-Control", "")
    )


def compress(answer: Answer, encoding: str, method: str) -> None:
    if encoding == "identity":
        return
    strong, weak = unquote_etag(answer.headers.get("ETag"))
    if strong and not weak:
        answer.headers["ETag"] = f'W/"{strong}"'
    answer.headers["Content-Encoding"] = encoding
    if method == "HEAD":  # there is no body to measure; the length may be left out
        answer.headers.remove("Content-Length")
        return
    body = ENCODERS[encoding](answer.read())
    answer.headers["Content-Length"] = str(len(body))
    answer.chunks = [body]


def lifetime(answer: Answer) -> float:
    """For how many seconds the answer may be shown to others: 0 for never, infinity if it does not say."""
    headers = answer.headers
    control = parse_cache_control_header(headers.get("Cache-Control"), cls=ResponseCacheControl)
    vary = {name.lower() for name in parse_set_header(",".join(headers.getlist("Vary")))}
    length = headers.get("Content-Length", type=int)
    storable = (
        answer.status.startswith("200")
        and "public" in control
        and not control.keys() & {"private", "no-store", "no-cache"}
        and "Set-Cookie" not in headers
        and "Content-Encoding" not in headers
        and vary <= HARMLESS_VARY
        and content_kind(headers) in KINDS
        and (length is None or length <= LARGE)
    )
    if not storable:
        return 0
    return float("inf") if control.s_maxage is None else control.s_maxage


def content_kind(headers: Headers) -> str:
    return parse_options_header(headers.get("Content-Type"))[0].lower()


def vary_by_encoding(headers: Headers) -> None:
    names = parse_set_header(",".join(headers.getlist("Vary")))
    names.add("Accept-Encoding")
    headers["Vary"] = names.to_header()


def unchanged(environ: WSGIEnvironment, headers: Headers) -> bool:
    """Whether the reader holds this very answer (If-None-Match, else If-Modified-Since)."""
    if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MODIFIED_SINCE" not in environ:
        return False
    return not is_resource_modified(
        http_if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        http_if_modified_since=environ.get("HTTP_IF_MODIFIED_SINCE"),
        etag=headers.get("ETag"),
        last_modified=headers.get("Last-Modified"),
    )


@lru_cache(maxsize=256)
def chosen_encoding(accepted: str) -> str:
    """The best of our encodings for a header such as `gzip, deflate, br;q=0.9`; `identity` if none is welcome."""
    qualities = parse_accept_header(accepted)
    return max(ENCODERS, key=qualities.quality) if any(map(qualities.quality, ENCODERS)) else "identity"
