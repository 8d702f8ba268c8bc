"""From comparisons of people who were not in the cohort to weights and bars."""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from scipy.optimize import minimize

from benchmarks.recognition.cohort import make_cohort, person_centroids
from benchmarks.recognition.dataset import Dataset, Floats, Truth, Whole
from benchmarks.recognition.trials import make_trials
from matching.calibration import Calibration, Weights
from matching.comparison import pairwise_distances, place, spread_levels

FOLDS: Final = 4
EVENING: Final = 0.15  # half the power of the covariance; .1 to .2 do as well
SPREADS: Final = 3  # one look, two, several
PRIOR: Final = 0.01
REPLICATES: Final = 400


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Comparisons of one kind, and what the score is made from.

    Attributes:
        distance: (n,) between probe and references.
        spread: (n, 2) levels, of references and probe.
        cohort_distance: (n, 2) of references and probe.
        centred_norm: (n, 2) of references and probe.
        people: (n, 2) whose account, whose probe.
        condition: (n,) the probe's reported conditions.
    """

    distance: Floats
    spread: Whole
    cohort_distance: Floats
    centred_norm: Floats
    people: Whole
    condition: Whole

    def scores(self, weights: Weights) -> Floats:
        """(n,) log-likelihood ratios, not capped."""
        capped = np.minimum(self.cohort_distance, weights.cohort_cap)
        scores: Floats = (
            weights.offsets[self.spread[:, 0], self.spread[:, 1]]
            + weights.distance * self.distance
            + capped @ np.array(weights.cohort_distance)
            + self.centred_norm @ np.array(weights.centred_norm)
        )
        return scores

    def __len__(self) -> int:
        return len(self.distance)

    def __getitem__(self, chosen: Whole) -> "Pairs":
        return Pairs(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def joined(parts: list[Pairs]) -> Pairs:
    """Put comparisons together."""
    return Pairs(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Pairs)
        }
    )


@dataclass(frozen=True, kw_only=True)
class Fold:
    """People whose comparisons are judged by a cohort that none of them is in.

    Attributes:
        data: their pictures.
        people: (p,) their numbers among all people.
        frame: mean and cohort of the others.
    """

    data: Dataset
    people: Whole
    frame: Calibration


def make_folds(data: Dataset, *, frame: Calibration, seed: int) -> list[Fold]:
    """Divide people into four parts of like numbers of pictures, each with the cohort of the other three."""
    rng = np.random.default_rng(seed)
    pictures = np.bincount(data.owner, minlength=len(data.people))
    order = np.lexsort((rng.random(len(pictures)), pictures))
    part = np.empty(len(pictures), dtype=np.int64)
    part[order] = np.arange(len(pictures)) % FOLDS
    folds = []
    for number in range(FOLDS):
        inside = part == number
        others = data.restricted_to(~inside)
        folds.append(
            Fold(
                data=data.restricted_to(inside),
                people=np.flatnonzero(inside),
                frame=reframed(frame, others, seed=seed * FOLDS + number),
            )
        )
    return folds


def reframed(frame: Calibration, data: Dataset, *, seed: int) -> Calibration:
    """The same calibration with metric, mean and cohort of these people, rounded as they are stored."""
    people = person_centroids(data)
    metric = even_out(people).astype(np.float32).astype(np.float64)
    mapped = people @ metric
    return replace(
        frame,
        metric=metric,
        mean=mapped.mean(axis=0).astype(np.float32).astype(np.float64),
        cohort=make_cohort(mapped, seed=seed).astype(np.float16).astype(np.float64),
    )


def even_out(people: Floats) -> Floats:
    """Fit the metric: the covariance of people to the power of -.15.

    A direction with twice the variance is scaled by .9, and one of mean variance stays as it is. Full
    whitening (a power of -.5), the covariance within a person (WCCN) and weights learned for each direction
    were worse than none (docs/decisions/score.md).

    Args:
        people: (p, 128) centroids of norm 1.

    Returns:
        (128, 128), symmetric.
    """
    values, vectors = np.linalg.eigh(np.cov(people.T))
    bounded = np.maximum(values, values.max() * 1e-4)
    metric: Floats = (vectors * (bounded / bounded.mean()) ** -EVENING) @ vectors.T
    return metric


def compare(
    fold: Fold, *, enrolments: int, frames: int, shuffle: int, conditions: Whole
) -> tuple[Pairs, Pairs]:
    """Make every mated and every non-mated comparison inside a fold.

    Args:
        fold: the people.
        enrolments: pictures of one enrolment.
        frames: pictures of one probe.
        shuffle: seed of the order of each person's pictures.
        conditions: (n,) level of each of the fold's pictures.

    Returns:
        The mated ones, the nonmated ones.
    """
    trials = make_trials(fold.data, enrolments=enrolments, frames=frames, shuffle=shuffle)
    references = place(trials.references(fold.data.captures), calibration=fold.frame)
    probes = place(trials.probes(fold.data.captures), calibration=fold.frame)
    distances = pairwise_distances(references.points, probes.points)
    reference_levels = spread_levels(references.spread, calibration=fold.frame)
    probe_levels = spread_levels(probes.spread, calibration=fold.frame)
    levels = np.array([conditions[pictures].max() for pictures in trials.probe_pictures])
    enough = trials.frames == frames

    def pairs(kind: Truth) -> Pairs:
        account, probe = np.nonzero(kind & enough[None, :])
        return Pairs(
            distance=distances[account, probe],
            spread=np.stack([reference_levels[account], probe_levels[probe]], axis=1),
            cohort_distance=np.stack(
                [references.cohort_distance[account], probes.cohort_distance[probe]], axis=1
            ),
            centred_norm=np.stack([references.centred_norm[account], probes.centred_norm[probe]], axis=1),
            people=fold.people[np.stack([trials.account_owner[account], trials.probe_owner[probe]], axis=1)],
            condition=levels[probe],
        )

    return pairs(trials.mated), pairs(trials.nonmated)


def fit_weights(mated: Pairs, nonmated: Pairs, *, cohort_cap: tuple[float, float]) -> Weights:
    """Fit the score by logistic regression weighted to a prior of .01, unregularised (Brümmer 2013, BOSARIS).

    Args:
        mated: comparisons of one person.
        nonmated: comparisons of two.
        cohort_cap: what cohort distances count for at the most.

    Returns:
        The weights.
    """
    same, other = (_regressors(part, cohort_cap) for part in (mated, nonmated))
    plain = other.shape[1] - SPREADS**2  # the rest says which offset applies
    centre, scale = np.zeros(other.shape[1]), np.ones(other.shape[1])
    centre[:plain], scale[:plain] = other[:, :plain].mean(axis=0), other[:, :plain].std(axis=0)
    same, other = (same - centre) / scale, (other - centre) / scale
    shift = np.log(PRIOR / (1 - PRIOR))
    same_share, other_share = PRIOR / len(same), (1 - PRIOR) / len(other)

    def cost(beta: Floats) -> tuple[float, Floats]:
        up, down = same @ beta + shift, other @ beta + shift
        value = same_share * np.logaddexp(0, -up).sum() + other_share * np.logaddexp(0, down).sum()
        slope = other_share * (other.T @ _sigmoid(down)) - same_share * (same.T @ _sigmoid(-up))
        return float(value), slope

    found = minimize(cost, np.zeros(other.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    beta = found.x[:plain] / scale[:plain]
    offsets = found.x[plain:].reshape(SPREADS, SPREADS) - float((beta * centre[:plain]).sum())
    distance, cohort, norm = (float(b) for b in beta)
    return Weights(
        offsets=offsets,
        distance=distance,
        cohort_distance=(max(0.0, cohort),) * 2,
        centred_norm=(norm,) * 2,
        cohort_cap=cohort_cap,
        ceiling=float(np.log(pairs_of_people(nonmated.people) / 3)),
    )


def _regressors(pairs: Pairs, cohort_cap: tuple[float, float]) -> Floats:
    which = np.zeros((len(pairs), SPREADS**2))
    which[np.arange(len(pairs)), pairs.spread[:, 0] * SPREADS + pairs.spread[:, 1]] = 1.0
    return np.column_stack(
        [
            pairs.distance,
            np.minimum(pairs.cohort_distance, cohort_cap).sum(axis=1),
            pairs.centred_norm.sum(axis=1),
            which,
        ]
    )


def bar_for(scores: Floats, people: Whole, *, fmr: float, seed: int = 0) -> float:
    """Find the least bar whose false match rate is at most `fmr` with 95 % confidence, people drawn anew.

    Args:
        scores: (n,) of non-mated comparisons.
        people: (n, 2) whose account, whose probe.
        fmr: the most that may be accepted.
        seed: of the draws.

    Returns:
        The bar; NaN with fewer than 3 / fmr pairs of people, of whom nothing can be said (rule of three).
    """
    if len(scores) < 3 / fmr or pairs_of_people(people) < 3 / fmr:
        return float("nan")
    rng = np.random.default_rng(seed)
    total = int(people.max()) + 1
    present = np.unique(people)
    order = np.argsort(-scores)
    tail = order[: max(2_000, int(20 * fmr * len(scores)))]
    descending, tail_people = scores[tail], people[tail]
    bars = []
    for _ in range(REPLICATES):
        times = np.zeros(total)
        drawn, count = np.unique(rng.choice(present, len(present)), return_counts=True)
        times[drawn] = count
        everything = (times[people[:, 0]] * times[people[:, 1]]).sum()
        accepted = np.cumsum(times[tail_people[:, 0]] * times[tail_people[:, 1]])
        at = int(np.searchsorted(accepted, fmr * everything, side="right"))
        bars.append(descending[min(at, len(descending) - 1)])
    return float(np.nextafter(np.percentile(bars, 95), np.inf))


def rate_interval(accepted: Truth, people: Whole, *, seed: int = 0) -> tuple[float, float, float]:
    """Give a rate with its 95 % interval by bootstrap over people.

    Args:
        accepted: (n,) outcomes of comparisons.
        people: (n, 2) whose account, whose probe.
        seed: of the draws.

    Returns:
        The rate, the interval's ends.
    """
    rng = np.random.default_rng(seed)
    present, numbered = np.unique(people, return_inverse=True)
    numbered = numbered.reshape(people.shape)
    rates = []
    for _ in range(REPLICATES):
        times = np.bincount(rng.integers(len(present), size=len(present)), minlength=len(present))
        weight = times[numbered[:, 0]] * times[numbered[:, 1]]
        rates.append(weight[accepted].sum() / max(1, weight.sum()))
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(accepted.mean()), float(low), float(high)


def pairs_of_people(people: Whole) -> int:
    """How many different pairs (account, probe) there are: comparisons of one pair are not independent."""
    return len(np.unique(people[:, 0] * (int(people.max()) + 1) + people[:, 1]))


def _sigmoid(x: Floats) -> Floats:
    s: Floats = 0.5 * (1 + np.tanh(x / 2))
    return s
