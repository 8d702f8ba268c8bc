"""Does the face show as much of its depth as it narrows? Paper narrows as it tilts and shows hardly any."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# Turn by depth over slant by narrowing, both in degrees: heads 1.1 to 1.5 sideways and .6 to 1.1 in nods,
# prints and screens .1 to .3, bent prints up to .6 (python -m benchmarks.liveness).
MIN_PARALLAX: Final = 0.35
_DIAGONAL: Final = 0.9  # scripts round to a tenth of a degree: a diagonal counts for both axes
_MIN_SLANT_DEG: Final = 8.0  # of so little narrowing the angle is noise; a head's is more


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeshorteningResult:
    """Turn by depth over slant by narrowing.

    Attributes:
        status: of this check.
        parallax_across: in turns to the sides, diagonal ones included.
        parallax_up: in nods, diagonal ones included.
    """

    status: Status
    parallax_across: float = field(repr=False)
    parallax_up: float = field(repr=False)


def check_foreshortening(performance: Performance) -> ForeshorteningResult:
    """Compare two measures of the same turn.

    The pose of the mean head comes from how points of different depth move against each other. How much the
    face narrows comes from the affine map between the straight and the turned look: the smaller of its
    singular values over the greater is the cosine of the slant of a plane.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where the script has no turn.
    """
    if not performance.turns:
        return ForeshorteningResult(status="inconclusive", parallax_across=0.0, parallax_up=0.0)
    shown: dict[str, list[tuple[float, float]]] = {"across": [], "up": []}
    for turn in performance.turns:
        slant_deg = slant_of(performance.straight, turn.points)
        pair = (turn.extent_deg, max(slant_deg, _MIN_SLANT_DEG))
        yaw, pitch = abs(turn.step.yaw_deg), abs(turn.step.pitch_deg)
        if yaw >= pitch * _DIAGONAL:
            shown["across"].append(pair)
        if pitch >= yaw * _DIAGONAL:
            shown["up"].append(pair)
    across, up = (_ratio(shown[axis]) for axis in ("across", "up"))
    return ForeshorteningResult(
        status=status_of(holds=min(across, up) >= MIN_PARALLAX), parallax_across=across, parallax_up=up
    )


def slant_of(straight: FloatArray, turned: FloatArray) -> float:
    """Measure by how much a plane would have turned that narrows like this.

    Args:
        straight: (k, 2) points before.
        turned: (k, 2) the same after, in any unit.

    Returns:
        Degrees: 0 where all that changed is place, size and roll.
    """
    affine = np.linalg.lstsq(
        np.column_stack([straight, np.ones(len(straight))]), turned - turned.mean(axis=0), rcond=None
    )[0][:2]
    greater, smaller = np.linalg.svd(affine, compute_uv=False)
    return float(np.degrees(np.arccos(np.clip(smaller / max(greater, 1e-9), 0.0, 1.0))))


def _ratio(pairs: list[tuple[float, float]]) -> float:
    turns, slants = np.sum(pairs, axis=0) if pairs else (0.0, 1.0)
    return float(turns / slants)
