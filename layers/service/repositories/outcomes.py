"""What a verification leaves behind: one transaction, and nothing at all once the account is gone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.limits import limit_key
from service.repositories.items import to_wire, transact
from service.repositories.row_items import device_item, sign_in_item
from service.repositories.rows import PROFILE_SK, Device, SignIn, account_pk, device_sk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """A sign-in that succeeded.

    Attributes:
        account: whose.
        thumbprint: the device that signed in.
        new_device: its row, when this sign-in makes it known.
        entry: for the sign-in log.
        budget: key of the budget that is cleared.
        now: seconds since the epoch.
    """

    account: str
    thumbprint: str
    new_device: Device | None
    entry: SignIn
    budget: str
    now: int


class Outcomes:
    """The one write of a verification."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def record_acceptance(self, outcome: Acceptance) -> None:
        """Record a success: profile, device, log, and the attempts start afresh.

        Raises:
            ConditionFailedError: when the account is no longer there or no longer active, or its device is
                gone, or came from elsewhere in the meantime.
        """
        device_write: TransactWriteItemTypeDef
        changes = "SET last_used_at = :now ADD revision :one"
        values: dict[str, Any] = {":now": outcome.now, ":one": 1, ":active": "active"}
        if outcome.new_device is not None:
            changes += ", devices :device"
            values[":device"] = frozenset({outcome.thumbprint})
            device_write = {
                "Put": {
                    "TableName": self._table,
                    "Item": to_wire(device_item(outcome.account, outcome.new_device)),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
        else:
            device_write = {
                "Update": {
                    "TableName": self._table,
                    "Key": self._key(outcome.account, device_sk(outcome.thumbprint)),
                    "UpdateExpression": "SET last_used_at = :now",
                    "ConditionExpression": "attribute_exists(pk)",
                    "ExpressionAttributeValues": to_wire({":now": outcome.now}),
                }
            }
        transact(
            self._client,
            [
                {
                    "Update": {
                        "TableName": self._table,
                        "Key": self._key(outcome.account, PROFILE_SK),
                        "UpdateExpression": changes,
                        "ConditionExpression": "#status = :active",
                        "ExpressionAttributeNames": {"#status": "status"},
                        "ExpressionAttributeValues": to_wire(values),
                    }
                },
                device_write,
                self._put_entry(outcome.account, outcome.entry),
                {"Delete": {"TableName": self._table, "Key": to_wire(limit_key(outcome.budget))}},
            ],
        )

    def record_refusal(self, account: str, *, entry: SignIn) -> None:
        """Record a failure in the owner's log.

        Raises:
            ConditionFailedError: when the account is no longer there.
        """
        transact(
            self._client,
            [
                {
                    "Update": {
                        "TableName": self._table,
                        "Key": self._key(account, PROFILE_SK),
                        "UpdateExpression": "ADD revision :one",
                        "ConditionExpression": "attribute_exists(pk)",
                        "ExpressionAttributeValues": to_wire({":one": 1}),
                    }
                },
                self._put_entry(account, entry),
            ],
        )

    def _put_entry(self, account: str, entry: SignIn) -> "TransactWriteItemTypeDef":
        return {"Put": {"TableName": self._table, "Item": to_wire(sign_in_item(account, entry))}}

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})
