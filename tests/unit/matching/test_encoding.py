import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from matching import LandmarkSeries, MalformedEvidenceError, decode_descriptors, decode_series


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


def series(*, times: object = (0, 60, 130), points: object = None, width: int = 640) -> LandmarkSeries:
    n = len(np.atleast_1d(np.asarray(times)))
    values = np.full((n, 68, 2), 4096) if points is None else points
    return decode_series(
        frame_width=width,
        frame_height=480,
        times_ms=encode(times, "<u2"),
        landmarks=encode(values, "<i2"),
    )


def test_a_series_is_told_in_widths_of_the_frame() -> None:
    decoded = series()

    assert decoded.times_ms.tolist() == [0, 60, 130]
    assert decoded.points.shape == (3, 68, 2)
    assert decoded.points[0, 0].tolist() == [0.5, 0.5]
    assert decoded.aspect == 0.75


def test_a_series_that_does_not_move_is_frozen_and_one_step_thaws_it() -> None:
    moved = np.full((3, 68, 2), 4096)
    moved[1, 30, 0] += 1

    assert series().is_frozen
    assert not series(points=moved).is_frozen


@pytest.mark.parametrize(
    "times",
    [
        pytest.param([0, 60], id="two frames"),
        pytest.param(range(91), id="91 frames"),
        pytest.param([0, 60, 60], id="time stands still"),
        pytest.param([0, 60, 40], id="time runs back"),
    ],
)
def test_frames_out_of_time_are_malformed(times: object) -> None:
    with pytest.raises(MalformedEvidenceError):
        series(times=times)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(np.full((3, 67, 2), 4096), id="67 landmarks"),
        pytest.param(np.full((2, 68, 2), 4096), id="a frame short"),
        pytest.param(np.full((3, 68, 2), -32768), id="far outside the frame"),
        pytest.param(np.full((3, 68, 2), 32767), id="far outside on the other side"),
    ],
)
def test_landmarks_that_no_frame_holds_are_malformed(points: object) -> None:
    with pytest.raises(MalformedEvidenceError):
        series(points=points)


def test_a_frame_without_size_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        series(width=0)


def test_an_odd_number_of_bytes_is_malformed() -> None:
    with pytest.raises(MalformedEvidenceError):
        decode_series(
            frame_width=640, frame_height=480, times_ms=base64.b64encode(b"odd").decode(), landmarks=""
        )
