"""Is the person before the camera the one who enrolled?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching import gates
from matching.calibration import Calibration, shipped_calibration
from matching.comparison import Looks, Placement, log_likelihood_ratios, place, reduce_looks
from matching.conditions import UNUSABLE, conditions_of
from matching.evidence import FloatArray, Quality
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
    "conditions-unusable",
    "not-matched",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationDecision:
    """Yes or no, and a coarse reason for the owner's own log. It carries no score, so none can leak.

    Nor whether it was near: whoever reads the owner's mailbox reads the log as well, and could climb by it.

    Attributes:
        accepted: True when the probe matches the references.
        reason: the guard that decided.
    """

    accepted: bool
    reason: VerificationReason


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A ceremony and an account among real faces: every frame, their centroid, the references' centroid."""

    frames: Placement
    probe: Placement
    references: Placement


def decide_verification(
    *,
    probe: FloatArray,
    quality: Sequence[Quality],
    references: FloatArray,
    reference_pipelines: Sequence[tuple[str, str]],
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
    if not gates.are_complete(probe) or len(quality) != len(probe):
        return _refused("evidence-malformed")
    comparable = _comparable(references, reference_pipelines)
    obstacle = _implausible(probe, measured) or _not_to_be_compared(probe, comparable)
    if obstacle is not None:
        return _refused(obstacle)
    seen = _placed(probe, comparable, measured)
    # Each frame by itself: one strange frame among plausible ones would vanish in their mean.
    if not gates.among_faces(seen.frames, calibration=measured).all():
        return _refused("descriptor-implausible")
    if not gates.means_among_faces(seen.probe, calibration=measured).all():
        return _refused("descriptor-implausible")
    conditions = conditions_of(quality)
    if conditions == UNUSABLE:
        return _refused("conditions-unusable")
    return _compared(seen, conditions=conditions, history=history, calibration=measured)


def _comparable(references: FloatArray, made_by: Sequence[tuple[str, str]]) -> FloatArray:
    current = [is_current(model=model, pipeline=pipeline) for model, pipeline in made_by]
    kept: FloatArray = references[np.array(current, dtype=bool)]
    return kept


def _implausible(probe: FloatArray, calibration: Calibration) -> VerificationReason | None:
    if not gates.have_plausible_norms(probe, calibration=calibration):
        return "descriptor-implausible"
    if not gates.are_distinct(probe):
        return "captures-identical"
    if not gates.agree(probe):
        return "captures-disagree"
    return None


def _not_to_be_compared(probe: FloatArray, references: FloatArray) -> VerificationReason | None:
    if len(references) == 0 or not np.isfinite(references).all():
        return "no-reference"
    if gates.repeat_a_template(probe, references=references):
        return "template-replayed"
    return None


def _placed(probe: FloatArray, references: FloatArray, calibration: Calibration) -> _Seen:
    each = reduce_looks(probe[:, None])
    sides = [reduce_looks(looks[None]) for looks in (probe, references)]
    # All at once: what a placement costs is one pass over the cohort, for one point or for five.
    placed = place(
        Looks(
            points=np.concatenate([each.points, *(side.points for side in sides)]),
            spread=np.concatenate([each.spread, *(side.spread for side in sides)]),
        ),
        calibration=calibration,
    )
    count = len(probe)
    return _Seen(frames=placed[:count], probe=placed[count : count + 1], references=placed[count + 1 :])


def _compared(
    seen: _Seen, *, conditions: int, history: History, calibration: Calibration
) -> VerificationDecision:
    found = log_likelihood_ratios(
        probes=seen.probe, references=seen.references, calibration=calibration
    ).item()
    required = required_evidence(
        probes=seen.probe,
        references=seen.references,
        conditions=np.array([conditions]),
        history=history,
        calibration=calibration,
    )
    # Written so that a NaN score is no match.
    if not found >= required.item():
        return _refused("not-matched")
    return VerificationDecision(accepted=True, reason="matched")


def _refused(reason: VerificationReason) -> VerificationDecision:
    return VerificationDecision(accepted=False, reason=reason)
