"""Drift: a walk in one direction is told from a person who looks different from day to day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matching.evidence import FloatArray
from matching.templates import points_one_way
from tests.support.captures import face
from tests.unit.matching.templates.sets import anchors, anything, at_distance


def test_a_walk_towards_somebody_else_points_one_way() -> None:
    steps = np.linspace(0.3, 0.6, 4)[:, None]
    walk = face(1) + steps * (face(2) - face(1))

    assert points_one_way(updates=walk, anchors=anchors())


def test_looks_in_different_directions_do_not() -> None:
    looks = np.stack([at_distance(face(1), 0.25, seed=k) for k in range(4)])

    assert not points_one_way(updates=looks, anchors=anchors())


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_nothing_is_said(count: int) -> None:
    assert not points_one_way(updates=np.stack([face(2)] * 3)[:count], anchors=anchors())


@given(st.integers(0, 50), st.integers(3, 6))
def test_it_is_the_mean_over_all_pairs(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    updates = face(1) + rng.normal(size=128) * 0.03 + rng.normal(size=(count, 128)) * rng.uniform(0.01, 0.05)
    centroid = (anchors() / np.linalg.norm(anchors(), axis=1, keepdims=True)).mean(axis=0)
    directions = updates / np.linalg.norm(updates, axis=1, keepdims=True) - centroid
    pairs = [
        first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        for at, first in enumerate(directions)
        for second in directions[at + 1 :]
    ]

    assert points_one_way(updates=updates, anchors=anchors()) == (np.mean(pairs) > 0.5)


@given(arrays.arrays(np.float64, st.tuples(st.integers(0, 6), st.just(128)), elements=anything))
def test_it_never_raises_and_what_is_no_number_freezes(updates: FloatArray) -> None:
    frozen = points_one_way(updates=updates, anchors=anchors())

    if len(updates) >= 3 and not np.isfinite(updates).all():
        assert frozen
