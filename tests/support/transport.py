"""Two ways to reach the API: the handlers in this process, or a server over HTTP."""

import base64
import importlib
import json
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from tests.support import clock

_DOMAIN = "abcde12345.execute-api.eu-central-1.amazonaws.com"
_STAGE = "api"  # infra names it so

# What OAuth and OpenID Connect describe, and our own document does not.
PROTOCOL_ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", "/v1/openid/token", "openid"),
    ("POST", "/v1/openid/revocation", "openid"),
    ("GET", "/v1/openid/userinfo", "openid"),
    ("POST", "/v1/openid/userinfo", "openid"),
)

# Every route and the function behind it, as the gateway knows them.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", "/v1/challenges", "challenges"),
    ("POST", "/v1/challenges/steps", "challenges"),
    ("POST", "/v1/email/codes", "email"),
    ("POST", "/v1/email/confirm", "email"),
    ("POST", "/v1/enrolments", "enroll"),
    ("POST", "/v1/verifications", "verify"),
    ("GET", "/v1/account", "account"),
    ("PATCH", "/v1/account", "account"),
    ("GET", "/v1/account/sign-ins", "account"),
    ("DELETE", "/v1/account/templates/{template_id}", "account"),
    ("POST", "/v1/account/templates/rollback", "account"),
    ("DELETE", "/v1/account/devices/{device_id}", "account"),
    ("POST", "/v1/account/address/codes", "address"),
    ("POST", "/v1/account/address", "address"),
    ("POST", "/v1/sessions/refresh", "sessions"),
    ("GET", "/v1/account/sessions", "sessions"),
    ("DELETE", "/v1/account/sessions", "sessions"),
    ("DELETE", "/v1/account/sessions/{device_id}", "sessions"),
    ("POST", "/v1/account/passkeys", "passkeys"),
    ("DELETE", "/v1/account/passkeys/{passkey_id}", "passkeys"),
    ("POST", "/v1/passkeys/verifications", "passkeys"),
    ("POST", "/v1/openid/requests", "openid"),
    ("POST", "/v1/openid/sign-outs", "openid"),
    ("POST", "/v1/account/authorizations", "openid"),
    ("DELETE", "/v1/account/grants/{client_id}", "openid"),
    *PROTOCOL_ROUTES,
    ("POST", "/v1/account/recovery-codes", "recovery"),
    ("POST", "/v1/recovery", "recovery"),
    ("POST", "/v1/freezes", "recovery"),
    ("GET", "/v1/account/export", "export"),
    ("DELETE", "/v1/account", "delete"),
    ("POST", "/v1/account/consent/withdraw", "delete"),
    ("POST", "/v1/account/consent", "account"),
    ("POST", "/v1/registrations", "enroll"),
    ("POST", "/v1/account/face", "enroll"),
    ("PATCH", "/v1/account/devices/{device_id}", "account"),
    ("POST", "/v1/account/learning", "account"),
    ("POST", "/v1/account/sign-in-log", "account"),
    ("GET", "/.well-known/jwks.json", "discovery"),
    ("GET", "/.well-known/receipt-keys.json", "discovery"),
    ("GET", "/.well-known/openid-configuration", "discovery"),
    ("GET", "/v1/policies/current", "discovery"),
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 -- whatever the API says
        return json.loads(self.body)

    @property
    def problem(self) -> str | None:
        """The slug of the problem, or None where there is none."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        return str(self.json["type"]).removeprefix("urn:facesmash:problem:")

    @property
    def reasons(self) -> list[str]:
        return [error["reason"] for error in self.json.get("errors", [])]


class Transport(Protocol):
    """A way to reach an API whose issuer is ``origin``."""

    @property
    def origin(self) -> str: ...

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Reply: ...

    def wait(self, seconds: float) -> None:
        """Let so much time pass on the API's clock."""
        ...


class InProcess:
    """The functions' own entries, called with the events that API Gateway would send."""

    origin = f"https://{_DOMAIN}/{_STAGE}"

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        function, event = gateway_event(method, path, headers=headers, body=body)
        return self.invoke(function, event)

    def wait(self, seconds: float) -> None:
        clock.advance(seconds)

    def invoke(self, function: str, event: dict[str, Any]) -> Reply:
        handle = importlib.import_module(f"functions.{function}.handler").handle
        # Powertools keeps the event on a class: put it back, so that one request may happen inside another.
        before = vars(BaseRouter).get("current_event"), vars(BaseRouter).get("lambda_context")
        try:
            answer = handle(event, None)
        finally:
            BaseRouter.current_event, BaseRouter.lambda_context = before  # type: ignore[assignment]
        raw = answer["body"] or ""
        return Reply(
            status=answer["statusCode"],
            headers={name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()},
            body=base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode(),
        )


class Http:
    """A server over HTTP, the local stack's for instance."""

    def __init__(self, origin: str, *, timeout_s: float = 30) -> None:
        self.origin = origin.rstrip("/")
        self._timeout_s = timeout_s

    def send(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        request = urllib.request.Request(  # noqa: S310 -- the origin is the caller's own server
            self.origin + path, data=body or None, headers=dict(headers), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310 -- as above
                return _reply(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.code, dict(error.headers), error.read())

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


def gateway_event(
    method: str, path: str, *, headers: Mapping[str, str], body: bytes
) -> tuple[str, dict[str, Any]]:
    """Make the event of a REST API's proxy integration, and name the function that gets it."""
    path, _, query = path.partition("?")
    asked = urllib.parse.parse_qs(query, keep_blank_values=True)
    function, resource, parameters = _route(method, path)
    return function, {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in asked.items()} or None,
        "multiValueQueryStringParameters": asked or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/{_STAGE}{path}",
            "protocol": "HTTP/1.1",
            "stage": _STAGE,
            "domainName": _DOMAIN,
            "requestId": secrets.token_hex(8),
            "accountId": "123456789012",
            "apiId": "abcde12345",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "tests"},
        },
        "body": body.decode() if body else None,
        "isBase64Encoded": False,
    }


def _route(method: str, path: str) -> tuple[str, str, dict[str, str]]:
    for route_method, resource, function in ROUTES:
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource), path)
        if match and route_method == method:
            return function, resource, match.groupdict()
    raise LookupError(f"the gateway knows no {method} {path}")


def _reply(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    return Reply(status=status, headers={name.lower(): value for name, value in headers.items()}, body=body)
