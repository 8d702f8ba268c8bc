"""Measure what the layer only reads, and write it: `layers/matching/calibration.json`.

Everything is fitted on comparisons of people who are not in the cohort that judges them (four folds, several
times over), so that weights and bars describe people whom the product has not seen.
"""

import argparse
import datetime as dt
import hashlib
import itertools
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.recognition.bars import REGIONS, TARGET_FMR, TARGET_FMR_OF_A_REGION, fit_thresholds
from benchmarks.recognition.cohort import person_centroids, regions_of
from benchmarks.recognition.dataset import (
    DEVELOPMENT,
    Dataset,
    DatasetError,
    half_of,
    load_dataset,
    suspected_label_errors,
)
from benchmarks.recognition.fitting import (
    Fold,
    Pairs,
    compare,
    fit_weights,
    joined,
    make_folds,
    rate_interval,
    reframed,
)
from benchmarks.strata import CACHE
from benchmarks.table import print_table
from matching.calibration import (
    SHIPPED,
    Calibration,
    CalibrationError,
    Gates,
    Strata,
    Thresholds,
    Weights,
    load_calibration,
)
from matching.comparison import place, reduce_looks
from matching.conditions import condition_levels
from matching.pipeline import DESCRIPTOR_LENGTH, MODEL_ID, PIPELINE_ID

MOST_REFERENCES: Final = 5
MOST_FRAMES: Final = 3
ROUNDS: Final = 4
LEAST_GENUINE: Final = 100
LEAST_PEOPLE: Final = 174  # of fewer there are not 3 / target pairs, and nothing can be said at the target
FITTED_OF_A_KIND: Final = 50_000  # non-mated comparisons; more change no digit that is printed
NEIGHBOURS: Final = 10
# Borders of the root mean square distance of looks from their mean. Two pictures of one day and more differ
# by more than the first; a chip and its mirror image, or frames of one scene, by less.
SPREAD_EDGES: Final = (0.09, 0.14)
CAP_PERCENTILE: Final = 75
GATE_SLACK: Final = 0.02
# Of noise nothing that is reported tells: strangers seen through it are not held to the budget by any bar.
UNTELLABLE: Final = "noisy"
NOTHING: Final = Strata(edges=np.empty(0), added=np.zeros(1))
UNMEASURED: Final = Calibration(
    model=MODEL_ID,
    pipeline=PIPELINE_ID,
    metric=np.eye(DESCRIPTOR_LENGTH),
    mean=np.zeros(DESCRIPTOR_LENGTH),
    cohort=np.zeros((NEIGHBOURS, DESCRIPTOR_LENGTH)),
    neighbours=NEIGHBOURS,
    spread_edges=np.array(SPREAD_EDGES),
    gates=Gates(norm=(0.0, np.inf), centred_norm=0.0, cohort_distance=0.0),
    weights=Weights(
        offsets=np.zeros((3, 3)),
        distance=-1.0,
        cohort_distance=(0, 0),
        centred_norm=(0, 0),
        cohort_cap=(1, 1),
        ceiling=0.0,
    ),
    thresholds=Thresholds(
        by_spread=np.zeros((3, 3)), probe=NOTHING, references=NOTHING, conditions=np.zeros(3), ceiling=0.0
    ),
    provenance={},
)


def main(arguments: list[str] | None = None) -> None:
    """Measure, write, print."""
    options = _options(arguments)
    try:
        data = load_dataset(options.descriptors)
        degraded = [
            load_dataset(path) for path in sorted(options.degraded.glob("*.npz")) if path.stem != UNTELLABLE
        ]
        if options.half is not None:
            data = data.restricted_to(half_of(data, options.half))
        found = calibrate(data, rounds=options.rounds, source=_digest(options.descriptors), degraded=degraded)
    except FileNotFoundError as error:
        sys.exit(f"skipped: {error.filename} is not on this machine")
    except (OSError, DatasetError) as error:
        sys.exit(str(error))
    _write(found, options.out)
    _print(found)
    if not degraded:
        print(f"\nno degraded pictures in {options.degraded}: poor conditions add what they do in the data")
    print(f"\nwritten: {options.out}")


