"""Which of the face mesh's points travel, what each is good for, and the shape of a head between them."""

import json
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from matching.evidence import FloatArray

POINTS: Final = 48
# In the order of site/sdk/vision/mesh/layout.ts. The first are those that no expression moves much.
RIGID: Final = slice(0, 32)
SHAPE: Final = Path(__file__).with_name("shape.json")

# Per eye: outer and inner corner (or the other way round), upper lid, and what lies under each of its points.
EYES: Final = (
    ((32, 36), (33, 34, 35), (39, 38, 37)),
    ((40, 44), (41, 42, 43), (47, 46, 45)),
)


@cache
def mean_shape() -> FloatArray:
    """Give the mean head of many people.

    Returns:
        (48, 3) in inter-ocular distances: x right, y down, z towards the camera, from between the eyes. Read
        only: it is shared.
    """
    shape = np.asarray(json.loads(SHAPE.read_text(encoding="utf-8"))["points"], dtype=np.float64)
    shape.flags.writeable = False
    return shape


def lid_ratios(points: FloatArray) -> FloatArray:
    """Measure how far each eye is open.

    Args:
        points: (n, 48, 2) landmarks, any unit.

    Returns:
        (n, 2) mean opening of the lids over the width of the eye, of the eye on the picture's left and of the
        other. After the eye aspect ratio of Soukupova and Cech (2016), with one more pair of points.
    """
    return np.stack([_lid_ratio(points, *eye) for eye in EYES], axis=1)


def inter_ocular(points: FloatArray) -> FloatArray:
    """Measure the distance between the middles of the eyes.

    Args:
        points: (n, 48, 2) landmarks, any unit.

    Returns:
        (n,) in that unit.
    """
    left, right = (points[:, list(corners)].mean(axis=1) for corners, _, _ in EYES)
    distance: FloatArray = np.linalg.norm(left - right, axis=1)
    return distance


def _lid_ratio(
    points: FloatArray, corners: tuple[int, int], upper: tuple[int, ...], lower: tuple[int, ...]
) -> FloatArray:
    opening = np.linalg.norm(points[:, list(upper)] - points[:, list(lower)], axis=2).mean(axis=1)
    width = np.linalg.norm(points[:, corners[0]] - points[:, corners[1]], axis=1)
    ratio: FloatArray = opening / np.maximum(width, 1e-9)
    return ratio
