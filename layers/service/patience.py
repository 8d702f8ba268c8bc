"""When a sign-in may be tried again: the arithmetic alone, without a clock and without a table.

The rules are those of NIST SP 800-63B-4, 3.2.2 (throttling) and 3.2.3 (biometrics), and stricter where a
comment says so; docs/limits.md tells them to people. ``repositories.tries`` says the same to DynamoDB.
"""

from dataclasses import dataclass
from typing import Final

HOUR_S: Final = 3600
DAY_S: Final = 86_400
# Leap years have 366 days: nothing that is called a year here is shorter than one.
YEAR_S: Final = 366 * DAY_S

# 3.2.3: five failures in a row, then a wait of at least 30 s that grows exponentially.
FREE_TRIES: Final = 5
FIRST_WAIT_S: Final = 30
# 3.2.2 has waits grow from 30 s "up to an hour". Longer ones would add nothing: the caps below are stricter.
LONGEST_WAIT_S: Final = 3600
# 3.2.3: disabled after 50 failures in a row, until it is bound anew. 100 would want attack detection that a
# laboratory has tested (3.2.3.2), and ours has met none.
MOST_IN_A_ROW: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap:
    """At most so many failed tries in any ``window_s`` seconds, whatever succeeded in between."""

    tries: int
    window_s: int


# A success ends a run of failures, but not these: whoever tries in between an owner's own sign-ins has no
# more of them than anybody else. 100 a year at a false-match rate of 1 in 10,000 are one stranger in 100.
CAPS: Final = (
    Cap(tries=10, window_s=DAY_S),
    Cap(tries=30, window_s=30 * DAY_S),
    Cap(tries=100, window_s=YEAR_S),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """The tries that did not succeed, or not yet.

    Attributes:
        in_a_row: how many since the last success.
        failed_at: when each was begun, seconds since the epoch, the latest first.
    """

    in_a_row: int
    failed_at: tuple[int, ...]


def wait_after_s(in_a_row: int) -> int:
    """Give the wait after so many failures in a row, in seconds."""
    if in_a_row < FREE_TRIES:
        return 0
    return min(FIRST_WAIT_S << min(in_a_row - FREE_TRIES, LONGEST_WAIT_S.bit_length()), LONGEST_WAIT_S)


def due_at(past: Past) -> int | None:
    """Tell when the next try is due.

    Args:
        past: what did not succeed.

    Returns:
        The first second of it, since the epoch, and never before the last try: a clock that is set back
        waits. None when waiting does not help, but proving the device anew does.
    """
    if past.in_a_row >= MOST_IN_A_ROW:
        return None
    if not past.failed_at:
        return 0
    ends_of_windows = [
        past.failed_at[cap.tries - 1] + cap.window_s for cap in CAPS if len(past.failed_at) >= cap.tries
    ]
    return max(past.failed_at[0] + wait_after_s(past.in_a_row), *ends_of_windows, 0)


def after_try(past: Past, *, now: int) -> Past:
    """Give the past once another try has begun: it counts as failed until it succeeds."""
    return Past(in_a_row=past.in_a_row + 1, failed_at=(now, *past.failed_at))


def after_success(past: Past) -> Past:
    """Give the past once the last try has succeeded: it was no failure, and the run is over."""
    return Past(in_a_row=0, failed_at=past.failed_at[1:])
