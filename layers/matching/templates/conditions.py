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


def are_good_conditions(quality: Sequence[Quality]) -> bool:
    """Tell whether every capture of a ceremony was taken in good conditions.

    Args:
        quality: one for each capture.

    Returns:
        True when there are some and each meets every bar; NaN meets none.
    """
    darkest, brightest = LUMINANCE_RANGE
    return bool(quality) and all(
        q.detection_score >= MIN_DETECTION_SCORE
        and q.inter_ocular_px >= MIN_INTER_OCULAR_PX
        and darkest <= q.luminance_mean <= brightest
        and q.luminance_sd >= MIN_CONTRAST
        and q.sharpness >= MIN_SHARPNESS
        and abs(q.nose_offset_iod) <= MAX_NOSE_OFFSET_IOD
        and abs(q.roll_deg) <= MAX_ROLL_DEG
        for q in quality
    )
