"""Recovery codes and freezes in the Accounts table: each change is one transaction."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from service.problems import AuthenticationFailed
from service.repositories.deeds import Deed, carry_out
from service.repositories.goes import write_in_turn
from service.repositories.items import ConditionFailedError, from_wire, to_wire, transact
from service.repositories.lifts import Lift
from service.repositories.outcomes import Append, put_entry
from service.repositories.profile_changes import bound, logged, outlived, used
from service.repositories.row_items import read_profile, read_recovery_codes
from service.repositories.rows import PROFILE_SK, RECOVERY_SK, Profile, RecoveryCodes, account_pk
from service.repositories.session_rows import KeptSession
from service.repositories.session_writes import begins, ends_on
from service.repositories.work import Work, puts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Positions in the transactions below.
_PROFILE: Final = 0
_ENTRY: Final = 1

_ENDED_AT_ONCE: Final = 50  # a transaction takes 100


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeUse:
    """A recovery code is to be used.

    Attributes:
        profile: of the account, as it was read.
        lift: where it is frozen: it is lifted with this.
        digest: of the code.
        append: writes the log's entry.
        session: that begins with it.
        due: what is to be done once it is written: its notices.
        now: seconds since the epoch.
    """

    profile: Profile
    lift: Lift | None
    digest: str = field(repr=False)
    append: Append
    session: KeptSession
    due: tuple[Work, ...]
    now: int


class Recoveries:
    """The writes for whoever lost something, or fears that somebody else has it."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep_codes(self, deed: Deed, digests: frozenset[str], *, now: float) -> None:
        """Keep a new set of codes in place of the old one, of which none works any more: one transaction.

        Raises:
            TokenInvalid: when the account is gone or frozen, or the session has ended.
            Unavailable: when others kept writing to the account.
        """
        row = {**_key(deed.profile.account, RECOVERY_SK), "digests": digests, "made_at": int(now)}
        put: TransactWriteItemTypeDef = {"Put": {"TableName": self._table, "Item": to_wire(row)}}
        carry_out(self._client, deed, [put], table=self._table)

    def codes_of(self, account: str) -> RecoveryCodes | None:
        """Read the set of an account: one read."""
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire(_key(account, RECOVERY_SK)), ConsistentRead=True
        )
        return read_recovery_codes(from_wire(answer["Item"])) if "Item" in answer else None

    def use_code(self, use: CodeUse) -> None:
        """Use a code up and begin a session with it: one transaction, so only one request ever does.

        A frozen account is lifted with it: who calls has had the mailbox proved as well.

        Raises:
            AuthenticationFailed: when the code was used or replaced, or the account went, or was frozen or
                lifted, in the meantime.
            Unavailable: when others kept writing to the account.
        """
        write_in_turn(
            self._client,
            lambda profile: self._use(replace(use, profile=profile)),
            use.profile,
            entry=_ENTRY,
            overtaken=_newer,
        )

    def freeze(
        self, profile: Profile, *, devices: "Sequence[str]", due: tuple[Work, ...], now: float
    ) -> bool:
        """Freeze an account and end its sessions: one transaction; whoever is frozen gets no new ones.

        That the link was followed is written down also where it was frozen already, in a second write: it is
        how an owner says no to a deletion that somebody asked for (operators/announcing.py).

        Args:
            profile: as just read.
            devices: thumbprints of those that have a session, as just read.
            due: what is to be done once it is written: its notice.
            now: seconds since the epoch.

        Returns:
            False when it was frozen already.

        Raises:
            ConditionFailedError: when it is gone, or was lifted since it was read.
        """
        values: dict[str, Any] = {":now": int(now), ":active": "active", ":one": 1}
        if profile.freezes:
            values[":freezes"] = profile.freezes
        since = "freezes = :freezes" if profile.freezes else "attribute_not_exists(freezes)"
        frozen: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": to_wire(_key(profile.account, PROFILE_SK)),
                # A pause could not be resumed any more, and would keep the owner's face from lifting this.
                "UpdateExpression": (
                    "SET frozen_at = :now, link_followed_at = :now, #status = :active ADD revision :one"
                ),
                "ConditionExpression": (
                    f"attribute_exists(pk) AND attribute_not_exists(frozen_at) AND {since}"
                ),
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": to_wire(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
        try:
            told = [puts(one, table=self._table) for one in due]
            transact(self._client, [frozen, *self._ends(profile.account, devices[:_ENDED_AT_ONCE]), *told])
        except ConditionFailedError as error:
            found = error.found.get(_PROFILE)
            if found is None or not read_profile(found).is_frozen:
                raise
            self._follow_again(profile, since=since, now=now)
            return False
        return True

    def end_sessions(self, account: str, devices: "Sequence[str]") -> None:
        """End what sessions are left of a frozen account: those that began at the same instant."""
        for at in range(0, len(devices), _ENDED_AT_ONCE):
            transact(self._client, self._ends(account, devices[at : at + _ENDED_AT_ONCE]))

    def _follow_again(self, profile: Profile, *, since: str, now: float) -> None:
        values: dict[str, Any] = {":now": int(now), ":one": 1}
        if profile.freezes:
            values[":freezes"] = profile.freezes
        # The revision moves: a deletion that is under way asks again whether its owner said no.
        again: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": to_wire(_key(profile.account, PROFILE_SK)),
                "UpdateExpression": "SET link_followed_at = :now ADD revision :one",
                "ConditionExpression": f"attribute_exists(frozen_at) AND {since}",
                "ExpressionAttributeValues": to_wire(values),
            }
        }
        transact(self._client, [again])

    def _ends(self, account: str, devices: "Sequence[str]") -> "list[TransactWriteItemTypeDef]":
        return [ends_on(account, device, table=self._table) for device in devices]

    def _use(self, use: CodeUse) -> "list[TransactWriteItemTypeDef]":
        account, appended = use.profile.account, use.append(use.profile)
        change = used(now=use.now).also(logged(appended.sealed_head)).also(outlived(use.profile, now=use.now))
        if use.lift is not None:
            change = change.also(use.lift.change())
        return [
            bound(use.profile, change, table=self._table),
            put_entry(account, appended.entry, table=self._table),
            {
                "Update": {
                    "TableName": self._table,
                    "Key": to_wire(_key(account, RECOVERY_SK)),
                    "UpdateExpression": "DELETE digests :used",
                    "ConditionExpression": "contains(digests, :digest)",
                    "ExpressionAttributeValues": to_wire(
                        {":used": frozenset({use.digest}), ":digest": use.digest}
                    ),
                }
            },
            begins(account, use.session, table=self._table),
            *([] if use.lift is None else use.lift.writes(table=self._table)),
            *(puts(one, table=self._table) for one in use.due),
        ]


def _newer(error: ConditionFailedError, than: Profile) -> Profile:
    """Give the profile as it is now, where another write is all that kept a code from being used."""
    found = error.found.get(_PROFILE)
    if error.failed != (_PROFILE,) or found is None:
        raise AuthenticationFailed from None
    newer = read_profile(found)
    if newer.stage != than.stage:
        raise AuthenticationFailed from None
    return newer


def _key(account: str, sk: str) -> dict[str, Any]:
    return {"pk": account_pk(account), "sk": sk}
