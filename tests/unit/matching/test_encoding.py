import base64
import struct
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from matching import (
    MalformedEvidenceError,
    decode_descriptors,
    decode_track,
    pack_descriptor,
    unpack_descriptors,
)
from matching.liveness.track import FRAME_BYTES, Track


def encode(values: object, dtype: str) -> str:
    return base64.b64encode(np.asarray(values).astype(dtype).tobytes()).decode()


def test_a_descriptor_survives_the_wire() -> None:
    sent = np.linspace(-0.3, 0.3, 128, dtype=np.float32)

    received = decode_descriptors([encode(sent, "<f4")] * 3)

    assert received.shape == (3, 128)
    assert (received == sent.astype(np.float64)).all()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(encode(np.zeros(127), "<f4"), id="127 numbers"),
        pytest.param(encode(np.zeros(129), "<f4"), id="129 numbers"),
        pytest.param(encode(np.full(128, np.nan), "<f4"), id="NaN"),
        pytest.param(encode(np.full(128, np.inf), "<f4"), id="infinity"),
        pytest.param("not base64!", id="not base64"),
        pytest.param("ÿ" * 684, id="not ASCII"),
        pytest.param("", id="empty"),
    ],
)
def test_a_vector_that_no_model_made_is_malformed(text: str) -> None:
    good = encode(np.full(128, 0.1), "<f4")

    with pytest.raises(MalformedEvidenceError):
        decode_descriptors([good, text, good])


def test_a_descriptor_survives_the_store_as_512_little_endian_bytes() -> None:
    held = np.linspace(-0.3, 0.3, 256, dtype=np.float32).reshape(2, 128)

    stored = [pack_descriptor(one.astype(np.float64)) for one in held]

    assert stored[0] == struct.pack("<128f", *held[0])
    assert (unpack_descriptors(stored) == held.astype(np.float64)).all()
    assert unpack_descriptors([]).shape == (0, 128)


def test_no_descriptor_at_all_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        decode_descriptors([])


@given(st.text(min_size=4, max_size=800))
def test_no_text_but_a_vectors_is_taken_and_the_refusal_never_quotes_it(text: str) -> None:
    with pytest.raises(MalformedEvidenceError) as refusal:
        decode_descriptors([text])

    assert str(refusal.value) in {"not base64", "a descriptor has 128 numbers"}
    assert refusal.value.__cause__ is None


@given(arrays.arrays(np.float32, 128, elements=st.floats(width=32)))
def test_every_finite_vector_and_no_other_is_taken(vector: NDArray[np.float32]) -> None:
    sent = encode(vector, "<f4")

    if np.isfinite(vector).all():
        assert (decode_descriptors([sent])[0] == vector).all()
    else:
        with pytest.raises(MalformedEvidenceError):
            decode_descriptors([sent])


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
