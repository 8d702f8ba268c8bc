"""What the browser noted of a ceremony, frame by frame."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.layout import POINTS, RIGID, inter_ocular, lid_ratios
from matching.liveness.pose import Poses, poses_of

SIGNALS: Final = ("texture", "chroma", "face_luminance", "background_luminance", "faces_in_view")
FRAME_BYTES: Final = 2 + POINTS * 2 * 2 + len(SIGNALS)  # time, points, signals: one record of the chain


@dataclass(frozen=True, kw_only=True)
class Track:
    """The frames of one ceremony. Judged in memory, never kept.

    Attributes:
        times_ms: (n,) strictly increasing, milliseconds from the first frame.
        points: (n, 48, 2) landmarks, x and y, both in fractions of the frame's WIDTH.
        signals: (n, 5) as ``SIGNALS`` names them, 0 to 255.
        steps: number of the frame at which each step of the script was shown; strictly increasing, the first
            is 0.
        records: n x ``FRAME_BYTES`` bytes as they travelled, which the chain is made of.
    """

    times_ms: FloatArray = field(repr=False)
    points: FloatArray = field(repr=False)
    signals: NDArray[np.uint8] = field(repr=False)
    steps: tuple[int, ...] = field(repr=False)
    records: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.times_ms)

    def span(self, step: int, *, first_act: tuple[int, int]) -> slice:
        """Give the frames in which a step was the one to do.

        Args:
            step: its number.
            first_act: how many steps the first act has, and how many frames. The wait for the second act
                belongs to no step.
        """
        begin = self.steps[step]
        end = self.steps[step + 1] if step + 1 < len(self.steps) else len(self)
        if step == first_act[0] - 1:
            end = first_act[1]
        return slice(begin, end)

    @cached_property
    def poses(self) -> Poses:
        """Pose of the head in every frame."""
        return poses_of(self.points[:, RIGID])

    @cached_property
    def inter_ocular(self) -> FloatArray:
        """(n,) distance between the eyes, fractions of the frame's width."""
        return inter_ocular(self.points)

    @cached_property
    def lids(self) -> FloatArray:
        """(n, 2) opening of each eye over its width."""
        return lid_ratios(self.points)
