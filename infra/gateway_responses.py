"""What API Gateway says by itself, as problems (RFC 9457): a client meets one kind of error.

The texts are fixed: the gateway's own messages quote what was sent, and what is sent here is biometric.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as apigateway

from infra.cors import EXPOSED_HEADERS
from infra.nag import acknowledge

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem as the functions write it; tests/infra holds title and status to theirs."""

    slug: str
    status: int
    title: str
    detail: str

    @property
    def body(self) -> str:
        """The JSON text."""
        problem = {
            "type": f"urn:facesmash:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        return json.dumps(problem, separators=(",", ":"))


_INVALID = Problem(
    slug="request-invalid",
    status=400,
    title="The request is not valid",
    detail="Compare it with the OpenAPI document.",
)
_TOO_LARGE = Problem(
    slug="request-too-large",
    status=413,
    title="The request is too large",
    detail="A body has at most 48 KB. Send fewer frames.",
)
_NOT_JSON = Problem(
    slug="unsupported-media-type",
    status=415,
    title="The body is not JSON",
    detail="Send Content-Type: application/json.",
)
_NOT_FOUND = Problem(
    slug="not-found",
    status=404,
    title="There is no such thing",
    detail="It was never here, or it is gone.",
)
_NOT_ALLOWED = Problem(
    slug="method-not-allowed",
    status=405,
    title="That is not done here",
    detail="The path exists, but not with this method.",
)
_TOO_MANY = Problem(
    slug="too-many-requests",
    status=429,
    title="Too many requests",
    detail="Wait, then try again.",
)
_UNAVAILABLE = Problem(
    slug="unavailable",
    status=503,
    title="Not available right now",
    detail="Nothing was changed, or the same request completes it. Try again.",
)
_INTERNAL = Problem(
    slug="internal",
    status=500,
    title="Something went wrong here",
    detail="It was noted. Try again later.",
)

# As service.responses has them; tests/infra holds the two together. Quotes delimit the gateway's constants,
# so the policy has none: a directive without a value means 'none' (CSP Level 3, on matching source lists).
_SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src; base-uri; form-action; frame-ancestors; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}

_TYPES = apigateway.ResponseType
_ANSWERS = (
    (_TYPES.BAD_REQUEST_BODY, _INVALID),
    (_TYPES.BAD_REQUEST_PARAMETERS, _INVALID),
    (_TYPES.REQUEST_TOO_LARGE, _TOO_LARGE),
    (_TYPES.UNSUPPORTED_MEDIA_TYPE, _NOT_JSON),
    (_TYPES.RESOURCE_NOT_FOUND, _NOT_FOUND),
    # What the gateway says where no route is, or where it takes the Authorization header for AWS's signature.
    (_TYPES.MISSING_AUTHENTICATION_TOKEN, _NOT_FOUND),
    (_TYPES.INVALID_SIGNATURE, _NOT_FOUND),
    (_TYPES.ACCESS_DENIED, _NOT_FOUND),
    (_TYPES.THROTTLED, _TOO_MANY),
    # The firewall has one rule, of rate.
    (_TYPES.WAF_FILTERED, _TOO_MANY),
    (_TYPES.INTEGRATION_TIMEOUT, _UNAVAILABLE),
    (_TYPES.INTEGRATION_FAILURE, _UNAVAILABLE),
    (_TYPES.API_CONFIGURATION_ERROR, _INTERNAL),
    (_TYPES.DEFAULT_4_XX, _INVALID),
    (_TYPES.DEFAULT_5_XX, _INTERNAL),
)
# The token bucket refills within a second, the firewall's window is five minutes.
_RETRY_AFTER_S = {"THROTTLED": 1, "WAF_FILTERED": 300, "INTEGRATION_TIMEOUT": 2, "INTEGRATION_FAILURE": 2}


def add_gateway_responses(api: apigateway.RestApi, *, origin: str) -> None:
    """Give every answer of the gateway's own the form of a problem.

    Args:
        api: The API.
        origin: The one origin that may read them. The gateway cannot choose by the caller's origin here, so
            pages on a further origin see these few as a network failure.
    """
    for response_type, problem in _ANSWERS:
        name = response_type.response_type
        retry_after_s = _RETRY_AFTER_S.get(name)
        api.add_gateway_response(
            name.title().replace("_", ""),
            type=response_type,
            status_code=str(problem.status),
            response_headers=_headers(origin)
            | ({"Retry-After": f"'{retry_after_s}'"} if retry_after_s else {}),
            templates={"application/json": problem.body},
        )


def refuse_other_methods(resource: apigateway.IResource, *, allowed: Sequence[str], origin: str) -> None:
    """Answer 405 to every method of a path that has no function; left alone the gateway calls it a 403."""
    headers = _headers(origin) | {"Allow": f"'{','.join(allowed)}'"}
    parameters = {f"method.response.header.{name}": value for name, value in headers.items()}
    status = str(_NOT_ALLOWED.status)
    method = resource.add_method(
        "ANY",
        apigateway.MockIntegration(
            passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
            request_templates={"application/json": json.dumps({"statusCode": _NOT_ALLOWED.status})},
            integration_responses=[
                apigateway.IntegrationResponse(
                    status_code=status,
                    response_parameters=parameters,
                    response_templates={"application/json": _NOT_ALLOWED.body},
                )
            ],
        ),
        authorization_type=apigateway.AuthorizationType.NONE,
        method_responses=[
            apigateway.MethodResponse(status_code=status, response_parameters=dict.fromkeys(parameters, True))
        ],
    )
    why = "It answers 405 with a constant, whoever asks."
    acknowledge(method, {"AwsSolutions-APIG4": why, "AwsSolutions-COG4": why})


def _headers(origin: str) -> dict[str, str]:
    # the gateway wants constants in quotes of their own
    return {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        **{name: f"'{value}'" for name, value in _SECURITY_HEADERS.items()},
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Expose-Headers": f"'{','.join(EXPOSED_HEADERS)}'",
        "Vary": "'Origin'",
    }