def _write(found: Calibration, path: Path) -> None:
    """Put the file in place only when the layer would read it."""
    draft = path.with_suffix(".draft")
    draft.write_text(found.to_json(), encoding="utf-8")
    try:
        load_calibration(draft)
    except CalibrationError as error:
        draft.unlink()
        sys.exit(f"what was measured makes no calibration: {error}")
    draft.replace(path)


def calibrate(
    data: Dataset, *, rounds: int = ROUNDS, source: str = "", degraded: Sequence[Dataset] = ()
) -> Calibration:
    """Measure mean, cohort, gates, weights and bars.

    Args:
        data: pictures of many people, some with four or more.
        rounds: how often people are divided anew.
        source: digest of the file, for the record.
        degraded: the same people in poor conditions, for what these add.

    Returns:
        The calibration.

    Raises:
        DatasetError: when there are too few people to say anything at the target.
    """
    if len(data.people) < LEAST_PEOPLE:
        raise DatasetError(f"at least {LEAST_PEOPLE} people are needed, {len(data.people)} are there")
    doubtful = suspected_label_errors(data)
    clean = data.without(doubtful)
    folds = [make_folds(clean, frame=UNMEASURED, seed=seed) for seed in range(rounds)]
    kinds = _comparisons(clean, folds)
    if sum(len(mated) for mated, _ in kinds) < LEAST_GENUINE:
        raise DatasetError(f"at least {LEAST_GENUINE} mated comparisons are needed")
    weights = _fitted(kinds)
    mated = joined([pair[0] for pair in kinds if len(pair[0])])
    nonmated = joined([pair[1] for pair in kinds])
    region = regions_of(person_centroids(clean), count=REGIONS, seed=0)
    spoilt = joined([_spoilt(clean, one, folds) for one in (clean, *degraded)])
    thresholds = fit_thresholds(nonmated, spoilt, weights=weights, region=region)
    frame = reframed(replace(UNMEASURED, weights=weights, thresholds=thresholds), clean, seed=0)
    return replace(
        frame,
        gates=_gates(clean, frame),
        provenance={
            "command": "python -m benchmarks.calibrate",
            "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
            "data": {
                "file": data.name,
                "sha256": source,
                "people": len(clean.people),
                "pictures": len(clean.captures),
                "left_out_as_label_errors": int(doubtful.sum()),
                "degraded": [one.name for one in degraded],
            },
            "comparisons": {"mated": len(mated), "nonmated": len(nonmated), "rounds": rounds},
            "target_fmr": TARGET_FMR,
            "target_fmr_of_a_region": TARGET_FMR_OF_A_REGION,
            "confidence": "one-sided 95 %, bootstrap over people",
            "fmr_at_the_bar": _interval(nonmated, weights, thresholds),
        },
    )


def _comparisons(data: Dataset, folds: Sequence[Sequence[Fold]]) -> list[tuple[Pairs, Pairs]]:
    """Mated and non-mated comparisons of all folds and rounds, for every number of templates and frames."""
    conditions = condition_levels(data.quality)
    kinds: dict[tuple[int, int], list[tuple[Pairs, Pairs]]] = {}
    for seed, parts in enumerate(folds):
        for fold in parts:
            own = conditions[np.isin(data.owner, fold.people)]
            for kind in itertools.product(range(1, MOST_REFERENCES + 1), range(1, MOST_FRAMES + 1)):
                pairs = compare(fold, enrolments=kind[0], frames=kind[1], shuffle=seed, conditions=own)
                kinds.setdefault(kind, []).append(pairs)
    return [(joined([g for g, _ in found]), joined([i for _, i in found])) for found in kinds.values()]


def _spoilt(data: Dataset, degraded: Dataset, folds: Sequence[Sequence[Fold]]) -> Pairs:
    """Nonmated comparisons of degraded pictures with degraded templates, judged by a cohort of others."""
    conditions = condition_levels(degraded.quality)
    found = []
    for seed, parts in enumerate(folds):
        for fold in parts:
            own = np.isin(degraded.people, data.people[fold.people])
            part = degraded.restricted_to(own)
            same = Fold(data=part, people=np.searchsorted(data.people, part.people), frame=fold.frame)
            levels = conditions[own[degraded.owner]]
            found.append(compare(same, enrolments=3, frames=1, shuffle=seed, conditions=levels)[1])
    return joined(found)


