"""From descriptors to a log-likelihood ratio: the score of a comparison.

Everything is judged on the unit sphere: a descriptor's own length says nothing about whose it is.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Calibration
from matching.evidence import FloatArray
from matching.sphere import unit

Levels: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """Several looks at each of m faces, each reduced to one point.

    Attributes:
        points: (m, 128) of norm 1.
        spread: (m,) root mean square distance of the normalised looks from their mean. Frames of one scene
            spread little however many they are; 0 for a single look.
    """

    points: FloatArray = field(repr=False)
    spread: FloatArray = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where faces lie among real ones.

    Attributes:
        points: (m, 128) in the calibration's metric.
        spread: (m,) as of `Looks`.
        centred_norm: (m,) distance to the mean of real faces: the more distinct, the farther. Poor pictures
            come near to the mean (a server-side measure of quality that no client can raise without a face).
        cohort_distance: (m,) mean distance to the nearest of the cohort: small where many people look alike.
    """

    points: FloatArray = field(repr=False)
    spread: FloatArray = field(repr=False)
    centred_norm: FloatArray = field(repr=False)
    cohort_distance: FloatArray = field(repr=False)

    def __getitem__(self, chosen: slice) -> "Placement":
        """Some of the faces."""
        return Placement(
            points=self.points[chosen],
            spread=self.spread[chosen],
            centred_norm=self.centred_norm[chosen],
            cohort_distance=self.cohort_distance[chosen],
        )


def reduce_looks(descriptors: FloatArray) -> Looks:
    """Reduce n looks at each of m faces, (m, n, 128), to one point each: the centroid once normalised.

    Used for the templates of an account and for the frames of one ceremony alike. Never "any frame matches":
    that would give a stranger n tries in one ceremony.
    """
    looks = unit(descriptors)
    mean = looks.mean(axis=1)
    # Direct differences: 1 - |mean|^2 would lose what frames of one scene differ by.
    spread = np.sqrt(((looks - mean[:, None, :]) ** 2).sum(axis=2).mean(axis=1))
    return Looks(points=unit(mean), spread=spread)


def place(looks: Looks, *, calibration: Calibration) -> Placement:
    """Place faces among real ones.

    Args:
        looks: m faces.
        calibration: metric, mean and cohort.

    Returns:
        The placement; NaN where a point is not finite.
    """
    points = looks.points @ calibration.metric
    return Placement(
        points=points,
        spread=looks.spread,
        centred_norm=np.linalg.norm(points - calibration.mean, axis=1),
        cohort_distance=_cohort_distance(points, calibration=calibration),
    )


def spread_levels(spread: FloatArray, *, calibration: Calibration) -> Levels:
    """Tell what (m,) spreads are worth: one look (0), as is one that is no number, two (1) or several (2)."""
    finite = np.where(np.isfinite(spread), spread, 0.0)
    levels: Levels = np.searchsorted(calibration.spread_edges, finite, side="right").astype(np.int64)
    return levels


def log_likelihood_ratios(
    *, probes: Placement, references: Placement, calibration: Calibration
) -> FloatArray:
    """Score every probe against every account's references.

    The natural logarithm of how much likelier the comparison is between images of one person than of two, by
    logistic regression on the distance, both sides' spread, both sides' distances to the cohort (what S-norm
    divides by, here weighed by what it is worth) and both sides' centred norms. Capped at what the number of
    pairs of different people can support, ln(n / 3) (the rule of three; ISO/IEC 19795-1).

    Args:
        probes: m of them.
        references: a of them, one centroid for each account.
        calibration: the weights.

    Returns:
        (a, m). NaN where either side is not finite.
    """
    weights = calibration.weights
    reference_terms = _terms(references, calibration=calibration, side=0)
    probe_terms = _terms(probes, calibration=calibration, side=1)
    distances = pairwise_distances(references.points, probes.points)
    offsets = weights.offsets[
        np.ix_(
            spread_levels(references.spread, calibration=calibration),
            spread_levels(probes.spread, calibration=calibration),
        )
    ]
    scores = offsets + weights.distance * distances + reference_terms[:, None] + probe_terms[None, :]
    bounded: FloatArray = np.minimum(scores, weights.ceiling)
    return bounded


def pairwise_distances(first: FloatArray, second: FloatArray) -> FloatArray:
    """Euclidean distances (a, m) between points (a, 128) and (m, 128) of norms about 1.

    By the expanded form, whose error of about 1e-8 here is nothing beside distances between pictures, > 1e-2.
    Not for telling near-duplicates apart: the gates take direct differences.
    """
    return _expanded(first, second, (second**2).sum(axis=1))


def _expanded(first: FloatArray, second: FloatArray, second_squares: FloatArray) -> FloatArray:
    squares = (first**2).sum(axis=1)[:, None] + second_squares[None, :] - 2 * (first @ second.T)
    distances: FloatArray = np.sqrt(np.maximum(squares, 0.0))
    return distances


def _terms(placement: Placement, *, calibration: Calibration, side: int) -> FloatArray:
    weights = calibration.weights
    cohort_distance = np.minimum(placement.cohort_distance, weights.cohort_cap[side])
    terms: FloatArray = (
        weights.cohort_distance[side] * cohort_distance + weights.centred_norm[side] * placement.centred_norm
    )
    return terms


def _cohort_distance(points: FloatArray, *, calibration: Calibration) -> FloatArray:
    distances = _expanded(points, calibration.cohort, calibration.cohort_squares)
    nearest = np.partition(distances, calibration.neighbours - 1, axis=1)[:, : calibration.neighbours]
    means: FloatArray = nearest.mean(axis=1)
    return means
