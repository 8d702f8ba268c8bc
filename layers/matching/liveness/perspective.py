"""Does the nose grow faster than the ears when the face comes closer? On a flat picture nothing does."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

# What the pinhole camera of a laptop or a phone makes of a head that comes closer is 1; of anything flat 0.
MIN_GROWTH: Final = 0.3
MAX_GROWTH: Final = 3.0
MIN_NOSE_GROWTH: Final = 0.1  # of two approaches; it scatters more, so the fused score has the say
MAX_SCALE_ERROR: Final = 0.2  # of what was asked for
FOCAL: Final = 0.9  # frame widths: between a phone held upright (1.1) and a wide laptop camera (.75)


@dataclass(frozen=True, kw_only=True, slots=True)
class PerspectiveResult:
    """How perspective changed as the face came closer.

    Attributes:
        status: of this check.
        growth: change of perspective over what a head shows, 1 for a head.
        nose_growth: the same of what no quadratic surface has.
        scale_error: greatest share by which the distance was not what was asked for.
    """

    status: Status
    growth: float = field(repr=False)
    nose_growth: float = field(repr=False)
    scale_error: float = field(repr=False)


def check_perspective(performance: Performance) -> PerspectiveResult:
    """Compare the face near and far.

    A point z before the plane of the eyes is shown larger by 1 + z/d at distance d, so from d0 to d1 it moves
    by (x z, y z)(1/d1 - 1/d0) against the rest. What a homography or a small turn does
    is fitted beside it, so that a tilted print gains nothing; and, once more, what a quadratic surface does,
    which paper bent about any axis is.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where nobody was asked to come closer.
    """
    steps = performance.steps_of("closer")
    if not steps:
        return PerspectiveResult(status="inconclusive", growth=0.0, nose_growth=0.0, scale_error=0.0)
    straight = performance.straight
    iod = float(np.median(performance.track.inter_ocular[performance.span(0)]))
    growths, noses, weights, errors = [], [], [], []
    for number, step in steps:
        held = performance.held(number)
        scale = float(np.median(performance.scales[held]))
        errors.append(abs(scale / step.scale - 1))
        expected = (scale - 1) * iod / FOCAL
        near = performance.settled(held)
        growths.append(_growth(straight, near, bent=False))
        noses.append(_growth(straight, near, bent=True))
        weights.append(expected)
    slack = float(np.dot(weights, weights))
    growth, nose_growth = (
        float(np.dot(found, weights)) / slack if slack > 0 else 0.0 for found in (growths, noses)
    )
    worst = max(errors)
    holds = MIN_GROWTH <= growth <= MAX_GROWTH and nose_growth >= MIN_NOSE_GROWTH and worst <= MAX_SCALE_ERROR
    return PerspectiveResult(
        status=status_of(holds=holds), growth=growth, nose_growth=nose_growth, scale_error=worst
    )


def _growth(far: FloatArray, near: FloatArray, *, bent: bool) -> float:
    """1/d1 - 1/d0 in one over inter-ocular distances: the last coefficient of a least-squares fit."""
    x, y = far.T
    depth = mean_shape()[RIGID, 2]
    depth = depth - depth.mean()
    one, nil = np.ones_like(x), np.zeros_like(x)

    def both(across: FloatArray, down: FloatArray) -> FloatArray:
        return np.concatenate([across, down])

    columns = [
        *(both(part, nil) for part in (x, y, one)),
        *(both(nil, part) for part in (x, y, one)),
        both(depth, nil),  # a small turn and a small nod
        both(nil, depth),
    ]
    if bent:
        columns += [
            *(both(part, nil) for part in (x * x, x * y, y * y)),  # bent paper that turns a little
            *(both(nil, part) for part in (x * x, x * y, y * y)),
            both(x * x * x, x * x * y),  # and that comes closer
            both(x * y * y, y * y * y),
        ]
    else:
        columns += [both(x * x, x * y), both(x * y, y * y)]  # what of a homography is not affine
    columns.append(both(x * depth, y * depth))
    fit = np.linalg.lstsq(np.stack(columns, axis=1), both(*near.T), rcond=None)[0]
    return float(fit[-1])
