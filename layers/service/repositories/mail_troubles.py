"""Mailboxes that mails come back from, by their keyed index; and the accounts that they belong to."""

from typing import TYPE_CHECKING, Final

from service.patience import DAY_S
from service.repositories.items import Item, from_wire, held, is_live, to_wire
from service.repositories.limits import Budget
from service.repositories.rows import PROFILE_SK, MailTrouble, account_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import DeleteTypeDef

# Long enough to be no nuisance to whoever complained, and short enough that a mailbox that was full, or whose
# provider was misconfigured, hears of its account again.
TROUBLE_LIFE_S: Final = 90 * DAY_S
# Enough to find out whether that is over.
SENDS_A_DAY_IN_TROUBLE: Final = 1

_SK: Final = "TROUBLE"


class MailTroubles:
    """The marks in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def mark(self, mailbox: str, *, why: MailTrouble, now: float) -> None:
        """Mark a mailbox, whether or not it has an account: one write.

        Args:
            mailbox: keyed index of the address.
            why: what happened.
            now: seconds since the epoch.
        """
        item: Item = {**_key(mailbox), "why": why, "expires_at": int(now) + TROUBLE_LIFE_S}
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def mark_account(self, account: str, *, mailbox: str, why: MailTrouble, now: float) -> None:
        """Mark the account that has the mailbox, if it still has it: one conditional write."""
        values: Item = {":why": why, ":until": int(now) + TROUBLE_LIFE_S, ":mailbox": mailbox}
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": account_pk(account), "sk": PROFILE_SK}),
                UpdateExpression="SET mail_trouble = :why, mail_trouble_until = :until",
                ConditionExpression="mailbox = :mailbox",
                ExpressionAttributeValues=to_wire(values),
            )
        )

    def has(self, mailbox: str, *, now: float) -> bool:
        """Tell whether mails to a mailbox come back: one read."""
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_key(mailbox)), ConsistentRead=True)
        item = from_wire(answer.get("Item", {}))
        return bool(item) and is_live(item, now=now)

    def end(self, mailbox: str) -> None:
        """End a mailbox's mark: a code from it was typed. One write."""
        self._client.delete_item(**ended(mailbox, table=self._table))


def trouble_budget(scope: str) -> Budget:
    """Give how many mails with codes such a mailbox may have from those who are counted together."""
    return Budget(scope=f"trouble#{scope}", limit=SENDS_A_DAY_IN_TROUBLE, window_s=DAY_S)


def ended(mailbox: str, *, table: str) -> "DeleteTypeDef":
    """Make the write that ends a mailbox's mark."""
    return {"TableName": table, "Key": to_wire(_key(mailbox))}


def _key(mailbox: str) -> Item:
    return {"pk": f"MAILBOX#{mailbox}", "sk": _SK}
