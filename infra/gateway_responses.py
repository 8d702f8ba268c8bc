"""What API Gateway says by itself, as problems (RFC 9457): a client meets one kind of error.

The texts are fixed: the gateway's own messages quote what was sent, and what is sent here is biometric.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as apigateway

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class _Answer:
    response_type: apigateway.ResponseType
    slug: str
    title: str
    status: int
    retry_after_s: int | None = None


_TYPES = apigateway.ResponseType
_INVALID = ("request-invalid", "The request does not fit its description")
_NOT_FOUND = ("not-found", "There is nothing here")
_TOO_MANY = ("too-many-requests", "Too many requests")
_UNAVAILABLE = ("unavailable", "Try again in a moment")
_INTERNAL = ("internal", "Something went wrong here")


def _answer(
    response_type: apigateway.ResponseType,
    problem: tuple[str, str],
    status: int,
    retry_after_s: int | None = None,
) -> _Answer:
    return _Answer(
        response_type=response_type,
        slug=problem[0],
        title=problem[1],
        status=status,
        retry_after_s=retry_after_s,
    )


ANSWERS = (
    _answer(_TYPES.BAD_REQUEST_BODY, _INVALID, 400),
    _answer(_TYPES.BAD_REQUEST_PARAMETERS, _INVALID, 400),
    _answer(_TYPES.REQUEST_TOO_LARGE, ("request-too-large", "The request is too large"), 413),
    _answer(_TYPES.UNSUPPORTED_MEDIA_TYPE, ("unsupported-media-type", "Bodies are application/json"), 415),
    _answer(_TYPES.RESOURCE_NOT_FOUND, _NOT_FOUND, 404),
    # What the gateway says where no route is, or where it takes the Authorization header for a signature of
    # AWS's.
    _answer(_TYPES.MISSING_AUTHENTICATION_TOKEN, _NOT_FOUND, 404),
    _answer(_TYPES.INVALID_SIGNATURE, _NOT_FOUND, 404),
    _answer(_TYPES.ACCESS_DENIED, _NOT_FOUND, 404),
    _answer(_TYPES.THROTTLED, _TOO_MANY, 429, 1),
    # The firewall has one rule, of rate; its window is five minutes.
    _answer(_TYPES.WAF_FILTERED, _TOO_MANY, 429, 300),
    _answer(_TYPES.INTEGRATION_TIMEOUT, _UNAVAILABLE, 503, 5),
    _answer(_TYPES.INTEGRATION_FAILURE, _UNAVAILABLE, 503, 5),
    _answer(_TYPES.API_CONFIGURATION_ERROR, _INTERNAL, 500),
    _answer(_TYPES.DEFAULT_4_XX, _INVALID, 400),
    _answer(_TYPES.DEFAULT_5_XX, _INTERNAL, 500),
)


def add_gateway_responses(api: apigateway.RestApi, *, origin: str) -> None:
    """Give every answer of the gateway's own the form of a problem.

    Args:
        api: The API.
        origin: The one origin that may read them. The gateway cannot choose by the caller's origin here, so
            pages on a further origin see these few as a network failure.
    """
    for answer in ANSWERS:
        api.add_gateway_response(
            answer.response_type.response_type.title().replace("_", ""),
            type=answer.response_type,
            status_code=str(answer.status),
            response_headers=_headers(answer, origin),
            templates={"application/json": json.dumps(_problem(answer), separators=(",", ":"))},
        )


def _problem(answer: _Answer) -> Mapping[str, str | int]:
    return {
        "type": f"urn:facesmash:problem:{answer.slug}",
        "title": answer.title,
        "status": answer.status,
        "detail": f"{answer.title}.",
    }


def _headers(answer: _Answer, origin: str) -> Mapping[str, str]:
    # the gateway wants constants in quotes of their own
    headers = {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        "X-Content-Type-Options": "'nosniff'",
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Expose-Headers": "'Retry-After,WWW-Authenticate'",
        "Vary": "'Origin'",
    }
    return headers | ({"Retry-After": f"'{answer.retry_after_s}'"} if answer.retry_after_s else {})
