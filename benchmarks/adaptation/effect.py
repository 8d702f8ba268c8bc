"""What learning does to the error rates at the same threshold."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.adaptation.admission import NEVER
from benchmarks.adaptation.people import ANCHORS, FloatArray, People, account, centroid_distances
from benchmarks.table import print_table
from matching.sphere import distances
from matching.templates import judge_admission, usable

RESAMPLES: Final = 2000


def report(people: People, *, threshold: float) -> None:
    """Print FNMR and FMR of each person's last picture and of strangers, before and after learning.

    Everything between the anchors and the last picture is offered, in the order of the files; what is
    admitted counts at once, which in life takes two more days.
    """
    before: list[tuple[float, float]] = []
    after: list[tuple[float, float]] = []
    nearest: list[tuple[float, float]] = []
    learned = 0
    for own in people.pictures(at_least=ANCHORS + 2):
        anchors, probe = people.descriptors[own[:ANCHORS]], people.descriptors[own[-1:]]
        taught = _taught(people, own[ANCHORS:-1], anchors, threshold=threshold)
        learned += len(taught) - ANCHORS
        strangers = people.descriptors[people.others(own)]
        for errors, references in ((before, anchors), (after, taught)):
            by_centroid = (centroid_distances(pictures, references) for pictures in (probe, strangers))
            errors.append(_errors(*by_centroid, threshold=threshold))
        by_nearest = (distances(pictures, taught).min(axis=1) for pictures in (probe, strangers))
        nearest.append(_errors(*by_nearest, threshold=threshold))
    print_table(
        f"Error rates at one threshold ({threshold:.3f}), {len(before)} people, {learned} templates learned",
        ["references", "FNMR", "95 %", "FMR", "95 %"],
        [
            _row("3 anchors, centroid", before),
            _row("and what was learned, centroid", after),
            _row("and what was learned, nearest", nearest),
        ],
    )


def _taught(
    people: People, offered: NDArray[np.int64], anchors: FloatArray, *, threshold: float
) -> FloatArray:
    learned = np.empty((0, 128))
    for at in offered:
        stored = account(anchors, learned)
        references = stored.descriptors[usable(stored)]
        accepted = bool(centroid_distances(people.descriptors[at][None, :], references)[0] <= threshold)
        admission = judge_admission(
            probe=people.descriptors[at],
            quality=[people.quality[at]],
            templates=stored,
            admissions_days_ago=NEVER,
            accepted=accepted,
            device_was_known=True,
        )
        if admission.admitted:
            learned = np.vstack([learned, people.descriptors[at]])
    return np.vstack([anchors, learned])


def _errors(own: FloatArray, strangers: FloatArray, *, threshold: float) -> tuple[float, float]:
    return float(np.mean(own > threshold)), float(np.mean(strangers <= threshold))


def _row(name: str, errors: list[tuple[float, float]]) -> list[str]:
    """The mean over people, and an interval by bootstrap over them."""
    rates = np.array(errors)
    drawn = np.random.default_rng(1).integers(len(rates), size=(RESAMPLES, len(rates)))
    low, high = np.percentile(rates[drawn].mean(axis=1), [2.5, 97.5], axis=0)
    fnmr, fmr = rates.mean(axis=0)
    of_owners, of_strangers = f"{low[0]:.1%} to {high[0]:.1%}", f"{low[1]:.1e} to {high[1]:.1e}"
    return [name, f"{fnmr:.1%}", of_owners, f"{fmr:.1e}", of_strangers]
