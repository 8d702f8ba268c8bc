"""A head with real depth, made of one picture: it turns, nods, leans, comes closer, and closes its eyes.

Where the face is, its depth is the face mesh's; hair, neck and shoulders continue it smoothly. The picture
is the texture. Nothing here is a real person's head: it is what a camera would see of one much like it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from scipy.interpolate import RBFInterpolator

from tests.actors import optics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.actors.optics import Floats, Pixels, Pose

# The texture: its pixels in one inter-ocular distance, and what it spans around the middle of the eyes.
TEXELS: Final = 104
SPAN: Final = (-2.6, -2.4, 2.6, 3.6)
_SIZE: Final = (round((SPAN[2] - SPAN[0]) * TEXELS), round((SPAN[3] - SPAN[1]) * TEXELS))
ORIGIN: Final = (-SPAN[0] * TEXELS - 0.5, -SPAN[1] * TEXELS - 0.5)
# Of the height field and the shading, which are smooth.
_CELLS: Final = 26
_FIELD_ORIGIN: Final = (-SPAN[0] * _CELLS - 0.5, -SPAN[1] * _CELLS - 0.5)
_TOP: Final = 0.8
_BOTTOM: Final = -1.9

# Where the neck carries the head: what stays in place when it turns.
PIVOT: Final = (0.0, 1.1, -1.2)

# Behind and around the face: (x, y, z), chosen to continue the mean mesh as a skull, a neck and shoulders.
_BEHIND: Final = (
    *((-1.45, 0.1, -1.25), (1.45, 0.1, -1.25), (-1.4, 0.8, -1.25), (1.4, 0.8, -1.25)),
    *((-1.35, -0.7, -0.9), (1.35, -0.7, -0.9), (0.0, -1.35, -0.1), (-0.8, -1.2, -0.35), (0.8, -1.2, -0.35)),
    *((0.0, -1.8, -0.7), (-1.2, -1.5, -1.0), (1.2, -1.5, -1.0), (0.0, -2.4, -1.6), (-1.8, -1.8, -1.7)),
    *((1.8, -1.8, -1.7), (-2.0, 0.0, -1.7), (2.0, 0.0, -1.7), (-2.6, 0.0, -1.8), (2.6, 0.0, -1.8)),
    *((-2.0, 1.2, -1.6), (2.0, 1.2, -1.6), (0.0, 2.25, -0.7), (-0.7, 2.2, -0.95), (0.7, 2.2, -0.95)),
    *((-1.3, 1.9, -1.3), (1.3, 1.9, -1.3), (0.0, 2.9, -0.8), (0.0, 3.6, -0.6), (-1.3, 2.9, -1.1)),
    *((1.3, 2.9, -1.1), (-2.6, 3.2, -1.4), (2.6, 3.2, -1.4), (-2.6, 2.0, -1.7), (2.6, 2.0, -1.7)),
)

# Head and shoulders, as an ellipse with a soft edge.
_OUTLINE: Final = ((0.0, 0.5), (1.8, 2.5), 0.22)

# Mesh points along the lids from the corner on the picture's left to the other one.
EYES: Final = (
    ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133)),
    ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263)),
)
_SMOOTH_LID: Final = 0.8  # how far a closed lid's skin is evened out
_LEVELS: Final = 16  # steps in which lids are drawn

FACE_LUMINANCE: Final = 128.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """A person's head.

    Attributes:
        name: Whose.
        texture: The picture, level, `TEXELS` to the unit.
        alpha: Where it shows the person, 0-1.
        heights: z of the skin.
        mesh: (468, 3), in units.
        glasses: Whether it wears some.
    """

    name: str
    texture: Pixels
    alpha: Floats
    heights: Floats
    mesh: NDArray[np.float64]
    glasses: bool = False
    _lids: dict[int, Pixels]
    _normals: Floats

    def draw(
        self, pose: Pose, *, closed: float = 0.0, light: tuple[float, float, float] = (0.0, -0.35, 0.94)
    ) -> tuple[Pixels, Floats, tuple[int, int, int, int]]:
        """Draw what a camera sees of it.

        Args:
            pose: Of the head; the middle of the eyes is the origin.
            closed: How far the lids are down, 0-1.
            light: Where the light comes from, a direction in the camera's axes.

        Returns:
            Colour and coverage of a part of the frame, and which part that is.
        """
        box = _frame_box(pose)
        rays = optics.cast(pose, pivot=PIVOT, box=box)
        z = optics.meet(rays, self.heights, per_unit=_CELLS, origin=_FIELD_ORIGIN, top=_TOP, bottom=_BOTTOM)
        x = rays.a[..., 0] + rays.b[..., 0] * z
        y = rays.a[..., 1] + rays.b[..., 1] * z
        shade = self._shade(pose, light, x, y)
        at_x = optics.fine(x * TEXELS + np.float32(ORIGIN[0]), box)
        at_y = optics.fine(y * TEXELS + np.float32(ORIGIN[1]), box)
        colour = cv2.remap(
            self._with_lids(closed), at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        cover = cv2.remap(self.alpha, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        lit = colour.astype(np.float32) * optics.fine(shade, box)[..., None]
        drawn = np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)
        if self.glasses:
            drawn = _wear_glasses(drawn, self.mesh, pose, box)
        return drawn, np.asarray(cover), box

    def _with_lids(self, closed: float) -> Pixels:
        level = round(float(np.clip(closed, 0.0, 1.0)) * _LEVELS)
        if level not in self._lids:
            self._lids[level] = _close(self.texture, self.mesh, level / _LEVELS)
        return self._lids[level]

    def _shade(self, pose: Pose, light: tuple[float, float, float], x: Floats, y: Floats) -> Floats:
        """Light on the skin as it is turned now, relative to the picture's own light from the front."""
        normals = cv2.remap(
            self._normals,
            x * _CELLS + np.float32(_FIELD_ORIGIN[0]),
            y * _CELLS + np.float32(_FIELD_ORIGIN[1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        towards = (pose.rotation().T @ np.array(light)).astype(np.float32)
        now = np.clip(normals @ towards, 0.0, None)
        then = np.clip(normals @ np.array([0.0, -0.35, 0.94], dtype=np.float32), 0.0, None)
        return np.asarray((0.55 + 0.45 * now) / (0.55 + 0.45 * then), dtype=np.float32)


def make_head(
    picture: Pixels, mesh: NDArray[np.floating], *, name: str, glasses: bool = False, even: bool = True
) -> Head:
    """Make a head of a picture.

    Args:
        picture: (rows, columns, 3) RGB.
        mesh: (468, 3) of the face mesh model on it, in its pixels, z towards the camera.
        name: Whose.
        glasses: Whether it wears some.
        even: Whether its face is brought to `FACE_LUMINANCE`.
    """
    texture, points = _level(picture, np.asarray(mesh, dtype=np.float64))
    if even:
        face = texture[
            round(ORIGIN[1] - 0.4 * TEXELS) : round(ORIGIN[1] + 1.5 * TEXELS),
            round(ORIGIN[0] - 0.8 * TEXELS) : round(ORIGIN[0] + 0.8 * TEXELS),
        ]
        gain = FACE_LUMINANCE / max(1.0, float(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY).mean()))
        texture = np.asarray(cv2.convertScaleAbs(texture, alpha=gain), dtype=np.uint8)
    heights = _heights(points)
    slope_y, slope_x = np.gradient(heights, 1 / _CELLS)
    normals = np.stack([-slope_x, -slope_y, np.ones_like(heights)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return Head(
        name=name,
        texture=texture,
        alpha=_outline(),
        heights=heights,
        mesh=points,
        glasses=glasses,
        _lids={},
        _normals=np.asarray(cv2.GaussianBlur(normals.astype(np.float32), (0, 0), 2)),
    )


def _level(picture: Pixels, mesh: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64]]:
    """The picture as texture: eyes level and one unit apart; and its mesh in units."""
    left = mesh[[33, 133, 159, 145]].mean(axis=0)
    right = mesh[[362, 263, 386, 374]].mean(axis=0)
    across = complex(*(right - left)[:2])
    middle = complex(*((left + right) / 2)[:2])
    flat = (mesh[:, 0] + 1j * mesh[:, 1] - middle) / across
    # The model's depths are relative to the head's middle; the eyes are the origin here.
    depth = (mesh[:, 2] - (left[2] + right[2]) / 2) / abs(across)
    points = np.stack([flat.real, flat.imag, depth], axis=1)
    step = across / TEXELS
    start = middle - step * complex(*ORIGIN)
    matrix = np.array([[step.real, -step.imag, start.real], [step.imag, step.real, start.imag]])
    source = picture
    if abs(step) > 1.2:  # a lens averages what it makes smaller
        source = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 * abs(step)), dtype=np.uint8)
    texture = cv2.warpAffine(
        source, matrix, _SIZE, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(texture, dtype=np.uint8), points


def _heights(mesh: NDArray[np.float64]) -> Floats:
    known = np.concatenate([mesh, np.array(_BEHIND)])
    columns, rows = round((SPAN[2] - SPAN[0]) * _CELLS), round((SPAN[3] - SPAN[1]) * _CELLS)
    x = (np.arange(columns) - _FIELD_ORIGIN[0]) / _CELLS
    y = (np.arange(rows) - _FIELD_ORIGIN[1]) / _CELLS
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    fit = RBFInterpolator(known[:, :2], known[:, 2], kernel="thin_plate_spline", smoothing=1e-3)
    heights = fit(grid).reshape(rows, columns)
    # Beside the face the model's few points would leave ripples, which a turn shows.
    smooth = cv2.GaussianBlur(heights, (0, 0), 0.16 * _CELLS)
    beside = np.clip((np.hypot(x[None, :] / 1.25, (y[:, None] - 0.45) / 1.75) - 0.65) / 0.15, 0.0, 1.0)
    heights += beside * (smooth - heights)
    return np.asarray(np.clip(heights, _BOTTOM + 0.02, _TOP - 0.02), dtype=np.float32)


def _outline() -> Floats:
    (centre, axes, feather) = _OUTLINE
    x = (np.arange(_SIZE[0]) - ORIGIN[0]) / TEXELS
    y = (np.arange(_SIZE[1]) - ORIGIN[1]) / TEXELS
    radius = np.hypot((x[None, :] - centre[0]) / axes[0], (y[:, None] - centre[1]) / axes[1])
    return np.asarray(np.clip((1 - radius) / feather, 0.0, 1.0), dtype=np.float32)


def _close(texture: Pixels, mesh: NDArray[np.float64], closed: float) -> Pixels:
    """Draw the upper lids down: skin from below the brow stretches over the eye, lashes darken the edge."""
    if closed <= 0:
        return texture
    drawn = texture.copy()
    for upper, lower in EYES:
        top, bottom = mesh[list(upper), :2], mesh[list(lower), :2]
        first, last = top[0, 0], top[-1, 0]
        columns = np.arange(
            round(ORIGIN[0] + first * TEXELS) - 4, round(ORIGIN[0] + last * TEXELS) + 5, dtype=np.int64
        )
        x = (columns - ORIGIN[0]) / TEXELS
        edge = _along(x, top) * TEXELS + ORIGIN[1] - 3.0  # above the lashes: they are drawn anew
        floor = _along(x, bottom) * TEXELS + ORIGIN[1] + 1.5
        height = float((floor - edge).max())
        crease = edge - 0.75 * height - 3
        rows = np.arange(int(crease.min()) - 1, int(floor.max()) + 8)
        # Lids taper into the corners, where there is nothing to close.
        taper = np.clip(np.minimum(x - first, last - x) / 0.07 + 0.7, 0.0, 1.0)
        lid = edge + closed * (floor - edge) * taper
        y = rows[:, None].astype(np.float64)
        skin_from = crease + (y - crease) * np.maximum(edge - crease, 1.0) / np.maximum(lid - crease, 1.0)
        comes = np.where((y > crease) & (y <= lid), skin_from, y)
        at_x = np.broadcast_to(columns.astype(np.float32), comes.shape)
        patch = cv2.remap(texture, np.ascontiguousarray(at_x), comes.astype(np.float32), cv2.INTER_LINEAR)
        part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        drawn[part] = _with_lashes(
            patch.astype(np.float32),
            opened=texture[part],
            y=y,
            crease=crease,
            edge=edge,
            floor=floor,
            lid=lid,
            closed=closed,
        )
    return drawn


def _with_lashes(
    patch: Floats,
    *,
    opened: Pixels,
    y: NDArray[np.float64],
    crease: NDArray[np.float64],
    edge: NDArray[np.float64],
    floor: NDArray[np.float64],
    lid: NDArray[np.float64],
    closed: float,
) -> Pixels:
    """Even the stretched skin out, shade it towards its edge, and put the lashes there."""
    # A closed lid has no fold: its skin is what lies under the brow above it, and under the eye below it.
    rows = y[:, 0] - y[0, 0]
    last = len(rows) - 1
    above = _sampled(patch, np.clip(crease - y[0, 0], 1, last - 1))
    below = _sampled(patch, np.clip(floor + 5 - y[0, 0], 1, last - 1))
    share = np.clip((y - crease) / np.maximum(lid - crease, 1.0), 0.0, 1.0)
    skin = above[None] + (below - above)[None] * (0.35 + 0.4 * share[..., None]).astype(np.float32)
    worth = np.clip(share / 0.3, 0.0, 1.0) * (y <= lid) * _SMOOTH_LID * min(1.0, 2 * closed)
    column = np.arange(patch.shape[1])
    worth = worth * np.clip(np.minimum(column, column[::-1]) / 8, 0.0, 1.0)
    patch = patch + (skin - patch) * worth[..., None].astype(np.float32)
    dark = np.percentile(opened.reshape(-1, 3), 4, axis=0).astype(np.float32)
    lashes = np.exp(-(((y - lid) / 2.2) ** 2)) * min(1.0, 1.6 * closed) * (lid - edge > 1)
    patch += (dark - patch) * (0.85 * lashes[..., None]).astype(np.float32)
    return np.asarray(np.clip(patch, 0, 255), dtype=np.uint8)


def _sampled(patch: Floats, row: NDArray[np.float64]) -> Floats:
    """The colour of each column at a row of its own, evened out along the lid, (columns, 3)."""
    columns = np.arange(patch.shape[1], dtype=np.float32)[None]
    line = cv2.remap(patch, columns, row.astype(np.float32)[None], cv2.INTER_LINEAR)
    return np.asarray(cv2.blur(line, (9, 1), borderType=cv2.BORDER_REPLICATE)[0], dtype=np.float32)


def _along(x: NDArray[np.float64], curve: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(curve[:, 0])
    fit = np.polynomial.Polynomial.fit(curve[order, 0], curve[order, 1], 4)
    return np.asarray(fit(np.clip(x, curve[:, 0].min(), curve[:, 0].max())))


def _frame_box(pose: Pose) -> tuple[int, int, int, int]:
    """The part of the frame in which the head can be, in whole steps."""
    corners = np.array([(x, y, z) for x in (-1.9, 1.9) for y in (-2.1, 3.1) for z in (-1.6, 0.3)])
    seen = optics.project(corners, pose, pivot=PIVOT)
    left, upper = np.floor(seen.min(axis=0) / 4).astype(int) * 4
    right, lower = np.ceil(seen.max(axis=0) / 4).astype(int) * 4
    return (
        int(np.clip(left, 0, optics.WIDTH - 4)),
        int(np.clip(upper, 0, optics.HEIGHT - 4)),
        int(np.clip(right, 4, optics.WIDTH)),
        int(np.clip(lower, 4, optics.HEIGHT)),
    )


_RIM: Final = 0.36  # where the lenses stand, in front of the eyes' corners
_SHIFT: Final = 3  # bits of a pixel that OpenCV draws with


def _wear_glasses(
    drawn: Pixels, mesh: NDArray[np.float64], pose: Pose, box: tuple[int, int, int, int]
) -> Pixels:
    """Dark rims in a plane before the eyes, with temples and a faint reflection of a window."""
    worn = np.ascontiguousarray(drawn)
    angles = np.linspace(0, 2 * np.pi, 40)
    offset = np.array(box[:2])
    scale = optics.FOCAL_PX / pose.distance
    thick = max(1, round(0.028 * scale))
    inner = []
    for side in (-0.5, 0.5):
        middle = mesh[[33, 133] if side < 0 else [362, 263]].mean(axis=0)
        ring = np.stack(
            [middle[0] + side * 0.1 + 0.46 * np.cos(angles), middle[1] + 0.1 + 0.38 * np.sin(angles)], axis=1
        )
        rim = np.column_stack([ring, np.full(len(ring), _RIM)])
        seen = optics.project(rim, pose, pivot=PIVOT) - offset
        # A window in the upper outer corner of each lens.
        spot = optics.project(rim[[22, 24, 26, 25]], pose, pivot=PIVOT) - offset
        gleam = worn.copy()
        cv2.fillPoly(gleam, [np.round(spot).astype(np.int32)], (235, 240, 245), lineType=cv2.LINE_AA)
        worn = np.asarray(cv2.addWeighted(gleam, 0.25, worn, 0.75, 0), dtype=np.uint8)
        fixed = np.round(seen * 2**_SHIFT).astype(np.int32)
        _draw(worn, fixed, thick, closed=True)
        inner.append(rim[20 if side > 0 else 0])
        ear = np.array([[rim[0 if side > 0 else 20][0], middle[1], _RIM], [side * 2.2, 0.1, -0.9]])
        temple = np.round((optics.project(ear, pose, pivot=PIVOT) - offset) * 2**_SHIFT).astype(np.int32)
        _draw(worn, temple, thick, closed=False)
    bridge = np.round((optics.project(np.array(inner), pose, pivot=PIVOT) - offset) * 2**_SHIFT)
    _draw(worn, bridge.astype(np.int32), thick, closed=False)
    return worn


def _draw(on: Pixels, line: NDArray[np.int32], thick: int, *, closed: bool) -> None:
    cv2.polylines(
        on, [line], isClosed=closed, color=(38, 30, 28), thickness=thick, lineType=cv2.LINE_AA, shift=_SHIFT
    )
