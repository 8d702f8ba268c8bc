"""A person's sign-in log, opened, and checked each time that it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from aws_lambda_powertools.event_handler.openapi.params import Query

from service.log_chain import Head, LogEntry, is_whole
from service.repositories.rows import Holdings
from service.sealing import open_entry, open_log_head
from service.vault import DataKey, SealBrokenError

# What a page shows at once; a log of 90 days may have 27,000 entries.
MOST_ON_A_PAGE: Final = 200

LogState: TypeAlias = Literal["whole", "broken"]
Before = Annotated[
    int | None,
    Query(
        ge=1,
        le=2**53,
        description="Only entries of the sign-in log with a smaller number: what the part before left out.",
    ),
]


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

    def page(self, *, before: int | None) -> "LogPage":
        """Give the newest entries, or those that come before one, in the log's own order, newest first.

        Args:
            before: only entries with a smaller number; None for the newest. What is older than the oldest
                one there has expired, so that a number of long ago gives an empty page.

        Returns:
            At most ``MOST_ON_A_PAGE`` of them.
        """
        numbered = by_number(entry for entry in self.entries if before is None or entry.number < before)
        shown = numbered[:MOST_ON_A_PAGE]
        older = shown[-1].number if len(numbered) > len(shown) else None
        return LogPage(entries=tuple(shown), older=older)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """A part of the log.

    Attributes:
        entries: newest first.
        older: ``before`` of the next part; None where this is the last.
    """

    entries: tuple[LogEntry, ...]
    older: int | None


def by_number(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Put entries in the log's own order, newest first: parts go by it, and functions' clocks may not."""
    return sorted(entries, key=lambda entry: entry.number, reverse=True)


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
