"""The book of what operators did: one row a deed, written before it, and never changed."""

from typing import TYPE_CHECKING, Final

from operators.papers import Approved, Asked, PaperRefusedError
from service.repositories.erasures import tombstone_key
from service.repositories.items import Item, from_wire, held, to_wire
from service.tokens import RECEIPT_LIFE_S

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SK: Final = "ERASURE"


def pk_of(asked: Asked) -> str:
    """Give the partition of a request's entries."""
    return f"OPERATION#{asked.id}"


def enter(approved: Approved, *, client: "DynamoDBClient", table: str, now: float) -> None:
    """Write down that a deletion is carried out: one conditional write, before it.

    It names operators by their keys, and the person by nothing: the digest is the tombstone's own.

    Args:
        approved: the request.
        client: of DynamoDB.
        table: the Accounts table.
        now: seconds since the epoch.

    Raises:
        PaperRefusedError: when another request of the same number stands there.
    """
    asked = approved.asked
    entry: Item = {
        "pk": pk_of(asked),
        "sk": _SK,
        "tombstone": tombstone_key(asked.account)["pk"],
        "ticket": asked.ticket,
        "request_sha256": asked.sha256,
        "asked_at": asked.asked_at,
        "asked_by": asked.asked_by,
        "approved_at": approved.approved_at,
        "approved_by": approved.approved_by,
        "owner_confirmed": asked.owner_confirmed,
        "begun_at": int(now),
        "expires_at": int(now) + RECEIPT_LIFE_S,
    }
    if held(
        lambda: client.put_item(
            TableName=table, Item=to_wire(entry), ConditionExpression="attribute_not_exists(pk)"
        )
    ):
        return
    key = to_wire({"pk": entry["pk"], "sk": entry["sk"]})
    stands = from_wire(client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {}))
    if stands.get("request_sha256") != asked.sha256:
        raise PaperRefusedError("another request of this number was carried out")
