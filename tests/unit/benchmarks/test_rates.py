"""Error rates against cases counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.recognition.rates import (
    Scores,
    bootstrap,
    equal_error_rate,
    false_match_rate,
    false_non_match_rate,
    fnmr_at,
    threshold_at,
)
from benchmarks.recognition.trials import Trials


def scores(mated: list[float], nonmated: list[float], *, people: int = 10) -> Scores:
    return Scores(
        mated=np.array(mated),
        nonmated=np.array(sorted(nonmated, reverse=True)),
        mated_people=np.arange(len(mated)) % people,
        nonmated_people=np.stack(
            [np.arange(len(nonmated)) % people, (np.arange(len(nonmated)) + 1) % people], axis=1
        ),
        people=people,
    )


TEN = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


@pytest.mark.parametrize(
    ("fmr", "fnmr"),
    [
        (0.0, 0.6),  # above 9: of 8.5, 9, 7, 9.5, 11 only the last two remain
        (0.1, 0.2),  # one may pass: above 8, which 7 is not
        (0.2, 0.2),  # two: above 7, which 7 is not either
        (0.35, 0.0),  # three: above 6
        (1.0, 0.0),
    ],
)
def test_fnmr_at_an_fmr_is_what_is_counted_by_hand(fmr: float, fnmr: float) -> None:
    assert fnmr_at(scores([8.5, 9.0, 7.0, 9.5, 11.0], TEN), fmr) == pytest.approx(fnmr)


def test_rates_at_a_threshold_count_equality_as_a_match() -> None:
    found = scores([4.0, 5.0, 6.0, 7.0], TEN)

    assert false_match_rate(found, 5.0) == 0.5
    assert false_non_match_rate(found, 5.0) == 0.25
    assert false_match_rate(scores([], [-1.0, 0.0])) == 0.5
    assert false_non_match_rate(scores([-1.0, 0.0], [])) == 0.5


@pytest.mark.parametrize(
    ("mated", "eer"),
    [
        ([10.0, 11.0, 12.0, 13.0], 0.0),
        ([8.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0], 0.05),  # at 10: one in ten, and none
        ([2.0, 4.5, 20.0, 21.0], 0.375),  # at 4.5: one in four, five in ten
        ([-1.0, -2.0, -3.0, -4.0], 0.875),  # at the highest: three in four, all
    ],
)
def test_the_equal_error_rate_is_where_both_are_equally_frequent(mated: list[float], eer: float) -> None:
    assert equal_error_rate(scores(mated, TEN)) == pytest.approx(eer)


finite = st.floats(-1e6, 1e6) | st.just(-np.inf)


@given(nonmated=st.lists(finite, min_size=1, max_size=300), fmr=st.floats(0, 1))
def test_a_threshold_never_lets_more_pass_than_its_fmr(nonmated: list[float], fmr: float) -> None:
    found = scores([0.0], nonmated)

    threshold = threshold_at(found, fmr)

    assert false_match_rate(found, threshold) <= fmr * (1 + 1e-12)


@given(nonmated=st.lists(st.integers(0, 50), min_size=1, max_size=300, unique=True), fmr=st.floats(0, 0.99))
def test_and_no_lower_threshold_would_hold_it(nonmated: list[int], fmr: float) -> None:
    found = scores([0.0], [float(value) for value in nonmated])
    threshold = threshold_at(found, fmr)

    one_more = max((value for value in found.nonmated if value < threshold), default=None)

    assert one_more is None or false_match_rate(found, one_more) > fmr * (1 - 1e-12)


@given(
    mated=st.lists(finite, min_size=1, max_size=50),
    nonmated=st.lists(finite, min_size=1, max_size=50),
    fmrs=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_stricter_fmr_never_rejects_fewer(
    mated: list[float], nonmated: list[float], fmrs: tuple[float, float]
) -> None:
    strict, loose = sorted(fmrs)
    found = scores(mated, nonmated)

    assert fnmr_at(found, strict) >= fnmr_at(found, loose)
    assert 0 <= equal_error_rate(found) <= 1


def test_nothing_measured_is_no_number() -> None:
    nothing = scores([], [])

    assert all(
        np.isnan(measure(nothing))
        for measure in (
            equal_error_rate,
            false_match_rate,
            false_non_match_rate,
            lambda found: fnmr_at(found, 1e-4),
        )
    )


def test_scores_of_trials_keep_whose_they_are_and_no_number_is_the_lowest() -> None:
    trials = Trials(
        account_owner=np.array([0, 1]),
        account_pictures=np.array([[0], [2]]),
        probe_owner=np.array([0, 1, 2]),
        probe_pictures=(np.array([1]), np.array([3]), np.array([4])),
        frames=np.ones(3, dtype=np.int64),
        mated=np.array([[True, False, False], [False, True, False]]),
        nonmated=np.array([[False, True, True], [True, False, True]]),
    )
    table = np.array([[9.0, 1.0, np.nan], [3.0, 8.0, 2.0]])

    found = Scores.of(table, trials, people=3)

    assert found.mated.tolist() == [9.0, 8.0]
    assert found.mated_people.tolist() == [0, 1]
    assert found.nonmated.tolist() == [3.0, 2.0, 1.0, -np.inf]
    assert found.nonmated_people.tolist() == [[1, 0], [1, 2], [0, 1], [0, 2]]


def test_pooled_scores_are_those_of_all_draws_the_highest_first() -> None:
    pooled = Scores.pooled([scores([1.0], [5.0, 3.0]), scores([2.0], [4.0])], people=10)

    assert pooled.mated.tolist() == [1.0, 2.0]
    assert pooled.nonmated.tolist() == [5.0, 4.0, 3.0]
    assert len(Scores.pooled([], people=0).nonmated_people) == 0


def test_the_interval_covers_the_rate_of_the_population_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    covered, runs, truth, per_person = 0, 40, 0.2, 8
    for run in range(runs):
        # Whoever is rejected once is likely rejected again: comparisons of one person are not independent.
        own = rng.beta(0.5, 2.0, size=60)
        rejected = rng.random((60, per_person)) < own[:, None]
        found = scores(np.where(rejected, -1.0, 1.0).ravel().tolist(), [0.0], people=60)
        whose = Scores(
            mated=found.mated,
            nonmated=found.nonmated,
            mated_people=np.repeat(np.arange(60), per_person),
            nonmated_people=found.nonmated_people,
            people=60,
        )
        low, high = bootstrap(whose, {"fnmr": false_non_match_rate}, seed=run)["fnmr"]
        covered += low <= truth <= high

    assert covered >= 0.85 * runs


def test_the_interval_does_not_shrink_because_the_same_people_are_compared_more_often() -> None:
    once = scores([-1.0] * 4 + [1.0] * 16, [0.0], people=20)
    often = scores(([-1.0] * 4 + [1.0] * 16) * 50, [0.0], people=20)

    widths = [
        np.diff(bootstrap(found, {"fnmr": false_non_match_rate})["fnmr"]).item() for found in (once, often)
    ]

    assert widths[1] == pytest.approx(widths[0], rel=0.05)


def test_nobody_is_drawn_against_themselves() -> None:
    found = scores([1.0], [3.0, 2.0, 1.0], people=3)

    spans = bootstrap(found, {"nonmated": lambda again: float(len(again.nonmated))})

    # Drawn (3, 0, 0) nobody is left to be compared; drawn (1, 1, 1) all three pairs are there once.
    assert 0 <= spans["nonmated"][0] <= 3
