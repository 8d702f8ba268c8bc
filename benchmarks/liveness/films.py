"""Video files of any kind as the y4m that Chromium's fake camera plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image, ImageSequence

from tests.actors.y4m import frame_bytes, header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

KINDS: Final = frozenset({".gif", ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".y4m", ".mjpeg"})
WIDTH, HEIGHT = 640, 480
MOST_SECONDS: Final = 20.0
USUAL_RATE: Final = 15.0
# Of the frame's width, between the eyes: where the page's guidance is content (site/sdk/guidance/bar.ts).
_INTER_OCULAR: Final = 0.16
_SMALL: Final = 0.11
_EYES_AT: Final = (0.5, 0.42)  # of the frame


class ClipError(ValueError):
    """A file that is no video, or none with frames."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """A video, read.

    Attributes:
        frames: (rows, columns, 3) RGB each, all of one size.
        rate: frames a second.
    """

    frames: list[Pixels]
    rate: float


def read_film(path: Path) -> Film:
    """Read a video file.

    Raises:
        ClipError: it has no frames that can be read.
    """
    film = _read_gif(path) if path.suffix.lower() == ".gif" else _read_video(path)
    if not film.frames:
        raise ClipError(f"{path.name} has no frames that can be read")
    return film


def write_film(film: Film, path: Path, *, eyes: NDArray[np.float64] | None = None) -> float:
    """Write the y4m, looped there and back so that nothing jumps where it begins again.

    Args:
        film: what is written, in the middle of a frame of the camera's size.
        path: where to.
        eyes: (2, 2) places of both eyes in the film's pixels, if known: a face that is too small for the page
            is enlarged until it is not, since a person would come closer.

    Returns:
        By how much the film was enlarged.
    """
    rows, columns = film.frames[0].shape[:2]
    scale = min(WIDTH / columns, HEIGHT / rows)
    middle = np.array([columns / 2, rows / 2])
    place = np.array([WIDTH / 2, HEIGHT / 2])
    if eyes is not None:
        apart = float(np.linalg.norm(eyes[1] - eyes[0]))
        if apart * scale < _SMALL * WIDTH:
            scale = _INTER_OCULAR * WIDTH / apart
            middle, place = eyes.mean(axis=0), np.array([_EYES_AT[0] * WIDTH, _EYES_AT[1] * HEIGHT])
    move = np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]])
    move[:, 2] = place - scale * middle
    rate = round(film.rate)
    with path.open("wb") as file:
        file.write(header(rate))
        there = film.frames[: round(MOST_SECONDS * film.rate)]
        for frame in [*there, *there[-2:0:-1]]:
            shown = cv2.warpAffine(
                frame, move, (WIDTH, HEIGHT), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            )
            file.write(frame_bytes(np.asarray(shown, dtype=np.uint8)))
    return float(scale)


def _read_gif(path: Path) -> Film:
    with Image.open(path) as picture:
        durations, frames = [], []
        for frame in ImageSequence.Iterator(picture):
            durations.append(float(frame.info.get("duration", 0)))
            frames.append(np.asarray(frame.convert("RGB")))
    known = [duration for duration in durations if duration > 0]
    return Film(frames=frames, rate=1000 / float(np.median(known)) if known else USUAL_RATE)


def _read_video(path: Path) -> Film:
    video = cv2.VideoCapture(str(path))
    try:
        rate = float(video.get(cv2.CAP_PROP_FPS))
        rate = rate if 1 <= rate <= 240 else USUAL_RATE  # noqa: PLR2004 -- what a container may claim
        return Film(frames=list(_frames(video, round(MOST_SECONDS * rate))), rate=min(rate, 60.0))
    finally:
        video.release()


def _frames(video: cv2.VideoCapture, most: int) -> Iterator[Pixels]:
    for _ in range(most):
        read, frame = video.read()
        if not read:
            return
        yield np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), dtype=np.uint8)
