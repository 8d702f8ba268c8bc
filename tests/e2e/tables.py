"""What the tables hold, read as their operator could, and changed as only time changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from service.keyring import Keyring
from service.repositories.items import from_wire, to_wire
from service.repositories.keys import Keys
from service.repositories.row_items import read_template
from service.repositories.rows import account_pk, template_sk
from service.repositories.work import puts, review_work
from service.vault import unseal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from local.stack import Stack
    from service.repositories.items import Item

_DAYS_S: Final = 4 * 86_400


def items(stack: Stack, table: str) -> list[Item]:
    """Every item of a table, with binary values as bytes."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [from_wire(item) for page in pages for item in page["Items"]]


def everything(stack: Stack) -> bytes:
    """All keys and values of both tables, one after the other, as they lie there."""
    tables = (stack.accounts_table, stack.keys_table)
    return b"\n".join(part for table in tables for item in items(stack, table) for part in _parts(item))


def of_account(stack: Stack, account: str) -> list[Item]:
    """Every item that belongs to an account, the index entry of its address and its key included."""
    tables = (stack.accounts_table, stack.keys_table)
    return [
        item
        for table in tables
        for item in items(stack, table)
        if account.encode() in b"\n".join(_parts(item))
    ]


def forget_what_was_counted(stack: Stack) -> None:
    """Let the windows of all limits end: one mail a minute, so many tries an hour."""
    table, client = stack.accounts_table, stack.client("dynamodb")
    for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk"):
        for key in page["Items"]:
            if key["pk"]["S"].startswith("LIMIT#"):
                client.delete_item(TableName=table, Key=key)


def let_nobody_use(stack: Stack, account: str, *, since: float) -> None:
    """Leave an account unused since a moment, and let it be looked at now."""
    _change(stack, account, "last_used_at", int(since))
    (kept,) = [
        item
        for item in items(stack, stack.accounts_table)
        if str(item["pk"]).startswith("WORK#UNUSED#") and item["account"] == account
    ]
    due = review_work(account, at=int(since))
    stack.client("dynamodb").transact_write_items(
        TransactItems=[
            {
                "Delete": {
                    "TableName": stack.accounts_table,
                    "Key": to_wire({key: kept[key] for key in ("pk", "sk")}),
                }
            },
            puts(due, table=stack.accounts_table),
        ]
    )


def let_text_grow_old(stack: Stack, account: str) -> None:
    """Leave an account with the consent to a version that is in force no more."""
    _change(stack, account, "policy_version", "2020-1")


def let_face_grow_old(stack: Stack, account: str) -> None:
    """Leave an account with a face that it has had for days."""
    for item in items(stack, stack.accounts_table):
        if item["pk"] == account_pk(account) and str(item["sk"]).startswith("TEMPLATE#"):
            _change(stack, account, "created_at", int(str(item["created_at"])) - _DAYS_S, sk=str(item["sk"]))


def descriptors(stack: Stack, account: str) -> NDArray[np.float32]:
    """Open the sealed descriptors of an account, as (templates, 128)."""
    keys = Keys(client=stack.client("dynamodb"), table=stack.keys_table)
    wrapped = keys.of_account(account)
    assert wrapped is not None
    key_id = stack.deployed.outputs["DataKeyId"]
    key = Keyring(kms=stack.client("kms"), key_id=key_id, keys=keys).unwrap(account, wrapped)
    held = [item for item in items(stack, stack.accounts_table) if item["pk"] == account_pk(account)]
    templates = [read_template(item) for item in held if str(item["sk"]).startswith("TEMPLATE#")]
    opened = [
        unseal(
            key,
            template.sealed_descriptor,
            item=template_sk(template.id),
            kind="descriptor",
            model=template.model,
        )
        for template in templates
    ]
    return np.stack([np.frombuffer(plain, dtype="<f4") for plain in opened])


def _change(stack: Stack, account: str, name: str, value: int | str, *, sk: str = "PROFILE") -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.accounts_table,
        Key=to_wire({"pk": account_pk(account), "sk": sk}),
        UpdateExpression="SET #name = :value",
        ConditionExpression="attribute_exists(#name)",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues=to_wire({":value": value}),
    )


def _parts(item: Item) -> Iterator[bytes]:
    for name, value in item.items():
        yield name.encode()
        if isinstance(value, bytes):
            yield value
        elif isinstance(value, frozenset):
            yield from (member.encode() for member in value)
        else:
            yield str(value).encode()
