"""Gates: what must hold of a ceremony's descriptors before any of them is compared with a template."""

from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.pipeline import DESCRIPTOR_LENGTH

MIN_CAPTURES: Final = 3
MAX_CAPTURES: Final = 5

# The model's descriptors are not of unit norm. 99.8 % of 2,882 LFW descriptors lie in [1.217, 1.649]
# (benchmarks: python -m benchmarks.gates); a vector outside did not come from a face.
NORM_RANGE: Final = (1.20, 1.66)

# Two frames of one camera never agree to float precision: sensor noise alone moves a descriptor by more.
MIN_CAPTURE_DISTANCE: Final = 1e-3

# Frames of one person in one scene lie within .25 of each other even when the head turns by 15 degrees;
# .45 is where the comparison itself would call two faces different.
MAX_CAPTURE_DISTANCE: Final = 0.45


def are_complete(descriptors: FloatArray) -> bool:
    """True for (3..5, 128) finite numbers."""
    return (
        descriptors.ndim == 2  # noqa: PLR2004 -- a stack of vectors
        and MIN_CAPTURES <= descriptors.shape[0] <= MAX_CAPTURES
        and descriptors.shape[1] == DESCRIPTOR_LENGTH
        and bool(np.isfinite(descriptors).all())
    )


def are_plausible(descriptors: FloatArray) -> bool:
    """True when every row of (n, 128) has the norm of a real face's descriptor."""
    low, high = NORM_RANGE
    if (np.abs(descriptors) > high).any():
        return False  # no component exceeds the norm; and squaring 1e200 would overflow
    norms = np.linalg.norm(descriptors, axis=1)
    return bool(((norms >= low) & (norms <= high)).all())


def are_distinct(descriptors: FloatArray) -> bool:
    """True when no two rows of (n, 128) are the same capture sent twice."""
    return bool((_pairwise(descriptors) >= MIN_CAPTURE_DISTANCE).all())


def agree(descriptors: FloatArray) -> bool:
    """True when all rows of (n, 128) can be one person in one scene."""
    return bool((_pairwise(descriptors) <= MAX_CAPTURE_DISTANCE).all())


def _pairwise(descriptors: FloatArray) -> FloatArray:
    # Direct differences: the expanded form loses exactly the small distances that matter here.
    first, second = np.triu_indices(descriptors.shape[0], k=1)
    distances: FloatArray = np.linalg.norm(descriptors[first] - descriptors[second], axis=1)
    return distances
