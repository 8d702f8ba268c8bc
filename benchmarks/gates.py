"""The constants of `layers/matching` held against real descriptors: norm gate and fixed threshold.

Development data (LFW), so development figures: they describe these people, and promise nothing for others.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import print_table
from matching.gates import NORM_RANGE
from matching.score import DISTANCE_THRESHOLD

DESCRIPTORS = Path(__file__).parents[2] / "shared/data/descriptors/lfw-development.npz"
ENROLMENTS = 3


def main() -> None:
    """Print the figures, or say what is missing."""
    if not DESCRIPTORS.exists():
        sys.exit(f"skipped: evaluation descriptors are not on this machine ({DESCRIPTORS.name})")
    data = np.load(DESCRIPTORS)
    descriptors, subjects = data["descriptor"].astype(np.float64), data["subject"]
    _norms(descriptors)
    _quality(data)
    _fixed_threshold(descriptors, subjects)


def _norms(descriptors: NDArray[np.float64]) -> None:
    norms = np.linalg.norm(descriptors, axis=1)
    low, high = np.percentile(norms, [0.1, 99.9])
    outside = np.mean((norms < NORM_RANGE[0]) | (norms > NORM_RANGE[1]))
    print_table(
        "Norm of real descriptors",
        ["descriptors", "0.1 %", "99.9 %", "gate", "real faces outside"],
        [[len(norms), f"{low:.3f}", f"{high:.3f}", NORM_RANGE, f"{outside:.2%}"]],
    )


def _quality(data: Mapping[str, NDArray[np.float64]]) -> None:
    print_table(
        "Quality of real pictures, at their own scale",
        ["measure", "0.1 %", "1 %", "99 %", "99.9 %"],
        [
            [name, *(f"{value:.2f}" for value in np.percentile(data[name], [0.1, 1, 99, 99.9]))]
            for name in ("sharpness", "nose_offset_iod", "luminance_mean", "roll_deg")
        ],
    )


def _fixed_threshold(descriptors: NDArray[np.float64], subjects: NDArray[np.str_]) -> None:
    enrolled: list[NDArray[np.float64]] = []
    owners: list[str] = []
    genuine: list[NDArray[np.float64]] = []
    for subject in np.unique(subjects):
        own = descriptors[subjects == subject]
        if len(own) > ENROLMENTS:
            centroid = own[:ENROLMENTS].mean(axis=0)
            enrolled.append(centroid)
            owners.append(str(subject))
            genuine.append(np.linalg.norm(own[ENROLMENTS:] - centroid, axis=1))
    distances = np.stack([np.linalg.norm(descriptors - centroid, axis=1) for centroid in enrolled], axis=1)
    impostors = distances[subjects[:, None] != np.array(owners)[None, :]]
    own_distances = np.concatenate(genuine)
    print_table(
        f"Centroid of {ENROLMENTS} templates, one-frame probes, distance <= {DISTANCE_THRESHOLD}",
        ["people", "genuine", "impostor", "FNMR", "FMR"],
        [
            [
                len(owners),
                len(own_distances),
                len(impostors),
                f"{np.mean(own_distances > DISTANCE_THRESHOLD):.1%}",
                f"{np.mean(impostors <= DISTANCE_THRESHOLD):.1e}",
            ]
        ],
    )


if __name__ == "__main__":
    main()
