"""The work list: what is still to be done if nobody has done it by then.

A row names an account by its number; what else a notice takes, its address among it, is sealed in it.

Each row is written in the transaction that makes the work, and removed by whoever does it. What a function
that was killed left behind is found by time, in a few partitions that hold nothing else: no scan, no index.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from service.repositories.items import ConditionFailedError, Item, from_wire, to_wire, transact
from service.repositories.rows import PROFILE_SK, account_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import DeleteTypeDef, TransactWriteItemTypeDef

WorkKind: TypeAlias = Literal["ERASURE", "NOTICE", "UNUSED"]

# A partition takes a thousand writes a second; four of a kind are more than any deployment makes notices.
SHARDS: Final = 4
# Longer than any function runs: whoever is to do it is then done, or dead.
GRACE_S: Final = 60
_MOVED: Final = 0  # position of the write that fails where work is on the list no longer
_DUE: Final = "DUE"
_FIRST_RETRY_S: Final = 60
_LONGEST_RETRY_S: Final = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Something that is to be done.

    Attributes:
        kind: what.
        account: for which account.
        id: tells it from other work of its kind.
        due_at: when somebody else does it; seconds since the epoch.
        tries: how often that failed.
        sealed: what it takes, under the account's key; empty where it takes nothing.
        expires_at: after which it is not done any more; None where it is done however late.
    """

    kind: WorkKind
    account: str
    id: str
    due_at: int
    tries: int = 0
    sealed: bytes = field(default=b"", repr=False)
    expires_at: int | None = None

    def is_too_late(self, now: float) -> bool:
        """Tell whether it is not to be done any more: deletion by TTL may lag by days."""
        return self.expires_at is not None and self.expires_at <= now

    def later(self, *, now: float) -> "Work":
        """Give the same work after one more failure: each wait is twice the last, up to an hour.

        None goes past its end: whoever gives it up then says so, before TTL takes the row without a word.
        """
        due_at = int(now) + min(_FIRST_RETRY_S * 2**self.tries, _LONGEST_RETRY_S)
        if self.expires_at is not None and now < self.expires_at:
            due_at = min(due_at, self.expires_at)
        return replace(self, due_at=due_at, tries=self.tries + 1)


def erasure_work(account: str, *, deleted_at: int) -> Work:
    """Give the work of sweeping up after a deletion: the same, whoever makes it."""
    return Work(kind="ERASURE", account=account, id=account, due_at=deleted_at + GRACE_S)


def review_work(account: str, *, at: int) -> Work:
    """Give the work of looking whether an account is used."""
    return Work(kind="UNUSED", account=account, id=account, due_at=at)


def puts(work: Work, *, table: str) -> "TransactWriteItemTypeDef":
    """Make the write that puts work on the list, for the transaction that makes it."""
    item: Item = {**_key(work), "account": work.account, "tries": work.tries}
    if work.sealed:
        item["sealed"] = work.sealed
    if work.expires_at is not None:
        item["expires_at"] = work.expires_at
    return {"Put": {"TableName": table, "Item": to_wire(item)}}


def takes_off(work: Work, *, table: str) -> "DeleteTypeDef":
    """Make the write that takes work off the list."""
    return {"TableName": table, "Key": to_wire(_key(work))}


class WorkList:
    """The work list in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def due(self, kind: WorkKind, shard: int, *, now: float, most: int) -> tuple[Work, ...]:
        """Read what is overdue, the oldest first: one query of one page.

        Args:
            kind: of work.
            shard: which of the partitions, from 0.
            now: seconds since the epoch.
            most: how many at most.
        """
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk < :until",
            ExpressionAttributeValues=to_wire({":pk": _pk(kind, shard), ":until": _until(now)}),
            ConsistentRead=True,
            Limit=most,
        )
        return tuple(_read(kind, from_wire(item)) for item in answer["Items"])

    def waiting(self, kind: WorkKind, shard: int, *, now: float) -> int:
        """Count what is overdue, up to what one page of DynamoDB holds: some ten thousand."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk < :until",
            ExpressionAttributeValues=to_wire({":pk": _pk(kind, shard), ":until": _until(now)}),
            Select="COUNT",
        )
        return answer["Count"]

    def put(self, work: Work) -> None:
        """Put work on the list that no transaction makes: one write."""
        self._client.put_item(**puts(work, table=self._table)["Put"])

    def done(self, work: Work) -> None:
        """Take work off the list: one write. Taking it off twice is taking it off once."""
        self._client.delete_item(**takes_off(work, table=self._table))

    def put_off(self, work: Work, *, now: float) -> None:
        """Let work that failed wait, so that it keeps nothing else back: one transaction.

        What is no longer on the list was done after all, or by somebody else, and is not put there again. A
        profile says where the row of its look stands, so that a deletion takes it off: it moves as well.
        """
        later = work.later(now=now)
        moves: list[TransactWriteItemTypeDef] = [
            {"Delete": {**takes_off(work, table=self._table), "ConditionExpression": "attribute_exists(pk)"}},
            puts(later, table=self._table),
        ]
        also = [self._looks_again(work, at=later.due_at)] if work.kind == "UNUSED" else []
        try:
            transact(self._client, [*moves, *also])
        except ConditionFailedError as error:
            if _MOVED in error.failed:
                return
            # The account is gone, or its profile names another row: whoever looks then finds it so.
            with suppress(ConditionFailedError):
                transact(self._client, moves)

    def _looks_again(self, work: Work, *, at: int) -> "TransactWriteItemTypeDef":
        values: Item = {":was": work.due_at, ":at": at, ":one": 1}
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_wire({"pk": account_pk(work.account), "sk": PROFILE_SK}),
                # The revision moves: a deletion takes the row off that it has read of.
                "UpdateExpression": "SET review_at = :at ADD revision :one",
                "ConditionExpression": "review_at = :was",
                "ExpressionAttributeValues": to_wire(values),
            }
        }


def _key(work: Work) -> Item:
    shard = hashlib.sha256(work.account.encode()).digest()[0] % SHARDS
    return {"pk": _pk(work.kind, shard), "sk": f"{_DUE}#{work.due_at:010d}#{work.id}"}


def _pk(kind: WorkKind, shard: int) -> str:
    return f"WORK#{kind}#{shard}"


def _until(now: float) -> str:
    # Less than this is every row of a second that has passed: "$" comes after "#".
    return f"{_DUE}#{int(now):010d}$"


def _read(kind: WorkKind, item: Item) -> Work:
    _, due_at, work_id = str(item["sk"]).split("#", 2)
    return Work(
        kind=kind,
        account=str(item["account"]),
        id=work_id,
        due_at=int(due_at),
        tries=cast("int", item["tries"]),
        sealed=cast("bytes", item.get("sealed", b"")),
        expires_at=cast("int | None", item.get("expires_at")),
    )
