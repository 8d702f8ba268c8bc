"""The camera that films every actor: a room, what stands in it, the lens, the sensor, the compression."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.actors.optics import HEIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.actors.optics import Floats, Pixels

    Layer = tuple[Pixels, Floats, tuple[int, int, int, int]]

_FRONT: Final = (0.0, -0.35, 0.94)
_FIELD: Final = 128  # the noise field is that much larger than a frame


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera and its surroundings.

    Attributes:
        wall: Luminance behind the subject.
        light_from: Direction of the light, in the camera's axes.
        light: Factor on everything.
        blur_px: Of the lens.
        noise_sd: Of the sensor, in levels.
        jpeg: Quality of the camera's own compression; 0 is none.
        seed: Of the noise.
    """

    wall: int = 150
    light_from: tuple[float, float, float] = _FRONT
    light: float = 1.0
    blur_px: float = 0.55
    noise_sd: float = 2.0
    jpeg: int = 88
    seed: int = 0
    _rng: np.random.Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rng", np.random.default_rng(self.seed))

    def take(self, layers: Sequence[Layer]) -> Pixels:
        """Take a frame of what stands before the wall, the farthest first."""
        scene = room(self.wall).copy()
        for colour, cover, (left, upper, right, lower) in layers:
            part = scene[upper:lower, left:right].astype(np.float32)
            alpha = cover[..., None]
            part += (colour.astype(np.float32) - part) * alpha
            scene[upper:lower, left:right] = part.astype(np.uint8)
        return self.expose(scene)

    def expose(self, scene: Pixels) -> Pixels:
        """Lens, sensor and compression."""
        seen = scene
        if self.light != 1:
            seen = np.asarray(cv2.convertScaleAbs(seen, alpha=self.light), dtype=np.uint8)
        if self.blur_px:
            seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), self.blur_px), dtype=np.uint8)
        if self.noise_sd:
            top, left = (int(offset) for offset in self._rng.integers(0, _FIELD, size=2))
            grain = _noise(self.noise_sd)[top : top + HEIGHT, left : left + WIDTH]
            seen = np.asarray(cv2.add(seen, grain, dtype=cv2.CV_8U), dtype=np.uint8)
        if self.jpeg:
            _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, self.jpeg])
            seen = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
        return seen


@lru_cache(maxsize=8)
def room(luminance: int) -> Pixels:
    """A wall, lighter to one side, with a door frame: an empty room is not an empty picture."""
    wall = np.linspace(luminance * 1.08, luminance * 0.86, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    wall[:, 40:46] *= 0.8
    wall[:, 590:598] *= 0.75
    wall[430:436] *= 0.82
    wall *= (1.0, 0.985, 0.955)
    return np.asarray(wall.clip(0, 255), dtype=np.uint8)


@lru_cache(maxsize=8)
def _noise(standard_deviation: float) -> NDArray[np.int16]:
    """One field of noise: mostly luminance, some of it in each colour. Each frame sees another part of it."""
    rng = np.random.default_rng(20261126)
    shape = (HEIGHT + _FIELD, WIDTH + _FIELD)
    grey = rng.normal(0, standard_deviation, (*shape, 1))
    colours = rng.normal(0, 0.5 * standard_deviation, (*shape, 3))
    return np.asarray((grey + colours).round().astype(np.int16))
