"""Which learned templates stay: those that best stand for all, and not the farthest apart."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evidence import FloatArray
from matching.templates import keep_diverse
from matching.templates.bars import LIFE_DAYS
from matching.templates.stored import BoolArray, IntArray
from tests.support.captures import face
from tests.unit.matching.templates.sets import anchors, at_distance


def kept(
    rows: FloatArray,
    *,
    corroborations: list[int] | None = None,
    ages: list[float] | None = None,
    cap: int = 5,
) -> BoolArray:
    count = len(rows)
    return keep_diverse(
        learned=rows,
        anchors=anchors(),
        corroborations=np.array(corroborations or [0] * count, dtype=np.int64),
        age_days=np.array(ages or [1.0] * count),
        cap=cap,
    )


def looks(count: int, *, seed: int = 0, distance: float = 0.25) -> FloatArray:
    return np.stack([at_distance(face(1), distance, seed=1000 * seed + k) for k in range(count)])


@pytest.mark.parametrize("count", range(6))
def test_up_to_the_cap_all_stay(count: int) -> None:
    assert kept(looks(5)[:count]).all()


def test_of_two_that_say_the_same_the_younger_stays() -> None:
    rows = looks(5)
    twin = at_distance(rows[2], 0.02, seed=77)

    stays = kept(np.vstack([rows, twin]), ages=[9.0, 9.0, 9.0, 9.0, 9.0, 1.0])

    assert stays.tolist() == [True, True, False, True, True, True]


def test_a_lone_outlier_goes_before_what_was_borne_out() -> None:
    rows = looks(6, distance=0.2)
    outlier = 3
    rows[outlier] = at_distance(face(1), 0.26, seed=555)
    apart = np.linalg.norm(rows[:, None] - rows[None], axis=2) + np.diag(np.full(6, np.inf))
    farthest = apart.min(axis=1).argmax()

    stays = kept(rows, corroborations=[2, 2, 2, 0, 2, 2])

    assert farthest == outlier, "keeping the farthest apart would keep it"
    assert np.flatnonzero(~stays).tolist() == [outlier]


def test_what_was_borne_out_long_ago_weighs_less() -> None:
    rows = looks(6)
    ages = [10.0, 10.0, 10.0, 10.0, LIFE_DAYS - 1, 10.0]

    stays = kept(rows, corroborations=[2] * 6, ages=ages)

    assert np.flatnonzero(~stays).tolist() == [4]


@given(
    seed=st.integers(0, 30),
    count=st.integers(1, 8),
    cap=st.integers(1, 5),
    corroborations=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    ages=st.lists(st.floats(0, 364), min_size=8, max_size=8),
)
def test_no_other_choice_stands_for_more(
    seed: int, count: int, cap: int, corroborations: list[int], ages: list[float]
) -> None:
    rows = looks(count, seed=seed)
    counts, age_days = np.array(corroborations[:count]), np.array(ages[:count])

    stays = kept(rows, corroborations=corroborations[:count], ages=ages[:count], cap=cap)

    assert np.count_nonzero(stays) == min(count, cap)
    chosen = _cost(rows, np.flatnonzero(stays).tolist(), counts, age_days)
    others = [_cost(rows, list(one), counts, age_days) for one in combinations(range(count), min(count, cap))]
    assert chosen <= min(others) + 1e-9


def test_more_than_can_be_tried_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="too many"):
        kept(looks(40))


def _cost(rows: FloatArray, choice: list[int], counts: IntArray, ages: FloatArray) -> float:
    """The objective written out, one template after the other."""
    medoids = [_unit(row) for row in (*rows[choice], *anchors())]
    return sum(
        (1 + int(count) * (1 - float(age) / LIFE_DAYS))
        * min(float(np.linalg.norm(_unit(row) - medoid)) for medoid in medoids)
        for row, count, age in zip(rows, counts, ages, strict=True)
    )


def _unit(row: FloatArray) -> FloatArray:
    scaled: FloatArray = row / np.linalg.norm(row)
    return scaled
