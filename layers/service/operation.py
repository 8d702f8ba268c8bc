"""What the OpenAPI document says about a route beyond its types; docs/generate.py reads it."""

from typing import Any, TypedDict

from service.problem import Problem
from service.repositories.challenges import Purpose


class Operation(TypedDict):
    """Keyword arguments of a route."""

    summary: str
    operation_id: str
    tags: list[str]
    security: list[dict[str, list[str]]]
    openapi_extensions: dict[str, Any]


def operation(
    name: str,
    summary: str,
    *,
    tag: str,
    proof: bool = True,
    token: bool = False,
    answers: Purpose | None = None,
    problems: tuple[type[Problem], ...] = (),
) -> Operation:
    """Describe a route.

    Args:
        name: its operationId.
        summary: what it does, in a line.
        tag: the chapter it belongs to.
        proof: whether it needs a DPoP proof.
        token: whether it needs an access token.
        answers: purpose of the challenge that its proof must answer.
        problems: what it may refuse with, beside what every route may.

    Returns:
        Keyword arguments for the resolver.
    """
    needs: dict[str, list[str]] = {**({"access": []} if token else {}), **({"proof": []} if proof else {})}
    return {
        "summary": summary,
        "operation_id": name,
        "tags": [tag],
        "security": [needs] if needs else [],
        "openapi_extensions": {
            "x-facesmash-challenge": answers,
            "x-facesmash-problems": [problem.meaning.slug for problem in problems],
        },
    }
