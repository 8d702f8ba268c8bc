"""Is the person before the camera the one who enrolled?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from matching import gates
from matching.evidence import FloatArray, LandmarkSeries, Quality
from matching.history import History
from matching.pipeline import is_current
from matching.score import DISTANCE_THRESHOLD, centroid_distance, reduce_probe

VerificationReason: TypeAlias = Literal[
    "matched",
    "wrong-pipeline",
    "evidence-malformed",
    "descriptor-implausible",
    "captures-identical",
    "captures-disagree",
    "template-replayed",
    "no-reference",
    "not-matched",
]


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
    history: History,  # noqa: ARG001 -- the calibrated threshold reads it
) -> VerificationDecision:
    """Decide whether the frames of one ceremony match an account's templates.

    References that another model or pipeline made are left out, never compared.

    Args:
        probe: (n, 128) descriptors of one ceremony, 3 <= n <= 5.
        quality: n measurements, one for each frame of the probe.
        references: (k, 128) the account's templates.
        reference_pipelines: k pairs (model id, pipeline id), one for each reference.
        series: the ceremony's landmarks.
        model: id of the model that made the probe.
        pipeline: id of the steps from pixels to model.
        history: what happened before.

    Returns:
        The decision. It never raises on numbers: NaN and infinity are refused like any other stranger.

    Raises:
        ValueError: when ``references`` and ``reference_pipelines`` differ in length, a caller's mistake.
    """
    if len(reference_pipelines) != len(references):
        raise ValueError("every reference has its model and pipeline")
    if not is_current(model=model, pipeline=pipeline):
        return _refused("wrong-pipeline")
    if not gates.are_complete(probe) or len(quality) != len(probe) or series.is_frozen:
        return _refused("evidence-malformed")
    if not gates.are_plausible(probe):
        return _refused("descriptor-implausible")
    if not gates.are_distinct(probe):
        return _refused("captures-identical")
    if not gates.agree(probe):
        return _refused("captures-disagree")

    comparable = [is_current(model=made_by, pipeline=steps) for made_by, steps in reference_pipelines]
    if not any(comparable):
        return _refused("no-reference")
    distance = centroid_distance(probe=reduce_probe(probe), references=references[comparable])
    if not distance <= DISTANCE_THRESHOLD:  # a NaN distance is no match
        return _refused("not-matched")
    return VerificationDecision(accepted=True, reason="matched")


def _refused(reason: VerificationReason) -> VerificationDecision:
    return VerificationDecision(accepted=False, reason=reason)
