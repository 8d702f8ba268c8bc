"""The parts that other transactions have in common: a session begins, still stands, or ends in them."""

from typing import TYPE_CHECKING, Any

from service.repositories.items import to_wire
from service.repositories.rows import account_pk
from service.repositories.session_rows import KeptSession, SessionName, session_item, session_sk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def begins(account: str, session: KeptSession, *, table: str) -> "TransactWriteItemTypeDef":
    """Write a session in place of the device's last one, which ends with that."""
    return {"Put": {"TableName": table, "Item": to_wire(session_item(account, session))}}


def still_stands(account: str, session: SessionName, *, table: str) -> "TransactWriteItemTypeDef":
    """Ask that a session has not been ended.

    Its time needs no asking: no access token lives longer than its session.
    """
    return {"ConditionCheck": _whose(account, session, table=table)}


def ends_own(account: str, session: SessionName, *, table: str) -> "TransactWriteItemTypeDef":
    """End a session, which must still stand."""
    return {"Delete": _whose(account, session, table=table)}


def ends_on(account: str, thumbprint: str, *, table: str) -> "TransactWriteItemTypeDef":
    """End whatever session a device has."""
    return {"Delete": {"TableName": table, "Key": session_key(account, thumbprint)}}


def session_key(account: str, thumbprint: str) -> dict[str, Any]:
    """Give the key of a device's session, in DynamoDB's own types."""
    return to_wire({"pk": account_pk(account), "sk": session_sk(thumbprint)})


def _whose(account: str, session: SessionName, *, table: str) -> Any:  # noqa: ANN401 -- of either type of write
    return {
        "TableName": table,
        "Key": session_key(account, session.device),
        "ConditionExpression": "sid = :sid",
        "ExpressionAttributeValues": to_wire({":sid": session.id}),
    }
