"""How much evidence a match requires: a bar that adapts inside a fixed false-match budget.

It starts at what the looks on both sides are worth; the worst of both sides' server-judged quality and of the
reported conditions adds to it as much as was measured to be needed for the budget to hold there too; history
and risk add more. So nothing that anybody does or reports can lower it below what was measured (hypothesis
proves it in tests/unit/matching/test_threshold.py).
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Calibration, Strata
from matching.comparison import Placement, spread_levels
from matching.conditions import GOOD, POOR
from matching.evidence import FloatArray
from matching.history import History

# A calibrated likelihood ratio of e^t is exceeded by at most a share e^-t of non-mated comparisons, so
# ln(1 + f) more after f failures lets the attempts of one window spend the budget in harmonic shares
# instead of each spending all of it. A device that is new to the account halves the share once more.
_NEW_DEVICE: Final = math.log(2)


def required_evidence(
    *,
    probes: Placement,
    references: Placement,
    conditions: NDArray[np.int64],
    history: History,
    calibration: Calibration,
) -> FloatArray:
    """Give the natural logarithm of the likelihood ratio that each comparison must reach.

    Args:
        probes: m of them.
        references: a of them.
        conditions: (m,) of `GOOD`, `FAIR` and `POOR`; what is unusable never comes here.
        history: the account's.
        calibration: the measured bars.

    Returns:
        (a, m), at most the calibration's ceiling.
    """
    thresholds = calibration.thresholds
    probe_levels = spread_levels(probes.spread, calibration=calibration)
    reference_levels = spread_levels(references.spread, calibration=calibration)
    of_probe = np.maximum(
        _of_stratum(probes.centred_norm, thresholds.probe, worst=thresholds.ceiling),
        thresholds.conditions[np.clip(conditions, GOOD, POOR)],
    )
    of_reference = _of_stratum(references.centred_norm, thresholds.references, worst=thresholds.ceiling)
    of_quality = np.maximum(of_reference[:, None], of_probe[None, :])
    base = thresholds.by_spread[np.ix_(reference_levels, probe_levels)] + of_quality
    required: FloatArray = np.minimum(base + _surcharge(history), thresholds.ceiling)
    return required


def _of_stratum(values: FloatArray, strata: Strata, *, worst: float) -> FloatArray:
    found: FloatArray = strata.added[np.searchsorted(strata.edges, values, side="right")]
    return np.where(np.isfinite(values), found, worst)


def _surcharge(history: History) -> float:
    return math.log1p(max(0, history.recent_failures)) + (_NEW_DEVICE if history.device_is_new else 0.0)
