"""The first product's rules, B0 to B3, on the same comparisons (design: biometrics, section 2).

Each gives a margin: at 0 and above the rule accepts. Errors at other thresholds come from moving that margin.
"""

from typing import Final

import numpy as np

from benchmarks.recognition.dataset import Dataset, Floats
from benchmarks.recognition.trials import Trials

BASELINES: Final = ("B0", "B1", "B2", "B3")
_RULE: Final = 0.45
_SHARE: Final = 0.60
_DIM: Final = 0.4  # lighting below which both rules become easier
_FINE: Final = 0.8  # and above which the SDK's becomes harder
_DARK_LUMINANCE: Final = 80
_BRIGHT_LUMINANCE: Final = 200


def baseline_margins(data: Dataset, trials: Trials) -> dict[str, Floats]:
    """Apply the rules to what the first product compared: descriptors as they are, of the chip alone.

    Args:
        data: the pictures.
        trials: the comparisons.

    Returns:
        For each rule (a, m) margins.
    """
    similarity = 1 - _distances(data.chip, trials)  # (k, a, m)
    best = similarity.max(axis=0)
    # 60 % of the templates reach a bar when the ceil(.6 k)-th best does.
    rank = int(np.ceil(_SHARE * len(similarity)))
    common = np.sort(similarity, axis=0)[::-1][rank - 1]
    light = _lighting(data, trials)
    sdk_bar = np.where(light < _DIM, max(0.35, _RULE - 0.05), np.where(light > _FINE, _RULE + 0.02, _RULE))
    app_bar = np.maximum(0.30, 0.60 - np.where(light < _DIM, 0.08, 0.0))
    return {
        "B0": similarity[0] - _RULE,
        "B1": np.maximum(best - _RULE, common - sdk_bar[None, :]),
        "B2": best - app_bar[None, :],
        "B3": _cosines(data.chip, trials).max(axis=0) - _RULE,
    }


def _distances(descriptors: Floats, trials: Trials) -> Floats:
    probes = _first_frames(descriptors, trials)
    templates = descriptors[trials.account_pictures.T]  # (k, a, 128)
    squares = (templates**2).sum(axis=2)[:, :, None] + (probes**2).sum(axis=1)[None, None, :]
    distances: Floats = np.sqrt(np.maximum(squares - 2 * templates @ probes.T, 0.0))
    return distances


def _cosines(descriptors: Floats, trials: Trials) -> Floats:
    unit = descriptors / np.linalg.norm(descriptors, axis=1, keepdims=True)
    cosines: Floats = unit[trials.account_pictures.T] @ _first_frames(unit, trials).T
    return cosines


def _first_frames(descriptors: Floats, trials: Trials) -> Floats:
    # The first product compared one frame.
    return descriptors[np.array([pictures[0] for pictures in trials.probe_pictures], dtype=np.int64)]


def _lighting(data: Dataset, trials: Trials) -> Floats:
    mean = data.quality["luminance_mean"][[pictures[0] for pictures in trials.probe_pictures]]
    dark = np.maximum(0.2, mean / 160)
    bright = np.maximum(0.2, (255 - mean) / 110)
    light = np.where(mean < _DARK_LUMINANCE, dark, np.where(mean > _BRIGHT_LUMINANCE, bright, 0.9))
    return np.where(np.isfinite(light), light, 0.9)
