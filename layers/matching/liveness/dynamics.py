"""Do the descriptors belong to the head that was seen: like one another, and unlike as it turned?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.liveness.performance import Performance
from matching.liveness.status import Status, status_of
from matching.pipeline import DESCRIPTOR_LENGTH

# Euclidean, between descriptors of the aligned and mirrored pipeline (python -m benchmarks.liveness).
MIN_TURNED: Final = 0.05  # a head that turned by 16 degrees and more looks different
# But it is the same person, who is farther from their own straight look the more they turn: .016 a degree, a
# fifth more or less, of a turn that the landmarks tell within a sixth (python -m benchmarks.liveness.turned).
# So each turned capture has a limit that only somebody else is beyond, and all of them together one that
# tells people apart: the mean of what is left less _MEAN_PER_DEG for every degree. One bar of .5 for each
# refused one ceremony in ten, and the same people each time.
_EACH_FROM: Final = 0.26
_EACH_PER_DEG: Final = 0.02
_MEAN_MAX: Final = 0.32
_MEAN_PER_DEG: Final = 0.01
_FARTHEST_DEG: Final = 26.0  # beyond it the limits rise no more: two people are .8 apart, and some .5
MIN_FROM_STRAIGHT: Final = 0.02  # from each straight one, or it is that one once more
_MAX_COMPONENT: Final = 1e3  # of no face; it keeps squares finite
MAX_LOOK_DEG: Final = 9.0  # a capture that is compared was taken while looking straight
MAX_VIEW_DEG: Final = 28.0
MIN_TURNED_SHARE: Final = 0.5  # of the turn that was asked for, at the moment of the turned capture


@dataclass(frozen=True, kw_only=True, slots=True)
class DynamicsResult:
    """How the descriptors go with the poses.

    Attributes:
        status: of this check.
        turned_distance: between the turned descriptor and the mean of the straight ones, the nearest.
        straight_distance: between straight ones, the farthest.
    """

    status: Status
    turned_distance: float = field(repr=False)
    straight_distance: float = field(repr=False)


def check_dynamics(
    performance: Performance,
    *,
    descriptors: FloatArray,
    moments: Sequence[int],
    turned: FloatArray,
    turned_moments: Sequence[int],
) -> DynamicsResult:
    """Compare descriptors taken at the moments that the script chose.

    Args:
        performance: the ceremony.
        descriptors: (k, 128) the captures that are compared with templates.
        moments: k numbers of the frames in which they were taken.
        turned: (m, 128) captures of a turned head.
        turned_moments: m numbers of their frames.

    Returns:
        The result. Without turns only the moments are judged.
    """
    asked = [number for number, step in performance.steps_of("turn") if step.capture]
    in_place = (
        len(moments) == len(descriptors)
        and len(set(moments)) == len(moments)
        and all(_is_straight(performance, moment) for moment in moments)
        and len(turned_moments) == len(turned) == len(asked)
        and all(
            _is_turned(performance, moment, number)
            for moment, number in zip(turned_moments, asked, strict=True)
        )
    )
    if not in_place or not _covered(performance, moments) or not _are_faces(descriptors, turned):
        return DynamicsResult(status="failed", turned_distance=0.0, straight_distance=0.0)
    straight = float(np.linalg.norm(descriptors[:, None] - descriptors[None], axis=2).max())
    if not asked:
        return DynamicsResult(status="passed", turned_distance=0.0, straight_distance=straight)
    distances = np.linalg.norm(turned - descriptors.mean(axis=0), axis=1)
    nearest = float(np.linalg.norm(turned[:, None] - descriptors[None], axis=2).min())
    turns_deg = np.linalg.norm(performance.turns_deg[list(turned_moments)], axis=1)
    holds = bool(
        distances.min() >= MIN_TURNED and is_one_face(distances, turns_deg) and nearest >= MIN_FROM_STRAIGHT
    )
    return DynamicsResult(
        status=status_of(holds=holds), turned_distance=float(distances.min()), straight_distance=straight
    )


def is_one_face(distances: FloatArray, turns_deg: FloatArray) -> bool:
    """Tell whether turned captures can be of the person whose straight ones they are compared with.

    Args:
        distances: (m,) Euclidean, from the mean of the straight ones.
        turns_deg: (m,) how far the head was turned in each.
    """
    turns = np.minimum(turns_deg, _FARTHEST_DEG)
    return bool(
        (distances <= _EACH_FROM + _EACH_PER_DEG * turns).all()
        and (distances - _MEAN_PER_DEG * turns).mean() <= _MEAN_MAX
    )


def _are_faces(*stacks: FloatArray) -> bool:
    return all(
        stack.ndim == 2  # noqa: PLR2004 -- a stack of vectors
        and stack.shape[1] == DESCRIPTOR_LENGTH
        and bool((np.abs(stack) <= _MAX_COMPONENT).all())  # False for NaN
        for stack in stacks
    ) and bool(len(stacks[0]))


def _covered(performance: Performance, moments: Sequence[int]) -> bool:
    """Whether every look and view that takes captures has one: a face in the first look only left since."""
    spans = [
        performance.span(number) for number, step in performance.steps_of("look", "view") if step.capture
    ]
    return all(any(span.start <= moment < span.stop for moment in moments) for span in spans)


def _is_straight(performance: Performance, moment: int) -> bool:
    for kind, limit_deg in (("look", MAX_LOOK_DEG), ("view", MAX_VIEW_DEG)):
        for number, step in performance.steps_of(kind):
            span = performance.span(number)
            if step.capture and span.start <= moment < span.stop:
                return float(np.hypot(*performance.turns_deg[moment])) <= limit_deg
    return False


def _is_turned(performance: Performance, moment: int, number: int) -> bool:
    span, step = performance.span(number), performance.script.steps[number]
    if not span.start <= moment < span.stop:
        return False
    asked = np.array([step.yaw_deg, step.pitch_deg])
    share = performance.turns_deg[moment] @ asked / (asked @ asked)
    return float(share) >= MIN_TURNED_SHARE
