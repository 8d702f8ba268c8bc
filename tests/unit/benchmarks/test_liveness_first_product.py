"""The first product's rule, sign by sign, on points that are nobody's."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.liveness.first_product import accepted_at
from matching.liveness.layout import mean_shape

TIMES = np.arange(0, 6000, 200.0)
UPPER, LOWER = [33, 34, 35, 41, 42, 43], [39, 38, 37, 47, 46, 45]


def still() -> NDArray[np.float64]:
    return np.tile(mean_shape()[:, :2], (len(TIMES), 1, 1))


def test_a_face_that_is_a_perfect_still_never_passes() -> None:
    assert accepted_at(TIMES, still()) is None


def test_one_blink_is_enough() -> None:
    points = still()
    points[5, UPPER] = points[5, LOWER]

    assert accepted_at(TIMES, points) == 7


def test_a_still_whose_landmarks_scatter_passes_by_the_twelfth_look() -> None:
    points = still() + np.random.default_rng(1).normal(0, 0.006, (len(TIMES), 48, 2))

    look = accepted_at(TIMES, points)

    assert look is not None
    assert look <= 12
