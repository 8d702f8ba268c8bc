"""Authorization codes and access tokens for applications: a row says nothing to anybody who lacks the secret.

Each is 256 random bits. Its row is named by a digest of it and sealed under a key that it gives, so neither
the table nor a backup tells who signs in where, and nothing has to be found when an account is deleted.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from service.encoding import base64url, length_prefixed
from service.openid.identities import Permit, permit_json, read_permit
from service.repositories.grant_rows import grant_sk
from service.repositories.items import (
    ConditionFailedError,
    Item,
    from_wire,
    held,
    is_live,
    to_wire,
    transact,
)
from service.repositories.rows import PROFILE_SK, account_pk
from service.repositories.session_rows import SessionName
from service.repositories.session_writes import still_stands
from service.vault import DataKey, seal, unseal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CODE_LIFE_S: Final = 60  # RFC 6749, section 4.1.2, has ten minutes as the most
BEARER_LIFE_S: Final = 600
SPENT_LIFE_S: Final = BEARER_LIFE_S + CODE_LIFE_S  # as long as what a used code gave may still live

Secret: TypeAlias = Literal["AUTHCODE", "BEARER"]

_SK: Final = "PERMIT"
_CODE: Final = 0  # its position in the transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """An authorization code, as it is kept.

    Attributes:
        permit: what it stands for.
        expires_at: seconds since the epoch.
        spent: whether it was shown before.
        gave: name of the access token's row that it gave; None when it gave none.
    """

    permit: Permit
    expires_at: int
    spent: bool
    gave: str | None = field(repr=False)


class Permits:
    """The codes and tokens of applications, in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def issue_code(self, permit: Permit, *, now: float) -> str:
        """Keep a new code: one write."""
        code = secrets.token_urlsafe(32)
        item = _item("AUTHCODE", code, permit, expires_at=int(now) + CODE_LIFE_S)
        self._client.put_item(
            TableName=self._table, Item=to_wire(item), ConditionExpression="attribute_not_exists(pk)"
        )
        return code

    def code(self, code: str, *, now: float) -> Code | None:
        """Read a code: one read. One that was spent is found for as long as what it gave may live."""
        item = self._read("AUTHCODE", code, now=now)
        if item is None:
            return None
        return Code(
            permit=_opened("AUTHCODE", code, item),
            expires_at=int(item["valid_until"]),  # type: ignore[arg-type]
            spent="spent" in item,
            gave=None if "gave" not in item else str(item["gave"]),
        )

    def exchange(self, code: str, permit: Permit, *, access_token: str, now: float) -> None:
        """Spend a code on an access token: one transaction, so that only one request ever does.

        Raises:
            ConditionFailedError: when the code was spent or has expired, or the session, the grant or the
                account behind it is gone.
        """
        transact(
            self._client,
            [
                {"Update": self._spends(code, now=now, gave=_name("BEARER", access_token))},
                {
                    "Put": {
                        "TableName": self._table,
                        "Item": to_wire(
                            _item("BEARER", access_token, permit, expires_at=bearer_ends_at(permit, now=now))
                        ),
                    }
                },
                still_stands(
                    permit.account, SessionName(id=permit.session, device=permit.device), table=self._table
                ),
                self._asks(permit, PROFILE_SK, "attribute_exists(pk) AND attribute_not_exists(frozen_at)"),
                self._asks(permit, grant_sk(permit.client), "grant_id = :grant", {":grant": permit.grant}),
            ],
        )

    def spend(self, code: str, *, now: float) -> None:
        """Spend a code on nothing, if it was not spent: one conditional write."""
        held(lambda: self._client.update_item(**self._spends(code, now=now, gave=None)))

    def take_back(self, gave: str) -> None:
        """End the access token that a code gave: one write."""
        self._client.delete_item(TableName=self._table, Key=to_wire({"pk": gave, "sk": _SK}))

    def bearer(self, access_token: str, *, now: float) -> Permit | None:
        """Read what an access token stands for: one read. Whether that still stands is for others to say."""
        item = self._read("BEARER", access_token, now=now)
        return None if item is None else _opened("BEARER", access_token, item)

    def revoke(self, access_token: str) -> None:
        """End an access token: one write."""
        self.take_back(_name("BEARER", access_token))

    def _read(self, kind: Secret, secret: str, *, now: float) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table,
            Key=to_wire({"pk": _name(kind, secret), "sk": _SK}),
            ConsistentRead=True,
        )
        item = from_wire(answer.get("Item", {}))
        return item if item and is_live(item, now=now) else None

    def _spends(self, code: str, *, now: float, gave: str | None) -> Any:  # noqa: ANN401 -- of either call
        values: Item = {":spent": True, ":until": int(now) + SPENT_LIFE_S, ":now": int(now)}
        if gave is not None:
            values[":gave"] = gave
        return {
            "TableName": self._table,
            "Key": to_wire({"pk": _name("AUTHCODE", code), "sk": _SK}),
            "UpdateExpression": "SET spent = :spent, expires_at = :until"
            + ("" if gave is None else ", gave = :gave"),
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(spent) AND "
            "valid_until > :now",
            "ExpressionAttributeValues": to_wire(values),
        }

    def _asks(
        self, permit: Permit, sk: str, condition: str, values: Item | None = None
    ) -> "TransactWriteItemTypeDef":
        check: Any = {
            "TableName": self._table,
            "Key": to_wire({"pk": account_pk(permit.account), "sk": sk}),
            "ConditionExpression": condition,
        }
        if values:
            check["ExpressionAttributeValues"] = to_wire(values)
        return {"ConditionCheck": check}


def was_spent(error: ConditionFailedError) -> bool:
    """Tell whether an exchange failed on its code: somebody was faster."""
    return _CODE in error.failed


def bearer_ends_at(permit: Permit, *, now: float) -> int:
    """Tell when an access token ends: never after its session."""
    return min(int(now) + BEARER_LIFE_S, permit.session_ends_at)


def new_bearer() -> str:
    """Make an access token: 256 random bits."""
    return secrets.token_urlsafe(32)


def _item(kind: Secret, secret: str, permit: Permit, *, expires_at: int) -> Item:
    return {
        "pk": _name(kind, secret),
        "sk": _SK,
        "sealed": seal(_key_from(kind, secret), permit_json(permit), item=_SK, kind="permit"),
        "valid_until": expires_at,
        "expires_at": expires_at,
    }


def _opened(kind: Secret, secret: str, item: Item) -> Permit:
    return read_permit(
        unseal(_key_from(kind, secret), bytes(item["sealed"]), item=_SK, kind="permit")  # type: ignore[arg-type]
    )


def _name(kind: Secret, secret: str) -> str:
    return f"{kind}#{base64url(_derived(kind, secret, 'name'))}"


def _key_from(kind: Secret, secret: str) -> DataKey:
    return DataKey(account="-", version=1, material=_derived(kind, secret, "key"))


def _derived(kind: Secret, secret: str, use: str) -> bytes:
    # The secret is 256 random bits, so it is a key itself; each use of it gets another one.
    return hmac.digest(secret.encode(), length_prefixed("facesmash/permit/1", kind, use), hashlib.sha256)
