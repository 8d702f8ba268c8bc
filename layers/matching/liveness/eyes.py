"""Did both eyes close when they were asked to, for as long, and open again?"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.foreshortening import slant_of
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# Of the person's own opening in this ceremony. On five real clips with blinks, which do not ship, the mesh's
# ratio fell to .56-.62, on rendered lids to .41-.91, median .69 (python -m benchmarks.liveness_banks); open
# eyes scatter by .02, and paper never fell below .97. So how far down is the person's own, too. The page
# asks for a little more (site/sdk/capture/steps/close-eyes.ts).
MAX_CLOSED: Final = 0.95
SURELY_CLOSED: Final = 0.72
MAX_LENGTH_SHORT_MS: Final = 300.0  # eyes that open this much before the sound
MAX_LENGTH_LONG_MS: Final = 1300.0  # people wait, and hear late
_MAY_MISS_ONE_OF: Final = 3  # closures, where as many are asked for
MAX_REACTION_MS: Final = 3500.0
MAX_BLINK_MS: Final = 400.0  # one that was on as the step was shown may go over into the closure
# Longer, and not asked for, is another ceremony's closure.
MAX_UNASKED_MS: Final = 600.0
MAX_TURNED_DEG: Final = 7.0
# A picture that is tilted back shows its lids shorter. People nod a little as they close their eyes.
MAX_SLANT_DEG: Final = 18.0
_LEAST_SLANT_FRAMES: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class EyesResult:
    """How the eyes followed.

    Attributes:
        status: of this check.
        closed_to: opening of the eyes over their own baseline while closed, of the middle closure.
        length_error_ms: by how much the worst closure was longer (or shorter, negative) than asked.
        unasked_ms: the longest closure that nobody asked for.
    """

    status: Status
    closed_to: float = field(repr=False)
    length_error_ms: float = field(repr=False)
    unasked_ms: float = field(repr=False)


def check_eyes(performance: Performance) -> EyesResult:
    """Compare each eye with its own opening in the same ceremony.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where no closure was asked for.
    """
    openings = performance.openings
    means = _smoothed(openings.mean(axis=1))
    widest = _smoothed(openings.max(axis=1))
    times = performance.track.times_ms
    # Lids of a turned head show more or less of themselves than any mean face explains: nothing is told apart
    # there.
    elsewhere = np.where(np.linalg.norm(performance.turns_deg, axis=1) > MAX_TURNED_DEG, 1.0, widest)
    closures = []
    left = means.copy()
    for number, step in performance.steps_of("close_eyes"):
        span = performance.span(number)
        closure, run = _closure(left, times=times, span=span, asked_ms=step.duration_ms)
        # One eye that stays open leaves their mean half closed: whatever closes, closes on both sides.
        winked = bool(run.size) and float(np.median(widest[run])) > (1 + closure.closed_to) / 2
        closures.append(replace(closure, is_none=winked or _is_tilted(performance, run)))
        left[run] = 1.0  # no closure answers two steps
        # Whoever opens too soon begins anew, and late ones go over into the next step.
        elsewhere[span], elsewhere[run] = 1.0, 1.0
    if not closures:
        return EyesResult(status="inconclusive", closed_to=1.0, length_error_ms=0.0, unasked_ms=0.0)
    longest = max((_length_ms(times, run) for run in _runs(elsewhere < SURELY_CLOSED)), default=0.0)
    missed = sum(not closure.holds for closure in closures)
    return EyesResult(
        status=status_of(holds=missed <= len(closures) // _MAY_MISS_ONE_OF and longest <= MAX_UNASKED_MS),
        closed_to=float(np.median([closure.closed_to for closure in closures])),
        length_error_ms=max((closure.length_error_ms for closure in closures), key=abs),
        unasked_ms=longest,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closure:
    closed_to: float
    length_error_ms: float
    reaction_ms: float
    is_none: bool = False  # one eye alone, or a picture that tilts

    @property
    def holds(self) -> bool:
        return (
            not self.is_none
            and self.closed_to <= MAX_CLOSED
            and -MAX_LENGTH_SHORT_MS <= self.length_error_ms <= MAX_LENGTH_LONG_MS
            and self.reaction_ms <= MAX_REACTION_MS
        )


def _is_tilted(performance: Performance, run: NDArray[np.intp]) -> bool:
    if len(run) < _LEAST_SLANT_FRAMES:
        return False
    shut = performance.settled(slice(int(run[0]), int(run[-1]) + 1))
    return slant_of(performance.straight, shut) > MAX_SLANT_DEG


def _closure(
    openings: FloatArray, *, times: FloatArray, span: slice, asked_ms: float
) -> tuple[_Closure, NDArray[np.intp]]:
    """Find the closure of a step, and its frames: below the middle between open and its own least."""
    frame_ms = max(float(np.median(np.diff(times))), 1.0)
    lowest = np.sort(openings[span])[: max(1, round(asked_ms / frame_ms))]
    level = float(np.median(lowest))
    # Whoever opens late does so when the next step is on already, and a closure may begin with a blink.
    inside = [
        run[run >= span.start]
        for run in _runs(openings < (1 + level) / 2)
        if run[0] < span.stop and run[-1] >= span.start and times[span.start] - times[run[0]] <= MAX_BLINK_MS
    ]
    if not inside:
        return _Closure(closed_to=1.0, length_error_ms=-asked_ms, reaction_ms=0.0), np.empty(0, dtype=np.intp)
    run = max(inside, key=len)
    found = _Closure(
        closed_to=level,
        length_error_ms=_length_ms(times, run) - asked_ms,
        reaction_ms=float(times[run[0]] - times[span.start]),
    )
    return found, run


def _smoothed(openings: FloatArray) -> FloatArray:
    padded = np.pad(openings, 1, mode="edge")
    return np.asarray(np.median([padded[:-2], padded[1:-1], padded[2:]], axis=0))


def _runs(closed: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    frames = np.flatnonzero(closed)
    return np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1) if frames.size else []


def _length_ms(times: FloatArray, run: NDArray[np.intp]) -> float:
    """From half a frame before the first closed frame to half a frame after the last."""
    before = times[max(int(run[0]) - 1, 0)]
    after = times[min(int(run[-1]) + 1, len(times) - 1)]
    return float((times[run[-1]] + after - times[run[0]] - before) / 2)
