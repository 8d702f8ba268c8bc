"""What a verification leaves behind: one transaction, and nothing at all once the account is gone.

Each appends to the account's log, so each is bound to the account as it was read. Where another write came in
between, the transaction fails, its answer brings the account as it is now, and the entry is appended to that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.patience import DAY_S
from service.problems import Unavailable
from service.repositories.goes import MOST_GOES
from service.repositories.items import ConditionFailedError, to_wire, transact
from service.repositories.lifts import Lift
from service.repositories.limits import turn
from service.repositories.profile_changes import (
    ProfileChange,
    bound,
    logged,
    outlived,
    outlived_trouble,
    used,
)
from service.repositories.row_items import device_item, read_profile, sign_in_item
from service.repositories.rows import Device, Profile, SignIn, account_pk, device_sk
from service.repositories.session_rows import KeptSession
from service.repositories.session_writes import begins
from service.repositories.template_changes import TemplateChanges, profile_change, template_writes
from service.repositories.tries import forgotten, settled
from service.repositories.work import Work, puts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MAX_DEVICES: Final = 20  # all of an account's rows but its log must fit into one transaction

# Positions in the transactions below.
_PROFILE: Final = 0
_ENTRY: Final = 1
_WARNING: Final = 2
_TRY: Final = 3

_ACTIVE: Final = ProfileChange(
    condition="#status = :active", values={":active": "active"}, names={"#status": "status"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Appended:
    """An entry of the log, and where the log ends with it."""

    entry: SignIn
    sealed_head: bytes = field(repr=False)


# Appends to the log of the profile that it is given.
Append: TypeAlias = Callable[[Profile], Appended]


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
class OncePerDay:
    """What the owner is warned of by mail, once a day.

    Attributes:
        scope: what of, for whom.
        at: now, seconds since the epoch.
        due: the notice.
    """

    scope: str
    at: float
    due: tuple[Work, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """A sign-in that succeeded.

    Attributes:
        profile: of the account, as it was read.
        also: what it changes of the account besides: where it is frozen, it is lifted; else something may be
            learned. Never both: a lift forgets what was learned.
        mailbox: keyed index of the mailbox that was proved along with it; None where none was.
        passkey: the id of the passkey that stood for it, if one did.
        thumbprint: the device that signed in.
        new_device: its row, when this sign-in makes it known.
        asks_consent: whether it is the first to ask for consent to a new version of the text.
        append: writes the log's entry.
        session: that begins with it.
        attempt: the try that succeeded; None leaves what was counted as it is.
        proved_anew: row of the device's own tries, where the mailbox was proved along with the face.
        due: what is to be done once it is written: its notice.
        due_if_learned: the same, where what it changes of the templates is written too.
        due_if_asked: the same, where it is the first to ask for consent.
        now: seconds since the epoch.
    """

    profile: Profile
    also: Lift | TemplateChanges | None
    mailbox: str | None = field(repr=False)
    passkey: str | None = field(repr=False)
    thumbprint: str
    new_device: Device | None
    asks_consent: bool
    append: Append
    session: KeptSession
    attempt: Try | None
    proved_anew: str | None
    due: tuple[Work, ...] = ()
    due_if_learned: tuple[Work, ...] = ()
    due_if_asked: tuple[Work, ...] = ()
    now: int

    @property
    def lift(self) -> Lift | None:
        """The lift, where it is one."""
        return self.also if isinstance(self.also, Lift) else None

    @property
    def templates(self) -> TemplateChanges | None:
        """What is learned, if anything."""
        return self.also if isinstance(self.also, TemplateChanges) else None

    @property
    def work(self) -> tuple[Work, ...]:
        """All that is to be done once it is written."""
        if_learned = () if self.templates is None else self.due_if_learned
        if_asked = self.due_if_asked if self.asks_consent else ()
        return (*self.due, *if_learned, *if_asked)


def put_entry(account: str, entry: SignIn, *, table: str) -> "TransactWriteItemTypeDef":
    """Write an entry of the log, as a part of a transaction."""
    # An entry that is there already is this very request's: its transaction went through, and was sent
    # again when the answer was lost. A second one in its place would break the chain.
    return {
        "Put": {
            "TableName": table,
            "Item": to_wire(sign_in_item(account, entry)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


class TooManyDevicesError(Exception):
    """An account has as many devices as it may have."""


class Outcomes:
    """The one write of a verification."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def record_acceptance(self, outcome: Acceptance) -> tuple[Work, ...]:
        """Record a success: profile, device, log, session, templates, and the run of failures is over.

        A person is never kept out by what their account would have learned: where somebody else changed it in
        the meantime, the sign-in is recorded by itself, and nothing is learned from it. Nor by what was
        counted: where another try began since, it may yet fail, and the run goes on.

        Returns:
            What is to be done now that it is written; less than was asked for where it did without a part.

        Raises:
            ConditionFailedError: when the account is no longer there, no longer active, or was frozen, or its
                device is gone, or came from elsewhere in the meantime.
            TooManyDevicesError: when the account has as many as it may have.
            Unavailable: when others kept writing to the account.
        """
        for _ in range(MOST_GOES):
            if outcome.new_device is not None and len(outcome.profile.devices) >= MAX_DEVICES:
                raise TooManyDevicesError
            try:
                transact(self._client, self._acceptance(outcome))
            except ConditionFailedError as error:
                if _ENTRY in error.failed:
                    return outcome.work
                less = _without_what_failed(outcome, error)
                if less == outcome:
                    raise
                outcome = less
            else:
                return outcome.work
        raise Unavailable

    def record_refusal(self, profile: Profile, *, append: Append, warning: OncePerDay | None = None) -> None:
        """Record a failure in the owner's log.

        Args:
            profile: of the account, as it was read.
            append: writes the log's entry.
            warning: where the owner is to be warned of it, unless they were already today.

        Raises:
            ConditionFailedError: when the account is no longer there.
            Unavailable: when others kept writing to the account.
        """
        for _ in range(MOST_GOES):
            try:
                transact(self._client, self._refusal(profile, append(profile), warning=warning))
            except ConditionFailedError as error:
                if _ENTRY in error.failed:
                    return
                newer, is_warned = _newer(error, than=profile), _WARNING in error.failed
                if newer is None and not is_warned:
                    raise
                profile = newer or profile
                warning = None if is_warned else warning
            else:
                return
        raise Unavailable

    def _acceptance(self, outcome: Acceptance) -> "list[TransactWriteItemTypeDef]":
        account, changes = outcome.profile.account, outcome.templates
        appended = outcome.append(outcome.profile)
        return [
            self._accepted_profile(outcome, sealed_head=appended.sealed_head),
            put_entry(account, appended.entry, table=self._table),
            self._device(outcome),
            *self._tries(outcome),
            begins(account, outcome.session, table=self._table),
            *(template_writes(account, changes, table=self._table) if changes is not None else ()),
            *(outcome.lift.writes(table=self._table) if outcome.lift is not None else ()),
            *(puts(one, table=self._table) for one in outcome.work),
        ]

    def _tries(self, outcome: Acceptance) -> "Iterator[TransactWriteItemTypeDef]":
        if outcome.attempt is not None:
            yield settled(outcome.attempt.row, mark=outcome.attempt.mark, table=self._table)
        if outcome.proved_anew is not None:
            yield forgotten(outcome.proved_anew, table=self._table)

    def _accepted_profile(self, outcome: Acceptance, *, sealed_head: bytes) -> "TransactWriteItemTypeDef":
        change = used(now=outcome.now).also(logged(sealed_head)).also(_ACTIVE)
        if outcome.asks_consent:
            change = change.also(ProfileChange(sets=("consent_asked_at = :now",)))
        if outcome.new_device is not None:
            device = frozenset({outcome.thumbprint})
            change = change.also(ProfileChange(adds=("devices :device",), values={":device": device}))
        if outcome.lift is not None:
            change = change.also(outcome.lift.change())
        if outcome.templates is not None:
            change = change.also(profile_change(outcome.templates))
            change = change.also(outlived_trouble(outcome.profile, now=outcome.now))
        else:
            change = change.also(outlived(outcome.profile, now=outcome.now))
        return bound(outcome.profile, change, table=self._table)

    def _refusal(
        self, profile: Profile, appended: Appended, *, warning: OncePerDay | None
    ) -> "list[TransactWriteItemTypeDef]":
        update = bound(profile, logged(appended.sealed_head), table=self._table)
        writes = [update, put_entry(profile.account, appended.entry, table=self._table)]
        if warning is not None:
            once_a_day = turn(warning.scope, gap_s=DAY_S, now=warning.at, table=self._table)
            writes += [{"Put": once_a_day}, *(puts(one, table=self._table) for one in warning.due)]
        return writes

    def _device(self, outcome: Acceptance) -> "TransactWriteItemTypeDef":
        account = outcome.profile.account
        if outcome.new_device is not None:
            return {
                "Put": {
                    "TableName": self._table,
                    "Item": to_wire(device_item(account, outcome.new_device)),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
        return {
            "Update": {
                "TableName": self._table,
                "Key": self._key(account, device_sk(outcome.thumbprint)),
                "UpdateExpression": "SET last_used_at = :now",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":now": outcome.now}),
            }
        }

    def _key(self, account: str, sk: str) -> dict[str, Any]:
        return to_wire({"pk": account_pk(account), "sk": sk})


