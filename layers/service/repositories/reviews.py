"""When it is looked whether an account is used: a date in its profile, and a row of the work list."""

from typing import TYPE_CHECKING

from service.repositories.items import Item, to_wire, transact
from service.repositories.rows import PROFILE_SK, Profile, account_pk
from service.repositories.work import Work, puts, review_work, takes_off

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Reviews:
    """The writes of whoever looks."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def again(self, profile: Profile, work: Work, *, at: int) -> None:
        """Look at an account again later: one transaction.

        Args:
            profile: as just read.
            work: that this look was.
            at: when, seconds since the epoch.

        Raises:
            ConditionFailedError: when the account was changed or used since it was read.
        """
        self._move(profile, work, at=at, also="", values={}, due=())

    def told(self, profile: Profile, work: Work, *, at: int, due: tuple[Work, ...], now: float) -> None:
        """Write down that its owner was told, and look again when it ends: one transaction.

        Args:
            profile: as just read.
            work: that this look was.
            at: when it ends, seconds since the epoch.
            due: the notice.
            now: seconds since the epoch.

        Raises:
            ConditionFailedError: when the account was changed or used since it was read.
        """
        self._move(profile, work, at=at, also=", unused_told_at = :now", values={":now": int(now)}, due=due)

    def _move(
        self, profile: Profile, work: Work, *, at: int, also: str, values: Item, due: tuple[Work, ...]
    ) -> None:
        following = review_work(profile.account, at=at)
        own: Item = {":at": at, ":one": 1, ":revision": profile.revision}
        transact(
            self._client,
            [
                {
                    "Update": {
                        "TableName": self._table,
                        "Key": to_wire({"pk": account_pk(profile.account), "sk": PROFILE_SK}),
                        # The revision moves: a deletion takes the row off that it has read of.
                        "UpdateExpression": f"SET review_at = :at{also} ADD revision :one",
                        "ConditionExpression": "revision = :revision",
                        "ExpressionAttributeValues": to_wire({**own, **values}),
                    }
                },
                *([] if at == work.due_at else [{"Delete": takes_off(work, table=self._table)}]),  # type: ignore[list-item]
                puts(following, table=self._table),
                *(puts(one, table=self._table) for one in due),
            ],
        )
