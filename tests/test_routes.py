"""Who may open what: every address × method × role, against a table kept by hand (tests/route_table.yaml).

A new address fails here until the table names it. `python -m scripts.route_table` prints the table as it is now, to be
read line by line before it is taken over.
"""

import pytest

from tests.route_table import ROLES, Visit, known_table, observe, routes_of


def test_every_address_is_in_the_table(app):
    assert {f"{endpoint} {method}" for endpoint, method, _ in routes_of(app)} == set(known_table())


# Words in an address that are looked up: a receipt's number, a code from a letter, the language of a text, a half-year, a file's name.
TEXTS = {"number", "token", "in_language", "language", "kind", "name", "period", "code"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_the_expected_answer(app, session, role):
    table = known_table()
    seen = observe(app, session, role)
    differing = {
        key: (table[key][role], status) for key, status in seen.items() if table.get(key, {}).get(role) != status
    }
    assert differing == {}


def test_addresses_are_typed_and_kebab_case(app):
    for rule in app.url_map.iter_rules():
        fixed = [part for part in rule.rule.split("/") if part and not part.startswith("<")]
        assert all(part == part.lower() and "_" not in part for part in fixed), rule.rule
        for argument in rule.arguments - {"lang"}:
            assert type(rule._converters[argument]).__name__ != "UnicodeConverter" or argument in TEXTS, rule.rule


@pytest.mark.parametrize("token", ["", "foreign", "x.y.z"])
def test_no_act_without_a_good_form_token(app, session, token):
    """Every POST address, as an administrator: a missing, foreign or damaged token never writes."""
    visit = Visit(app, session, "admin")
    before = visit.fingerprint()
    for _, path in visit.posts():
        answer = visit.client.post(path, {"form_token": token}, token=False)
        assert 400 <= answer.status_code < 500 or answer.status_code in (302, 303), (path, answer.status_code)
    assert visit.fingerprint() == before


def test_no_act_from_another_site(app, session):
    visit = Visit(app, session, "admin")
    before = visit.fingerprint()
    for _, path in visit.posts():
        answer = visit.client.post(path, {}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 400, path
    assert visit.fingerprint() == before


def test_reading_never_writes(app, session):
    visit = Visit(app, session, "plan_owner")
    before = visit.fingerprint()
    for _, path in visit.gets():
        visit.client.get(path)
    assert visit.fingerprint() == before
