"""DET curves and score distributions, as PNG."""

from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from scipy.special import ndtri

from benchmarks.recognition.dataset import Floats
from benchmarks.recognition.rates import Scores

mpl.use("Agg")  # before pyplot: there is no screen
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

_TICKS: Final = (1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.4)


def plot_det(systems: dict[str, Scores], path: Path) -> None:
    """Draw FNMR against FMR on probit axes (ISO/IEC 19795-1, 10.6), a dot where each system operates."""
    figure, axes = plt.subplots(figsize=(6.4, 6.4))
    for name, scores in systems.items():
        if not len(scores.mated) or not len(scores.nonmated):
            continue
        fmr, fnmr = _curve(scores)
        (line,) = axes.plot(ndtri(fmr), ndtri(fnmr), label=name, linewidth=2.5 if name == "ours" else 1.2)
        point = np.mean(scores.nonmated >= 0), np.mean(scores.mated < 0)
        if 0 < point[0] < 1 and 0 < point[1] < 1:
            axes.plot(*ndtri(point), "o", color=line.get_color())
    labels = [f"{tick:g}" for tick in _TICKS]
    axes.set_xticks(ndtri(_TICKS), labels)
    axes.set_yticks(ndtri(_TICKS), labels)
    axes.set_xlim(*ndtri([5e-6, 0.5]))
    axes.set_ylim(*ndtri([5e-4, 0.7]))
    axes.set_xlabel("FMR")
    axes.set_ylabel("FNMR")
    axes.grid(alpha=0.3)
    _legend(axes)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_scores(scores: Scores, path: Path) -> None:
    """Draw how margins are distributed; 0 is the bar."""
    figure, axes = plt.subplots(figsize=(7.2, 4.2))
    kinds = {"non-mated": scores.nonmated, "mated": scores.mated}
    finite = {name: values[np.isfinite(values)] for name, values in kinds.items()}
    for name, values in finite.items():
        if len(values):
            axes.hist(values, bins=120, density=True, histtype="stepfilled", alpha=0.5, label=name)
    axes.axvline(0, color="black", linewidth=1)
    axes.set_yscale("log")
    axes.set_xlabel("evidence less what is required (natural logarithm of a likelihood ratio)")
    axes.set_ylabel("density")
    _legend(axes)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _legend(axes: Axes) -> None:
    # Where nothing could be measured nothing is drawn, and a legend of nothing is a warning.
    if axes.get_legend_handles_labels()[0]:
        axes.legend()


def _curve(scores: Scores) -> tuple[Floats, Floats]:
    mated, nonmated = np.sort(scores.mated), scores.nonmated[::-1]
    levels = np.unique(np.concatenate([mated, np.quantile(nonmated, 1 - np.logspace(-6, -0.3, 200))]))
    fmr = 1 - np.searchsorted(nonmated, levels, side="left") / len(nonmated)
    fnmr = np.searchsorted(mated, levels, side="left") / len(mated)
    drawn = (fmr > 0) & (fnmr > 0)
    return fmr[drawn], fnmr[drawn]
