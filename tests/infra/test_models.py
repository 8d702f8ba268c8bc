from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.models import BODY_LIMIT_BYTES, MODELS
from infra.routes import FUNCTIONS
from infra.workspace import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAPI = json.loads((REPOSITORY / "docs" / "openapi.json").read_text(encoding="utf-8"))
MODELLED = {
    route.name: route.model for function in FUNCTIONS for route in function.routes if route.model is not None
}


def _published(route: str) -> Mapping[str, Any]:
    method, path = route.split(" ")
    body = OPENAPI["paths"][path][method.lower()]["requestBody"]
    schema: Mapping[str, Any] = body["content"]["application/json"]["schema"]
    return schema


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind references, and of an optional value the part that is not null."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return _resolved(OPENAPI["components"]["schemas"][name])
    for keyword in ("anyOf", "allOf", "oneOf"):
        parts = [part for part in schema.get(keyword, []) if part.get("type") != "null"]
        if len(parts) == 1:
            return _resolved(parts[0])
    return schema


def _assert_admits(gateway: Mapping[str, Any], published: Mapping[str, Any], where: str) -> None:
    """Whatever fits `published` fits `gateway`."""
    published = _resolved(published)
    if gateway["type"] == "object":
        assert set(published["properties"]) == set(gateway["properties"]), where
        assert set(gateway.get("required", [])) <= set(published.get("required", [])), where
        for name, part in gateway["properties"].items():
            _assert_admits(part, published["properties"][name], f"{where}.{name}")
    elif gateway["type"] == "array":
        assert gateway["maxItems"] >= published["maxItems"], where
        _assert_admits(gateway["items"], published["items"], f"{where}[]")
    elif "enum" in gateway:
        values = published.get("enum") or [published["const"]]
        assert set(gateway["enum"]) >= set(values), where
    elif gateway["type"] == "string":
        assert gateway["maxLength"] >= published["maxLength"], where
    elif gateway["type"] == "integer":
        assert gateway["maximum"] >= _greatest(published), where
    else:
        assert gateway["type"] == published["type"], where


def _greatest(published: Mapping[str, Any]) -> int:
    """The greatest whole number that fits."""
    if "maximum" in published:
        return int(published["maximum"])
    return int(published["exclusiveMaximum"]) - 1


@pytest.mark.parametrize("route", sorted(MODELLED))
def test_the_gateway_admits_whatever_the_function_admits(route: str) -> None:
    _assert_admits(MODELS[MODELLED[route]], _published(route), route)


def test_every_published_body_has_a_model() -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in OPENAPI["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }

    assert published == set(MODELLED)


def _largest(schema: Mapping[str, Any]) -> int:
    """Bytes of the largest compact JSON text, of characters of one byte, that fits."""
    match schema["type"]:
        case "object":
            return 2 + sum(len(name) + 4 + _largest(part) for name, part in schema["properties"].items())
        case "array":
            return 2 + int(schema["maxItems"]) * (1 + _largest(schema["items"]))
        case "string":
            return 2 + int(schema.get("maxLength") or max(map(len, schema["enum"])))
        case "integer":
            return len(str(schema["maximum"]))
        case "boolean":
            return len("false")
        case _:
            return 24  # the longest double


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_largest_body_that_passes_is_under_the_limit(name: str) -> None:
    assert _largest(MODELS[name]) < BODY_LIMIT_BYTES


def test_every_string_and_list_is_bounded() -> None:
    def unbounded(schema: Mapping[str, Any], where: str) -> list[str]:
        inside = [
            *(
                found
                for name, part in schema.get("properties", {}).items()
                for found in unbounded(part, f"{where}.{name}")
            ),
            *(unbounded(schema["items"], f"{where}[]") if "items" in schema else []),
        ]
        bounded = {
            "string": "maxLength" in schema or "enum" in schema,
            "array": "maxItems" in schema,
            "object": schema.get("additionalProperties") is False,
        }.get(schema["type"], True)
        return inside if bounded else [where, *inside]

    assert [found for name, schema in MODELS.items() for found in unbounded(schema, name)] == []
