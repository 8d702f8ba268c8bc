"""What each part of the score is worth, and what the anonymous cohort costs: `python -m benchmarks.ablation`.

Every variant is fitted and measured on the same comparisons, of people in neither the cohort nor the metric
that judges them (four folds, six times). Beside FNMR at FMR 1e-4 stands FNMR where no region of faces has an
FMR above 1e-3 between its own people: what a promise that holds for everybody costs.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.calibrate import CAP_PERCENTILE, UNMEASURED
from benchmarks.recognition.bars import REGIONS, TARGET_FMR, TARGET_FMR_OF_A_REGION
from benchmarks.recognition.cohort import (
    NEIGHBOURHOOD,
    SIZE,
    likeness,
    make_cohort,
    person_centroids,
    regions_of,
)
from benchmarks.recognition.dataset import (
    DEVELOPMENT,
    Dataset,
    Floats,
    Whole,
    half_of,
    load_dataset,
    suspected_label_errors,
)
from benchmarks.recognition.fitting import Fold, Pairs, compare, even_out, fit_weights, joined, make_folds
from benchmarks.table import print_table
from matching.calibration import SHIPPED, Calibration, load_calibration
from matching.comparison import Placement
from matching.gates import among_faces

ROUNDS: Final = 6
FITTED: Final = 60_000
KINDS: Final = ((1, 1), (3, 1), (3, 3))  # templates, frames
Cohort = Callable[[Floats, int], Floats]
Outcome = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The comparisons of one cohort and metric, by kind: mated, nonmated."""

    kinds: dict[tuple[int, int], tuple[Pairs, Pairs]]
    region: Whole


def main() -> None:
    """Print the tables, or say what is missing."""
    if not DEVELOPMENT.exists():
        sys.exit(f"skipped: evaluation descriptors are not on this machine ({DEVELOPMENT.name})")
    data = load_dataset(DEVELOPMENT)
    data = data.without(suspected_label_errors(data))
    _print_parts(data)
    _print_cohorts(data)
    _print_anonymity(data)


def _print_parts(data: Dataset) -> None:
    ours, plain = _compared(data, cohort=make_cohort_of(8, NEIGHBOURHOOD)), _compared(data, metric=False)
    # Compared one way only: what a part is worth beside all the others, and what is left without it.
    variants: Mapping[str, tuple[Compared, Callable[[Pairs], Pairs]]] = {
        "distance to the normalised centroid": (
            plain,
            lambda pairs: _without(pairs, "cohort", "norm", "spread"),
        ),
        "in the metric": (ours, lambda pairs: _without(pairs, "cohort", "norm", "spread")),
        "and spread": (ours, lambda pairs: _without(pairs, "cohort", "norm")),
        "and distance to the cohort": (ours, lambda pairs: _without(pairs, "norm")),
        "and centred norms: ours": (ours, lambda pairs: pairs),
        "ours without the metric": (plain, lambda pairs: pairs),
        "ours without spread": (ours, lambda pairs: _without(pairs, "spread")),
        "ours without the cohort": (ours, lambda pairs: _without(pairs, "cohort")),
    }
    rows = {name: _outcomes(compared, change) for name, (compared, change) in variants.items()}
    rows["distance less the mean cohort distance, real people"] = _plainly_normalised(data)
    _print_outcomes("What each part of the score is worth", rows)


def _print_cohorts(data: Dataset) -> None:
    cohorts: Mapping[str, Cohort] = {
        "real people": lambda people, _seed: people,
        "means of 8 of 20 neighbours, even over regions: ours": make_cohort_of(8, NEIGHBOURHOOD),
        "means of 16 of 20 neighbours": make_cohort_of(16, NEIGHBOURHOOD),
        "means of 8 of 60 neighbours": make_cohort_of(8, 60),
        "mixes of six people, rescaled": _mixes_of_six,
        "drawn from a fitted Gaussian": _gaussian,
    }
    rows = {
        name: _outcomes(_compared(data, cohort=cohort), lambda pairs: pairs)
        for name, cohort in cohorts.items()
    }
    _print_outcomes("What the anonymous cohort costs", rows)


def _print_anonymity(data: Dataset) -> None:
    first, second = (data.restricted_to(half_of(data, number)) for number in (1, 2))
    people, others = person_centroids(first), person_centroids(second)
    metric = even_out(people)
    cohort = make_cohort(people @ metric, seed=0)
    near = likeness(cohort=cohort, contributors=people @ metric, outsiders=others @ metric)
    calibration = load_calibration(SHIPPED)
    members = Placement(
        points=calibration.cohort,
        spread=np.zeros(len(calibration.cohort)),
        centred_norm=np.linalg.norm(calibration.cohort - calibration.mean, axis=1),
        cohort_distance=np.full(len(calibration.cohort), np.inf),
    )
    passing = among_faces(members, calibration=calibration)
    print_table(
        "Nobody's face",
        ["what", "figure"],
        [
            [
                "members of the shipped cohort that the gate on the centred norm lets pass",
                f"{passing.sum()} of {len(passing)}",
            ],
            ["greatest centred norm of a member", f"{members.centred_norm.max():.3f}"],
            ["gate: least centred norm of a face", f"{calibration.gates.centred_norm:.3f}"],
            ["distance of a contributor to the nearest member, 1 %, median", _percentiles(near.contributor)],
            ["the same of people who did not contribute", _percentiles(near.outsider)],
        ],
    )


