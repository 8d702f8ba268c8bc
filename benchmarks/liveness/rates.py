"""Error rates of presentation attack detection (ISO/IEC 30107-3), with counts and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.stats import beta

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL: Final = 0.95
REPLICATES: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often it went wrong: attacks that were accepted (APCER), or people who were not (BPCER).

    Attributes:
        errors: how many.
        n: of how many presentations.
        interval: 95 %, exact (Clopper and Pearson 1934), as if every presentation were independent.
        subjects: of how many people, or things that show one.
        subject_interval: 95 %, by bootstrap over those; None where nothing can be drawn.
    """

    errors: int
    n: int
    interval: tuple[float, float]
    subjects: int
    subject_interval: tuple[float, float] | None

    @property
    def value(self) -> float:
        """The rate; NaN of nothing."""
        return self.errors / self.n if self.n else float("nan")

    def as_json(self, name: str) -> dict[str, Any]:
        """As the report has it; `name` is "apcer" or "bpcer"."""
        return {
            "n": self.n,
            "errors": self.errors,
            name: self.value if self.n else None,
            "interval": list(self.interval),
            "subjects": self.subjects,
            "subject_interval": list(self.subject_interval) if self.subject_interval else None,
        }

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.2f} % ({self.errors} of {self.n}) [{100 * low:.2f}, {100 * high:.2f}]"


def rate_of(errors: Sequence[bool], subjects: Sequence[str], *, seed: int = 0) -> Rate:
    """Count errors.

    Args:
        errors: (n,) of each presentation, whether it went wrong.
        subjects: (n,) whose it was.
        seed: of the bootstrap.

    Returns:
        The rate.
    """
    wrong, count = int(np.sum(errors, dtype=np.int64)), len(errors)
    whose = sorted(set(subjects))
    return Rate(
        errors=wrong,
        n=count,
        interval=clopper_pearson(wrong, count),
        subjects=len(whose),
        subject_interval=_over_subjects(errors, subjects, seed=seed)
        if wrong > 0 and len(whose) > 1
        else None,
    )


def clopper_pearson(errors: int, count: int) -> tuple[float, float]:
    """Give the exact 95 % interval of a share; everything where nothing was counted."""
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, errors, count - errors + 1)) if errors else 0.0
    high = float(beta.ppf(1 - tail, errors + 1, count - errors)) if errors < count else 1.0
    return low, high


def _over_subjects(errors: Sequence[bool], subjects: Sequence[str], *, seed: int) -> tuple[float, float]:
    names, index = np.unique(np.asarray(subjects), return_inverse=True)
    wrong = np.bincount(index, weights=np.asarray(errors, dtype=np.float64), minlength=len(names))
    total = np.bincount(index, minlength=len(names))
    drawn = np.random.default_rng(seed).integers(len(names), size=(REPLICATES, len(names)))
    rates = wrong[drawn].sum(axis=1) / total[drawn].sum(axis=1)
    low, high = np.percentile(rates, [100 * (1 - LEVEL) / 2, 100 * (1 + LEVEL) / 2])
    return float(low), float(high)
