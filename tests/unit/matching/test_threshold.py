"""The bar adapts inside what was measured, and only upwards: with the shipped and any sound calibration."""

from dataclasses import replace
from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching import History
from matching.calibration import Calibration, Strata, Thresholds, shipped_calibration
from matching.comparison import Placement, spread_levels
from matching.conditions import FAIR, GOOD, POOR
from matching.history import CALM
from matching.threshold import required_evidence

SHIPPED: Final = shipped_calibration()

amounts = st.floats(0, 6)
numbers = st.floats(allow_nan=True, allow_infinity=True)
levels = st.sampled_from([GOOD, FAIR, POOR])
histories = st.builds(History, recent_failures=st.integers(-(10**6), 10**30), device_is_new=st.booleans())


@st.composite
def strata(draw: st.DrawFn) -> Strata:
    edges = draw(st.lists(st.floats(0, 1), max_size=4, unique=True).map(sorted))
    added = draw(st.lists(amounts, min_size=len(edges) + 1, max_size=len(edges) + 1))
    return Strata(edges=np.array(edges), added=np.array(sorted(added, reverse=True)))


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    """The shipped one, or one with any bars that `load_calibration` would take."""
    if draw(st.booleans()):
        return SHIPPED
    by_spread = np.array(draw(st.lists(st.floats(0.1, 9), min_size=9, max_size=9))).reshape(3, 3)
    return replace(
        SHIPPED,
        thresholds=Thresholds(
            by_spread=by_spread,
            probe=draw(strata()),
            references=draw(strata()),
            conditions=np.array(sorted(draw(st.lists(amounts, min_size=3, max_size=3)))),
            ceiling=float(by_spread.max()) + draw(amounts),
        ),
    )


def side(*, spread: float = 0.1, centred_norm: float = 0.36) -> Placement:
    return Placement(
        points=np.zeros((1, 128)),
        spread=np.array([spread]),
        centred_norm=np.array([centred_norm]),
        cohort_distance=np.array([0.3]),
    )


def required(
    *,
    probe: Placement,
    references: Placement,
    conditions: int = GOOD,
    history: History = CALM,
    calibration: Calibration = SHIPPED,
) -> float:
    return float(
        required_evidence(
            probes=probe,
            references=references,
            conditions=np.array([conditions]),
            history=history,
            calibration=calibration,
        ).item()
    )


sides = st.builds(side, spread=numbers, centred_norm=numbers)


@given(probe=sides, references=sides, level=st.integers(-9, 9), history=histories, found=calibrations())
def test_nothing_exceeds_the_ceiling_or_falls_below_what_the_looks_are_worth(
    probe: Placement, references: Placement, level: int, history: History, found: Calibration
) -> None:
    bar = required(probe=probe, references=references, conditions=level, history=history, calibration=found)

    row, column = (spread_levels(one.spread, calibration=found).item() for one in (references, probe))
    assert found.thresholds.by_spread[row, column] <= bar <= found.thresholds.ceiling


@given(probe=sides, references=sides, pair=st.tuples(levels, levels), history=histories, found=calibrations())
def test_worse_reported_conditions_never_lower_the_bar(
    probe: Placement, references: Placement, pair: tuple[int, int], history: History, found: Calibration
) -> None:
    better, worse = (
        required(probe=probe, references=references, conditions=level, history=history, calibration=found)
        for level in sorted(pair)
    )

    assert worse >= better


@given(
    other=sides,
    spread=numbers,
    pair=st.tuples(st.floats(allow_nan=False, allow_infinity=False), numbers),
    level=levels,
    history=histories,
    found=calibrations(),
)
def test_a_lower_centred_norm_on_either_side_never_lowers_the_bar(
    *,
    other: Placement,
    spread: float,
    pair: tuple[float, float],
    level: int,
    history: History,
    found: Calibration,
) -> None:
    # One that is no number is worse than any.
    known, second = pair
    better, worse = (known, second) if not np.isfinite(second) or second < known else (second, known)
    good, poor = (side(spread=spread, centred_norm=norm) for norm in (better, worse))

    def bar(probe: Placement, references: Placement) -> float:
        return required(
            probe=probe, references=references, conditions=level, history=history, calibration=found
        )

    assert bar(poor, other) >= bar(good, other)
    assert bar(other, poor) >= bar(other, good)


@given(
    probe=sides,
    references=sides,
    level=levels,
    failures=st.tuples(st.integers(-(10**6), 10**30), st.integers(-(10**6), 10**30)),
    found=calibrations(),
)
def test_more_failures_and_a_new_device_never_lower_the_bar(
    probe: Placement, references: Placement, level: int, failures: tuple[int, int], found: Calibration
) -> None:
    def bar(count: int, *, new: bool) -> float:
        return required(
            probe=probe,
            references=references,
            conditions=level,
            history=History(recent_failures=count, device_is_new=new),
            calibration=found,
        )

    fewer, more = sorted(failures)

    assert bar(more, new=False) >= bar(fewer, new=False)
    assert bar(more, new=True) >= bar(fewer, new=True) >= bar(fewer, new=False)


@given(probe=sides, references=sides, level=levels, history=histories, found=calibrations())
def test_history_only_ever_tightens(
    probe: Placement, references: Placement, level: int, history: History, found: Calibration
) -> None:
    def bar(past: History) -> float:
        return required(probe=probe, references=references, conditions=level, history=past, calibration=found)

    assert bar(history) >= bar(CALM)


def test_failures_spend_the_budget_in_harmonic_shares() -> None:
    at_ease = required(probe=side(), references=side())

    shares = [
        np.exp(at_ease - required(probe=side(), references=side(), history=history))
        for history in (
            History(recent_failures=1, device_is_new=False),
            History(recent_failures=2, device_is_new=False),
            History(recent_failures=0, device_is_new=True),
            History(recent_failures=2, device_is_new=True),
        )
    ]

    assert np.allclose(shares, [1 / 2, 1 / 3, 1 / 2, 1 / 6])


def test_the_worst_of_quality_and_conditions_counts_once() -> None:
    thresholds = SHIPPED.thresholds
    lowest = 0.9 * thresholds.probe.edges[0]

    added = required(
        probe=side(centred_norm=lowest), references=side(centred_norm=0.4), conditions=POOR
    ) - required(probe=side(centred_norm=0.4), references=side(centred_norm=0.4))

    worst = max(thresholds.probe.added[0], thresholds.conditions[POOR])
    assert np.isclose(added, worst - thresholds.conditions[GOOD])


def test_a_quality_on_a_border_lies_above_it() -> None:
    thresholds = SHIPPED.thresholds
    edge = float(thresholds.probe.edges[-1])

    on, below = (
        required(probe=side(centred_norm=norm), references=side(centred_norm=0.4))
        for norm in (edge, float(np.nextafter(edge, 0)))
    )

    assert on < below


def test_many_comparisons_get_the_bars_of_each() -> None:
    probes = Placement(
        points=np.zeros((2, 128)),
        spread=np.array([0.0, 0.2]),
        centred_norm=np.array([0.28, 0.4]),
        cohort_distance=np.array([0.3, 0.3]),
    )
    references = side(spread=0.1)

    table = required_evidence(
        probes=probes,
        references=references,
        conditions=np.array([POOR, GOOD]),
        history=CALM,
        calibration=SHIPPED,
    )

    assert table.tolist() == [
        [
            required(probe=side(spread=0.0, centred_norm=0.28), references=references, conditions=POOR),
            required(probe=side(spread=0.2, centred_norm=0.4), references=references),
        ]
    ]
