"""What OAuth and OpenID Connect say of the endpoints that applications call: theirs to describe.

RFC 6749 (5.1, 5.2), RFC 7009 (2.1, 2.2), OpenID Connect Core 1.0 (5.3), RFC 6750 (3).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_JSON: Final = {"application/json": {"schema": {"type": "object"}}}
_REFUSAL: Final = {
    "application/json": {
        "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    },
    # What the gateway, or the house, says before the protocol has its turn.
    "application/problem+json": {"schema": {"type": "object", "required": ["type", "title", "status"]}},
}


def _answers(*statuses: str) -> dict[str, Any]:
    refused = {status: {"description": "refused", "content": _REFUSAL} for status in statuses}
    done = {"description": "done", "content": {**_JSON, "text/plain": {"schema": {"type": "string"}}}}
    return {"200": done, **refused}


def _form(*, required: Sequence[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": list(required), "properties": dict(fields)}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_TEXT: Final = {"type": "string", "maxLength": 200}
_CLIENT: Final = {
    "client_id": {"type": "string", "enum": ["shop", "nobody", ""]},
    "client_assertion": _TEXT,
    "client_assertion_type": {
        "type": "string",
        "enum": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "other"],
    },
}
_GRANT: Final = {
    "grant_type": {"type": "string", "enum": ["authorization_code", "refresh_token", "password"]},
    "code": _TEXT,
    "redirect_uri": _TEXT,
    "code_verifier": {"type": "string", "maxLength": 140},
    **_CLIENT,
}
_REVOKED: Final = {
    "token": _TEXT,
    "token_type_hint": {"type": "string", "enum": ["access_token", "refresh_token", "other"]},
    **_CLIENT,
}
_BEARER: Final = [
    {
        "name": "Authorization",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "maxLength": 200},
    }
]
_USERINFO: Final = {"parameters": _BEARER, "responses": _answers("400", "401", "403", "413", "415", "429")}

PROTOCOL: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "The protocol's own endpoints", "version": "1"},
    "paths": {
        "/v1/openid/token": {
            "post": {
                "requestBody": _form(required=["grant_type"], fields=_GRANT),
                "responses": _answers("400", "401", "413", "415", "429"),
            }
        },
        "/v1/openid/revocation": {
            "post": {
                "requestBody": _form(required=["token"], fields=_REVOKED),
                "responses": _answers("400", "401", "413", "415", "429"),
            }
        },
        "/v1/openid/userinfo": {"get": _USERINFO, "post": _USERINFO},
    },
}
