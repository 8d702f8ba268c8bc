"""An account comes into being in one transaction, or not at all; and so does another face of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.problems import AlreadyEnrolled, MailboxTokenInvalid
from service.repositories.accounts import mailbox_key
from service.repositories.deeds import Deed, carry_out
from service.repositories.items import ConditionFailedError, Item, to_wire, transact
from service.repositories.keys import WrappedKey, account_key, wrapped_values
from service.repositories.limits import turn
from service.repositories.profile_changes import ProfileChange, unchanged
from service.repositories.row_items import consent_item, device_item, profile_item, template_item
from service.repositories.rows import Consent, Device, Holdings, Profile, Template
from service.repositories.session_rows import KeptSession, session_item
from service.repositories.template_changes import discards
from service.repositories.work import Work, puts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


# What its owner has paused is compared with nothing, and nothing takes its place.
_NOT_PAUSED: Final = ProfileChange(
    condition="#status = :active", values={":active": "active"}, names={"#status": "status"}
)
# Position in the transaction that makes an account.
_MAILBOX: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAccount:
    """Every row of an account at its beginning."""

    profile: Profile
    wrapped_key: WrappedKey
    templates: tuple[Template, ...]
    device: Device
    consent: Consent | None
    session: KeptSession


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFace:
    """The templates that take the place of all that an account has, and the consent that they stand on."""

    templates: tuple[Template, ...]
    consent: Consent
    policy_version: str


class Enrolments:
    """The writes that enrol: one makes an account, one gives it a face anew."""

    def __init__(self, *, client: "DynamoDBClient", table: str, keys_table: str) -> None:
        self._client = client
        self._table = table
        self._keys_table = keys_table

    def enrol(self, new: NewAccount, *, due: tuple[Work, ...], proof: str, until: int) -> None:
        """Write every row of a new account: one transaction.

        Args:
            new: the account.
            due: what is to be done once it is written: its notice.
            proof: names what proved the mailbox: it makes one account, so that each costs a code.
            until: when that proof expires, seconds since the epoch.

        Raises:
            AlreadyEnrolled: when the mailbox has an account; of two enrolments at once, one wins.
            MailboxTokenInvalid: when that proof made one before.
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
        now = new.profile.created_at
        used = turn(f"account#{proof}", gap_s=until - now, now=now, table=self._table)
        writes = [self._put(self._keys_table, key_row), *(self._put(self._table, row) for row in rows)]
        writes += [{"Put": used}, *(puts(one, table=self._table) for one in due)]
        try:
            transact(self._client, writes)
        except ConditionFailedError as error:
            # Ids are random: all that can already be there is the mailbox's row, or that its proof was used.
            if _MAILBOX in error.failed:
                raise AlreadyEnrolled from None
            raise MailboxTokenInvalid from None

    def replace_face(self, deed: Deed, new: NewFace, *, seen: Holdings) -> None:
        """Put templates in place of every one that an account has, and keep the consent: one transaction.

        Args:
            deed: who asks.
            new: the templates.
            seen: the account, as just read, what has expired included.

        Raises:
            ConditionFailedError: when its templates changed since it was read, or its face was paused.
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        account, profile = deed.profile.account, seen.profile
        change = ProfileChange(
            sets=("anchors = :anchors", "policy_version = :version"),
            removes=("adaptive", "learned_at", "consent_asked_at"),
            values={
                ":anchors": frozenset(one.id for one in new.templates),
                ":version": new.policy_version,
            },
        )
        if profile.has_face:
            change = change.also(_NOT_PAUSED)
        for name, held in (("anchors", profile.anchors), ("adaptive", profile.adaptive)):
            change = change.also(unchanged(name, held))
        held_ids = profile.anchors | profile.adaptive | {row.id for row in seen.templates}
        writes = discards(account, held_ids, table=self._table)
        rows = [*(template_item(account, one) for one in new.templates), consent_item(account, new.consent)]
        writes += [self._put(self._table, row) for row in rows]
        carry_out(self._client, deed, writes, table=self._table, change=change)

    def _put(self, table: str, item: Item) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": table,
                "Item": to_wire(item),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
