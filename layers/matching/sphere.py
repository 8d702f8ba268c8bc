"""Distances between L2-normalised descriptors, over the whole input domain."""

import numpy as np

from matching.evidence import FloatArray


def unit(descriptors: FloatArray) -> FloatArray:
    """Scale (..., 128) to unit length; a row that has none becomes NaN, which meets no bar."""
    with np.errstate(all="ignore"):
        # By the largest number first: squaring 1e200 would overflow.
        scaled = descriptors / np.abs(descriptors).max(axis=-1, keepdims=True, initial=0.0)
        normalised: FloatArray = scaled / np.linalg.norm(scaled, axis=-1, keepdims=True)
    return normalised


def distances(first: FloatArray, second: FloatArray) -> FloatArray:
    """(n, k) Euclidean distances between unit(first), (n, 128), and unit(second), (k, 128).

    Direct differences: the expanded form loses exactly the small distances that matter to a near-duplicate.
    """
    with np.errstate(all="ignore"):
        apart: FloatArray = np.linalg.norm(unit(first)[:, None, :] - unit(second)[None, :, :], axis=-1)
    return apart
