"""An account is destroyed in one transaction; what is left of it is swept up after."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from service.encoding import base64url, length_prefixed
from service.problems import Unavailable
from service.repositories.accounts import mailbox_key
from service.repositories.farewells import Farewell, puts_farewell
from service.repositories.items import Item, from_wire, to_wire, transact
from service.repositories.keys import account_key
from service.repositories.mail_troubles import ended
from service.repositories.rows import (
    PROFILE_SK,
    RECOVERY_SK,
    Holdings,
    account_pk,
    device_sk,
    passkey_sk,
    template_sk,
)
from service.repositories.session_writes import ends_own
from service.repositories.tries import forgotten, lifts_of, tries_of
from service.repositories.work import erasure_work, puts, review_work, takes_off

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from service.repositories.session_rows import SessionName

# Why an account goes. Its owner asks for it, in one of two ways or by letter, and has a receipt; or nobody
# uses it.
AskedEvent: TypeAlias = Literal["account-deleted", "consent-withdrawn", "deleted-on-request"]
ErasureEvent: TypeAlias = Literal[AskedEvent, "unused"]

# Account ids are 128 random bits, so nobody tries them out; the salt keeps this digest apart from others.
_SALT: Final = "facesmash/tombstone/1"
_SK: Final = "TOMBSTONE"
_SWEEP_BATCH: Final = 25  # the most that BatchWriteItem takes
_SWEEP_TRIES: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Destroyed:
    """How much of each kind was destroyed."""

    templates: int
    devices: int
    passkeys: int
    consents: int
    sign_ins: int
    keys: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """What remains of an account: that there was one, and when it went. It names nobody.

    Attributes:
        reference: the receipt's.
        deleted_at: seconds since the epoch.
        event: why it went.
        device: salted digest of whoever asked, a device or a letter, which alone is told again; empty where
            nobody did.
        destroyed: how much.
        key_version: of the key that was destroyed; None where it could not be read.
    """

    reference: str
    deleted_at: int
    event: ErasureEvent
    device: str
    destroyed: Destroyed
    key_version: int | None


class Erasures:
    """The writes of whoever destroys an account: the delete function, the sweeper, operators."""

    def __init__(self, *, client: "DynamoDBClient", table: str, keys_table: str) -> None:
        self._client = client
        self._table = table
        self._keys_table = keys_table

    def erase(
        self,
        holdings: Holdings,
        tombstone: Tombstone,
        *,
        session: "SessionName | None",
        farewell: Farewell | None,
    ) -> None:
        """Destroy an account: one transaction.

        Its key goes, and with the key every copy of what was sealed under it; so do the mailbox's rows, the
        profile, templates, devices, passkeys and recovery codes, what was counted of its sign-ins, and the
        session that asks.
        The sign-in log, consents and other sessions are left to ``sweep``: nobody can say how many there are,
        the first two open no more, and without the profile no session is continued. That they are left stands
        on the work list.

        Args:
            holdings: what the account has, as just read.
            tombstone: what to leave in its place.
            session: the one that asks; None where none does: its owner wrote a letter (operators/erasure.py),
                or nobody uses it (functions/sweeper).
            farewell: what its owner is told, and where; None where they cannot be told.

        Raises:
            ConditionFailedError: when a row was added or removed since it was read, or the session ended.
        """
        account = holdings.profile.account
        sort_keys = [
            *(template_sk(template.id) for template in holdings.templates),
            *(device_sk(device.thumbprint) for device in holdings.devices),
            *(passkey_sk(passkey.id) for passkey in holdings.passkeys),
            RECOVERY_SK,
        ]
        profile: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": to_wire({"pk": account_pk(account), "sk": PROFILE_SK}),
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": to_wire({":revision": holdings.profile.revision}),
            }
        }
        grave: TransactWriteItemTypeDef = {
            "Put": {"TableName": self._table, "Item": to_wire(_tombstone_item(account, tombstone))}
        }
        transact(
            self._client,
            [
                profile,
                {"Delete": {"TableName": self._keys_table, "Key": to_wire(account_key(account))}},
                {
                    "Delete": {
                        "TableName": self._table,
                        "Key": to_wire(mailbox_key(holdings.profile.mailbox)),
                    }
                },
                grave,
                puts(erasure_work(account, deleted_at=tombstone.deleted_at), table=self._table),
                *([] if farewell is None else [puts_farewell(farewell, table=self._keys_table)]),
                *([] if session is None else [ends_own(account, session, table=self._table)]),
                *self._deletes(account, sort_keys),
                *self._counts(holdings),
                # When it would have been looked whether the account is used, by its number.
                *self._review(holdings),
                # Whether mails came back from the mailbox is nobody's to know any more.
                {"Delete": ended(holdings.profile.mailbox, table=self._table)},
            ],
        )

    def tombstone(self, account: str) -> Tombstone | None:
        """Read an account's tombstone: one read."""
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire(tombstone_key(account)), ConsistentRead=True
        )
        item = from_wire(answer.get("Item", {}))
        if not item:
            return None
        counts = {name: int(item[name]) for name in Destroyed.__dataclass_fields__}  # type: ignore[arg-type]
        return Tombstone(
            reference=str(item["reference"]),
            event=cast("ErasureEvent", item["event"]),
            device=str(item["device"]),
            deleted_at=int(item["deleted_at"]),  # type: ignore[arg-type]
            destroyed=Destroyed(**counts),
            key_version=cast("int | None", item.get("key_version")),
        )

    def finish(self, account: str) -> None:
        """Remove what the transaction left.

        Raises:
            Unavailable: when DynamoDB keeps some back; asking again completes it.
        """
        self.sweep(account, self.left_over(account))

    def left_over(self, account: str) -> tuple[str, ...]:
        """Find the sort keys of rows that a sweep has still to remove: one query, page by page."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ProjectionExpression="sk",
            ExpressionAttributeValues=to_wire({":pk": account_pk(account)}),
        )
        return tuple(str(from_wire(item)["sk"]) for page in pages for item in page["Items"])

    def sweep(self, account: str, sort_keys: Iterable[str]) -> None:
        """Remove the rows that the transaction left: unreadable already, one write for 25 of them.

        Args:
            account: the account's id.
            sort_keys: of the rows.

        Raises:
            Unavailable: when DynamoDB keeps some back; the same request completes it.
        """
        waiting: list[Any] = [
            {"DeleteRequest": {"Key": to_wire({"pk": account_pk(account), "sk": sk})}} for sk in sort_keys
        ]
        for start in range(0, len(waiting), _SWEEP_BATCH):
            request = {self._table: waiting[start : start + _SWEEP_BATCH]}
            for _ in range(_SWEEP_TRIES):
                answer = self._client.batch_write_item(RequestItems=request)
                request = answer.get("UnprocessedItems") or {}
                if not request:
                    break
            else:
                raise Unavailable

    def _deletes(self, account: str, sort_keys: Iterable[str]) -> "list[TransactWriteItemTypeDef]":
        return [
            {"Delete": {"TableName": self._table, "Key": to_wire({"pk": account_pk(account), "sk": sk})}}
            for sk in sort_keys
        ]

    def _review(self, holdings: Holdings) -> "list[TransactWriteItemTypeDef]":
        profile = holdings.profile
        if not profile.review_at:
            return []
        return [{"Delete": takes_off(review_work(profile.account, at=profile.review_at), table=self._table)}]

    def _counts(self, holdings: Holdings) -> "list[TransactWriteItemTypeDef]":
        account, devices = holdings.profile.account, (*(one.thumbprint for one in holdings.devices), None)
        rows = [*(tries_of(account, known_device=device) for device in devices), lifts_of(account)]
        return [forgotten(row, table=self._table) for row in rows]


def tombstone_key(account: str) -> dict[str, Any]:
    """Give the key of an account's tombstone: a salted digest of its id."""
    return {"pk": f"TOMBSTONE#{_digest(account)}", "sk": _SK}


