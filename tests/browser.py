"""A test client that behaves like a browser: it carries form tokens, and checks every page it is shown."""

import re
import secrets
from datetime import timedelta
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from bihaelt.accounts.models import SignIn
from bihaelt.actors import hash_of
from bihaelt.extensions import db
from bihaelt.guard import TOKEN_SECONDS, _signer
from tests.page_checks import check_page


class Browser(FlaskClient):
    """GET and POST as a person would. ``post`` adds a valid form token unless ``token=False``."""

    checks = True  # off where pages show back what no person would write

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()  # a request begins with a transaction of its own, as it does on a server
            for name in list(g):
                g.pop(name)  # and it remembers nothing of the one before: person, token, language
        kwargs.setdefault("buffered", True)  # a file that comes in parts is read to its end
        answer = super().open(*args, **kwargs)
        if self.checks and answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
            kind = f"{re.sub('^/[a-z]+|[0-9]+', '', answer.request.path)} {answer.status_code}"
            check_page(answer.text, kind=kind, fragment=answer.headers.get("X-Fragment") == "1")
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, *, token: bool = True, **kwargs: Any) -> TestResponse:
        fields = dict(data or {})
        if token and "form_token" not in fields:
            fields["form_token"] = self.form_token()
        return super().post(path, data=fields, **kwargs)

    def form_token(self) -> str:
        assert TOKEN_SECONDS > 0
        with self.session_transaction() as cookie:
            held = cookie.get("_user_id", "")
        owner = hash_of(held)[:16] if held else "visitor"
        with self.application.app_context():
            return _signer().dumps([owner, secrets.token_urlsafe(12)])

    def sign_in(self, account: Any, *, second_factor: bool = True, fresh: bool = True) -> "Browser":
        """Become ``account``, through a real session row; staff with their second factor unless told otherwise."""
        now = self.application.config["CLOCK"]()
        token = secrets.token_urlsafe(24)
        db.session.add(
            SignIn(
                account_id=account.id, token_hash=hash_of(token), created_at=now, seen_at=now,
                fresh_at=now if fresh else now - timedelta(hours=1), ends_at=now + timedelta(hours=8),
                second_factor_at=now if second_factor else None, device="Test",
            )
        )  # fmt: skip
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True
            cookie["seen"] = 2**31
        return self

    def sign_out(self) -> "Browser":
        self.delete_cookie("session")
        return self


def tree(answer: TestResponse) -> html.HtmlElement:
    """The page as a tree, for XPath and CSS."""
    return html.fromstring(answer.text)


def words(answer: TestResponse) -> str:
    """What a person reads on the page, blanks folded; the invisible signs around names and codes (UAX 9) left out."""
    root = tree(answer)
    for hidden in root.xpath("//script|//style|//template"):
        hidden.drop_tree()
    return re.sub(r"\s+", " ", re.sub("\u2068([^\u2069]*)\u2069", r"\1", root.text_content())).strip()
