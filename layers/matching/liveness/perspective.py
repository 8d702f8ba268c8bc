"""Does the face come closer as it was asked, and does perspective change with it as a head's does?"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.layout import RIGID, mean_shape
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of

MAX_SCALE_ERROR: Final = 0.2  # of what was asked for
FOCAL: Final = 0.9  # frame widths: between a phone held upright (1.1) and a wide laptop camera (.75)


@dataclass(frozen=True, kw_only=True, slots=True)
class PerspectiveResult:
    """How perspective changed as the face came closer.

    Attributes:
        status: of this check.
        growth: change of perspective over what a head shows, 1 for a head.
        scale_error: greatest share by which the distance was not what was asked for.
    """

    status: Status
    growth: float = field(repr=False)
    scale_error: float = field(repr=False)


def check_perspective(performance: Performance) -> PerspectiveResult:
    """Compare the face near and far.

    A point z before the plane of the eyes is shown larger by 1 + z/d at distance d, so from d0 to d1 it moves
    by (x z, y z)(1/d1 - 1/d0) against the rest; what a homography or a small turn does is fitted beside it.

    The mesh has a prior of its own and hides most of it: heads measure .1 to .7, paper -.1 to .5 (python -m
    benchmarks.liveness). So no bar stands on the growth; the fused score weighs it for what it is worth.

    Args:
        performance: the ceremony.

    Returns:
        The result, inconclusive where nobody was asked to come closer.
    """
    steps = performance.steps_of("closer")
    if not steps:
        return PerspectiveResult(status="inconclusive", growth=0.0, scale_error=0.0)
    straight = performance.straight
    iod = float(np.median(performance.track.inter_ocular[performance.span(0)]))
    growths, weights, errors = [], [], []
    for number, step in steps:
        held = performance.held(number)
        scale = float(np.median(performance.scales[held]))
        errors.append(abs(scale / step.scale - 1))
        expected = (scale - 1) * iod / FOCAL
        growths.append(_growth(straight, performance.settled(held)))
        weights.append(expected)
    slack = float(np.dot(weights, weights))
    growth = float(np.dot(growths, weights)) / slack if slack > 0 else 0.0
    worst = max(errors)
    return PerspectiveResult(
        status=status_of(holds=worst <= MAX_SCALE_ERROR), growth=growth, scale_error=worst
    )


def _growth(far: FloatArray, near: FloatArray) -> float:
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
        both(x * x, x * y),  # what of a homography is not affine
        both(x * y, y * y),
        both(x * depth, y * depth),
    ]
    fit = np.linalg.lstsq(np.stack(columns, axis=1), both(*near.T), rcond=None)[0]
    return float(fit[-1])
