"""Does the face have a head's depth, and a nose? A print has neither, a bent print no nose."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.script import MIN_AXIS_DEG
from matching.liveness.status import Status, status_of

# A head reads about 1 in each (python -m benchmarks.liveness). The fused score decides; below these bars
# nothing else can. A print bent like a cheek seems as deep as a head, since its turn is measured by that very
# depth; but what no quadratic surface explains, the nose before all, it lacks.
MIN_RELIEF: Final = 0.45
MIN_NOSE: Final = 0.4
MIN_CORRELATION: Final = 0.5
_TURN: Final = MIN_AXIS_DEG * 0.6  # a turn about an axis that shows less of it shows no depth about it


@dataclass(frozen=True, kw_only=True, slots=True)
class DepthResult:
    """What the matched filter found.

    Attributes:
        status: of this check.
        relief_across: depth seen in turns to the sides, 1 for the mean head.
        relief_up: depth seen in nods.
        nose: the part of the depth that no quadratic surface has, 1 for the mean head.
        correlation: how much of the landmarks' relative movement a head's depth explains, 0 to 1.
    """

    status: Status
    relief_across: float = field(repr=False)
    relief_up: float = field(repr=False)
    nose: float = field(repr=False)
    correlation: float = field(repr=False)


def check_depth(performance: Performance) -> DepthResult:
    """Compare how points moved against each other with what a head's depth makes them do.

    What an affine map explains is taken away; the rest of a head is its depth times the turn, and the rest of
    anything flat is next to nothing: G = z'R / (z'z) (a matched filter: Turin 1960). Then
    once more without what a quadratic surface explains, which paper bent about any axis is.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where the script has no turn.
    """
    if not performance.turns:
        return DepthResult(status="inconclusive", relief_across=0.0, relief_up=0.0, nose=0.0, correlation=0.0)
    straight = performance.straight
    affine = np.column_stack([straight, np.ones(len(straight))])
    depth = _without(mean_shape()[RIGID, 2], affine)
    slack = float(depth @ depth) or 1.0
    x, y = straight.T
    surface = np.column_stack([affine, x * x, y * y, x * y])
    bump = _without(mean_shape()[RIGID, 2], surface)
    found, turned, noses, explained, moved = [], [], [], 0.0, 0.0
    for turn in performance.turns:
        rest = _without(turn.points, affine)
        noses.append(bump @ _without(turn.points, surface) / (float(bump @ bump) or 1.0))
        gain = depth @ rest / slack
        yaw, pitch = np.radians(turn.turn_deg)
        way = np.array([np.tan(yaw), -np.sin(pitch)])
        found.append(gain)
        turned.append(way)
        along = float(gain @ way) / max(float(np.hypot(*way)), 1e-9)
        explained += max(along, 0.0) ** 2 * slack
        moved += float((rest**2).sum())
    across, up = (_slope(np.array(turned)[:, axis], np.array(found)[:, axis]) for axis in (0, 1))
    nose = _slope(np.ravel(turned), np.ravel(noses))
    correlation = float(np.sqrt(explained / max(moved, 1e-12)))
    holds = min(across, up) >= MIN_RELIEF and nose >= MIN_NOSE and correlation >= MIN_CORRELATION
    return DepthResult(
        status=status_of(holds=holds),
        relief_across=across,
        relief_up=up,
        nose=nose,
        correlation=correlation,
    )


def _slope(turned: FloatArray, found: FloatArray) -> float:
    """Regress what was found on how far the head turned, over the turns that show this axis."""
    shows = np.abs(turned) >= np.sin(np.radians(_TURN))
    if not shows.any():
        return 0.0
    return float(turned[shows] @ found[shows] / (turned[shows] @ turned[shows]))


def _without(values: FloatArray, columns: FloatArray) -> FloatArray:
    """Take away what the columns explain."""
    rest: FloatArray = values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]
    return rest
