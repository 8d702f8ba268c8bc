"""Passkeys in the Accounts table: added, used and removed, each by one transaction."""

from typing import TYPE_CHECKING, Any, Final

from service.problems import Conflict, NotFound, TokenInvalid
from service.repositories.items import ConditionFailedError, Item, to_wire, transact
from service.repositories.row_items import passkey_item
from service.repositories.rows import PROFILE_SK, Holdings, Passkey, account_pk, passkey_sk
from service.repositories.session_rows import KeptSession, SessionName
from service.repositories.session_writes import begins, ends_on, ends_own, still_stands

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_PASSKEYS: Final = 10  # with ten templates and twenty devices a deletion stays one transaction

# Positions in the transactions below.
_PROFILE: Final = 0
_PASSKEY: Final = 1
_SESSION: Final = 2


class Passkeys:
    """The writes of the passkeys function."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, account: str, passkey: Passkey, *, session: SessionName) -> None:
        """Add a passkey.

        Args:
            account: whose it is.
            passkey: the passkey.
            session: that asks.

        Raises:
            TokenInvalid: when the account is gone, or the session has ended.
            Conflict: when the account has this one already, or as many as it may have.
        """
        profile = self._profile(
            account,
            "ADD passkeys :ids, revision :one",
            "attribute_exists(pk) AND (attribute_not_exists(passkeys) OR size(passkeys) < :most)",
            {":ids": frozenset({passkey.id}), ":one": 1, ":most": MAX_PASSKEYS},
        )
        row: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": to_wire(passkey_item(account, passkey)),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        try:
            transact(self._client, [profile, row, still_stands(account, session, table=self._table)])
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _SESSION in error.failed:
                raise TokenInvalid from None
            raise Conflict from None

    def use(self, account: str, seen: Passkey, *, sign_count: int, session: KeptSession) -> None:
        """Move a passkey's counter on and begin a session: of two with one counter, one does.

        Args:
            account: whose it is.
            seen: the passkey, as it was read.
            sign_count: its counter now.
            session: that begins.

        Raises:
            ConditionFailedError: when it was removed or used since, or the account is gone or frozen.
        """
        stands: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": self._key(account, PROFILE_SK),
                # Paused is the face. What else an account may be, nobody gets into.
                "ConditionExpression": "#status IN (:active, :paused) AND attribute_not_exists(frozen_at)",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": to_wire({":active": "active", ":paused": "paused"}),
            }
        }
        used: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": self._key(account, passkey_sk(seen.id)),
                "UpdateExpression": "SET sign_count = :count, last_used_at = :now",
                "ConditionExpression": "attribute_exists(pk) AND sign_count = :seen",
                "ExpressionAttributeValues": to_wire(
                    {":count": sign_count, ":seen": seen.sign_count, ":now": session.created_at}
                ),
            }
        }
        transact(self._client, [stands, used, begins(account, session, table=self._table)])

    def remove(self, seen: Holdings, passkey_id: str, *, session: SessionName) -> None:
        """Remove a passkey, and end every session that it began, the asking one's own as well.

        Args:
            seen: the account, as just read.
            passkey_id: the passkey's.
            session: that asks.

        Raises:
            ConditionFailedError: when it was used since the account was read.
            NotFound: when there is no such passkey.
            TokenInvalid: when the account is gone, or the session has ended.
        """
        account = seen.profile.account
        found = next((passkey for passkey in seen.passkeys if passkey.id == passkey_id), None)
        if found is None:
            raise NotFound
        begun = [kept.name for kept in seen.sessions if kept.passkey == passkey_id]
        asking = ends_own if session in begun else still_stands
        profile = self._profile(
            account,
            "DELETE passkeys :ids ADD revision :one",
            "attribute_exists(pk)",
            {":ids": frozenset({passkey_id}), ":one": 1},
        )
        row: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": self._key(account, passkey_sk(passkey_id)),
                "ConditionExpression": "last_used_at = :used AND sign_count = :count",
                "ExpressionAttributeValues": to_wire(
                    {":used": found.last_used_at, ":count": found.sign_count}
                ),
            }
        }
        others = [name.device for name in begun if name.device != session.device]
        try:
            transact(
                self._client,
                [
                    profile,
                    row,
                    asking(account, session, table=self._table),
                    *(ends_on(account, device, table=self._table) for device in others),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.failed or _SESSION in error.failed:
                raise TokenInvalid from None
            raise

    def _profile(
        self, account: str, expression: str, condition: str, values: Item
    ) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._table,
                "Key": self._key(account, PROFILE_SK),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_wire(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # tells "gone" from "too many"
            }
        }

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})
