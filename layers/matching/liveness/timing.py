"""When: by the server's clock, at a camera's rate, no faster than a human and no slower than is calm."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

MIN_RATE_HZ: Final = 5.5  # a thinned series of a slow ceremony; cameras give 10 and more
MAX_RATE_HZ: Final = 70.0
# Within an act. Between them a device describes faces, and the server's clock has the bound.
MAX_GAP_MS: Final = 600.0
MAX_WAIT_GAP_MS: Final = 1500.0  # one face is described between two frames
MIN_STEP_S: Final = 0.25
MAX_STEP_S: Final = 16.0  # the slowest profile's step, its words included
MAX_TOTAL_S: Final = 90.0
# The middle one of a script's movements has covered its first sixth no sooner than this after its target was
# shown: to choose among eight ways takes longer than the .2 s of simple reactions (Woods et al. 2015), and a
# minimum-jerk movement of .4 s takes .1 s for a sixth. Who knows the script has begun within .13 s. Not the
# quickest one, because noise now and then begins a slow movement early.
MIN_REACTION_MS: Final = 200.0
# A camera of few frames tells the beginning of a movement less exactly: so much less for every millisecond
# that its frames lie farther apart than the usual ones. At the least rate that leaves 130 ms.
_COARSER: Final = 0.6
_USUAL_GAP_MS: Final = 1000 / 15
_BEGUN: Final = 1 / 6
_NEVER_MS: Final = 10_000.0
# The device's clock and the server's may disagree by this much over one act: drift, and frames on their way.
CLOCK_SLACK_S: Final = 0.5
# What descriptors, a slow network and a cold start may add to an act's own frames. Whoever needs longer may
# be preparing an answer to what they were shown.
MAX_IDLE_S: Final = (5.0, 8.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerClocks:
    """Seconds since the epoch by the server's own clock.

    Attributes:
        issued_at: when the first act was given out.
        revealed_at: when the second was.
        answered_at: when the evidence came.
    """

    issued_at: float
    revealed_at: float
    answered_at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TimingResult:
    """How time went.

    Attributes:
        status: of this check.
        reaction_ms: the middle one of the times from showing a target to having begun to go there.
        rate_hz: frames a second, median.
        ahead_s: by how much the device claims to have taken longer for an act than the server waited.
    """

    status: Status
    reaction_ms: float = field(repr=False)
    rate_hz: float = field(repr=False)
    ahead_s: float = field(repr=False)


def check_timing(performance: Performance, *, clocks: ServerClocks) -> TimingResult:
    """Compare the device's times with the server's, with a camera's and with a human's.

    An act cannot have lasted longer than the server waited for it, and its limit is the script's.

    Args:
        performance: the ceremony.
        clocks: the server's.

    Returns:
        The result, never inconclusive.
    """
    times = performance.track.times_ms
    gaps = np.diff(times)
    rate = 1000 / max(float(np.median(gaps)), 1e-3)
    first = performance.first_act_frames
    # The second act begins when its first step is shown: frames that were taken while it was on its way may
    # be older than the reveal.
    second = performance.track.steps[len(performance.script.acts[0])]
    spans_s = np.array([times[first - 1] - times[0], times[-1] - times[second]]) / 1000
    waits_s = np.array([clocks.revealed_at - clocks.issued_at, clocks.answered_at - clocks.revealed_at])
    ahead = float((spans_s - waits_s).max())
    reaction = _middle_reaction_ms(performance)
    least_reaction = MIN_REACTION_MS - _COARSER * max(0.0, 1000 / rate - _USUAL_GAP_MS)
    steps_s = _steps_s(performance)
    holds = (
        MIN_RATE_HZ <= rate <= MAX_RATE_HZ
        and max(gaps[: first - 1].max(), gaps[second:].max()) <= MAX_GAP_MS
        and gaps.max() <= MAX_WAIT_GAP_MS
        and steps_s.min() >= MIN_STEP_S
        and steps_s.max() <= MAX_STEP_S
        and ahead <= CLOCK_SLACK_S
        and bool((waits_s - spans_s <= MAX_IDLE_S).all())
        and bool((waits_s <= performance.script.act_limits_s).all())
        and waits_s.sum() <= MAX_TOTAL_S
        and reaction >= least_reaction
    )
    return TimingResult(
        status=status_of(holds=bool(holds)), reaction_ms=reaction, rate_hz=rate, ahead_s=ahead
    )


def _steps_s(performance: Performance) -> FloatArray:
    """How long each step took, from being shown to the next one's being shown."""
    times = performance.track.times_ms
    spans = [performance.span(number) for number in range(len(performance.script.steps))]
    ends = [times[min(span.stop, len(times) - 1)] for span in spans]
    begins = [times[span.start] for span in spans]
    return np.asarray(np.subtract(ends, begins) / 1000)


def _middle_reaction_ms(performance: Performance) -> float:
    """The lower of the middle ones: of two movements the quicker."""
    reactions = []
    for number, step in enumerate(performance.script.steps):
        if number == 0 or step.kind not in ("turn", "closer"):
            continue
        share, _ = performance.on_the_way(number, _course(performance, closer=step.kind == "closer"))
        reactions.append(_begun_ms(share, performance.track.times_ms[performance.span(number)]))
    return sorted(reactions)[(len(reactions) - 1) // 2] if reactions else _NEVER_MS


def _begun_ms(share: FloatArray, times: FloatArray) -> float:
    """When a movement has covered its first part, between frames; one bad frame has not begun to move."""
    begun = np.flatnonzero((share >= _BEGUN) & (np.append(share[1:], 1.0) >= _BEGUN))
    if begun.size == 0:
        return _NEVER_MS
    first = int(begun[0])
    if first == 0:
        return 0.0
    before = min(float(share[first - 1]), _BEGUN)
    part = (_BEGUN - before) / max(float(share[first]) - before, 1e-9)
    return float(times[first - 1] + part * (times[first] - times[first - 1]) - times[0])


def _course(performance: Performance, *, closer: bool) -> FloatArray:
    return performance.scales[:, None] if closer else performance.turns_deg
