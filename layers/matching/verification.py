"""Is the person before the camera the one who enrolled?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching import gates
from matching.calibration import Calibration, shipped_calibration
from matching.comparison import log_likelihood_ratios, place, reduce_looks
from matching.conditions import conditions_of
from matching.evidence import FloatArray, LandmarkSeries, Quality
from matching.history import History
from matching.pipeline import is_current
from matching.threshold import required_evidence

VerificationReason: TypeAlias = Literal[
    "matched",
    "wrong-pipeline",
    "evidence-malformed",
    "descriptor-implausible",
    "captures-identical",
    "captures-disagree",
    "no-reference",
    "template-replayed",
    "more-evidence-needed",
    "not-matched",
]

_CALM = History(recent_failures=0, device_is_new=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationDecision:
    """Yes or no, and a coarse reason for the owner's own log. It carries no score, so none can leak.

    Attributes:
        accepted: True when the probe matches the references.
        reason: the guard that decided.
    """

    accepted: bool
    reason: VerificationReason


def decide_verification(
    *,
    probe: FloatArray,
    quality: Sequence[Quality],
    references: FloatArray,
    reference_pipelines: Sequence[tuple[str, str]],
    series: LandmarkSeries,
    model: str,
    pipeline: str,
    history: History,
    calibration: Calibration | None = None,
) -> VerificationDecision:
    """Decide whether the frames of one ceremony match an account's templates.

    References that another model or pipeline made are left out, never compared.

    Args:
        probe: (n, 128) descriptors of one ceremony, 3 <= n <= 5.
        quality: n measurements, one for each frame.
        references: (k, 128) the account's templates.
        reference_pipelines: k pairs (model id, pipeline id), one for each reference.
        series: the ceremony's landmarks.
        model: id of the model that made the probe.
        pipeline: id of the steps from pixels to model.
        history: the account's recent past.
        calibration: what was measured; the one that is deployed with this layer when None.

    Returns:
        The decision. It never raises on numbers: NaN and infinity are refused like any other stranger.

    Raises:
        ValueError: when ``references`` and ``reference_pipelines`` differ in length, a caller's mistake.
        CalibrationError: when the deployed calibration cannot be read.
    """
    if len(reference_pipelines) != len(references):
        raise ValueError("every reference has its model and pipeline")
    measured = calibration or shipped_calibration()
    if not is_current(model=model, pipeline=pipeline):
        return _refused("wrong-pipeline")
    if not gates.are_complete(probe) or len(quality) != len(probe) or series.is_frozen:
        return _refused("evidence-malformed")
    if not gates.have_plausible_norms(probe, calibration=measured):
        return _refused("descriptor-implausible")
    if not gates.are_distinct(probe):
        return _refused("captures-identical")
    if not gates.agree(probe):
        return _refused("captures-disagree")
    if not gates.among_faces(
        place(reduce_looks(probe[:, None]), calibration=measured), calibration=measured
    ).all():
        return _refused("descriptor-implausible")

    comparable = references[
        [is_current(model=made_by, pipeline=steps) for made_by, steps in reference_pipelines]
    ]
    if len(comparable) == 0 or not np.isfinite(comparable).all():
        return _refused("no-reference")
    if gates.repeat_a_template(probe, references=comparable):
        return _refused("template-replayed")

    seen = place(reduce_looks(probe[None]), calibration=measured)
    known = place(reduce_looks(comparable[None]), calibration=measured)
    found = log_likelihood_ratios(probes=seen, references=known, calibration=measured).item()

    def required(past: History) -> float:
        return required_evidence(
            probes=seen,
            references=known,
            conditions=np.array([conditions_of(quality)]),
            history=past,
            calibration=measured,
        ).item()

    # Written so that a NaN score is no match.
    if found >= required(history):
        return VerificationDecision(accepted=True, reason="matched")
    if found >= required(_CALM):
        return _refused(
            "more-evidence-needed"
        )  # near enough in calmer times: another factor, not a lower bar
    return _refused("not-matched")


def _refused(reason: VerificationReason) -> VerificationDecision:
    return VerificationDecision(accepted=False, reason=reason)
