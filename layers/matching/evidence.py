"""What a ceremony brings besides its descriptors."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Image quality of one capture, as the browser measured it (after ISO/IEC 29794-5).

    How each is measured stands in site/sdk/vision/quality; the face's pixels are those from brows to mouth.

    Attributes:
        detection_score: the detector's confidence, 0 to 1.
        inter_ocular_px: distance between the eye centres, pixels of the camera frame.
        roll_deg: angle of the line between the eyes in the camera frame, degrees.
        residual_roll_deg: the same angle as found again on the aligned face, degrees.
        nose_offset_iod: sideways offset of the nose tip from the eyes' midpoint, inter-ocular distances.
        yaw_deg: estimated turn of the head, degrees, positive to the picture's right.
        pitch_deg: estimated nod of the head, degrees, positive upwards.
        luminance_mean: mean luminance of the face, 0 to 255.
        luminance_sd: standard deviation of that luminance (contrast), same unit.
        under_exposed: share of the face's pixels at luminance 25 and less, 0 to 1.
        over_exposed: share of the face's pixels at luminance 247 and more, 0 to 1.
        uniformity: mean luminance of the darker half of the face over that of the lighter one, 0 to 1.
        sharpness: 1000 x variance of the Laplacian over squared mean luminance.
        eyes_open: how much the eyes look open, 0 to 1.
        faces_in_view: faces of comparable size in the frame, this one included, >= 1.
    """

    detection_score: float
    inter_ocular_px: float
    roll_deg: float
    residual_roll_deg: float
    nose_offset_iod: float
    yaw_deg: float
    pitch_deg: float
    luminance_mean: float
    luminance_sd: float
    under_exposed: float
    over_exposed: float
    uniformity: float
    sharpness: float
    eyes_open: float
    faces_in_view: float
