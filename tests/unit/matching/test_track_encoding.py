"""Decoding what was tracked during a ceremony."""

import base64
from collections.abc import Sequence

import numpy as np
import pytest

from matching import MalformedEvidenceError, decode_track
from matching.liveness.track import FRAME_BYTES, Track


def encode(values: object, dtype: str) -> str:
    return base64.b64encode(np.asarray(values).astype(dtype).tobytes()).decode()


def track(
    *,
    times: object = (0, 60, 130),
    points: object = None,
    signals: object = None,
    steps: Sequence[int] = (0, 2),
    width: int = 640,
) -> Track:
    n = len(np.atleast_1d(np.asarray(times)))
    return decode_track(
        frame_width=width,
        frame_height=480,
        times_ms=encode(times, "<u2"),
        points=encode(np.full((n, 48, 2), 4096) if points is None else points, "<i2"),
        signals=encode(np.full((n, 5), 7) if signals is None else signals, "u1"),
        steps=steps,
    )


def test_frames_are_told_in_widths_of_the_frame() -> None:
    decoded = track()

    assert decoded.times_ms.tolist() == [0, 60, 130]
    assert decoded.points.shape == (3, 48, 2)
    assert decoded.points[0, 0].tolist() == [0.5, 0.5]
    assert decoded.signals.tolist() == [[7] * 5] * 3
    assert decoded.steps == (0, 2)
    assert decoded.aspect == 0.75


def test_a_frame_is_hashed_as_it_travelled() -> None:
    decoded = track(times=(0, 60, 130))

    second = decoded.records[FRAME_BYTES : 2 * FRAME_BYTES]

    assert len(decoded.records) == 3 * FRAME_BYTES
    assert second == bytes([60, 0]) + bytes([0, 16]) * 96 + bytes([7] * 5)


@pytest.mark.parametrize(
    "times",
    [
        pytest.param([0, 60], id="two frames"),
        pytest.param(range(145), id="145 frames"),
        pytest.param([0, 60, 60], id="time stands still"),
        pytest.param([0, 60, 40], id="time runs back"),
    ],
)
def test_frames_out_of_time_are_malformed(times: object) -> None:
    with pytest.raises(MalformedEvidenceError):
        track(times=times)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(np.full((3, 47, 2), 4096), id="47 points"),
        pytest.param(np.full((2, 48, 2), 4096), id="a frame short"),
        pytest.param(np.full((3, 48, 2), -32768), id="far outside the frame"),
        pytest.param(np.full((3, 48, 2), 32767), id="far outside on the other side"),
    ],
)
def test_points_that_no_frame_holds_are_malformed(points: object) -> None:
    with pytest.raises(MalformedEvidenceError):
        track(points=points)


def test_a_frame_without_its_signals_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        track(signals=np.full((3, 4), 7))


@pytest.mark.parametrize("steps", [(), (1, 2), (0, 0), (0, 2, 1), (0, 3), (0, -1)])
def test_steps_that_do_not_follow_one_another_through_the_frames_are_malformed(steps: Sequence[int]) -> None:
    with pytest.raises(MalformedEvidenceError):
        track(steps=steps)


def test_a_frame_without_size_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        track(width=0)


def test_an_odd_number_of_bytes_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        decode_track(
            frame_width=640,
            frame_height=480,
            times_ms=base64.b64encode(b"odd").decode(),
            points="",
            signals="",
            steps=(0,),
        )
