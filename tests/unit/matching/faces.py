"""Descriptors that no face made: random directions of the norm that real ones have."""

import numpy as np

from matching import LandmarkSeries, Quality
from matching.evidence import FloatArray

# Strangers' descriptors share a large common part: cosine .82 on average (shared/design: measured).
COMMON_PART = 0.905
NORM = 1.44


def face(seed: int) -> FloatArray:
    common = _unit(np.random.default_rng(0).normal(size=128))
    own = _unit(np.random.default_rng(seed + 1).normal(size=128))
    return NORM * _unit(COMMON_PART * common + np.sqrt(1 - COMMON_PART**2) * own)


def captures(seed: int, *, n: int = 3, spread: float = 0.1, take: int = 0) -> FloatArray:
    """(n, 128) captures of person ``seed``, each ``spread`` away from their face."""
    noise = np.random.default_rng([seed, take, 7]).normal(size=(n, 128))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    moved: FloatArray = face(seed) + spread * noise
    return moved


def moving_series(n: int = 5) -> LandmarkSeries:
    points = np.full((n, 68, 2), 0.5) + np.arange(n)[:, None, None] / 1000
    return LandmarkSeries(times_ms=np.arange(n, dtype=np.float64) * 70.0, points=points, aspect=0.75)


def frozen_series(n: int = 5) -> LandmarkSeries:
    return LandmarkSeries(
        times_ms=np.arange(n, dtype=np.float64) * 70.0, points=np.full((n, 68, 2), 0.5), aspect=0.75
    )


def good_quality(**changes: float) -> Quality:
    fine = {
        "detection_score": 0.9,
        "inter_ocular_px": 90.0,
        "roll_deg": 1.0,
        "nose_offset_iod": 0.02,
        "luminance_mean": 120.0,
        "luminance_sd": 48.0,
        "sharpness": 3.0,
    }
    return Quality(**(fine | changes))


def _unit(vector: FloatArray) -> FloatArray:
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit
