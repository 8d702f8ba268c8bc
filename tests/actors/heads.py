"""Whose heads there are: people of the packages' pictures, and of the evaluation data where it is there.

Meshes are measured by the product's own model once and kept in `.cache`, which is never committed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from matching.liveness.layout import RIGID, SHAPE, lid_ratios
from matching.liveness.pose import poses_of
from tests.actors.head import Head, make_head
from tests.actors.people import CAST
from tests.actors.pictures import ROOT, load
from tests.actors.tracks import track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.actors.people import View

SHARED: Final = ROOT.parent / "shared" / "data"
MESHES: Final = ROOT / ".cache" / "meshes"
_REPEATS: Final = 4  # of one picture: the crop follows the mesh, and settles
_AROUND: Final = (4.0, 4.0, 4.0, 4.6)  # of a face in a larger picture, in units around the eyes
# Of a person who can be asked to look ahead: the picture's own turn, and enough detail.
_MOST_YAW_DEG: Final = 10.0
# A picture from above shows nothing of what a face that looks up shows: the landmark model then reads no nod.
_PITCH_DEG: Final = (-6.0, 12.0)
_LEAST_ACROSS_PX: Final = 56.0  # between the outer corners of the eyes
_LEAST_EYE_LIGHT: Final = 0.42  # of the cheeks'
_LEAST_LIDS: Final = 0.205  # both eyes open: lids that are drawn down over half-closed ones hide nothing more
_LOOKED_AT: Final = 700  # folders of press photographs, of which those with sharp eyes are taken first


@dataclass(frozen=True)
class Likeness:
    """A picture of one person: by the name of who it shows in the cast, or by its path in the data."""

    name: str
    path: str = ""
    view: int = 0

    def picture(self) -> NDArray[np.uint8]:
        """The picture, cut to where the person is, (rows, columns, 3) RGB."""
        if self.path:
            return np.asarray(Image.open(SHARED / self.path).convert("RGB"))
        return _cut(CAST[self.name].views[self.view])


def cast() -> list[Likeness]:
    """Everybody in the packages whose first picture serves."""
    likenesses = [Likeness(name) for name in CAST]
    measured = meshes([likeness.picture() for likeness in likenesses])
    return [
        likeness
        for likeness, mesh in zip(likenesses, measured, strict=True)
        if mesh is not None and _serves(mesh)
    ]


def people(count: int, *, start: int = 0) -> list[Likeness]:
    """People of the evaluation data whose pictures serve; none where it is absent."""
    return list(_known()[start : start + count])


def heads(likenesses: Sequence[Likeness], *, glasses: Sequence[bool] = ()) -> list[Head]:
    """Make heads, in the order asked for.

    Raises:
        ValueError: The model finds no face in a picture.
    """
    pictures = [likeness.picture() for likeness in likenesses]
    measured = meshes(pictures)
    worn = [*glasses, *[False] * len(likenesses)]
    made = []
    for likeness, picture, mesh, wears in zip(likenesses, pictures, measured, worn, strict=False):
        if mesh is None:
            raise ValueError(f"no face found in the picture of {likeness.name}")
        made.append(make_head(picture, mesh, name=likeness.name, glasses=wears))
    return made


@lru_cache(maxsize=16)
def head_of(name: str, view: int = 0) -> Head:
    """Somebody of the cast."""
    return heads([Likeness(name, view=view)])[0]


def meshes(pictures: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32] | None]:
    """The mesh of each picture's face, (468, 3) in its pixels, None where there is no face."""
    keys = [hashlib.sha256(picture.tobytes()).hexdigest()[:16] for picture in pictures]
    missing = {
        key: picture
        for key, picture in zip(keys, pictures, strict=True)
        if not (MESHES / f"{key}.npy").is_file()
    }
    if missing:
        _measure(missing)
    found = [np.load(MESHES / f"{key}.npy") for key in keys]
    return [mesh if np.isfinite(mesh).all() else None for mesh in found]


