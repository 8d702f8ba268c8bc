"""Do the landmarks move as those of something with mass, seen by a camera with noise?"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID
from matching.liveness.performance import Performance
from matching.liveness.similarity import as_plane, laid_on
from matching.liveness.status import Status, status_of

# A turn of 22 degrees in .3 s, minimum jerk, peaks at 140 degrees a second; noise of a degree a frame on top.
MAX_TURN_DEG_PER_S: Final = 260.0
MAX_SHIFT_IOD_PER_S: Final = 9.0
MAX_GROWTH_PER_S: Final = 2.0
# Heads are seen on their way, however thinned their frames are; pictures of one head in each direction,
# swapped by hand, are not (species photo-series of python -m benchmarks.liveness).
_ON_THE_WAY: Final = (0.15, 0.85)
_LEAST_WAY_DEG: Final = 8.0
_MAY_JUMP_ONE_OF: Final = 4  # movements
# Of inter-ocular distances, from frame to frame, once the head's own movement is taken away. The least that
# travels is .0007; landmarks of a real camera scatter by .004 (python -m benchmarks.landmarks).
MIN_JITTER: Final = 0.0011
MAX_JITTER: Final = 0.06
MIN_JITTER_SPREAD: Final = 0.02  # noise varies; what does not was drawn
# A picture that does not change gives the same landmarks again; compressed streams repeat one now and then.
MAX_REPEATED: Final = 0.34
_SMOOTHED: Final = 3  # frames, median: single bad frames are no teleport


@dataclass(frozen=True, kw_only=True, slots=True)
class SmoothnessResult:
    """How the landmarks moved from frame to frame.

    Attributes:
        status: of this check.
        turn_deg_per_s: the fastest turn.
        jitter: median scatter against the head's own movement, inter-ocular distances.
        jitter_spread: how much that scatter itself varies, over its median.
        repeated: share of frames equal to the one before.
    """

    status: Status
    turn_deg_per_s: float = field(repr=False)
    jitter: float = field(repr=False)
    jitter_spread: float = field(repr=False)
    repeated: float = field(repr=False)


def check_smoothness(performance: Performance) -> SmoothnessResult:
    """Look for jumps, for stillness and for movement without noise.

    Args:
        performance: the ceremony.

    Returns:
        The result, never inconclusive.
    """
    track = performance.track
    seconds = np.maximum(np.diff(track.times_ms) / 1000, 1e-3)
    turns = _fastest(performance.turns_deg, seconds)
    centres = track.poses.centre / np.median(track.inter_ocular)
    shifts = _fastest(centres, seconds)
    growth = _fastest(np.log(np.maximum(performance.scales, 1e-6))[:, None], seconds)
    jitters = _jitters(track.points[:, RIGID], track.inter_ocular)
    jitter = float(np.median(jitters))
    spread = float(np.std(jitters)) / max(jitter, 1e-9)
    moved = np.abs(np.diff(track.points, axis=0)).max(axis=(1, 2))
    repeated = float((moved == 0).mean())
    jumps = _jumps(performance)
    holds = (
        turns <= MAX_TURN_DEG_PER_S
        and shifts <= MAX_SHIFT_IOD_PER_S
        and growth <= MAX_GROWTH_PER_S
        and MIN_JITTER <= jitter <= MAX_JITTER
        and spread >= MIN_JITTER_SPREAD
        and repeated <= MAX_REPEATED
        and sum(jumps) <= len(jumps) // _MAY_JUMP_ONE_OF
    )
    return SmoothnessResult(
        status=status_of(holds=bool(holds)),
        turn_deg_per_s=turns,
        jitter=jitter,
        jitter_spread=spread,
        repeated=repeated,
    )


def _jumps(performance: Performance) -> list[bool]:
    """Tell of every turn, there or back, whether no frame shows the head on its way."""
    jumps = []
    for number, step in enumerate(performance.script.steps):
        if number == 0 or step.kind not in ("turn", "look"):
            continue
        share, way_deg = performance.on_the_way(number, performance.turns_deg)
        if way_deg >= _LEAST_WAY_DEG:
            jumps.append(not ((share > _ON_THE_WAY[0]) & (share < _ON_THE_WAY[1])).any())
    return jumps


def _fastest(course: FloatArray, seconds: FloatArray) -> float:
    """Greatest speed of a course, single bad frames apart."""
    half = _SMOOTHED // 2
    padded = np.pad(course, ((half, half), (0, 0)), mode="edge")
    smooth = np.median([padded[offset : offset + len(course)] for offset in range(_SMOOTHED)], axis=0)
    return float((np.linalg.norm(np.diff(smooth, axis=0), axis=1) / seconds).max())


def _jitters(rigid: FloatArray, unit: FloatArray) -> FloatArray:
    """(n - 2,) rms of what neither uniform motion nor a similarity explains, over three frames each."""
    plane = as_plane(rigid)
    rest = plane[1:-1] - laid_on((plane[:-2] + plane[2:]) / 2, plane[1:-1])
    rms = np.sqrt((np.abs(rest) ** 2).mean(axis=1)) / np.maximum(unit[1:-1], 1e-9)
    # Of three independent frames the middle one bears 2/3 of the variance.
    return np.asarray(rms * np.sqrt(2 / 3))
