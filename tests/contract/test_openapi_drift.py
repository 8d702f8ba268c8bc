"""The published documents are what the code says."""

import json
from typing import Any

import pytest

from docs import generate
from tests.support.transport import PROTOCOL_ROUTES, ROUTES

DOCUMENT = json.loads(generate.OPENAPI.read_text(encoding="utf-8"))
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    f"{method.upper()} {path}": (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


@pytest.mark.parametrize(
    "file",
    [generate.OPENAPI, generate.PROBLEMS, generate.NOTICES, generate.EXPORT_SCHEMA],
    ids=lambda file: file.name,
)
def test_the_committed_document_is_the_generated_one(file: Any) -> None:  # noqa: ANN401 -- a path
    committed = file.read_text(encoding="utf-8")

    assert committed == generate.rendered()[file], "run: python -m docs.generate"


def test_every_route_is_described_and_every_description_has_a_route() -> None:
    described = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}

    assert described == {(method, path) for method, path, _ in set(ROUTES) - set(PROTOCOL_ROUTES)}


@pytest.mark.parametrize("route", OPERATIONS)
def test_a_route_names_its_proof_unless_it_is_public(route: str) -> None:
    method, path, operation = OPERATIONS[route]
    public = path.startswith(("/.well-known/", "/v1/openid/", "/v1/policies/"))
    needs = {name for alternative in operation.get("security", []) for name in alternative}
    # An export is read once: it answers a challenge although it changes nothing.
    changes = (method != "get" and path != "/v1/challenges" and not public) or path == "/v1/account/export"

    assert ("proof" in needs) is not public
    assert ("access" in needs) is path.startswith("/v1/account")
    assert ("x-facesmash-challenge" in operation) is changes


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_refusal_is_a_problem(route: str) -> None:
    _, _, operation = OPERATIONS[route]
    refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}

    assert {"429", "500", "503"} <= refusals.keys()
    for answer in refusals.values():
        assert list(answer["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    "route", [route for route, (*_, found) in OPERATIONS.items() if "requestBody" in found]
)
def test_every_text_and_list_in_a_body_is_bounded(route: str) -> None:
    _, _, operation = OPERATIONS[route]
    unbounded = list(_unbounded(operation["requestBody"]["content"]["application/json"]["schema"], "body"))

    assert unbounded == []


def _unbounded(schema: Any, where: str) -> Any:  # noqa: ANN401 -- JSON
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        yield from _unbounded(DOCUMENT["components"]["schemas"][name], where)
        return
    for part in schema.get("anyOf", []):
        yield from _unbounded(part, where)
    kind = schema.get("type")
    if kind == "string" and not ("maxLength" in schema or "enum" in schema or "const" in schema):
        yield where
    if kind == "array":
        if "maxItems" not in schema:
            yield where
        yield from _unbounded(schema["items"], f"{where}[]")
    if kind == "object":
        if schema.get("additionalProperties") is not False:
            yield where
        for name, part in schema["properties"].items():
            yield from _unbounded(part, f"{where}.{name}")
