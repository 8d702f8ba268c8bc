"""The unit tests' evidence: random descriptors of tests.support, and series and quality around them."""

import numpy as np

from matching import LandmarkSeries, Quality
from matching.evidence import FloatArray
from tests.support.captures import FINE_QUALITY, descriptors, face

__all__ = ["captures", "face", "frozen_series", "good_quality", "moving_series"]


def captures(person: int, *, n: int = 3, spread: float = 0.1, take: int = 0) -> FloatArray:
    """(n, 128) captures of a person, each ``spread`` away from their face."""
    return descriptors(person, count=n, take=take, spread=spread)


def moving_series(n: int = 5) -> LandmarkSeries:
    points = np.full((n, 68, 2), 0.5) + np.arange(n)[:, None, None] / 1000
    return LandmarkSeries(times_ms=np.arange(n, dtype=np.float64) * 70.0, points=points, aspect=0.75)


def frozen_series(n: int = 5) -> LandmarkSeries:
    return LandmarkSeries(
        times_ms=np.arange(n, dtype=np.float64) * 70.0, points=np.full((n, 68, 2), 0.5), aspect=0.75
    )


def good_quality(**changes: float) -> Quality:
    return Quality(**(FINE_QUALITY | changes))
