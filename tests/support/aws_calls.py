"""Which AWS calls code makes, as IAM sees them. Recorded from botocore itself, so nothing can be left out."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from service import clients

# A transaction is allowed or denied write by write: these are the actions behind it.
_TRANSACTION_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_SERVICES = {"dynamodb": "dynamodb", "kms": "kms", "email": "ses"}


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource: what a role must allow.

    Attributes:
        action: "dynamodb:GetItem" for instance.
        resource: the table's name, the key's id, or "*" for mail.
    """

    action: str
    resource: str


@dataclass
class Record:
    """The calls that were made."""

    operations: list[str] = field(default_factory=list)
    grants: set[Grant] = field(default_factory=set)
    contexts: list[Mapping[str, str]] = field(default_factory=list)


Listener = Callable[..., Any]


@contextmanager
def recorded() -> Iterator[Record]:
    """Record every AWS call that the service's clients make inside the block."""
    record = Record()

    def note(model: Any, params: Any, **_: Any) -> None:  # noqa: ANN401 -- botocore's own types
        service = _SERVICES[model.service_model.endpoint_prefix]
        record.operations.append(f"{service}:{model.name}")
        body = params["body"]
        sent = json.loads(body) if isinstance(body, str | bytes) else body
        record.grants |= _grants(service, model.name, sent)
        if "EncryptionContext" in sent:
            record.contexts.append(sent["EncryptionContext"])

    with listening("before-call", note):
        yield record


@contextmanager
def listening(event: str, listener: Listener) -> Iterator[None]:
    """Call ``listener`` on an event of every client of the service."""
    all_events = [client.meta.events for client in (clients.dynamodb(), clients.kms(), clients.mail())]
    for events in all_events:
        events.register_last(event, listener)
    try:
        yield
    finally:
        for events in all_events:
            events.unregister(event, listener)


def _grants(service: str, operation: str, sent: Mapping[str, Any]) -> set[Grant]:
    if service == "ses":
        return {Grant(f"ses:{operation}", "*")}
    if service == "kms":
        return {Grant(f"kms:{operation}", str(sent["KeyId"]))}
    if operation == "TransactWriteItems":
        return {
            Grant(f"dynamodb:{_TRANSACTION_ACTIONS[kind]}", write["TableName"])
            for item in sent["TransactItems"]
            for kind, write in item.items()
        }
    tables = sent.get("RequestItems") or [sent["TableName"]]
    return {Grant(f"dynamodb:{operation}", table) for table in tables}
