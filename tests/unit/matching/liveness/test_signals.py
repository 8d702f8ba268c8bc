from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.liveness.judge import measurements
from matching.liveness.signals import check_signals
from tests.unit.matching.liveness.ceremonies import Ceremony, ceremony, live, nearest_flat

CEREMONY = live()


def with_signal(column: int, value: int, given_: Ceremony = CEREMONY) -> Ceremony:
    signals = given_.transcript.signals.copy()
    signals[:, column] = value
    return ceremony(replace(given_.transcript, signals=signals))


def test_a_face_before_a_wall_has_nothing_against_it() -> None:
    assert check_signals(CEREMONY.performance).status == "passed"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param(0, 255, id="the grid of a screen"),
        pytest.param(1, 0, id="grey"),
        pytest.param(4, 2, id="a second face"),
    ],
)
def test_pixels_that_speak_against_a_face_deny(column: int, value: int) -> None:
    given_ = with_signal(column, value)

    assert check_signals(given_.performance).status == "failed"
    assert not given_.judged().live


def test_somebody_who_passes_behind_does_no_harm() -> None:
    signals = CEREMONY.transcript.signals.copy()
    signals[10:14, 4] = 2

    assert (
        check_signals(ceremony(replace(CEREMONY.transcript, signals=signals)).performance).status == "passed"
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10), st.lists(st.integers(0, 255), min_size=5, max_size=5))
def test_no_pixels_turn_a_refusal_into_a_pass(seed: int, values: list[int]) -> None:
    refused = nearest_flat(live("standard", seed), seed=seed)
    for column, value in enumerate(values):
        refused = with_signal(column, value, refused)

    assert not refused.judged().live


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 4), st.integers(0, 255))
def test_pixels_never_count_for_anybody(column: int, value: int) -> None:
    usual, changed = CEREMONY.judged(), with_signal(column, value).judged()

    assert measurements(changed.checks) == measurements(usual.checks)
    assert np.isfinite(list(measurements(usual.checks).values())).all()
