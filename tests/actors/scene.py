"""Render takes to frames: a room, the people in it, their small motions, the lens and the sensor."""

from __future__ import annotations

from cmath import exp as phasor
from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi, radians, sin, tau
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageFilter

from tests.actors import portrait as cutout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.actors.takes import Subject, Take

WIDTH: Final = 640
HEIGHT: Final = 480

# Of a seated person: measured on nobody, chosen below what guidance calls moving (a part in 400 of the
# frame) and far above what a still picture shows.
_SWAY_PX: Final = 1.3
_ROLL_DEG: Final = 0.5
_BREATH: Final = 0.006


@dataclass(frozen=True)
class Frame:
    """One frame, 4:2:0, BT.601, limited range: luminance (480, 640), chroma (240, 320) each."""

    y: NDArray[np.uint8]
    cb: NDArray[np.uint8]
    cr: NDArray[np.uint8]


def render(take: Take, *, rate: int, rng: np.random.Generator) -> Iterator[Frame]:
    """Render a take frame by frame; where nobody moves, its last frame leads back to its first."""
    count = max(2, round(take.seconds * rate))
    room = _room(take.backdrop)
    exposure = [min(255, round(level * take.light)) for level in range(256)] * 3
    for index in range(count):
        picture = room.copy()
        for place, subject in enumerate(_on_the_way(take, index / count)):
            _stand(picture, subject, phase=index / count + 0.37 * place, motion=take.motion)
        picture = picture.point(exposure)
        if take.side_light != 1:
            picture = _shaded(picture, take.side_light)
        if take.blur_px:
            picture = picture.filter(ImageFilter.GaussianBlur(take.blur_px))
        yield _expose(picture, noise_sd=take.noise_sd, rng=rng)


def _on_the_way(take: Take, share: float) -> tuple[Subject, ...]:
    """Where everybody is after a share of the take: people start and stop softly."""
    if not take.towards:
        return take.subjects
    eased = share * share * (3 - 2 * share)

    def between(start: float, end: float) -> float:
        return start + eased * (end - start)

    return tuple(
        replace(
            start,
            inter_ocular_px=between(start.inter_ocular_px, end.inter_ocular_px),
            centre=(between(start.centre[0], end.centre[0]), between(start.centre[1], end.centre[1])),
            # Whole degrees: each turn is a warp of its own.
            yaw_deg=float(round(between(start.yaw_deg, end.yaw_deg))),
            roll_deg=between(start.roll_deg, end.roll_deg),
        )
        for start, end in zip(take.subjects, take.towards, strict=True)
    )


@lru_cache(maxsize=4)
def _room(luminance: int) -> Image.Image:
    """A wall, lighter to one side, with a door frame: an empty room is not an empty picture."""
    wall = np.linspace(luminance * 1.08, luminance * 0.86, WIDTH)[None, :, None] * np.ones((HEIGHT, 1, 3))
    wall[:, 40:46] *= 0.8
    wall[:, 590:598] *= 0.75
    wall[430:436] *= 0.82
    wall *= (1.0, 0.985, 0.955)
    return Image.fromarray(wall.clip(0, 255).astype(np.uint8))


def _stand(picture: Image.Image, subject: Subject, *, phase: float, motion: float) -> None:
    person = cutout.portrait(subject.person.views[subject.view], yaw_deg=subject.yaw_deg)
    scale = subject.inter_ocular_px / cutout.IOD
    if scale < 1:  # a lens averages what it makes smaller; sampling alone would alias
        person = person.filter(ImageFilter.GaussianBlur(0.45 * (1 / scale - 1)))
    scale *= 1 + motion * _BREATH * sin(tau * phase)
    roll = radians(subject.roll_deg + motion * _ROLL_DEG * sin(tau * phase + pi / 3))
    where = complex(
        subject.centre[0] * WIDTH + motion * _SWAY_PX * sin(tau * phase + 1.1),
        subject.centre[1] * HEIGHT + motion * 0.7 * _SWAY_PX * sin(2 * tau * phase),
    )
    # Rotation and scale from frame to cut-out in one complex number; the eyes go where they belong.
    back = phasor(-1j * roll) / scale
    origin = complex(*cutout.EYES) - back * where
    placed = person.transform(
        (WIDTH, HEIGHT),
        Image.Transform.AFFINE,
        (back.real, -back.imag, origin.real, back.imag, back.real, origin.imag),
        Image.Resampling.BICUBIC,
    )
    picture.paste(placed, (0, 0), placed)


def _shaded(picture: Image.Image, at_the_left: float) -> Image.Image:
    # Full light right of the middle, shadow left of it, and a soft edge as a nose and a cheek throw it.
    across = ((np.arange(WIDTH) / WIDTH - 0.4) / 0.2).clip(0, 1)[None, :, None]
    light = at_the_left + (1 - at_the_left) * across
    return Image.fromarray((np.asarray(picture, dtype=np.float64) * light).astype(np.uint8))


def _expose(picture: Image.Image, *, noise_sd: float, rng: np.random.Generator) -> Frame:
    full = picture.convert("YCbCr")
    luma, blue, red = full.split()
    noise = _noise(noise_sd)
    top, left = (int(offset) for offset in rng.integers(0, 128, size=2))
    y = np.asarray(luma, dtype=np.int16) + noise[top : top + HEIGHT, left : left + WIDTH]
    limited = 16 + y.clip(0, 255) * np.float32(219 / 255)
    return Frame(y=limited.astype(np.uint8), cb=_chroma(blue), cr=_chroma(red))


def _chroma(channel: Image.Image) -> NDArray[np.uint8]:
    halved = np.asarray(channel.reduce(2), dtype=np.float32)
    return np.asarray(128 + (halved - 128) * np.float32(224 / 255), dtype=np.float32).astype(np.uint8)


@lru_cache(maxsize=8)
def _noise(standard_deviation: float) -> NDArray[np.int16]:
    """One field of noise, larger than a frame: each frame looks at another part of it."""
    rng = np.random.default_rng(20261123)
    field = rng.normal(0, standard_deviation, (HEIGHT + 128, WIDTH + 128))
    return np.asarray(field.round().astype(np.int16))
