"""An account changes its mailbox in one transaction, or not at all."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.problems import AlreadyEnrolled, CodeInvalid, Conflict, TokenInvalid
from service.repositories.accounts import mailbox_key
from service.repositories.items import ConditionFailedError, to_wire, transact
from service.repositories.rows import PROFILE_SK, account_pk
from service.repositories.session_writes import ends_on, still_stands

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from service.repositories.codes import Codes
    from service.repositories.session_rows import KeptSession, SessionName

# Positions in the transaction.
_PROFILE: Final = 0
_SESSION: Final = 1
_NEW: Final = 2
_CODES: Final = 4

_ENDED_AT_ONCE: Final = 50  # a transaction takes 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Moving:
    """A change of address, both mailboxes proved.

    Attributes:
        account: whose.
        old_mailbox: keyed index of the address that is left.
        new_mailbox: of the one that takes its place.
        sealed_email: the new address.
        code_index: names the pair of codes that proved both.
        code_digest: of that pair.
        session: the one that asks; it goes on.
    """

    account: str
    old_mailbox: str = field(repr=False)
    new_mailbox: str = field(repr=False)
    sealed_email: bytes = field(repr=False)
    code_index: str = field(repr=False)
    code_digest: str = field(repr=False)
    session: "SessionName"


class Moves:
    """The one write of a change of address."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def move(self, moving: Moving, *, sessions: "tuple[KeptSession, ...]", codes: "Codes") -> None:
        """Give the account another mailbox and end its other sessions: one transaction.

        Args:
            moving: the change.
            sessions: of the account, as just read.
            codes: where the codes are kept.

        Raises:
            TokenInvalid: when the account is gone, or the session has ended.
            AlreadyEnrolled: when the new address has an account by now.
            CodeInvalid: when the codes were used, or others have taken their place.
            Conflict: when the address was changed in the meantime.
        """
        account = moving.account
        others = [one.name.device for one in sessions if one.name != moving.session]
        try:
            transact(
                self._client,
                [
                    self._profile(moving),
                    still_stands(account, moving.session, table=self._table),
                    self._arrive(moving),
                    self._leave(moving),
                    codes.used(moving.code_index, digest=moving.code_digest),
                    *(ends_on(account, device, table=self._table) for device in others[:_ENDED_AT_ONCE]),
                ],
            )
        except ConditionFailedError as error:
            if _PROFILE in error.absent or _SESSION in error.failed:
                raise TokenInvalid from None
            if _PROFILE in error.failed:
                raise Conflict from None
            if _NEW in error.failed:
                raise AlreadyEnrolled from None
            raise (CodeInvalid if _CODES in error.failed else Conflict) from None

    def _profile(self, moving: Moving) -> "TransactWriteItemTypeDef":
        # Without the revision: what is learned or signed in meanwhile keeps nobody from moving. Deleting asks
        # for the revision, so that it never deletes by the mailbox of before.
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_wire({"pk": account_pk(moving.account), "sk": PROFILE_SK}),
                "UpdateExpression": (
                    # The new one has just been read: what was said of the old one is over.
                    "SET mailbox = :new, sealed_email = :sealed REMOVE mail_trouble, mail_trouble_until "
                    "ADD revision :one"
                ),
                "ConditionExpression": "mailbox = :old",
                "ExpressionAttributeValues": to_wire(
                    {
                        ":new": moving.new_mailbox,
                        ":old": moving.old_mailbox,
                        ":sealed": moving.sealed_email,
                        ":one": 1,
                    }
                ),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # tells "gone" from "moved"
            }
        }

    def _arrive(self, moving: Moving) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self._table,
                "Item": to_wire({**mailbox_key(moving.new_mailbox), "account": moving.account}),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _leave(self, moving: Moving) -> "TransactWriteItemTypeDef":
        return {
            "Delete": {
                "TableName": self._table,
                "Key": to_wire(mailbox_key(moving.old_mailbox)),
                "ConditionExpression": "account = :account",
                "ExpressionAttributeValues": to_wire({":account": moving.account}),
            }
        }
