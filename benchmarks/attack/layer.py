"""Our layer as an attacker with full knowledge sees it: margins, their gradient, the way past the gates."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.attack.accounts import Accounts
from benchmarks.attack.capture_sets import CaptureSet
from benchmarks.recognition.dataset import Floats, Truth
from matching import gates
from matching.calibration import Calibration
from matching.comparison import (
    Placement,
    log_likelihood_ratios,
    pairwise_distances,
    place,
    reduce_looks,
    spread_levels,
)
from matching.conditions import GOOD
from matching.history import CALM, History
from matching.sphere import unit
from matching.threshold import required_evidence

_BEYOND: Final = 1e-5  # how far behind a gate's boundary a projected frame comes to lie
_STEPS_THROUGH: Final = 2
_STEPS_AT_LAST: Final = 40
_NEARLY_ONE: Final = 0.001


@dataclass(frozen=True, kw_only=True)
class LayerTarget:
    """The decision that ships, or without its gates.

    Attributes:
        calibration: what was measured.
        captures: how frames are made of a point.
        gated: whether the gates are there.
        judged_means: spread levels at which the gates judge the frames' mean as well.
    """

    calibration: Calibration
    captures: CaptureSet
    gated: bool = True
    judged_means: int = gates.JUDGED_MEANS
    temperatures: tuple[float, float] = (4.0, 0.3)  # of log-likelihood ratios
    soft: float = 2.0
    stride: float = 0.03

    def admitted(self, points: Floats, *, finally_: bool = True) -> Floats:
        """Bring (m, 128) to norm 1, and outside both gates.

        By Newton steps on the frame that a gate minds the most.

        Args:
            points: of any norm.
            finally_: until every frame is through; else a few steps, with one frame where all are nearly one.

        Returns:
            (m, 128). What cannot be brought through is refused by `margins`.
        """
        points = unit(points)
        if not self.gated:
            return points
        one = not finally_ and self.captures.spread < _NEARLY_ONE
        inside = np.arange(len(points))
        for _ in range(_STEPS_AT_LAST if finally_ else _STEPS_THROUGH):
            before = points[inside]
            moved = before
            for gate in (self._centred_norm_gap, self._cohort_gap):
                gap, slope = gate(moved[:, None] if one else self._judged(moved))
                away = (gap / np.maximum((slope**2).sum(axis=1), 1e-12))[:, None] * slope
                moved = unit(moved + np.where(gap[:, None] > 0, away, 0.0))
            points[inside] = moved
            inside = inside[(moved != before).any(axis=1)]
            if not len(inside):
                break
        return points

    def margins(self, points: Floats, accounts: Accounts, *, history: History = CALM) -> Floats:
        """(a, m) evidence less what is required; -inf where a gate refuses the frames of a point."""
        frames = self.captures.frames(points)
        probes = place(reduce_looks(frames), calibration=self.calibration)
        references = place(reduce_looks(accounts.templates), calibration=self.calibration)
        margins = self._margins(probes, references, history)
        return np.where(self.passes(frames)[None, :], margins, -np.inf) if self.gated else margins

    def passes(self, frames: Floats) -> Truth:
        """(m,) True where the layer's own gates let the frames, (m, n, 128), through."""
        among = gates.among_faces(
            place(reduce_looks(frames.reshape(-1, 1, frames.shape[2])), calibration=self.calibration),
            calibration=self.calibration,
        ).reshape(frames.shape[:2])
        mean = place(reduce_looks(frames), calibration=self.calibration)
        judged = spread_levels(mean.spread, calibration=self.calibration) < self.judged_means
        among &= (~judged | gates.among_faces(mean, calibration=self.calibration))[:, None]
        return among.all(axis=1) & np.array(
            [
                gates.have_plausible_norms(one, calibration=self.calibration)
                and gates.are_distinct(one)
                and gates.agree(one)
                for one in frames
            ]
        )

    def ascent(self, points: Floats, accounts: Accounts, *, temperature: float) -> tuple[Floats, Floats]:
        """Give the smooth count of accepted accounts, (m,), and its gradient on the sphere, (m, 128).

        The count is the sum of sigmoids of the margins over the temperature. The steps of the required
        evidence have no gradient and are taken as level.
        """
        weights = self.calibration.weights
        probes = place(reduce_looks(self.captures.frames(points)), calibration=self.calibration)
        references = place(reduce_looks(accounts.templates), calibration=self.calibration)
        likely = sigmoid(self._margins(probes, references, CALM) / temperature)
        pull = likely * (1 - likely) / temperature  # (a, m)
        pull *= self._evidence(probes, references) < weights.ceiling  # nothing counts beyond it
        apart = pull / np.maximum(pairwise_distances(references.points, probes.points), 1e-6)
        slope = weights.distance * (apart.sum(axis=0)[:, None] * probes.points - apart.T @ references.points)
        total = pull.sum(axis=0)[:, None]
        slope += total * weights.centred_norm[1] * self._outwards(probes.points)
        below = (probes.cohort_distance < weights.cohort_cap[1])[:, None]
        slope += total * below * weights.cohort_distance[1] * self._cohort_slope(probes.points)
        back = slope @ self.calibration.metric.T
        return likely.sum(axis=0), back - (back * points).sum(axis=1)[:, None] * points

    def _margins(self, probes: Placement, references: Placement, history: History) -> Floats:
        required = required_evidence(
            probes=probes,
            references=references,
            conditions=np.full(len(probes.points), GOOD),  # as a client may always claim
            history=history,
            calibration=self.calibration,
        )
        return self._evidence(probes, references) - required

    def _evidence(self, probes: Placement, references: Placement) -> Floats:
        return log_likelihood_ratios(probes=probes, references=references, calibration=self.calibration)

    def _outwards(self, points: Floats) -> Floats:
        away = points - self.calibration.mean
        outwards: Floats = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
        return outwards

    def _cohort_slope(self, points: Floats) -> Floats:
        cohort, count = self.calibration.cohort, self.calibration.neighbours
        distances = pairwise_distances(points, cohort)
        nearest = np.argpartition(distances, count - 1, axis=1)[:, :count]
        share = np.zeros_like(distances)
        chosen = np.take_along_axis(distances, nearest, axis=1)
        np.put_along_axis(share, nearest, 1 / (count * np.maximum(chosen, 1e-9)), axis=1)
        slope: Floats = share.sum(axis=1)[:, None] * points - share @ cohort
        return slope

    def _judged(self, points: Floats) -> Floats:
        frames = unit(self.captures.frames(points))
        level = np.searchsorted(self.calibration.spread_edges, self.captures.spread, side="right")
        judged = level < self.judged_means
        return np.concatenate([frames, points[:, None]], axis=1) if judged else frames

    def _centred_norm_gap(self, frames: Floats) -> tuple[Floats, Floats]:
        placed = frames @ self.calibration.metric
        gap = (
            self.calibration.gates.centred_norm
            + _BEYOND
            - np.linalg.norm(placed - self.calibration.mean, axis=2)
        )
        return gap.max(axis=1), self._outwards(_worst(placed, gap)) @ self.calibration.metric.T

    def _cohort_gap(self, frames: Floats) -> tuple[Floats, Floats]:
        placed = frames @ self.calibration.metric
        distances = pairwise_distances(placed.reshape(-1, placed.shape[2]), self.calibration.cohort)
        count = self.calibration.neighbours
        nearest = np.partition(distances, count - 1, axis=1)[:, :count].mean(axis=1)
        gap = self.calibration.gates.cohort_distance + _BEYOND - nearest.reshape(placed.shape[:2])
        return gap.max(axis=1), self._cohort_slope(_worst(placed, gap)) @ self.calibration.metric.T


def sigmoid(values: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    found: Floats = 0.5 * (1 + np.tanh(values / 2))
    return found


def _worst(placed: Floats, gap: Floats) -> Floats:
    """(m, 128): of each capture set, (m, n, 128), the frame with the widest gap, (m, n)."""
    worst: Floats = placed[np.arange(len(placed)), gap.argmax(axis=1)]
    return worst
