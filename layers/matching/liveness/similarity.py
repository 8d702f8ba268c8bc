"""Laying one set of points on another by the similarity that brings it nearest."""

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray


def as_plane(points: FloatArray) -> NDArray[np.complex128]:
    """Write points as complex numbers about their middle, so that a similarity is one factor.

    Args:
        points: (n, k, 2).

    Returns:
        (n, k).
    """
    plane = points[..., 0] + 1j * points[..., 1]
    return np.asarray(plane - plane.mean(axis=1, keepdims=True))


def laid_on(plane: NDArray[np.complex128], target: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Turn and scale each set of points onto a target, least squares.

    Args:
        plane: (n, k) about their middles.
        target: (k,) or (n, k) about theirs.

    Returns:
        (n, k).
    """
    factor = (plane.conj() * target).sum(axis=1) / np.maximum((np.abs(plane) ** 2).sum(axis=1), 1e-12)
    return np.asarray(plane * factor[:, None])
