"""What somebody changes of an account in a session: one transaction, with its entry in the owner's log.

Each asks that the account is not frozen and that the session still stands, so that what was under way when
the owner froze the account changes nothing any more. Each appends to the log, so each is bound to the account
as it was read; where another write came in between, it is done again on the account as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from service.problems import TokenInvalid
from service.repositories.goes import write_in_turn
from service.repositories.items import ConditionFailedError, Item, Value, to_wire
from service.repositories.outcomes import Append, Appended, put_entry
from service.repositories.row_items import read_profile
from service.repositories.rows import PROFILE_SK, Profile, account_pk
from service.repositories.session_writes import ends_own, still_stands

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """A change that somebody asks for.

    Attributes:
        profile: of the account, as it was read.
        session: the one that asks.
        append: writes the log's entry.
    """

    profile: Profile
    session: "SessionName"
    append: Append


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileChange:
    """What a change makes of the profile, in the words of an update expression.

    Attributes:
        sets: assignments.
        removes: attributes that go.
        adds: what is added to sets and numbers.
        deletes: what is taken out of sets.
        condition: what it asks for besides, of an account that is there.
        values: what these name.
        names: likewise.
    """

    sets: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    condition: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def expression(self) -> str:
        """Give the update expression: the log's end and the revision move with every change."""
        clauses = (
            ("SET", ("sealed_log_head = :head", *self.sets)),
            ("REMOVE", self.removes),
            ("ADD", ("revision :one", *self.adds)),
            ("DELETE", self.deletes),
        )
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)


NOTHING_ELSE: Final = ProfileChange()


def carry_out(
    client: "DynamoDBClient",
    deed: Deed,
    writes: "Sequence[TransactWriteItemTypeDef]",
    *,
    table: str,
    change: ProfileChange = NOTHING_ELSE,
    ends_session: bool = False,
) -> None:
    """Carry a change out and write it into the log: one transaction.

    Args:
        client: DynamoDB's.
        deed: who asks, of which account.
        writes: on other rows.
        table: the Accounts table.
        change: of the profile.
        ends_session: whether the session that asks ends with it.

    Raises:
        TokenInvalid: when the account is gone or frozen, or the session has ended.
        ConditionFailedError: when what the change itself asks for does not hold; see the positions above.
        Unavailable: when others kept writing to the account.
    """
    account = deed.profile.account
    session = (ends_own if ends_session else still_stands)(account, deed.session, table=table)

    def whole(profile: Profile) -> "list[TransactWriteItemTypeDef]":
        appended = deed.append(profile)
        entry = put_entry(account, appended.entry, table=table)
        return [_profile(profile, change, appended, table=table), session, entry, *writes]

    write_in_turn(client, whole, deed.profile, entry=_ENTRY, overtaken=_newer)


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


def _profile(
    profile: Profile, change: ProfileChange, appended: Appended, *, table: str
) -> "TransactWriteItemTypeDef":
    own = f"({change.condition}) AND " if change.condition else ""
    values: Item = {":head": appended.sealed_head, ":one": 1, ":revision": profile.revision}
    write: dict[str, Any] = {
        "TableName": table,
        "Key": to_wire({"pk": account_pk(profile.account), "sk": PROFILE_SK}),
        "UpdateExpression": change.expression(),
        "ConditionExpression": f"{own}attribute_not_exists(frozen_at) AND revision = :revision",
        "ExpressionAttributeValues": to_wire({**change.values, **values}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # tells "gone" and "frozen" from "not now"
    }
    if change.names:
        write["ExpressionAttributeNames"] = dict(change.names)
    # Its names are there only where there are any, which a type of dictionaries cannot say.
    return {"Update": write}  # type: ignore[typeddict-item]
