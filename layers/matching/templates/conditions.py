"""Are a sign-in's pictures good enough to learn from?"""

from collections.abc import Sequence
from typing import Final

from matching.evidence import Quality

# Nothing that an enrolment would refuse is learned, and the bars lie inside of the enrolment's: a template
# of poor light pulls strangers closer. They are what the client measured, so a client that lies hurts its own
# templates only, and no further than the anchor ball.
MIN_DETECTION_SCORE: Final = 0.5
MIN_INTER_OCULAR_PX: Final = 48.0
LUMINANCE_RANGE: Final = (60.0, 205.0)
MIN_CONTRAST: Final = 15.0
MIN_SHARPNESS: Final = 0.5
MAX_NOSE_OFFSET_IOD: Final = 0.3
MAX_ROLL_DEG: Final = 15.0
MAX_YAW_DEG: Final = 25.0
MAX_PITCH_DEG: Final = 30.0  # each face's own bias is some ten degrees
MAX_UNDER_EXPOSED: Final = 0.3
MAX_OVER_EXPOSED: Final = 0.15
MIN_UNIFORMITY: Final = 0.5


def are_good_conditions(quality: Sequence[Quality]) -> bool:
    """Tell whether every capture of a ceremony was taken in good conditions.

    Args:
        quality: one for each capture.

    Returns:
        True when there are some and each meets every bar; NaN meets none.
    """
    return bool(quality) and all(_is_clear(q) and _is_well_lit(q) and _is_frontal(q) for q in quality)


def _is_clear(quality: Quality) -> bool:
    return (
        quality.detection_score >= MIN_DETECTION_SCORE
        and quality.inter_ocular_px >= MIN_INTER_OCULAR_PX
        and quality.sharpness >= MIN_SHARPNESS
        and quality.faces_in_view == 1
    )


def _is_well_lit(quality: Quality) -> bool:
    darkest, brightest = LUMINANCE_RANGE
    return (
        darkest <= quality.luminance_mean <= brightest
        and quality.luminance_sd >= MIN_CONTRAST
        and quality.under_exposed <= MAX_UNDER_EXPOSED
        and quality.over_exposed <= MAX_OVER_EXPOSED
        and quality.uniformity >= MIN_UNIFORMITY
    )


def _is_frontal(quality: Quality) -> bool:
    return (
        abs(quality.nose_offset_iod) <= MAX_NOSE_OFFSET_IOD
        and abs(quality.roll_deg) <= MAX_ROLL_DEG
        and abs(quality.yaw_deg) <= MAX_YAW_DEG
        and abs(quality.pitch_deg) <= MAX_PITCH_DEG
    )
