"""Passkeys in the Accounts table: added, used and removed, each by one transaction."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from service.problems import Conflict, NotFound
from service.repositories.deeds import Deed, carry_out
from service.repositories.goes import write_in_turn
from service.repositories.items import ConditionFailedError, to_wire
from service.repositories.outcomes import Append, put_entry
from service.repositories.profile_changes import ProfileChange, bound, logged, outlived, used
from service.repositories.row_items import passkey_item, read_profile
from service.repositories.rows import Holdings, Passkey, Profile, account_pk, passkey_sk
from service.repositories.session_rows import KeptSession
from service.repositories.session_writes import begins, ends_on

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_PASSKEYS: Final = 10  # with ten templates and twenty devices a deletion stays one transaction

# Positions in the transaction that uses one.
_PROFILE: Final = 0
_ENTRY: Final = 1

# Paused is the face. What else an account may be, nobody gets into.
_OPEN: Final = ProfileChange(
    condition="#status IN (:active, :paused) AND attribute_not_exists(frozen_at)",
    values={":active": "active", ":paused": "paused"},
    names={"#status": "status"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PasskeyUse:
    """A passkey lets somebody in.

    Attributes:
        profile: of the account, as it was read.
        seen: the passkey, as it was read.
        sign_count: its counter now.
        append: writes the log's entry.
        session: that begins with it.
    """

    profile: Profile
    seen: Passkey
    sign_count: int
    append: Append = field(repr=False)
    session: KeptSession


class Passkeys:
    """The writes of the passkeys function."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, deed: Deed, passkey: Passkey) -> None:
        """Add a passkey.

        Args:
            deed: who asks, of which account.
            passkey: the passkey.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Conflict: when the account has this one already, or as many as it may have.
            Unavailable: when others kept writing to the account.
        """
        change = ProfileChange(
            adds=("passkeys :ids",),
            condition="attribute_not_exists(passkeys) OR size(passkeys) < :most",
            values={":ids": frozenset({passkey.id}), ":most": MAX_PASSKEYS},
        )
        row: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": to_wire(passkey_item(deed.profile.account, passkey)),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        try:
            carry_out(self._client, deed, [row], table=self._table, change=change)
        except ConditionFailedError:
            raise Conflict from None

    def use(self, use: PasskeyUse) -> None:
        """Move a passkey's counter on, begin a session and log it: of two with one counter, one does.

        Raises:
            ConditionFailedError: when it was removed or used since, or the account is gone or frozen.
            Unavailable: when others kept writing to the account.
        """
        write_in_turn(
            self._client,
            lambda profile: self._use(replace(use, profile=profile)),
            use.profile,
            entry=_ENTRY,
            overtaken=_newer,
        )

    def remove(self, deed: Deed, seen: Holdings, passkey_id: str) -> None:
        """Remove a passkey, and end every session that it began, the asking one's own as well.

        Args:
            deed: who asks.
            seen: the account, as just read.
            passkey_id: the passkey's.

        Raises:
            ConditionFailedError: when something was written since the account was read: perhaps it was used,
                and began a session that nobody has seen yet.
            NotFound: when there is no such passkey.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        account = seen.profile.account
        found = next((passkey for passkey in seen.passkeys if passkey.id == passkey_id), None)
        if found is None:
            raise NotFound
        begun = [kept.name for kept in seen.sessions if kept.passkey == passkey_id]
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
        others = [name.device for name in begun if name.device != deed.session.device]
        carry_out(
            self._client,
            deed,
            [row, *(ends_on(account, device, table=self._table) for device in others)],
            table=self._table,
            change=ProfileChange(deletes=("passkeys :ids",), values={":ids": frozenset({passkey_id})}),
            ends_session=deed.session in begun,
            as_read=True,
        )

    def _use(self, use: PasskeyUse) -> "list[TransactWriteItemTypeDef]":
        account, seen, appended = use.profile.account, use.seen, use.append(use.profile)
        now = use.session.created_at
        change = (
            used(now=now).also(logged(appended.sealed_head)).also(_OPEN).also(outlived(use.profile, now=now))
        )
        return [
            bound(use.profile, change, table=self._table),
            put_entry(account, appended.entry, table=self._table),
            {
                "Update": {
                    "TableName": self._table,
                    "Key": self._key(account, passkey_sk(seen.id)),
                    "UpdateExpression": "SET sign_count = :count, last_used_at = :now",
                    "ConditionExpression": "attribute_exists(pk) AND sign_count = :seen",
                    "ExpressionAttributeValues": to_wire(
                        {":count": use.sign_count, ":seen": seen.sign_count, ":now": now}
                    ),
                }
            },
            begins(account, use.session, table=self._table),
        ]

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})


def _newer(error: ConditionFailedError, than: Profile) -> Profile:
    """Give the profile as it is now, where another write is all that kept a passkey from being used."""
    found = error.found.get(_PROFILE)
    if error.failed != (_PROFILE,) or found is None:
        raise error
    newer = read_profile(found)
    if newer.revision == than.revision or newer.is_frozen:
        raise error
    return newer
