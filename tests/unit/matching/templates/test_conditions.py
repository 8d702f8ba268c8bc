"""What is learned was taken in good conditions: better ones than an enrolment needs."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import MODEL_ID, PIPELINE_ID, Quality, assess_enrolment
from matching.templates import are_good_conditions
from tests.unit.matching.faces import captures, good_quality
from tests.unit.matching.templates.sets import anything

BARS = {
    "detection_score": [0.49],
    "inter_ocular_px": [47.9],
    "luminance_mean": [59.9, 205.1],
    "luminance_sd": [14.9],
    "sharpness": [0.49],
    "nose_offset_iod": [-0.31, 0.31],
    "roll_deg": [-15.1, 15.1],
    "yaw_deg": [-25.1, 25.1],
    "pitch_deg": [-30.1, 30.1],
    "under_exposed": [0.31],
    "over_exposed": [0.16],
    "uniformity": [0.49],
    "faces_in_view": [0.0, 2.0],
}
CASES = [(name, value) for name, values in BARS.items() for value in [*values, float("nan")]]


def test_good_conditions_are_good() -> None:
    assert are_good_conditions([good_quality()] * 3)


def test_no_measurement_is_no_good_condition() -> None:
    assert not are_good_conditions([])


@pytest.mark.parametrize(("name", "value"), CASES)
def test_one_capture_below_one_bar_is_enough_to_learn_nothing(name: str, value: float) -> None:
    assert not are_good_conditions([good_quality(), good_quality(**{name: value}), good_quality()])


@given(st.fixed_dictionaries({name: st.one_of(st.floats(-200, 300), anything) for name in BARS}))
def test_nothing_is_learned_that_an_enrolment_would_refuse(changes: dict[str, float]) -> None:
    quality: Quality = dataclasses.replace(good_quality(), **changes)

    if are_good_conditions([quality] * 3):
        assert assess_enrolment(
            captures=captures(1),
            quality=[quality] * 3,
            model=MODEL_ID,
            pipeline=PIPELINE_ID,
        ).accepted
