"""Bodies of a bank that follow a script, each in its own manner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.actors.transcript import MAX_FRAMES, Manner, Performer, Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.liveness.banks import Bank
    from matching.evidence import FloatArray
    from matching.liveness.profiles import ProfileId
    from matching.liveness.script import Step

# How near to the dot somebody stops: as soon as the page is content (turn.ts and limits.ts in
# site/sdk/capture). Limits are parts of what is asked, along its direction and beside it.
_AIM_DEG: Final = 3.0
_ALONG: Final = (0.85, 1.5)
_BESIDE: Final = 0.27
_BESIDE_BY_WORDS: Final = 0.4
_BLINK_S: Final = 0.22
_BLINKS_PER_S: Final = 0.25  # fifteen a minute (Bentivoglio et al. 1997: 17 at rest)


@dataclass(frozen=True, kw_only=True)
class Hand:
    """How somebody holds up what is no face. It tilts as far as the page's own pointer says that it should.

    Attributes:
        shake_deg: standard deviation of the hand's tremor.
        obeys: whether it follows the script at all.
    """

    shake_deg: float = 0.5
    obeys: bool = True


class BankPerformer(Performer):
    """Somebody whose landmarks come from a bank."""

    def __init__(
        self,
        rng: np.random.Generator,
        bank: Bank,
        *,
        manner: Manner,
        profile: ProfileId,
        hand: Hand | None = None,
        dropped: float = 0.0,
        blinks: bool = True,
    ) -> None:
        super().__init__(rng, manner)
        self._bank, self._hand, self._dropped = bank, hand, dropped
        self._beside = _BESIDE_BY_WORDS if profile == "screen-reader" else _BESIDE
        self._skipped_s = 0.0
        self._postures: list[FloatArray] = []
        self._sways: list[FloatArray] = []
        seconds = 60.0
        count = rng.poisson(_BLINKS_PER_S * seconds) if blinks else 0
        self._blinks_at = np.sort(rng.uniform(0, seconds, count))
        self._first_noise = int(rng.integers(len(bank.noise)))

    def transcript(self, profile: ProfileId) -> Transcript:
        """What the tracker noted, all frames at once."""
        poses = np.array(self._postures)
        sways = np.array(self._sways)
        shake = self._hand.shake_deg if self._hand else self._manner.tremor_deg
        poses[:, :2] += shake * sways[:, :2]
        farthest = self._bank.farthest_deg
        poses[:, :2] = np.clip(poses[:, :2], -farthest, farthest)
        points = self._bank.points(poses)
        count = len(poses)
        noise = self._bank.noise
        order = np.abs((np.arange(count) + self._first_noise) % (2 * len(noise) - 2) - (len(noise) - 1))
        points = _rolled(points, 0.6 * shake * sways[:, 2]) + noise[order] + 0.004 * sways[:, None, 3:]
        signals = self._bank.signals(poses) + self._rng.normal(0, [2, 0.4, 1, 1, 0], size=(count, 5))
        self._points = list(points)
        self._signals = list(signals)
        return super().transcript(profile)

    def _target(self, step: Step) -> FloatArray:
        if self._hand is not None and not self._hand.obeys:
            return self._keys[-1][1]
        target = super()._target(step)
        if step.kind == "turn":
            target[:2] = self._bank.reach(self._aimed(target[:2]))
        return target

    def _aimed(self, asked: FloatArray) -> FloatArray:
        while True:
            aimed: FloatArray = asked + self._rng.normal(0, _AIM_DEG, 2)
            along, beside = aimed @ asked, aimed[0] * asked[1] - aimed[1] * asked[0]
            extent = asked @ asked
            if _ALONG[0] <= along / extent <= _ALONG[1] and abs(beside) / extent <= self._beside:
                return aimed

    def _blink(self, seconds: float) -> None:
        if self._hand is not None and not self._hand.obeys:
            self._stay(seconds)  # a photograph has no lids
        else:
            super()._blink(seconds)

    def _film(self) -> None:
        fps = self._manner.fps
        while (due := len(self._times_s) / fps + self._skipped_s) < self.seconds:
            late = self._rng.uniform(0, self._manner.jitter) / fps if self._times_s else 0.0
            self._times_s.append(due + late)
            pose = self._pose(due + late)
            since = due - self._blinks_at
            if ((since >= 0) & (since < _BLINK_S)).any():
                pose = pose.copy()
                pose[3] = min(pose[3], 0.1)
            self._postures.append(pose)
            self._sways.append(np.concatenate([self._tremor.next(), self._drift.next()]))
            self._points.append(np.empty(0))
            if self._rng.random() < self._dropped:
                self._skipped_s += 1 / fps


def some_manner(rng: np.random.Generator, *, seconds_at_most: float) -> Manner:
    """Draw how somebody moves: quick or slow, before a good camera or a poor one.

    Args:
        rng: who.
        seconds_at_most: what the series has to hold; slow scripts are thinned as the recorder thins them.
    """
    fps = float(rng.choice([15.0, 15.0, 15.0, 12.0, 10.0]))
    return Manner(
        fps=min(fps, (MAX_FRAMES - 1) / seconds_at_most),
        lag_s=(0.2, 0.45),
        move_s=(float(rng.uniform(0.4, 0.55)), float(rng.uniform(0.6, 0.9))),
        hold_s=float(rng.uniform(0.25, 0.5)),
        tremor_deg=float(rng.uniform(0.15, 0.5)),
        closed=float(rng.uniform(0.0, 0.15)),  # of a bank's lids: 0 is its closed eye
        jitter=float(rng.uniform(0.02, 0.3)),
    )


def perform(performer: Performer, acts: Sequence[Sequence[Step]], profile: ProfileId) -> Transcript:
    """Let somebody follow a script, act by act."""
    for act in acts:
        performer.perform(act)
    return performer.transcript(profile)


def _rolled(points: FloatArray, roll_deg: FloatArray) -> FloatArray:
    plane = points[..., 0] + 1j * points[..., 1]
    middle = plane.mean(axis=1, keepdims=True)
    turned = middle + (plane - middle) * np.exp(1j * np.radians(roll_deg))[:, None]
    return np.stack([turned.real, turned.imag], axis=-1)
