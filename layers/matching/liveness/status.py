"""What a check can say."""

from typing import Literal, TypeAlias

# "inconclusive": the script gave it nothing to look at. Only "failed" denies by itself.
Status: TypeAlias = Literal["passed", "failed", "inconclusive"]


def status_of(*, holds: bool) -> Status:
    """Give the status of a check that had something to judge."""
    return "passed" if holds else "failed"
