"""A cohort that is nobody's face: each member is the mean of several people who resemble one another.

Why means, and what else was tried: docs/decisions/anonymous-cohort.md.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.cluster.vq import kmeans2

from benchmarks.recognition.dataset import Dataset, Floats, Whole
from matching.comparison import pairwise_distances, reduce_looks
from matching.sphere import unit

SIZE: Final = 512
PEOPLE_IN_ONE: Final = 8
NEIGHBOURHOOD: Final = 20
REGIONS: Final = 16


def person_centroids(data: Dataset) -> Floats:
    """(p, 128): everybody's own point."""
    return np.concatenate(
        [
            reduce_looks(data.captures[None, data.pictures_of(person)]).points
            for person in range(len(data.people))
        ]
    )


def regions_of(centroids: Floats, *, count: int, seed: int) -> Whole:
    """Divide people into regions of faces that resemble one another (k-means, k-means++ seeds).

    Args:
        centroids: (p, 128).
        count: how many regions.
        seed: of the draws.

    Returns:
        (p,) the region of each.
    """
    away = unit(centroids - centroids.mean(axis=0))
    _, labels = kmeans2(away, count, minit="++", rng=np.random.default_rng(seed), missing="raise", iter=30)
    return labels.astype(np.int64)


def make_cohort(centroids: Floats, *, seed: int) -> Floats:
    """Make a cohort of means of people.

    The people to start from are drawn evenly over the regions of faces, not of the population: who lives in a
    sparse region is entitled to neighbours too. Each member is the mean of 8 of the 20 nearest, not brought back
    to norm 1: it lies inside the shell that real faces keep to, and the gate on the centred norm refuses it.

    Args:
        centroids: (p, 128) everybody's own point.
        seed: of the draws.

    Returns:
        (512, 128).
    """
    rng = np.random.default_rng(seed)
    labels = regions_of(centroids, count=REGIONS, seed=seed)
    nearest = np.argsort(pairwise_distances(centroids, centroids), axis=1)[:, :NEIGHBOURHOOD]
    starts = np.concatenate(
        [rng.choice(np.flatnonzero(labels == region), SIZE // REGIONS) for region in range(REGIONS)]
    )
    members = [
        centroids[rng.choice(nearest[start], PEOPLE_IN_ONE, replace=False)].mean(axis=0) for start in starts
    ]
    return np.stack(members)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How near people lie to the nearest member of a cohort: of those it was made from, and of others.

    Attributes:
        contributor: (c,) distances.
        outsider: (o,) distances.
    """

    contributor: Floats
    outsider: Floats


def likeness(*, cohort: Floats, contributors: Floats, outsiders: Floats) -> Likeness:
    """Measure what a cohort gives away about the people it was made from."""
    return Likeness(
        contributor=pairwise_distances(contributors, cohort).min(axis=1),
        outsider=pairwise_distances(outsiders, cohort).min(axis=1),
    )
