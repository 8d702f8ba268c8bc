"""Attackers with a screen: phone, tablet, monitor, showing a picture or a film of a different ceremony.

The grid of subpixels is not sampled, which would invent moire, but integrated over each pixel of the camera:
a stripe pattern is a Fourier series, and a pixel's aperture and the lens take a known share of each of its
terms. That is what super-sampling tends to as its factor grows (a test compares the two).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.actors.camera import Camera
from tests.actors.cues import Cue
from tests.actors.head import SPAN, TEXELS
from tests.actors.live import LivingHead, Performance, Performer, Posture, settled, some_camera
from tests.actors.motion import Temper
from tests.actors.optics import HEIGHT, IOD_MM, WIDTH, Pose
from tests.actors.prints import Hand
from tests.actors.surfaces import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actors.camera import Layer
    from tests.actors.head import Head
    from tests.actors.optics import Floats, Pixels

    Content = Callable[[float], Pixels]

_HARMONICS: Final = 3
_DUTY: Final = 0.28  # of the pitch that one subpixel lights
_LENS_PX: Final = 0.4  # blur before the sensor, in its pixels
_GAMMA: Final = 2.2
_FACE_SHARE: Final = 0.19  # of the screen's width, between the eyes of the face on it


@dataclass(frozen=True, kw_only=True)
class Device:
    """A kind of screen.

    Attributes:
        name: What it is called.
        width_mm: Of the lit area.
        height_mm: Likewise.
        pitch_mm: From one pixel to the next.
        bezel_mm: Of the dark frame round it.
        black: What it emits where it shows black, of its white.
        band: Amplitude of the bands that refresh and shutter make together.
        gloss: Of the reflection in it.
    """

    name: str
    width_mm: float
    height_mm: float
    pitch_mm: float
    bezel_mm: float
    black: float
    band: float
    gloss: float


PHONE: Final = Device(
    name="phone", width_mm=68, height_mm=147, pitch_mm=0.063, bezel_mm=3, black=0.004, band=0.03, gloss=0.07
)
TABLET: Final = Device(
    name="tablet", width_mm=160, height_mm=228, pitch_mm=0.096, bezel_mm=9, black=0.01, band=0.015, gloss=0.08
)
MONITOR: Final = Device(
    name="monitor",
    width_mm=531,
    height_mm=299,
    pitch_mm=0.277,
    bezel_mm=14,
    black=0.02,
    band=0.01,
    gloss=0.02,
)
DEVICES: Final = {device.name: device for device in (PHONE, TABLET, MONITOR)}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A screen as a body.

    Attributes:
        device: What kind.
        content: What it shows at a time, RGB, to fill it.
        phase: Of its refresh.
    """

    device: Device
    content: Content
    phase: float = 0.0

    def layers(self, posture: Posture, at_s: float, camera: Camera) -> list[Layer]:
        """As `Body`."""
        del camera
        width, height = self.device.width_mm / IOD_MM, self.device.height_mm / IOD_MM
        edge = self.device.bezel_mm / IOD_MM
        picture = self.content(at_s)
        lit = Sheet(picture=picture, span=(-width / 2, -height / 2, width / 2, height / 2), pivot=(0, 0.3, 0))
        frame = Sheet(
            picture=np.full((8, 8, 3), 22, dtype=np.uint8),
            span=(-width / 2 - edge, -height / 2 - edge, width / 2 + edge, height / 2 + edge),
            pivot=lit.pivot,
        )
        return [frame.draw(posture.pose), self._emit(lit, picture, posture.pose, at_s)]

    def _emit(self, lit: Sheet, picture: Pixels, pose: Pose, at_s: float) -> Layer:
        across, down, box = lit.places(pose)
        drawn, cover, _ = lit.draw(pose, picture)
        linear = (drawn.astype(np.float32) / 255) ** np.float32(_GAMMA)
        linear = linear * np.array((0.97, 1.0, 1.06), dtype=np.float32) + np.float32(self.device.black)
        pitch = self.device.pitch_mm / IOD_MM
        linear *= grid(across / np.float32(pitch), down / np.float32(pitch))
        rows = np.arange(box[1], box[3], dtype=np.float32)[:, None, None]
        linear *= 1 + np.float32(self.device.band) * np.sin(
            2 * np.pi * (rows / 190 + 7.3 * at_s + self.phase)
        ).astype(np.float32)
        linear += self._reflection(pose, box)
        colour = 255 * np.clip(linear, 0, 1) ** np.float32(1 / _GAMMA)
        return np.asarray(colour, dtype=np.uint8), cover, box

    def _reflection(self, pose: Pose, box: tuple[int, int, int, int]) -> Floats:
        """A window's reflection: it runs over the glass twice as fast as the glass tilts."""
        x = np.arange(box[0], box[2], dtype=np.float32)[None, :] - (WIDTH * 0.62 + 22 * pose.yaw_deg)
        y = np.arange(box[1], box[3], dtype=np.float32)[:, None] - (HEIGHT * 0.25 - 22 * pose.pitch_deg)
        spot = np.exp(-((x / 60) ** 4)) * np.exp(-((y / 80) ** 4))
        return np.asarray(np.float32(self.device.gloss) * spot[..., None], dtype=np.float32)


