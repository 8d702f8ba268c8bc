"""Flat and bent things with a picture on them, held before the camera: paper, cardboard, glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.actors import optics

if TYPE_CHECKING:
    from tests.actors.camera import Layer
    from tests.actors.optics import Floats, Pixels, Pose, Rays

_CELLS: Final = 30
_STEEPEST: Final = 0.97  # of a cylinder's radius: beyond it the surface turns away


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """A sheet with a picture on it.

    Attributes:
        picture: (rows, columns, 3) RGB, whatever its resolution.
        cover: (rows, columns) where there is paper, 0-1; None is everywhere.
        span: What it covers, in units from its origin, along the paper: left, upper, right, lower.
        radius: Of the cylinder that it is bent on, in units; infinite is flat, negative is hollow.
        upright: Whether the cylinder's axis is vertical (as round a bottle) or horizontal.
        pivot: Where the hand holds it.
    """

    picture: Pixels
    span: tuple[float, float, float, float]
    cover: Floats | None = None
    radius: float = float("inf")
    upright: bool = True
    pivot: tuple[float, float, float] = (0.0, 0.9, 0.0)

    def places(self, pose: Pose) -> tuple[Floats, Floats, tuple[int, int, int, int]]:
        """For each pixel of a part of the frame, the place on the paper (in units along it) that it sees."""
        box = self._box(pose)
        rays = optics.cast(pose, pivot=self.pivot, box=box)
        if np.isinf(self.radius):
            across, down = rays.a[..., 0], rays.a[..., 1]
        else:
            across, down = self._bent(rays)
        return (
            optics.fine(np.ascontiguousarray(across), box),
            optics.fine(np.ascontiguousarray(down), box),
            box,
        )

    def draw(self, pose: Pose, picture: Pixels | None = None) -> Layer:
        """What a camera sees of it; `picture` shows another one on the same sheet."""
        across, down, box = self.places(pose)
        shown = self.picture if picture is None else picture
        at_x, at_y = self.texels(across, down, shown)
        shrinks = shown.shape[1] / (self.span[2] - self.span[0]) * pose.distance / optics.FOCAL_PX
        if shrinks > 1.2:
            shown = np.asarray(cv2.GaussianBlur(shown, (0, 0), 0.45 * shrinks), dtype=np.uint8)
        colour = cv2.remap(shown, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(colour, dtype=np.uint8), self.coverage(across, down, pose), box

    def texels(self, across: Floats, down: Floats, picture: Pixels) -> tuple[Floats, Floats]:
        """Where on the picture these places are."""
        rows, columns = picture.shape[:2]
        left, upper, right, lower = self.span
        at_x = (across - left) * np.float32(columns / (right - left)) - 0.5
        at_y = (down - upper) * np.float32(rows / (lower - upper)) - 0.5
        return np.asarray(at_x, dtype=np.float32), np.asarray(at_y, dtype=np.float32)

    def coverage(self, across: Floats, down: Floats, pose: Pose) -> Floats:
        """Where there is paper, 0-1, with an edge of a pixel."""
        left, upper, right, lower = self.span
        sharp = np.float32(optics.FOCAL_PX / pose.distance)
        inside = np.minimum(np.minimum(across - left, right - across), np.minimum(down - upper, lower - down))
        covered = np.clip(inside * sharp + 0.5, 0.0, 1.0).astype(np.float32)
        if self.cover is not None:
            at_x, at_y = self.texels(across, down, np.empty((*self.cover.shape, 3), dtype=np.uint8))
            covered = covered * cv2.remap(self.cover, at_x, at_y, cv2.INTER_LINEAR)
        return np.asarray(covered, dtype=np.float32)

    def _bent(self, rays: Rays) -> tuple[Floats, Floats]:
        """Meet the cylinder and unroll it."""
        size = abs(self.radius)
        reach = _STEEPEST * size
        extent = max(abs(edge) for edge in self.span) + 0.6
        cells = np.arange(-extent, extent, 1 / _CELLS, dtype=np.float32)
        sag = np.sqrt(size**2 - np.clip(np.abs(cells), 0, reach) ** 2) - size
        sag -= np.clip(np.abs(cells) - reach, 0, None) * 4  # past the edge it falls away steeply
        sag = np.clip(sag * np.sign(self.radius), -2 * size, 2 * size).astype(np.float32)
        heights = np.broadcast_to(sag[None, :], (len(cells), len(cells)))
        heights = np.ascontiguousarray(heights if self.upright else heights.T)
        top, bottom = float(sag.max()) + 0.02, float(sag.min()) - 0.02
        z = optics.meet(
            rays, heights, per_unit=_CELLS, origin=(extent * _CELLS, extent * _CELLS), top=top, bottom=bottom
        )
        x = rays.a[..., 0] + rays.b[..., 0] * z
        y = rays.a[..., 1] + rays.b[..., 1] * z
        unrolled = [x, y]
        axis = 0 if self.upright else 1
        inside = np.clip(unrolled[axis] / size, -_STEEPEST, _STEEPEST)
        beyond = unrolled[axis] / size - inside
        unrolled[axis] = (np.arcsin(inside) + 6 * beyond) * np.float32(size)
        return np.asarray(unrolled[0], dtype=np.float32), np.asarray(unrolled[1], dtype=np.float32)

    def _box(self, pose: Pose) -> tuple[int, int, int, int]:
        left, upper, right, lower = self.span
        depth = 0.0 if np.isinf(self.radius) else min(abs(self.radius), 1.5)
        corners = np.array(
            [(x, y, z) for x in (left, right) for y in (upper, lower) for z in (-depth, depth)],
            dtype=np.float64,
        )
        seen = optics.project(corners, pose, pivot=self.pivot)
        low = np.floor(seen.min(axis=0) / 4).astype(int) * 4 - 4
        high = np.ceil(seen.max(axis=0) / 4).astype(int) * 4 + 4
        return (
            int(np.clip(low[0], 0, optics.WIDTH - 4)),
            int(np.clip(low[1], 0, optics.HEIGHT - 4)),
            int(np.clip(high[0], 4, optics.WIDTH)),
            int(np.clip(high[1], 4, optics.HEIGHT)),
        )
