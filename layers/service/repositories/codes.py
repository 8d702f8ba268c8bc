"""Mailbox codes: kept as digests, tried five times, used once."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from service.patience import DAY_S
from service.problems import CodeExhausted, CodeInvalid
from service.repositories.items import Item, from_wire, is_condition_failure, is_live, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CODE_LIFE_S: Final = 600
CODE_TRIES: Final = 5
RESEND_S: Final = 60
# NIST SP 800-63B-4, section 3.2.2: at the latest after 100 in a row there are no more. A new code does not
# begin the count anew (3.1.3.2), nor does a new day.
WRONG_CODES_IN_A_ROW: Final = 100
REST_S: Final = 30 * DAY_S

_SK: Final = "CODE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A code as it is kept.

    Attributes:
        index: names the code; see service.mailbox.code_index.
        digest: keyed digest of the digits.
        expires_at: seconds since the epoch.
    """

    index: str = field(repr=False)
    digest: str = field(repr=False)
    expires_at: int


class Codes:
    """The codes in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, code: Code) -> None:
        """Keep a new code in place of the device's last one for this mailbox: one write."""
        item: Item = {**_key(code.index), "digest": code.digest, "tries": 0, "expires_at": code.expires_at}
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def count_try(self, index: str, *, now: float) -> str:
        """Count one try, before anything is compared: one conditional write.

        Args:
            index: names the code.
            now: seconds since the epoch.

        Returns:
            The digest to compare with.

        Raises:
            CodeExhausted: when the tries are used up.
            CodeInvalid: when there is no such code, or it has expired.
        """
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire(_key(index)),
                UpdateExpression="ADD tries :one",
                ConditionExpression="tries < :tries AND expires_at > :now",
                ExpressionAttributeValues=to_wire({":one": 1, ":tries": CODE_TRIES, ":now": int(now)}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            kept = from_wire(error.response.get("Item", {}))  # type: ignore[arg-type]
            raise CodeExhausted if kept and is_live(kept, now=now) else CodeInvalid from None
        return str(from_wire(answer["Attributes"])["digest"])

    def used(self, code_index: str, *, digest: str) -> "TransactWriteItemTypeDef":
        """Use a code up as part of a transaction, if its digits are still these."""
        return {
            "Delete": {
                "TableName": self._table,
                "Key": to_wire(_key(code_index)),
                "ConditionExpression": "digest = :digest",
                "ExpressionAttributeValues": to_wire({":digest": digest}),
            }
        }

    def use(self, code_index: str, *, digest: str) -> None:
        """Use a code up: one conditional write, so only one request ever does.

        Args:
            code_index: names the code.
            digest: of the digits that were given.

        Raises:
            CodeInvalid: when it was used, or another code has taken its place.
        """
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_wire(_key(code_index)),
                ConditionExpression="digest = :digest",
                ExpressionAttributeValues=to_wire({":digest": digest}),
            )
        except ClientError as error:
            if is_condition_failure(error):
                raise CodeInvalid from None
            raise


def _key(index: str) -> Item:
    return {"pk": f"CODE#{index}", "sk": _SK}
