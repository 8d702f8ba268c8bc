"""Do the last updates of an account point one way?"""

import numpy as np

from matching.evidence import FloatArray
from matching.sphere import unit
from matching.templates.bars import FREEZE_COSINE, FREEZE_LEAST


def points_one_way(*, updates: FloatArray, anchors: FloatArray) -> bool:
    """Tell whether updates drift away from the anchors in one direction.

    Args:
        updates: (n, 128) the last updates, the candidate among them.
        anchors: (m, 128) the account's anchors, m >= 1.

    Returns:
        True when the mean cosine over all pairs of directions, from the anchors' centroid to each update,
        exceeds .5, or is not a number. False for fewer than three updates.
    """
    count = len(updates)
    if count < FREEZE_LEAST:
        return False
    with np.errstate(all="ignore"):
        directions = unit(unit(updates) - unit(anchors).mean(axis=0))
        together = np.square(directions.sum(axis=0)).sum()
    mean_cosine = (together - count) / (count * (count - 1))  # |sum|^2 holds every pair twice, and n ones
    return not mean_cosine <= FREEZE_COSINE
