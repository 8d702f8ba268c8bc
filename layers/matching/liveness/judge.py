"""Is a living face before the camera, doing now what this ceremony's script asks?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.chain import ChainResult, Reveal, check_chain
from matching.liveness.continuity import ContinuityResult, check_continuity
from matching.liveness.depth import DepthResult, check_depth
from matching.liveness.dynamics import DynamicsResult, check_dynamics
from matching.liveness.eyes import EyesResult, check_eyes
from matching.liveness.foreshortening import ForeshorteningResult, check_foreshortening
from matching.liveness.fusion import LivenessCalibration, fuse, shipped_calibration
from matching.liveness.performance import Performance
from matching.liveness.perspective import PerspectiveResult, check_perspective
from matching.liveness.planar import PlanarResult, check_planar
from matching.liveness.script import Script
from matching.liveness.signals import SignalsResult, check_signals
from matching.liveness.smoothness import SmoothnessResult, check_smoothness
from matching.liveness.timing import ServerClocks, TimingResult, check_timing
from matching.liveness.track import Track
from matching.liveness.trajectory import TrajectoryResult, check_trajectory

LivenessReason: TypeAlias = Literal["live", "not-followed", "not-live", "evidence-malformed"]
CheckResult: TypeAlias = (
    ChainResult
    | TimingResult
    | TrajectoryResult
    | SmoothnessResult
    | ContinuityResult
    | EyesResult
    | DepthResult
    | ForeshorteningResult
    | PlanarResult
    | PerspectiveResult
    | DynamicsResult
    | SignalsResult
)

# What a person who is alive may fail: they looked elsewhere, were slow, or opened their eyes too soon.
_FOLLOWING: Final = (TimingResult, TrajectoryResult, EyesResult)
# Widths of the frame: 19 pixels of 640, where a mesh of 192 pixels is guesswork.
MIN_INTER_OCULAR: Final = 0.03
_MAX_FRAMING: Final = 2.0  # widths; what is decoded keeps to less


@dataclass(frozen=True, kw_only=True, slots=True)
class LivenessVerdict:
    """Yes or no, and a coarse reason for the owner's own log. The score stays inside.

    Attributes:
        live: True when every check holds and the fused score reaches the profile's bar.
        reason: "not-followed" when only the following of the script was amiss.
        checks: each check's own result; empty for evidence that could not be judged.
    """

    live: bool
    reason: LivenessReason
    checks: tuple[CheckResult, ...] = field(default=(), repr=False)


_MALFORMED: Final = LivenessVerdict(live=False, reason="evidence-malformed")


def judge_liveness(
    *,
    track: Track,
    script: Script,
    clocks: ServerClocks,
    reveal: Reveal,
    nonce: str,
    chain: str,
    descriptors: FloatArray,
    moments: Sequence[int],
    turned: FloatArray,
    turned_moments: Sequence[int],
    calibration: LivenessCalibration | None = None,
) -> LivenessVerdict:
    """Judge the evidence of one ceremony (ISO/IEC 30107: presentation attack detection, and replay).

    Args:
        track: the frames.
        script: what the challenge asked for.
        clocks: when, by the server.
        reveal: what the device had committed to when it learned the second act.
        nonce: the challenge.
        chain: head of the chain over all frames.
        descriptors: (k, 128) captures that are compared with templates.
        moments: k numbers of the frames in which they were taken.
        turned: (m, 128) captures of a turned head.
        turned_moments: m numbers of theirs.
        calibration: what was measured; the one that is deployed with this layer when None.

    Returns:
        The verdict. It never raises on numbers: what is not finite is refused like any other attack.

    Raises:
        CalibrationError: when the deployed calibration cannot be read.
    """
    measured = calibration or shipped_calibration()
    performance = Performance(script=script, track=track, first_act_frames=reveal.frames)
    if not (_is_sound(track) and performance.is_whole and _are_of(track, [*moments, *turned_moments])):
        return _MALFORMED
    # What is no face divides by nothing somewhere. NaN comes of it, and no NaN passes a check.
    with np.errstate(all="ignore"):
        checks: tuple[CheckResult, ...] = (
            check_chain(track, nonce=nonce, reveal=reveal, chain=chain),
            check_timing(performance, clocks=clocks),
            check_trajectory(performance),
            check_smoothness(performance),
            check_continuity(performance, moments=moments),
            check_eyes(performance),
            check_depth(performance),
            check_foreshortening(performance),
            check_planar(performance),
            check_perspective(performance),
            check_dynamics(
                performance,
                descriptors=descriptors,
                moments=moments,
                turned=turned,
                turned_moments=turned_moments,
            ),
            check_signals(performance),
        )
    score = fuse(measurements(checks), calibration=measured)
    failed = [check for check in checks if check.status == "failed"]
    # Written so that a score that is not a number fails too.
    if not failed and score >= measured.thresholds[script.profile]:
        return LivenessVerdict(live=True, reason="live", checks=checks)
    strayed = bool(failed) and all(isinstance(check, _FOLLOWING) for check in failed)
    return LivenessVerdict(live=False, reason="not-followed" if strayed else "not-live", checks=checks)


def _is_sound(track: Track) -> bool:
    """Whether there are numbers to judge, and a face large enough to have been tracked in every frame."""
    return bool(
        (np.abs(track.points) <= _MAX_FRAMING).all()  # False for NaN
        and (np.diff(track.times_ms) > 0).all()
        and (track.inter_ocular >= MIN_INTER_OCULAR).all()
    )


def _are_of(track: Track, moments: Sequence[int]) -> bool:
    """Whether these are numbers of its frames."""
    return all(0 <= moment < len(track) for moment in moments)


def measurements(checks: Sequence[CheckResult]) -> Mapping[str, float]:
    """Name what was measured and counts in the fused score.

    Texture, colour and company are the device's own word: they may deny in their check and never count here.

    Args:
        checks: every check's result.

    Returns:
        Measurements by name; those of inconclusive checks are left out.
    """
    found: dict[str, float] = {}
    for check in checks:
        if check.status == "inconclusive":
            continue
        match check:
            case DepthResult():
                found |= {
                    "relief": min(check.relief_across, check.relief_up),
                    "nose": check.nose,
                    "correlation": check.correlation,
                }
            case ForeshorteningResult():
                found |= {
                    "parallax_across": check.parallax_across,
                    "parallax_up": check.parallax_up,
                }
            case PlanarResult():
                found["planar_residual"] = check.residual
            case PerspectiveResult():
                found["perspective_growth"] = check.growth
            case EyesResult():
                found["eyes_closed_to"] = check.closed_to
            case TrajectoryResult():
                found["direction_error_deg"] = check.direction_error_deg
            case _:
                pass
    return found
