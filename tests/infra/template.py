"""A synthesised template, asked in the words of the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Resource = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Template:
    """One stack's template and the folder that it was written to."""

    body: Mapping[str, Any]
    folder: Path

    @classmethod
    def read(cls, folder: Path, stack: str) -> Template:
        text = (folder / f"{stack}.template.json").read_text(encoding="utf-8")
        return cls(body=json.loads(text), folder=folder)

    @property
    def resources(self) -> Mapping[str, Resource]:
        resources: Mapping[str, Resource] = self.body["Resources"]
        return resources

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        return {name: one for name, one in self.resources.items() if one["Type"] == resource_type}

    def only(self, resource_type: str) -> Resource:
        (resource,) = self.of_type(resource_type).values()
        return resource

    def functions(self) -> dict[str, Resource]:
        """Our functions' properties, by folder; CDK's own helpers are not among them."""
        found = {}
        for one in self.of_type("AWS::Lambda::Function").values():
            handler = one["Properties"]["Handler"]
            if handler.startswith("functions."):
                found[handler.split(".")[1]] = one["Properties"]
        return found

    def statements(self, function: str) -> list[dict[str, Any]]:
        """What the role of a function allows."""
        (role,) = self.functions()[function]["Role"]["Fn::GetAtt"][:1]
        return [
            statement
            for policy in self.of_type("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Properties"]["Roles"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]

    def methods(self) -> dict[str, Resource]:
        """Properties of each method, by "METHOD /path"."""
        return {
            f"{one['Properties']['HttpMethod']} {self.path(one['Properties']['ResourceId'])}": one[
                "Properties"
            ]
            for one in self.of_type("AWS::ApiGateway::Method").values()
        }

    def routes(self) -> dict[str, str]:
        """Logical id of the function that answers, by "METHOD /path"."""
        return {
            route: function
            for route, method in self.methods().items()
            for function in references(method["Integration"].get("Uri", {}))
            if function in self.of_type("AWS::Lambda::Function")
        }

    def path(self, resource_id: Mapping[str, Any]) -> str:
        if "Ref" not in resource_id:
            return ""
        properties = self.resources[resource_id["Ref"]]["Properties"]
        return f"{self.path(properties['ParentId'])}/{properties['PathPart']}"


def references(value: object) -> Iterator[str]:
    """Logical ids that a piece of a template refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if isinstance(value.get("Fn::GetAtt"), list):
            yield value["Fn::GetAtt"][0]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def actions(statement: Mapping[str, Any]) -> set[str]:
    """The actions of a statement, however many there are."""
    given = statement["Action"]
    return {given} if isinstance(given, str) else set(given)
