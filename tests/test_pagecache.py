"""The page cache around real WSGI applications; time is passed in."""

import gzip
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from bihaelt.pagecache import ENTRY, LARGE, PageCache, chosen_encoding

PUBLIC = "public, max-age=0, s-maxage=5"
WORDS = "Radwege am Kesselbrink, gut beleuchtet. " * 50


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class City:
    """An application that counts how often each page was rendered."""

    def __init__(self, body: str = WORDS, **headers: str) -> None:
        self.body = body
        self.headers = {"Cache-Control": PUBLIC, "Content-Type": "text/html; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.status = 200
        self.rendered: list[str] = []

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.rendered.append(request.full_path.rstrip("?"))
        text = f"{request.host}{request.path} {self.body}"
        return Response(text, status=self.status, headers=self.headers)(environ, start_response)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def around(clock: Clock) -> Callable[..., Client]:
    """Wraps an application in the cache and gives a client without a cookie jar."""

    def wrap(app, **options) -> Client:
        return Client(PageCache(app, cookie_name="session", clock=clock, **options), use_cookies=False)

    return wrap


def read(response: TestResponse) -> str:
    encoding = response.headers.get("Content-Encoding")
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    return decode(response.data).decode()


def test_a_page_is_rendered_once_for_all_visitors(around):
    city = City()
    client = around(city)
    first, second = client.get("/de/"), client.get("/de/")
    assert (read(first), read(second)) == ("localhost/de/ " + WORDS,) * 2
    assert city.rendered == ["/de/"]


def test_a_page_lives_for_the_given_seconds_counted_from_before_it_was_made(around, clock):
    city = City()

    def slow(environ, start_response):
        clock.now += 2
        return city(environ, start_response)

    client = around(slow, seconds=5)
    assert client.get("/de/").headers["Age"] == "2"
    clock.now += 2.9
    assert client.get("/de/").headers["Age"] == "4"
    clock.now += 0.1
    assert client.get("/de/").headers["Age"] == "2"
    assert len(city.rendered) == 2


def test_a_proxy_is_told_what_is_left_of_the_life_of_a_page(around, clock):
    client = around(City(), seconds=5)
    told = []
    for _ in range(3):
        told.append(client.get("/de/", headers={"X-Forwarded-For": "192.0.2.1"}).headers["X-Accel-Expires"])
        clock.now += 2
    assert told == ["5", "3", "1"]
    assert "X-Accel-Expires" not in client.get("/de/").headers


def test_a_shorter_life_named_by_the_page_wins(around, clock):
    city = City(Cache_Control="public, s-maxage=1")
    client = around(city)
    client.get("/de/")
    clock.now += 1
    client.get("/de/")
    assert len(city.rendered) == 2


def test_a_page_that_names_no_life_lives_as_long_as_the_cache_allows(around, clock):
    city = City(Cache_Control="public")
    client = around(city, seconds=5)
    client.get("/de/")
    clock.now += 4
    client.get("/de/")
    assert len(city.rendered) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "private"},
        {"Cache_Control": "public, no-store"},
        {"Cache_Control": "public, no-cache"},
        {"Cache_Control": "public, s-maxage=0"},
        {"Cache_Control": ""},
        {"Set_Cookie": "session=1"},
        {"Vary": "Accept-Language"},
        {"Vary": "*"},
        {"Content_Encoding": "gzip"},
        {"Content_Type": "image/png"},
    ],
    ids=lambda headers: " ".join(f"{name}: {value}" for name, value in headers.items()),
)
def test_an_answer_that_is_not_the_same_for_all_is_not_stored(around, headers):
    city = City(**headers)
    client = around(city)
    client.get("/de/")
    client.get("/de/")
    assert len(city.rendered) == 2


@pytest.mark.parametrize("status", [206, 302, 404, 500])
def test_only_a_good_answer_is_stored(around, status):
    city = City()
    city.status = status
    client = around(city)
    assert [client.get("/de/").status_code, client.get("/de/").status_code] == [status, status]
    assert len(city.rendered) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=abc"},
        {"Cookie": "a=1; session=abc"},
        {"Authorization": "Bearer x"},
        {"Range": "bytes=0-9"},
    ],
    ids=str,
)
def test_a_person_is_never_served_from_the_store_and_never_fills_it(around, headers):
    city = City()
    client = around(city)
    client.get("/de/", headers=headers)
    client.get("/de/")
    client.get("/de/", headers=headers)
    assert len(city.rendered) == 3


def test_a_foreign_cookie_does_not_stand_in_the_way(around):
    city = City(Vary="Cookie")
    client = around(city)
    client.get("/de/", headers={"Cookie": "statistics=1; my-session=2"})
    answer = client.get("/de/")
    assert len(city.rendered) == 1
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding"


def test_a_form_that_is_sent_goes_through(around):
    city = City()
    client = around(city)
    client.post("/de/")
    client.post("/de/", headers={"If-None-Match": "*"})
    assert city.rendered == ["/de/", "/de/"]


def test_language_host_and_query_are_pages_of_their_own(around):
    city = City()
    client = around(city)
    asked = ["/de/", "/ar/", "/de/?a=1&b=2", "/de/?b=2&a=1"]
    for address in asked * 2:
        client.get(address)
    other = client.get("/de/", base_url="http://other.example")
    assert city.rendered == [*asked, "/de/"]
    assert read(other) == "other.example/de/ " + WORDS


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("identity", "identity"),
        ("", "identity"),
        ("nonsense;q=high,,", "identity"),
    ],
)
def test_the_best_welcome_encoding_is_chosen(accepted, sent):
    assert chosen_encoding(accepted) == sent


def test_one_rendering_serves_all_encodings(around):
    city = City()
    client = around(city)
    answers = {name: client.get("/de/", headers={"Accept-Encoding": name}) for name in ("br", "gzip", "identity")}
    assert {name: answer.headers.get("Content-Encoding") for name, answer in answers.items()} == {
        "br": "br",
        "gzip": "gzip",
        "identity": None,
    }
    assert {read(answer) for answer in answers.values()} == {"localhost/de/ " + WORDS}
    assert {answer.headers["Vary"] for answer in answers.values()} == {"Accept-Encoding"}
    assert all(int(answer.headers["Content-Length"]) == len(answer.data) for answer in answers.values())
    assert len(answers["br"].data) < len(answers["identity"].data) / 5
    assert len(city.rendered) == 1


def test_a_small_page_is_not_compressed(around):
    city = City(body="kurz")
    client = around(city)
    answer = client.get("/de/", headers={"Accept-Encoding": "br"})
    assert (answer.data, "Content-Encoding" in answer.headers) == (b"localhost/de/ kurz", False)


def test_a_reader_who_has_the_page_gets_304(around):
    city = City()
    client = around(city)
    first = client.get("/de/", headers={"Accept-Encoding": "br"})
    again = client.get("/de/", headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
    assert dict(again.headers) == {
        "ETag": first.headers["ETag"],
        "Cache-Control": PUBLIC,
        "Vary": "Accept-Encoding",
        "Age": "0",
    }


def test_the_first_request_may_be_conditional_and_still_fills_the_store(around):
    city = City(ETag='"v1"')
    client = around(city)
    assert client.get("/de/", headers={"If-None-Match": '"v1"'}).status_code == 304
    full = client.get("/de/", headers={"If-None-Match": '"v0"'})
    assert (full.status_code, full.headers["ETag"], read(full)) == (200, 'W/"v1"', "localhost/de/ " + WORDS)
    assert len(city.rendered) == 1


def test_a_date_is_good_enough_for_304(around):
    stamp = "Sun, 01 Nov 2026 10:00:00 GMT"
    client = around(City(Last_Modified=stamp))
    assert client.get("/de/", headers={"If-Modified-Since": stamp}).status_code == 304
    assert client.get("/de/", headers={"If-Modified-Since": "Sat, 31 Oct 2026 10:00:00 GMT"}).status_code == 200


def test_an_answer_that_is_not_stored_can_be_304_too(around):
    client = around(City(Cache_Control="private", ETag='"v1"'))
    again = client.get("/de/", headers={"If-None-Match": '"v1"'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", '"v1"')


def test_the_same_words_get_the_same_etag_and_other_words_another(around, clock):
    city = City()
    client = around(city)
    tags = []
    for body in (WORDS, WORDS, "neu " + WORDS):
        city.body = body
        tags.append(client.get("/de/").headers["ETag"])
        clock.now += 5
    assert tags[0] == tags[1] != tags[2]


def test_head_and_get_share_a_page(around):
    city = City()
    client = around(city)
    head = client.head("/de/", headers={"Accept-Encoding": "br"})
    get = client.get("/de/", headers={"Accept-Encoding": "br"})
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get.headers)
    assert len(city.rendered) == 1


def test_head_of_a_private_page_has_no_body(around):
    client = around(City(Cache_Control="private"))
    compressed = client.head("/de/", headers={"Accept-Encoding": "br"})
    assert (compressed.data, compressed.headers["Content-Encoding"], compressed.content_length) == (b"", "br", None)
    plain = client.head("/de/")
    assert (plain.data, plain.content_length) == (b"", len("localhost/de/ " + WORDS))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_private_pages_are_compressed_too(around, method):
    client = around(City(Cache_Control="private", ETag='"v1"'))
    answer = client.open("/de/", method=method, headers={"Cookie": "session=1", "Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert (read(answer), answer.headers["ETag"]) == ("localhost/de/ " + WORDS, 'W/"v1"')


@pytest.mark.parametrize(
    "headers",
    [{"Content_Type": "image/png"}, {"Cache_Control": "private, no-transform"}, {"Content_Encoding": "br"}],
    ids=str,
)
def test_what_must_not_be_compressed_is_left_as_it_is(around, headers):
    answer = around(City(**headers)).get("/de/", headers={"Accept-Encoding": "gzip"})
    assert answer.data.decode() == "localhost/de/ " + WORDS


def test_a_large_page_is_streamed_and_not_stored(around):
    city = City(body="x" * LARGE)
    client = around(city)
    answers = [client.get("/de/", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert [len(answer.data) for answer in answers] == [LARGE + len("localhost/de/ ")] * 2
    assert len(city.rendered) == 2


class Stream:
    """An endless-looking body that knows how much of it was read and whether it was closed."""

    def __init__(self, chunks: int, size: int) -> None:
        self.left = chunks
        self.size = size
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return b"x" * self.size

    def close(self) -> None:
        self.closed += 1


def streaming(body):
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "text/csv")])
        return body

    return app


def test_a_stream_without_a_length_is_held_only_up_to_the_limit(around):
    body = Stream(chunks=5, size=LARGE // 2)
    answer = around(streaming(body)).get("/de/export")
    assert body.left == 2
    assert len(answer.data) == LARGE // 2 * 5
    answer.close()
    assert body.closed == 1


def test_a_short_stream_is_stored_and_closed(around):
    body = Stream(chunks=3, size=400)
    client = around(streaming(body))
    answers = [client.get("/de/export").data for _ in range(2)]
    assert (answers, body.closed) == ([b"x" * 1200] * 2, 1)


def test_an_application_may_write_or_start_late(around):
    def writing(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"written, ")
        return [b"returned"]

    def late(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"first, "
        yield b"second"

    def silent(environ, start_response):
        start_response("204 No Content", [])
        yield from ()

    answers = [around(app).get("/").data for app in (writing, late, silent)]
    assert answers == [b"written, returned", b"first, second", b""]
    assert around(writing).head("/").data == b""


def test_a_plain_list_is_a_body_too(around):
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "text/plain")])
        return [b"words"]

    assert around(app).get("/").data == b"words"


def test_the_least_recently_used_page_leaves_first(around):
    city = City(body="x" * 3000)
    client = around(city, limit_bytes=3 * (3000 + ENTRY + 100))
    for address in ("/1", "/2", "/3", "/1", "/4"):
        client.get(address)
    city.rendered.clear()
    for address in ("/1", "/3", "/4", "/2"):
        client.get(address)
    assert city.rendered == ["/2"]


def test_the_store_never_grows_beyond_its_limit(around, clock):
    city = City()
    cache = PageCache(city, cookie_name="session", limit_bytes=20_000, clock=clock)
    client = Client(cache)
    for number in range(50):
        for encoding in ("br", "gzip", "identity"):
            client.get(f"/{number}", headers={"Accept-Encoding": encoding})
            assert 0 < cache.stored_bytes <= 20_000
    cache.invalidate()
    assert cache.stored_bytes == 0


def test_a_page_larger_than_the_store_is_shown_and_not_kept(clock):
    city = City()
    cache = PageCache(city, cookie_name="session", limit_bytes=100, clock=clock)
    client = Client(cache)
    assert read(client.get("/de/")) == "localhost/de/ " + WORDS
    assert cache.stored_bytes == 0


def test_zero_seconds_store_nothing_but_compress(around):
    city = City()
    client = around(city, seconds=0)
    answers = [client.get("/de/", headers={"Accept-Encoding": "br"}) for _ in range(2)]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["br", "br"]
    assert len(city.rendered) == 2


def test_forgetting_all_pages_makes_them_anew(around, clock):
    city = City()
    cache = PageCache(city, cookie_name="session", clock=clock)
    client = Client(cache)
    client.get("/de/")
    cache.invalidate()
    client.get("/de/")
    assert len(city.rendered) == 2


def test_a_page_that_was_being_made_while_all_were_forgotten_is_not_kept(clock):
    city = City()

    def app(environ, start_response):
        if not city.rendered:
            cache.invalidate()
        return city(environ, start_response)

    cache = PageCache(app, cookie_name="session", clock=clock)
    client = Client(cache)
    client.get("/de/")
    client.get("/de/")
    assert len(city.rendered) == 2


class Gate:
    """Lets requests into the application only when the test opens it."""

    def __init__(self, app) -> None:
        self.app = app
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, environ, start_response):
        self.reached.set()
        assert self.opened.wait(5)
        return self.app(environ, start_response)


@pytest.mark.parametrize(("control", "renderings"), [(PUBLIC, 1), ("private", 8)])
def test_of_many_at_once_only_one_makes_a_public_page(clock, control, renderings):
    city = City(Cache_Control=control)
    gate = Gate(city)
    cache = PageCache(gate, cookie_name="session", clock=clock)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lambda: Client(cache).get("/de/")) for _ in range(8)]
        assert gate.reached.wait(5)
        gate.opened.set()
        texts = [read(answer.result(10)) for answer in answers]
    assert texts == ["localhost/de/ " + WORDS] * 8
    assert len(city.rendered) == renderings


def test_a_failure_wakes_those_who_wait_and_is_not_stored(around):
    city = City()
    failures = iter([OSError("the database is away")])

    def app(environ, start_response):
        for failure in failures:
            raise failure
        return city(environ, start_response)

    client = around(app)
    with pytest.raises(OSError, match="the database is away"):
        client.get("/de/")
    assert client.get("/de/").status_code == 200
