"""Anything may come in from outside: no address, parameter or field answers with a broken page, and nothing half is stored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser import tree
from tests.route_table import Visit, undone

NASTY = (
    "", " ", "0", "-1", "1e309", "NaN", "99999999999999999999", "2147483648", "9223372036854775808", "1;--", "' OR 1=1 --",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\x00", "a\x00b", "\r\nSet-Cookie: x=1",
    "\u202edrawkcab", "\ud7ff\U0010ffff", "%s %(x)s {0} {{7*7}}", "../../etc/passwd", "a" * 20_000, "ﷺ" * 500,
    "[" * 3000, "*_" * 3000, "(a" * 3000, "> " * 2000, "2026-02-30", "9999-12-31", "0001-01-01", "on", "None", "de@simple", "xx",
)  # fmt: skip
text = st.one_of(st.sampled_from(NASTY), st.text(max_size=200))
common = settings(
    max_examples=3, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
QUERY = (
    "q", "cursor", "order", "cluster", "field", "district", "group", "state", "outcome", "language", "conference", "year", "kind",
    "original", "next", "title", "text", "page", "voice", "status", "office", "month", "from", "to",
)  # fmt: skip
ROLES = ("visitor", "citizen", "plan_owner")


@pytest.mark.parametrize("role", ROLES)
@common
@given(data=st.data())
def test_any_parameter_of_any_page(app, session, role, data):
    visit = memo(app, session, role)
    parameters = data.draw(st.dictionaries(st.sampled_from(QUERY), text, max_size=4))
    for key, path in visit.gets():
        answer = visit.client.get(path, query_string=parameters)
        assert answer.status_code < 500, (key, path, parameters)


@pytest.mark.parametrize("role", ROLES)
@common
@given(data=st.data())
def test_any_value_in_any_field_of_any_form(app, session, role, data):
    visit = memo(app, session, role)
    for key, path in visit.posts():
        names = fields_of(visit, path)
        values = {name: data.draw(text, label=f"{path} {name}") for name in names}
        with undone(session):
            answer = visit.client.post(path, values)
        assert answer.status_code < 500, (key, path, values)


@common
@given(number=st.sampled_from([0, 2**31, 2**63, 2**64, 10**30]))
def test_any_number_in_an_address(app, session, number):
    visit = memo(app, session, "citizen")
    for _key, path in visit.gets():
        other = "/".join(str(number) if part.isdigit() else part for part in path.split("/"))
        assert visit.client.get(other).status_code < 500, other


VISITS: dict[tuple[int, str], Visit] = {}
FIELDS: dict[tuple[str, str], list[str]] = {}


def memo(app, session, role):
    """One world for all examples of a test: the transaction around the test is undone at its end."""
    key = (id(session), role)
    if key not in VISITS:
        VISITS.clear()
        VISITS[key] = Visit(app, session, role)
        VISITS[key].client.checks = False
    return VISITS[key]


def fields_of(visit, path):
    """The fields of the form at an address, read from its page, and some that nobody asked for."""
    key = (type(visit).__name__, path)
    if key not in FIELDS:
        answer = visit.client.get(path)
        found = []
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found = [name for name in tree(answer).xpath("//main//*[@name]/@name") if name != "form_token"]
        FIELDS[key] = sorted({*found, "body", "reason", "acting_for", "title"})
    return FIELDS[key]
