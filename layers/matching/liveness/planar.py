"""Is what turned flat? Then a homography explains it, however it was moved."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# Residual per radian of the turn, inter-ocular distances (python -m benchmarks.liveness).
MIN_RESIDUAL: Final = 0.06
_MIN_EXTENT_DEG: Final = 5.0  # noise over a turn that was none is no depth
_TINY: Final = 1e-6  # of a division by what lies on the horizon


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanarResult:
    """What no homography explains.

    Attributes:
        status: of this check.
        residual: mean over the turns of the residual's rms, inter-ocular distances per radian of turn.
    """

    status: Status
    residual: float = field(repr=False)


def check_planar(performance: Performance) -> PlanarResult:
    """Fit a homography from the straight look to every turned one, and see what is left.

    A photograph or a screen in any motion before any pinhole camera moves by a homography (Hartley and
    Zisserman, Multiple View Geometry, section 13.1), so only noise is left of it.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where the script has no turn.
    """
    if not performance.turns:
        return PlanarResult(status="inconclusive", residual=0.0)
    residual = float(
        np.mean(
            [
                _homography_residual(performance.straight, turn.points)
                / np.radians(max(turn.extent_deg, _MIN_EXTENT_DEG))
                for turn in performance.turns
            ]
        )
    )
    return PlanarResult(status=status_of(holds=residual >= MIN_RESIDUAL), residual=residual)


def _homography_residual(source: FloatArray, target: FloatArray) -> float:
    """Direct linear transform on points that are centred and of unit size already."""
    x, y = source.T
    u, v = target.T
    one, nil = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, nil, nil, nil, -u * x, -u * y], axis=1),
            np.stack([nil, nil, nil, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    h = np.linalg.lstsq(rows, np.concatenate([u, v]), rcond=None)[0]
    scale = h[6] * x + h[7] * y + 1.0
    scale = np.where(np.abs(scale) < _TINY, _TINY, scale)
    mapped = np.stack([(h[0] * x + h[1] * y + h[2]) / scale, (h[3] * x + h[4] * y + h[5]) / scale], axis=1)
    return float(np.sqrt(((mapped - target) ** 2).sum(axis=1).mean()))
