"""The one place where a problem becomes a response."""

from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic_core import to_json

from service.problem import PROBLEM_TYPE, Problem

PROBLEM_JSON: Final = "application/problem+json"

# After the OWASP cheat sheet for REST: what a browser does with an answer that it should never have rendered.
# infra/gateway_responses.py says the same of what the gateway answers by itself.
SECURITY_HEADERS: Final = {
    # RFC 6797; as long as the site's. Nothing listens on http here, and no proxy in between may pretend to.
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    # An answer opened as a page loads nothing, runs nothing, sends nothing and stands in no frame.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    # Registered pages read answers by CORS, which this leaves alone; nobody's page embeds one without.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def problem_response(problem: Problem) -> Response[str]:
    """Write a problem as RFC 9457 says.

    Args:
        problem: what went wrong.

    Returns:
        The response. Two of the same problem are the same, byte for byte.
    """
    meaning = problem.meaning
    body: dict[str, Any] = {
        "type": PROBLEM_TYPE + meaning.slug,
        "title": meaning.title,
        "status": meaning.status,
        "detail": meaning.detail,
    }
    if problem.errors:
        body["errors"] = [{"field": error.field, "reason": error.reason} for error in problem.errors]
    headers: dict[str, str | list[str]] = {}
    if meaning.challenge is not None:
        headers["WWW-Authenticate"] = meaning.challenge
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    return Response(
        status_code=meaning.status, content_type=PROBLEM_JSON, body=to_json(body).decode(), headers=headers
    )


def no_content() -> Response[None]:
    """Answer that it is done, and that there is nothing to say."""
    return Response(status_code=204)


def with_house_headers(
    answer: Mapping[str, Any], *, origin: str | None, allowed_origins: tuple[str, ...]
) -> dict[str, Any]:
    """Add the headers that every answer has.

    Args:
        answer: a response as API Gateway takes it.
        origin: the request's Origin, if it came from a browser's page.
        allowed_origins: the sites that may read an answer.

    Returns:
        The same response with them.
    """
    headers: dict[str, list[str]] = {
        "Cache-Control": ["no-store"],
        **(answer.get("multiValueHeaders") or {}),
        **{name: [value] for name, value in SECURITY_HEADERS.items()},
    }
    if allowed_origins:
        headers["Vary"] = ["Origin"]
    if origin in allowed_origins:
        headers["Access-Control-Allow-Origin"] = [str(origin)]
        # Date: a device whose clock is off corrects it by ours. A REST API renames WWW-Authenticate.
        headers["Access-Control-Expose-Headers"] = ["Content-Disposition, Date, Retry-After"]
    # Nothing to say is an empty body: API Gateway takes null for one too, the local cloud fails on it.
    return {**answer, "body": answer.get("body") or "", "multiValueHeaders": headers}
