"""A person who follows what the page shows, as people do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from tests.actors.camera import Camera
from tests.actors.motion import Blinks, Joint, Temper, Tremor
from tests.actors.optics import Pose

if TYPE_CHECKING:
    from tests.actors.camera import Layer
    from tests.actors.cues import Cue
    from tests.actors.head import Head
    from tests.actors.optics import Pixels

VIEWS: Final = {"straight": (0.0, 1.0), "left": (16.0, 1.0), "right": (-16.0, 1.0), "closer": (0.0, 1.24)}
_PUSH: Final = 1.12  # further, when the page is not satisfied
_SIDES: Final = {"turn-left": 1.0, "turn-right": -1.0}  # the person's left is the picture's right
_FURTHER: Final = {"turn-more": _PUSH, "turn-less": 0.88}
_NEARER: Final = {"come-closer": 1.09, "too-far": 1.07, "move-back": 0.93, "too-close": 0.93}
_GOOD_ENOUGH_DEG: Final = 2.5
_SEES_AGAIN_S: Final = 0.55  # after a move, until the page shows where it led and the eye takes it in
_FARTHEST_DEG: Final = 32.0  # nobody turns further and still sees the page
# Told that they do not look straight ahead, people try a little to either side, then a little more.
_TRIED_AHEAD_DEG: Final = (4.0, -4.0, 8.0, -8.0)


@dataclass(frozen=True, kw_only=True)
class Posture:
    """How a body stands at one moment."""

    pose: Pose
    closed: float


class Performer:
    """Turns cues into postures over time; what it moves may be a head, or a print in a hand.

    Args:
        rng: Draws everything about it.
        rest: Where it is before anything is asked.
        temper: How it follows; drawn if not given.
        blinks: Whether its lids go down by themselves.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        rest: Pose | None = None,
        temper: Temper | None = None,
        blinks: bool = True,
    ) -> None:
        self._rng = rng
        self.rest = rest or settled(rng)
        self.temper = temper or Temper.of(rng)
        self._yaw, self._pitch, self._nearer, self._lids = Joint(), Joint(), Joint(1.0), Joint()
        self._tremors = [Tremor.of(rng) for _ in range(6)]
        self._blinks = Blinks(rng) if blinks else None
        self._goal = self._ahead = (0.0, 0.0)
        self._tried = 0
        self._busy_until_s = 0.0

    def see(self, cue: Cue, at_s: float) -> None:
        """Begin to do it, after a while."""
        start = at_s + self._lag()
        if cue.kind == "turn":
            self._aim(self._ahead[0] + cue.yaw_deg, self._ahead[1] + cue.pitch_deg, start)
        elif cue.kind == "close_eyes":
            self._lids.go(1.0, start_s=start, seconds=0.11)
            self._busy_until_s = start + 0.3
            if cue.duration_ms:
                self._lids.go(0.0, start_s=start + cue.duration_ms / 1000 + self._lag(), seconds=0.16)
            return
        elif cue.kind == "view":
            yaw, scale = VIEWS[cue.view]
            self._aim(self._ahead[0] + yaw, self._ahead[1], start)
            self._nearer.go(scale, start_s=start, seconds=0.7)
        elif cue.kind == "closer":
            self._nearer.go(cue.scale * float(self._rng.normal(1.03, 0.02)), start_s=start, seconds=0.8)
            self._busy_until_s = start + 0.9
        else:
            self._aim(*self._ahead, start)
            self._nearer.go(1.0, start_s=start, seconds=0.7)
        if self._lids.at(at_s) > 0:
            self._lids.go(0.0, start_s=start, seconds=0.16)

    def hear(self, hint: str, at_s: float) -> None:
        """Do what was asked a little differently; who has just begun to do so is not told twice."""
        start = at_s + self._lag()
        if hint == "look-again" and self._goal != self._ahead:
            self._aim(*self._ahead, start)
            self._nearer.go(1.0, start_s=start, seconds=0.7)
        if at_s < self._busy_until_s:
            return
        yaw, pitch = self._goal
        if hint == "open-eyes":
            self._lids.go(0.0, start_s=start, seconds=0.16)
            self._busy_until_s = start + 0.2
        elif hint == "close-eyes" and self._lids.at(at_s) < 0.5:
            self._lids.go(1.0, start_s=start, seconds=0.11)
            self._busy_until_s = start + 0.3
        elif hint in _SIDES:
            further = _PUSH * yaw if yaw * _SIDES[hint] > 0 else VIEWS["left"][0] * _SIDES[hint]
            self._aim(further, 0.0, start)
        elif hint in _FURTHER:
            self._aim(yaw * _FURTHER[hint], pitch * _FURTHER[hint], start)
        elif hint == "other-way":
            self._aim(yaw, pitch, start)
        elif hint == "not-frontal":
            self._ahead = (_TRIED_AHEAD_DEG[self._tried % len(_TRIED_AHEAD_DEG)], 0.0)
            self._tried += 1
            self._aim(*self._ahead, start)
        elif hint in _NEARER:
            near = self._nearer.at(at_s) * _NEARER[hint]
            self._nearer.go(near, start_s=start, seconds=0.4)
            self._busy_until_s = start + 0.5

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """Correct a turn by what is seen: how far the nose is from the dot, degrees to the right and up."""
        if at_s < self._busy_until_s or float(np.hypot(*off)) < _GOOD_ENOUGH_DEG:
            return
        share = float(self._rng.uniform(0.7, 1.0))
        self._goal = (_bounded(self._goal[0] + share * off[0]), _bounded(self._goal[1] + share * off[1]))
        self._busy_until_s = self._move(self._goal, at_s + self._lag(), 0.3) + _SEES_AGAIN_S

    def posture(self, at_s: float) -> Posture:
        """How it stands now."""
        sway = [tremor.at(at_s) for tremor in self._tremors]
        amplitude = self.temper.sway_deg
        rest = self.rest
        pose = Pose(
            yaw_deg=rest.yaw_deg + self._yaw.at(at_s) + amplitude * sway[0],
            pitch_deg=rest.pitch_deg + self._pitch.at(at_s) + amplitude * sway[1],
            roll_deg=rest.roll_deg + 0.07 * self._yaw.at(at_s) + 0.7 * amplitude * sway[2],
            x=rest.x + 0.02 * sway[3],
            y=rest.y + 0.015 * sway[4],
            distance=rest.distance / self._nearer.at(at_s) * (1 + 0.004 * sway[5]),
        )
        blink = self._blinks.at(at_s) if self._blinks else 0.0
        return Posture(pose=pose, closed=max(self._lids.at(at_s), blink))

    def _aim(self, yaw: float, pitch: float, start: float) -> None:
        """The first move goes where it goes; a second one corrects what the eye sees."""
        self._goal = (yaw, pitch)
        gain, cross = self.temper.gain * float(self._rng.normal(1.0, 0.05)), self.temper.cross
        first = (gain * (yaw + cross * pitch), gain * (pitch - cross * yaw))
        landed = self._move(first, start)
        aimed = self._rng.normal(0.0, 0.9, 2)
        corrected = (yaw + float(aimed[0]), pitch + float(aimed[1]))
        self._busy_until_s = self._move(corrected, landed + self._lag() * 0.6, 0.3) + _SEES_AGAIN_S

    def _move(self, goal: tuple[float, float], start: float, seconds: float = 0.0) -> float:
        away = float(np.hypot(goal[0] - self._yaw.at(start), goal[1] - self._pitch.at(start)))
        takes = seconds or max(0.3, away / self.temper.speed_deg_s)
        self._yaw.go(goal[0], start_s=start, seconds=takes)
        self._pitch.go(goal[1], start_s=start, seconds=takes)
        return start + takes

    def _lag(self) -> float:
        return self.temper.lag_s * float(self._rng.uniform(0.85, 1.2))


