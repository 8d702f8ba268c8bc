"""A script and the frames in which it was followed, laid side by side once for every check."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, lid_ratios, mean_shape
from matching.liveness.pose import mean_rotation
from matching.liveness.script import Script, Step
from matching.liveness.similarity import as_plane, laid_on
from matching.liveness.track import Track

HELD_MS: Final = 200.0  # the end of a step, when its target was reached and is held
_LEAST_FRAMES: Final = 2  # of a step: what has no two says nothing of movement
MIN_OPENING: Final = 0.25  # of the mean face's: less is no open eye to begin with
MIN_HELD: Final = 3  # frames: a median of fewer lets one bad frame decide


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldTurn:
    """The end of a turn, where the head is held.

    Attributes:
        step: what was asked.
        turn_deg: (2,) yaw and pitch that were reached, changes from the baseline, degrees.
        points: (32, 2) rigid points, as ``Performance.settled`` gives them.
    """

    step: Step
    turn_deg: FloatArray = field(repr=False)
    points: FloatArray = field(repr=False)

    @property
    def extent_deg(self) -> float:
        """How far the head was turned, whichever way."""
        return float(np.hypot(*self.turn_deg))


@dataclass(frozen=True, kw_only=True)
class Performance:
    """One step after the other, each with its frames.

    Attributes:
        script: what was asked.
        track: what was seen.
        first_act_frames: how many frames were taken before the second act was known.
    """

    script: Script
    track: Track
    first_act_frames: int

    @property
    def is_whole(self) -> bool:
        """Whether every step was shown, in an act of its own frames, and has frames to judge."""
        count = len(self.script.steps)
        if len(self.track.steps) != count or not 0 < self.first_act_frames < len(self.track):
            return False
        spans = [self.span(number) for number in range(count)]
        second = len(self.script.acts[0])
        return (
            all(span.stop - span.start >= _LEAST_FRAMES for span in spans)
            and self.track.steps[second] >= self.first_act_frames
            and self.track.steps[second - 1] < self.first_act_frames
        )

    def span(self, number: int) -> slice:
        """Give the frames of a step."""
        return self.track.span(number, first_act=(len(self.script.acts[0]), self.first_act_frames))

    def held(self, number: int) -> slice:
        """Give the last frames of a step, in which it was done."""
        span = self.span(number)
        times = self.track.times_ms[span]
        late = int(np.searchsorted(times, times[-1] - HELD_MS))
        return slice(span.start + max(0, min(late, len(times) - MIN_HELD)), span.stop)

    def before(self, number: int) -> slice:
        """Give the last frames before a step was shown: where the head was as it began, the wait included."""
        start = self.span(number).start
        times = self.track.times_ms[:start]
        late = int(np.searchsorted(times, times[-1] - HELD_MS))
        return slice(max(0, min(late, start - MIN_HELD)), start)

    def steps_of(self, *kinds: str) -> list[tuple[int, Step]]:
        """Give the steps of some kinds, with their numbers."""
        return [(number, step) for number, step in enumerate(self.script.steps) if step.kind in kinds]

    @cached_property
    def baseline(self) -> FloatArray:
        """(3, 3) pose of the first look: every turn is told from here."""
        return mean_rotation(self.track.poses.rotation[self.span(0)])

    @cached_property
    def turns_deg(self) -> FloatArray:
        """(n, 2) yaw and pitch of every frame, changes from the baseline, degrees."""
        return self.track.poses.turns_from(self.baseline)

    @cached_property
    def openings(self) -> FloatArray:
        """(n, 2) opening of each eye over its own while looking straight.

        Lids foreshorten as a head nods. What the mean shape's lids show in the same pose is divided out, so
        that a nod is no closure.
        """
        track = self.track
        seen = np.einsum("nij,kj->nki", track.poses.rotation[:, :2], mean_shape())
        lids = track.lids / np.maximum(lid_ratios(seen), 0.05)
        looks = [np.arange(len(track))[self.span(number)] for number, _ in self.steps_of("look")]
        usual = np.percentile(lids[np.concatenate(looks)], 60, axis=0)
        return np.asarray(lids / np.maximum(usual, MIN_OPENING))

    @cached_property
    def scales(self) -> FloatArray:
        """(n,) size of the face in every frame, 1 at the first look."""
        scale = self.track.poses.scale
        return np.asarray(scale / max(float(np.median(scale[self.span(0)])), 1e-9))

    @cached_property
    def straight(self) -> FloatArray:
        """(32, 2) rigid points of the first look, in its own inter-ocular distances, from their middle."""
        return self.settled(self.span(0))

    @cached_property
    def turns(self) -> tuple[HeldTurn, ...]:
        """Every turn as it was held: what the checks of depth compare with the straight look."""
        return tuple(self._held_turn(number, step) for number, step in self.steps_of("turn"))

    def on_the_way(self, number: int, course: FloatArray) -> tuple[FloatArray, float]:
        """Give how much of a step's way is covered, from before it was shown to where it was held.

        Args:
            number: which step.
            course: (n, k) what moves, of every frame.

        Returns:
            (m,) the share in each frame of the step, 0 at its beginning and 1 at its end, and the length of
            the way in the course's unit.
        """
        start, end = (
            np.median(course[frames], axis=0) for frames in (self.before(number), self.held(number))
        )
        way = end - start
        share = (course[self.span(number)] - start) @ way / max(float(way @ way), 1e-9)
        return share, float(np.linalg.norm(way))

    def settled(self, frames: slice) -> FloatArray:
        """Give the rigid points of frames in which the head is held.

        Each frame is laid on their middle one by a similarity first, so that a head that sways does not blur.

        Args:
            frames: which.

        Returns:
            (32, 2) in inter-ocular distances of the frames, from their middle.
        """
        plane = as_plane(self.track.points[frames, RIGID])
        laid = laid_on(plane, plane[len(plane) // 2])
        settled = np.stack([np.median(laid.real, axis=0), np.median(laid.imag, axis=0)], axis=1)
        unit = self.track.inter_ocular[frames.start + len(plane) // 2]
        return np.asarray(settled / max(float(unit), 1e-9))

    def _held_turn(self, number: int, step: Step) -> HeldTurn:
        held = self.held(number)
        return HeldTurn(
            step=step,
            turn_deg=np.median(self.turns_deg[held], axis=0),
            points=self.settled(held),
        )