def _measure(pictures: dict[str, NDArray[np.uint8]]) -> None:
    MESHES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for key, picture in pictures.items():
            folder = Path(scratch) / key
            folder.mkdir()
            for index in range(_REPEATS):
                Image.fromarray(picture).save(folder / f"{index}.png", compress_level=1)
        tracks = track(Path(scratch), workers=2)
        for key, picture in pictures.items():
            sees = max(picture.shape[:2]) / 640  # the tool reduces what is larger
            np.save(MESHES / f"{key}.npy", tracks[key].mesh[-1] * np.float32(max(1.0, sees)))


@lru_cache(maxsize=1)
def _known() -> tuple[Likeness, ...]:
    """Those whose picture is sharp enough and looks ahead, the better drawn ones first."""
    if not SHARED.is_dir():
        return ()
    candidates = [
        *sorted((SHARED / "faces" / "human-samples").glob("*/*-1.jpg")),
        *[min(folder.glob("*.jpg")) for folder in sorted((SHARED / "lfw").iterdir())[:_LOOKED_AT]],
    ]
    likenesses = [Likeness(path.parent.name, path=str(path.relative_to(SHARED))) for path in candidates]
    pictures = [likeness.picture() for likeness in likenesses]
    measured = meshes(pictures)
    found = [
        (_sharpness(picture, mesh), likeness)
        for likeness, picture, mesh in zip(likenesses, pictures, measured, strict=True)
        if mesh is not None and _serves(mesh) and _shows_eyes(picture, mesh)
    ]
    return tuple(likeness for _, likeness in sorted(found, key=lambda one: -one[0]))


def _sharpness(picture: NDArray[np.uint8], mesh: NDArray[np.float32]) -> float:
    """Of the eyes, at the size at which a camera shows them."""
    left, upper = np.floor(mesh[[33, 70, 105], :2].min(axis=0)).astype(int)
    right, lower = np.ceil(mesh[[263, 330, 347], :2].max(axis=0)).astype(int)
    eyes = cv2.cvtColor(picture[max(upper, 0) : lower, max(left, 0) : right], cv2.COLOR_RGB2GRAY)
    shown = cv2.resize(
        eyes, (150, max(8, round(150 * eyes.shape[0] / eyes.shape[1]))), interpolation=cv2.INTER_AREA
    )
    mean = max(1.0, float(shown.mean()))
    return float(cv2.Laplacian(shown, cv2.CV_64F).var()) / mean**2


def _shows_eyes(picture: NDArray[np.uint8], mesh: NDArray[np.float32]) -> bool:
    """Not behind dark glasses: eyes and what is around them are not far darker than the cheeks."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 3)

    def light(points: Sequence[int]) -> float:
        where = np.clip(np.round(mesh[list(points), :2]).astype(int), 0, np.array(grey.shape[::-1]) - 1)
        return float(grey[where[:, 1], where[:, 0]].mean())

    return light((159, 145, 386, 374, 23, 253)) >= _LEAST_EYE_LIGHT * light((50, 280))


def _serves(mesh: NDArray[np.float32]) -> bool:
    """Whether a picture looks ahead, with enough detail and open eyes."""
    mesh_points = json.loads(SHAPE.read_text(encoding="utf-8"))["mesh_points"]
    points = mesh[mesh_points, :2].astype(np.float64)
    yaw, pitch = poses_of(points[None, RIGID]).turns_from(np.eye(3))[0]
    across = np.linalg.norm(mesh[263, :2] - mesh[33, :2])
    looks_ahead = abs(yaw) <= _MOST_YAW_DEG and _PITCH_DEG[0] <= pitch <= _PITCH_DEG[1]
    lids = lid_ratios(points[None]).min()
    return bool(looks_ahead and across >= _LEAST_ACROSS_PX and lids >= _LEAST_LIDS)


def _cut(view: View) -> NDArray[np.uint8]:
    picture = load(view.picture)
    (left_x, left_y), (right_x, right_y) = view.eyes
    unit = float(np.hypot(right_x - left_x, right_y - left_y))
    middle = ((left_x + right_x) / 2, (left_y + right_y) / 2)
    box = (
        max(0, round(middle[0] - _AROUND[0] * unit)),
        max(0, round(middle[1] - _AROUND[1] * unit)),
        min(picture.width, round(middle[0] + _AROUND[2] * unit)),
        min(picture.height, round(middle[1] + _AROUND[3] * unit)),
    )
    return np.asarray(picture.crop(box))
