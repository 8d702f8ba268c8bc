"""Is it one face all along? Who holds up a picture for the looks only shows their own face beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.dynamics import MAX_LOOK_DEG
from matching.liveness.eyes import MAX_CLOSED
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# Inter-ocular distances, rms. One person's frames lie up to .024 from their first look, two people's looks
# .036 apart in the middle and .015 at the nearest hundredth (python -m benchmarks.liveness).
MAX_DIFFERENCE: Final = 0.026
# What a face differs by from the mean one changes as it turns; so far it changes little.
_AHEAD_DEG: Final = MAX_LOOK_DEG
# Of a single frame that a capture was taken of; single frames scatter more.
MAX_CAPTURED_DIFFERENCE: Final = 0.045
_SMOOTHED: Final = 3  # frames: one bad one is nobody else


@dataclass(frozen=True, kw_only=True, slots=True)
class ContinuityResult:
    """How much the face changed.

    Attributes:
        status: of this check.
        difference: of the worst frames ahead from the first look, inter-ocular distances, rms.
    """

    status: Status
    difference: float = field(repr=False)


def check_continuity(performance: Performance, *, moments: Sequence[int]) -> ContinuityResult:
    """Compare every face ahead with the first look's, the wait between the acts included.

    What a camera's position and a head's turn do to the mean head is an affine map of its three dimensions;
    what is left of a face is what it alone has.

    Args:
        performance: the ceremony.
        moments: numbers of the frames in which captures were taken; each of them counts by itself.

    Returns:
        The result, never inconclusive: the first look is ahead.
    """
    track = performance.track
    points = track.points[:, RIGID]
    common = _common()
    own = (points - common @ (common.T @ points)) / track.inter_ocular[:, None, None]
    first = np.median(own[performance.span(0)], axis=0)
    ahead = np.hypot(*performance.turns_deg.T) <= _AHEAD_DEG
    captured = [moment for moment in moments if ahead[moment]]
    alone = float(_rms(own[captured] - first).max(initial=0.0))
    # Lids that are down move what lies around them, and no capture is taken where they are asked to be.
    down = performance.openings.mean(axis=1) < MAX_CLOSED
    for number, _ in performance.steps_of("close_eyes"):
        span = performance.span(number)
        ahead[span] &= ~down[span]
    runs = np.lib.stride_tricks.sliding_window_view(ahead, _SMOOTHED).all(axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(own, _SMOOTHED, axis=0)[runs]
    if not len(windows):
        return ContinuityResult(status="failed", difference=np.inf)
    away = np.median(windows, axis=-1) - first
    difference = float(_rms(away).max())
    holds = difference <= MAX_DIFFERENCE and alone <= MAX_CAPTURED_DIFFERENCE
    return ContinuityResult(status=status_of(holds=holds), difference=difference)


def _rms(away: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt((away**2).sum(axis=-1).mean(axis=-1)))


@cache
def _common() -> FloatArray:
    """(32, 4) orthonormal columns: all that affine cameras can make of the mean head."""
    common: FloatArray = np.linalg.qr(np.column_stack([mean_shape()[RIGID], np.ones(RIGID.stop)]))[0]
    common.flags.writeable = False
    return common
