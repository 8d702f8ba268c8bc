"""Did the head go where the script asked, and nowhere else?"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

MAX_DIRECTION_ERROR_DEG: Final = 30.0  # neighbouring directions lie 45 apart
MIN_EXTENT: Final = 0.6  # of what was asked: estimates of pose scatter by a sixth
MAX_EXTENT: Final = 1.7
MAX_ASTRAY_DEG: Final = 13.0  # beside the way from one target to the next: heads go in bows
MAX_STRAIGHT_DEG: Final = 9.0  # how far "straight" may lie from the first look


@dataclass(frozen=True, kw_only=True, slots=True)
class TrajectoryResult:
    """How the head followed.

    Attributes:
        status: of this check.
        direction_error_deg: the worst turn's, between where it went and where it was asked to.
        extent_error: the worst turn's, as the logarithm of its extent over what was asked.
        astray_deg: how far the head ever was beside its way.
        straight_error_deg: how far the worst look lies from the first.
    """

    status: Status
    direction_error_deg: float = field(repr=False)
    extent_error: float = field(repr=False)
    astray_deg: float = field(repr=False)
    straight_error_deg: float = field(repr=False)


def check_trajectory(performance: Performance) -> TrajectoryResult:
    """Compare the pose over time with the script.

    Every step's end is compared with its target, and every frame of a step with the straight way to it.

    Args:
        performance: the ceremony.

    Returns:
        The result. It is never inconclusive: a script without turns asks for a head that does not turn.
    """
    here = np.zeros(2)
    direction, extent, astray, straight = [0.0], [0.0], [0.0], [0.0]
    for number, step in enumerate(performance.script.steps):
        if step.kind == "view":
            break  # what follows serves the templates; the liveness of it was shown before
        there = np.array([step.yaw_deg, step.pitch_deg])
        if number:
            here = np.median(performance.turns_deg[performance.before(number)], axis=0)
        reached = np.median(performance.turns_deg[performance.held(number)], axis=0)
        if step.kind == "turn":
            direction.append(_angle_deg(reached, there))
            extent.append(float(np.log(max(float(np.hypot(*reached)), 0.1) / np.hypot(*there))))
        else:
            straight.append(float(np.hypot(*reached)))
        astray.append(_astray_deg(performance.turns_deg[performance.span(number)], here, reached))
    worst = max(extent, key=abs)
    holds = (
        max(direction) <= MAX_DIRECTION_ERROR_DEG
        and np.log(MIN_EXTENT) <= min(extent)
        and max(extent) <= np.log(MAX_EXTENT)
        and max(astray) <= MAX_ASTRAY_DEG
        and max(straight) <= MAX_STRAIGHT_DEG
    )
    return TrajectoryResult(
        status=status_of(holds=bool(holds)),
        direction_error_deg=max(direction),
        extent_error=worst,
        astray_deg=max(astray),
        straight_error_deg=max(straight),
    )


def _angle_deg(reached: FloatArray, asked: FloatArray) -> float:
    cosine = reached @ asked / max(float(np.hypot(*reached) * np.hypot(*asked)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _astray_deg(turns: FloatArray, here: FloatArray, there: FloatArray) -> float:
    """Distance of the worst frame from the line between two poses, outliers of single frames apart."""
    way = there - here
    along = np.clip((turns - here) @ way / max(float(way @ way), 1e-9), 0, 1)
    beside = np.linalg.norm(turns - here - along[:, None] * way, axis=1)
    return float(np.sort(beside)[-2]) if len(beside) > 1 else float(beside[0])
