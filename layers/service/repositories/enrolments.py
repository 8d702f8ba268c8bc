"""An account comes into being in one transaction, or not at all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.problems import AlreadyEnrolled
from service.repositories.accounts import mailbox_key
from service.repositories.items import ConditionFailedError, Item, to_wire, transact
from service.repositories.keys import WrappedKey, account_key, wrapped_values
from service.repositories.row_items import consent_item, device_item, profile_item, template_item
from service.repositories.rows import Consent, Device, Profile, Template
from service.repositories.session_rows import KeptSession, session_item
from service.repositories.work import Work, puts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAccount:
    """Every row of an account at its beginning."""

    profile: Profile
    wrapped_key: WrappedKey
    templates: tuple[Template, ...]
    device: Device
    consent: Consent | None
    session: KeptSession


class Enrolments:
    """The one write that makes an account."""

    def __init__(self, *, client: "DynamoDBClient", table: str, keys_table: str) -> None:
        self._client = client
        self._table = table
        self._keys_table = keys_table

    def enrol(self, new: NewAccount, *, due: tuple[Work, ...]) -> None:
        """Write every row of a new account: one transaction.

        Args:
            new: the account.
            due: what is to be done once it is written: its notice.

        Raises:
            AlreadyEnrolled: when the mailbox has an account; of two enrolments at once, one wins.
        """
        account = new.profile.account
        rows = [
            {**mailbox_key(new.profile.mailbox), "account": account},
            profile_item(new.profile),
            *(template_item(account, template) for template in new.templates),
            device_item(account, new.device),
            *(() if new.consent is None else (consent_item(account, new.consent),)),
            session_item(account, new.session),
        ]
        key_row: Item = {**account_key(account), **wrapped_values(new.wrapped_key)}
        writes = [self._put(self._keys_table, key_row), *(self._put(self._table, row) for row in rows)]
        writes += [puts(one, table=self._table) for one in due]
        try:
            transact(self._client, writes)
        except ConditionFailedError:
            # Ids are random: the only row that can already be there is the mailbox's.
            raise AlreadyEnrolled from None

    def _put(self, table: str, item: Item) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": table,
                "Item": to_wire(item),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
