"""Which adaptive templates stay when there are too many?"""

from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from matching.evidence import FloatArray
from matching.sphere import distances
from matching.templates.bars import LIFE_DAYS
from matching.templates.stored import BoolArray, IntArray

_MOST_CHOICES: Final = 5000


def keep_diverse(
    *,
    learned: FloatArray,
    anchors: FloatArray,
    corroborations: IntArray,
    age_days: FloatArray,
    cap: int,
) -> BoolArray:
    """Choose the adaptive templates that best stand for all of them: weighted k-medoids, solved exactly.

    The anchors are medoids that always stay. A template weighs as much as the sign-ins that it stands for,
    less as it ages: a lone outlier that nobody came back to goes before a template that was borne out, which
    keeping the farthest apart would do the other way round.

    Args:
        learned: (n, 128) the candidates, all inside the anchor ball.
        anchors: (m, 128) the account's anchors, m >= 1.
        corroborations: (n,) how many sign-ins bore each out.
        age_days: (n,) since each was made.
        cap: how many may stay.

    Returns:
        (n,) True for those that stay: all of them up to the cap.

    Raises:
        ValueError: when there are so many candidates that not all choices can be tried.
    """
    count = len(learned)
    if count <= cap:
        return np.ones(count, dtype=bool)
    if comb(count, cap) > _MOST_CHOICES:
        raise ValueError("too many candidates")
    weight = 1.0 + corroborations * np.clip(1.0 - age_days / LIFE_DAYS, 0.0, 1.0)
    between = distances(learned, learned)
    to_anchors = distances(learned, anchors).min(axis=1)
    choices = np.array(list(combinations(range(count), cap)), dtype=np.int64).reshape(-1, cap)
    to_kept = between[:, choices].min(axis=2, initial=np.inf)  # (n, choices)
    cost = weight @ np.minimum(to_kept, to_anchors[:, None])
    youngest_first = age_days[choices].sum(axis=1)
    best = np.lexsort((youngest_first, cost))[0]
    kept = np.zeros(count, dtype=bool)
    kept[choices[best]] = True
    return kept
