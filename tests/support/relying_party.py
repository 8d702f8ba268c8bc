"""An application: Authlib's client, over any transport. It knows nothing of this house but its issuer."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from service.openid.assertions import ASSERTION_TYPE
from tests.support.client import Device
from tests.support.clock import now
from tests.support.cloud import LEDGER_KEYS
from tests.support.transport import Reply, Transport

REVOCATION = "/v1/openid/revocation"
VERIFIER = "v" * 43


class RelyingParty:
    """A public client with one redirect URI."""

    def __init__(
        self, transport: Transport, *, client_id: str = "shop", redirect_uri: str = "https://shop.example/cb"
    ) -> None:
        self.transport = transport
        self.redirect_uri = redirect_uri
        self.metadata = self.fetch("/.well-known/openid-configuration")
        self.oauth = OAuth2Session(
            client_id,
            redirect_uri=redirect_uri,
            scope="openid email",
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
        )
        self.oauth.mount(transport.origin, _Over(transport))
        self.state = ""
        self.nonce = "n-0S6_WzA2Mj"

    def fetch(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        return self.transport.send("GET", path, headers={}, body=b"").json

    def query(self, **changes: str | None) -> str:
        """Make an authorization request; ``changes`` replace parameters, None takes one out."""
        parameters: dict[str, str | None] = {"nonce": self.nonce, **changes}
        url, self.state = self.oauth.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=VERIFIER, **parameters
        )
        return str(urlsplit(url).query)

    def fetch_token(self, redirect: str, *, verifier: str = VERIFIER) -> dict[str, Any]:
        """Exchange the code of a redirect. Authlib compares the state, we the issuer (RFC 9207)."""
        assert parse_qs(urlsplit(redirect).query)["iss"] == [self.metadata["issuer"]]
        token: dict[str, Any] = self.oauth.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=redirect,
            state=self.state,
            code_verifier=verifier,
        )
        return token

    def claims(self, token: dict[str, Any]) -> CodeIDToken:
        """Check an ID token as OpenID Connect Core 1.0, section 3.1.3.7, says."""
        keys = KeySet.import_key_set(self.fetch("/.well-known/jwks.json"))
        found = jwt.decode(token["id_token"], keys, algorithms=["ES256"])
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": self.metadata["issuer"]},
                "aud": {"essential": True, "value": self.oauth.client_id},
                "nonce": {"essential": True, "value": self.nonce},
            },
            params={
                "nonce": self.nonce,
                "client_id": self.oauth.client_id,
                "access_token": token["access_token"],
            },
        )
        claims.validate(leeway=5)
        return claims

    def userinfo(self) -> Response:
        answer: Response = self.oauth.get(self.metadata["userinfo_endpoint"])
        return answer


def authorize(device: Device, query: str, *, consent: bool = True) -> Reply:
    """Answer an application, as the page does."""
    return device.change("POST", "/v1/account/authorizations", {"query": query, "consent": consent})


def assertion(issuer: str, *, key: ECKey = LEDGER_KEYS[0], **changes: object) -> str:
    """Make the assertion of the application that is confidential; None takes a claim out."""
    issued = int(now())
    claims = {
        "iss": "ledger",
        "sub": "ledger",
        "aud": issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": issued,
        "exp": issued + 60,
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jws.serialize_compact({"alg": "ES256", "typ": "JWT"}, json.dumps(claims), key)


def post_form(transport: Transport, path: str, body: str, **headers: str) -> Reply:
    """Send a form as it stands."""
    sent = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    return transport.send("POST", path, headers=sent, body=body.encode())


def let_an_application_in(device: Device) -> list[str]:
    """Let an application in, let it do all that it can do, and put it out again; gives its secrets."""
    shop = RelyingParty(device.transport)
    query = shop.query()
    assert device.send("POST", "/v1/openid/requests", content={"query": query}).status == 200
    assert device.send("POST", "/v1/openid/sign-outs", content={"query": query}).status == 200
    first, second = (authorize(device, query).json["redirect"] for _ in range(2))
    token = shop.fetch_token(first)
    bearer = str(token["access_token"])
    assert shop.userinfo().status_code == 200
    assert shop.oauth.post(shop.metadata["userinfo_endpoint"]).json() == shop.userinfo().json()
    with pytest.raises(OAuthError):
        shop.fetch_token(first)  # takes back what it gave
    with pytest.raises(OAuthError):
        shop.fetch_token(second, verifier="w" * 43)
    assert post_form(device.transport, REVOCATION, f"client_id=shop&token={bearer}").status == 200
    proved = f"client_assertion_type={ASSERTION_TYPE}&client_assertion={assertion(shop.metadata['issuer'])}"
    assert post_form(device.transport, REVOCATION, f"{proved}&token={bearer}").status == 200
    assert device.change("DELETE", "/v1/account/grants/shop").status == 204
    codes = [parse_qs(urlsplit(redirect).query)["code"][0] for redirect in (first, second)]
    return [*codes, bearer, str(token["id_token"]), VERIFIER]


class _Over(BaseAdapter):
    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:  # noqa: ANN401 -- as requests has it
        body = request.body or b""
        reply = self._transport.send(
            str(request.method),
            str(request.url).removeprefix(self._transport.origin),
            headers={name: str(value) for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else bytes(body),  # type: ignore[arg-type]
        )
        answer = Response()
        answer.status_code = reply.status
        answer.headers = CaseInsensitiveDict(reply.headers)
        answer._content = reply.body
        answer.request = request
        answer.url = str(request.url)
        return answer

    def close(self) -> None:
        pass
