"""What a write makes of an account's profile, as the words of one update expression."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from service.repositories.items import Item, Value, to_wire
from service.repositories.rows import PROFILE_SK, Profile, account_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


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
        """Give the update expression: the revision moves with every change."""
        clauses = (
            ("SET", self.sets),
            ("REMOVE", self.removes),
            ("ADD", ("revision :one", *self.adds)),
            ("DELETE", self.deletes),
        )
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)

    def also(self, other: "ProfileChange") -> "ProfileChange":
        """Give both as one; what they name may not overlap."""
        conditions = [one for one in (self.condition, other.condition) if one]
        return ProfileChange(
            sets=self.sets + other.sets,
            removes=self.removes + other.removes,
            adds=self.adds + other.adds,
            deletes=self.deletes + other.deletes,
            condition=" AND ".join(conditions),
            values={**self.values, **other.values},
            names={**self.names, **other.names},
        )


NOTHING_ELSE: Final = ProfileChange()


def outlived(profile: Profile, *, now: float) -> ProfileChange:
    """Take out what its time is over for, and what every reader leaves out since then.

    No row of its own holds it, so no expiry of the table's takes it.

    Args:
        profile: as it was read; whatever writes this is bound to its revision.
        now: seconds since the epoch.
    """
    return outlived_times(profile, now=now).also(outlived_trouble(profile, now=now))


def outlived_times(profile: Profile, *, now: float) -> ProfileChange:
    """Take out times of learning that are over; for a write that knows better about the mailbox."""
    times = profile.learned_at - profile.lately_learned_at(now)
    return ProfileChange(
        deletes=("learned_at :outlived",) if times else (),
        values={":outlived": frozenset(map(str, times))} if times else {},
    )


def outlived_trouble(profile: Profile, *, now: float) -> ProfileChange:
    """Take out that mails came back, where that is over; for a write that sets the times itself."""
    is_over = profile.mail_trouble is not None and profile.mail_trouble_at(now) is None
    return ProfileChange(removes=("mail_trouble", "mail_trouble_until") if is_over else ())


def unchanged(name: str, held: frozenset[str]) -> ProfileChange:
    """Ask that a set of the profile is what it was when it was read."""
    if not held:
        return ProfileChange(condition=f"attribute_not_exists({name})")
    return ProfileChange(condition=f"{name} = :{name}_seen", values={f":{name}_seen": held})


def used(*, now: int) -> ProfileChange:
    """Give when the account was used: now, in seconds since the epoch."""
    return ProfileChange(sets=("last_used_at = :now",), values={":now": now})


def logged(sealed_head: bytes) -> ProfileChange:
    """Give the log's new end. An entry at an end that is no longer the end would break an honest log."""
    return ProfileChange(sets=("sealed_log_head = :head",), values={":head": sealed_head})


def bound(profile: Profile, change: ProfileChange, *, table: str) -> "TransactWriteItemTypeDef":
    """Give the write of a change, bound to the profile as it was read.

    Where it fails, its answer brings the profile as it is now.
    """
    own = f"({change.condition}) AND " if change.condition else ""
    values: Item = {":one": 1, ":revision": profile.revision}
    write: dict[str, Any] = {
        "TableName": table,
        "Key": to_wire({"pk": account_pk(profile.account), "sk": PROFILE_SK}),
        "UpdateExpression": change.expression(),
        "ConditionExpression": f"{own}revision = :revision",
        "ExpressionAttributeValues": to_wire({**change.values, **values}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if change.names:
        write["ExpressionAttributeNames"] = dict(change.names)
    # Its names are there only where there are any, which a type of dictionaries cannot say.
    return {"Update": write}  # type: ignore[typeddict-item]
