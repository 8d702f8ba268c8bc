"""Who would be learned from: a person's own further pictures, and strangers who were accepted."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.adaptation.people import ANCHORS, People, account, centroid_distances
from benchmarks.table import print_table
from matching.templates import judge_admission, points_one_way

NEVER = np.empty(0)


def report(people: People, *, threshold: float) -> None:
    """Print who is accepted, and who of them is learned from, with the first reason that is not met."""
    own, strangers = Counter[str](), Counter[str]()
    for pictures in people.pictures(at_least=ANCHORS + 1):
        own.update(_reasons(people, pictures, pictures[ANCHORS:], threshold))
        strangers.update(_reasons(people, pictures, people.others(pictures), threshold))
    reasons = sorted((own | strangers).keys() - {"admitted", "not-accepted"})
    print_table(
        "Learned from one accepted picture, on the other half",
        ["probes", "tried", "accepted", "admitted", "of those tried", *reasons],
        [_row("the person's own", own, reasons), _row("strangers'", strangers, reasons)],
    )
    _freezes(people)


def _reasons(
    people: People, own: NDArray[np.int64], probes: NDArray[np.int64], threshold: float
) -> Iterator[str]:
    stored = account(people.descriptors[own[:ANCHORS]])
    accepted = centroid_distances(people.descriptors[probes], stored.descriptors) <= threshold
    yield from ["not-accepted"] * np.count_nonzero(~accepted)
    for at in probes[accepted]:
        yield judge_admission(
            probe=people.descriptors[at],
            quality=[people.quality[at]],
            templates=stored,
            admissions_days_ago=NEVER,
            accepted=True,
            device_was_known=True,
        ).reason


def _row(name: str, counted: Counter[str], reasons: list[str]) -> list[object]:
    tried, admitted = counted.total(), counted["admitted"]
    accepted = tried - counted["not-accepted"]
    rest = [counted[reason] for reason in reasons]
    return [name, tried, accepted, admitted, f"{admitted / tried:.2g}", *rest]


def _freezes(people: People) -> None:
    """Print how often three or more pictures of one person, as updates, would look like a drift."""
    everybody = list(people.pictures(at_least=2 * ANCHORS))
    strangers = np.roll(np.arange(len(everybody)), 1)
    of_person = [
        points_one_way(updates=people.descriptors[updates], anchors=people.descriptors[anchors])
        for own in everybody
        for updates, anchors in ((own[ANCHORS:], own[:ANCHORS]), (own[:ANCHORS], own[ANCHORS:]))
    ]
    of_stranger = [
        points_one_way(
            updates=people.descriptors[everybody[other][ANCHORS:]], anchors=people.descriptors[own[:ANCHORS]]
        )
        for own, other in zip(everybody, strangers, strict=True)
    ]
    print_table(
        "Drift freeze: three pictures as updates beside three anchors",
        ["pictures of", "tried", "frozen"],
        [
            ["the person", len(of_person), f"{np.mean(of_person):.1%}"],
            ["one stranger", len(of_stranger), f"{np.mean(of_stranger):.1%}"],
        ],
    )