def tombstone_of(
    holdings: Holdings,
    *,
    reference: str,
    event: ErasureEvent,
    device: str,
    sign_ins: int,
    key_version: int | None,
    now: float,
) -> Tombstone:
    """Make the tombstone of an account that is about to go.

    Args:
        holdings: what it has, as just read.
        reference: the receipt's.
        event: why it goes.
        device: salted digest of whoever asks, a device or a letter; empty where nobody does.
        sign_ins: how many entries its log has.
        key_version: of its key; None where it cannot be read.
        now: seconds since the epoch.
    """
    return Tombstone(
        reference=reference,
        deleted_at=int(now),
        event=event,
        device=device,
        destroyed=Destroyed(
            templates=len(holdings.templates),
            devices=len(holdings.devices),
            passkeys=len(holdings.passkeys),
            consents=len(holdings.consents),
            sign_ins=sign_ins,
            keys=1,
        ),
        key_version=key_version,
    )


def requester(account: str, *, thumbprint: str) -> str:
    """Give a salted digest of the device that an account was destroyed from."""
    return _digest(account, thumbprint)


def _digest(*parts: str) -> str:
    return base64url(hashlib.sha256(length_prefixed(_SALT, *parts)).digest())


def _tombstone_item(account: str, tombstone: Tombstone) -> dict[str, Any]:
    counts = {name: getattr(tombstone.destroyed, name) for name in Destroyed.__dataclass_fields__}
    version: Item = {} if tombstone.key_version is None else {"key_version": tombstone.key_version}
    return {
        **tombstone_key(account),
        **version,
        "reference": tombstone.reference,
        "deleted_at": tombstone.deleted_at,
        "event": tombstone.event,
        "device": tombstone.device,
        **counts,
    }
