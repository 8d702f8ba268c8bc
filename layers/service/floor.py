"""A floor under the time of an answer, so that how soon it comes says nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


def wait_for_floor(*, started: float, floor_s: float) -> None:
    """Wait until an answer may leave.

    Args:
        started: ``time.monotonic`` when the request arrived.
        floor_s: seconds after that before which nothing leaves.
    """
    time.sleep(max(0.0, started + floor_s - time.monotonic()))


@contextmanager
def no_sooner_than(*, started: float, floor_s: float) -> Iterator[None]:
    """Let neither what is done inside nor what breaks inside be told before the floor; see above."""
    try:
        yield
    finally:
        wait_for_floor(started=started, floor_s=floor_s)
