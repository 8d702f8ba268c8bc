"""Budgets: counted in one conditional write, before whatever they limit is done.

This is the seam for the limits of codes, guesses and whatever else may be done too often: a caller names a
budget, and ``spend`` says whether something was left of it. Sign-ins have their own rules: service.patience.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from service.encoding import length_prefixed, sha256_base64url
from service.patience import DAY_S
from service.problems import TooManyRequests
from service.repositories.items import Item, from_wire, held, is_condition_failure, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef

LIMIT_SK: Final = "LIMIT"

# No window is longer, and no count of one is kept for longer: the register says so to everybody. A run of
# failures is kept until its own rest is over, which may be longer.
LONGEST_WINDOW_S: Final = DAY_S

# A row that outlives its account must not tell whose it was; the salt keeps these digests apart from others.
_SALT: Final = "facesmash/limit/1"

logger = Logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """So many uses in a window of time.

    Attributes:
        scope: what is limited, for whom; only its digest is kept.
        limit: uses in one window.
        window_s: length of the window, seconds; ``LONGEST_WINDOW_S`` at most.
    """

    scope: str
    limit: int
    window_s: int

    def __post_init__(self) -> None:
        """Refuse a window that would keep a count for longer than people are told."""
        if self.window_s > LONGEST_WINDOW_S:
            raise ValueError("a window longer than the register says")

    def key(self, now: float) -> str:
        """Give the partition key of the window that ``now`` lies in."""
        return f"{_name(self.scope)}#{int(now) // self.window_s}"

    def ends_in_s(self, now: float) -> int:
        """Tell how long the window that ``now`` lies in still lasts, in seconds."""
        return self.window_s - int(now) % self.window_s


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """So many failures in a row, whatever time lies between them, and then a rest.

    Attributes:
        scope: what fails, for whom; only its digest is kept.
        limit: failures in a row.
        rest_s: seconds after the last failure at which the run is over by itself, also one at its limit.
    """

    scope: str
    limit: int
    rest_s: int


class Limits:
    """The budgets in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def take(self, *budgets: Budget, now: float) -> None:
        """Take one use from each budget, in this order: a conditional write for each.

        Args:
            budgets: the budgets; what was taken before one that has none left stays taken.
            now: seconds since the epoch.

        Raises:
            TooManyRequests: when one has none left.
        """
        for budget in budgets:
            if self.spend(budget, now=now) is None:
                raise TooManyRequests(retry_after_s=budget.ends_in_s(now))

    def take_all(self, *budgets: Budget, now: float) -> bool:
        """Take one use from each budget, or from none: a conditional write for each, and to give one back.

        Args:
            budgets: the budgets.
            now: seconds since the epoch.

        Returns:
            False when one had none left.
        """
        for number, budget in enumerate(budgets):
            if self.spend(budget, now=now) is None:
                self.give_all_back(*budgets[:number], now=now)
                return False
        return True

    def spend(self, budget: Budget, *, now: float) -> int | None:
        """Take one use from a budget: one conditional write.

        Args:
            budget: the budget.
            now: seconds since the epoch.

        Returns:
            How many of the window were taken before this one; None when there was none left.
        """
        window_end = (int(now) // budget.window_s + 1) * budget.window_s
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire(limit_key(budget.key(now))),
                UpdateExpression="SET expires_at = :end ADD hits :one",
                ConditionExpression="attribute_not_exists(hits) OR hits < :limit",
                ExpressionAttributeValues=to_wire({":end": window_end, ":one": 1, ":limit": budget.limit}),
                ReturnValues="UPDATED_NEW",
            )
        except ClientError as error:
            if is_condition_failure(error):
                return None
            raise
        return int(from_wire(answer["Attributes"])["hits"]) - 1  # type: ignore[arg-type]

    def give_back(self, budget: Budget, *, now: float) -> None:
        """Take back one use that came to nothing: one conditional write.

        Args:
            budget: the budget.
            now: what it was spent with; of a window that is gone nothing is taken back.
        """
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=to_wire(limit_key(budget.key(now))),
                UpdateExpression="ADD hits :less",
                ConditionExpression="hits > :none",
                ExpressionAttributeValues=to_wire({":less": -1, ":none": 0}),
            )
        )

    def give_all_back(self, *budgets: Budget, now: float) -> None:
        """Take back one use of each budget, as above."""
        for budget in budgets:
            self.give_back(budget, now=now)

    def give_back_if_heard(self, budget: Budget, *, now: float) -> None:
        """Take back one use once all else is done: where that fails, one use too many stays counted.

        Args:
            budget: the budget.
            now: what it was spent with.
        """
        try:
            self.give_back(budget, now=now)
        except (BotoCoreError, ClientError) as error:
            logger.warning("not_given_back", exception=type(error).__name__)

    def take_turn(self, scope: str, *, gap_s: int, now: float) -> bool:
        """Take the one turn that there is in any ``gap_s`` seconds: one conditional write.

        Args:
            scope: what is limited, for whom.
            gap_s: seconds from one turn to the next.
            now: seconds since the epoch.

        Returns:
            True when the turn was free.
        """
        return held(lambda: self._client.put_item(**turn(scope, gap_s=gap_s, now=now, table=self._table)))

    def fail(self, run: Run, *, now: float) -> bool:
        """Count a failure before it is one, unless the run is at its limit: one conditional write.

        A run that is over by itself, and whose row TTL has still to remove, begins anew in a second one.

        Args:
            run: the run.
            now: seconds since the epoch.

        Returns:
            False when the run is at its limit and rests.
        """
        # Of two that find the same run over, the second counts in what the first began.
        return self._goes_on(run, now=now) or self._begins_anew(run, now=now) or self._goes_on(run, now=now)

    def end_run(self, scope: str) -> None:
        """End a run by a success: one write."""
        self._client.delete_item(TableName=self._table, Key=to_wire(limit_key(_run(scope))))

    def _goes_on(self, run: Run, *, now: float) -> bool:
        values: Item = {":end": int(now) + run.rest_s, ":one": 1, ":limit": run.limit, ":now": int(now)}
        return held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=to_wire(limit_key(_run(run.scope))),
                UpdateExpression="SET expires_at = :end ADD in_a_row :one",
                ConditionExpression=("attribute_not_exists(pk) OR (in_a_row < :limit AND expires_at > :now)"),
                ExpressionAttributeValues=to_wire(values),
            )
        )

    def _begins_anew(self, run: Run, *, now: float) -> bool:
        item: Item = {**limit_key(_run(run.scope)), "in_a_row": 1, "expires_at": int(now) + run.rest_s}
        return held(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=to_wire(item),
                ConditionExpression="expires_at <= :now",
                ExpressionAttributeValues=to_wire({":now": int(now)}),
            )
        )

    def give_back_turn(self, scope: str) -> None:
        """Free the turn again, when nothing came of it: one write."""
        self._client.delete_item(TableName=self._table, Key=to_wire(limit_key(_turn(scope))))


def turn(scope: str, *, gap_s: int, now: float, table: str) -> "PutTypeDef":
    """Make the write that takes a turn, for a transaction of which it is a part; see ``Limits.take_turn``."""
    item: Item = {**limit_key(_turn(scope)), "expires_at": int(now) + gap_s}
    return {
        "TableName": table,
        "Item": to_wire(item),
        "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
        "ExpressionAttributeValues": to_wire({":now": int(now)}),
    }


def limit_key(pk: str) -> Item:
    """Give the key of a budget's item."""
    return {"pk": pk, "sk": LIMIT_SK}


def _run(scope: str) -> str:
    return f"{_name(scope)}#run"


def _turn(scope: str) -> str:
    return f"{_name(scope)}#turn"


def _name(scope: str) -> str:
    return f"LIMIT#{sha256_base64url(length_prefixed(_SALT, scope))}"
