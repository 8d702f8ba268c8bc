"""Does the face have a head's depth about both axes? A print or a screen has none, a bent print about one."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.script import MIN_AXIS_DEG
from matching.liveness.status import Status, status_of

# A live head reads about 1 about either axis, a flat print .1, one bent on 8 cm .6 about its own axis and .1
# about the other (python -m benchmarks.liveness). The fused score decides; below these bars nothing else can.
MIN_RELIEF: Final = 0.45
MIN_CORRELATION: Final = 0.5
_TURN: Final = MIN_AXIS_DEG * 0.6  # a turn about an axis that shows less of it shows no depth about it


@dataclass(frozen=True, kw_only=True, slots=True)
class DepthResult:
    """What the matched filter found.

    Attributes:
        status: of this check.
        relief_across: depth seen in turns to the sides, 1 for the mean head.
        relief_up: depth seen in nods.
        correlation: how much of the landmarks' relative movement a head's depth explains, 0 to 1.
    """

    status: Status
    relief_across: float = field(repr=False)
    relief_up: float = field(repr=False)
    correlation: float = field(repr=False)


def check_depth(performance: Performance) -> DepthResult:
    """Compare how points moved against each other with what a head's depth makes them do.

    What an affine map explains is taken away; the rest of a head is its depth times the turn, and the rest of
    anything flat is next to nothing: G = z'R / (z'z) (matched filter; design: biometrics, section 3).

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where the script has no turn.
    """
    turns = performance.steps_of("turn")
    if not turns:
        return DepthResult(status="inconclusive", relief_across=0.0, relief_up=0.0, correlation=0.0)
    straight = performance.straight
    affine = np.column_stack([straight, np.ones(len(straight))])
    depth = _without(mean_shape()[RIGID, 2], affine)
    slack = float(depth @ depth) or 1.0
    found, turned, explained, moved = [], [], 0.0, 0.0
    for number, _ in turns:
        held = performance.held(number)
        rest = _without(performance.settled(held), affine)
        gain = depth @ rest / slack
        yaw, pitch = np.radians(np.median(performance.turns_deg[held], axis=0))
        way = np.array([np.tan(yaw), -np.sin(pitch)])
        found.append(gain)
        turned.append(way)
        along = float(gain @ way) / max(float(np.hypot(*way)), 1e-9)
        explained += max(along, 0.0) ** 2 * slack
        moved += float((rest**2).sum())
    across, up = (_slope(np.array(turned)[:, axis], np.array(found)[:, axis]) for axis in (0, 1))
    correlation = float(np.sqrt(explained / max(moved, 1e-12)))
    return DepthResult(
        status=status_of(holds=min(across, up) >= MIN_RELIEF and correlation >= MIN_CORRELATION),
        relief_across=across,
        relief_up=up,
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
