"""How people move: late, smoothly, a little wrong, and never quite still."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

# Choice reaction to a new target on a screen, eyes included: 200-450 ms.
LAG_S: Final = (0.20, 0.45)
_BLINK_EVERY_S: Final = 4.5
_BLINK_S: Final = (0.07, 0.05, 0.14)  # down, closed, up


@dataclass(frozen=True)
class Move:
    """One move of one thing from where it was to where it shall be."""

    start_s: float
    end_s: float
    origin: float
    goal: float

    def at(self, now_s: float) -> float:
        """Minimum jerk (Flash and Hogan 1985): soft start, one peak of speed in the middle, soft end."""
        share = min(1.0, max(0.0, (now_s - self.start_s) / max(self.end_s - self.start_s, 1e-6)))
        return self.origin + (self.goal - self.origin) * share**3 * (10 - 15 * share + 6 * share**2)


@dataclass
class Joint:
    """Something that can be moved: an angle, a distance, a lid."""

    rest: float = 0.0
    moves: list[Move] = field(default_factory=list)

    def at(self, now_s: float) -> float:
        """Where it is."""
        begun = [move for move in self.moves if move.start_s <= now_s]
        return begun[-1].at(now_s) if begun else self.rest

    def go(self, goal: float, *, start_s: float, seconds: float) -> None:
        """Plan a move; whatever was planned for later is given up."""
        self.moves = [move for move in self.moves if move.start_s < start_s][-4:]
        self.moves.append(Move(start_s, start_s + seconds, self.at(start_s), goal))


@dataclass(frozen=True)
class Tremor:
    """A sum of slow sway and quick tremor, with an amplitude of about one."""

    rates_hz: tuple[float, ...]
    weights: tuple[float, ...]
    phases: tuple[float, ...]

    @staticmethod
    def of(rng: np.random.Generator) -> Tremor:
        """Somebody's own."""
        rates = (*rng.uniform(0.12, 0.5, 3), *rng.uniform(0.7, 1.8, 3), *rng.uniform(5.0, 9.0, 2))
        weights = (*rng.uniform(0.3, 0.7, 3), *rng.uniform(0.1, 0.3, 3), *rng.uniform(0.03, 0.08, 2))
        return Tremor(tuple(rates), tuple(weights), tuple(rng.uniform(0, 2 * np.pi, len(rates))))

    def at(self, now_s: float) -> float:
        """How far off it is now."""
        terms = zip(self.rates_hz, self.weights, self.phases, strict=True)
        return float(sum(w * np.sin(2 * np.pi * f * now_s + p) for f, w, p in terms))


class Blinks:
    """When the lids go down by themselves, drawn as time goes on."""

    def __init__(self, rng: np.random.Generator, *, every_s: float = _BLINK_EVERY_S) -> None:
        self._rng = rng
        self._every_s = every_s
        self._next_s = float(rng.exponential(every_s))

    def at(self, now_s: float) -> float:
        """How far down they are, 0-1."""
        down, shut, up = _BLINK_S
        since = now_s - self._next_s
        if since < 0:
            return 0.0
        if since < down:
            return since / down
        if since < down + shut:
            return 1.0
        if since < down + shut + up:
            return 1 - (since - down - shut) / up
        self._next_s = now_s + 0.6 + float(self._rng.exponential(self._every_s))
        return 0.0


@dataclass(frozen=True, kw_only=True)
class Temper:
    """How somebody follows: drawn once for a person and a day.

    Attributes:
        lag_s: Before anything begins.
        speed_deg_s: Mean speed of a turn.
        gain: How far the first move goes, of what was asked.
        cross: How much of a turn leaks into the other axis.
        sway_deg: Amplitude of what never rests.
    """

    lag_s: float
    speed_deg_s: float
    gain: float
    cross: float
    sway_deg: float

    @staticmethod
    def of(rng: np.random.Generator, *, slow: float = 1.0) -> Temper:
        """Draw one; `slow` > 1 takes longer over everything."""
        return Temper(
            lag_s=float(rng.uniform(*LAG_S)) * slow,
            speed_deg_s=float(rng.uniform(26, 52)) / slow,
            gain=float(np.clip(rng.normal(1.0, 0.1), 0.8, 1.22)),
            cross=float(rng.normal(0.0, 0.05)),
            sway_deg=float(rng.uniform(0.25, 0.7)),
        )
