"""How an attacker makes a capture set of one point: as many frames, and as unlike, as pays."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.recognition.dataset import Floats
from matching.calibration import Calibration
from matching.gates import MAX_CAPTURE_DISTANCE, MAX_CAPTURES, MIN_CAPTURE_DISTANCE, MIN_CAPTURES
from matching.pipeline import DESCRIPTOR_LENGTH
from matching.sphere import unit

_INSIDE: Final = 0.005  # of the way back from a limit, so that rounding never crosses it


@dataclass(frozen=True, kw_only=True)
class CaptureSet:
    """Frames around one point: the corners of a regular simplex.

    A gate that judges each frame leaves their mean free, which lies nearer to the mean of real faces than
    any of them. So frames far apart are an attack of their own, and their directions are those that the
    metric stretches the most.

    Attributes:
        name: for the table.
        corners: (n, n - 1) of norm 1, their sum 0.
        axes: (n - 1, 128) orthonormal: the directions of the simplex before they are made level.
        spread: root mean square distance of the normalised frames from their mean.
        norm: Euclidean norm of each frame.
    """

    name: str
    corners: Floats = field(repr=False)
    axes: Floats = field(repr=False)
    spread: float
    norm: float

    def frames(self, points: Floats) -> Floats:
        """Make (m, n, 128) frames whose mean lies in the direction of points, (m, 128) of norm 1."""
        along = points @ self.axes.T  # (m, n - 1)
        squares = np.maximum((along**2).sum(axis=1), 1e-18)
        # Perpendicular to the point and still regular: Gram's matrix is I - aa', to the power of -1/2.
        stretch = (1 / np.sqrt(1 - squares) - 1) / squares
        corners = (
            self.corners[None] + (stretch[:, None] * (along @ self.corners.T))[:, :, None] * along[:, None]
        )
        sideways = corners @ self.axes - (corners @ along[:, :, None]) * points[:, None, :]
        frames: Floats = points[:, None, :] + np.tan(np.arcsin(self.spread)) * sideways
        return self.norm * unit(frames)


def capture_sets(calibration: Calibration) -> list[CaptureSet]:
    """Make the capture sets worth trying against a calibration, the tight one first.

    Args:
        calibration: whose metric and norms are known to the attacker.

    Returns:
        One vector three times with the least noise that counts as distinct; frames as far apart as one
        look, as two looks, and as captures may be that agree.
    """
    # The smaller the norm, the farther apart may normalised frames lie that agree.
    norm = calibration.gates.norm[0] * (1 + _INSIDE)
    least = MIN_CAPTURE_DISTANCE * (1 + _INSIDE) / (norm * _edge(MIN_CAPTURES))
    most = MAX_CAPTURE_DISTANCE * (1 - _INSIDE) / (norm * _edge(MAX_CAPTURES))
    sets = [_set("one vector", MIN_CAPTURES, least, norm, calibration)]
    for looks, border in zip(("one look", "two"), calibration.spread_edges.tolist(), strict=False):
        if border < most:
            sets.append(
                _set(f"apart, worth {looks}", MAX_CAPTURES, border * (1 - _INSIDE), norm, calibration)
            )
    return [*sets, _set("as far apart as agrees", MAX_CAPTURES, most, norm, calibration)]


def _set(name: str, count: int, spread: float, norm: float, calibration: Calibration) -> CaptureSet:
    _, vectors = np.linalg.eigh(calibration.metric @ calibration.metric.T)
    centred = np.eye(count) - 1 / count
    corners = unit(np.linalg.svd(centred)[0][:, : count - 1])
    axes = vectors[:, DESCRIPTOR_LENGTH - count + 1 :]
    return CaptureSet(name=name, corners=corners, axes=axes.T, spread=spread, norm=norm)


def _edge(count: int) -> float:
    """Length of a regular simplex's edge, of radius 1."""
    return float(np.sqrt(2 * count / (count - 1)))
