"""What a camera sees of a surface with depth: rays against a height field, in true perspective.

Units are inter-ocular distances (63 mm), as everywhere in this package: an arm's length is 7.9 of them.
Space: x right and y down as in the picture, z towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

# Renderers run side by side, one to a core; threads of their own would only be in each other's way.
cv2.setNumThreads(1)

IOD_MM: Final = 63.0
WIDTH: Final = 640
HEIGHT: Final = 480
FOCAL_PX: Final = 640.0  # 53 degrees across: a laptop's camera
_COARSE: Final = 2  # rays are cast for every second pixel; between them surfaces are smooth
_STEPS: Final = 40
_REFINEMENTS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Pose:
    """How something stands before the camera.

    Attributes:
        yaw_deg: Positive turns the front to the picture's right.
        pitch_deg: Positive turns it up.
        roll_deg: Positive turns it clockwise in the picture.
        x: Of the origin, from the optical axis.
        y: Likewise, downwards.
        distance: From the camera to the origin.
    """

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    x: float = 0.0
    y: float = 0.0
    distance: float = 7.9

    def rotation(self) -> NDArray[np.float64]:
        """From the body's axes to the camera's, (3, 3)."""
        yaw, pitch, roll = radians(self.yaw_deg), radians(self.pitch_deg), radians(self.roll_deg)
        about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
        about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
        about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
        turned: NDArray[np.float64] = about_z @ about_y @ about_x
        return turned


@dataclass(frozen=True, kw_only=True)
class Rays:
    """The camera's rays in a body's own axes: at height z a ray is at (a + b z) of x and y.

    Attributes:
        a: (rows, columns, 2).
        b: Likewise.
        box: Columns and rows of the frame that were cast: left, upper, right, lower.
    """

    a: Floats
    b: Floats
    box: tuple[int, int, int, int]


def cast(
    pose: Pose, *, pivot: tuple[float, float, float], box: tuple[int, int, int, int], step: int = _COARSE
) -> Rays:
    """Cast rays through the pixels of a box, into the axes of a body that turns about its pivot."""
    left, upper, right, lower = box
    u = np.arange(left + (step - 1) / 2, right, step, dtype=np.float32)
    v = np.arange(upper + (step - 1) / 2, lower, step, dtype=np.float32)
    rotation = pose.rotation()
    # The body's origin, not its pivot, is at (x, y, distance) while it looks ahead.
    turned = np.array([pose.x, pose.y, 0.0]) + np.array(pivot)
    origin = rotation.T @ (np.array([0.0, 0.0, pose.distance]) - turned) + np.array(pivot)
    across = (u - np.float32((WIDTH - 1) / 2)) / np.float32(FOCAL_PX)
    down = (v - np.float32((HEIGHT - 1) / 2)) / np.float32(FOCAL_PX)
    back = rotation.T.astype(np.float32)
    direction = [
        back[axis, 0] * across[None, :] + back[axis, 1] * down[:, None] - back[axis, 2] for axis in range(3)
    ]
    inverse = 1 / direction[2]
    b = np.stack([direction[0] * inverse, direction[1] * inverse], axis=-1)
    a = np.asarray(origin[:2] - b * np.float32(origin[2]), dtype=np.float32)
    return Rays(a=a, b=b, box=box)


def project(
    points: NDArray[np.float64], pose: Pose, *, pivot: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Where points of the body, (n, 3), are seen, (n, 2) in pixels of the frame."""
    seen = (np.asarray(points) - pivot) @ pose.rotation().T + pivot + (pose.x, pose.y, 0.0)
    depth = pose.distance - seen[:, 2]
    middle = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
    where: NDArray[np.float64] = FOCAL_PX * seen[:, :2] / depth[:, None] + middle
    return where


def meet(
    rays: Rays, heights: Floats, *, per_unit: float, origin: tuple[float, float], top: float, bottom: float
) -> Floats:
    """Find where each ray first meets a height field.

    Args:
        rays: In the field's axes.
        heights: z over a grid of x and y.
        per_unit: Grid cells in one unit.
        origin: Grid position of (0, 0).
        top: Above every height.
        bottom: Below every height that matters.

    Returns:
        (rows, columns) z of the meeting.
    """
    ax, ay = rays.a[..., 0] * per_unit + origin[0], rays.a[..., 1] * per_unit + origin[1]
    bx, by = rays.b[..., 0] * per_unit, rays.b[..., 1] * per_unit

    def height(z: Floats | np.floating) -> Floats:
        return np.asarray(
            cv2.remap(heights, ax + bx * z, ay + by * z, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        )

    levels: Floats = np.linspace(top, bottom, _STEPS, dtype=np.float32)
    found = np.full(ax.shape, _STEPS - 1, dtype=np.int32)
    open_still = np.ones(ax.shape, dtype=bool)
    for index, level in enumerate(levels):
        hit = open_still & (height(level) >= level)
        found[hit] = index
        open_still &= ~hit
        if not open_still.any():
            break
    low = levels[found]
    high = levels[np.maximum(found - 1, 0)]
    for _ in range(_REFINEMENTS):
        middle = np.asarray((low + high) / 2, dtype=np.float32)
        above = height(middle) >= middle
        low = np.where(above, middle, low)
        high = np.where(above, high, middle)
    # One step along the secant takes the rest.
    middle = np.asarray((low + high) / 2, dtype=np.float32)
    return np.asarray(np.clip(height(middle), low, high), dtype=np.float32)


def fine(coarse: Floats, box: tuple[int, int, int, int]) -> Floats:
    """Bring what was computed for every second pixel to every pixel of the box."""
    left, upper, right, lower = box
    return np.asarray(cv2.resize(coarse, (right - left, lower - upper), interpolation=cv2.INTER_LINEAR))
