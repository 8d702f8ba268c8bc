"""The last mail to an account that is gone: its address, until that mail went, under a key for nothing else.

Both lie in the Keys table, of which there is no copy: what is removed there is gone everywhere.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from service.patience import DAY_S
from service.repositories.items import Item, from_wire, is_live, to_wire
from service.repositories.keys import WrappedKey, read_wrapped, wrapped_values

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# A mail that cannot be sent in a day is not sent: the address is no longer ours to keep.
FAREWELL_LIFE_S: Final = DAY_S

_SK: Final = "FAREWELL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Farewell:
    """An address that is to be told that its account is gone.

    Attributes:
        account: the id of the account that is gone.
        key: opens the address, and nothing else.
        sealed: the notice and the address.
        expires_at: seconds since the epoch.
    """

    account: str
    key: WrappedKey = field(repr=False)
    sealed: bytes = field(repr=False)
    expires_at: int


def puts_farewell(farewell: Farewell, *, table: str) -> "TransactWriteItemTypeDef":
    """Make the write that keeps a farewell, for the transaction that destroys the account."""
    item: Item = {
        **_key(farewell.account),
        **wrapped_values(farewell.key),
        "sealed": farewell.sealed,
        "expires_at": farewell.expires_at,
    }
    return {"Put": {"TableName": table, "Item": to_wire(item)}}


class Farewells:
    """The farewells in the Keys table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of_account(self, account: str, *, now: float) -> Farewell | None:
        """Read what is still to be said; None where it was said, or is too late. One read."""
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_key(account)), ConsistentRead=True)
        item = from_wire(answer.get("Item", {}))
        if not item or not is_live(item, now=now):
            return None
        return Farewell(
            account=account,
            key=read_wrapped(item),
            sealed=cast("bytes", item["sealed"]),
            expires_at=cast("int", item["expires_at"]),
        )

    def forget(self, account: str) -> None:
        """Forget the address: one write."""
        self._client.delete_item(TableName=self._table, Key=to_wire(_key(account)))


def _key(account: str) -> Item:
    return {"pk": f"FAREWELL#{account}", "sk": _SK}