def make_cohort_of(people_in_one: int, neighbourhood: int) -> Cohort:
    """A recipe for a cohort of means of so many people."""
    return lambda people, seed: make_cohort(
        people, seed=seed, people_in_one=people_in_one, neighbourhood=neighbourhood
    )


def _mixes_of_six(people: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    mean = people.mean(axis=0)
    shares = np.zeros((SIZE, len(people)))
    for row in shares:
        row[rng.choice(len(people), 6, replace=False)] = rng.dirichlet(np.ones(6))
    away = shares @ (people - mean)
    lengths = rng.choice(np.linalg.norm(people - mean, axis=1), SIZE)
    mixes: Floats = mean + away * (lengths / np.linalg.norm(away, axis=1))[:, None]
    return mixes


def _gaussian(people: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    drawn: Floats = rng.multivariate_normal(people.mean(axis=0), np.cov(people.T), SIZE)
    return drawn


def _compared(data: Dataset, *, cohort: Cohort | None = None, metric: bool = True) -> Compared:
    made = cohort or make_cohort_of(8, NEIGHBOURHOOD)
    kinds: dict[tuple[int, int], list[tuple[Pairs, Pairs]]] = {kind: [] for kind in KINDS}
    for seed in range(ROUNDS):
        for fold in make_folds(data, frame=UNMEASURED, seed=seed):
            others = data.restricted_to(~np.isin(np.arange(len(data.people)), fold.people))
            frame = _reframed(others, cohort=made, metric=metric, seed=seed)
            for enrolments, frames in KINDS:
                pairs = compare(
                    Fold(data=fold.data, people=fold.people, frame=frame),
                    enrolments=enrolments,
                    frames=frames,
                    shuffle=seed,
                    conditions=np.zeros(len(fold.data.owner), dtype=np.int64),
                )
                kinds[enrolments, frames].append(pairs)
    return Compared(
        kinds={
            kind: (joined([g for g, _ in found]), joined([i for _, i in found]))
            for kind, found in kinds.items()
        },
        region=regions_of(person_centroids(data), count=REGIONS, seed=0),
    )


def _reframed(others: Dataset, *, cohort: Cohort, metric: bool, seed: int) -> Calibration:
    people = person_centroids(others)
    mapping = even_out(people) if metric else np.eye(people.shape[1])
    mapped = people @ mapping
    return replace(UNMEASURED, metric=mapping, mean=mapped.mean(axis=0), cohort=cohort(mapped, seed))


def _outcomes(compared: Compared, change: Callable[[Pairs], Pairs]) -> dict[tuple[int, int], Outcome]:
    rng = np.random.default_rng(0)
    mated = joined([change(pairs) for pairs, _ in compared.kinds.values()])
    nonmated = joined(
        [change(pairs[rng.permutation(len(pairs))[:FITTED]]) for _, pairs in compared.kinds.values()]
    )
    cap = np.percentile(nonmated.cohort_distance, CAP_PERCENTILE, axis=0)
    weights = fit_weights(mated, nonmated, cohort_cap=(float(cap[0]), float(cap[1])))
    return {
        kind: _outcome(change(own).scores(weights), change(other).scores(weights), other, compared.region)
        for kind, (own, other) in compared.kinds.items()
    }


def _outcome(mated: Floats, nonmated: Floats, pairs: Pairs, region: Whole) -> Outcome:
    everybody = float(np.quantile(nonmated, 1 - TARGET_FMR))
    bars = [everybody]
    for number in range(REGIONS):
        inside = (region[pairs.people] == number).all(axis=1)
        if inside.sum() > 3 / TARGET_FMR_OF_A_REGION:
            bars.append(float(np.quantile(nonmated[inside], 1 - TARGET_FMR_OF_A_REGION)))
    return float(np.mean(mated < everybody)), float(np.mean(mated < max(bars)))


def _plainly_normalised(data: Dataset) -> dict[tuple[int, int], Outcome]:
    """Nothing fitted: what a cohort of real people would give without weights."""
    compared = _compared(data, metric=False, cohort=lambda people, _seed: people)
    return {
        kind: _outcome(_plain_score(own), _plain_score(other), other, compared.region)
        for kind, (own, other) in compared.kinds.items()
    }


def _plain_score(pairs: Pairs) -> Floats:
    scores: Floats = pairs.cohort_distance.mean(axis=1) - pairs.distance
    return scores


def _without(pairs: Pairs, *parts: str) -> Pairs:
    changed = pairs
    if "cohort" in parts:
        changed = replace(changed, cohort_distance=_noise(pairs.cohort_distance))
    if "norm" in parts:
        changed = replace(changed, centred_norm=_noise(pairs.centred_norm))
    if "spread" in parts:
        changed = replace(changed, spread=np.zeros_like(pairs.spread))
    return changed


def _noise(values: Floats) -> Floats:
    # Constant columns have no scale to be divided by; one that says nothing gets no weight to speak of.
    return np.random.default_rng(0).normal(size=values.shape)


def _print_outcomes(title: str, rows: Mapping[str, dict[tuple[int, int], Outcome]]) -> None:
    print_table(
        f"{title}: FNMR at FMR 1e-4, and where every region's FMR is at most 1e-3 too",
        ["score", *(f"{e} enrolled, {f} per probe" for e, f in KINDS)],
        [[name, *(f"{a:.2%}, {b:.2%}" for a, b in found.values())] for name, found in rows.items()],
    )


def _percentiles(values: Floats) -> str:
    low, middle = np.percentile(values, [1, 50])
    return f"{low:.3f}, {middle:.3f}"


if __name__ == "__main__":
    main()
