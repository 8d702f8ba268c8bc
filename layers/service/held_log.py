"""A person's sign-in log, opened, and checked each time that it is read."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.log_chain import Head, LogEntry, is_whole
from service.repositories.rows import Holdings
from service.sealing import open_entry, open_log_head
from service.vault import DataKey, SealBrokenError

LogState: TypeAlias = Literal["whole", "broken"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLog:
    """The log, as far as it opens.

    Attributes:
        state: broken when an entry is missing, altered, too many, or in another place.
        entries: newest first.
        head: where it ends; None when that is lost.
    """

    state: LogState
    entries: tuple[LogEntry, ...]
    head: Head | None


def open_log(holdings: Holdings, *, key: DataKey, now: float) -> HeldLog:
    """Open the log and check it.

    What does not open any more breaks the log and nothing else: the owner must see the rest.

    Args:
        holdings: what the account has, without what has expired.
        key: the account's.
        now: seconds since the epoch, of the same reading.

    Returns:
        The log.
    """
    opened: list[LogEntry] = []
    for row in holdings.sign_ins:
        try:
            opened.append(open_entry(key, row))
        except SealBrokenError:
            continue
    head = open_log_head(key, holdings.profile)
    whole = (
        head is not None
        and len(opened) == len(holdings.sign_ins)
        and is_whole(opened, head=head, account=key.account, now=now)
    )
    return HeldLog(
        state="whole" if whole else "broken",
        entries=tuple(sorted(opened, key=lambda entry: (entry.event.at, entry.number), reverse=True)),
        head=head,
    )
