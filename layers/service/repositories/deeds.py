"""What somebody changes of an account in a session: one transaction, with its entry in the owner's log.

Each asks that the account is not frozen and that the session still stands, so that what was under way when
the owner froze the account changes nothing any more. Each appends to the log, so each is bound to the account
as it was read; where another write came in between, it is done again on the account as it is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.problems import TokenInvalid
from service.repositories.goes import write_in_turn
from service.repositories.items import ConditionFailedError
from service.repositories.outcomes import Append, put_entry
from service.repositories.profile_changes import NOTHING_ELSE, ProfileChange, bound, logged
from service.repositories.row_items import read_profile
from service.repositories.rows import Profile
from service.repositories.session_writes import ends_own, still_stands
from service.repositories.work import Work, puts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from service.repositories.session_rows import SessionName

# Positions in the transaction; ``OTHERS`` is that of the first write besides.
PROFILE: Final = 0
_SESSION: Final = 1
_ENTRY: Final = 2
OTHERS: Final = 3

_NOT_FROZEN: Final = ProfileChange(condition="attribute_not_exists(frozen_at)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """A change that somebody asks for.

    Attributes:
        profile: of the account, as it was read.
        session: the one that asks.
        append: writes the log's entry.
        due: what is to be done once it is written: its notices.
    """

    profile: Profile
    session: "SessionName"
    append: Append
    due: tuple[Work, ...] = ()


def carry_out(
    client: "DynamoDBClient",
    deed: Deed,
    writes: "Sequence[TransactWriteItemTypeDef]",
    *,
    table: str,
    change: ProfileChange = NOTHING_ELSE,
    ends_session: bool = False,
    as_read: bool = False,
) -> None:
    """Carry a change out and write it into the log: one transaction.

    Args:
        client: DynamoDB's.
        deed: who asks, of which account.
        writes: on other rows.
        table: the Accounts table.
        change: of the profile.
        ends_session: whether the session that asks ends with it.
        as_read: whether it is for the account as it was read alone; else it follows whatever came in between.

    Raises:
        TokenInvalid: when the account is gone or frozen, or the session has ended.
        ConditionFailedError: when what the change itself asks for does not hold; see the positions above.
        Unavailable: when others kept writing to the account.
    """
    account = deed.profile.account
    session = (ends_own if ends_session else still_stands)(account, deed.session, table=table)
    writes = [*writes, *(puts(one, table=table) for one in deed.due)]

    def whole(profile: Profile) -> "list[TransactWriteItemTypeDef]":
        appended = deed.append(profile)
        entry = put_entry(account, appended.entry, table=table)
        whole_change = change.also(_NOT_FROZEN).also(logged(appended.sealed_head))
        own = bound(profile, whole_change, table=table)
        return [own, session, entry, *writes]

    write_in_turn(client, whole, deed.profile, entry=_ENTRY, overtaken=_none if as_read else _newer)


def _none(error: ConditionFailedError, than: Profile) -> Profile:
    """Follow no write in between: whoever asks has to read again."""
    _newer(error, than)  # a session that has ended is told as such
    raise error


def _newer(error: ConditionFailedError, than: Profile) -> Profile:
    """Give the profile as it is now, where a write in between is what the transaction failed on."""
    if _SESSION in error.failed:
        raise TokenInvalid from None
    if PROFILE not in error.failed:
        raise error
    found = error.found.get(PROFILE)
    if found is None:
        raise TokenInvalid from None
    profile = read_profile(found)
    if profile.is_frozen:
        raise TokenInvalid from None
    if profile.revision == than.revision:
        raise error
    return profile
