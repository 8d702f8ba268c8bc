"""The layer's own decision over many comparisons at once: the gates, score and bar that a sign-in meets."""

from dataclasses import dataclass

import numpy as np

from benchmarks.recognition.dataset import Dataset, Floats, Truth
from benchmarks.recognition.trials import Trials
from matching.calibration import Calibration
from matching.comparison import log_likelihood_ratios, place, reduce_looks
from matching.conditions import UNUSABLE, condition_levels
from matching.gates import among_faces, means_among_faces
from matching.history import CALM, History
from matching.threshold import required_evidence


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the layer makes of trials.

    Attributes:
        evidence: (a, m) log-likelihood ratios; -inf where a gate refuses the probe.
        required: (a, m) what each must reach.
    """

    evidence: Floats
    required: Floats

    @property
    def margins(self) -> Floats:
        """(a, m): 0 and more is accepted."""
        return self.evidence - self.required


def judge(data: Dataset, trials: Trials, *, calibration: Calibration, history: History = CALM) -> Judged:
    """Judge every probe against every account.

    Args:
        data: the pictures.
        trials: the comparisons.
        calibration: what was measured.
        history: of every account.

    Returns:
        Evidence and bar of each comparison.
    """
    references = place(trials.references(data.captures), calibration=calibration)
    probes = place(trials.probes(data.captures), calibration=calibration)
    evidence = log_likelihood_ratios(probes=probes, references=references, calibration=calibration)
    passable = _passable(data, calibration)
    passes = np.array([passable[pictures].all() for pictures in trials.probe_pictures])
    passes &= means_among_faces(probes, calibration=calibration)
    levels = condition_levels(data.quality)
    conditions = np.array([levels[pictures].max() for pictures in trials.probe_pictures], dtype=np.int64)
    passes &= conditions < UNUSABLE
    required = required_evidence(
        probes=probes, references=references, conditions=conditions, history=history, calibration=calibration
    )
    return Judged(evidence=np.where(passes[None, :], evidence, -np.inf), required=required)


def _passable(data: Dataset, calibration: Calibration) -> Truth:
    """(n,) True where a picture passes the gates, each frame of a probe by itself."""
    low, high = calibration.gates.norm
    norms = np.linalg.norm(data.captures, axis=1)
    placed = place(reduce_looks(data.captures[:, None, :]), calibration=calibration)
    passable: Truth = (norms >= low) & (norms <= high) & among_faces(placed, calibration=calibration)
    return passable
