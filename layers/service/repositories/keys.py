"""The Keys table: wrapped keys, in the one place of which there is no copy."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from service.repositories.items import Item, Value, from_wire, is_condition_failure, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY_SK: Final = "KEY"

_INDEX_PK: Final = "DEPLOYMENT#email-index"


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappedKey:
    """A data key as KMS wrapped it.

    Attributes:
        version: of the account's key.
        blob: what only KMS can open, and only with the right encryption context.
    """

    version: int
    blob: bytes = field(repr=False)


class Keys:
    """The Keys table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of_account(self, account: str) -> WrappedKey | None:
        """Read an account's wrapped key: one read."""
        return self._get(account_key(account))

    def of_mailbox_index(self) -> WrappedKey | None:
        """Read the wrapped key of the e-mail index: one read."""
        return self._get({"pk": _INDEX_PK, "sk": KEY_SK})

    def found_mailbox_index(self, key: WrappedKey) -> bool:
        """Keep the e-mail index's key, unless there is one: one conditional write.

        Returns:
            True when this one is now the deployment's.
        """
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire({"pk": _INDEX_PK, "sk": KEY_SK, **wrapped_values(key)}),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def _get(self, key: Item) -> WrappedKey | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(key), ConsistentRead=True)
        item = answer.get("Item")
        return read_wrapped(from_wire(item)) if item else None


def account_key(account: str) -> Item:
    """Give the key of an account's row."""
    return {"pk": f"ACCOUNT#{account}", "sk": KEY_SK}


def wrapped_values(key: WrappedKey) -> dict[str, Value]:
    """Give a row's values beside its key."""
    return {"wrapped": key.blob, "key_version": key.version}


def read_wrapped(item: Item) -> WrappedKey:
    """Read a row of the Keys table."""
    return WrappedKey(version=int(item["key_version"]), blob=bytes(item["wrapped"]))  # type: ignore[arg-type]
