"""When it is looked whether an account is used: a date in its profile, and a row of the work list."""

from typing import TYPE_CHECKING

from service.repositories.items import transact
from service.repositories.profile_changes import ProfileChange, bound, outlived
from service.repositories.work import Work, puts, review_work, takes_off

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from service.repositories.rows import Profile


class Reviews:
    """The writes of whoever looks."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def again(self, profile: "Profile", work: Work, *, at: int, now: float) -> None:
        """Look at an account again later: one transaction.

        Args:
            profile: as just read.
            work: that this look was.
            at: when, seconds since the epoch.
            now: seconds since the epoch.

        Raises:
            ConditionFailedError: when the account was changed or used since it was read.
        """
        self._move(profile, work, ProfileChange(), at=at, due=(), now=now)

    def told(self, profile: "Profile", work: Work, *, at: int, due: tuple[Work, ...], now: float) -> None:
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
        change = ProfileChange(sets=("unused_told_at = :now",), values={":now": int(now)})
        self._move(profile, work, change, at=at, due=due, now=now)

    def _move(
        self,
        profile: "Profile",
        work: Work,
        change: ProfileChange,
        *,
        at: int,
        due: tuple[Work, ...],
        now: float,
    ) -> None:
        # The revision moves: a deletion takes the row off that it has read of.
        moves = ProfileChange(sets=("review_at = :at",), values={":at": at})
        whole = change.also(moves).also(outlived(profile, now=now))
        following = review_work(profile.account, at=at)
        transact(
            self._client,
            [
                bound(profile, whole, table=self._table),
                *([] if at == work.due_at else [{"Delete": takes_off(work, table=self._table)}]),  # type: ignore[list-item]
                puts(following, table=self._table),
                *(puts(one, table=self._table) for one in due),
            ],
        )
