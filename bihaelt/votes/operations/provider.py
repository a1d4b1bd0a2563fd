"""Asking the city's OpenID Connect provider whether somebody lives here (authorization code with PKCE, state and nonce).

Of the answer only three things leave this module: the subject, the birthday if the provider tells it, and the four
fields by which nobody is entered twice if it tells all of them. The caller hashes them; tokens are not kept.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bihaelt.marks import N_
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.electorates import Person

# Signatures that only the provider can make. "none" and shared secrets (HS256) prove nothing here.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
WAIT_SECONDS = 5
MOST_BYTES = 1_000_000
LEEWAY_SECONDS = 60
ERRAND_SECONDS = 15 * 60


class Unreachable(DomainError):
    """The provider gave no usable answer."""

    def __init__(self) -> None:
        super().__init__(N_("The city's online identity cannot be reached at the moment. Please try again later."))


class NotProven(DomainError):
    """What came back is not a proof: wrong state, code, signature or claims. Which one is nobody's business."""

    def __init__(self) -> None:
        super().__init__(N_("The city's online identity did not confirm this. Please begin again."))


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is and how we are known to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the person's browser keeps for us while they are at the provider. ``account_id`` is who began it."""

    state: str
    nonce: str
    verifier: str
    account_id: int
    begun: int

    def packed(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def unpacked(cls, kept: object) -> "Errand":
        """Raises NotProven for what is no errand of ours."""
        kinds = {"state": str, "nonce": str, "verifier": str, "account_id": int, "begun": int}
        if not isinstance(kept, dict) or kept.keys() != kinds.keys():
            raise NotProven
        if any(type(kept[name]) is not kind for name, kind in kinds.items()):
            raise NotProven
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider vouches for. ``person`` only where it told all four fields."""

    issuer: str
    subject: str
    born_on: date | None
    person: Person | None


def begin(provider: Provider, *, redirect_uri: str, account_id: int, now: datetime) -> tuple[str, Errand]:
    """The address to send the person to, and what to keep until they are back. Raises Unreachable."""
    known = _metadata(provider)
    errand = Errand(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        account_id=account_id,
        begun=int(now.timestamp()),
    )
    # Ask for as little as possible: the birthday alone where single claims can be asked for.
    single = known.get("claims_parameter_supported") is True
    more = {"claims": json.dumps({"id_token": {"birthdate": None}}, separators=(",", ":"))} if single else {}
    address: str = prepare_grant_uri(
        _endpoint(provider, known, "authorization_endpoint"),
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=redirect_uri,
        scope="openid" if single else "openid profile",
        state=errand.state,
        nonce=errand.nonce,
        code_challenge=create_s256_code_challenge(errand.verifier),
        code_challenge_method="S256",
        **more,
    )
    return address, errand


def finish(
    provider: Provider, *, redirect_uri: str, errand: Errand, account_id: int, state: str, code: str, now: datetime
) -> Identity:
    """Exchange the code that came back. Raises NotProven, or Unreachable."""
    fresh = 0 <= now.timestamp() - errand.begun + LEEWAY_SECONDS <= ERRAND_SECONDS + LEEWAY_SECONDS
    same = secrets.compare_digest(errand.state.encode(), state.encode("utf-8", "replace"))
    if not (fresh and same and errand.account_id == account_id and code):
        raise NotProven
    known = _metadata(provider)
    token = _token(provider, known, redirect_uri, code, errand.verifier)
    claims = _claims(provider, known, token, errand.nonce, now)
    if "birthdate" not in claims:
        claims = {**_more(provider, known, token, claims["sub"]), **claims}
    return Identity(provider.issuer, claims["sub"], _birthday(claims.get("birthdate")), _person(claims))


def _token(
    provider: Provider, known: Mapping[str, Any], redirect_uri: str, code: str, verifier: str
) -> Mapping[str, Any]:
    wanted = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier
    }  # fmt: skip
    ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    address, headers, body = ClientAuth(provider.client_id, provider.client_secret, way).prepare(
        "POST", _endpoint(provider, known, "token_endpoint"), headers, urlencode(wanted)
    )
    return _json(Request(address, body.encode(), headers, method="POST"))  # noqa: S310  the scheme was checked


def _claims(
    provider: Provider, known: Mapping[str, Any], token: Mapping[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token, once its signature and everything that the standard asks for is right."""
    keys = _json(Request(_endpoint(provider, known, "jwks_uri")))  # noqa: S310  the scheme was checked
    try:
        found = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            },
            params={"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, KeyError, ValueError, TypeError, AttributeError):
        raise NotProven from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise NotProven
    return dict(claims)


def _more(provider: Provider, known: Mapping[str, Any], token: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
    """What the provider tells on its own page for that; empty without one, or if it speaks of somebody else."""
    if not isinstance(known.get("userinfo_endpoint"), str) or not isinstance(token.get("access_token"), str):
        return {}
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    try:
        told = _json(Request(_endpoint(provider, known, "userinfo_endpoint"), headers=headers))  # noqa: S310
    except DomainError:
        return {}
    return told if told.get("sub") == subject else {}


def _birthday(told: object) -> date | None:
    """A whole birthday; a year alone counts as its last day, so that nobody is taken for older than they are."""
    text = told if isinstance(told, str) else ""
    try:
        return date.fromisoformat(f"{text}-12-31" if len(text) == 4 else text)
    except ValueError:
        return None


def _person(claims: Mapping[str, Any]) -> Person | None:
    born_on, born_in = _birthday(claims.get("birthdate")), claims.get("place_of_birth")
    place = born_in.get("locality") if isinstance(born_in, dict) else born_in
    names = (claims.get("given_name"), claims.get("family_name"), place)
    if (
        born_on is None
        or len(str(claims["birthdate"])) == 4
        or not all(isinstance(n, str) and n.strip() for n in names)
    ):
        return None
    return Person(str(names[0]), str(names[1]), born_on, str(names[2]))


def _metadata(provider: Provider) -> Mapping[str, Any]:
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    known = _json(Request(address))  # noqa: S310  the scheme was checked with the settings
    if known.get("issuer") != provider.issuer:
        raise Unreachable
    return known


def _endpoint(provider: Provider, known: Mapping[str, Any], name: str) -> str:
    """An address that the provider named; never with less protection than its own."""
    address = known.get(name)
    if not isinstance(address, str):
        raise Unreachable
    scheme = urlsplit(address).scheme
    if scheme != "https" and not (scheme == "http" and provider.issuer.startswith("http://")):
        raise Unreachable
    return address


class _Straight(HTTPRedirectHandler):
    """No answer of the provider sends us elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = build_opener(_Straight)


def _json(request: Request) -> Mapping[str, Any]:
    """A JSON object from the provider. Raises NotProven when it refuses, Unreachable when it does not answer."""
    request.add_header("Accept", "application/json")
    try:
        with OPENER.open(request, timeout=WAIT_SECONDS) as answer:
            told = json.loads(answer.read(MOST_BYTES))
    except HTTPError as error:
        raise (NotProven() if error.code in (400, 401, 403) else Unreachable()) from None
    except (OSError, HTTPException, ValueError):
        raise Unreachable from None
    if not isinstance(told, dict):
        raise Unreachable
    return told