def _without_what_failed(outcome: Acceptance, error: ConditionFailedError) -> Acceptance:
    """Give the same success after another write, without the parts that it can do without."""
    newer = _newer(error, than=outcome.profile)
    # A freeze that comes in between stops the sign-in; a lift in between is not lifted once more. Where the
    # mailbox was proved along with the face, it must still be the account's: on a new device, with a way to
    # look that leans on it, and for a device that is proved anew.
    has_moved = (
        newer is not None
        and newer.status == "active"
        and newer.stage == outcome.profile.stage
        and outcome.mailbox in (None, newer.mailbox)
        and outcome.passkey in {None, *newer.passkeys}
    )
    is_other_try = outcome.attempt is not None and _TRY in error.failed
    is_other_change = has_moved or not is_other_try or error.failed != (_TRY,)
    return replace(
        outcome,
        profile=newer if newer is not None and has_moved else outcome.profile,
        attempt=None if is_other_try else outcome.attempt,
        also=outcome.lift if is_other_change else outcome.also,
        asks_consent=outcome.asks_consent and not _was_asked(newer, before=outcome.profile),
    )


def _was_asked(newer: Profile | None, *, before: Profile) -> bool:
    """Tell whether another sign-in has asked meanwhile, or its owner has agreed."""
    return newer is not None and (
        newer.consent_asked_at is not None or newer.policy_version != before.policy_version
    )


def _newer(error: ConditionFailedError, *, than: Profile) -> Profile | None:
    """Give the profile as it is now, where a write in between is what the transaction failed on."""
    found = error.found.get(_PROFILE)
    if found is None:
        return None
    profile = read_profile(found)
    return profile if profile.revision != than.revision else None
