"""IAM in small: what AWS would ask of a role for each call, and whether a template's role grants it.

Only what our roles use: Allow statements, exact actions, resources by logical id, four condition operators.
Anything else in a role is refused by name, so that the judge never guesses.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tests.infra.template import actions, references
from tests.support.aws_calls import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.infra.template import Template

# A transaction is allowed or denied write by write: these are the actions behind it.
_OF_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_CONTEXT = "kms:EncryptionContext:"


@dataclass(frozen=True)
class Ask:
    """One action on one resource, with the condition keys that AWS would see."""

    action: str
    resource: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def values(self, key: str) -> tuple[str, ...] | None:
        return dict(self.conditions).get(key)


@dataclass
class Asked:
    """What was asked of each function's role; between two functions it is the test that asks, unnoted."""

    by_function: dict[str, set[Ask]] = field(default_factory=dict)
    _now: str | None = None

    @contextmanager
    def by(self, function: str) -> Iterator[None]:
        self._now = function
        try:
            yield
        finally:
            self._now = None

    def note(self, asks: Iterator[Ask]) -> None:
        if self._now is not None:
            self.by_function.setdefault(self._now, set()).update(asks)


@contextmanager
def recording(asked: Asked, *, resources: Mapping[str, str]) -> Iterator[None]:
    """Note every call of the service's clients.

    Args:
        asked: Where to.
        resources: Logical id in the template, by the name or ARN that the calls use.
    """

    def note(model: Any, params: Any, **_: Any) -> None:  # noqa: ANN401 - botocore's own types
        body = params["body"]
        sent = json.loads(body) if isinstance(body, str | bytes) else body
        service = model.service_model.signing_name
        asked.note(_READERS[service](model.name, sent, resources))

    with listening("before-call", note):
        yield


def granting(statements: list[dict[str, Any]], ask: Ask) -> list[int]:
    """Positions of the statements that allow `ask`."""
    return [number for number, statement in enumerate(statements) if _allows(statement, ask)]


def table_of(template: Template, function: str, *, sender: str) -> list[dict[str, Any]]:
    """A role's statements about calls that our code makes; Lambda itself writes logs and segments.

    Args:
        template: Where the role is.
        function: Whose role it is.
        sender: What the template's parameter MailSender is set to.
    """
    return [
        json.loads(json.dumps(statement).replace('{"Ref": "MailSender"}', json.dumps(sender)))
        for statement in template.statements(function)
        if not any(action.startswith(("logs:", "xray:")) for action in actions(statement))
    ]


def _allows(statement: Mapping[str, Any], ask: Ask) -> bool:
    assert statement["Effect"] == "Allow"
    if ask.action not in actions(statement):
        return False
    if ask.resource != "*" and set(references(statement["Resource"])) != {ask.resource}:
        return False
    return all(
        _OPERATORS[operator](ask.values(key), [expected] if isinstance(expected, str) else expected)
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def _string_equals(given: tuple[str, ...] | None, expected: list[str]) -> bool:
    return given is not None and set(given) <= set(expected)


def _null(given: tuple[str, ...] | None, expected: list[str]) -> bool:
    return (given is None) == (expected == ["true"])


def _all_like(given: tuple[str, ...] | None, expected: list[str]) -> bool:
    return all(any(fnmatchcase(value, pattern) for pattern in expected) for value in given or ())


_OPERATORS: Mapping[str, Callable[[tuple[str, ...] | None, list[str]], bool]] = {
    "StringEquals": _string_equals,
    "Null": _null,
    "ForAllValues:StringLike": _all_like,
}


def _dynamodb(operation: str, sent: Mapping[str, Any], resources: Mapping[str, str]) -> Iterator[Ask]:
    if operation == "TransactWriteItems":
        for item in sent["TransactItems"]:
            for kind, write in item.items():
                row = write.get("Item") or write["Key"]
                yield _rows(_OF_TRANSACTION[kind], resources[write["TableName"]], [row])
    elif "RequestItems" in sent:
        for table, wanted in sent["RequestItems"].items():
            rows = wanted["Keys"] if "Keys" in wanted else [_written(write) for write in wanted]
            yield _rows(operation, resources[table], rows)
    elif operation == "Query":
        assert sent["KeyConditionExpression"].split(" AND ")[0] == "pk = :pk"
        row = {"pk": sent["ExpressionAttributeValues"][":pk"]}
        yield _rows(operation, resources[sent["TableName"]], [row])
    else:
        yield _rows(operation, resources[sent["TableName"]], [sent.get("Item") or sent["Key"]])


def _written(write: Mapping[str, Any]) -> Mapping[str, Any]:
    row: Mapping[str, Any] = (
        write["DeleteRequest"]["Key"] if "DeleteRequest" in write else write["PutRequest"]["Item"]
    )
    return row


def _rows(operation: str, table: str, rows: list[Mapping[str, Any]]) -> Ask:
    leading = tuple(sorted({row["pk"]["S"] for row in rows}))
    return Ask(f"dynamodb:{operation}", table, (("dynamodb:LeadingKeys", leading),))


def _kms(operation: str, sent: Mapping[str, Any], resources: Mapping[str, str]) -> Iterator[Ask]:
    conditions = [(f"{_CONTEXT}{key}", (value,)) for key, value in sent.get("EncryptionContext", {}).items()]
    if "SigningAlgorithm" in sent:
        conditions.append(("kms:SigningAlgorithm", (sent["SigningAlgorithm"],)))
    yield Ask(f"kms:{operation}", resources[sent["KeyId"]], tuple(conditions))


def _ses(operation: str, sent: Mapping[str, Any], _resources: Mapping[str, str]) -> Iterator[Ask]:
    yield Ask(f"ses:{operation}", "*", (("ses:FromAddress", (sent["FromEmailAddress"],)),))


_READERS = {"dynamodb": _dynamodb, "kms": _kms, "ses": _ses}
