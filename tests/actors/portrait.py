"""Cut a person out of a picture: eyes level, at one size, in one light, soft at the edge, turned if asked."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from tests.actors.pictures import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.actors.people import View

# The cut-out's own geometry, in pixels. 96 is about the inter-ocular distance of the source pictures, so
# that placing a person at an arm's length from a camera neither invents nor loses detail.
IOD: Final = 96
WIDTH: Final = 432
HEIGHT: Final = 512
EYES: Final = (WIDTH / 2, 212.0)

# Everybody's face is brought to this mean luminance, so that "too dark" is a matter of the scene alone.
FACE_LUMINANCE: Final = 128.0

# Head and shoulders, in inter-ocular units from the middle of the eyes: wide enough for hair, narrow enough
# to leave out whoever sits beside.
_MASK_CENTRE: Final = (0.0, 0.45)
_MASK_AXES: Final = (1.75, 2.45)
_MASK_FEATHER: Final = 0.28

# How far in front of the axis that a turn keeps in place the skin between the eyes lies.
_AXIS: Final = 1.1


@lru_cache(maxsize=64)
def portrait(view: View, *, yaw_deg: float = 0.0) -> Image.Image:
    """Cut out the person of a view.

    Args:
        view: Picture and eyes.
        yaw_deg: Turns the head about its vertical axis, over a simple head shape; positive moves the nose
            to the right.

    Returns:
        RGBA, `WIDTH` x `HEIGHT`, with the middle of the eyes at `EYES` and `IOD` between them.
    """
    cut = _level(load(view.picture), view.eyes)
    if yaw_deg:
        cut = _turn(cut, yaw_deg)
    cut = _expose(cut)
    cut.putalpha(_mask())
    return cut


def _level(picture: Image.Image, eyes: tuple[tuple[int, int], tuple[int, int]]) -> Image.Image:
    (left_x, left_y), (right_x, right_y) = eyes
    across = complex(right_x - left_x, right_y - left_y) / IOD  # rotation and scale in one number
    origin = complex(left_x + right_x, left_y + right_y) / 2 - across * complex(*EYES)
    return picture.transform(
        (WIDTH, HEIGHT),
        Image.Transform.AFFINE,
        (across.real, -across.imag, origin.real, across.imag, across.real, origin.imag),
        Image.Resampling.BICUBIC,
    )


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixel positions in inter-ocular units from the middle of the eyes."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    return (columns - EYES[0]) / IOD, (rows - EYES[1]) / IOD


def _depth(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the skin lies in front of the head's axis, in inter-ocular units: an ellipsoid with a nose."""
    skull = np.sqrt(np.clip(1.0 - (x / 1.25) ** 2 - ((y - 0.35) / 1.9) ** 2, 0.0, None)) * 1.3
    nose = 0.46 * np.exp(-((x / 0.26) ** 2) - ((y - 0.55) / 0.38) ** 2)
    return np.asarray(skull + nose)


def _turn(cut: Image.Image, yaw_deg: float) -> Image.Image:
    if yaw_deg < 0:
        return ImageOps.mirror(_turn(ImageOps.mirror(cut), -yaw_deg))
    x, y = _grid()
    sine, cosine = sin(radians(yaw_deg)), cos(radians(yaw_deg))
    # Where each point of the skin goes. What would land left of a point further left is behind it, hidden by
    # the nose or the cheek: the running maximum leaves the visible surface.
    goes = np.maximum.accumulate(x * cosine + (_depth(x, y) - _AXIS) * sine, axis=1)
    pixels = np.asarray(cut, dtype=np.float64)
    turned = np.empty_like(pixels)
    for row in range(HEIGHT):
        comes = np.interp(x[row], goes[row], x[row])
        for channel in range(3):
            turned[row, :, channel] = np.interp(comes, x[row], pixels[row, :, channel])
    return Image.fromarray(turned.astype(np.uint8))


def _expose(cut: Image.Image) -> Image.Image:
    left, upper = EYES[0] - 0.8 * IOD, EYES[1] - 0.4 * IOD
    face = cut.convert("L").crop(
        (round(left), round(upper), round(left + 1.6 * IOD), round(upper + 1.9 * IOD))
    )
    gain = FACE_LUMINANCE / float(np.asarray(face).mean())
    return cut.point([min(255, round(level * gain)) for level in range(256)] * 3)


@lru_cache(maxsize=1)
def _mask() -> Image.Image:
    x, y = _grid()
    radius = np.hypot((x - _MASK_CENTRE[0]) / _MASK_AXES[0], (y - _MASK_CENTRE[1]) / _MASK_AXES[1])
    alpha = np.clip((1.0 - radius) / _MASK_FEATHER, 0.0, 1.0) * 255
    return Image.fromarray(alpha.astype(np.uint8)).filter(ImageFilter.GaussianBlur(6))