class Body(Protocol):
    """Something that stands before the camera: a head, a print, a screen."""

    def layers(self, posture: Posture, at_s: float, camera: Camera) -> list[Layer]:
        """What is seen of it, the farthest first."""


@dataclass
class Performance:
    """A body that follows the page: a person, or what an attacker's hand does with a print."""

    body: Body
    performer: Performer
    camera: Camera = field(default_factory=Camera)

    def see(self, cue: Cue, at_s: float) -> None:
        """As `Actor`."""
        self.performer.see(cue, at_s)

    def hear(self, hint: str, at_s: float) -> None:
        """As `Actor`."""
        self.performer.hear(hint, at_s)

    def steer(self, off: tuple[float, float], at_s: float) -> None:
        """As `Actor`."""
        self.performer.steer(off, at_s)

    def frame(self, at_s: float) -> Pixels:
        """As `Actor`."""
        layers = self.body.layers(self.performer.posture(at_s), at_s, self.camera)
        return self.camera.take(layers)


@dataclass(frozen=True)
class LivingHead:
    """A person's own head as a body."""

    head: Head

    def layers(self, posture: Posture, at_s: float, camera: Camera) -> list[Layer]:
        """As `Body`."""
        del at_s
        return [self.head.draw(posture.pose, closed=posture.closed, light=camera.light_from)]


def live(head: Head, *, seed: int, camera: Camera | None = None, slow: float = 1.0) -> Performance:
    """A person who does what the page asks.

    Args:
        head: Theirs.
        seed: Of the day: temper, place, blinks, light.
        camera: Theirs; drawn by the seed if not given.
        slow: How much longer than most people they take.
    """
    rng = np.random.default_rng((20261126, seed))
    performer = Performer(rng, temper=Temper.of(rng, slow=slow))
    return Performance(LivingHead(head), performer, camera or some_camera(rng))


def some_camera(rng: np.random.Generator) -> Camera:
    """A camera and a room, as they differ between people."""
    side = float(rng.uniform(-0.6, 0.6))
    return Camera(
        wall=int(rng.integers(90, 190)),
        light_from=(side, -0.35, float(np.sqrt(max(0.1, 1 - 0.35**2 - side**2)))),
        light=float(rng.uniform(0.8, 1.12)),
        blur_px=float(rng.uniform(0.4, 0.8)),
        noise_sd=float(rng.uniform(1.0, 3.2)),
        jpeg=int(rng.choice([0, 72, 82, 90])),
        seed=int(rng.integers(1 << 30)),
    )


def _bounded(angle_deg: float) -> float:
    return min(_FARTHEST_DEG, max(-_FARTHEST_DEG, angle_deg))


def settled(rng: np.random.Generator, *, distance: float = 7.0) -> Pose:
    """Sitting well, as differently as people do."""
    return Pose(
        yaw_deg=float(rng.normal(0, 1.5)),
        pitch_deg=float(rng.normal(0, 2.0)),
        roll_deg=float(rng.normal(0, 1.8)),
        x=float(rng.normal(0, 0.12)),
        y=float(rng.normal(-0.42, 0.08)),
        distance=float(np.clip(rng.normal(distance, 0.25), distance - 0.5, distance + 0.5)),
    )
