"""The bars, on the people that they were chosen by."""

from typing import Final

import numpy as np

from benchmarks.adaptation.people import ANCHORS, FloatArray, People, centroid_distances
from benchmarks.table import print_table
from matching.gates import LEAK_BAR
from matching.sphere import distances
from matching.templates.bars import ANCHOR_BAR, CORROBORATION_BAR, NOVELTY_BAR

TARGET_FMR: Final = 1e-4


def report(people: People) -> float:
    """Print what lies within each bar, and give the acceptance threshold that the other half is held to."""
    to_anchor, to_centroid = _to_accounts(people)
    mated_pairs, nonmated_pairs = _pairs(people)
    threshold = float(np.quantile(to_centroid[1], TARGET_FMR))
    rows = [
        ("acceptance, FMR 1e-4", "centroid of 3 anchors", threshold, *to_centroid),
        ("ANCHOR_BAR", "nearest of 3 anchors", ANCHOR_BAR, *to_anchor),
        ("CORROBORATION_BAR", "one picture", CORROBORATION_BAR, mated_pairs, nonmated_pairs),
        ("NOVELTY_BAR", "nearest of 3 anchors", NOVELTY_BAR, *to_anchor),
        ("LEAK_BAR", "one picture", LEAK_BAR, mated_pairs, nonmated_pairs),
    ]
    print_table(
        f"Bars of a template's life, on the {len(np.unique(people.subject))} people who choose them",
        ["bar", "distance to", "is", "own within", "strangers within", "own", "strangers"],
        [
            [
                name,
                what,
                f"{bar:.3f}",
                f"{np.mean(own <= bar):.1%}",
                f"{np.mean(other <= bar):.1e}",
                len(own),
                len(other),
            ]
            for name, what, bar, own, other in rows
        ],
    )
    return threshold


def _to_accounts(people: People) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    nearest: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    centroid: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for own in people.pictures(at_least=ANCHORS + 1):
        anchors = people.descriptors[own[:ANCHORS]]
        for side, probes in enumerate((own[ANCHORS:], people.others(own))):
            pictures = people.descriptors[probes]
            nearest[side].append(distances(pictures, anchors).min(axis=1))
            centroid[side].append(centroid_distances(pictures, anchors))
    return (
        (np.concatenate(nearest[0]), np.concatenate(nearest[1])),
        (np.concatenate(centroid[0]), np.concatenate(centroid[1])),
    )


def _pairs(people: People) -> tuple[FloatArray, FloatArray]:
    mated, nonmated = [], []
    for at in range(len(people.subject) - 1):
        apart = distances(people.descriptors[at : at + 1], people.descriptors[at + 1 :])[0]
        same = people.subject[at + 1 :] == people.subject[at]
        mated.append(apart[same])
        nonmated.append(apart[~same])
    return np.concatenate(mated), np.concatenate(nonmated)
