"""What a ceremony brings besides its descriptors."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Image quality of one capture, as the browser measured it (after ISO/IEC 29794-5).

    Attributes:
        detection_score: the detector's confidence, 0 to 1.
        inter_ocular_px: distance between the eye centres, pixels of the camera frame.
        roll_deg: angle of the line between the eyes, degrees.
        nose_offset_iod: sideways offset of the nose tip from the eyes' midpoint, inter-ocular distances.
        luminance_mean: mean luminance of the face, 0 to 255.
        luminance_sd: standard deviation of that luminance, same unit.
        sharpness: 1000 x variance of the Laplacian over squared mean luminance.
    """

    detection_score: float
    inter_ocular_px: float
    roll_deg: float
    nose_offset_iod: float
    luminance_mean: float
    luminance_sd: float
    sharpness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LandmarkSeries:
    """The 68 landmarks of every tracked frame of a ceremony.

    Attributes:
        times_ms: (n,) strictly increasing, milliseconds from the first frame.
        points: (n, 68, 2) x and y, both in fractions of the frame's WIDTH.
        aspect: height of the frame over its width.
    """

    times_ms: FloatArray = field(repr=False)
    points: FloatArray = field(repr=False)
    aspect: float

    @property
    def is_frozen(self) -> bool:
        """True when no landmark moves at all: a still fed past the camera, not a person before it."""
        return bool(np.all(self.points == self.points[0]))
