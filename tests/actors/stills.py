"""Attackers whose picture fills the frame: with noise, cut between two photographs, slowly enlarged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.actors.camera import Camera
from tests.actors.live import some_camera
from tests.actors.optics import HEIGHT, WIDTH, Pose

if TYPE_CHECKING:
    from tests.actors.cues import Cue
    from tests.actors.head import Head
    from tests.actors.optics import Pixels

_CLEAN: Final = Camera(noise_sd=0.0, jpeg=0, blur_px=0.5)
_PLACE: Final = Pose(y=-0.42, distance=7.0)
_ZOOM_PER_S: Final = 0.035
_CUT_LAG_S: Final = 0.35


@dataclass
class Still:
    """One photograph that fills the frame; each frame has noise of its own, and nothing else moves.

    Attributes:
        pictures: What can be shown; the first one is.
        camera: Films it.
        zoom_per_s: How quickly it grows.
        cuts: Whether a turn is answered with the second picture, mirrored for the other side.
    """

    pictures: list[Pixels]
    camera: Camera
    zoom_per_s: float = 0.0
    cuts: bool = False
    _cut: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])

    def see(self, cue: Cue, at_s: float) -> None:
        """As `Actor`."""
        if self.cuts:
            turned = 0 if cue.kind != "turn" else 1 if cue.yaw_deg >= 0 else 2
            self._cut.append((at_s + _CUT_LAG_S, turned))

    def hear(self, hint: str, at_s: float) -> None:
        """As `Actor`."""

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """As `Actor`."""

    def frame(self, at_s: float) -> Pixels:
        """As `Actor`."""
        shown = self.pictures[[which for since, which in self._cut if since <= at_s][-1]]
        if self.zoom_per_s:
            scale = 1 + self.zoom_per_s * min(at_s, 14.0)
            middle = np.array([WIDTH / 2, HEIGHT * 0.45])
            grown = np.array([[scale, 0, 0], [0, scale, 0]], dtype=np.float64)
            grown[:, 2] = middle * (1 - scale)
            shown = np.asarray(cv2.warpAffine(shown, grown, (WIDTH, HEIGHT)), dtype=np.uint8)
        return self.camera.expose(shown)


def noisy(victim: Head, *, seed: int) -> Still:
    """A still picture with the noise of a camera: what passes the first product in 2.4 s."""
    return Still([photograph(victim)], _camera(seed))


def two_photos(victim: Head, *, seed: int) -> Still:
    """Two photographs of the victim, ahead and turned, with a cut between them when a turn is asked for."""
    return Still(
        [photograph(victim), photograph(victim, yaw_deg=19.0), photograph(victim, yaw_deg=-19.0)],
        _camera(seed),
        cuts=True,
    )


def slow_zoom(victim: Head, *, seed: int) -> Still:
    """A still picture, enlarged little by little."""
    return Still([photograph(victim)], _camera(seed), zoom_per_s=_ZOOM_PER_S)


def photograph(victim: Head, *, yaw_deg: float = 0.0) -> Pixels:
    """A photograph of somebody, as large as a frame."""
    pose = Pose(yaw_deg=yaw_deg, y=_PLACE.y, distance=_PLACE.distance)
    return _CLEAN.take([victim.draw(pose)])


def _camera(seed: int) -> Camera:
    return some_camera(np.random.default_rng((20261129, seed)))