def _fitted(kinds: list[tuple[Pairs, Pairs]]) -> Weights:
    rng = np.random.default_rng(0)
    mated = joined([pairs for pairs, _ in kinds])
    nonmated = joined(
        [pairs[rng.permutation(len(pairs))[:FITTED_OF_A_KIND]] for _, pairs in kinds if len(pairs)]
    )
    cap = np.percentile(nonmated.cohort_distance, CAP_PERCENTILE, axis=0)
    return fit_weights(mated, nonmated, cohort_cap=(float(cap[0]), float(cap[1])))


def _interval(nonmated: Pairs, weights: Weights, thresholds: Thresholds) -> list[float]:
    """FMR over all comparisons, with its 95 % interval, without what quality adds."""
    margins = nonmated.scores(weights) - thresholds.by_spread[nonmated.spread[:, 0], nonmated.spread[:, 1]]
    return [float(f) for f in rate_interval(margins >= 0, nonmated.people)]


def _gates(data: Dataset, frame: Calibration) -> Gates:
    """Just outside all that was seen: a gate stops what is no face; poor pictures are the bar's business."""
    norms = np.linalg.norm(data.captures, axis=1)
    seen = place(reduce_looks(data.captures[:, None, :]), calibration=frame)
    return Gates(
        norm=(float(norms.min()) * (1 - GATE_SLACK), float(norms.max()) * (1 + GATE_SLACK)),
        centred_norm=float(seen.centred_norm.min()) * (1 - GATE_SLACK),
        cohort_distance=float(seen.cohort_distance.min()) * (1 - GATE_SLACK),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _options(arguments: list[str] | None) -> Any:  # noqa: ANN401 -- argparse's own namespace
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--descriptors", type=Path, default=DEVELOPMENT, help="an .npz of `npm run embed`")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--degraded",
        type=Path,
        default=CACHE,
        help="folder with the same people in poor conditions, as benchmarks.strata leaves them",
    )
    parser.add_argument("--half", type=int, choices=(1, 2), help="only these people, to report on the others")
    return parser.parse_args(arguments)


def _print(found: Calibration) -> None:
    provenance, weights, thresholds = found.provenance, found.weights, found.thresholds
    print_table(
        "Calibrated on",
        ["people", "pictures", "mated", "non-mated"],
        [
            [
                *(provenance["data"][name] for name in ("people", "pictures")),
                *(provenance["comparisons"][n] for n in ("mated", "nonmated")),
            ]
        ],
    )
    names = ["one look", "two", "several"]
    print_table(
        "Score: natural logarithm of the likelihood ratio",
        [
            "distance",
            "cohort distance (references, probe)",
            "centred norm (references, probe)",
            "cap",
            "ceiling",
        ],
        [
            [
                f"{weights.distance:.1f}",
                ", ".join(f"{w:.1f}" for w in weights.cohort_distance),
                ", ".join(f"{w:.1f}" for w in weights.centred_norm),
                ", ".join(f"{w:.3f}" for w in weights.cohort_cap),
                f"{weights.ceiling:.1f}",
            ]
        ],
    )
    for title, table in (("Offset", weights.offsets), ("Required", thresholds.by_spread)):
        print_table(
            f"{title} by how much the references (rows) and the probe (columns) spread",
            ["", *names],
            [[name, *(f"{value:.2f}" for value in row)] for name, row in zip(names, table, strict=True)],
        )
    print_table(
        "Added by quality, worst first",
        ["by", "borders", "added"],
        [
            ["probe's centred norm", thresholds.probe.edges.round(3), thresholds.probe.added.round(2)],
            [
                "references' centred norm",
                thresholds.references.edges.round(3),
                thresholds.references.added.round(2),
            ],
            ["reported conditions (poor, fair, good)", "", thresholds.conditions[::-1].round(2)],
            ["most that is required", "", f"{thresholds.ceiling:.2f}"],
        ],
    )


if __name__ == "__main__":
    main()
