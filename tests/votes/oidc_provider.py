"""A real OpenID Connect provider for the tests, made with Authlib's server side and run as a process of its own.

    python -m tests.votes.oidc_provider        serves on a free port of 127.0.0.1 and prints its issuer

Everybody may sign in by typing a name. The name also says what is wrong with the answer: see FAULTS.
"""

import os
import secrets
import sys
import time
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from authlib.oidc.core.util import create_half_hash
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "bihaelt", "a secret of the tests"
REDIRECT = "http://localhost/de/account/residence/return"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "one"})
BORN = {"child": "2019-05-05", "year-only": "1990", "nonsense": "soon"}
FAULTS = (
    "wrong-issuer", "wrong-audience", "wrong-nonce", "no-nonce", "expired", "from-the-future", "no-signature",
    "shared-secret", "strange-key", "wrong-hash", "no-subject", "long-subject", "other-party",
)  # fmt: skip
# What else a provider may say of itself, at an issuer of its own: ISSUER/<name>. None: it says nothing of this kind.
ODD = {
    "no-way-in": {"authorization_endpoint": None}, "script": {"authorization_endpoint": "javascript:alert(1)"},
    "no-keys": {"jwks_uri": None}, "keys-elsewhere": {"jwks_uri": "ftp://evil.example/keys"},
    "no-page": {"userinfo_endpoint": None}, "page-gone": {"userinfo_endpoint": "/gone"},
}  # fmt: skip


@dataclass
class Person:
    name: str

    def get_user_id(self) -> str:
        return f"sub-{self.name}"


class Client(ClientMixin):
    """The one client that is registered here."""

    client_id = CLIENT_ID

    def get_client_id(self):
        return CLIENT_ID

    def get_default_redirect_uri(self):
        return REDIRECT

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == REDIRECT

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, CLIENT_SECRET)

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


@dataclass
class Code:
    """A code that waits to be exchanged, once."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    user: Person
    response_type: str = "code"

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None

    def is_expired(self):
        return False


CODES: dict[str, Code] = {}
TOKENS: dict[str, Person] = {}


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        data = request.payload.data
        CODES[code] = Code(
            code, CLIENT_ID, request.payload.redirect_uri, request.payload.scope, data.get("nonce", ""),
            data.get("code_challenge", ""), data.get("code_challenge_method", ""), request.user,
        )  # fmt: skip

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        CODES.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class IdToken(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return False

    def encode_id_token(self, token, request):
        person, now = request.user, int(time.time())
        claims: dict[str, Any] = {
            "iss": f"{ISSUER}/{person.name}" if person.name in ODD else ISSUER, "aud": CLIENT_ID,
            "sub": person.get_user_id(), "iat": now, "exp": now + 300,
            "nonce": request.authorization_code.get_nonce(),
            "at_hash": create_half_hash(token["access_token"], "RS256").decode(),
        }  # fmt: skip
        if not person.name.startswith(("told-later", "silent", "no-page", "page-gone")):
            claims["birthdate"] = BORN.get(person.name, "1990-05-05")
        if person.name.startswith("whole"):
            claims |= {"given_name": "Ayşe", "family_name": "Müller", "place_of_birth": {"locality": "İzmir"}}
        return signed(person.name, claims, now)


def signed(fault: str, claims: dict[str, Any], now: int) -> str:
    wrong = {
        "wrong-issuer": {"iss": "https://evil.example"}, "wrong-audience": {"aud": "somebody"},
        "wrong-nonce": {"nonce": "another"}, "expired": {"exp": now - 600}, "from-the-future": {"iat": now + 6000},
        "long-subject": {"sub": "x" * 256},
        "wrong-hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "other-party": {"aud": [CLIENT_ID, "x"], "azp": "x"},
    }  # fmt: skip
    claims = claims | wrong.get(fault, {})
    for name in {"no-nonce": ["nonce"], "no-subject": ["sub"]}.get(fault, []):
        del claims[name]
    if fault == "no-signature":
        return jwt.encode({"alg": "none"}, claims, OctKey.generate_key(), algorithms=["none"])
    if fault == "shared-secret":  # the classic: the public key taken as the secret of an HMAC
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(KEY.as_pem(private=False)))
    key = STRANGE_KEY if fault == "strange-key" else KEY
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


app = Flask(__name__)
server = AuthorizationServer(
    app,
    query_client=lambda client_id: Client() if client_id == CLIENT_ID else None,
    save_token=lambda token, request: TOKENS.__setitem__(token["access_token"], request.user),
)
server.register_grant(CodeGrant, [IdToken(require_nonce=True), CodeChallenge(required=True)])


def known() -> dict[str, Any]:
    return {
        "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": f"{ISSUER}/userinfo", "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        "claims_parameter_supported": True,
    }  # fmt: skip


@app.get("/.well-known/openid-configuration")
def configuration() -> Response:
    return jsonify(known())


@app.get("/<odd>/.well-known/openid-configuration")
def odd_configuration(odd: str) -> Any:
    if odd == "moved":
        return redirect(f"{ISSUER}/.well-known/openid-configuration")
    if odd == "list":
        return jsonify([known()])
    said = known() | {"issuer": f"{ISSUER}/{odd}"} | ODD.get(odd, {})
    return jsonify({name: f"{ISSUER}{told}" if told == "/gone" else told for name, told in said.items() if told})


@app.get("/keys")
def keys() -> Response:
    return jsonify(keys=[KEY.as_dict(private=False)])


@app.route("/authorize", methods=["GET", "POST"])
def authorize() -> Any:
    """The form asks for a name; whoever sends it is that person."""
    person = Person(request.form["name"]) if request.method == "POST" else None
    grant = server.get_consent_grant(end_user=person)
    if person is None:
        return '<form method="post"><input name="name"><button>Sign in</button></form>'
    return server.create_authorization_response(grant=grant, grant_user=None if person.name == "refuses" else person)


@app.post("/token")
def token() -> Any:
    return server.create_token_response()


@app.get("/userinfo")
def userinfo() -> Any:
    person = TOKENS.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if person is None:
        return jsonify(error="invalid_token"), 401
    if person.name == "silent":
        return jsonify(sub=person.get_user_id())
    subject = "sub-somebody-else" if person.name == "told-later-of-another" else person.get_user_id()
    return jsonify(sub=subject, birthdate="1985-01-01")


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    wsgi = make_server("127.0.0.1", 0, app, threaded=True)
    ISSUER = f"http://127.0.0.1:{wsgi.server_port}"
    sys.stdout.write(f"{ISSUER}\n")
    sys.stdout.flush()
    wsgi.serve_forever()
