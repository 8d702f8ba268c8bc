"""Sessions in the Accounts table: continued, listed and ended, each by one conditional write."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from service.problems import CodeInvalid, NotFound, TokenInvalid, Unavailable
from service.repositories.codes import Codes
from service.repositories.items import (
    ConditionFailedError,
    Item,
    from_wire,
    held,
    is_live,
    to_wire,
    transact,
)
from service.repositories.outcomes import Append, put_entry
from service.repositories.profile_changes import ProfileChange, bound, logged, outlived_times, used
from service.repositories.row_items import read_profile
from service.repositories.rows import PROFILE_SK, Profile, account_pk
from service.repositories.session_rows import KeptSession, SessionName, read_session
from service.repositories.session_writes import begins, ends_on, ends_own, session_key, still_stands

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# Positions in the transactions below.
_PROFILE: Final = 0
_SESSION: Final = 1

_ENTRY: Final = 3

# As of service.repositories.outcomes: each failure means that somebody else's write went through.
_MOST_GOES: Final = 32
_ENDED_AT_ONCE: Final = 50  # a transaction takes 100


class FrozenError(Exception):
    """The account is frozen: no session begins. For the mailbox's holder alone to know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """A refresh token is to give way to the next.

    Attributes:
        account: whose session it is.
        session: which.
        presented_sha256: of the token that was shown, hexadecimal.
        next_sha256: of the token that its holder will show next, hexadecimal.
        unused_since: a session that was last used then, or before, has ended; seconds since the epoch.
        now: seconds since the epoch.
    """

    account: str
    session: SessionName
    presented_sha256: str = field(repr=False)
    next_sha256: str = field(repr=False)
    unused_since: int
    now: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BeginningByCode:
    """A session that a code begins.

    Attributes:
        profile: of the account, as it was read; its mailbox is the one that was proved.
        session: the session.
        append: writes the log's entry.
        code_index: names the code.
        code_digest: of the digits that were given.
    """

    profile: Profile
    session: KeptSession
    append: Append
    code_index: str = field(repr=False)
    code_digest: str = field(repr=False)


class Sessions:
    """The sessions in the Accounts table."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def begin_with_code(self, beginning: BeginningByCode, *, codes: Codes) -> None:
        """Use a code up, begin a session with it and write it into the owner's log: one transaction.

        Only one request ever does. Where another write moved the log's end in between, it is done again.

        Args:
            beginning: the session, and what stands behind it.
            codes: where the code is kept.

        Raises:
            CodeInvalid: when the code was used, or another has taken its place, or the account was frozen or
                lifted since it was read.
            FrozenError: when the account is frozen; the code remains.
            Unavailable: when the account went in the meantime, or its address changed; the code remains. Or
                when others kept writing to the account.
        """
        profile, session = beginning.profile, beginning.session
        if profile.is_frozen:
            raise FrozenError
        for _ in range(_MOST_GOES):
            appended = beginning.append(profile)
            try:
                transact(
                    self._client,
                    [
                        self._mailbox_read(
                            profile, sealed_log_head=appended.sealed_head, now=session.created_at
                        ),
                        codes.used(beginning.code_index, digest=beginning.code_digest),
                        begins(profile.account, session, table=self._table),
                        put_entry(profile.account, appended.entry, table=self._table),
                    ],
                )
            except ConditionFailedError as error:
                newer = error.found.get(_PROFILE)
                moved = newer is not None and newer["mailbox"] != profile.mailbox
                if _PROFILE in error.failed and (newer is None or moved):
                    raise Unavailable from None
                if _ENTRY in error.failed:
                    return  # this very request's: it was sent again when the answer was lost
                if newer is None:
                    raise CodeInvalid from None
                seen, profile = profile, read_profile(newer)
                if profile.stage != seen.stage:
                    raise CodeInvalid from None
            else:
                return
        raise Unavailable

    def of_device(self, account: str, thumbprint: str, *, now: float) -> KeptSession | None:
        """Read the session that a device has: one read.

        Args:
            account: whose session it is.
            thumbprint: the device's.
            now: seconds since the epoch.

        Returns:
            The session, or None.
        """
        answer = self._client.get_item(
            TableName=self._table, Key=session_key(account, thumbprint), ConsistentRead=True
        )
        item = from_wire(answer.get("Item", {}))
        return read_session(item) if item and is_live(item, now=now) else None

    def of_account(self, account: str, *, now: float) -> tuple[KeptSession, ...]:
        """Read an account's sessions: one query, page by page."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :session)",
            ExpressionAttributeValues=to_wire({":pk": account_pk(account), ":session": "SESSION#"}),
        )
        items = [from_wire(item) for page in pages for item in page["Items"]]
        return tuple(read_session(item) for item in items if is_live(item, now=now))

    def rotate(self, rotation: Rotation) -> None:
        """Put the next refresh token in place of the one that was shown: one transaction.

        Whoever rotated may say so again, word for word, until the next token was used: an answer that was
        lost is fetched again like this. Anybody else who shows a token that has given way names another next
        one, and is refused.

        Raises:
            ConditionFailedError: when the session has ended, or the token is not the one in force.
            TokenInvalid: when the account is gone or frozen.
        """
        values: Item = {
            ":sid": rotation.session.id,
            ":presented": rotation.presented_sha256,
            ":next": rotation.next_sha256,
            ":now": rotation.now,
            ":unused_since": rotation.unused_since,
        }
        continued: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": session_key(rotation.account, rotation.session.device),
                "UpdateExpression": (
                    "SET refresh_sha256 = :next, rotated_sha256 = :presented, last_used_at = :now"
                ),
                "ConditionExpression": (
                    "sid = :sid AND expires_at > :now AND last_used_at > :unused_since AND "
                    "(refresh_sha256 = :presented OR "
                    "(refresh_sha256 = :next AND rotated_sha256 = :presented))"
                ),
                "ExpressionAttributeValues": to_wire(values),
            }
        }
        try:
            transact(self._client, [self._account_stands(rotation.account), continued])
        except ConditionFailedError as error:
            if _PROFILE in error.failed:
                raise TokenInvalid from None
            raise

    def end(self, account: str, session: SessionName) -> None:
        """End a session, if it has not ended: one conditional write."""
        held(lambda: self._client.delete_item(**ends_own(account, session, table=self._table)["Delete"]))

    def end_on(self, account: str, thumbprint: str, *, asking: SessionName) -> None:
        """End the session of a device, the asking one's own as well: one transaction.

        Raises:
            NotFound: when the device has none.
            TokenInvalid: when the asking session has ended.
        """
        own = thumbprint == asking.device
        there: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": session_key(account, thumbprint),
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        writes = [ends_own(account, asking, table=self._table)]
        if not own:
            writes = [still_stands(account, asking, table=self._table), there]
        try:
            transact(self._client, writes)
        except ConditionFailedError as error:
            raise (TokenInvalid if 0 in error.failed else NotFound) from None

    def end_all(self, account: str, sessions: tuple[KeptSession, ...], *, asking: SessionName) -> None:
        """End sessions, the asking one last: whoever is interrupted may ask again.

        Args:
            account: whose they are.
            sessions: as just read.
            asking: the session that asks.

        Raises:
            TokenInvalid: when the asking session has ended.
        """
        others = [session.name.device for session in sessions if session.name != asking]
        early, last = others[:-_ENDED_AT_ONCE], others[-_ENDED_AT_ONCE:]
        try:
            for at in range(0, len(early), _ENDED_AT_ONCE):
                some = early[at : at + _ENDED_AT_ONCE]
                self._end(still_stands(account, asking, table=self._table), account, some)
            self._end(ends_own(account, asking, table=self._table), account, last)
        except ConditionFailedError:
            raise TokenInvalid from None

    def end_others(self, account: str, sessions: tuple[KeptSession, ...], *, asking: SessionName) -> None:
        """End sessions, but not the one that asks.

        Args:
            account: whose they are.
            sessions: as just read.
            asking: the session that asks.

        Raises:
            TokenInvalid: when the asking session has ended.
        """
        others = [session.name.device for session in sessions if session.name != asking]
        try:
            for at in range(0, len(others), _ENDED_AT_ONCE):
                some = others[at : at + _ENDED_AT_ONCE]
                self._end(still_stands(account, asking, table=self._table), account, some)
        except ConditionFailedError:
            raise TokenInvalid from None

    def _end(self, asking: "TransactWriteItemTypeDef", account: str, thumbprints: list[str]) -> None:
        ended = [ends_on(account, thumbprint, table=self._table) for thumbprint in thumbprints]
        transact(self._client, [asking, *ended])

    def _mailbox_read(
        self, profile: Profile, *, sealed_log_head: bytes, now: int
    ) -> "TransactWriteItemTypeDef":
        """Ask that the mailbox is still the account's. A code arrived: whatever was said of it is over."""
        read = ProfileChange(
            removes=("mail_trouble", "mail_trouble_until"),
            condition="mailbox = :mailbox",
            values={":mailbox": profile.mailbox},
        )
        change = read.also(used(now=now)).also(logged(sealed_log_head))
        return bound(profile, change.also(outlived_times(profile, now=now)), table=self._table)

    def _account_stands(self, account: str) -> "TransactWriteItemTypeDef":
        key: dict[str, Any] = to_wire({"pk": account_pk(account), "sk": PROFILE_SK})
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": key,
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(frozen_at)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # tells "gone" from "frozen"
            }
        }
