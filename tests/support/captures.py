"""Captures that no face made: they lie where real faces lie, built from the shipped cohort, nobody's face.

What was tracked, and when, is added once the script is known: see Device.perform.
"""

import base64
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import MODEL_ID, PIPELINE_ID
from matching.calibration import shipped_calibration
from matching.liveness.profiles import PROFILES
from matching.liveness.script import draw
from tests.actors.transcript import Transcript, live_transcript

MODEL = MODEL_ID
PIPELINE = PIPELINE_ID
NORM = 1.42
ENROLLED = 4  # views, and so templates
TURNED_DISTANCE = 0.25  # design: biometrics, section 2
DISTINCTNESS = 0.36  # the median of real people's centred norm
FINE_QUALITY = {
    "detection_score": 0.93,
    "inter_ocular_px": 92.0,
    "roll_deg": 1.5,
    "residual_roll_deg": 0.4,
    "nose_offset_iod": 0.03,
    "yaw_deg": 2.0,
    "pitch_deg": -4.0,
    "luminance_mean": 128.0,
    "luminance_sd": 46.0,
    "under_exposed": 0.02,
    "over_exposed": 0.01,
    "uniformity": 0.9,
    "sharpness": 8.0,
    "eyes_open": 0.9,
    "faces_in_view": 1,
}

FloatArray = NDArray[np.float64]


def face(person: int) -> FloatArray:
    """The descriptor of a person, (128,): as far from everybody's mean as real people are."""
    calibration = shipped_calibration()
    rng = np.random.default_rng(person)
    alike = _unit(rng.normal(size=len(calibration.cohort)) @ (calibration.cohort - calibration.mean))
    away = alike + _unit(rng.normal(size=128))
    point = calibration.mean + DISTINCTNESS * away / np.linalg.norm(away)
    return NORM * _unit(point @ _out_of_metric())


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
        # of the turned head: as many as the script will want, at moments that it will say
        "waiting": [encode_descriptor(row) for row in turned_descriptors(person, take=take, look=look)],
    } | changes


def portrait(person: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part
    """A capture to enrol with: one of each view."""
    return capture(person, **({"count": ENROLLED} | changes))


def turned_descriptors(person: int, *, take: int = 0, look: int = 0) -> FloatArray:
    """(2, 128): what a person's descriptor becomes as the head turns by 16 to 22 degrees."""
    away = np.random.default_rng([person, take, 8]).normal(size=(2, 128))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    moved: FloatArray = face(person) + _change_of(look) + TURNED_DISTANCE * away
    return moved


def completed(capture: dict[str, Any], transcript: Transcript, *, nonce: str) -> dict[str, Any]:
    """A capture with what was tracked while it was taken.

    What it has already stays as it is; where it has a function, that changes what would be.
    """
    whole = {
        "moments": transcript.moments(len(capture["descriptors"])),
        "series": transcript.series(),
        "chain": transcript.chain(nonce),
    }
    kept = {name: part(whole[name]) if callable(part) else part for name, part in capture.items()}
    turned = zip(transcript.turned_moments(), capture.get("waiting", []), strict=False)
    whole["turned"] = [{"descriptor": descriptor, "moment": moment} for moment, descriptor in turned]
    return {name: part for name, part in (whole | kept).items() if name != "waiting"}


def tracked_capture(person: int, *, nonce: str = "A" * 43) -> dict[str, Any]:
    """A whole capture, of a sign-in that nobody asked for."""
    script = draw(PROFILES["standard"], "verification", random.Random(person))  # noqa: S311 -- no secret
    transcript = live_transcript(script, rng=np.random.default_rng(person))
    return completed(capture(person), transcript, nonce=nonce)


def frozen(series: dict[str, Any]) -> dict[str, Any]:
    """A still: every frame is the first one."""
    return reshaped(series, points=lambda frames: np.repeat(frames[:1], len(frames), axis=0))


def out_of_time(series: dict[str, Any]) -> dict[str, Any]:
    """Time that stands still."""
    return reshaped(series, times_ms=np.zeros_like)


def stretched(series: dict[str, Any], count: int) -> dict[str, Any]:
    """So many frames, of those there are."""

    def enough(rows: Any) -> Any:  # noqa: ANN401 -- arrays
        return np.resize(rows, (count, *rows.shape[1:]))

    return reshaped(series, times_ms=enough, points=enough, signals=enough)


def reshaped(series: dict[str, Any], **changes: Callable[[Any], Any]) -> dict[str, Any]:
    """A series of which parts were changed: each given as an array with a row for each frame."""
    changed = dict(series)
    for name, change in changes.items():
        kind, shape = _ROWS[name]
        rows = np.frombuffer(base64.b64decode(series[name]), kind).reshape(shape)
        changed[name] = base64.b64encode(np.ascontiguousarray(change(rows)).astype(kind).tobytes()).decode()
    return changed


_ROWS: dict[str, tuple[str, tuple[int, ...]]] = {
    "times_ms": ("<u2", (-1,)),
    "points": ("<i2", (-1, 48, 2)),
    "signals": ("<u1", (-1, 5)),
}


def encode_descriptor(descriptor: FloatArray) -> str:
    """A descriptor, (128,), as it travels."""
    return base64.b64encode(descriptor.astype("<f4").tobytes()).decode()


def _change_of(look: int) -> FloatArray:
    """A look lies within the anchor ball, and newer than what was there: .2 when normalised.

    It changes along what one person's pictures differ in, which the metric plays down.
    """
    if look == 0:
        return np.zeros(128)
    away: FloatArray = (
        0.2 * NORM * _unit(np.random.default_rng([look, 99]).normal(size=128) @ _out_of_metric())
    )
    return away


@cache
def _out_of_metric() -> FloatArray:
    inverse: FloatArray = np.linalg.inv(shipped_calibration().metric).astype(np.float64)
    return inverse


def _unit(vector: FloatArray) -> FloatArray:
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit
