"""Files are read as a whole before they are sent: nothing asks the database when the request is over."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bihaelt import streams
from tests.factories import make_measure

PLAIN = "text/plain; charset=utf-8"


@pytest.mark.parametrize("size", [0, 3, streams.PIECE + 1, streams.IN_MEMORY + 1])
def test_a_file_comes_whole_whatever_its_size(size):
    answer = streams.whole(("ü" for _ in range(size)), PLAIN)
    assert answer.content_length == 2 * size
    assert answer.get_data(as_text=True) == "ü" * size


def test_text_and_bytes_follow_each_other():
    assert streams.whole(["a", b"b", "c"], PLAIN).get_data() == b"abc"


def test_all_is_read_before_the_answer_leaves():
    steps: list[str] = []

    def parts() -> Iterator[str]:
        yield "one"
        steps.append("read")

    streams.whole(parts(), PLAIN).close()
    assert steps == ["read"]


@pytest.mark.parametrize(
    "path", ["/de/plan/export/csv", "/de/plan/export/json", "/de/indicators.csv", "/de/documents/plan.csv"]
)
def test_the_database_is_not_asked_once_the_answer_is_there(app, session, path):
    make_measure(session)
    session.commit()
    late: list[str] = []
    body, status, _ = run_wsgi_app(app, EnvironBuilder(path=path, base_url=app.config["BASE_URL"]).get_environ())
    sa.event.listen(session.connection(), "before_cursor_execute", lambda *found: late.append(found[2]))
    assert (status, bool(b"".join(body)), late) == ("200 OK", True, [])
