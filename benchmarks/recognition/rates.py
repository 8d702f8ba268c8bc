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
    """The scores of genuine and impostor comparisons; higher is likelier one person.

    Attributes:
        genuine: (g,) scores.
        impostor: (i,) scores, the highest first.
        genuine_people: (g,) whose.
        impostor_people: (i, 2) whose account, whose probe.
        people: how many there are.
    """

    genuine: Floats
    impostor: Floats
    genuine_people: Whole
    impostor_people: Whole
    people: int

    @classmethod
    def of(cls, scores: Floats, trials: Trials, *, people: int) -> "Scores":
        """Take the scores (a, m) of trials apart. A score that is not a number is the lowest."""
        scores = np.where(np.isnan(scores), -np.inf, scores)
        impostor = scores[trials.impostor]
        account, probe = np.nonzero(trials.impostor)
        order = np.argsort(-impostor, kind="stable")
        return cls(
            genuine=scores[trials.genuine],
            impostor=impostor[order],
            genuine_people=trials.account_owner[np.nonzero(trials.genuine)[0]],
            impostor_people=np.stack([trials.account_owner[account], trials.probe_owner[probe]], axis=1)[
                order
            ],
            people=people,
        )

    def chosen(self, *, genuine: Whole, impostor: Whole) -> "Scores":
        """Some of the comparisons, each as often as its index is named; impostors in their order."""
        return Scores(
            genuine=self.genuine[genuine],
            impostor=self.impostor[impostor],
            genuine_people=self.genuine_people[genuine],
            impostor_people=self.impostor_people[impostor],
            people=self.people,
        )

    @classmethod
    def pooled(cls, parts: Sequence["Scores"], *, people: int) -> "Scores":
        """Put the scores of several draws together; nothing of nothing."""
        impostor = np.concatenate([np.empty(0), *(part.impostor for part in parts)])
        order = np.argsort(-impostor, kind="stable")
        nobody = np.empty(0, dtype=np.int64)
        return cls(
            genuine=np.concatenate([np.empty(0), *(part.genuine for part in parts)]),
            impostor=impostor[order],
            genuine_people=np.concatenate([nobody, *(part.genuine_people for part in parts)]),
            impostor_people=np.concatenate([nobody.reshape(0, 2), *(part.impostor_people for part in parts)])[
                order
            ],
            people=people,
        )


def threshold_at(scores: Scores, fmr: float) -> float:
    """The least score at and above which at most a share `fmr` of impostor comparisons lies."""
    allowed = int(np.floor(fmr * len(scores.impostor)))
    return (
        float(np.nextafter(scores.impostor[allowed], np.inf)) if allowed < len(scores.impostor) else -np.inf
    )


def fnmr_at(scores: Scores, fmr: float) -> float:
    """False non-match rate where the false match rate is at most `fmr`."""
    if not len(scores.genuine) or not len(scores.impostor):
        return np.nan
    return float(np.mean(scores.genuine < threshold_at(scores, fmr)))


def false_match_rate(scores: Scores, threshold: float = 0.0) -> float:
    """Share of impostor comparisons at or above a threshold."""
    return float(np.mean(scores.impostor >= threshold)) if len(scores.impostor) else np.nan


def false_non_match_rate(scores: Scores, threshold: float = 0.0) -> float:
    """Share of genuine comparisons below a threshold."""
    return float(np.mean(scores.genuine < threshold)) if len(scores.genuine) else np.nan


def equal_error_rate(scores: Scores) -> float:
    """Where false matches and false non-matches are equally frequent."""
    if not len(scores.genuine) or not len(scores.impostor):
        return np.nan
    genuine, impostor = np.sort(scores.genuine), scores.impostor[::-1]
    fnmr = np.arange(len(genuine)) / len(genuine)  # of a threshold at each genuine score
    fmr = 1 - np.searchsorted(impostor, genuine, side="left") / len(impostor)
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
    genuine = np.repeat(np.arange(len(scores.genuine)), times[scores.genuine_people])
    people = scores.impostor_people
    impostor = np.repeat(np.arange(len(people)), times[people[:, 0]] * times[people[:, 1]])
    return scores.chosen(genuine=genuine, impostor=impostor)
