"""The book of what operators did: one row a deed, written before it, and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from operators.papers import Approved, Asked, PaperRefusedError
from service import clients
from service.repositories.erasures import tombstone_key
from service.repositories.items import ConditionFailedError, Item, from_wire, held, to_wire, transact
from service.repositories.work import Work, puts
from service.tokens import RECEIPT_LIFE_S

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from service.deployment import Deployment

_ERASURE_SK: Final = "ERASURE"
_ANNOUNCED_SK: Final = "ANNOUNCED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """That an owner hears of a deletion before it is done, and how their account stood then.

    Attributes:
        announced_at: seconds since the epoch.
        told: whether a mail could go to them.
        frozen: whether the account was frozen.
        freezes: how often it had been.
        link_followed_at: when the link of a notice was last followed; 0 where none was.
    """

    announced_at: int
    told: bool
    frozen: bool
    freezes: int
    link_followed_at: int


class Book:
    """The operators' rows in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def announce(self, asked: Asked, announcement: Announcement, *, due: Iterable[Work]) -> bool | None:
        """Write down that a deletion is announced, with what goes on the work list: one transaction.

        Args:
            asked: the request.
            announcement: how things stand.
            due: the owner's notice.

        Returns:
            None when it is; or, where it was announced before, whether its owner was told then.
        """
        row: Item = {
            **_key(asked, _ANNOUNCED_SK),
            "request_sha256": asked.sha256,
            "announced_at": announcement.announced_at,
            "told": announcement.told,
            "frozen": announcement.frozen,
            "freezes": announcement.freezes,
            "link_followed_at": announcement.link_followed_at,
            "expires_at": announcement.announced_at + RECEIPT_LIFE_S,
        }
        try:
            transact(
                self._client,
                [
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": to_wire(row),
                            "ConditionExpression": "attribute_not_exists(pk)",
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        }
                    },
                    *(puts(one, table=self._table) for one in due),
                ],
            )
        except ConditionFailedError as error:
            return bool(error.found[0]["told"])
        return None

    def announcement(self, asked: Asked) -> Announcement | None:
        """Read when a request was announced; None where this one never was."""
        row = self._read(asked, _ANNOUNCED_SK)
        if row.get("request_sha256") != asked.sha256:
            return None
        return Announcement(
            announced_at=cast("int", row["announced_at"]),
            told=cast("bool", row["told"]),
            frozen=cast("bool", row["frozen"]),
            freezes=cast("int", row["freezes"]),
            link_followed_at=cast("int", row.get("link_followed_at", 0)),
        )

    def enter(self, approved: Approved, *, now: float) -> None:
        """Write down that a deletion is carried out: one conditional write, before it.

        It names operators by their keys, and the person by nothing: the digest is the tombstone's own.

        Args:
            approved: the request.
            now: seconds since the epoch.

        Raises:
            PaperRefusedError: when another request of the same number stands there.
        """
        asked = approved.asked
        entry: Item = {
            **_key(asked, _ERASURE_SK),
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
            lambda: self._client.put_item(
                TableName=self._table, Item=to_wire(entry), ConditionExpression="attribute_not_exists(pk)"
            )
        ):
            return
        if self._read(asked, _ERASURE_SK).get("request_sha256") != asked.sha256:
            raise PaperRefusedError("another request of this number was carried out")

    def _read(self, asked: Asked, sk: str) -> Item:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire(_key(asked, sk)), ConsistentRead=True
        )
        return from_wire(answer.get("Item", {}))


def book_of(deployment: "Deployment") -> Book:
    """Open the book of a deployment."""
    return Book(client=clients.dynamodb(), table=deployment.settings.accounts_table)


def _key(asked: Asked, sk: str) -> Item:
    return {"pk": f"OPERATION#{asked.id}", "sk": sk}
