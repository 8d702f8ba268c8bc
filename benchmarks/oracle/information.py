"""Bits: what an answer tells, in bytes or in time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHUFFLES: Final = 2_000
SIGNIFICANT: Final = 0.01
# A verdict hangs on it, every night.
VERY_SIGNIFICANT: Final = 0.001
_BINS: Final = 4


def spread(values: Sequence[float]) -> float:
    """Largest over smallest, less one."""
    return max(values) / min(values) - 1


def mutual_information_bits(labels: NDArray[np.int64], seen: NDArray[np.int64]) -> float:
    """Mutual information of two discrete variables, plug-in estimate.

    Args:
        labels: (n,), what somebody would like to know.
        seen: (n,), what they see.

    Returns:
        Bits; biased upwards by chance, see `bits_in_time`.
    """
    joint = np.zeros((labels.max() + 1, seen.max() + 1))
    np.add.at(joint, (labels, seen), 1 / len(labels))
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    filled = joint > 0
    return float((joint[filled] * np.log2(joint[filled] / apart[filled])).sum())


def bits_in_time(labels: NDArray[np.int64], seconds: FloatArray, *, rng: np.random.Generator) -> float:
    """What the time of an answer tells of its kind: bits an answer, less what chance gives.

    Times are cut into quarters of their distribution. The mean of as many shuffled labels is taken off, and
    what no shuffle test at .01 tells from nothing is nothing (Good, Permutation Tests, 2nd edition).

    Args:
        labels: (n,), the kinds.
        seconds: (n,), the times.
        rng: shuffles.

    Returns:
        Bits an answer, 0 or more.
    """
    edges = np.quantile(seconds, np.arange(1, _BINS) / _BINS)
    return _beyond_chance(labels, np.searchsorted(edges, seconds), rng=rng, significant=SIGNIFICANT)


def bits_in_form(labels: NDArray[np.int64], forms: Sequence[str], *, rng: np.random.Generator) -> float:
    """What the form of an answer that is drawn tells of its kind: bits an answer, less what chance gives.

    Args:
        labels: (n,), the kinds.
        forms: n of them: of what each answer is made, and how long it is.
        rng: shuffles.

    Returns:
        Bits an answer, 0 or more; what no shuffle test at .001 tells from nothing is nothing.
    """
    names = {form: number for number, form in enumerate(dict.fromkeys(forms))}
    if len(names) == 1:
        return 0.0
    seen = np.array([names[form] for form in forms])
    return _beyond_chance(labels, seen, rng=rng, significant=VERY_SIGNIFICANT)


def _beyond_chance(
    labels: NDArray[np.int64], seen: NDArray[np.int64], *, rng: np.random.Generator, significant: float
) -> float:
    found = mutual_information_bits(labels, seen)
    by_chance = np.array([mutual_information_bits(rng.permutation(labels), seen) for _ in range(SHUFFLES)])
    p_value = (1 + np.count_nonzero(by_chance >= found)) / (1 + SHUFFLES)
    return max(0.0, found - float(by_chance.mean())) if p_value < significant else 0.0


def bits_in_bytes(labels: NDArray[np.int64], answers: Sequence[object]) -> float:
    """What an answer's bytes tell of its kind: bits an answer; 0 when all are alike.

    Args:
        labels: (n,), the kinds.
        answers: n of them, comparable.
    """
    names = {answer: number for number, answer in enumerate(dict.fromkeys(answers))}
    if len(names) == 1:
        return 0.0
    return mutual_information_bits(labels, np.array([names[answer] for answer in answers]))
