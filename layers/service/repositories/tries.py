"""The tries of sign-ins: a row for each device that an account knows, one for new devices, one for lifts.

A try is counted in one conditional write, when its challenge is issued, as one that failed; a success takes
it back. The condition is ``patience.due_at`` in DynamoDB's words, and a test holds the two to each other.
"""

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from service.encoding import length_prefixed, sha256_base64url
from service.patience import CAPS, FREE_TRIES, LONGEST_WAIT_S, MOST_IN_A_ROW, YEAR_S, wait_after_s
from service.repositories.items import Value, from_wire, is_condition_failure, to_wire
from service.repositories.limits import limit_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# The longest window. A device that signed nobody in for as long is proved anew, so none that was disabled
# comes back because its count is gone.
TRIES_LIFE_S: Final = YEAR_S

# A row that outlives its account must not tell whose it was; the salt keeps these digests apart from others.
_SALT: Final = "facesmash/tries/1"
_MARK_SALT: Final = "facesmash/tries/mark/1"


class Tries:
    """The rows in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, row: str, *, mark: str, now: float) -> int | None:
        """Begin a try, if one is due: one conditional write.

        Args:
            row: whose; see ``tries_of``.
            mark: names the try; see ``mark_of``.
            now: seconds since the epoch.

        Returns:
            How many before it in a row did not succeed; None when none is due.
        """
        begun: dict[str, Value] = {
            ":zero": 0,
            ":one": 1,
            ":none": (),
            ":this": (int(now),),
            ":mark": mark,
            ":end": int(now) + TRIES_LIFE_S,
        }
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire(limit_key(row)),
                UpdateExpression=(
                    "SET in_a_row = if_not_exists(in_a_row, :zero) + :one, "
                    "failed_at = list_append(:this, if_not_exists(failed_at, :none)), "
                    "mark = :mark, expires_at = :end"
                ),
                ConditionExpression=_DUE,
                ExpressionAttributeValues=to_wire({**begun, **_values(int(now))}),
                ReturnValues="UPDATED_NEW",
            )
        except ClientError as error:
            if is_condition_failure(error):
                return None
            raise
        return int(from_wire(answer["Attributes"])["in_a_row"]) - 1  # type: ignore[arg-type]


def tries_of(account: str, *, known_device: str | None) -> str:
    """Name the row of an account's tries.

    Args:
        account: the account's id.
        known_device: thumbprint of a device that it knows; None for its new devices, all together. So only a
            known device can use up its own tries, and a stranger locks nobody out.

    Returns:
        The partition key.
    """
    return _row(account, known_device or "new")


def lifts_of(account: str) -> str:
    """Name the row of an account's tries to lift a freeze.

    They are counted by themselves: whoever else has the mailbox may have used up those of new devices before.
    """
    return _row(account, "lift")


def _row(account: str, scope: str) -> str:
    return f"LIMIT#{sha256_base64url(length_prefixed(_SALT, account, scope))}#tries"


def mark_of(challenge_id: str) -> str:
    """Name a try by its challenge, so that nobody who reads the one row finds the other."""
    return sha256_base64url(length_prefixed(_MARK_SALT, challenge_id))


def settled(row: str, *, mark: str, table: str) -> "TransactWriteItemTypeDef":
    """Make the write that a success adds to its transaction: its own try is taken back, and the run is over.

    Its condition holds as long as no other try began since: what is still open must not be forgotten.
    """
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire(limit_key(row)),
            "UpdateExpression": "SET in_a_row = :zero REMOVE failed_at[0], mark",
            "ConditionExpression": "mark = :mark",
            "ExpressionAttributeValues": to_wire({":zero": 0, ":mark": mark}),
        }
    }


def forgotten(row: str, *, table: str) -> "TransactWriteItemTypeDef":
    """Make the write that forgets a row: its device was proved anew, or is gone."""
    return {"Delete": {"TableName": table, "Key": to_wire(limit_key(row))}}


def _waits() -> tuple[tuple[int, int], ...]:
    """Give (fewer failures in a row than, seconds since the last) of every wait but the longest."""
    waits = []
    fewer_than = FREE_TRIES
    while (wait_s := wait_after_s(fewer_than - 1)) < LONGEST_WAIT_S:
        waits.append((fewer_than, wait_s))
        fewer_than += 1
    return tuple(waits)


def _condition() -> str:
    short_enough = [
        f"in_a_row < :row{fewer_than} AND failed_at[0] <= :ago{wait_s}" for fewer_than, wait_s in _waits()
    ]
    waited = " OR ".join([*short_enough, f"failed_at[0] <= :ago{LONGEST_WAIT_S}"])
    last = [f"failed_at[{cap.tries - 1}]" for cap in CAPS]
    under_caps = [
        f"(attribute_not_exists({nth}) OR {nth} <= :ago{cap.window_s})"
        for cap, nth in zip(CAPS, last, strict=True)
    ]
    rules = ["in_a_row < :most", f"(attribute_not_exists(failed_at[0]) OR {waited})", *under_caps]
    return f"attribute_not_exists(pk) OR ({' AND '.join(rules)})"


def _values(now: int) -> dict[str, Any]:
    waits = _waits()
    ages = {*(wait_s for _, wait_s in waits), LONGEST_WAIT_S, *(cap.window_s for cap in CAPS)}
    return {
        ":most": MOST_IN_A_ROW,
        **{f":row{fewer_than}": fewer_than for fewer_than, _ in waits},
        **{f":ago{age_s}": now - age_s for age_s in ages},
    }


_DUE: Final = _condition()
