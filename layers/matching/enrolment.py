"""May these captures become a person's templates?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from matching import gates
from matching.calibration import shipped_calibration
from matching.comparison import place, reduce_looks
from matching.conditions import MAX_SHARPNESS
from matching.evidence import FloatArray, Quality
from matching.pipeline import is_current

EnrolmentReason: TypeAlias = Literal[
    "wrong-pipeline",
    "evidence-malformed",
    "descriptor-implausible",
    "captures-identical",
    "captures-disagree",
    "face-too-small",
    "too-dark",
    "too-bright",
    "blurred",
    "uneven-light",
    "not-frontal",
    "several-faces",
]

# The server's bars are looser than the guidance in the browser (site/sdk/guidance): whoever follows the
# guidance never meets them. A client that lies about its quality hurts only its own templates. No bar stands
# on eyes_open: it is weak evidence, and a bar would fall on narrow eyes before it fell on closed ones.
MIN_INTER_OCULAR_PX: Final = 40.0
MIN_LUMINANCE: Final = 50.0
MAX_LUMINANCE: Final = 215.0
MAX_UNDER_EXPOSED: Final = 0.4
MAX_OVER_EXPOSED: Final = 0.25
MIN_UNIFORMITY: Final = 0.35
MIN_SHARPNESS: Final = 0.3
MAX_NOSE_OFFSET_IOD: Final = 0.4  # a turn that was asked for, of 12 degrees, and a crooked nose
MAX_YAW_DEG: Final = 35.0
MAX_PITCH_DEG: Final = 40.0  # each face's own bias is some ten degrees
MAX_ROLL_DEG: Final = 30.0  # alignment takes it out: 18 degrees move a descriptor by less than .06


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentDecision:
    """What became of an enrolment's captures.

    Attributes:
        accepted: True when every capture becomes a template.
        reasons: why not, in the order of the guards; the person is entitled to all of them.
        templates: (n, 128) the anchors to keep, (0, 128) when refused.
    """

    accepted: bool
    reasons: tuple[EnrolmentReason, ...]
    templates: FloatArray = field(repr=False)


def assess_enrolment(
    *,
    captures: FloatArray,
    quality: Sequence[Quality],
    model: str,
    pipeline: str,
) -> EnrolmentDecision:
    """Decide whether the captures of one ceremony may become templates.

    Unlike a verification, an enrolment is told every reason that holds: the person is entitled to know, and
    there is no template yet that an answer could betray.

    Args:
        captures: (n, 128) descriptors of one ceremony.
        quality: n measurements, one for each capture.
        model: id of the model that made the descriptors.
        pipeline: id of the steps from pixels to model.

    Returns:
        The decision, with the templates to keep when it is accepted.
    """
    reasons = _unusable(captures, quality, model, pipeline) or (
        *_unsound(captures),
        *_unfit(quality),
    )
    accepted = not reasons
    return EnrolmentDecision(
        accepted=accepted, reasons=reasons, templates=captures if accepted else captures[:0]
    )


def _unusable(
    captures: FloatArray, quality: Sequence[Quality], model: str, pipeline: str
) -> tuple[EnrolmentReason, ...]:
    if not is_current(model=model, pipeline=pipeline):
        return ("wrong-pipeline",)
    if not gates.are_complete(captures) or len(quality) != len(captures):
        return ("evidence-malformed",)
    return ()


def _unsound(captures: FloatArray) -> tuple[EnrolmentReason, ...]:
    calibration = shipped_calibration()
    if not gates.have_plausible_norms(captures, calibration=calibration):
        return ("descriptor-implausible",)
    if not gates.among_faces(
        place(reduce_looks(captures[:, None]), calibration=calibration), calibration=calibration
    ).all():
        return ("descriptor-implausible",)
    if not gates.are_distinct(captures):
        return ("captures-identical",)
    if not gates.agree(captures):
        return ("captures-disagree",)
    return ()


def _unfit(quality: Sequence[Quality]) -> tuple[EnrolmentReason, ...]:
    # Written so that NaN fails: a comparison with NaN is False, and each bar must be shown to be met.
    met: dict[EnrolmentReason, bool] = {
        "face-too-small": all(q.inter_ocular_px >= MIN_INTER_OCULAR_PX for q in quality),
        "too-dark": all(
            q.luminance_mean >= MIN_LUMINANCE
            and q.under_exposed <= MAX_UNDER_EXPOSED
            and not q.sharpness > MAX_SHARPNESS  # noise, and what helps against it is light
            for q in quality
        ),
        "too-bright": all(
            q.luminance_mean <= MAX_LUMINANCE and q.over_exposed <= MAX_OVER_EXPOSED for q in quality
        ),
        "blurred": all(q.sharpness >= MIN_SHARPNESS for q in quality),
        "uneven-light": all(q.uniformity >= MIN_UNIFORMITY for q in quality),
        "not-frontal": all(_is_frontal(q) for q in quality),
        "several-faces": all(q.faces_in_view == 1 for q in quality),
    }
    return tuple(reason for reason, holds in met.items() if not holds)


def _is_frontal(quality: Quality) -> bool:
    return (
        abs(quality.nose_offset_iod) <= MAX_NOSE_OFFSET_IOD
        and abs(quality.yaw_deg) <= MAX_YAW_DEG
        and abs(quality.pitch_deg) <= MAX_PITCH_DEG
        and abs(quality.roll_deg) <= MAX_ROLL_DEG
    )
