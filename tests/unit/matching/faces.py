"""The unit tests' evidence: random descriptors of tests.support, and quality around them."""

from matching import Quality
from matching.evidence import FloatArray
from tests.support.captures import FINE_QUALITY, descriptors, face

__all__ = ["captures", "face", "good_quality"]


def captures(person: int, *, n: int = 3, spread: float = 0.1, take: int = 0) -> FloatArray:
    """(n, 128) captures of a person, each ``spread`` away from their face."""
    return descriptors(person, count=n, take=take, spread=spread)


def good_quality(**changes: float) -> Quality:
    return Quality(**(FINE_QUALITY | changes))
