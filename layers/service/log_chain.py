"""The sign-in log as a chain: each entry names the one it was appended to, and the account names the last.

Whoever walks back from the last one finds every entry that has not expired, or knows that one is missing. No
clock, no key and no table here: whoever holds an export can walk the same way (docs/sign-in-log.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.encoding import length_prefixed, sha256_base64url

# "done" is what somebody did who was in already: service.deeds.
Outcome: TypeAlias = Literal["accepted", "refused", "done"]

# Keeps these digests apart from others.
_SALT: Final = "facesmash/sign-in-log/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where a log ends.

    Attributes:
        number: of its last entry; 0 before the first.
        digest: of that entry.
        expires_at: until when that entry must be found, seconds since the epoch.
    """

    number: int
    digest: str
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInEvent:
    """One sign-in, one attempt, or one change of the account.

    Attributes:
        id: a ULID.
        at: seconds since the epoch.
        outcome: whether the person got in; "done" of a change.
        reason: the guard that decided, or what was changed, for the owner's eyes.
        device: thumbprint of the device.
        place: code of a country (ISO 3166-1), where the deployment learns it; see service.request.
    """

    id: str
    at: int
    outcome: Outcome
    reason: str
    device: str
    place: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """An event in its place.

    Attributes:
        event: what happened.
        expires_at: seconds since the epoch.
        after: where the log ended before it.
    """

    event: SignInEvent
    expires_at: int
    after: Head

    @property
    def number(self) -> int:
        """Its place, counted from 1."""
        return self.after.number + 1


def beginning(account: str) -> Head:
    """Give the head of an account's empty log: nothing has to be found."""
    return Head(number=0, digest=_digest(account, "empty"), expires_at=0)


def unknown(account: str, *, expires_at: int) -> Head:
    """Give the head of a log whose head is lost.

    Args:
        account: the account's id.
        expires_at: when whatever may have been there has expired; the log is broken until then. Otherwise it
            would be enough to take the head away as well as the entries.

    Returns:
        The head.
    """
    return Head(number=0, digest=_digest(account, "unknown"), expires_at=expires_at)


def append(event: SignInEvent, *, after: Head, life_s: int) -> LogEntry:
    """Append an event to a log.

    No entry expires before the one it follows, so that only the oldest are ever missing: also where a
    deployment or the owner shortens the period, and where two functions' clocks differ.

    Args:
        event: what happened.
        after: where the log ends.
        life_s: how long entries are kept, seconds.

    Returns:
        The entry.
    """
    return LogEntry(event=event, expires_at=max(event.at + life_s, after.expires_at), after=after)


def head_of(entry: LogEntry, *, account: str) -> Head:
    """Give where a log ends with this entry. The digest covers all there is in it, and whose it is."""
    event, after = entry.event, entry.after
    digest = _digest(
        account,
        event.id,
        str(entry.number),
        str(event.at),
        event.outcome,
        event.reason,
        event.device,
        event.place or "",
        str(entry.expires_at),
        after.digest,
        str(after.expires_at),
    )
    return Head(number=entry.number, digest=digest, expires_at=entry.expires_at)


def is_whole(entries: Sequence[LogEntry], *, head: Head, account: str, now: float) -> bool:
    """Tell whether a log holds every entry that it must, and no other.

    Args:
        entries: those that have not expired, in any order.
        head: where the log ends.
        account: whose it is.
        now: seconds since the epoch.

    Returns:
        False when an entry that has not expired is missing, or one is altered, too many, or in another place.
    """
    expected = head
    for entry in sorted(entries, key=lambda one: one.number, reverse=True):
        if head_of(entry, account=account) != expected:
            return False
        expected = entry.after
    return expected.expires_at <= now


def _digest(*parts: str) -> str:
    return sha256_base64url(length_prefixed(_SALT, *parts))