def grid(column: Floats, row: Floats) -> Floats:
    """Share of each colour's mean light that each camera pixel takes from a grid of stripes.

    Args:
        column: (rows, columns) where on the screen each pixel of the camera looks, in screen pixels.
        row: Likewise, downwards.

    Returns:
        (rows, columns, 3), one on average.
    """
    column_rates = _rates(column)
    row_rates = _rates(row)
    lines = 1 + _series(row + 0.5, row_rates, duty=0.9)
    light = np.empty((*column.shape, 3), dtype=np.float32)
    for channel in range(3):
        centre = (channel + 0.5) / 3
        light[..., channel] = (1 + _series(column - np.float32(centre), column_rates, duty=_DUTY)) * lines
    return light


def _series(place: Floats, rates: tuple[float, float], *, duty: float) -> Floats:
    total = np.zeros_like(place)
    for order in range(1, _HARMONICS + 1):
        share = np.sinc(order * duty)
        for rate in rates:
            share *= np.sinc(order * rate) * np.exp(-2 * (np.pi * _LENS_PX * order * rate) ** 2)
        if abs(share) > 1e-4:
            total += np.float32(2 * share) * np.cos(np.float32(2 * np.pi * order) * place)
    return total


def _rates(place: Floats) -> tuple[float, float]:
    """Screen pixels to one camera pixel, along its rows and down its columns, in the middle of the screen."""
    rows, columns = place.shape
    middle = place[rows // 4 : -(rows // 4) or None, columns // 4 : -(columns // 4) or None]
    return float(np.abs(np.diff(middle, axis=1)).mean()), float(np.abs(np.diff(middle, axis=0)).mean())


def still(victim: Head, device: Device, *, seed: int, follows: bool = True) -> Performance:
    """A screen that shows the victim's picture, tilted in the hand to follow the dots."""
    content = _Picture(_fitted(victim, device))
    return _held(Shown(device=device, content=content, phase=seed * 0.37), seed=seed, follows=follows)


@dataclass(frozen=True)
class _Picture:
    """Content that never changes."""

    picture: Pixels

    def __call__(self, at_s: float) -> Pixels:
        del at_s
        return self.picture


def replay(victim: Head, device: Device, *, seed: int) -> Performance:
    """A screen that replays a film of the victim doing what another script asked."""
    film = another_ceremony(victim, seed=seed)
    return _held(
        Shown(device=device, content=lambda at_s: _cropped(film(at_s), device), phase=seed * 0.37),
        seed=seed,
        follows=False,
    )


def another_ceremony(victim: Head, *, seed: int) -> Content:
    """A film of the victim who follows a script of the attacker's own drawing, over and over."""
    rng = np.random.default_rng((11, seed))
    performer = Performer(rng, rest=settled(rng))
    camera = Camera(noise_sd=1.0, blur_px=0.3, jpeg=85, seed=seed)
    filmed = Performance(LivingHead(victim), performer, camera)
    planned: list[float] = [float(rng.uniform(0.0, 1.0))]

    def content(at_s: float) -> Pixels:
        while planned[-1] <= at_s:
            filmed.see(_drawn_cue(rng), planned[-1])
            planned.append(planned[-1] + float(rng.uniform(1.1, 1.8)))
        return filmed.frame(at_s)

    return content


def _drawn_cue(rng: np.random.Generator) -> Cue:
    choice = rng.random()
    if choice < 0.2:
        return Cue(kind="close_eyes", duration_ms=float(rng.integers(7, 15) * 100))
    if choice < 0.45:
        return Cue(kind="look")
    angle = np.radians(45 * int(rng.integers(8)))
    extent = float(rng.choice((16, 19, 22)))
    return Cue(kind="turn", yaw_deg=extent * float(np.cos(angle)), pitch_deg=extent * float(np.sin(angle)))


def _held(body: Shown, *, seed: int, follows: bool) -> Performance:
    rng = np.random.default_rng((20261128, seed))
    drawn = Temper.of(rng)
    # At the distance at which the face on it is as large as a person's.
    face_mm = _face_mm(body.device)
    distance = settled(rng).distance * face_mm / IOD_MM
    rest = replace(settled(rng), distance=distance, x=0.0, y=float(rng.normal(0, 0.02)))
    is_stood = body.device is MONITOR
    performer = Hand(
        rng,
        rest=rest,
        temper=replace(drawn, sway_deg=0.02 if is_stood else drawn.sway_deg * 1.3),
        blinks=False,
        follows=follows and not is_stood,
        reach=float(rng.uniform(1.0, 1.5)),
    )
    return Performance(body, performer, some_camera(rng))


def _face_mm(device: Device) -> float:
    """Between the eyes of the face on it."""
    return min(_FACE_SHARE * device.width_mm / 0.68, 0.21 * device.height_mm, IOD_MM)


def _fitted(victim: Head, device: Device) -> Pixels:
    """The victim's picture as the screen shows it: filling it, black where there is none."""
    units_across = device.width_mm / _face_mm(device)
    units_down = device.height_mm / _face_mm(device)
    rows, columns = round(units_down * TEXELS), round(units_across * TEXELS)
    start = np.array([units_across / 2 + SPAN[0], units_down / 2 + SPAN[1] - 0.4]) * TEXELS
    move = np.array([[1.0, 0.0, start[0]], [0.0, 1.0, start[1]]])
    return np.asarray(cv2.warpAffine(victim.texture, move, (columns, rows)), dtype=np.uint8)


def _cropped(film: Pixels, device: Device) -> Pixels:
    """A film of 640 x 480, cut to the screen's shape, as large as it goes."""
    share = device.width_mm / device.height_mm
    width = min(WIDTH, round(HEIGHT * share))
    height = min(HEIGHT, round(WIDTH / share))
    left, upper = (WIDTH - width) // 2, (HEIGHT - height) // 2
    return np.ascontiguousarray(film[upper : upper + height, left : left + width])
