"""An account changes its mailbox in one transaction, or not at all."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.problems import AlreadyEnrolled, CodeInvalid, Conflict
from service.repositories.accounts import mailbox_key
from service.repositories.deeds import OTHERS, PROFILE, Deed, carry_out
from service.repositories.items import ConditionFailedError, to_wire
from service.repositories.profile_changes import ProfileChange
from service.repositories.rows import Profile, account_pk, passkey_sk
from service.repositories.session_writes import ends_on

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from service.repositories.codes import Codes
    from service.repositories.items import Item
    from service.repositories.session_rows import KeptSession

# Positions in the transaction.
_NEW: Final = OTHERS
_CODES: Final = OTHERS + 2

_ENDED_AT_ONCE: Final = 50  # a transaction takes 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Moving:
    """A change of address, both mailboxes proved.

    Attributes:
        deed: who asks, of which account; its session goes on.
        new_mailbox: of the one that takes its place.
        sealed_email: the new address.
        code_index: names the pair of codes that proved both.
        code_digest: of that pair.
    """

    deed: Deed
    new_mailbox: str = field(repr=False)
    sealed_email: bytes = field(repr=False)
    code_index: str = field(repr=False)
    code_digest: str = field(repr=False)


class Moves:
    """The one write of a change of address."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def move(self, moving: Moving, *, sessions: "tuple[KeptSession, ...]", codes: "Codes") -> None:
        """Give the account another mailbox, and end its other sessions and its passkeys: one transaction.

        Whoever reads the mailbox that is left may have added a passkey, and that would have outlived it.

        Args:
            moving: the change.
            sessions: of the account, as just read.
            codes: where the codes are kept.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            AlreadyEnrolled: when the new address has an account by now.
            CodeInvalid: when the codes were used, or others have taken their place.
            Conflict: when the address or the passkeys were changed in the meantime.
            Unavailable: when others kept writing to the account.
        """
        deed, account = moving.deed, moving.deed.profile.account
        others = [one.name.device for one in sessions if one.name != deed.session]
        writes = [
            self._arrive(moving),
            self._leave(deed.profile),
            codes.used(moving.code_index, digest=moving.code_digest),
            *(ends_on(account, device, table=self._table) for device in others[:_ENDED_AT_ONCE]),
            *self._passkeys(deed.profile),
        ]
        try:
            carry_out(self._client, deed, writes, table=self._table, change=_change(moving))
        except ConditionFailedError as error:
            if PROFILE in error.failed:
                raise Conflict from None
            if _NEW in error.failed:
                raise AlreadyEnrolled from None
            raise (CodeInvalid if _CODES in error.failed else Conflict) from None

    def _passkeys(self, profile: Profile) -> "list[TransactWriteItemTypeDef]":
        keys = [
            {"pk": account_pk(profile.account), "sk": passkey_sk(one)} for one in sorted(profile.passkeys)
        ]
        return [{"Delete": {"TableName": self._table, "Key": to_wire(key)}} for key in keys]

    def _arrive(self, moving: Moving) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self._table,
                "Item": to_wire({**mailbox_key(moving.new_mailbox), "account": moving.deed.profile.account}),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _leave(self, profile: Profile) -> "TransactWriteItemTypeDef":
        return {
            "Delete": {
                "TableName": self._table,
                "Key": to_wire(mailbox_key(profile.mailbox)),
                "ConditionExpression": "account = :account",
                "ExpressionAttributeValues": to_wire({":account": profile.account}),
            }
        }


def _change(moving: Moving) -> ProfileChange:
    """Give what becomes of the profile.

    What is learned or signed in meanwhile keeps nobody from moving. Deleting asks for the revision, so it
    never deletes by the mailbox of before.
    """
    passkeys = moving.deed.profile.passkeys
    values: Item = {
        ":new": moving.new_mailbox,
        ":old": moving.deed.profile.mailbox,
        ":sealed": moving.sealed_email,
    }
    return ProfileChange(
        sets=("mailbox = :new", "sealed_email = :sealed"),
        # The new one has just been read: what was said of the old one is over.
        removes=("mail_trouble", "mail_trouble_until", "passkeys"),
        condition="mailbox = :old AND "
        + ("passkeys = :passkeys" if passkeys else "attribute_not_exists(passkeys)"),
        values=values | ({":passkeys": passkeys} if passkeys else {}),
    )
