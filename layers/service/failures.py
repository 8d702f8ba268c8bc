"""Every exception that reaches the edge becomes a problem here; what is logged of it is its type, no more."""

import traceback
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from botocore.exceptions import BotoCoreError, ClientError

from service.problem import FieldError, Problem
from service.problems import Internal, NotFound, RequestInvalid, Unavailable, UnsupportedMediaType

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

MAX_FIELD_ERRORS: Final = 20  # an answer is no longer than what it answers


def as_problem(error: Exception, *, logger: "Logger") -> Problem:
    """Tell what problem an exception is: the table of errors.

    Args:
        error: what reached the edge.
        logger: told about what we did not expect.

    Returns:
        The problem to answer with.
    """
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return RequestInvalid([_field_error(detail) for detail in error.errors()[:MAX_FIELD_ERRORS]])
        case RequestUnsupportedContentType():
            return UnsupportedMediaType()
        case NotFoundError():
            return NotFound()
        case ClientError():
            # The message may quote what was sent; the code and the operation never do.
            code = error.response.get("Error", {}).get("Code", "")
            logger.error("aws_refused", operation=error.operation_name, code=code)
            return Unavailable()
        case BotoCoreError():
            logger.error("aws_unreachable", exception=type(error).__name__)
            return Unavailable()
        case _:
            logger.error("unexpected", exception=type(error).__name__, at=_where(error))
            return Internal()


def _field_error(detail: dict[str, Any]) -> FieldError:
    path = [str(part) for part in detail["loc"][1:]]
    if detail["type"] == "extra_forbidden":
        path = path[:-1]  # the name of an unknown field is the caller's text: it is not said back
    return FieldError(field=".".join(path), reason=str(detail["type"]))


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
