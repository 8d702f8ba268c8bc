"""Captures that no face made: random descriptors with the norm and spread that real ones have."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL = "face-api-1.7.15/face_recognition"
PIPELINE = "crop-1"
NORM = 1.44
COMMON_PART = 0.905  # strangers' descriptors share this much: cosine .82 on average
FINE_QUALITY = {
    "detection_score": 0.93,
    "inter_ocular_px": 92.0,
    "roll_deg": 1.5,
    "nose_offset_iod": 0.03,
    "luminance_mean": 128.0,
    "luminance_sd": 46.0,
    "sharpness": 3.2,
}

FloatArray = NDArray[np.float64]


def face(person: int) -> FloatArray:
    """The descriptor of a person, (128,)."""
    common = _unit(np.random.default_rng(0).normal(size=128))
    own = _unit(np.random.default_rng(person + 1).normal(size=128))
    return NORM * _unit(COMMON_PART * common + np.sqrt(1 - COMMON_PART**2) * own)


def descriptors(
    person: int, *, count: int = 3, take: int = 0, look: int = 0, spread: float = 0.1
) -> FloatArray:
    """(count, 128) captures of a person in one scene.

    Another take is another moment; another look (a beard, glasses) is further away, and comes again.
    """
    noise = np.random.default_rng([person, take, 7]).normal(size=(count, 128))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    moved: FloatArray = face(person) + _change_of(look) + spread * noise
    return moved


def capture(
    person: int,
    *,
    count: int = 3,
    take: int = 0,
    look: int = 0,
    **changes: Any,  # noqa: ANN401 -- any part
) -> dict[str, Any]:
    """What a person's browser sends; ``changes`` replace parts of it."""
    rows = descriptors(person, count=count, take=take, look=look)
    return {
        "model": MODEL,
        "pipeline": PIPELINE,
        "descriptors": [encode_descriptor(row) for row in rows],
        "quality": [FINE_QUALITY for _ in range(count)],
        "series": series(),
    } | changes


def series(*, frames: int = 12, frozen: bool = False, seed: int = 0) -> dict[str, Any]:
    """A landmark series, as it travels."""
    rng = np.random.default_rng(seed)
    points = rng.integers(2500, 4500, size=(68, 2)) + np.zeros((frames, 1, 1), dtype=np.int64)
    if not frozen:
        points = points + rng.integers(-40, 41, size=points.shape)
    times = np.arange(frames) * 66
    return {
        "frame_width": 640,
        "frame_height": 480,
        "times_ms": base64.b64encode(times.astype("<u2").tobytes()).decode(),
        "landmarks": base64.b64encode(points.astype("<i2").tobytes()).decode(),
    }


def encode_descriptor(descriptor: FloatArray) -> str:
    """A descriptor, (128,), as it travels."""
    return base64.b64encode(descriptor.astype("<f4").tobytes()).decode()


def _change_of(look: int) -> FloatArray:
    """A look lies within the anchor ball, and newer than what was there: .2 when normalised."""
    if look == 0:
        return np.zeros(128)
    away: FloatArray = 0.2 * NORM * _unit(np.random.default_rng([look, 99]).normal(size=128))
    return away


def _unit(vector: FloatArray) -> FloatArray:
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit
