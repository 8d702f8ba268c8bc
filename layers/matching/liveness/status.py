"""What a check can say."""

from typing import Literal, TypeAlias

# "inconclusive": the script gave it nothing to look at. Only "failed" denies by itself.
Status: TypeAlias = Literal["passed", "failed", "inconclusive"]


def status_of(*, holds: bool, judged: bool = True) -> Status:
    """Give the status of a check that was judged, or had nothing to judge."""
    if not judged:
        return "inconclusive"
    return "passed" if holds else "failed"
