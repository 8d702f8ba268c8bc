"""Writing to an account that others write to as well: tried again on the account as they left it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from service.problems import Unavailable
from service.repositories.items import ConditionFailedError, transact
from service.repositories.rows import Profile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Each failure means that somebody else's write went through, so among so many at once every one comes to its
# turn. Attempts are counted (service.repositories.limits): an account with a device or two never has more.
MOST_GOES: Final = 32


def write_in_turn(
    client: "DynamoDBClient",
    writes: "Callable[[Profile], Sequence[TransactWriteItemTypeDef]]",
    profile: Profile,
    *,
    entry: int,
    overtaken: Callable[[ConditionFailedError, Profile], Profile],
) -> None:
    """Write one transaction that appends to an account's log.

    Args:
        client: DynamoDB's.
        writes: makes the transaction for the account as it is.
        profile: of the account, as it was read.
        entry: position of the log's entry: where that is there already it is this very request's, whose
            answer was lost, and all is done.
        overtaken: gives the profile as it is now, where another write is all that it failed on; else raises.

    Raises:
        Unavailable: when others kept writing to the account.
        Exception: what ``overtaken`` raises.
    """
    for _ in range(MOST_GOES):
        try:
            transact(client, [*writes(profile)])
        except ConditionFailedError as error:
            if entry in error.failed:
                return
            profile = overtaken(error, profile)
        else:
            return
    raise Unavailable
