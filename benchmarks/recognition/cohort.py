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
INSIDE: Final = 0.9  # of the least centred norm of anybody


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
    regions: Whole = labels.astype(np.int64)
    return regions


def make_cohort(
    centroids: Floats, *, seed: int, people_in_one: int = PEOPLE_IN_ONE, neighbourhood: int = NEIGHBOURHOOD
) -> Floats:
    """Make a cohort of means of people.

    The people to start from are drawn evenly over the regions of faces, not of the population: who lives in
    a sparse region is entitled to neighbours too. Each member is the mean of 8 of the 20 nearest, not brought
    back to norm 1: it lies inside the shell that real faces keep to, and amid the rest of the cohort, so that
    one gate or the other refuses it.

    Args:
        centroids: (p, 128) everybody's own point.
        seed: of the draws.
        people_in_one: how many people one member is the mean of.
        neighbourhood: among how many of the nearest to a person these are drawn.

    Returns:
        (512, 128).
    """
    rng = np.random.default_rng(seed)
    labels = regions_of(centroids, count=REGIONS, seed=seed)
    nearest = np.argsort(pairwise_distances(centroids, centroids), axis=1)[:, :neighbourhood]
    starts = np.concatenate(
        [rng.choice(np.flatnonzero(labels == region), SIZE // REGIONS) for region in range(REGIONS)]
    )
    members = [
        centroids[rng.choice(nearest[start], people_in_one, replace=False)].mean(axis=0) for start in starts
    ]
    return _drawn_in(np.stack(members), centroids)


def _drawn_in(members: Floats, centroids: Floats) -> Floats:
    """Bring members that lie as far out as a face back to where the gate on the centred norm refuses them."""
    mean = centroids.mean(axis=0)
    limit = INSIDE * np.linalg.norm(centroids - mean, axis=1).min()
    away = members - mean
    lengths = np.linalg.norm(away, axis=1, keepdims=True)
    inside: Floats = mean + away * np.minimum(1.0, limit / lengths)
    return inside


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
