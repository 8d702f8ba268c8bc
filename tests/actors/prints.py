"""Attackers with a photograph on paper: flat, bent, with holes for their own eyes, moved in the hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.actors.head import EYES, ORIGIN, PIVOT, SPAN, TEXELS
from tests.actors.live import Performance, Performer, Posture, settled, some_camera
from tests.actors.motion import Temper
from tests.actors.surfaces import Sheet

if TYPE_CHECKING:
    from tests.actors.camera import Camera, Layer
    from tests.actors.cues import Cue
    from tests.actors.head import Head
    from tests.actors.optics import Floats, Pixels

# Of the cylinders that paper is bent on, in units: 6, 8, 12 and 20 cm.
RADII: Final = (0.95, 1.27, 1.9, 3.2)
_PAPER: Final = (-1.75, -1.9, 1.75, 2.6)  # life-size: 22 by 28 cm
_BEHIND: Final = 0.45  # the attacker's eyes behind the holes: a nose keeps the paper 3 cm off
_QUARTER_TURN: Final = 1.45  # of a cylinder, in radians: what is further round is not seen


@dataclass(frozen=True, kw_only=True)
class Held:
    """A print as a body.

    Attributes:
        sheet: The paper.
        behind: Whose eyes look through its holes, if it has some.
    """

    sheet: Sheet
    behind: Head | None = None

    def layers(self, posture: Posture, at_s: float, camera: Camera) -> list[Layer]:
        """As `Body`."""
        del at_s
        layers = []
        if self.behind is not None:
            face = replace(posture.pose, distance=posture.pose.distance + _BEHIND)
            layers.append(self.behind.draw(face, closed=posture.closed, light=camera.light_from))
        return [*layers, self.sheet.draw(posture.pose)]


def paper(victim: Head, *, radius: float = float("inf"), upright: bool = True, holes: bool = False) -> Sheet:
    """Print a person's picture, life-size.

    Args:
        victim: Who is on it.
        radius: Of the cylinder that it is bent on, in units of 63 mm; infinite is flat.
        upright: Whether the cylinder's axis is vertical.
        holes: Whether the eyes are cut out.
    """
    left, upper, right, lower = _PAPER
    if not np.isinf(radius):
        reach = _QUARTER_TURN * abs(radius)
        if upright:
            left, right = max(left, -reach), min(right, reach)
        else:
            upper, lower = max(upper, -reach), min(lower, reach)
    rows = slice(round((upper - SPAN[1]) * TEXELS), round((lower - SPAN[1]) * TEXELS))
    columns = slice(round((left - SPAN[0]) * TEXELS), round((right - SPAN[0]) * TEXELS))
    # Ink on paper has neither the black nor the white of the picture.
    printed = np.asarray(cv2.convertScaleAbs(victim.texture[rows, columns], alpha=0.86, beta=16))
    cover = _cut_eyes(victim, rows, columns) if holes else None
    return Sheet(
        picture=np.ascontiguousarray(printed),
        cover=cover,
        span=(left, upper, right, lower),
        radius=radius,
        upright=upright,
    )


def flat(victim: Head, *, seed: int) -> Performance:
    """A flat print, held up and kept as still as a hand can."""
    return _held(Held(sheet=paper(victim)), seed=seed, follows=False)


def tilted(victim: Head, *, seed: int) -> Performance:
    """A flat print, tilted in the hand to follow the dots: further than asked, for it shows less."""
    return _held(Held(sheet=paper(victim)), seed=seed, follows=True, gain=(1.0, 1.7))


def bent(victim: Head, *, seed: int, radius: float | None = None, upright: bool | None = None) -> Performance:
    """A print bent round a cylinder, turned to follow the dots."""
    rng = np.random.default_rng((7, seed))
    size = float(rng.choice(RADII)) if radius is None else radius
    axis = bool(rng.random() < 0.65) if upright is None else upright
    return _held(
        Held(sheet=paper(victim, radius=size, upright=axis)), seed=seed, follows=True, gain=(0.9, 1.4)
    )


def eye_holes(victim: Head, attacker: Head, *, seed: int) -> Performance:
    """A print before the face, with the attacker's own living eyes behind its holes; turned with the head."""
    # The paper is tied to the head and turns with it.
    x, y, z = PIVOT
    held = Held(sheet=replace(paper(victim, holes=True), pivot=(x, y, z - _BEHIND)), behind=attacker)
    return _held(held, seed=seed, follows=True, gain=(1.0, 1.4), blinks=True)


def _held(
    body: Held, *, seed: int, follows: bool, gain: tuple[float, float] = (1.0, 1.0), blinks: bool = False
) -> Performance:
    rng = np.random.default_rng((20261127, seed))
    drawn = Temper.of(rng)
    # An arm that holds something up sways more than a head that rests on its neck.
    temper = replace(drawn, sway_deg=drawn.sway_deg * 1.6)
    performer = Hand(
        rng, rest=settled(rng), temper=temper, blinks=blinks, follows=follows, reach=float(rng.uniform(*gain))
    )
    return Performance(body, performer, some_camera(rng))


class Hand(Performer):
    """Moves what it holds as a head would move, or does not.

    Args:
        follows: Whether it follows the page at all.
        reach: Factor on every turn.
    """

    def __init__(self, *args: object, follows: bool, reach: float = 1.0, **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self._follows = follows
        self._reach = reach

    def see(self, cue: Cue, at_s: float) -> None:
        """As a person who turns something in the hand."""
        if self._follows:
            super().see(
                replace(cue, yaw_deg=cue.yaw_deg * self._reach, pitch_deg=cue.pitch_deg * self._reach), at_s
            )

    def hear(self, hint: str, at_s: float) -> None:
        """Likewise."""
        if self._follows:
            super().hear(hint, at_s)

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """Likewise: whoever tilts a print watches the page, too."""
        if self._follows:
            super().steer(off, at_s)


def _cut_eyes(victim: Head, rows: slice, columns: slice) -> Floats:
    cover: Pixels = np.full(victim.texture.shape[:2], 255, dtype=np.uint8)
    for upper, lower in EYES:
        outline = victim.mesh[[*upper, *reversed(lower)], :2]
        grown = outline.mean(axis=0) + 1.2 * (outline - outline.mean(axis=0))
        where = np.round(grown * TEXELS + np.array(ORIGIN)).astype(np.int32)
        cv2.fillPoly(cover, [where], 0, lineType=cv2.LINE_AA)
    return np.ascontiguousarray(cover[rows, columns].astype(np.float32) / 255)
