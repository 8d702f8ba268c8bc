"""The shipped gates, and the bars of what a client reports, held against real descriptors.

Development data (LFW), so development figures: they describe these people, and promise nothing for others.
"""

import sys
from typing import Final

import numpy as np

from benchmarks.recognition.dataset import DEVELOPMENT, Dataset, Truth, load_dataset
from benchmarks.table import print_table
from matching.calibration import Calibration, shipped_calibration
from matching.comparison import place, reduce_looks
from matching.conditions import FAIR, GOOD, LEAST, MOST, POOR, Bars, condition_levels

_PERCENTILES: Final = (0.1, 1, 10, 90, 99, 99.9)
_NAMES: Final = {GOOD: "good", FAIR: "fair", POOR: "poor"}


def main() -> None:
    """Print the figures, or say what is missing."""
    if not DEVELOPMENT.exists():
        sys.exit(f"skipped: evaluation descriptors are not on this machine ({DEVELOPMENT.name})")
    data = load_dataset(DEVELOPMENT)
    _print_gates(data, shipped_calibration())
    _print_measures(data)
    _print_conditions(data)


def _print_gates(data: Dataset, calibration: Calibration) -> None:
    """How many real faces each gate turns away: each picture by itself, as every frame of a probe is."""
    gates = calibration.gates
    norms = np.linalg.norm(data.captures, axis=1)
    seen = place(reduce_looks(data.captures[:, None, :]), calibration=calibration)
    low, high = gates.norm
    measured = [
        ("norm", norms, (norms < low) | (norms > high), f"{low:.3f} to {high:.3f}"),
        (
            "centred norm",
            seen.centred_norm,
            seen.centred_norm < gates.centred_norm,
            f">= {gates.centred_norm:.3f}",
        ),
        (
            "cohort distance",
            seen.cohort_distance,
            seen.cohort_distance < gates.cohort_distance,
            f">= {gates.cohort_distance:.3f}",
        ),
    ]
    print_table(
        f"Gates: {len(norms)} pictures of real faces",
        ["gate", *(f"{p} %" for p in _PERCENTILES), "passes", "real faces outside"],
        [
            [name, *(f"{v:.3f}" for v in np.percentile(values, _PERCENTILES)), bounds, _share(outside)]
            for name, values, outside, bounds in measured
        ],
    )


def _print_measures(data: Dataset) -> None:
    print_table(
        "Quality of real pictures, and the bars of reported conditions",
        ["measure", *(f"{p} %" for p in _PERCENTILES), "fair", "poor", "beyond fair", "beyond poor"],
        [
            *(_measure(data, name, bars, sign=1) for name, bars in LEAST.items()),
            *(_measure(data, name, bars, sign=-1) for name, bars in MOST.items()),
        ],
    )


def _measure(data: Dataset, name: str, bars: Bars, *, sign: int) -> list[object]:
    # The bars of `MOST` are of the absolute value.
    values = data.quality[name] if sign > 0 else np.abs(data.quality[name])
    relation = "<" if sign > 0 else ">"
    title = name if sign > 0 else f"absolute {name}"
    if not np.isfinite(values).all():  # an older file: measured by a tool with another scale
        return [title, *("not judged" for _ in (*_PERCENTILES, "fair", "poor", "beyond", "beyond"))]
    return [
        title,
        *(f"{value:.2f}" for value in np.percentile(values, _PERCENTILES)),
        *(f"{relation} {bar:g}" for bar in (bars.fair, bars.poor)),
        *(_share(sign * values < sign * bar) for bar in (bars.fair, bars.poor)),
    ]


def _print_conditions(data: Dataset) -> None:
    levels = condition_levels(data.quality)
    print_table(
        "Conditions of real pictures, by the worst of their measures",
        ["conditions", "pictures", "share"],
        [
            [name, int((levels == level).sum()), _share(levels == level)]
            for level, name in sorted(_NAMES.items())
        ],
    )


def _share(outside: Truth) -> str:
    return f"{outside.mean():.2%}"


if __name__ == "__main__":
    main()
