"""The bars of a match: how much evidence holds the false-match budget."""

import itertools
from typing import Final

import numpy as np

from benchmarks.recognition.dataset import DatasetError, Floats, Whole
from benchmarks.recognition.fitting import Pairs, bar_for
from matching.calibration import Strata, Thresholds, Weights
from matching.conditions import FAIR, GOOD, POOR

TARGET_FMR: Final = 1e-4  # over everybody (NIST SP 800-63B-4), with 95 % confidence
TARGET_FMR_OF_A_REGION: Final = 1e-3  # between people of one region of faces, the same
SHAPE_FMR: Final = 10 * TARGET_FMR
LEAST_AT_SHAPE: Final = round(30 / SHAPE_FMR)
# Where strangers are told apart with ease, evidence AGAINST a match would hold the budget. Never that low.
LEAST_REQUIRED: Final = 1.0
REGIONS: Final = 8
STRATA_PERCENTILES: Final = (10, 30)
CEILING_ADDED: Final = float(np.log(8))  # at an eighth of the budget, another factor is asked for instead


def fit_thresholds(nonmated: Pairs, spoilt: Pairs, *, weights: Weights, region: Whole) -> Thresholds:
    """Shape the bars where comparisons are many, at ten times the target; then raise them all to the target.

    Tails run parallel (the table at 1e-3 and at 1e-4 differ by the same), and the few comparisons beyond the
    target in a single cell would say more about one pair of look-alikes than about the cell.

    Args:
        nonmated: comparisons of every number of templates and frames.
        spoilt: comparisons of people seen in the conditions that their levels say.
        weights: of the score.
        region: of each person.

    Returns:
        The bars.

    Raises:
        DatasetError: when there are too few comparisons to say anything at the target.
    """
    if min(len(nonmated), len(spoilt)) < LEAST_AT_SHAPE:
        raise DatasetError(f"at least {LEAST_AT_SHAPE} non-mated comparisons of 3 pictures with 1 are needed")
    scores = nonmated.scores(weights)
    shape = np.full(weights.offsets.shape, np.nan)
    for level in itertools.product(range(len(shape)), repeat=2):
        shape[level] = _at_shape(scores[(nonmated.spread == level).all(axis=1)])
    if np.isnan(shape).all():
        raise DatasetError(f"at least {LEAST_AT_SHAPE} comparisons of pictures that spread alike are needed")
    shape = np.where(np.isnan(shape), np.nanmax(shape), shape)
    margins = scores - shape[nonmated.spread[:, 0], nonmated.spread[:, 1]]
    probe = _strata(margins, nonmated, side=1)
    references = _strata(margins, nonmated, side=0)
    by_quality = np.maximum(
        _added(probe, nonmated.centred_norm[:, 1]), _added(references, nonmated.centred_norm[:, 0])
    )
    of_spoilt = np.maximum(
        _added(probe, spoilt.centred_norm[:, 1]), _added(references, spoilt.centred_norm[:, 0])
    )
    spoilt_margins = spoilt.scores(weights) - shape[spoilt.spread[:, 0], spoilt.spread[:, 1]] - of_spoilt
    conditions = _by_condition(margins - by_quality, spoilt_margins, spoilt.condition)
    added = np.maximum(by_quality, conditions[np.minimum(nonmated.condition, POOR)])
    by_spread = np.maximum(shape + _bar(margins - added, nonmated, region), LEAST_REQUIRED)
    most = max(probe.added.max(), references.added.max(), conditions.max())
    return Thresholds(
        by_spread=by_spread,
        probe=probe,
        references=references,
        conditions=conditions,
        ceiling=min(float(by_spread.max() + most) + CEILING_ADDED, weights.ceiling),
    )


def _by_condition(margins: Floats, spoilt: Floats, levels: Whole) -> Floats:
    """What each level of reported conditions adds, by strangers who were both seen in them."""
    usual = _at_shape(margins)
    bars = [_at_shape(spoilt[levels == level]) - usual for level in (POOR, FAIR, GOOD)]
    return _never_rising(bars)[::-1]


def _at_shape(scores: Floats) -> float:
    """The score that ten times the target exceeds; NaN of fewer than 30 such comparisons."""
    if len(scores) < LEAST_AT_SHAPE:
        return float("nan")
    return float(np.quantile(scores, 1 - SHAPE_FMR))


def _bar(margins: Floats, pairs: Pairs, region: Whole) -> float:
    """The least bar at which everybody's budget holds and that of the people of each region."""
    bars = [bar_for(margins, pairs.people, fmr=TARGET_FMR)]
    account, probe = region[pairs.people[:, 0]], region[pairs.people[:, 1]]
    for number in range(REGIONS):
        inside = (account == number) & (probe == number)
        bars.append(bar_for(margins[inside], pairs.people[inside], fmr=TARGET_FMR_OF_A_REGION))
    if not np.isfinite(bars).any():
        raise DatasetError(f"at least {3 / TARGET_FMR:.0f} pairs of people are needed")
    return float(np.nanmax(bars))


def _strata(margins: Floats, pairs: Pairs, *, side: int) -> Strata:
    values = pairs.centred_norm[:, side]
    edges = np.percentile(values, STRATA_PERCENTILES)
    stratum = np.searchsorted(edges, values, side="right")
    usual = _at_shape(margins)
    bars = [_at_shape(margins[stratum == number]) - usual for number in range(len(edges) + 1)]
    return Strata(edges=edges, added=_never_rising(bars))


def _added(strata: Strata, values: Floats) -> Floats:
    added: Floats = strata.added[np.searchsorted(strata.edges, values, side="right")]
    return added


def _never_rising(bars: list[float]) -> Floats:
    """What each quality adds, from the worst to the best; one that was not measured takes the strictest."""
    measured = np.maximum(np.array(bars), 0.0)
    measured = np.where(np.isnan(measured), np.nanmax(measured), measured)
    falling: Floats = np.maximum.accumulate(measured[::-1])[::-1]
    return falling
