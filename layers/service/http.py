"""The edge: one resolver and one entry for each function."""

import time
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response, ResponseBuilder
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import from_json

from service.deployment import this_deployment
from service.failures import as_problem
from service.metrics import write_down
from service.openid.clients import origins_of
from service.problem import PROBLEM_TYPE
from service.problems import MethodNotAllowed, NotFound, RequestInvalid, RequestTooLarge, UnsupportedMediaType
from service.request import Request, header_values, read_body, read_request
from service.responses import problem_response, with_house_headers

MAX_BODY_BYTES: Final = 48 * 1024

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_FIRST_ERROR_STATUS: Final = 400

Handle = Callable[[dict[str, Any], object], dict[str, Any]]

logger = Logger()


def api() -> APIGatewayRestResolver:
    """Make a function's resolver: typed routes, and every exception answered in one place."""
    app = APIGatewayRestResolver(
        enable_validation=True,
        response_validation_error_http_code=500,  # an answer that does not fit is our mistake
        json_body_deserializer=_parse_json,
        debug=False,
    )

    @app.exception_handler(Exception)  # type: ignore[untyped-decorator]
    def answer(error: Exception) -> Response[str]:
        problem = as_problem(error, logger=logger)
        # The router's own, and not a function's that looked for something and did not find it.
        if isinstance(problem, NotFound) and problem is not error and _has_path(app):
            problem = MethodNotAllowed()
        return problem_response(problem)

    return app


def request_of(app: APIGatewayRestResolver) -> Request:
    """Give the request that is being answered."""
    settings = this_deployment().settings
    return read_request(
        app.current_event.raw_event, api_origin=settings.api_origin, place_trust=settings.place_trust
    )


def entry(
    app: APIGatewayRestResolver,
    *,
    forms: frozenset[str] = frozenset(),
    for_clients: frozenset[str] = frozenset(),
) -> Handle:
    """Make the function that Lambda calls.

    Args:
        app: the function's resolver, with its routes.
        forms: paths that take a form where all others take JSON: OAuth says so.
        for_clients: paths that pages of the registered applications may call as well.

    Returns:
        The entry: an API Gateway REST event in, a response out. It never raises.
    """

    def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            _admit(event, media_type=_FORM if event.get("path") in forms else _JSON)
            answer = app.resolve(event, context)  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 -- nothing may reach Lambda's own log, which prints messages
            refusal = problem_response(as_problem(error, logger=logger))
            answer = ResponseBuilder[APIGatewayProxyEvent](refusal).build(APIGatewayProxyEvent(event))
        _note(event, answer, duration_ms=(time.perf_counter() - started) * 1000)
        settings = this_deployment().settings
        clients = origins_of(settings.openid_clients) if event.get("path") in for_clients else ()
        return with_house_headers(
            answer,
            origin=next(iter(header_values(event, "origin")), None),
            allowed_origins=(*settings.allowed_origins, *clients),
        )

    return handle


def _admit(event: Mapping[str, Any], *, media_type: str = _JSON) -> None:
    body = event.get("body")
    if not body:
        return
    if len(body) > MAX_BODY_BYTES * 2 or len(read_body(event)) > MAX_BODY_BYTES:
        raise RequestTooLarge
    media_types = {value.partition(";")[0].strip().lower() for value in header_values(event, "content-type")}
    if media_types != {media_type}:
        raise UnsupportedMediaType


def _parse_json(text: str) -> dict[str, Any]:
    # Stricter than the standard library: no NaN, no lone surrogate, bounded depth and bounded numbers.
    try:
        parsed: dict[str, Any] = from_json(text, allow_inf_nan=False, cache_strings="none")
    except ValueError:
        raise RequestInvalid from None
    if not _is_finite(parsed):
        raise RequestInvalid
    return parsed


def _is_finite(value: object) -> bool:
    """Tell whether every number is one: the parser reads 1e400 as infinity all the same."""
    match value:
        case float():
            return isfinite(value)
        case dict():
            return all(_is_finite(one) for one in value.values())
        case list():
            return all(_is_finite(one) for one in value)
        case _:
            return True


def _has_path(app: APIGatewayRestResolver) -> bool:
    return any(
        route.rule.match(app.current_event.path) and route.method != app.current_event.http_method.upper()
        for route in [*app._static_routes, *app._dynamic_routes]  # noqa: SLF001 -- no public way to ask
    )


def _note(event: Mapping[str, Any], answer: Mapping[str, Any], *, duration_ms: float) -> None:
    """Log and count an answer: names of ours, numbers, and nothing that came from outside."""
    status = int(answer["statusCode"])
    outcome = "ok"
    if status >= _FIRST_ERROR_STATUS:
        said = from_json(answer["body"])
        # An error of OAuth's own endpoints is no problem; its names are fixed as well.
        outcome = str(said.get("type") or said["error"]).removeprefix(PROBLEM_TYPE)
    logger.info(
        "answered",
        method=event.get("httpMethod"),
        route=event.get("resource"),
        status=status,
        outcome=outcome,
        duration_ms=round(duration_ms, 1),
        request_id=(event.get("requestContext") or {}).get("requestId"),
    )
    write_down(outcome=outcome, duration_ms=duration_ms)
