"""Gates: what must hold of a ceremony's descriptors before any of them is compared with a template."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Calibration
from matching.comparison import Placement, spread_levels
from matching.evidence import FloatArray
from matching.pipeline import DESCRIPTOR_LENGTH
from matching.sphere import distances, unit

MIN_CAPTURES: Final = 3
MAX_CAPTURES: Final = 5

# Two frames of one camera never agree to float precision: sensor noise alone moves a descriptor by more.
MIN_CAPTURE_DISTANCE: Final = 1e-3

# Frames of one person in one scene lie within .25 of each other even when the head turns by 15 degrees;
# .45 is where two pictures of one person, taken years apart, begin to be told apart.
MAX_CAPTURE_DISTANCE: Final = 0.45

# A template that comes back as a probe has leaked, or somebody reads what the account holds. Frames of one
# scene lie .02 and more apart (design: biometrics, section 2).
LEAK_BAR: Final = 0.01

# Spread levels, one look and two, at which the mean of a probe's frames is judged like a frame.
JUDGED_MEANS: Final = 2


def are_complete(descriptors: FloatArray) -> bool:
    """True for (3..5, 128) finite numbers."""
    return (
        descriptors.ndim == 2  # noqa: PLR2004 -- a stack of vectors
        and MIN_CAPTURES <= descriptors.shape[0] <= MAX_CAPTURES
        and descriptors.shape[1] == DESCRIPTOR_LENGTH
        and bool(np.isfinite(descriptors).all())
    )


def have_plausible_norms(descriptors: FloatArray, *, calibration: Calibration) -> bool:
    """True when every row of (n, 128) has the norm of a real face's descriptor."""
    low, high = calibration.gates.norm
    if (np.abs(descriptors) > high).any():
        return False  # no component exceeds the norm; and squaring 1e200 would overflow
    norms = np.linalg.norm(descriptors, axis=1)
    return bool(((norms >= low) & (norms <= high)).all())


def among_faces(placement: Placement, *, calibration: Calibration) -> NDArray[np.bool_]:
    """True, for each of (m,), where the point lies as far from the mean and the cohort as real faces do."""
    gates = calibration.gates
    among: NDArray[np.bool_] = (placement.centred_norm >= gates.centred_norm) & (
        placement.cohort_distance >= gates.cohort_distance
    )
    return among


def means_among_faces(means: Placement, *, calibration: Calibration) -> NDArray[np.bool_]:
    """True, for each of (m,) probes, where their mean lies among faces too, or their frames differ enough.

    Frames on the shell of real faces can have a mean far inside it, near to everybody: to an attacker who
    knows all this, such a mean opened .65 % of unseen accounts (python -m benchmarks.master_descriptor, where
    none is judged). The mean of looks of several days lies inside as well; judging it too helps no more.
    """
    several = spread_levels(means.spread, calibration=calibration) >= JUDGED_MEANS
    return several | among_faces(means, calibration=calibration)


def are_distinct(descriptors: FloatArray) -> bool:
    """True when no two rows of (n, 128) are the same capture sent twice."""
    return bool((_pairwise(descriptors) >= MIN_CAPTURE_DISTANCE).all())


def agree(descriptors: FloatArray) -> bool:
    """True when all rows of (n, 128) can be one person in one scene."""
    return bool((_pairwise(descriptors) <= MAX_CAPTURE_DISTANCE).all())


def repeat_a_template(descriptors: FloatArray, *, references: FloatArray) -> bool:
    """True when any row of (n, 128), or their mean, is a stored template (k, 128), at whatever length."""
    # The mean as a probe is reduced to: of the directions, or unequal lengths would hide a template in it.
    looks = np.vstack([descriptors, unit(descriptors).mean(axis=0)])
    return bool((distances(looks, references) <= LEAK_BAR).any())


def _pairwise(descriptors: FloatArray) -> FloatArray:
    # Direct differences: the expanded form loses exactly the small distances that matter here.
    first, second = np.triu_indices(descriptors.shape[0], k=1)
    distances: FloatArray = np.linalg.norm(descriptors[first] - descriptors[second], axis=1)
    return distances
