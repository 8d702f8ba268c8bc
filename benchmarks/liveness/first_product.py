"""The first product's liveness rule, in our words, on the same frames.

Source: `packages/sdk/src/core/liveness.ts` and `react/useFaceTracking.ts` of
github.com/ever-just/facesmash.app, commit 582492c. Every 200 ms it takes the mean eye aspect ratio of both
eyes, and where the tip of the nose lies in the face's box. Three signs count: a blink (a ratio below .21
between two above it), motion (the nose moves by more than .003 half boxes a look, in the mean), and restless
eyes (the ratio's variance is above 1e-4). Two signs, or a blink, or motion once twelve looks are over, are a
living face. The browser decides; nothing is sent that a server could judge.

It looks at face-api's 68 landmarks; here the points of the mesh at the same places are taken, and their
extent for the detector's box, which moves less than that box does: what passes here passes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from matching.liveness.layout import RIGID

if TYPE_CHECKING:
    from matching.evidence import FloatArray

LOOK_EVERY_MS: Final = 200.0
_BLINK: Final = 0.21
_MOTION: Final = 0.003
_RESTLESS: Final = 1e-4
_KEPT: Final = 30  # looks
_LEAST: Final = 3
_MOTION_LEAST: Final = 4
_RESTLESS_LEAST: Final = 5
_PATIENCE: Final = 12
_NOSE: Final = 5  # of the track's points: mesh point 4, the tip
# Corner, two on the upper lid, corner, two on the lower lid: as the ratio's definition numbers them.
_EYES: Final = ((32, 33, 35, 36, 37, 39), (40, 41, 43, 44, 45, 47))


def first_product_accepts(times_ms: FloatArray, points: FloatArray) -> bool:
    """Whether it takes these frames for a living face, at any time.

    Args:
        times_ms: (n,) increasing.
        points: (n, 48, 2) landmarks of the track, any unit; finite.
    """
    return accepted_at(times_ms, points) is not None


def accepted_at(times_ms: FloatArray, points: FloatArray) -> int | None:
    """The number of the look, from 1, at which it says that a face is alive; None when it never does."""
    due = np.arange(times_ms[0], times_ms[-1] + 1, LOOK_EVERY_MS)
    looks = np.minimum(np.searchsorted(times_ms, due), len(times_ms) - 1)
    ratios = np.mean([_eye_aspect_ratio(points[looks], eye) for eye in _EYES], axis=0)
    nose = _nose_in_box(points[looks])
    blinked = False
    for count in range(1, len(looks) + 1):
        seen, moved = ratios[max(0, count - _KEPT) : count], nose[max(0, count - _KEPT) : count]
        if len(seen) >= _LEAST:
            blinked = blinked or bool(seen[-3] > _BLINK > seen[-2] and seen[-1] > _BLINK)
        motion = len(moved) >= _MOTION_LEAST and bool(np.abs(np.diff(moved, axis=0)).sum(1).mean() > _MOTION)
        restless = len(seen) >= _RESTLESS_LEAST and bool(seen.var() > _RESTLESS)
        if blinked or (motion and restless) or (count >= _PATIENCE and motion):
            return count
    return None


def _eye_aspect_ratio(points: FloatArray, eye: tuple[int, ...]) -> FloatArray:
    p1, p2, p3, p4, p5, p6 = (points[:, index] for index in eye)
    opening = np.linalg.norm(p2 - p6, axis=1) + np.linalg.norm(p3 - p5, axis=1)
    ratio: FloatArray = opening / np.maximum(2 * np.linalg.norm(p1 - p4, axis=1), 1e-9)
    return ratio


def _nose_in_box(points: FloatArray) -> FloatArray:
    low, high = points[:, RIGID].min(axis=1), points[:, RIGID].max(axis=1)
    place: FloatArray = (points[:, _NOSE] - (low + high) / 2) / np.maximum((high - low) / 2, 1e-9)
    return place
