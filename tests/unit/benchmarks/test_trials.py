"""Who is held against whom, and with which pictures."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.recognition.dataset import Dataset
from benchmarks.recognition.trials import make_trials
from matching.comparison import reduce_looks


def dataset(pictures: list[int]) -> Dataset:
    owner = np.repeat(np.arange(len(pictures)), pictures)
    descriptors = np.random.default_rng(0).normal(size=(len(owner), 128))
    return Dataset(
        name="made up",
        people=np.array([f"p{number}" for number in range(len(pictures))]),
        owner=owner,
        chip=descriptors,
        captures=descriptors,
        quality={},
        groups=np.full(len(pictures), ""),
    )


def test_everybody_with_a_picture_to_spare_enrols_and_the_others_are_only_compared() -> None:
    trials = make_trials(dataset([4, 3, 1]), enrolments=3, frames=1)

    assert trials.account_owner.tolist() == [0]
    assert trials.account_pictures.tolist() == [[0, 1, 2]]
    assert trials.probe_owner.tolist() == [0, 0, 0, 0, 1, 1, 1, 2]
    assert [probe.tolist() for probe in trials.probe_pictures] == [[number] for number in range(8)]
    assert trials.mated.tolist() == [[False, False, False, True, *[False] * 4]]
    assert trials.nonmated.tolist() == [[*[False] * 4, *[True] * 4]]


def test_frames_are_grouped_and_who_has_too_few_is_probed_with_one() -> None:
    trials = make_trials(dataset([9, 4]), enrolments=3, frames=3)

    assert [probe.tolist() for probe in trials.probe_pictures] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
        [12],
    ]
    assert trials.frames.tolist() == [3, 3, 3, 3, 1]
    assert np.argwhere(trials.mated).tolist() == [[0, 1], [0, 2], [1, 4]]


@given(
    pictures=st.lists(st.integers(1, 8), min_size=1, max_size=8),
    enrolments=st.integers(1, 5),
    frames=st.integers(1, 5),
    shuffle=st.none() | st.integers(0, 99),
)
def test_no_picture_is_ever_on_both_sides_of_a_mated_comparison(
    pictures: list[int], enrolments: int, frames: int, shuffle: int | None
) -> None:
    data = dataset(pictures)

    trials = make_trials(data, enrolments=enrolments, frames=frames, shuffle=shuffle)

    for account, probe in np.argwhere(trials.mated):
        enrolled, seen = trials.account_pictures[account], trials.probe_pictures[probe]
        assert not set(enrolled) & set(seen)
        assert {*data.owner[enrolled]} == {*data.owner[seen]} == {trials.account_owner[account]}
    for account, probe in np.argwhere(trials.nonmated):
        assert trials.account_owner[account] != trials.probe_owner[probe]
    assert not (trials.mated & trials.nonmated).any()
    assert len(trials.account_owner) == sum(count > enrolments for count in pictures)
    assert trials.account_pictures.shape == (len(trials.account_owner), enrolments)
    used = np.concatenate(trials.probe_pictures)
    assert len(used) == len({*used.tolist()})


def test_another_draw_enrols_with_other_pictures_and_the_same_draw_with_the_same() -> None:
    data = dataset([6] * 5)

    first, again, other = (
        make_trials(data, enrolments=3, frames=1, shuffle=seed).account_pictures for seed in (1, 1, 2)
    )

    assert (first == again).all()
    assert (first != other).any()


def test_nobody_with_enough_pictures_makes_no_account() -> None:
    trials = make_trials(dataset([2, 2]), enrolments=3, frames=1)

    assert trials.mated.shape == trials.nonmated.shape == (0, 4)


def test_both_sides_are_reduced_as_the_layer_reduces_them() -> None:
    data = dataset([5, 7])
    trials = make_trials(data, enrolments=3, frames=2)

    probes, references = trials.probes(data.captures), trials.references(data.captures)

    for number, pictures in enumerate(trials.probe_pictures):
        alone = reduce_looks(data.captures[pictures][None])
        assert np.allclose(probes.points[number], alone.points[0])
        assert np.isclose(probes.spread[number], alone.spread[0])
    assert np.allclose(references.points[1], reduce_looks(data.captures[None, 5:8]).points[0])
