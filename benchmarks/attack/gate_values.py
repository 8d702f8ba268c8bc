"""What other gates would stop, and whom they would turn away."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from benchmarks.attack.capture_sets import capture_sets
from benchmarks.attack.experiment import Halves, Rows, climbers, plain, pooled
from benchmarks.attack.layer import LayerTarget
from benchmarks.recognition.ours import judge
from benchmarks.recognition.trials import make_trials
from matching.calibration import Calibration, Gates
from matching.comparison import place, reduce_looks, spread_levels
from matching.gates import among_faces

# Percentile of real pictures at which both gates stand (None: as shipped), and at how many spread levels they
# judge the mean as well: none, one look and two (as shipped), all.
GATE_VALUES: Final = ((None, 0), (None, 2), (None, 3), (1, 3))


def gate_values(directions: Sequence[Halves]) -> list[dict[str, Any]]:
    """Attack and count for each of `GATE_VALUES`: one vector, and frames apart that count as one look."""
    rows = []
    for percentile, judged_means in GATE_VALUES:
        outcomes, costs = [], []
        for halves in directions:
            calibration = halves.calibration
            if percentile is not None:
                calibration = replace(calibration, gates=_gates_at(halves, percentile))
            found: Rows = {}
            for captures in capture_sets(calibration)[:2]:
                target = LayerTarget(calibration=calibration, captures=captures, judged_means=judged_means)
                found |= climbers(target, halves)
            outcomes.append(found)
            costs.append(_cost(halves, calibration, judged_means=judged_means))
        found_of_both = pooled(outcomes)
        refused, missed, mated, mean_refused, sets = np.sum(costs, axis=0)
        rows.append(
            {
                "percentile": percentile,
                "judged_means": judged_means,
                "attacks": plain(found_of_both),
                "mated_refused_by_gates": refused / mated,
                "mated_refused_by_gate_on_mean": mean_refused / sets,
                "fnmr": missed / mated,
            }
        )
    return rows


def _gates_at(halves: Halves, percentile: float) -> Gates:
    placed = place(reduce_looks(halves.own.captures[:, None]), calibration=halves.calibration)
    return replace(
        halves.calibration.gates,
        centred_norm=float(np.percentile(placed.centred_norm, percentile)),
        cohort_distance=float(np.percentile(placed.cohort_distance, percentile)),
    )


def _cost(halves: Halves, calibration: Calibration, *, judged_means: int) -> tuple[int, int, int, int, int]:
    """What the victims themselves meet.

    Returns:
        Of mated comparisons with one picture: refused by the gates, not accepted, all. Of sets of three
        pictures whose every picture passes: refused for their mean, all. Pictures of three days lie far
        apart: frames of one scene lie nearer, and their mean hardly inside them.
    """
    trials = make_trials(halves.victims, enrolments=3, frames=1)
    judged = judge(halves.victims, trials, calibration=calibration)
    refused = int((judged.evidence[trials.mated] == -np.inf).sum())
    missed = int((~(judged.margins[trials.mated] >= 0)).sum())

    sets = halves.unseen.templates
    each = place(reduce_looks(sets.reshape(-1, 1, sets.shape[2])), calibration=calibration)
    pass_each = among_faces(each, calibration=calibration).reshape(sets.shape[:2]).all(axis=1)
    means = place(reduce_looks(sets), calibration=calibration)
    is_judged = spread_levels(means.spread, calibration=calibration) < judged_means
    for_mean = int((pass_each & is_judged & ~among_faces(means, calibration=calibration)).sum())
    return refused, missed, int(trials.mated.sum()), for_mean, int(pass_each.sum())
