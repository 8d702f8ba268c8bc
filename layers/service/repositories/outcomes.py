"""What a verification leaves behind: one transaction, and nothing at all once the account is gone."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from service.limits import turn
from service.patience import DAY_S
from service.repositories.items import ConditionFailedError, to_wire, transact
from service.repositories.row_items import device_item, sign_in_item
from service.repositories.rows import PROFILE_SK, Device, SignIn, account_pk, device_sk
from service.repositories.template_changes import TemplateChanges, profile_changes, template_writes
from service.repositories.tries import forgotten, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


# Position in the transaction below.
_TRY: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """The try that a sign-in was.

    Attributes:
        row: where it was counted; see service.repositories.tries.
        mark: names it there.
    """

    row: str
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """A sign-in that succeeded.

    Attributes:
        account: whose.
        thumbprint: the device that signed in.
        new_device: its row, when this sign-in makes it known.
        entry: for the sign-in log.
        attempt: the try that succeeded; None leaves what was counted as it is.
        proved_anew: row of the device's own tries, where the mailbox was proved along with the face.
        templates: what it changes of the account's templates, if anything.
        now: seconds since the epoch.
    """

    account: str
    thumbprint: str
    new_device: Device | None
    entry: SignIn
    attempt: Try | None
    proved_anew: str | None
    templates: TemplateChanges | None
    now: int


class Outcomes:
    """The one write of a verification."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def record_acceptance(self, outcome: Acceptance) -> None:
        """Record a success: profile, device, log, templates, and the run of failures is over.

        A person is never kept out by what their account would have learned: where somebody else changed it in
        the meantime, the sign-in is recorded by itself, and nothing is learned from it. Nor by what was
        counted: where another try began since, it may yet fail, and the run goes on.

        Raises:
            ConditionFailedError: when the account is no longer there or no longer active, or its device is
                gone, or came from elsewhere in the meantime.
        """
        try:
            transact(self._client, self._acceptance(outcome))
        except ConditionFailedError as error:
            less = _without_what_failed(outcome, error.failed)
            if less == outcome:
                raise
            self.record_acceptance(less)

    def _acceptance(self, outcome: Acceptance) -> "list[TransactWriteItemTypeDef]":
        changes = outcome.templates
        return [
            self._profile(outcome),
            self._device(outcome),
            self._put_entry(outcome.account, outcome.entry),
            *self._tries(outcome),
            *(template_writes(outcome.account, changes, table=self._table) if changes is not None else ()),
        ]

    def _tries(self, outcome: Acceptance) -> "Iterator[TransactWriteItemTypeDef]":
        if outcome.attempt is not None:
            yield settled(outcome.attempt.row, mark=outcome.attempt.mark, table=self._table)
        if outcome.proved_anew is not None:
            yield forgotten(outcome.proved_anew, table=self._table)

    def _profile(self, outcome: Acceptance) -> "TransactWriteItemTypeDef":
        assignments, removals, condition = "SET last_used_at = :now", "", "#status = :active"
        additions = " ADD revision :one"
        values: dict[str, Any] = {":now": outcome.now, ":one": 1, ":active": "active"}
        if outcome.new_device is not None:
            additions += ", devices :device"
            values[":device"] = frozenset({outcome.thumbprint})
        if outcome.templates is not None:
            more, removals, more_values = profile_changes(outcome.templates)
            assignments, condition = assignments + more, condition + " AND revision = :revision"
            values |= more_values
        return {
            "Update": {
                "TableName": self._table,
                "Key": self._key(outcome.account, PROFILE_SK),
                "UpdateExpression": assignments + removals + additions,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": to_wire(values),
            }
        }

    def _device(self, outcome: Acceptance) -> "TransactWriteItemTypeDef":
        if outcome.new_device is not None:
            return {
                "Put": {
                    "TableName": self._table,
                    "Item": to_wire(device_item(outcome.account, outcome.new_device)),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
        return {
            "Update": {
                "TableName": self._table,
                "Key": self._key(outcome.account, device_sk(outcome.thumbprint)),
                "UpdateExpression": "SET last_used_at = :now",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":now": outcome.now}),
            }
        }

    def record_refusal(self, account: str, *, entry: SignIn, warn_at: float | None = None) -> bool:
        """Record a failure in the owner's log.

        Args:
            account: whose.
            entry: for the log.
            warn_at: where the owner is to be warned of it, once a day: now, seconds since the epoch.

        Returns:
            Whether to warn them.

        Raises:
            ConditionFailedError: when the account is no longer there.
        """
        profile: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": self._key(account, PROFILE_SK),
                "UpdateExpression": "ADD revision :one",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":one": 1}),
            }
        }
        record = [profile, self._put_entry(account, entry)]
        if warn_at is None:
            transact(self._client, record)
            return False
        warning: TransactWriteItemTypeDef = {
            "Put": turn(f"warning#{account}", gap_s=DAY_S, now=warn_at, table=self._table)
        }
        try:
            transact(self._client, [*record, warning])
        except ConditionFailedError as error:
            if error.failed != (len(record),):
                raise
            transact(self._client, record)
            return False
        return True

    def _put_entry(self, account: str, entry: SignIn) -> "TransactWriteItemTypeDef":
        return {"Put": {"TableName": self._table, "Item": to_wire(sign_in_item(account, entry))}}

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})


def _without_what_failed(outcome: Acceptance, failed: tuple[int, ...]) -> Acceptance:
    """Give the same success without the parts that it can do without, where those failed."""
    other_try = outcome.attempt is not None and _TRY in failed
    other_change = not other_try or failed != (_TRY,)
    return replace(
        outcome,
        attempt=None if other_try else outcome.attempt,
        templates=None if other_change else outcome.templates,
    )
