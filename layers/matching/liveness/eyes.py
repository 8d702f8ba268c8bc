"""Did both eyes close when they were asked to, for as long, and open again?"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray
from matching.liveness.layout import lid_ratios, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# Of the person's own opening in this ceremony. On real clips with blinks the mesh's ratio fell to .56-.62
# (design: biometrics, section 3); it never falls to nothing, and open eyes scatter by a tenth.
CLOSED: Final = 0.78
MAX_LENGTH_SHORT_MS: Final = 250.0  # eyes that open this much before the sound
MAX_LENGTH_LONG_MS: Final = 1100.0  # people wait, and hear late
MIN_REACTION_MS: Final = 60.0
MAX_REACTION_MS: Final = 3500.0
# A blink takes up to .4 s. Longer, and not asked for, is another ceremony's closure.
MAX_UNASKED_MS: Final = 500.0
MIN_BASELINE: Final = 0.25  # of the mean face's opening: less is no open eye to begin with


@dataclass(frozen=True, kw_only=True, slots=True)
class EyesResult:
    """How the eyes followed.

    Attributes:
        status: of this check.
        closed_to: the least convincing closure: opening of the wider eye over its own baseline.
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
    openings = _openings(performance)
    widest = openings.max(axis=1)
    asked = performance.steps_of("close_eyes")
    closed = np.flatnonzero(_smoothed(widest) < CLOSED)
    runs = np.split(closed, np.flatnonzero(np.diff(closed) > 1) + 1) if closed.size else []
    depths, errors, reactions = [0.0], [0.0], [MIN_REACTION_MS]
    unasked = list(runs)
    for number, step in asked:
        span = performance.span(number)
        # Whoever opens late does so when the next step is on already.
        inside = [run for run in runs if span.start <= run[0] < span.stop]
        if not inside:
            return EyesResult(
                status="failed", closed_to=1.0, length_error_ms=-step.duration_ms, unasked_ms=0.0
            )
        run = max(inside, key=len)
        unasked = [other for other in unasked if other is not run]
        depths.append(float(np.median(widest[run])))
        errors.append(_length_ms(performance.track.times_ms, run) - step.duration_ms)
        reactions.append(float(performance.track.times_ms[run[0]] - performance.track.times_ms[span.start]))
    longest = max((_length_ms(performance.track.times_ms, run) for run in unasked), default=0.0)
    worst = max(errors, key=abs)
    holds = (
        min(errors) >= -MAX_LENGTH_SHORT_MS
        and max(errors) <= MAX_LENGTH_LONG_MS
        and min(reactions) >= MIN_REACTION_MS
        and max(reactions) <= MAX_REACTION_MS
        and longest <= MAX_UNASKED_MS
    )
    return EyesResult(
        status=status_of(holds=bool(holds), judged=bool(asked)),
        closed_to=max(depths) if asked else 1.0,
        length_error_ms=worst,
        unasked_ms=longest,
    )


def _openings(performance: Performance) -> FloatArray:
    """(n, 2) opening of each eye over its own while looking straight.

    Lids foreshorten as a head nods. What the mean shape's lids show in the same pose is divided out, so that
    a nod is no closure.
    """
    track = performance.track
    seen = np.einsum("nij,kj->nki", track.poses.rotation[:, :2], mean_shape())
    lids = track.lids / np.maximum(lid_ratios(seen), 0.05)
    looks = [np.arange(len(track))[performance.span(number)] for number, _ in performance.steps_of("look")]
    usual = np.percentile(lids[np.concatenate(looks)], 60, axis=0)
    return np.asarray(lids / np.maximum(usual, MIN_BASELINE))


def _smoothed(openings: FloatArray) -> FloatArray:
    padded = np.pad(openings, 1, mode="edge")
    return np.asarray(np.median([padded[:-2], padded[1:-1], padded[2:]], axis=0))


def _length_ms(times: FloatArray, run: NDArray[np.intp]) -> float:
    """From half a frame before the first closed frame to half a frame after the last."""
    before = times[max(int(run[0]) - 1, 0)]
    after = times[min(int(run[-1]) + 1, len(times) - 1)]
    return float((times[run[-1]] + after - times[run[0]] - before) / 2)
