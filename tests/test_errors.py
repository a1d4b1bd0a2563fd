"""A page about an error never fails itself, not even without a database."""

import pytest

from bihaelt.settings import Settings
from bihaelt.web import create_app
from tests.browser import Browser, words


@pytest.fixture(params=["sqlite:////nowhere/at/all/city.db", "postgresql+psycopg://nobody@127.0.0.1:1/city"])
def stranded(request):
    """A city whose database cannot be reached."""
    app = create_app(
        Settings(secret_key="test" * 10, database_url=request.param, base_url="http://localhost"),
        TESTING=True, PROPAGATE=False, PAGE_SECONDS=0,
    )  # fmt: skip
    app.test_client_class = Browser
    return app.test_client()


@pytest.mark.parametrize("known", [False, True], ids=["visitor", "signed in"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_database_everybody_gets_a_page_that_says_so(stranded, method, known, caplog):
    if known:
        with stranded.session_transaction() as cookie:
            cookie["_user_id"] = "a-token-of-yesterday"
    answer = getattr(stranded, method)("/en/proposals" if method == "get" else "/en/sign-in")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in words(answer)
    assert "Please tell us this number" in words(answer)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "error" in caplog.text


def test_what_needs_no_database_is_still_there(stranded):
    assert stranded.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("path", "said"), [("/ar/nowhere", "ar"), ("/leicht/nowhere", "de-simple"), ("/xx/nowhere", "pl")]
)
def test_an_address_that_leads_nowhere_is_answered_in_its_language_or_the_best_one(client, path, said):
    answer = client.get(path, headers={"Accept-Language": "pl"})
    assert answer.status_code == 404
    assert f'<html lang="{said}"' in answer.text
