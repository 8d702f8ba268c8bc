"""From the wire to arrays: base64 of little-endian numbers, and nothing that a camera cannot produce.

And from arrays to what is stored, and back: the same float32, which are sealed in between.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.layout import POINTS
from matching.liveness.track import SIGNALS, Track
from matching.pipeline import DESCRIPTOR_LENGTH

DESCRIPTOR_DTYPE: Final = "<f4"  # of every descriptor, on the wire and stored
LANDMARK_UNIT: Final = 8192  # landmarks travel as int16 in 1/8192 of the frame's width
MIN_FRAMES: Final = 3
MAX_FRAMES: Final = 144  # twelve seconds at 12 frames a second; keeps a body under 48 KB
MAX_OVERHANG: Final = 0.5  # how far outside the frame, in widths, a landmark of a real face may be guessed


class MalformedEvidenceError(ValueError):
    """The bytes are not what they claim to be. The message never quotes them."""


def decode_descriptors(encoded: Sequence[str]) -> FloatArray:
    """Decode descriptors from base64 of little-endian float32.

    Args:
        encoded: n strings of 684 characters (128 floats each), n >= 1.

    Returns:
        (n, 128) float64, finite.

    Raises:
        MalformedEvidenceError: on bad base64, another length than 128, NaN or infinity.
    """
    if not encoded:
        raise MalformedEvidenceError("no descriptor")
    rows = [np.frombuffer(_bytes_of(text), dtype=np.uint8) for text in encoded]
    if any(row.size != DESCRIPTOR_LENGTH * 4 for row in rows):
        raise MalformedEvidenceError("a descriptor has 128 numbers")
    descriptors = np.stack(rows).view(DESCRIPTOR_DTYPE).astype(np.float64)
    if not np.isfinite(descriptors).all():
        raise MalformedEvidenceError("a descriptor's numbers are finite")
    return descriptors


def pack_descriptor(descriptor: FloatArray) -> bytes:
    """Make the bytes of a descriptor that is stored.

    Args:
        descriptor: (128,).

    Returns:
        512 bytes: little-endian float32.
    """
    return descriptor.astype(DESCRIPTOR_DTYPE).tobytes()


def unpack_descriptors(stored: Iterable[bytes]) -> FloatArray:
    """Read descriptors that were stored: what the seal lets through is what was packed.

    Args:
        stored: n times 512 bytes, n >= 0.

    Returns:
        (n, 128) float64.
    """
    numbers = np.frombuffer(b"".join(stored), dtype=DESCRIPTOR_DTYPE)
    return numbers.reshape(-1, DESCRIPTOR_LENGTH).astype(np.float64)


def decode_track(
    *, frame_width: int, frame_height: int, times_ms: str, points: str, signals: str, steps: Sequence[int]
) -> Track:
    """Decode what was tracked during a ceremony.

    Args:
        frame_width: width of the camera frame, pixels, > 0.
        frame_height: height of the camera frame, pixels, > 0.
        times_ms: base64 of n little-endian uint16, milliseconds from the first frame.
        points: base64 of n x 48 x 2 little-endian int16, in 1/8192 of the frame's width.
        signals: base64 of n x 5 uint8.
        steps: number of the frame at which each step was shown.

    Returns:
        The track, 3 <= n <= 144 frames.

    Raises:
        MalformedEvidenceError: on bad base64, lengths that disagree, time that does not advance, steps that
            do not begin with the first frame and go on from there, or points that no camera frame could hold.
    """
    if frame_width <= 0 or frame_height <= 0:
        raise MalformedEvidenceError("a frame has a size")
    times = _rows(times_ms, "<u2", width=1)
    count = len(times)
    if not MIN_FRAMES <= count <= MAX_FRAMES:
        raise MalformedEvidenceError("a track has 3 to 144 frames")
    landmarks, noted = _rows(points, "<i2", width=POINTS * 2), _rows(signals, "<u1", width=len(SIGNALS))
    if not len(landmarks) == len(noted) == count:
        raise MalformedEvidenceError("every frame has 48 points and 5 signals")
    seconds = times[:, 0].astype(np.float64)
    if not (np.diff(seconds) > 0).all():
        raise MalformedEvidenceError("time advances from frame to frame")
    if not steps or steps[0] != 0 or steps[-1] >= count or not (np.diff(steps) > 0).all():
        raise MalformedEvidenceError("steps are shown one after the other, from the first frame on")
    return Track(
        times_ms=seconds,
        points=_in_frame(landmarks, aspect=frame_height / frame_width),
        signals=noted.astype(np.uint8),
        steps=tuple(steps),
        records=np.hstack(
            [part.view(np.uint8).reshape(count, -1) for part in (times, landmarks, noted)]
        ).tobytes(),
    )


def _in_frame(landmarks: NDArray[np.generic], *, aspect: float) -> FloatArray:
    points = landmarks.astype(np.float64).reshape(len(landmarks), POINTS, 2) / LANDMARK_UNIT
    limits = np.array([1.0, aspect]) + MAX_OVERHANG
    if (points < -MAX_OVERHANG).any() or (points > limits).any():
        raise MalformedEvidenceError("landmarks lie in or near the frame")
    return points


def _rows(text: str, dtype: str, *, width: int) -> NDArray[np.generic]:
    raw = _bytes_of(text)
    size = width * np.dtype(dtype).itemsize
    if not raw or len(raw) % size:
        raise MalformedEvidenceError("a series is a whole number of frames")
    return np.frombuffer(raw, dtype=dtype).reshape(-1, width)


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        # The cause is cut off: its message may quote the input.
        raise MalformedEvidenceError("not base64") from None
