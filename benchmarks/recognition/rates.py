"""Error rates of comparisons (ISO/IEC 19795-1), with intervals by bootstrap over people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.recognition.dataset import Floats, Whole
from benchmarks.recognition.trials import Trials

REPLICATES: Final = 100


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The scores of mated and non-mated comparisons; higher is likelier one person.

    Attributes:
        mated: (g,) scores.
        nonmated: (i,) scores, the highest first.
        mated_people: (g,) whose.
        nonmated_people: (i, 2) whose account, whose probe.
        people: how many there are.
    """

    mated: Floats
    nonmated: Floats
    mated_people: Whole
    nonmated_people: Whole
    people: int

    @classmethod
    def of(cls, scores: Floats, trials: Trials, *, people: int) -> "Scores":
        """Take the scores (a, m) of trials apart. A score that is not a number is the lowest."""
        scores = np.where(np.isnan(scores), -np.inf, scores)
        nonmated = scores[trials.nonmated]
        account, probe = np.nonzero(trials.nonmated)
        order = np.argsort(-nonmated, kind="stable")
        return cls(
            mated=scores[trials.mated],
            nonmated=nonmated[order],
            mated_people=trials.account_owner[np.nonzero(trials.mated)[0]],
            nonmated_people=np.stack([trials.account_owner[account], trials.probe_owner[probe]], axis=1)[
                order
            ],
            people=people,
        )

    def chosen(self, *, mated: Whole, nonmated: Whole) -> "Scores":
        """Some of the comparisons, each as often as its index is named; non-mated ones in their order."""
        return Scores(
            mated=self.mated[mated],
            nonmated=self.nonmated[nonmated],
            mated_people=self.mated_people[mated],
            nonmated_people=self.nonmated_people[nonmated],
            people=self.people,
        )

    @classmethod
    def pooled(cls, parts: Sequence["Scores"], *, people: int) -> "Scores":
        """Put the scores of several draws together; nothing of nothing."""
        nonmated = np.concatenate([np.empty(0), *(part.nonmated for part in parts)])
        order = np.argsort(-nonmated, kind="stable")
        nobody = np.empty(0, dtype=np.int64)
        return cls(
            mated=np.concatenate([np.empty(0), *(part.mated for part in parts)]),
            nonmated=nonmated[order],
            mated_people=np.concatenate([nobody, *(part.mated_people for part in parts)]),
            nonmated_people=np.concatenate([nobody.reshape(0, 2), *(part.nonmated_people for part in parts)])[
                order
            ],
            people=people,
        )


def threshold_at(scores: Scores, fmr: float) -> float:
    """The least score at and above which at most a share `fmr` of non-mated comparisons lies."""
    allowed = int(np.floor(fmr * len(scores.nonmated)))
    return (
        float(np.nextafter(scores.nonmated[allowed], np.inf)) if allowed < len(scores.nonmated) else -np.inf
    )


def fnmr_at(scores: Scores, fmr: float) -> float:
    """False non-match rate where the false match rate is at most `fmr`."""
    if not len(scores.mated) or not len(scores.nonmated):
        return np.nan
    return float(np.mean(scores.mated < threshold_at(scores, fmr)))


def false_match_rate(scores: Scores, threshold: float = 0.0) -> float:
    """Share of non-mated comparisons at or above a threshold."""
    return float(np.mean(scores.nonmated >= threshold)) if len(scores.nonmated) else np.nan


def false_non_match_rate(scores: Scores, threshold: float = 0.0) -> float:
    """Share of mated comparisons below a threshold."""
    return float(np.mean(scores.mated < threshold)) if len(scores.mated) else np.nan


def equal_error_rate(scores: Scores) -> float:
    """Where false matches and false non-matches are equally frequent."""
    if not len(scores.mated) or not len(scores.nonmated):
        return np.nan
    mated, nonmated = np.sort(scores.mated), scores.nonmated[::-1]
    fnmr = np.arange(len(mated)) / len(mated)  # of a threshold at each mated score
    fmr = 1 - np.searchsorted(nonmated, mated, side="left") / len(nonmated)
    at = int(np.argmin(np.abs(fnmr - fmr)))
    return float((fnmr[at] + fmr[at]) / 2)


def bootstrap(
    scores: Scores, measures: dict[str, Callable[[Scores], float]], *, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % intervals of measures by drawing people, not comparisons, with replacement.

    Comparisons of one person are not independent; people are. A person drawn twice counts twice, alone and
    against others, never against themselves.

    Args:
        scores: the comparisons.
        measures: by name, what is measured.
        seed: of the draws.

    Returns:
        For each measure the interval.
    """
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(REPLICATES):
        times = np.bincount(rng.integers(scores.people, size=scores.people), minlength=scores.people)
        again = _repeated(scores, times)
        for name, measure in measures.items():
            drawn[name].append(measure(again))
    return {
        name: (float(np.nanpercentile(values, 2.5)), float(np.nanpercentile(values, 97.5)))
        for name, values in drawn.items()
    }


def _repeated(scores: Scores, times: Whole) -> Scores:
    mated = np.repeat(np.arange(len(scores.mated)), times[scores.mated_people])
    people = scores.nonmated_people
    nonmated = np.repeat(np.arange(len(people)), times[people[:, 0]] * times[people[:, 1]])
    return scores.chosen(mated=mated, nonmated=nonmated)
