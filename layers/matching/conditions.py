"""The conditions that a client reports: good, fair or poor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.evidence import FloatArray, Quality

Levels: TypeAlias = NDArray[np.int64]

GOOD: Final = 0
FAIR: Final = 1
POOR: Final = 2
UNUSABLE: Final = 3

# What looks this sharp is a sensor's noise: strangers seen through it resemble one another too much for any
# bar that still knows anybody (python -m benchmarks.strata, "noisy"). Crisp portraits measure up to about
# 110, so milder noise cannot be told from them by this measure.
MAX_SHARPNESS: Final = 150.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """From where on a measure makes conditions fair, and from where on poor. Units: `Quality`."""

    fair: float
    poor: float


# Each makes at most 4 % of LFW's press photographs fair or worse and under 1 % poor, which is what a dark
# room or a smeared lens leaves (python -m benchmarks.gates prints the shares, of sharpness only if the file
# is of this pipeline, because every tool has its own scale). Client-reported, so they only tighten: a
# client that lies about good light gets the bar of good light, and the server-judged strata still hold.
LEAST: Final[dict[str, Bars]] = {
    "luminance_mean": Bars(fair=75.0, poor=45.0),
    "luminance_sd": Bars(fair=20.0, poor=12.0),
    "sharpness": Bars(fair=4.0, poor=2.5),
    "inter_ocular_px": Bars(fair=32.0, poor=20.0),
}
MOST: Final[dict[str, Bars]] = {
    "luminance_mean": Bars(fair=200.0, poor=225.0),
    "nose_offset_iod": Bars(fair=0.25, poor=0.40),  # of its absolute value
}


def conditions_of(quality: Sequence[Quality]) -> int:
    """Judge a ceremony's conditions by its worst frame.

    Args:
        quality: one measurement a frame.

    Returns:
        `GOOD`, `FAIR`, `POOR` or `UNUSABLE`; poor when there is no measurement.
    """
    if not quality:
        return POOR
    names = LEAST.keys() | MOST.keys()
    columns = {name: np.array([getattr(one, name) for one in quality], dtype=np.float64) for name in names}
    return int(condition_levels(columns).max())


def condition_levels(columns: dict[str, FloatArray]) -> Levels:
    """Judge many frames at once.

    Args:
        columns: for each measure of `LEAST` and `MOST` its (n,) values.

    Returns:
        (n,) of `GOOD`, `FAIR`, `POOR` and `UNUSABLE`. A value that is not a number is poor.
    """
    levels = [_level(columns[name], bars) for name, bars in LEAST.items()]
    levels += [
        _level(-np.abs(columns[name]), Bars(fair=-bars.fair, poor=-bars.poor)) for name, bars in MOST.items()
    ]
    levels.append(np.where(columns["sharpness"] > MAX_SHARPNESS, UNUSABLE, GOOD).astype(np.int64))
    worst: Levels = np.max(levels, axis=0)
    return worst


def _level(values: FloatArray, bars: Bars) -> Levels:
    # Written so that NaN fails: a comparison with NaN is False.
    return np.where(values >= bars.fair, GOOD, np.where(values >= bars.poor, FAIR, POOR)).astype(np.int64)
