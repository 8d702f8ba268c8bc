"""Pose of a head from its landmarks: weak perspective, the mean shape, and only its change counts."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, mean_shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Poses:
    """Pose of the head in each frame.

    Attributes:
        rotation: (n, 3, 3) from the mean shape's axes to the camera's.
        centre: (n, 2) middle of the rigid points, unit of the landmarks.
        scale: (n,) what one inter-ocular distance of the mean shape measures, unit of the landmarks.
    """

    rotation: FloatArray = field(repr=False)
    centre: FloatArray = field(repr=False)
    scale: FloatArray = field(repr=False)

    def turns_from(self, baseline: FloatArray) -> FloatArray:
        """Tell how far the head is turned from a baseline.

        Every face seems turned by some ten degrees of its own against the mean shape; the change is what its
        owner did: 10 and 20 degrees read 10.1 +- 1.7 and 21.1 +- 3.3 (python -m benchmarks.landmarks).

        Args:
            baseline: (3, 3) rotation.

        Returns:
            (n, 2) yaw towards the picture's right and pitch upwards, degrees.
        """
        nose = np.einsum("nij,j->ni", self.rotation @ baseline.T, np.array([0.0, 0.0, 1.0]))
        yaw = np.arctan2(nose[:, 0], nose[:, 2])
        pitch = np.arctan2(-nose[:, 1], np.hypot(nose[:, 0], nose[:, 2]))
        return np.asarray(np.degrees(np.stack([yaw, pitch], axis=1)))


def poses_of(rigid: FloatArray) -> Poses:
    """Fit the mean shape to every frame: A = P'M(M'M)^-1 = USV', and UV' is the rotation's upper half.

    Args:
        rigid: (n, 32, 2) landmarks, any unit; finite.

    Returns:
        The poses.
    """
    centre = rigid.mean(axis=1)
    affine = np.einsum("nki,kj->nij", rigid - centre[:, None], _solver())
    left, stretch, right = np.linalg.svd(affine, full_matrices=False)
    upper = left @ right
    third = np.cross(upper[:, 0], upper[:, 1])
    return Poses(
        rotation=np.concatenate([upper, third[:, None]], axis=1), centre=centre, scale=stretch.mean(axis=1)
    )


def mean_rotation(rotation: FloatArray) -> FloatArray:
    """Average rotations: the nearest one to their mean (chordal L2, Hartley et al. 2013).

    Args:
        rotation: (n, 3, 3), n >= 1.

    Returns:
        (3, 3).
    """
    left, _, right = np.linalg.svd(rotation.mean(axis=0))
    sign = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right)) or 1.0])
    mean: FloatArray = left @ sign @ right
    return mean


@cache
def _solver() -> FloatArray:
    shape = mean_shape()[RIGID]
    centred = shape - shape.mean(axis=0)
    solver: FloatArray = centred @ np.linalg.inv(centred.T @ centred)
    return solver
