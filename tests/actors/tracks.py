"""Clips through the product's own landmark model, outside a browser: `npm run track`, read back."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.actors.pictures import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER: Final = 1_000_000  # frames between two looks of the detector, where only the mesh is of interest


@dataclass(frozen=True, kw_only=True)
class Track:
    """What the landmark model made of one clip; NaN where it found nobody.

    Attributes:
        mesh: (frames, 468, 3) in pixels of the frame.
        landmarks: (frames, 68, 2) of face-api, in pixels; NaN in frames it was not asked about.
        signals: (frames, 5).
        sharpness: (frames,); NaN as landmarks.
    """

    mesh: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    signals: NDArray[np.uint8]
    sharpness: NDArray[np.float32]


def track(folder: Path, *, look_every: int = NEVER, workers: int = 1) -> dict[str, Track]:
    """Track every clip under a folder.

    Args:
        folder: Of .y4m files, and of folders of pictures.
        look_every: Every which frame face-api's detector and 68 landmarks look at.
        workers: Threads.

    Returns:
        By the clip's path under the folder.
    """
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "track.npz"
        words = ["npm", "run", "--silent", "track", "--", str(folder), str(out)]
        subprocess.run(  # noqa: S603 - our own command
            [*words, "--look", str(look_every), "--workers", str(workers)],
            check=True,
            cwd=ROOT,
            capture_output=True,
        )
        with np.load(out) as file:
            return _split(file)


def _split(file: np.lib.npyio.NpzFile) -> dict[str, Track]:
    ends = np.cumsum(file["length"])
    mesh = file["mesh"].reshape(-1, 468, 3)
    landmarks = file["landmarks"].reshape(-1, 68, 2)
    signals, sharpness = file["signals"], file["sharpness"]
    tracks: dict[str, Track] = {}
    for path, length, end in zip(file["path"].tolist(), file["length"], ends, strict=True):
        own = slice(int(end - length), int(end))
        tracks[str(path)] = Track(
            mesh=mesh[own], landmarks=landmarks[own], signals=signals[own], sharpness=sharpness[own]
        )
    return tracks
