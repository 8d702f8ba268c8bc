"""What the tracker would note of a living head that follows a script: no pictures, numbers only.

A head of the mean shape with a person's own differences, before a pinhole camera; it reacts late, moves along
minimum-jerk paths (Flash & Hogan 1985), trembles, and its landmarks scatter as a tracker's do.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.liveness.profiles import PROFILES, ProfileId
from matching.liveness.script import Script, Step

FloatArray = NDArray[np.float64]

UNIT: Final = 8192  # points travel in 1/8192 of the frame's width
SIGNALS: Final = 5
MAX_FRAMES: Final = 144
_SHAPE: Final = Path(__file__).resolve().parents[2] / "layers/matching/liveness/shape.json"
_EYES: Final = ((32, 36, (33, 34, 35), (39, 38, 37)), (40, 44, (41, 42, 43), (47, 46, 45)))
_FOCAL: Final = 0.9  # widths: a laptop's camera sees about 58 degrees
_NECK: Final = np.array([0.0, 1.0, -1.3])  # what a head turns about, inter-ocular distances
_LONGEST_CLOSURE_S: Final = 1.9
_USUAL_LIGHT: Final = np.array([24.0, 12.0, 128.0, 110.0])  # as the first four signals of a frame
_LIGHT_SPREAD: Final = np.array([5.0, 0.6, 1.5, 1.0])
_VIEWS: Final = {"straight": (0.0, 1.0), "left": (-12.0, 1.0), "right": (12.0, 1.0), "closer": (0.0, 1.15)}


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How somebody moves, and what is in front of them.

    Attributes:
        fps: frames a second; less where the script is too long for so many.
        lag_s: from seeing a step to beginning with it, least and most.
        move_s: how long a movement takes, least and most.
        hold_s: how long the end of it is held, until the next step is shown.
        tremor_deg: standard deviation of the head's tremor.
        scatter: standard deviation of a landmark, in widths of the frame.
        closed: what is left of an eye's opening when it is closed.
        distance: from the camera, inter-ocular distances.
        wait_s: how long the second act lets wait.
        jitter: of the time between frames, as a share of it.
    """

    fps: float = 15.0
    lag_s: tuple[float, float] = (0.2, 0.4)
    move_s: tuple[float, float] = (0.45, 0.7)
    hold_s: float = 0.4
    tremor_deg: float = 0.25
    scatter: float = 0.0005
    closed: float = 0.3
    distance: float = 8.0
    wait_s: float = 0.2
    jitter: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A ceremony's frames.

    Attributes:
        times_ms: (n,) uint16, from the first frame.
        points: (n, 48, 2) int16, in 1/8192 of the frame's width.
        signals: (n, 5) uint8.
        steps: at which frame each step was shown.
        first_act: frames of the first act.
        script: what was followed.
    """

    times_ms: NDArray[np.uint16] = field(repr=False)
    points: NDArray[np.int16] = field(repr=False)
    signals: NDArray[np.uint8] = field(repr=False)
    steps: tuple[int, ...]
    first_act: int
    script: Script
    frame_width: int = 640
    frame_height: int = 480

    def chain(self, nonce: str, frames: int | None = None) -> str:
        """Hash the frames, or the first of them, onto the nonce."""
        link = hashlib.sha256(b"facesmash/chain/1" + nonce.encode()).digest()
        count = len(self.times_ms) if frames is None else frames
        for time, points, signals in zip(
            self.times_ms[:count], self.points[:count], self.signals[:count], strict=True
        ):
            frame = time.astype("<u2").tobytes() + points.astype("<i2").tobytes() + signals.tobytes()
            link = hashlib.sha256(link + frame).digest()
        return link.hex()

    def moments(self, count: int) -> list[int]:
        """At which frames the compared captures were taken: one a look or view, the last gets the rest."""
        spans = [
            self.span(number)
            for number, step in enumerate(self.script.steps)
            if step.capture and step.kind != "turn"
        ]
        each = [1] * min(len(spans), count)
        each[-1] += count - len(each)
        return [
            moment
            for (begin, end), many in zip(spans, each, strict=False)
            for moment in range(end - 2 * many + 1, end, 2)
            if moment >= begin
        ]

    def turned_moments(self) -> list[int]:
        """At which frames the turned captures were taken: as the turn is held."""
        return [
            self.span(number)[1] - 1
            for number, step in enumerate(self.script.steps)
            if step.capture and step.kind == "turn"
        ]

    def span(self, number: int) -> tuple[int, int]:
        """The frames in which a step was the one to do: first, and first of no more."""
        begins = [*self.steps, len(self.times_ms)]
        act_one = len(self.script.acts[0])
        end = self.first_act if number == act_one - 1 else begins[number + 1]
        return begins[number], end

    def series(self) -> dict[str, Any]:
        """The frames, as they travel."""
        return {
            "frame_width": self.frame_width,
            "frame_height": self.frame_height,
            "times_ms": _base64(self.times_ms.astype("<u2").tobytes()),
            "points": _base64(self.points.astype("<i2").tobytes()),
            "signals": _base64(self.signals.tobytes()),
            "steps": list(self.steps),
        }


@dataclass
class _Pose:
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    scale: float = 1.0
    lids: float = 1.0

    def as_array(self) -> FloatArray:
        return np.array([self.yaw_deg, self.pitch_deg, self.scale, self.lids])


class _Wander:
    """Noise of standard deviation 1 whose neighbours are alike, as long as it is asked for."""

    def __init__(self, rng: np.random.Generator, *, size: tuple[int, ...], smooth: float) -> None:
        self._rng, self._size, self._smooth = rng, size, smooth
        self._now = rng.normal(size=size)

    def next(self) -> FloatArray:
        fresh = self._rng.normal(size=self._size)
        self._now = self._smooth * self._now + np.sqrt(1 - self._smooth**2) * fresh
        return self._now


class Performer:
    """A person before the camera, act by act: the second is performed once it is known."""

    def __init__(self, rng: np.random.Generator, manner: Manner | None = None) -> None:
        self._rng = rng
        self._manner = manner or Manner()
        self._keys: list[tuple[float, FloatArray]] = [(0.0, _Pose().as_array())]
        self._acts: list[tuple[Step, ...]] = []
        self._shown: list[int] = []
        self._first_act = 0
        self._times_s: list[float] = []
        self._points: list[FloatArray] = []
        self._signals: list[FloatArray] = []
        self._shape = _mean_shape() * rng.normal(1.0, 0.03, size=3) + rng.normal(0, 0.012, size=(48, 3))
        self._own = np.array([rng.normal(0, 3), rng.normal(-4, 4), rng.normal(0, 2)])
        self._tremor = _Wander(rng, size=(3,), smooth=0.8)
        self._drift = _Wander(rng, size=(2,), smooth=0.95)
        self._scatter = _Wander(rng, size=(48, 2), smooth=0.5)
        self._light = _Wander(rng, size=(4,), smooth=0.6)

    @property
    def seconds(self) -> float:
        """How long the performance takes so far."""
        return self._keys[-1][0]

    def perform(self, act: Sequence[Step]) -> None:
        """Follow the steps of one act."""
        if self._acts:
            self._stay(self._manner.wait_s)
        for step in act:
            self._film()
            self._shown.append(len(self._times_s))
            self._follow(step)
        self._film()
        self._acts.append(tuple(act))
        self._first_act = self._first_act or len(self._times_s)

    def transcript(self, profile: ProfileId) -> Transcript:
        """What the tracker noted so far."""
        points = np.rint(np.array(self._points) * UNIT)
        return Transcript(
            times_ms=np.rint(np.array(self._times_s) * 1000).astype(np.uint16),
            points=np.clip(points, -32768, 32767).astype(np.int16),
            signals=np.clip(np.rint(np.array(self._signals)), 0, 255).astype(np.uint8),
            steps=tuple(self._shown),
            first_act=self._first_act,
            script=Script(profile=profile, acts=tuple(self._acts)),
        )

    # Movement

    def _follow(self, step: Step) -> None:
        target = self._target(step)
        self._stay(self._rng.uniform(*self._manner.lag_s))
        if (target != self._keys[-1][1]).any():
            self._move(target)
        if step.kind == "close_eyes":
            self._blink(step.duration_ms / 1000)
        self._stay(self._manner.hold_s)

    def _target(self, step: Step) -> FloatArray:
        # Nobody turns by exactly so much.
        share = self._rng.normal(1.0, 0.04)
        if step.kind == "turn":
            return _Pose(yaw_deg=step.yaw_deg * share, pitch_deg=step.pitch_deg * share).as_array()
        if step.kind == "closer":
            return _Pose(scale=1 + (step.scale - 1) * share).as_array()
        if step.view is not None:
            yaw_deg, scale = _VIEWS[step.view]
            return _Pose(yaw_deg=yaw_deg * share, scale=scale).as_array()
        if step.kind == "close_eyes":
            return self._keys[-1][1]  # wherever somebody is
        return _Pose().as_array()

    def _stay(self, seconds: float) -> None:
        self._keys.append((self.seconds + seconds, self._keys[-1][1]))

    def _move(self, target: FloatArray) -> None:
        self._keys.append((self.seconds + self._rng.uniform(*self._manner.move_s), target))

    def _blink(self, seconds: float) -> None:
        open_, closed = self._keys[-1][1], self._keys[-1][1].copy()
        closed[3] = self._manner.closed
        self._keys.append((self.seconds + 0.12, closed))
        # Eyes open a little after the sound.
        self._stay(seconds + self._rng.uniform(0.05, 0.2))
        self._keys.append((self.seconds + 0.15, open_))

    # Camera

    def _film(self) -> None:
        """Note the frames of what was done since the last one."""
        fps = self._manner.fps
        while (due := len(self._times_s) / fps) < self.seconds:
            late = self._rng.uniform(0, self._manner.jitter) / fps if self._times_s else 0.0
            self._times_s.append(due + late)
            self._points.append(self._seen(self._pose(due + late)))
            noted = _USUAL_LIGHT + self._light.next() * _LIGHT_SPREAD
            self._signals.append(np.append(noted, 1.0))

    def _pose(self, at_s: float) -> FloatArray:
        after = next((number for number, (time, _) in enumerate(self._keys) if time > at_s), -1)
        (begin, before), (end, target) = self._keys[after - 1], self._keys[after]
        share = min(1.0, (at_s - begin) / max(end - begin, 1e-9))
        eased = share**3 * (10 - 15 * share + 6 * share**2)  # minimum jerk
        pose: FloatArray = before + eased * (target - before)
        return pose

    def _seen(self, pose: FloatArray) -> FloatArray:
        yaw_deg, pitch_deg, scale, lids = pose
        angles = self._own + self._tremor.next() * self._manner.tremor_deg + [yaw_deg, pitch_deg, 0.0]
        head = (_with_lids(self._shape, lids) - _NECK) @ _rotation(*angles).T + _NECK
        depth = self._manner.distance / scale - head[:, 2]
        centre = np.array([0.5, 0.375]) + self._drift.next() * 0.004
        seen: FloatArray = (
            centre + _FOCAL * head[:, :2] / depth[:, None] + self._scatter.next() * self._manner.scatter
        )
        return seen


def live_transcript(script: Script, *, rng: np.random.Generator, manner: Manner | None = None) -> Transcript:
    """Let somebody follow a whole script.

    Args:
        script: what to follow.
        rng: who it is and how exactly they move.
        manner: how they move in general.

    Returns:
        What the tracker notes.
    """
    given = manner or Manner()
    enrols = any(step.kind == "view" for step in script.steps)
    performer = Performer(rng, replace(given, fps=steady_fps(script.profile, enrols=enrols, manner=given)))
    for act in script.acts:
        performer.perform(act)
    return performer.transcript(script.profile)


def steady_fps(profile: ProfileId, *, enrols: bool, manner: Manner) -> float:
    """How many frames a second a series has room for, whichever script of a profile is drawn."""
    asked = PROFILES[profile]
    after_first = max(len(first) + len(second) for first, second in asked.plans)
    steps = 1 + after_first + (0 if not enrols else 4 if asked.turns else 3)
    step_s = manner.lag_s[1] + manner.move_s[1] + manner.hold_s
    longest_s = steps * step_s + asked.closures * _LONGEST_CLOSURE_S + manner.wait_s
    return min(manner.fps, (MAX_FRAMES - 1) / longest_s)


def _with_lids(shape: FloatArray, lids: float) -> FloatArray:
    moved = shape.copy()
    for _, _, upper, lower in _EYES:
        for above, below in zip(upper, lower, strict=True):
            moved[above] = shape[below] + (shape[above] - shape[below]) * lids
    return moved


def _rotation(yaw_deg: float, pitch_deg: float, roll_deg: float) -> FloatArray:
    """x right, y down, z towards the camera: positive yaw to the right, positive pitch up."""
    (cy, cp, cr), (sy, sp, sr) = (
        function(np.radians([yaw_deg, pitch_deg, roll_deg])) for function in (np.cos, np.sin)
    )
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    rotation: FloatArray = roll @ yaw @ pitch
    return rotation


def _mean_shape() -> FloatArray:
    return np.array(json.loads(_SHAPE.read_text(encoding="utf-8"))["points"], dtype=np.float64)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
