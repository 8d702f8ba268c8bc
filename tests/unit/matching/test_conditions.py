"""What a client reports can only make conditions worse than good."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Quality
from matching.conditions import (
    FAIR,
    GOOD,
    LEAST,
    MAX_SHARPNESS,
    MOST,
    POOR,
    UNUSABLE,
    condition_levels,
    conditions_of,
)
from tests.support.captures import FINE_QUALITY
from tests.unit.matching.faces import good_quality

MEASURES = sorted(LEAST.keys() | MOST.keys())
numbers = st.floats(allow_nan=True, allow_infinity=True)
reported = st.fixed_dictionaries(dict.fromkeys(MEASURES, numbers)).map(lambda c: good_quality(**c))


def test_fine_quality_is_good() -> None:
    assert conditions_of([good_quality()] * 3) == GOOD


def test_no_measurement_is_poor() -> None:
    assert conditions_of([]) == POOR


@pytest.mark.parametrize("name", LEAST)
def test_too_little_of_a_measure_is_fair_then_poor(name: str) -> None:
    bars = LEAST[name]

    assert conditions_of([good_quality(**{name: bars.fair})]) == GOOD
    assert conditions_of([good_quality(**{name: np.nextafter(bars.fair, 0)})]) == FAIR
    assert conditions_of([good_quality(**{name: bars.poor})]) == FAIR
    assert conditions_of([good_quality(**{name: np.nextafter(bars.poor, 0)})]) == POOR


@pytest.mark.parametrize(
    ("name", "sign"),
    # Of a measure that has a least value too, a negative one is poor already.
    [(name, sign) for name in MOST for sign in (1, -1) if sign > 0 or name not in LEAST],
)
def test_too_much_of_a_measure_is_fair_then_poor_to_either_side(name: str, sign: int) -> None:
    bars = MOST[name]

    assert conditions_of([good_quality(**{name: sign * bars.fair})]) == GOOD
    assert conditions_of([good_quality(**{name: sign * np.nextafter(bars.fair, 1e9)})]) == FAIR
    assert conditions_of([good_quality(**{name: sign * bars.poor})]) == FAIR
    assert conditions_of([good_quality(**{name: sign * np.nextafter(bars.poor, 1e9)})]) == POOR


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_that_is_no_number_is_poor(name: str) -> None:
    assert conditions_of([good_quality(), good_quality(**{name: float("nan")})]) == POOR


@given(frames=st.lists(reported, min_size=1, max_size=5), order=st.randoms(use_true_random=False))
def test_the_worst_frame_decides_whatever_the_order(frames: list[Quality], order: Random) -> None:
    shuffled = list(frames)
    order.shuffle(shuffled)

    found = conditions_of(frames)

    assert found in {GOOD, FAIR, POOR, UNUSABLE}
    assert found == max(conditions_of([one]) for one in frames) == conditions_of(shuffled)


@given(frames=st.lists(reported, min_size=1, max_size=4), more=reported)
def test_another_frame_never_makes_conditions_better(frames: list[Quality], more: Quality) -> None:
    assert conditions_of([*frames, more]) >= conditions_of(frames)


@given(
    name=st.sampled_from(sorted(LEAST.keys() - MOST.keys() - {"sharpness"})),
    values=st.tuples(numbers, numbers),
)
def test_less_of_what_is_needed_is_never_better(name: str, values: tuple[float, float]) -> None:
    less, more = sorted(values) if not any(np.isnan(values)) else (float("nan"), max(values))

    assert conditions_of([good_quality(**{name: less})]) >= conditions_of([good_quality(**{name: more})])


def test_noise_that_looks_sharp_is_unusable() -> None:
    assert conditions_of([good_quality(sharpness=MAX_SHARPNESS)]) == GOOD
    assert conditions_of([good_quality(), good_quality(sharpness=MAX_SHARPNESS + 0.1)]) == UNUSABLE


def test_many_frames_at_once_are_judged_as_each_by_itself() -> None:
    frames = [good_quality(), good_quality(sharpness=0.0), good_quality(luminance_mean=210.0)]
    columns = {name: np.array([getattr(one, name) for one in frames]) for name in MEASURES}

    assert condition_levels(columns).tolist() == [conditions_of([one]) for one in frames] == [0, 2, 1]


def test_every_bar_is_of_a_measure_that_travels() -> None:
    assert set(MEASURES) <= FINE_QUALITY.keys()
