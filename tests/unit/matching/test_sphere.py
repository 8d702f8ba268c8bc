"""Distances on the unit sphere hold over the whole input domain."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching.evidence import FloatArray
from matching.sphere import distances, unit

anything = arrays.arrays(np.float64, (3, 128), elements=st.floats(width=64))


@given(rows=anything)
def test_a_row_becomes_of_length_one_or_no_number_at_all(rows: FloatArray) -> None:
    lengths = np.linalg.norm(unit(rows), axis=1)

    assert (np.isnan(lengths) | np.isclose(lengths, 1.0)).all()
    assert np.isfinite(lengths[np.isfinite(rows).all(axis=1) & rows.any(axis=1)]).all()


@given(rows=anything)
def test_what_has_no_direction_becomes_no_number(rows: FloatArray) -> None:
    lost = ~np.isfinite(rows).all(axis=1) | ~rows.any(axis=1)

    assert np.isnan(unit(rows)[lost]).any(axis=1).all()


@given(seed=st.integers(0, 1000), power=st.integers(-300, 300))
def test_length_says_nothing(seed: int, power: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(2, 128))

    assert np.allclose(unit(rows * 10.0**power), unit(rows), atol=1e-12)


def test_distances_are_those_of_the_directions() -> None:
    first = np.zeros((2, 128))
    first[0, 0], first[1, 1] = 3.0, 0.5
    second = np.zeros((3, 128))
    second[0, 0], second[1, 0], second[2, :2] = 7.0, -1.0, 1.0

    found = distances(first, second)

    beside = np.sqrt(2 - np.sqrt(2))
    assert np.allclose(found, [[0.0, 2.0, beside], [np.sqrt(2), np.sqrt(2), beside]])


@given(seed=st.integers(0, 1000), apart=st.floats(1e-9, 1e-3))
def test_small_distances_are_not_lost(seed: int, apart: float) -> None:
    base, away = unit(np.random.default_rng(seed).normal(size=(2, 128)))
    away = unit(away - (away @ base) * base)

    found = distances(base[None], (base + apart * away)[None]).item()

    assert np.isclose(found, apart, rtol=1e-5)
