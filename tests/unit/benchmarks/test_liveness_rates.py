"""Rates of attacks and people against cases known from tables."""

import pytest

from benchmarks.liveness.rates import clopper_pearson, rate_of


@pytest.mark.parametrize(
    ("errors", "count", "low", "high"),
    # Zero of n is 1 - (a/2)^(1/n); the others are of the published tables.
    [(0, 20, 0.0, 0.1684), (1, 20, 0.0013, 0.2487), (20, 20, 0.8316, 1.0), (0, 2000, 0.0, 0.00184)],
)
def test_intervals_are_the_exact_ones(errors: int, count: int, low: float, high: float) -> None:
    assert clopper_pearson(errors, count) == pytest.approx((low, high), abs=2e-4)


def test_nothing_counted_says_nothing() -> None:
    rate = rate_of([], [])

    assert rate.as_json("apcer")["apcer"] is None
    assert rate.interval == (0.0, 1.0)


def test_errors_of_one_person_are_told_as_uncertain_as_they_are() -> None:
    subjects = [str(number // 10) for number in range(100)]
    of_one_person = [number < 10 for number in range(100)]
    spread = [number % 10 == 0 for number in range(100)]

    one, many = (rate_of(errors, subjects) for errors in (of_one_person, spread))

    assert one.value == many.value == 0.1
    assert one.subject_interval is not None
    assert many.subject_interval == (0.1, 0.1)
    assert one.subject_interval[1] > one.interval[1]
