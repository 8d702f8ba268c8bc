"""What the device saw beside the landmarks. It is the device's word, so it may deny and never allow."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

MAX_TEXTURE: Final = 200.0  # robust z x 8 of the strongest period in the face: the grid of a screen
MIN_CHROMA: Final = 1.0  # skin is not grey
MAX_COMPANY: Final = 0.2  # share of frames with a second face


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalsResult:
    """What speaks against a face.

    Attributes:
        status: of this check.
        texture: median strength of a periodic pattern, 0 to 255.
        chroma: median spread of colour, 0 to 255.
        company: share of frames with more than one face.
    """

    status: Status
    texture: float = field(repr=False)
    chroma: float = field(repr=False)
    company: float = field(repr=False)


def check_signals(performance: Performance) -> SignalsResult:
    """Look for a screen's grid, for grey and for a second face.

    Args:
        performance: the ceremony.

    Returns:
        The result, never inconclusive.
    """
    signals = performance.track.signals.astype(np.float64)
    texture, chroma = (float(value) for value in np.median(signals[:, :2], axis=0))
    company = float((signals[:, 4] > 1).mean())
    holds = texture <= MAX_TEXTURE and chroma >= MIN_CHROMA and company <= MAX_COMPANY
    return SignalsResult(status=status_of(holds=holds), texture=texture, chroma=chroma, company=company)
