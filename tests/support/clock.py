"""The time of day as the functions in this process see it: no test waits as long as a ceremony takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

_real = time.time
_ahead_s = 0.0


def now() -> float:
    """Seconds since the epoch."""
    return _real() + _ahead_s


def advance(seconds: float) -> None:
    """Let time pass."""
    global _ahead_s  # noqa: PLW0603 -- there is one time of day
    _ahead_s += seconds


@contextmanager
def standing_at(moment: float) -> Iterator[None]:
    """Let it be a moment, to the second, and no time pass."""
    with mock.patch("time.time", return_value=moment):
        yield


@contextmanager
def movable() -> Iterator[None]:
    """Let ``time.time`` be what ``advance`` makes of it."""
    with mock.patch("time.time", now):
        yield
