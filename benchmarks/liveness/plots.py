"""Fused scores by species, and APCER against BPCER as the bar moves, as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np

mpl.use("Agg")  # before pyplot: there is no screen
from matplotlib import pyplot as plt
from scipy.special import ndtri

from benchmarks.liveness.bulk import LIVE, SPECIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.liveness.bulk import Outcome
    from matching.evidence import FloatArray
    from matching.liveness.fusion import LivenessCalibration

_TICKS: Final = (1e-3, 1e-2, 0.05, 0.2, 0.5, 0.8, 0.95)
_FEWEST: Final = 20


def plot_scores(outcomes: Sequence[Outcome], calibration: LivenessCalibration, path: Path) -> None:
    """Draw how the fused scores of each species are distributed, checks apart, one panel a profile."""
    profiles = sorted({one.profile for one in outcomes})
    columns = 2 if len(profiles) > 1 else 1
    rows = -(-len(profiles) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(6.4 * columns, 4.4 * rows), squeeze=False, sharex=True
    )
    names = [name for name in SPECIES if any(one.species == name for one in outcomes)]
    for place, profile in zip(axes.flat, profiles, strict=False):
        scores = [_scores(outcomes, name, profile) for name in names]
        drawn = [index for index, values in enumerate(scores) if len(values)]
        place.violinplot(
            [scores[index] for index in drawn], drawn, orientation="horizontal", widths=0.85, showextrema=True
        )
        place.set_yticks(range(len(names)), names, fontsize=7)
        place.invert_yaxis()
        place.axvline(calibration.thresholds[profile], color="black", linewidth=1)
        place.set_title(profile, fontsize=9)
        place.grid(axis="x", alpha=0.3)
    for place in axes.flat[len(profiles) :]:
        place.axis("off")
    figure.supxlabel("fused score (the line is the bar; checks that deny are not in it)", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_det(outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw APCER against BPCER of the fused score alone, on probit axes, all profiles with turns together."""
    figure, axes = plt.subplots(figsize=(6.8, 6.4))
    turned = [one for one in outcomes if one.profile != "no-head-turn"]
    live = np.sort(_scores(turned, LIVE.name))
    for name, species in SPECIES.items():
        attacks = np.sort(_scores(turned, name))
        if species is LIVE or species.kind != "presentation" or min(len(live), len(attacks)) < _FEWEST:
            continue
        bars = np.concatenate([live, attacks])
        bars.sort()
        bpcer = np.searchsorted(live, bars) / len(live)
        apcer = 1 - np.searchsorted(attacks, bars) / len(attacks)
        least = 0.5 / max(len(live), len(attacks))
        axes.plot(
            ndtri(np.clip(apcer, least, 1 - least)), ndtri(np.clip(bpcer, least, 1 - least)), label=name
        )
    labels = [f"{tick:g}" for tick in _TICKS]
    axes.set_xticks(ndtri(_TICKS), labels)
    axes.set_yticks(ndtri(_TICKS), labels)
    axes.set_xlabel("APCER")
    axes.set_ylabel("BPCER")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _scores(outcomes: Sequence[Outcome], species: str, profile: str | None = None) -> FloatArray:
    found = np.array(
        [one.score for one in outcomes if one.species == species and profile in (None, one.profile)],
        dtype=np.float64,
    )
    return found[np.isfinite(found)]
